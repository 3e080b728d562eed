"""Alerts that come to pass: each is told once, through the outbox, and closed."""

from datetime import date, datetime, timedelta
from functools import cache

from bot.answers.alerts import ALERT_HORIZON
from bot.answers.bands import first_break, is_over, split_factor
from bot.answers.preferences import is_silent
from bot.background.outbox.posts import PictureKind, PictureRef, Post
from bot.words.alerts import band_held, band_left, chance_passed, price_crossed
from bot.words.buttons import AskForecast, Button
from bot.words.language import Html, Words, load_words
from forecasting.chances import chance_above
from forecasting.sessions import sessions_old
from forecasting.values import Bars, Forecast
from storage.records.chats import Alert, NewAlert, PlaceSettings
from storage.records.ledger import Issued
from storage.records.work import OutboxItem
from storage.store import Store

KIND = "alert"
_LOOK_BACK = 10
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
            text, remarkable, picture = told
            post = Post(
                text,
                silent=is_silent(settings, now, remarkable=remarkable),
                keyboard=((Button(ticker, AskForecast(ticker, ALERT_HORIZON).encode()),),),
                reply_to=_message_with(store, alert),
                pictures=_pictures(picture, settings),
            )
            items.append((alert, OutboxItem(place, KIND, key_of(alert), now, post.encode())))
    return items


Told = tuple[Html, bool, tuple[PictureKind, int, int, int] | None]
"""The words, whether they are remarkable, and a picture: kind, forecast, sessions, one before."""


def _come_to_pass(
    store: Store, alert: Alert, bars: Bars, forecast: Forecast | None, words: Words
) -> Told | None:
    wish = alert.wish
    seen = store.find_forecast(wish.forecast_id) if wish.forecast_id else None
    if seen is None:
        return None
    if wish.kind == "band":
        return _left(seen, bars, words)
    factor = split_factor(seen.forecast, bars)
    if forecast is None or factor is None or wish.price is None:
        return None
    if wish.kind == "price":
        return _crossed(store, wish, seen.forecast.as_of, bars, factor, forecast, words)
    return _passed(wish, wish.price * factor, forecast, words)


def _left(seen: Issued, bars: Bars, words: Words) -> Told | None:
    """Return the news that a close left its band, or that none did to the end."""
    if (broken := first_break(seen.forecast, bars)) is not None:
        picture: tuple[PictureKind, int, int, int] = ("resolved", seen.id, broken.horizon, 0)
        return band_left(words, seen, broken), True, picture
    return (band_held(words, seen), False, None) if is_over(seen.forecast, bars) else None


def _passed(wish: NewAlert, price: float, forecast: Forecast, words: Words) -> Told | None:
    """Return the news that a chance has passed its mark, None where it has not."""
    if wish.probability is None:
        return None
    chance = chance_above(forecast, price, ALERT_HORIZON)
    passed = chance > wish.probability if wish.direction == "above" else chance < wish.probability
    return (chance_passed(words, wish, forecast, price, chance), True, None) if passed else None


def _crossed(
    store: Store,
    wish: NewAlert,
    since: date,
    bars: Bars,
    factor: float,
    forecast: Forecast,
    words: Words,
) -> Told | None:
    """Return the first close beyond a price since the alert was set, with the newest fan.

    Behind its dot stands the range that the forecast before gave for that session.
    """
    price = (wish.price or 0.0) * factor
    later = bars.between(since + timedelta(days=1), None)
    beyond = later.close > price if wish.direction == "above" else later.close < price
    if not beyond.any():
        return None
    row = int(beyond.argmax())
    text = price_crossed(words, wish, forecast, price, later.session(row), float(later.close[row]))
    newest = store.forecasts_of(wish.ticker, limit=_LOOK_BACK)
    shown = next((one for one in newest if one.forecast.as_of == bars.as_of), None)
    if shown is None:
        return text, True, None
    before = next((one for one in newest if one.forecast.as_of < bars.as_of), None)
    return text, True, ("fan", shown.id, ALERT_HORIZON, before.id if before else 0)


def _pictures(
    picture: tuple[PictureKind, int, int, int] | None, settings: PlaceSettings
) -> tuple[PictureRef, ...]:
    if picture is None:
        return ()
    kind, number, sessions, before = picture
    behind = (before,) if before else ()
    return (PictureRef(kind, (number,), sessions, settings.theme, settings.language, behind),)


def _message_with(store: Store, alert: Alert) -> int | None:
    """Return the newest message of the place that shows the watched forecast."""
    if alert.wish.kind != "band" or alert.wish.forecast_id is None:
        return None
    shown = store.forecast_messages([alert.wish.forecast_id])
    here = [m.message_id for m in shown if m.place == alert.wish.place]
    return here[-1] if here else None
