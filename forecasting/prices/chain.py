"""Several sources, tried in order until one has the history."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from threading import Lock

from forecasting.errors import (
    BadAnswerError,
    NoConnectionError,
    PriceError,
    RateLimitedError,
    UnknownTickerError,
)
from forecasting.prices.source import PriceSource
from forecasting.values import Bars

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=5)
"""How long a source that asked to wait, without saying how long, is left alone."""
BREATH = timedelta(seconds=20)
"""How long a source that could not be reached twice in a row is left alone."""
_ALONE_AFTER = 2
# Which of several failures tells most: what may pass goes before what a source is sure of, because
# "unknown" from the second source means little while the first could not be asked.
_TELLING = (RateLimitedError, NoConnectionError, BadAnswerError, PriceError)


class ChainSource:
    """Tries sources in order and remembers which of them asked to wait or are away."""

    def __init__(self, sources: Sequence[PriceSource], *, one_at_a_time: bool = False) -> None:
        """Take the sources, first choice first.

        Args:
            sources: Sources with different names.
            one_at_a_time: Never ask one source two questions at once, so that a service that is
                away holds up one question and not each of fifty by its whole time limit.

        Raises:
            ValueError: There is none.
        """
        if not sources:
            raise ValueError("a chain needs at least one price source")
        self._sources = tuple(sources)
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
        for source in self._sources:
            try:
                bars = self._ask(source, ticker, now, known)
            except PriceError as err:
                errors.append(err)
            else:
                return bars
        raise _most_telling(errors)

    def search(self, text: str, now: datetime) -> tuple[str, ...]:
        """Return what the first source with an answer offers."""
        for source in self._sources:
            resting = self._states[source.name].resting(now)
            if resting is None and (found := source.search(text, now)):
                return found
        return ()

    def _ask(self, source: PriceSource, ticker: str, now: datetime, known: Bars | None) -> Bars:
        state = self._states[source.name]
        with state.turn:
            if (resting := state.resting(now)) is not None:
                raise resting(ticker, source.name)
            try:
                bars = source.history(ticker, now, known)
            except (RateLimitedError, NoConnectionError) as err:
                state.failed(err, now)
                raise
            except PriceError:
                state.answered(source.name)
                raise
            state.answered(source.name)
            return bars


class _State:
    """What a chain remembers of one source."""

    def __init__(self, one_at_a_time: bool) -> None:
        self.turn: AbstractContextManager[object] = Lock() if one_at_a_time else nullcontext()
        self._failures = 0
        self._until: datetime | None = None
        self._limited = False

    def resting(self, now: datetime) -> Callable[[str, str], PriceError] | None:
        """Return what to raise instead of asking, None where the source may be asked."""
        until = self._until
        if until is None or now >= until:
            return None
        if self._limited:
            return lambda ticker, name: RateLimitedError(ticker, name, until)
        return lambda ticker, name: NoConnectionError(ticker, name, "not reached a moment ago")

    def failed(self, err: PriceError, now: datetime) -> None:
        self._failures += 1
        self._limited = isinstance(err, RateLimitedError)
        if isinstance(err, RateLimitedError):
            self._until = err.retry_at or now + PAUSE
        elif self._failures >= _ALONE_AFTER:
            self._until = now + BREATH
        if self._failures == 1:
            log.warning("price_source_failing source=%s error=%s", err.source, type(err).__name__)

    def answered(self, name: str) -> None:
        if self._failures:
            log.info("price_source_recovered source=%s", name)
        self._failures, self._until = 0, None


def _most_telling(errors: list[PriceError]) -> PriceError:
    if all(isinstance(err, UnknownTickerError) for err in errors):
        return _unknown(errors)
    known = [err for err in errors if not isinstance(err, UnknownTickerError)]
    return min(known, key=lambda err: next(i for i, t in enumerate(_TELLING) if isinstance(err, t)))


def _unknown(errors: list[PriceError]) -> UnknownTickerError:
    found = [t for err in errors if isinstance(err, UnknownTickerError) for t in err.suggestions]
    names = ",".join(err.source for err in errors)
    return UnknownTickerError(errors[0].ticker, names, tuple(dict.fromkeys(found)))
