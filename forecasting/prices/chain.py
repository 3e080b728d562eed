"""Several sources, tried in order until one has the history."""

import logging
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import date, datetime, timedelta
from threading import Lock

import numpy as np

from forecasting.errors import (
    BadAnswerError,
    NoConnectionError,
    PriceError,
    RateLimitedError,
    TooLittleHistoryError,
    UnknownTickerError,
)
from forecasting.prices.accepting import check_answer
from forecasting.prices.cleaning import closed_only
from forecasting.prices.doubts import doubt_of, without
from forecasting.prices.odd_rows import odd_rows_mended
from forecasting.prices.second_opinions import agreed, repair_of
from forecasting.prices.source import PriceSource
from forecasting.prices.watch import NobodyWatches, SourceWatch
from forecasting.ticker_notation import MARKET_TICKERS
from forecasting.values import Bars, HeldBack

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=5)
"""How long a source that asked to wait, without saying how long, is left alone."""
BREATH = timedelta(seconds=20)
"""How long a source that could not be reached twice in a row is left alone."""
HUNG = timedelta(seconds=60)
"""How long a source is left alone that let one question wait for its whole time limit."""
_ALONE_AFTER = 2
_MARKET_MOVED = 0.04
"""Log step of the market from which a share's jump to the same side needs no other witness."""
# Which of several failures tells most: what may pass goes before what a source is sure of, because
# "unknown" from the second source means little while the first could not be asked.
_TELLING = (RateLimitedError, NoConnectionError, BadAnswerError, PriceError)
_OUTCOMES = (
    (RateLimitedError, "limited"),
    (NoConnectionError, "unreached"),
    (UnknownTickerError, "unknown"),
)


class ChainSource:
    """Tries sources in order and remembers which of them asked to wait or are away."""

    def __init__(
        self,
        sources: Sequence[PriceSource],
        *,
        one_at_a_time: bool = False,
        watch: SourceWatch | None = None,
    ) -> None:
        """Take the sources, first choice first.

        Args:
            sources: Sources with different names.
            one_at_a_time: Never ask one source two questions at once, so that a service that is
                away holds up one question and not each of fifty by its whole time limit.
            watch: Is told of each question; nobody if not given.

        Raises:
            ValueError: There is none.
        """
        if not sources:
            raise ValueError("a chain needs at least one price source")
        self._sources = tuple(sources)
        self._watch = watch or NobodyWatches()
        self._states = {source.name: _State(one_at_a_time) for source in sources}

    @property
    def name(self) -> str:
        """The sources' names, joined by commas."""
        return ",".join(source.name for source in self._sources)

    def history(self, ticker: str, now: datetime, known: Bars | None = None) -> Bars:
        """Return the history from the first source that has it.

        Raises:
            PriceError: None has it. A source that could not answer counts for more than one that
                does not know the ticker; suggestions of all are kept.
        """
        errors: list[PriceError] = []
        for position, source in enumerate(self._sources):
            try:
                # Here too, because a tail that was joined on can show an older row to be wrong.
                bars = odd_rows_mended(self._ask(source, ticker, now, known))
                check_answer(bars, _until(known, now))
            except PriceError as err:
                errors.append(err)
                continue
            doubt = doubt_of(bars)
            if doubt is None:
                return bars
            if self._market_bears_out(bars, doubt, now):
                return bars
            return self._weighed(bars, doubt, self._opinions(position, bars, now))
        raise _most_telling(errors)

    def search(self, text: str, now: datetime) -> tuple[str, ...]:
        """Return what the first source with an answer offers."""
        for source in self._sources:
            resting = self._states[source.name].resting(now)
            if resting is None and (found := source.search(text, now)):
                return found
        return ()

    def _opinions(self, position: int, bars: Bars, now: datetime) -> Iterator[Bars]:
        """Yield how the source itself and those after it see a doubted ticker when asked again."""
        yield from repair_of(self._sources[position], bars, now)
        for source in self._sources[position + 1 :]:
            with suppress(PriceError):
                yield self._ask(source, bars.ticker, now, None)

    def _market_bears_out(self, bars: Bars, doubt: HeldBack, now: datetime) -> bool:
        """Return whether a mere jump fell on a day on which all prices jumped to that side.

        Units and splits are no matter of the market, whatever its day.
        """
        if doubt.reason != "jump" or bars.ticker in MARKET_TICKERS:
            return False
        step = _step_on(bars, doubt.day)
        for ticker in MARKET_TICKERS:
            with suppress(PriceError):
                markets = _step_on(self._from_first(ticker, now), doubt.day)
                return abs(markets) > _MARKET_MOVED and markets * step > 0
        return False

    def _from_first(self, ticker: str, now: datetime) -> Bars:
        """Return what the first source that knows a ticker says, unweighed."""
        errors: list[PriceError] = []
        for source in self._sources:
            try:
                return self._ask(source, ticker, now, None)
            except PriceError as err:
                errors.append(err)
        raise _most_telling(errors)

    def _weighed(self, bars: Bars, doubt: HeldBack, opinions: Iterable[Bars]) -> Bars:
        for opinion in opinions:
            if (found := agreed(bars, doubt, opinion)) is not None:
                log.info("price_confirmed ticker=%s by=%s", bars.ticker, opinion.source)
                return found
        log.warning(
            "price_held_back ticker=%s source=%s day=%s reason=%s",
            bars.ticker, bars.source, doubt.day, doubt.reason,
        )  # fmt: skip
        return without(bars, doubt)

    def _ask(self, source: PriceSource, ticker: str, now: datetime, known: Bars | None) -> Bars:
        state = self._states[source.name]
        with state.turn:
            if (resting := state.resting(now)) is not None:
                self._watch.asked(source.name, "resting", state.until)
                raise resting(ticker, source.name)
            try:
                bars = source.history(ticker, now, known)
            except (RateLimitedError, NoConnectionError) as err:
                state.failed(err, now)
                self._watch.asked(source.name, _outcome_of(err), state.until)
                raise
            except PriceError as err:
                state.answered(source.name)
                self._watch.asked(source.name, _outcome_of(err), None)
                raise
            state.answered(source.name)
            self._watch.asked(source.name, "answered", None)
            return bars


