"""The words of the daily digest: what surprised, what stayed inside, what is ahead."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.words.fitting import MOST_UNITS, utf16_units
from bot.words.forecast import disclaimer_line
from bot.words.in_sample import learned_line
from bot.words.language import Html, Words, join
from forecasting.values import Forecast

Side = Literal["above", "below", "inside"]
OTHER_WIDTH = 0.25
"""Change of a range's width that is worth a word."""
_PRICED = 6
"""Tickers in a line up to which each has its price."""
_MOST_CHANGES, _MOST_AHEAD, _MOST_MISSING = 3, 5, 8
_SHORTER = ((0, 50), (1, 50), (2, 50), (2, 20), (2, 10), (2, 5), (2, 2))
"""Details of a surprise (0 are all) and tickers named in a line: as much as one caption takes."""


@dataclass(frozen=True, slots=True)
class Came:
    """Where a close fell in the range that was given for it, in shares of now.

    Attributes:
        low, high: Ends of the range that 8 in 10 closes fall into.
    """

    side: Side
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Ahead:
    """The day on which a company is to tell its results; `sure` where somebody has said so."""

    day: date
    sure: bool


@dataclass(frozen=True, slots=True, eq=False)
class TickerNews:
    """What the last session brought a ticker.

    Attributes:
        forecast_id: Number of the new forecast in the ledger.
        forecast: The new forecast; its as-of is the session that is told about.
        move: Change of the close since the session of the digest before, as a share.
        came: What became of the range given then; None where none was.
        width_change: Change of the range's width 20 sessions ahead since then, as a share.
        earlier_id: Number of the forecast given then, 0 where none was.
        ahead: The next announcement, None where none is near.
        learned: Whether the model that gave the earlier forecast was trained on its day.
    """

    forecast_id: int
    forecast: Forecast
    move: float
    came: Came | None
    width_change: float | None
    earlier_id: int = 0
    ahead: Ahead | None = None
    learned: bool = False

    @property
    def remarkable(self) -> bool:
        """Whether the close left the range that was given for it."""
        return self.came is not None and self.came.side != "inside"


