"""What is told beside a forecast: the company's name, the market, what comes, the range before."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cachetools import LRUCache

from bot.answers.forecasts import Answer, ForecastDesk
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.values import Coming
from bot.worker import SingleFlight, Worker
from forecasting.announcements.known import Certainty, Expected
from forecasting.announcements.source import AnnouncementSource
from forecasting.charts.fan import About
from forecasting.charts.ladder import rung_of
from forecasting.errors import ForecastingError
from forecasting.forecast import make_forecasts
from forecasting.model.serving import Model
from forecasting.names.table import name_of
from forecasting.ticker_notation import MARKET_TICKERS
from forecasting.values import Bars, Forecast

_MOST_REMEMBERED, _MOST_MARKETS = 2048, 64
_APART = timedelta(days=6)
"""Days by which the market's last session may be older than the forecast's: a long holiday."""


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What is told beside one forecast.

    Attributes:
        about: What its picture shows, drawn on its own rung of the scale of per cent.
        coming: The company's next announcement, None where none is expected soon or known.
    """

    about: About
    coming: Coming | None


class Surroundings:
    """Finds it once for each forecast, however many ask."""

    def __init__(
        self,
        forecasts: ForecastDesk,
        ledger: AwaitableStore,
        base: Model,
        worker: Worker,
        clock: Clock,
        dates: AnnouncementSource,
    ) -> None:
        self._forecasts = forecasts
        self._ledger = ledger
        self._base = base
        self._worker = worker
        self._clock = clock
        self._dates = dates
        self._flights = SingleFlight()
        self._known: LRUCache[int, Setting] = LRUCache(_MOST_REMEMBERED)
        self._markets: LRUCache[tuple[str, date], Forecast] = LRUCache(_MOST_MARKETS)

    async def of(self, answer: Answer) -> Setting:
        """Return what is told beside a forecast that is at hand."""
        forecast_id = answer.issued.id
        if forecast_id not in self._known:
            found = await self._flights.run(forecast_id, lambda: self._find(answer))
            self._known[forecast_id] = found
        return self._known[forecast_id]

    async def of_number(self, forecast_id: int) -> Setting:
        """Return what is told beside a forecast in the ledger.

        Raises:
            ForecastGoneError: The ledger holds no such forecast.
            PriceError: Its bars cannot be had again.
        """
        known = self._known.get(forecast_id)
        return known or await self.of(await self._forecasts.answer_again(forecast_id))

    async def _find(self, answer: Answer) -> Setting:
        forecast = answer.issued.forecast
        expected = await self._worker.wait(self._expected, forecast, self._clock.now())
        told = expected is not None and expected.certainty is not Certainty.GUESSED
        about = About(
            name=name_of(forecast.ticker) or "",
            number=answer.issued.id,
            market=await self._market(forecast),
            # A day that only the past lets expect is right in less than half of all cases: it is
            # told in words, with a doubt, and not marked.
            announcements=(expected.day,) if expected is not None and told else (),
            before=await self._before(forecast),
            rung=rung_of([(answer.bars, forecast)]),
        )
        return Setting(about, _coming(expected))

    def _expected(self, forecast: Forecast, now: datetime) -> Expected | None:
        after = forecast.as_of + timedelta(days=1)
        with suppress(ForecastingError):
            found = self._dates.announcements(forecast.ticker, now).expected(after)
            if found is not None and found.day <= forecast.targets[-1]:
                return found
        return None

    async def _before(self, forecast: Forecast) -> Forecast | None:
        """Return the forecast before, where it reached to this one's as-of."""
        day = forecast.as_of - timedelta(days=1)
        earlier = await self._ledger.forecasts_of(forecast.ticker, 1, day)
        reaches = earlier and forecast.as_of in earlier[0].forecast.targets
        return earlier[0].forecast if reaches else None

    async def _market(self, forecast: Forecast) -> Forecast | None:
        if forecast.ticker in MARKET_TICKERS:
            return None
        bars = await self._forecasts.market()
        cut = None if bars is None else bars.between(None, forecast.as_of)
        if cut is None or not len(cut) or forecast.as_of - cut.as_of > _APART:
            return None
        key = (cut.ticker, cut.as_of)
        if key not in self._markets:
            found = await self._flights.run(key, lambda: self._made(cut))
            if found is None:
                return None
            self._markets[key] = found
        return self._markets[key]

    async def _made(self, bars: Bars) -> Forecast | None:
        # Only its width is shown, beside another's: it is not given as a forecast, so not issued.
        (made,) = await self._worker.compute(make_forecasts, self._base, [bars], bars)
        return made if isinstance(made, Forecast) else None


def fan_name(about: About, sessions_old: int) -> str:
    """Return a name for the picture of a forecast that changes whenever the picture would."""
    beside = [
        (one.ticker, one.as_of, one.model_version) if one is not None else None
        for one in (about.market, about.before)
    ]
    shown = (about.name, about.announcements, about.rung, sessions_old, beside)
    return f"fan-{hashlib.sha256(repr(shown).encode()).hexdigest()[:16]}"


def _coming(expected: Expected | None) -> Coming | None:
    if expected is None:
        return None
    return Coming(expected.day, sure=expected.certainty is Certainty.CONFIRMED)
