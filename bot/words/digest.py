"""The words of the daily digest: what surprised, what stayed inside, what is ahead."""

from collections.abc import Callable, Sequence
from datetime import date

from bot.words.fitting import MOST_UNITS, utf16_units
from bot.words.forecast import disclaimer_line
from bot.words.in_sample import learned_line
from bot.words.language import Html, Words, join
from bot.words.news_lines import NewsLines
from bot.words.ticker_news import TickerNews

OTHER_WIDTH = 0.25
"""Change of a range's width that is worth a word."""
_PRICED = 6
"""Tickers in a line up to which each has its price."""
_MOST_CHANGES, _MOST_AHEAD, _MOST_MISSING = 3, 5, 8
_SHORTER = ((0, 50), (1, 50), (2, 50), (2, 20), (2, 10), (2, 5), (2, 2))
"""Details of a surprise (0 are all) and tickers named in a line: as much as one caption takes."""


class DigestWriter:
    """Writes the digests of one time in one language; what it has said of a ticker it keeps."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._disclaimer = disclaimer_line(words)
        self._lines = NewsLines(words)

    def remarks(self, *, late: bool, missed: bool) -> tuple[Html, ...]:
        """Return the lines under a digest that came late, or after one that never came."""
        w, lines = self._words, []
        if late:
            lines.append(w.t("⏳ This digest is late: its prices were not to be had earlier."))
        if missed:
            lines.append(w.t("The digest before this one fell out: there were no prices."))
        return tuple(lines)

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
        tail = (self._missing(missing), *remarks, learned, self._disclaimer)
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
            return tuple(map(self._lines.brief if detail else self._lines.surprise, items))
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
            prices=self._listed(items, most, self._lines.price),
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
            w.t("Results ahead: {days}", days=self._listed(dated, _MOST_AHEAD, self._lines.results))
            if dated
            else None,
        )

    def _changed(self, items: Sequence[TickerNews], sign: int) -> str:
        """Return whose range became wider (1) or narrower (-1), what changed most first."""
        turned = [(sign * (item.width_change or 0.0), item) for item in items]
        most = sorted(turned, key=lambda pair: -pair[0])[:_MOST_CHANGES]
        far = [item for by, item in most if by >= OTHER_WIDTH]
        return self._listed(far, _MOST_CHANGES, self._lines.other_width) if far else ""

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
        return self._listed(
            items, most, self._lines.priced if len(items) <= _PRICED else self._lines.move
        )

    def _listed(
        self, items: Sequence[TickerNews], most: int, say: Callable[[TickerNews], Html]
    ) -> Html:
        """Return what is said of each, the first `most` of them, and how many more there are."""
        said = list(map(say, items[:most]))
        more = len(items) - most
        if more > 0:
            said.append(self._words.n("{count} more", "{count} more", more))
        return Html(self._words.listing(tuple(said)))

    def _day(self, items: Sequence[TickerNews]) -> str:
        return self._words.day(max(item.forecast.as_of for item in items))
