"""The words and buttons of the league: a question, a call, what came, and the table."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import UsageError
from bot.words.buttons import VERSION, Button, Keyboard
from bot.words.forecast import disclaimer_line
from bot.words.language import Html, Words, join
from forecasting.values import Forecast
from storage.records.league import Called, LeagueLine, LeagueRound

_BUTTON = re.compile(rf"{VERSION}:k:(\d{{1,15}}):([0-4yn])")
_SHOWN = 10
"""Lines of a table."""


@dataclass(frozen=True, slots=True)
class LeaguePress:
    """A call of a fifth, 0 (lowest) to 4, or of how sure one is of it."""

    round_id: int
    fifth: int | None = None
    sure: bool | None = None

    def encode(self) -> str:
        """Return the button data."""
        what = self.fifth if self.fifth is not None else ("y" if self.sure else "n")
        return f"{VERSION}:k:{self.round_id}:{what}"


def read_league_button(data: str) -> LeaguePress:
    """Return what a button under a question means.

    Raises:
        UsageError: The data was not made by this bot, or by a version long gone.
    """
    match = _BUTTON.fullmatch(data)
    if match is None:
        raise UsageError("stale-button", data)
    if match[2] in "yn":
        return LeaguePress(int(match[1]), sure=match[2] == "y")
    return LeaguePress(int(match[1]), fifth=int(match[2]))


def fifth_text(words: Words, asked: LeagueRound, currency: str, fifth: int) -> str:
    """Return a fifth by its prices, such as `$240.10 to $251.30`."""
    edges = [words.price(edge, currency) for edge in asked.asked.edges]
    if fifth == 0:
        return words.plain("up to {price}", price=edges[0])
    if fifth == len(edges):
        return words.plain("above {price}", price=edges[-1])
    return words.plain("{low} to {high}", low=edges[fifth - 1], high=edges[fifth])


def question_text(words: Words, asked: LeagueRound, answered: int) -> Html:
    """Return the question, and how many have answered it."""
    question = asked.asked
    return join(
        words.t(
            "<b>In which fifth will {ticker} close on {day}?</b>",
            ticker=question.ticker,
            day=words.day(question.target),
        ),
        words.t(
            "By forecast #F{id} each of the five is as likely as the others: 2 in 10.",
            id=question.forecast_id,
        ),
        words.t(
            "You may change your call until {moment}. Until then I say how many have answered, "
            "not what.",
            moment=words.at(question.closes_at),
        ),
        words.n("{count} has answered.", "{count} have answered.", answered),
    )


def closed_text(words: Words, asked: LeagueRound) -> Html:
    """Return what stands in place of a question that takes no call any more."""
    day = words.day(asked.asked.target)
    return join(
        words.t(
            "<b>In which fifth will {ticker} close on {day}?</b>",
            ticker=asked.asked.ticker,
            day=day,
        ),
        words.n(
            "Closed: {count} has answered.", "Closed: {count} have answered.", sum(asked.counts)
        ),
        words.t("What came is told after the close of {day}.", day=day),
    )


def corrected_text(
    words: Words, asked: LeagueRound, close: float, fifth: int, currency: str
) -> Html:
    """Return that a close was set right, and that the points follow.

    Args:
        words: The place's language.
        asked: The question as it was told before.
        close: The close that counts now.
        fifth: In which it is.
        currency: Of both.
    """
    return join(
        words.t(
            "<b>Correction:</b> {ticker} closed at {close} on {day}, not at {before}: {fifth}.",
            ticker=asked.asked.ticker,
            close=words.price(close, currency),
            before=words.price(asked.close or close, currency),
            day=words.day(asked.asked.target),
            fifth=fifth_text(words, asked, currency, fifth),
        ),
        words.t("The points are counted anew. /league shows the table."),
    )


def question_keyboard(words: Words, asked: LeagueRound, currency: str) -> Keyboard:
    """Return a button for each fifth, the highest first, and two for how sure one is."""
    fifths = tuple(
        (
            Button(
                fifth_text(words, asked, currency, fifth),
                LeaguePress(asked.id, fifth=fifth).encode(),
            ),
        )
        for fifth in reversed(range(len(asked.asked.edges) + 1))
    )
    moods = (
        Button(words.plain("I am sure"), LeaguePress(asked.id, sure=True).encode()),
        Button(words.plain("I am not sure"), LeaguePress(asked.id, sure=False).encode()),
    )
    return (*fifths, moods)


def call_text(words: Words, asked: LeagueRound, called: Called, currency: str) -> Html:
    """Return what a press has done, short enough for a pop-up."""
    call = called.call
    if not called.taken:
        if call is None:
            return words.t("This question is closed: no call is taken any more.")
        own = fifth_text(words, asked, currency, call.fifth)
        return words.t("This question is closed. Your call stands: {fifth}.", fifth=own)
    if call is None:
        return words.t("Choose one of the five first, then say how sure you are.")
    own = fifth_text(words, asked, currency, call.fifth)
    if call.sure:
        return words.t("Your call: {fifth}, sure. Press another to change it.", fifth=own)
    return words.t(
        "Your call: {fifth}, not sure: half of it counts for all five alike. Press another to "
        "change it.",
        fifth=own,
    )


def call_usage(words: Words) -> Html:
    """Return how `/call` is used, where no question is open."""
    return words.t(
        "<code>/call TSLA</code>: I ask in which fifth of its range TSLA will close this week. "
        "Everybody may call, and so do I. /league shows the table."
    )


def stopped_text(words: Words, asked: LeagueRound) -> Html:
    """Return that a question was taken back."""
    return words.t("The question about {ticker} is taken back.", ticker=asked.asked.ticker)


def result_text(
    words: Words,
    asked: LeagueRound,
    forecast: Forecast,
    players: tuple[float, float | None],
    lines: Sequence[LeagueLine],
) -> Html:
    """Return what came of a question, and the table.

    Args:
        words: The place's language.
        asked: The question, scored.
        forecast: Whose fifths were called.
        players: Points of the model and of "same fifth as last time", None where that sat out.
        lines: The season's table.
    """
    fifth, currency = asked.fifth or 0, forecast.currency
    model, same = players
    return join(
        words.t(
            "<b>{ticker}</b> closed at {close} on {day}: {fifth}.",
            ticker=asked.asked.ticker,
            close=words.price(asked.close or forecast.close, currency),
            day=words.day(asked.asked.target),
            fifth=fifth_text(words, asked, currency, fifth),
        ),
        _how_many_were_right(words, asked.counts, fifth),
        words.t("Points of my model this time: {points} of 100.", points=words.number(model)),
        None
        if same is None
        else words.t("Same fifth as last time: {points} of 100.", points=words.number(same)),
        Html(""),
        table_text(words, asked.asked.season, lines),
        disclaimer_line(words),
    )


def _how_many_were_right(words: Words, counts: Sequence[int], fifth: int) -> Html:
    if not sum(counts):
        return words.t("Nobody called this time.")
    return words.n(
        "{right} of {count} call was in that fifth.",
        "{right} of {count} calls were in that fifth.",
        sum(counts),
        right=words.number(counts[fifth]),
    )


def void_text(words: Words, asked: LeagueRound) -> Html:
    """Return that a question cannot be decided."""
    return words.t(
        "The question about {ticker} on {day} does not count: there was no usable close.",
        ticker=asked.asked.ticker,
        day=words.day(asked.asked.target),
    )


def table_text(words: Words, season: str, lines: Sequence[LeagueLine]) -> Html:
    """Return a season's table; members stand in it as a mark that their name is put in for."""
    if not lines:
        return words.t("Nobody has points this quarter yet. <code>/call TSLA</code> asks.")
    year, quarter = season.split("Q")
    beyond = (line for line in lines[_SHOWN:] if line.player != "member")
    return join(
        words.t("<b>League, quarter {quarter} of {year}</b>", quarter=quarter, year=year),
        *(_line(words, line) for line in (*lines[:_SHOWN], *beyond)),
        words.t(
            "100 is best; saying 2 in 10 to every fifth gets 80 on average. A rank takes 3 calls."
        ),
    )


