"""Alerts: set within limits, cancelled by their owner, and told once when they come to pass."""

from datetime import datetime
from functools import cache

from bot.answers.bands import first_break, is_over, split_factor
from bot.answers.forecasts import ForecastDesk
from bot.answers.preferences import is_silent
from bot.awaitable_store import AwaitableStore
from bot.background.outbox.posts import Post
from bot.clock import Clock
from bot.errors import AlertRefusedError, ForecastGoneError, LimitReachedError
from bot.words.alerts import band_held, band_left, chance_passed
from bot.words.buttons import AskForecast
from bot.words.language import Html, Words, load_words
from forecasting.sessions import sessions_old
from forecasting.values import Bars, Forecast
from storage.records import Alert, Issued, NewAlert, Place
from storage.store import Store
from storage.work import OutboxItem

KIND = "alert"
MOST_IN_PLACE = 50
MOST_OF_PERSON_IN_GROUP = 10
LEAST_PERCENT, MOST_PERCENT = 3, 97
"""Beyond its outermost levels (2.5 and 97.5 %) a forecast does not tell chances apart."""
_HORIZON = 20
_words = cache(load_words)


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
        chance = issued.forecast.probability_above(price, _HORIZON)
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


def tell_due_alerts(
    store: Store, ticker: str, bars: Bars, forecast: Forecast | None, now: datetime
) -> int:
    """Put the alerts of a ticker that have come to pass into the outbox and close them.

    A crash between the two tells nothing twice: the outbox knows the alert's key.

    Returns:
        How many were closed.
    """
    items = due_alerts(store, ticker, bars, forecast, now)
    store.enqueue(items, now)
    return sum(store.fire_alert(int(item.key.partition("@")[0]), now) for item in items)


def key_of(alert: Alert) -> str:
    """Return what an alert's message is known by in the outbox.

    With the instant, since SQLite gives the highest number again when its row was erased.
    """
    return f"{alert.id}@{alert.created_at.isoformat()}"


def due_alerts(
    store: Store, ticker: str, bars: Bars, forecast: Forecast | None, now: datetime
) -> list[OutboxItem]:
    """Return a message for each alert of a ticker that has come to pass; writes nothing.

    Args:
        store: Where alerts, forecasts and settings are.
        ticker: In Yahoo's notation.
        bars: Its history up to the session that has just closed.
        forecast: The new one from these bars, None where there is none.
        now: Aware; when it is checked.

    Returns:
        Rows for the outbox, `key` as of `key_of`. Paused places are left out: their alerts
        wait. None at all where sessions have closed that the bars do not know.
    """
    if sessions_old(bars, now) > 0:
        return []
    items = []
    for alert in store.open_alerts(ticker):
        place = alert.wish.place
        settings = store.settings(place)
        if settings.paused:
            continue
        told = _come_to_pass(store, alert, bars, forecast, _words(settings.language))
        if told is not None:
            text, remarkable = told
            post = Post(
                text,
                silent=is_silent(settings, now, remarkable=remarkable),
                keyboard=(((ticker, AskForecast(ticker, _HORIZON).encode()),),),
                reply_to=_message_with(store, alert),
            )
            items.append(OutboxItem(place, KIND, key_of(alert), now, post.encode()))
    return items


def _come_to_pass(
    store: Store, alert: Alert, bars: Bars, forecast: Forecast | None, words: Words
) -> tuple[Html, bool] | None:
    wish = alert.wish
    seen = store.find_forecast(wish.forecast_id) if wish.forecast_id else None
    if seen is None:
        return None
    if wish.kind == "band":
        if (broken := first_break(seen.forecast, bars)) is not None:
            return band_left(words, seen, broken), True
        return (band_held(words, seen), False) if is_over(seen.forecast, bars) else None
    factor = split_factor(seen.forecast, bars)
    if forecast is None or factor is None or wish.price is None or wish.probability is None:
        return None
    price = wish.price * factor
    chance = forecast.probability_above(price, _HORIZON)
    passed = chance > wish.probability if wish.direction == "above" else chance < wish.probability
    return (chance_passed(words, wish, forecast, price, chance), True) if passed else None


def _message_with(store: Store, alert: Alert) -> int | None:
    """Return the newest message of the place that shows the watched forecast."""
    if alert.wish.kind != "band" or alert.wish.forecast_id is None:
        return None
    shown = store.forecast_messages([alert.wish.forecast_id])
    here = [m.message_id for m in shown if m.place == alert.wish.place]
    return here[-1] if here else None
