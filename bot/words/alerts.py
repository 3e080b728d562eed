"""The words and buttons of alerts."""

import re
from dataclasses import dataclass
from datetime import date

from bot.errors import UsageError
from bot.values import STALE_SESSIONS, BandBreak
from bot.words.buttons import VERSION, Button, Keyboard
from bot.words.forecast import disclaimer_line
from bot.words.language import Html, Words, copied, join
from bot.words.names import full_name
from forecasting.values import Forecast, parse_ticker
from storage.records.chats import Alert, NewAlert
from storage.records.ledger import Issued

_BUTTON = re.compile(rf"{VERSION}:([ax]):(\d{{1,15}})")
_TICKER = re.compile(rf"{VERSION}:t:([^:]{{1,20}})")
SHOW = f"{VERSION}:b"
"""Data of the button that shows the alerts."""


@dataclass(frozen=True, slots=True)
class WatchBand:
    """Set an alert on the band of a forecast."""

    forecast_id: int

    def encode(self) -> str:
        """Return the button data."""
        return f"{VERSION}:a:{self.forecast_id}"


@dataclass(frozen=True, slots=True)
class WatchTicker:
    """Set an alert on the range of a ticker's newest forecast."""

    ticker: str

    def encode(self) -> str:
        """Return the button data."""
        return f"{VERSION}:t:{self.ticker}"


@dataclass(frozen=True, slots=True)
class CancelAlert:
    """Cancel an alert."""

    alert_id: int

    def encode(self) -> str:
        """Return the button data."""
        return f"{VERSION}:x:{self.alert_id}"


def read_alert_button(data: str) -> WatchBand | WatchTicker | CancelAlert:
    """Return what a button of alerts means.

    Raises:
        InvalidTickerError: It names no ticker.
        UsageError: The data was not made by this bot, or by a version long gone.
    """
    if named := _TICKER.fullmatch(data):
        return WatchTicker(parse_ticker(named[1]))
    match = _BUTTON.fullmatch(data)
    if match is None:
        raise UsageError("stale-button", data)
    return WatchBand(int(match[2])) if match[1] == "a" else CancelAlert(int(match[2]))


def alert_usage(words: Words) -> Html:
    """Return how `/alert` is used, for those who typed nothing after it."""
    return join(
        words.t(
            "<code>/alert TSLA</code>: I tell you when a close leaves the 8-in-10 range of the "
            "newest forecast. As a reply to a forecast it means that one."
        ),
        words.t(
            "<code>/alert TSLA 250 60%</code>: I tell you when the chance of a close above 250 "
            "in 20 sessions passes 60 %."
        ),
        words.t("<code>/alert TSLA 250</code>: I tell you when a close passes 250."),
        words.t("/alerts shows what waits here."),
    )


def band_set(words: Words, issued: Issued, sessions_old: int = 0) -> Html:
    """Return the confirmation of a band alert, short enough for a pop-up."""
    forecast = issued.forecast
    last = len(forecast.targets)
    told = words.t(
        "🔔 {ticker}: I tell you when a close leaves the 8-in-10 range of forecast #F{id}, "
        "{low} to {high} by {day}. /alerts",
        ticker=forecast.ticker,
        id=copied(issued.id),
        low=words.price(forecast.at(last, 0.1), forecast.currency),
        high=words.price(forecast.at(last, 0.9), forecast.currency),
        day=words.short_day(forecast.targets[-1]),
    )
    old = words.t("⚠️ Its prices are old: I wait for new ones.")
    return join(told, old if sessions_old >= STALE_SESSIONS else None)


def chance_set(words: Words, wish: NewAlert, chance: float, forecast: Forecast) -> Html:
    """Return the confirmation of a probability alert."""
    values = {
        "ticker": forecast.ticker,
        "price": words.price(wish.price or 0.0, forecast.currency),
        "mark": words.percent(wish.probability or 0.0),
        "now": words.chance(chance),
    }
    if wish.direction == "above":
        return words.t(
            "🔔 {ticker}: I tell you when the chance of a close above {price} in 20 sessions "
            "rises above {mark} (now {now}). /alerts",
            **values,
        )
    return words.t(
        "🔔 {ticker}: I tell you when the chance of a close above {price} in 20 sessions "
        "falls below {mark} (now {now}). /alerts",
        **values,
    )


def price_set(words: Words, wish: NewAlert, forecast: Forecast) -> Html:
    """Return the confirmation of a price alert."""
    values = {
        "name": full_name(forecast.ticker),
        "price": words.price(wish.price or 0.0, forecast.currency),
        "close": words.price(forecast.close, forecast.currency),
    }
    if wish.direction == "above":
        return words.t(
            "🔔 {name}: I tell you once when a close is above {price} (now {close}). /alerts",
            **values,
        )
    return words.t(
        "🔔 {name}: I tell you once when a close is below {price} (now {close}). /alerts", **values
    )


