"""The words of the daily digest: one caption for all of a place's tickers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.words.fitting import MOST_UNITS, utf16_units
from bot.words.forecast import disclaimer_line
from bot.words.in_sample import learned_line
from bot.words.language import Html, Words, join
from forecasting.values import Forecast

Fall = Literal["in-50", "in-80", "above-80", "below-80", "above-95", "below-95"]
SAME_WIDTH = 0.05
"""Change of a range's width that is not worth a word."""
_DETAILS = 3
Tail = tuple[Html | None, Html | None, Html]
"""Tickers without a price, a warning, the disclaimer."""


@dataclass(frozen=True, slots=True, eq=False)
class TickerNews:
    """What the last session brought a ticker.

    Attributes:
        forecast_id: Number of the new forecast in the ledger.
        forecast: The new forecast; its as-of is the session that is told about.
        move: Change of the close since the session of the digest before, as a share.
        fall: Where the close fell in the forecast shown then; None where there was none.
        width_change: Change of the 80 % range's width 20 sessions ahead since then, as a share.
        learned: Whether the model that gave the forecast shown then was trained on that day.
    """

    forecast_id: int
    forecast: Forecast
    move: float
    fall: Fall | None
    width_change: float | None
    learned: bool = False

    @property
    def remarkable(self) -> bool:
        """Whether the close left the 80 % range."""
        return self.fall is not None and not self.fall.startswith("in-")


class DigestWriter:
    """Writes digests in one language; what two places share is worded once."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._lines: dict[tuple[int, int], Html] = {}

    def remarks(self, *, late: bool, missed: bool) -> tuple[Html, ...]:
        """Return the lines above a digest that came late, or after one that never came."""
        lines = (
            (late, self._words.t("⏳ This digest is late: its prices were not to be had earlier.")),
            (missed, self._words.t("The digest before this one fell out: there were no prices.")),
        )
        return tuple(line for holds, line in lines if holds)

    def text(
        self, items: Sequence[TickerNews], missing: Sequence[str], above: Sequence[Html] = ()
    ) -> Html:
        """Return the digest of some tickers.

        Args:
            items: News of at least one ticker, in the order to be told.
            missing: Tickers whose new price is not known.
            above: Lines that go first, such as `remarks`.

        Returns:
            HTML of at most 1024 UTF-16 units: with as much detail of every ticker as fits, and at
            the worst with the calm ones only counted.
        """
        head = join(*above, self._heading(items))
        learned = any(item.learned for item in items)
        tail = (
            self._missing(missing),
            learned_line(self._words) if learned else None,
            disclaimer_line(self._words),
        )
        for detail in range(_DETAILS):
            text = join(head, *(self._line(item, detail) for item in items), *tail)
            if utf16_units(text.without_markup()) <= MOST_UNITS:
                return text
        return self._cut(head, items, tail)

    def closed(self, tickers: Sequence[str], since: date) -> Html:
        """Return the note on a day before which no exchange was open."""
        return self._words.t(
            "No new session for {tickers}: closed since {day}.",
            tickers=self._words.listing(tuple(tickers)),
            day=self._words.day(since),
        )

    def _cut(self, head: Html, items: Sequence[TickerNews], tail: Tail) -> Html:
        lines = [self._line(item, _DETAILS - 1) for item in items]
        for shown in range(len(lines) - 1, -1, -1):
            more = self._words.n(
                "… and {count} more, on the picture",
                "… and {count} more, on the picture",
                len(lines) - shown,
            )
            text = join(head, *lines[:shown], more, *tail)
            if utf16_units(text.without_markup()) <= MOST_UNITS:
                return text
        return join(head, *tail[1:])

    def _heading(self, items: Sequence[TickerNews]) -> Html:
        newest = max(item.forecast.as_of for item in items)
        left = sum(item.remarkable for item in items)
        day = self._words.day(newest)
        if not left:
            return self._words.t("<b>After the close of {day}</b>", day=day)
        return self._words.n(
            "<b>After the close of {day}</b>: {count} left its 80 % range",
            "<b>After the close of {day}</b>: {count} left their 80 % range",
            left,
            day=day,
        )

    def _missing(self, tickers: Sequence[str]) -> Html | None:
        if not tickers:
            return None
        return self._words.t(
            "No new price yet: {tickers}", tickers=self._words.listing(tuple(tickers))
        )

    def _line(self, item: TickerNews, detail: int) -> Html:
        key = (id(item), detail)
        if key not in self._lines:
            parts = (self._close(item, short=detail == 2), self._ranges(item, detail))
            self._lines[key] = join(*parts)
        return self._lines[key]

    def _close(self, item: TickerNews, *, short: bool) -> Html:
        w, forecast = self._words, item.forecast
        values = {
            "ticker": forecast.ticker,
            "price": w.price(forecast.close, forecast.currency),
            "move": w.change(item.move),
        }
        mark = {"a": "🔺", "b": "🔻"}.get((item.fall or "-")[0], "")
        if short or item.fall is None:
            return w.t("{mark}<b>{ticker}</b> {price} ({move})", mark=mark, **values)
        sentences = {
            "in-50": "<b>{ticker}</b> {price} ({move}), inside the 50 % range",
            "in-80": "<b>{ticker}</b> {price} ({move}), inside the 80 % range",
            "above-80": "🔺<b>{ticker}</b> {price} ({move}), above the 80 % range",
            "below-80": "🔻<b>{ticker}</b> {price} ({move}), below the 80 % range",
            "above-95": "🔺<b>{ticker}</b> {price} ({move}), above the 95 % range",
            "below-95": "🔻<b>{ticker}</b> {price} ({move}), below the 95 % range",
        }
        return w.t(sentences[item.fall], **values)

    def _ranges(self, item: TickerNews, detail: int) -> Html | None:
        if detail == 2:
            return None
        w, forecast = self._words, item.forecast
        low5, high5, low20, high20 = (
            w.price(forecast.at(horizon, level), forecast.currency)
            for horizon in (5, 20)
            for level in (0.1, 0.9)
        )
        values = {"low5": low5, "high5": high5, "low20": low20, "high20": high20}
        change = item.width_change
        if detail == 1:
            return w.t("5: {low5}–{high5} · 20: {low20}–{high20}", **values)
        if change is None:
            return w.t(
                "80 % range in 5 sessions {low5} to {high5}, in 20 {low20} to {high20}", **values
            )
        values["change"] = w.percent(abs(change))
        if abs(change) < SAME_WIDTH:
            return w.t(
                "80 % range in 5 sessions {low5} to {high5}, in 20 {low20} to {high20}, "
                "as wide as before",
                **values,
            )
        if change > 0:
            return w.t(
                "80 % range in 5 sessions {low5} to {high5}, in 20 {low20} to {high20}, "
                "{change} wider than before",
                **values,
            )
        return w.t(
            "80 % range in 5 sessions {low5} to {high5}, in 20 {low20} to {high20}, "
            "{change} narrower than before",
            **values,
        )
