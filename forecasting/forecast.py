"""From bars to forecasts, many tickers in one run of the network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.announcements.issuers import tells_results
from forecasting.announcements.known import Announcements, nothing
from forecasting.announcements.source import NOBODY
from forecasting.errors import ForecastingError, TooLittleHistoryError, UnusableHistoryError
from forecasting.features.dataset import join_inputs
from forecasting.features.model_inputs import MEMORY, MIN_SESSIONS, Inputs, inputs_at
from forecasting.features.rolling import RollingSums
from forecasting.features.slicing import slice_of
from forecasting.model.serving import Model
from forecasting.sessions import next_sessions
from forecasting.significant import significant
from forecasting.slices import SLICE_HORIZON
from forecasting.values import HORIZONS, LEVELS, Bars, Float1D, Float2D, Forecast

SHORT_HISTORY = 260
"""Bars below which a forecast carries the caution `short-history`."""
_YEAR = 252
_PAST = 12
"""Earlier as-ofs whose width is taken for usual: one every month of a year."""
_STILL = 0.6
"""Share of unchanged closes in the last quarter above which a history counts as not traded."""
_NO_MOVE = 1e-6
_LONG_GAP = 30
"""Calendar days without a bar after which the bars before say little about those after."""


@dataclass(frozen=True, slots=True)
class _Request:
    bars: Bars
    inputs: Inputs
    """The forecast's own inputs first, then those of earlier as-ofs."""
    known: Announcements | None

    @property
    def undated(self) -> str:
        """The caution of a company whose announcements are unknown, empty where there is none."""
        if not tells_results(self.bars.ticker):
            return ""
        if self.known is None or self.known.source == NOBODY:
            return "dates-unasked"
        # A source that was asked and has none, as for a fund, has said what there is to say.
        return "" if self.known.source else "no-dates"


def check_usable(bars: Bars) -> None:
    """Refuse a history that no honest forecast can be made of.

    Raises:
        TooLittleHistoryError: Fewer than `MIN_SESSIONS` bars.
        UnusableHistoryError: Flat, halted or broken in the last quarter.
    """
    if len(bars) < MIN_SESSIONS:
        raise TooLittleHistoryError(bars.ticker, bars.source, MIN_SESSIONS, len(bars))
    if not usable_rows(bars, np.array([len(bars) - 1]))[0]:
        raise UnusableHistoryError(
            bars.ticker, bars.source, "flat or halted within the last quarter"
        )


def usable_rows(bars: Bars, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return as of which rows the last quarter holds enough trading for a forecast.

    Args:
        bars: The history, at least two bars.
        rows: Positions of the as-of bars, shape (n,).
    """
    still = (np.abs(np.diff(np.log(bars.adj_close))) < _NO_MOVE).astype(float)
    halted = (np.diff(bars.sessions).astype(int) > _LONG_GAP).astype(float)
    quarter = (66,)
    flat = RollingSums(still).mean(rows - 1, quarter)[:, 0] > _STILL
    broken = RollingSums(halted).total(rows - 1, quarter)[:, 0] > 0
    enough: NDArray[np.bool_] = (rows >= MIN_SESSIONS - 1) & ~flat & ~broken
    return enough


def _request(bars: Bars, market: Bars | None, known: Announcements | None) -> _Request:
    check_usable(bars)
    end = len(bars) - 1
    rows = np.concatenate([[end], usual_rows(end)])
    first = max(0, int(rows.min()) - MEMORY + 1)
    inputs = inputs_at(bars.rows(slice(first, None)), rows - first, market, known)
    return _Request(bars, inputs, known)


def usual_rows(end: int) -> NDArray[np.int64]:
    """Return the earlier as-ofs, one a month for a year, whose median width is the usual one."""
    past = np.linspace(end - 21, end - _YEAR, _PAST).astype(np.int64)
    return past[past >= MIN_SESSIONS - 1]


def widths(quantiles: Float2D) -> Float2D:
    """Return the widths of 80 % ranges as shares of the close, (n, horizons), of log returns."""
    low, high = LEVELS.index(0.1), LEVELS.index(0.9)
    found: Float2D = np.exp(quantiles[:, :, high]) - np.exp(quantiles[:, :, low])
    return found


def _usual_width(quantiles: Float2D) -> Float1D:
    if not len(quantiles):
        return np.full(len(HORIZONS), np.nan)
    median: Float1D = np.median(widths(quantiles), axis=0)
    return median


def _cautions(request: _Request, guessed: bool, strange: bool) -> tuple[str, ...]:
    flags = {
        "widened": strange,
        "calendar-guessed": guessed,
        "short-history": len(request.bars) < SHORT_HISTORY,
        "no-market": not request.inputs.has_market[0],
    }
    known = tuple(name for name, holds in flags.items() if holds)
    return (*known, request.undated) if request.undated else known


def _forecast(
    model: Model, request: _Request, quantiles: Float2D, strange: NDArray[np.bool_]
) -> Forecast:
    bars = request.bars
    found = next_sessions(bars.exchange, bars.as_of, len(HORIZONS))
    close, usual, place = float(bars.close[-1]), _usual_width(quantiles[1:]), SLICE_HORIZON - 1
    widening = float(widths(quantiles[:1])[0, place] / usual[place])
    prices = close * np.exp(quantiles[0])
    return Forecast(
        ticker=bars.ticker,
        as_of=bars.as_of,
        close=close,
        targets=found.days,
        # "No change" stays the close itself, to its last digit.
        quantiles=np.where(prices == close, close, significant(prices)),
        currency=bars.currency,
        source=bars.source,
        model_version=model.version,
        data_digest=bars.digest(),
        usual_width=significant(usual),
        cautions=_cautions(request, found.guessed, bool(strange[0])),
        note=bars.note,
        slice=slice_of(bars.ticker, bars.as_of, found.days, request.known, widening),
    )


def make_forecasts(
    model: Model,
    histories: Sequence[Bars],
    market: Bars | None,
    known: Mapping[str, Announcements] | None = None,
) -> list[Forecast | ForecastingError]:
    """Return the forecast of each history from its last bar, or why there is none.

    Args:
        model: The served model.
        histories: One for each ticker.
        market: The market's bars; those after a history's last bar are not looked at. None, or bars
            that end too early, give a forecast with the caution `no-market`.
        known: Announcements by ticker. A company without any gives a forecast with the caution
            `no-dates`, or `dates-unasked` where nobody was asked: from the past's volume and jumps
            alone.

    Returns:
        One entry for each history, in order.
    """
    answers: list[Forecast | ForecastingError | _Request] = []
    for bars in histories:
        try:
            told = None if known is None else known.get(bars.ticker, nothing(bars.ticker))
            answers.append(_request(bars, market, told))
        except ForecastingError as err:
            answers.append(err)
    requests = [answer for answer in answers if isinstance(answer, _Request)]
    made = iter(_make(model, requests))
    return [next(made) if isinstance(a, _Request) else a for a in answers]


def _make(model: Model, requests: Sequence[_Request]) -> list[Forecast | ForecastingError]:
    if not requests:
        return []
    inputs = join_inputs([request.inputs for request in requests])
    quantiles, strange = model.run(inputs), model.strange(inputs)
    made: list[Forecast | ForecastingError] = []
    start = 0
    for request in requests:
        rows = slice(start, start + len(request.inputs))
        start = rows.stop
        try:
            made.append(_forecast(model, request, quantiles[rows], strange[rows]))
        except ForecastingError as err:
            made.append(err)
    return made
