"""Alerts that come to pass: each is told once, through the outbox, and closed."""

from datetime import datetime
from functools import cache

from bot.answers.alerts import ALERT_HORIZON
from bot.answers.bands import first_break, is_over, split_factor
from bot.answers.preferences import is_silent
from bot.background.outbox.posts import Post
from bot.words.alerts import band_held, band_left, chance_passed
from bot.words.buttons import AskForecast, Button
from bot.words.language import Html, Words, load_words
from forecasting.sessions import sessions_old
from forecasting.values import Bars, Forecast
from storage.records.chats import Alert
from storage.records.work import OutboxItem
from storage.store import Store

KIND = "alert"
_words = cache(load_words)


def tell_due_alerts(
    store: Store, ticker: str, bars: Bars, forecast: Forecast | None, now: datetime
) -> int:
    """Put the alerts of a ticker that have come to pass into the outbox and close them.

    A crash between the two tells nothing twice: the outbox knows the alert's key.

    Returns:
        How many were closed.
    """
    due = due_alerts(store, ticker, bars, forecast, now)
    store.enqueue([item for _, item in due], now)
    return sum(store.fire_alert(alert.id, now) for alert, _ in due)


def key_of(alert: Alert) -> str:
    """Return what an alert's message is known by in the outbox.

    With the instant, since SQLite gives the highest number again when its row was erased.
    """
    return f"{alert.id}@{alert.created_at.isoformat()}"


def due_alerts(
    store: Store, ticker: str, bars: Bars, forecast: Forecast | None, now: datetime
) -> list[tuple[Alert, OutboxItem]]:
    """Return each alert of a ticker that has come to pass, with its message; writes nothing.

    Args:
        store: Where alerts, forecasts and settings are.
        ticker: In Yahoo's notation.
        bars: Its history up to the session that has just closed.
        forecast: The new one from these bars, None where there is none.
        now: Aware; when it is checked.

    Returns:
        Each with its row for the outbox, `key` as of `key_of`. Paused places are left out: their
        alerts wait. None at all where sessions have closed that the bars do not know.
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
                keyboard=((Button(ticker, AskForecast(ticker, ALERT_HORIZON).encode()),),),
                reply_to=_message_with(store, alert),
            )
            items.append((alert, OutboxItem(place, KIND, key_of(alert), now, post.encode())))
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
    chance = forecast.probability_above(price, ALERT_HORIZON)
    passed = chance > wish.probability if wish.direction == "above" else chance < wish.probability
    return (chance_passed(words, wish, forecast, price, chance), True) if passed else None


def _message_with(store: Store, alert: Alert) -> int | None:
    """Return the newest message of the place that shows the watched forecast."""
    if alert.wish.kind != "band" or alert.wish.forecast_id is None:
        return None
    shown = store.forecast_messages([alert.wish.forecast_id])
    here = [m.message_id for m in shown if m.place == alert.wish.place]
    return here[-1] if here else None