def price_crossed(
    words: Words, wish: NewAlert, forecast: Forecast, price: float, day: date, close: float
) -> Html:
    """Return the message that a close was beyond a price; prices in shares of now."""
    values = {
        "name": full_name(forecast.ticker),
        "price": words.price(price, forecast.currency),
        "close": words.price(close, forecast.currency),
        "day": words.day(day),
    }
    first = (
        words.t("🔔 <b>{name}</b> closed at {close} on {day}, above your {price}.", **values)
        if wish.direction == "above"
        else words.t("🔔 <b>{name}</b> closed at {close} on {day}, below your {price}.", **values)
    )
    return join(first, words.t("This alert has ended."), disclaimer_line(words))


def alerts_text(words: Words, alerts: tuple[Alert, ...]) -> Html:
    """Return what waits in a place."""
    if not alerts:
        return join(words.t("No alerts wait here."), alert_usage(words))
    return join(
        words.n(
            "<b>{count} alert waits here:</b>", "<b>{count} alerts wait here:</b>", len(alerts)
        ),
        *(alert_line(words, alert.wish) for alert in alerts),
        words.t("Press one to cancel it."),
    )


def alert_line(words: Words, wish: NewAlert) -> Html:
    """Return what an alert waits for, in one line."""
    if wish.kind == "band":
        return words.t(
            "{ticker}: a close outside the range of #F{id}",
            ticker=wish.ticker,
            id=copied(wish.forecast_id or 0),
        )
    if wish.kind == "price":
        at = {"ticker": wish.ticker, "price": words.price(wish.price or 0.0, "")}
        if wish.direction == "above":
            return words.t("{ticker}: a close above {price}", **at)
        return words.t("{ticker}: a close below {price}", **at)
    values = {
        "ticker": wish.ticker,
        "price": words.price(wish.price or 0.0, ""),
        "mark": words.percent(wish.probability or 0.0),
    }
    if wish.direction == "above":
        return words.t("{ticker}: chance of a close above {price} over {mark}", **values)
    return words.t("{ticker}: chance of a close above {price} under {mark}", **values)


def alerts_keyboard(
    words: Words, alerts: tuple[Alert, ...], examples: tuple[str, ...] = ()
) -> Keyboard:
    """Return buttons that cancel each alert; where none waits, such as set one on an example."""
    if not alerts:
        return tuple(
            (
                Button(
                    words.plain("🔔 When {ticker} leaves its range", ticker=ticker),
                    WatchTicker(ticker).encode(),
                ),
            )
            for ticker in examples
        )
    return tuple(
        (Button(_button_text(words, alert.wish), CancelAlert(alert.id).encode(), "danger"),)
        for alert in alerts
    )


def _button_text(words: Words, wish: NewAlert) -> str:
    return words.plain("✖ {alert}", alert=alert_line(words, wish).without_markup())


def band_left(words: Words, issued: Issued, broken: BandBreak) -> Html:
    """Return the message that a close has left its band."""
    forecast = issued.forecast
    values = {
        "ticker": forecast.ticker,
        "day": words.day(broken.day),
        "close": words.price(broken.close, forecast.currency),
        "low": words.price(broken.low, forecast.currency),
        "high": words.price(broken.high, forecast.currency),
        "id": copied(issued.id),
    }
    first = (
        words.t("🔔 <b>{ticker}</b> closed at {close} on {day}, above its 8-in-10 range.", **values)
        if broken.close > broken.high
        else words.t(
            "🔔 <b>{ticker}</b> closed at {close} on {day}, below its 8-in-10 range.", **values
        )
    )
    return join(
        first,
        words.t("Forecast #F{id} gave {low} to {high} for that session.", **values),
        words.t("One close in five is expected outside; this alert has ended."),
        disclaimer_line(words),
    )


def band_held(words: Words, issued: Issued) -> Html:
    """Return the message that all sessions of a watched forecast closed inside its band."""
    forecast = issued.forecast
    return join(
        words.t(
            "🔔 <b>{ticker}</b> closed inside the 8-in-10 range of forecast #F{id} in all its "
            "{count} sessions, to {day}. This alert has ended.",
            ticker=forecast.ticker,
            id=copied(issued.id),
            count=words.number(len(forecast.targets)),
            day=words.day(forecast.targets[-1]),
        ),
        disclaimer_line(words),
    )


def chance_passed(
    words: Words, wish: NewAlert, forecast: Forecast, price: float, chance: float
) -> Html:
    """Return the message that a chance has passed its mark; `price` in shares of now."""
    values = {
        "ticker": forecast.ticker,
        "price": words.price(price, forecast.currency),
        "mark": words.percent(wish.probability or 0.0),
        "chance": words.chance(chance),
        "close": words.price(forecast.close, forecast.currency),
        "day": words.day(forecast.as_of),
    }
    first = (
        words.t(
            "🔔 <b>{ticker}</b>: the chance of a close above {price} in 20 sessions is {chance} "
            "now, above your {mark}.",
            **values,
        )
        if wish.direction == "above"
        else words.t(
            "🔔 <b>{ticker}</b>: the chance of a close above {price} in 20 sessions is {chance} "
            "now, below your {mark}.",
            **values,
        )
    )
    return join(
        first,
        words.t("Last close: {close} on {day}. This alert has ended.", **values),
        disclaimer_line(words),
    )