class _State:
    """What a chain remembers of one source."""

    def __init__(self, one_at_a_time: bool) -> None:
        self.turn: AbstractContextManager[object] = Lock() if one_at_a_time else nullcontext()
        self._failures = 0
        self.until: datetime | None = None
        self._limited = False

    def resting(self, now: datetime) -> Callable[[str, str], PriceError] | None:
        """Return what to raise instead of asking, None where the source may be asked."""
        until = self.until
        if until is None or now >= until:
            return None
        if self._limited:
            return lambda ticker, name: RateLimitedError(ticker, name, until)
        return lambda ticker, name: NoConnectionError(ticker, name, "not reached a moment ago")

    def failed(self, err: PriceError, now: datetime) -> None:
        self._failures += 1
        self._limited = isinstance(err, RateLimitedError)
        if isinstance(err, RateLimitedError):
            self.until = err.retry_at or now + PAUSE
        elif isinstance(err, NoConnectionError) and err.hung:
            self.until = now + HUNG
        elif self._failures >= _ALONE_AFTER:
            self.until = now + BREATH
        if self._failures == 1:
            log.warning("price_source_failing source=%s error=%s", err.source, type(err).__name__)

    def answered(self, name: str) -> None:
        if self._failures:
            log.info("price_source_recovered source=%s", name)
        self._failures, self.until = 0, None


def _outcome_of(error: PriceError) -> str:
    return next((name for kind, name in _OUTCOMES if isinstance(error, kind)), "bad")


def _step_on(bars: Bars, day: date) -> float:
    """Return the log step of the close on a session, 0 where there is none."""
    row = int(np.searchsorted(bars.sessions, np.datetime64(day, "D")))
    if not 0 < row < len(bars) or bars.session(row) != day:
        return 0.0
    return math.log(bars.close[row] / bars.close[row - 1])


def _until(known: Bars | None, now: datetime) -> Bars | None:
    """Return what is known of sessions that have closed, None where that is nothing."""
    with suppress(TooLittleHistoryError):
        return None if known is None else closed_only(known, now)
    return None


def _most_telling(errors: list[PriceError]) -> PriceError:
    if all(isinstance(err, UnknownTickerError) for err in errors):
        return _unknown(errors)
    known = [err for err in errors if not isinstance(err, UnknownTickerError)]
    return min(known, key=lambda err: next(i for i, t in enumerate(_TELLING) if isinstance(err, t)))


def _unknown(errors: list[PriceError]) -> UnknownTickerError:
    found = [t for err in errors if isinstance(err, UnknownTickerError) for t in err.suggestions]
    names = ",".join(err.source for err in errors)
    return UnknownTickerError(errors[0].ticker, names, tuple(dict.fromkeys(found)))
