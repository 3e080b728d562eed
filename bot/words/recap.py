"""The words of the weekly recap: what was promised and came, the surprise, the record, the week."""

from dataclasses import dataclass
from datetime import date

from bot.values import KeptPromise
from bot.words.forecast import disclaimer_line
from bot.words.language import Html, Words, join
from bot.words.promise import hundred
from bot.words.ticker_news import Ahead, Side
from forecasting.values import HORIZONS

_MOST_AHEAD, _MOST_ROUNDS = 8, 3


@dataclass(frozen=True, slots=True)
class Surprise:
    """The close of a week that was farthest out in the range that had been given for it.

    Attributes:
        move: Change over `sessions`, as a share.
        low, high: Ends of the range that 8 in 10 closes fall into, in the forecast's money.
    """

    ticker: str
    currency: str
    move: float
    sessions: int
    low: float
    high: float
    side: Side


@dataclass(frozen=True, slots=True)
class WeekRound:
    """A question of the league that a week's close decided.

    Attributes:
        calls, right: How many called, and how many of them the fifth that came.
        model: Points of the model, 0..100.
    """

    ticker: str
    calls: int
    right: int
    model: float


@dataclass(frozen=True, slots=True)
class WeekFacts:
    """What is told of a week.

    Attributes:
        last: The Friday it ended with, a session or not.
        held, count: Of so many ranges whose day came, how many held.
        surprise: None where no day came.
        record: Of all forecasts ever given that are judged; None where nothing has come due.
        ahead: Companies whose results are due in the week that follows, by day.
        missing: Tickers of which something is not compared with its close yet.
        league: Questions of the place's league that this week's closes decided.
    """

    last: date
    held: int
    count: int
    surprise: Surprise | None
    record: KeptPromise | None
    ahead: tuple[tuple[str, Ahead], ...] = ()
    missing: tuple[str, ...] = ()
    league: tuple[WeekRound, ...] = ()


def recap_text(words: Words, facts: WeekFacts) -> Html:
    """Return the recap of a week, far below what one caption takes."""
    return join(
        _headline(words, facts),
        _surprise(words, facts.surprise) if facts.surprise else None,
        _record(words, facts.record) if facts.record else None,
        *(_league(words, asked) for asked in facts.league[:_MOST_ROUNDS]),
        _ahead(words, facts.ahead),
        words.t("No close yet, so not counted: {tickers}", tickers=_few(words, facts.missing))
        if facts.missing
        else None,
        disclaimer_line(words),
    )


def _league(words: Words, asked: WeekRound) -> Html:
    if not asked.calls:
        return words.t(
            "League: nobody called {ticker}, my model got {points} points.",
            ticker=asked.ticker,
            points=words.number(asked.model),
        )
    return words.n(
        "League: {right} of {count} call on {ticker} was right, my model got {points} points.",
        "League: {right} of {count} calls on {ticker} were right, my model got {points} points.",
        asked.calls,
        right=words.number(asked.right),
        ticker=asked.ticker,
        points=words.number(asked.model),
    )


def _headline(words: Words, facts: WeekFacts) -> Html:
    day = words.day(facts.last)
    if not facts.count:
        return words.t(
            "<b>Week to {day}: no range of this list came due.</b> Each is compared with the "
            "close {sessions} sessions after it was given.",
            day=day,
            sessions=words.number(HORIZONS[4]),
        )
    return words.n(
        "<b>Week to {day}: {held} of {count} range held.</b> 8 in 10 should.",
        "<b>Week to {day}: {held} of {count} ranges held.</b> 8 in 10 should.",
        facts.count,
        day=day,
        held=words.number(facts.held),
    )


def _surprise(words: Words, found: Surprise) -> Html:
    values = {
        "ticker": found.ticker,
        "move": words.change(found.move),
        "sessions": words.number(found.sessions),
        "low": words.price(found.low, found.currency),
        "high": words.price(found.high, found.currency),
    }
    if found.side == "above":
        return words.t(
            "Largest surprise: <b>{ticker} {move}</b> in {sessions} sessions, above the range of "
            "{low} to {high}.",
            **values,
        )
    if found.side == "below":
        return words.t(
            "Largest surprise: <b>{ticker} {move}</b> in {sessions} sessions, below the range of "
            "{low} to {high}.",
            **values,
        )
    return words.t(
        "No surprise; nearest to one: <b>{ticker} {move}</b> in {sessions} sessions, inside the "
        "range of {low} to {high}.",
        **values,
    )


def _record(words: Words, promise: KeptPromise) -> Html:
    if promise.verdict == "early":
        return words.t("All my forecasts so far: too early to judge.")
    return words.t("All my forecasts so far: {sentence}", sentence=hundred(words, promise))


def _ahead(words: Words, ahead: tuple[tuple[str, Ahead], ...]) -> Html:
    if not ahead:
        return words.t("Results next week: none expected")
    said = [_day(words, ticker, coming) for ticker, coming in ahead[:_MOST_AHEAD]]
    more = len(ahead) - len(said)
    if more:
        said.append(words.n("{count} more", "{count} more", more))
    return words.t("Results next week: {days}", days=Html(words.listing(tuple(said))))


def _day(words: Words, ticker: str, coming: Ahead) -> Html:
    values = {"ticker": ticker, "day": words.short_day(coming.day)}
    if coming.sure:
        return words.t("{ticker} on {day}", **values)
    return words.t("{ticker} about {day}", **values)


def _few(words: Words, tickers: tuple[str, ...]) -> str:
    more = len(tickers) - _MOST_AHEAD
    named = tickers[:_MOST_AHEAD]
    return words.listing(
        (*named, words.n("{count} more", "{count} more", more)) if more > 0 else named
    )