class DigestWriter:
    """Writes digests in one language."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def remarks(self, *, late: bool, missed: bool) -> tuple[Html, ...]:
        """Return the lines under a digest that came late, or after one that never came."""
        lines = (
            (late, self._words.t("⏳ This digest is late: its prices were not to be had earlier.")),
            (missed, self._words.t("The digest before this one fell out: there were no prices.")),
        )
        return tuple(line for holds, line in lines if holds)

    def text(
        self, items: Sequence[TickerNews], missing: Sequence[str], remarks: Sequence[Html] = ()
    ) -> Html:
        """Return the digest of some tickers.

        Args:
            items: News of at least one ticker, in the order to be told.
            missing: Tickers whose new price is not known.
            remarks: From `remarks`.

        Returns:
            HTML of at most 1024 UTF-16 units: the surprises first, and as much of the rest as
            fits.
        """
        learned = learned_line(self._words) if any(item.learned for item in items) else None
        tail = (self._missing(missing), *remarks, learned, disclaimer_line(self._words))
        for detail, most in _SHORTER:
            text = join(*self._news(items, detail, most), *self._coming(items), *tail)
            if utf16_units(text.without_markup()) <= MOST_UNITS:
                return text
        return join(*self._news(items, 2, 1), *tail[-2:])

    def closed(self, tickers: Sequence[str], since: date) -> Html:
        """Return the note on a day before which no exchange was open."""
        return self._words.t(
            "No new session for {tickers}: closed since {day}.",
            tickers=self._words.listing(tuple(tickers)),
            day=self._words.day(since),
        )

    def _news(self, items: Sequence[TickerNews], detail: int, most: int) -> tuple[Html | None, ...]:
        surprised = [item for item in items if item.remarkable]
        inside = [item for item in items if item.came is not None and not item.remarkable]
        new = [item for item in items if item.came is None]
        return (
            *self._surprises(surprised, detail, most),
            # The other lines name the session themselves.
            self._session(surprised) if surprised and len(surprised) == len(items) else None,
            self._inside(inside, most, alone=not surprised),
            self._new(new, most),
        )

    def _surprises(
        self, items: Sequence[TickerNews], detail: int, most: int
    ) -> tuple[Html | None, ...]:
        if detail < 2:
            return tuple(self._surprise(item, detail) for item in items)
        w = self._words
        above = [item for item in items if item.came and item.came.side == "above"]
        below = [item for item in items if item.came and item.came.side == "below"]
        return (
            w.t("Surprised, above the range I gave: {moves}", moves=self._moves(above, most))
            if above
            else None,
            w.t("Surprised, below the range I gave: {moves}", moves=self._moves(below, most))
            if below
            else None,
        )

    def _surprise(self, item: TickerNews, detail: int) -> Html | None:
        if item.came is None:
            return None
        w, currency = self._words, item.forecast.currency
        values = {
            "ticker": item.forecast.ticker,
            "move": w.change(item.move),
            "price": w.price(item.forecast.close, currency),
            "low": w.price(item.came.low, currency),
            "high": w.price(item.came.high, currency),
        }
        if item.came.side == "above":
            if detail:
                return w.t("<b>{ticker} surprised: {move}</b>, above the range I gave", **values)
            return w.t(
                "<b>{ticker} surprised: {move}</b>, above the range I gave. It closed at {price}; "
                "I had said {low} to {high}.",
                **values,
            )
        if detail:
            return w.t("<b>{ticker} surprised: {move}</b>, below the range I gave", **values)
        return w.t(
            "<b>{ticker} surprised: {move}</b>, below the range I gave. It closed at {price}; "
            "I had said {low} to {high}.",
            **values,
        )

    def _session(self, items: Sequence[TickerNews]) -> Html:
        return self._words.t("So it was at the close of {day}.", day=self._day(items))

    def _inside(self, items: Sequence[TickerNews], most: int, *, alone: bool) -> Html | None:
        if not items:
            return None
        moves, day = self._moves(items, most), self._day(items)
        if alone:
            return self._words.n(
                "No surprise on {day}: {moves} stayed inside the range I gave.",
                "No surprise on {day}: {moves} stayed inside the ranges I gave.",
                len(items),
                moves=moves,
                day=day,
            )
        return self._words.t("Inside on {day}: {moves}", moves=moves, day=day)

    def _new(self, items: Sequence[TickerNews], most: int) -> Html | None:
        if not items:
            return None
        return self._words.n(
            "First forecast, from the close of {day}: {prices}. In the next digest I say whether "
            "it stayed inside its range.",
            "First forecasts, from the close of {day}: {prices}. In the next digest I say whether "
            "they stayed inside their ranges.",
            len(items),
            prices=self._listed(items, most, self._price),
            day=self._day(items),
        )

    def _coming(self, items: Sequence[TickerNews]) -> tuple[Html | None, ...]:
        w = self._words
        wilder, calmer = (self._changed(items, sign) for sign in (1, -1))
        dated = sorted(
            (item for item in items if item.ahead is not None),
            key=lambda item: item.ahead.day if item.ahead else date.max,
        )
        return (
            w.t("Wilder than at the last digest: {changes}", changes=wilder) if wilder else None,
            w.t("Calmer than at the last digest: {changes}", changes=calmer) if calmer else None,
            w.t("Results ahead: {days}", days=self._listed(dated, _MOST_AHEAD, self._results))
            if dated
            else None,
        )

    def _changed(self, items: Sequence[TickerNews], sign: int) -> str:
        """Return whose range became wider (1) or narrower (-1), what changed most first."""
        turned = [(sign * (item.width_change or 0.0), item) for item in items]
        most = sorted(turned, key=lambda pair: -pair[0])[:_MOST_CHANGES]
        return self._words.listing(
            tuple(
                self._words.t(
                    "{ticker} (range {change})",
                    ticker=item.forecast.ticker,
                    change=self._words.change(item.width_change or 0.0),
                )
                for by, item in most
                if by >= OTHER_WIDTH
            )
        )

    def _missing(self, tickers: Sequence[str]) -> Html | None:
        if not tickers:
            return None
        shown = tuple(tickers)[:_MOST_MISSING]
        named, more = self._words.listing(shown), len(tickers) - len(shown)
        if more:
            return self._words.n(
                "No new price yet: {tickers} and {count} more",
                "No new price yet: {tickers} and {count} more",
                more,
                tickers=named,
            )
        return self._words.t("No new price yet: {tickers}", tickers=named)

    def _moves(self, items: Sequence[TickerNews], most: int) -> Html:
        return self._listed(items, most, self._priced if len(items) <= _PRICED else self._move)

    def _listed(
        self, items: Sequence[TickerNews], most: int, say: Callable[[TickerNews], Html]
    ) -> Html:
        """Return what is said of each, the first `most` of them, and how many more there are."""
        said: Iterable[Html] = map(say, items[:most])
        more = len(items) - most
        if more > 0:
            said = (*said, self._words.n("{count} more", "{count} more", more))
        return Html(self._words.listing(tuple(said)))

    def _move(self, item: TickerNews) -> Html:
        ticker, move = item.forecast.ticker, self._words.change(item.move)
        return self._words.t("{ticker} {move}", ticker=ticker, move=move)

    def _priced(self, item: TickerNews) -> Html:
        return self._words.t(
            "{ticker} {move} ({price})",
            ticker=item.forecast.ticker,
            move=self._words.change(item.move),
            price=self._words.price(item.forecast.close, item.forecast.currency),
        )

    def _price(self, item: TickerNews) -> Html:
        price = self._words.price(item.forecast.close, item.forecast.currency)
        return self._words.t("{ticker} {price}", ticker=item.forecast.ticker, price=price)

    def _results(self, item: TickerNews) -> Html:
        if item.ahead is None:
            return Html("")
        values = {"ticker": item.forecast.ticker, "day": self._words.short_day(item.ahead.day)}
        if item.ahead.sure:
            return self._words.t("{ticker} on {day}", **values)
        return self._words.t("{ticker} about {day}", **values)

    def _day(self, items: Sequence[TickerNews]) -> str:
        return self._words.day(max(item.forecast.as_of for item in items))