def _line(words: Words, line: LeagueLine) -> Html:
    values = {"points": words.number(line.points, 1), "name": _name(words, line)}
    if line.rank is None:
        return words.n(
            "– {name}: {points} ({count} call)",
            "– {name}: {points} ({count} calls)",
            line.calls,
            **values,
        )
    return words.n(
        "{rank}. {name}: {points} ({count} call)",
        "{rank}. {name}: {points} ({count} calls)",
        line.calls,
        rank=words.number(line.rank),
        **values,
    )


def _name(words: Words, line: LeagueLine) -> Html:
    match line.player:
        case "model":
            return words.t("my model")
        case "same":
            return words.t("same fifth as last time")
        case "member":
            return member_mark(line.call_id, words.t("a former member"))


def member_mark(call_id: int, otherwise: str) -> Html:
    """Return what stands for a member until their name is asked of Telegram.

    It names a call, not a person: what waits to be sent holds nobody's id.
    """
    return Html(f"⟦{call_id}|{otherwise}⟧")


def league_switched(words: Words, *, on: bool) -> Html:
    """Return the answer to `/league on` and `/league off`."""
    if on:
        return words.t(
            "Every Monday I ask about a ticker of the list here, and after the week's last close "
            "I tell what came. <code>/league off</code> ends it."
        )
    return words.t("I ask no weekly question here any more.")
