"""Alerts: set within limits, listed, and cancelled by their owner."""

from typing import Literal

from bot.answers.asked import check_currency
from bot.answers.bands import first_break, is_over
from bot.answers.forecasts import ForecastDesk
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.errors import AlertRefusedError, ForecastGoneError, LimitReachedError
from forecasting.chances import chance_above
from forecasting.values import HORIZONS, Forecast
from storage.records.chats import Alert, NewAlert, Place
from storage.records.ledger import Issued

MOST_IN_PLACE = 50
MOST_OF_PERSON_IN_GROUP = 10
LEAST_PERCENT, MOST_PERCENT = 3, 97
"""Beyond its outermost levels (2.5 and 97.5 %) a forecast does not tell chances apart."""
ALERT_HORIZON = HORIZONS[-1]


class AlertDesk:
    """Sets, lists and cancels alerts."""

    def __init__(self, store: AwaitableStore, forecasts: ForecastDesk, clock: Clock) -> None:
        self._store = store
        self._forecasts = forecasts
        self._clock = clock

    async def watch_band(
        self, place: Place, user_id: int, *, ticker: str = "", forecast_id: int | None = None
    ) -> tuple[Issued, int]:
        """Tell once when a close leaves the 80 % band of a forecast.

        Args:
            place: Where to tell.
            user_id: Whose alert it is.
            ticker: Whose newest forecast is meant where `forecast_id` is not given.
            forecast_id: The forecast that was seen.

        Returns:
            The forecast that is watched, and how many sessions old the newest price is.

        Raises:
            AlertRefusedError: Its sessions have passed, or a close has left the band already.
            ForecastGoneError: The ledger holds no such forecast.
            ForecastingError: There is no forecast, and why.
            LimitReachedError: Too many alerts are waiting.
        """
        seen = None if forecast_id is None else await self._seen(forecast_id)
        newest = await self._forecasts.answer(seen.forecast.ticker if seen else ticker)
        issued = seen or newest.issued
        forecast = issued.forecast
        if is_over(forecast, newest.bars):
            raise AlertRefusedError("over", forecast.ticker)
        if first_break(forecast, newest.bars):
            raise AlertRefusedError("left", forecast.ticker)
        wish = NewAlert(place, user_id, forecast.ticker, "band", forecast_id=issued.id)
        await self._add(wish)
        return issued, newest.sessions_old

    async def watch_chance(
        self, place: Place, user_id: int, ticker: str, price: float, percent: float
    ) -> tuple[NewAlert, float, Forecast]:
        """Tell once when the chance of a close above a price in 20 sessions passes a mark.

        Args:
            place: Where to tell.
            user_id: Whose alert it is.
            ticker: In Yahoo's notation.
            price: In the ticker's currency.
            percent: The mark, 3..97.

        Returns:
            The alert, which waits for the side of the mark that the chance is not on now; the
            chance now, 0..1; and the forecast that says so.

        Raises:
            AlertRefusedError: The price is not positive or the mark outside 3..97.
            ForecastingError: There is no forecast, and why.
            LimitReachedError: Too many alerts are waiting.
        """
        if not price > 0:
            raise AlertRefusedError("price", ticker)
        if not LEAST_PERCENT <= percent <= MOST_PERCENT:
            raise AlertRefusedError("percent", ticker)
        issued = (await self._forecasts.answer(ticker)).issued
        chance = chance_above(issued.forecast, price, ALERT_HORIZON)
        wish = NewAlert(
            place,
            user_id,
            ticker,
            "probability",
            # The forecast of today tells how many of today's shares a share of then will be.
            forecast_id=issued.id,
            price=price,
            probability=percent / 100,
            direction="above" if chance < percent / 100 else "below",
        )
        await self._add(wish)
        return wish, chance, issued.forecast

    async def watch_price(
        self,
        place: Place,
        user_id: int,
        ticker: str,
        price: float,
        direction: Literal["above", "below"] | None = None,
        currency: str = "",
    ) -> tuple[NewAlert, Forecast]:
        """Tell once when a close is beyond a price.

        Args:
            place: Where to tell.
            user_id: Whose alert it is.
            ticker: In Yahoo's notation.
            price: In the ticker's currency.
            direction: On which side; None for the one where the price is not now.
            currency: In which the price was named, empty where none was.

        Returns:
            The alert, and the forecast of today, by which later splits are known.

        Raises:
            AlertRefusedError: The price is not positive, or the close is there already.
            QuestionRefusedError: The ticker is quoted in another currency.
            ForecastingError: There is no forecast, and why.
            LimitReachedError: Too many alerts are waiting.
        """
        if not price > 0:
            raise AlertRefusedError("price", ticker)
        issued = (await self._forecasts.answer(ticker)).issued
        check_currency(issued.forecast, currency)
        close = issued.forecast.close
        side = direction or ("above" if price > close else "below")
        if close > price if side == "above" else close < price:
            raise AlertRefusedError("there", ticker)
        wish = NewAlert(
            place, user_id, ticker, "price", forecast_id=issued.id, price=price, direction=side
        )
        await self._add(wish)
        return wish, issued.forecast

    async def listing(self, place: Place) -> tuple[Alert, ...]:
        """Return a place's open alerts, oldest first."""
        return await self._store.alerts_in(place)

    async def cancel(self, place: Place, alert_id: int) -> bool:
        """Cancel an alert; False when that place has no such open one."""
        return await self._store.cancel_alert(alert_id, place, self._clock.now())

    async def _seen(self, forecast_id: int) -> Issued:
        issued = await self._store.find_forecast(forecast_id)
        if issued is None:
            raise ForecastGoneError(forecast_id)
        return issued

    async def _add(self, wish: NewAlert) -> None:
        waiting = await self.listing(wish.place)
        if wish in [alert.wish for alert in waiting]:
            return
        if len(waiting) >= MOST_IN_PLACE:
            raise LimitReachedError("alerts", MOST_IN_PLACE)
        own = sum(alert.wish.user_id == wish.user_id for alert in waiting)
        if wish.place.chat_id < 0 and own >= MOST_OF_PERSON_IN_GROUP:
            raise LimitReachedError("own-alerts", MOST_OF_PERSON_IN_GROUP)
        await self._store.add_alert(wish, self._clock.now())
