"""`/alert`, `/alerts`, and the bell under a forecast."""

import re
from dataclasses import dataclass

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatAction
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.answers.alerts import AlertDesk
from bot.awaitable_store import AwaitableStore
from bot.errors import AlertRefusedError
from bot.telegram.commands.context import (
    TYPED,
    Context,
    Handlers,
    acting,
    answer_way,
    message_of,
    place_of,
)
from bot.telegram.commands.editing import edit_text, pop_up
from bot.telegram.commands.permissions import (
    person_of,
    pressed_message,
    presser_of,
    require_group_admin,
)
from bot.telegram.presses import acknowledge
from bot.telegram.replies import Replies
from bot.words.alerts import (
    CancelAlert,
    WatchBand,
    WatchTicker,
    alert_usage,
    alerts_keyboard,
    alerts_text,
    band_set,
    chance_set,
    read_alert_button,
)
from bot.words.language import Html
from forecasting.values import parse_ticker
from storage.records.chats import Place

_CHANCE = re.compile(
    r"(?P<ticker>\S+)\s+(?:above\s+|over\s+|>\s*)?[$€£¥]?(?P<price>\d[\d,]*(?:\.\d+)?)\s+"
    r"(?P<percent>\d{1,3}(?:\.\d+)?)\s*%?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AlertRequest:
    """What `/alert` was asked for; without `price` the band of a forecast is meant."""

    ticker: str
    price: float | None = None
    percent: float | None = None


class AlertCommands:
    """Sets, lists and cancels alerts of a place."""

    def __init__(self, replies: Replies, desk: AlertDesk, store: AwaitableStore) -> None:
        self._replies = replies
        self._desk = desk
        self._store = store

    def handlers(self) -> Handlers:
        """Return what takes `/alert`, `/alerts` and the bells."""
        return (
            CommandHandler("alert", self.on_command, filters=TYPED),
            CommandHandler("alerts", self.alerts, filters=TYPED),
            CallbackQueryHandler(self.on_show, pattern=r"^v1:b$"),
            CallbackQueryHandler(self.on_press, pattern=r"^v1:[axt]:"),
        )

    async def on_command(self, update: Update, context: Context) -> None:
        """Set an alert on a ticker, or on the forecast that the command replies to."""
        message = message_of(update)
        typed = read_alert(message.text or "")
        replied = await self._forecast_replied_to(message)
        if typed is None and replied is None:
            words = self._replies.words
            keyboard = alerts_keyboard(words, (), self._replies.examples)
            await self._replies.text(answer_way(message), alert_usage(words), keyboard)
            return
        self._replies.spend(person_of(message))
        async with acting(context.bot, place_of(message), ChatAction.TYPING):
            text = await self._set(place_of(message), person_of(message), typed, replied)
        await self._replies.text(answer_way(message), text)

    async def alerts(self, update: Update, _context: Context) -> None:
        """List the alerts that wait."""
        await self._show(message_of(update))

    async def on_show(self, update: Update, _context: Context) -> None:
        """List the alerts, for a press that asks for it."""
        query = update.callback_query
        if query is None:
            return
        message, _ = pressed_message(query)
        await acknowledge(query)
        await self._show(message)

    async def _show(self, message: Message) -> None:
        alerts, words = await self._desk.listing(place_of(message)), self._replies.words
        keyboard = alerts_keyboard(words, alerts, self._replies.examples)
        await self._replies.text(answer_way(message), alerts_text(words, alerts), keyboard)

    async def on_press(self, update: Update, _context: Context) -> None:
        """Set the alert of a bell, or cancel one and show the rest in place."""
        query = update.callback_query
        if query is None:
            return
        match read_alert_button(query.data or ""):
            case WatchBand(forecast_id):
                await self._watch(query, forecast_id=forecast_id)
            case WatchTicker(ticker):
                await self._watch(query, ticker=ticker)
            case CancelAlert(alert_id):
                await self._cancel(query, alert_id)
                await acknowledge(query)

    async def _watch(
        self, query: CallbackQuery, *, ticker: str = "", forecast_id: int | None = None
    ) -> None:
        message, place = pressed_message(query)
        user_id = presser_of(query, message)
        watched = await self._desk.watch_band(
            place, user_id, ticker=ticker, forecast_id=forecast_id
        )
        await pop_up(query, band_set(self._replies.words, *watched))

    async def _set(
        self, place: Place, user_id: int, typed: AlertRequest | None, replied: int | None
    ) -> Html:
        words = self._replies.words
        if typed is None:
            return band_set(
                words, *await self._desk.watch_band(place, user_id, forecast_id=replied)
            )
        if typed.price is None or typed.percent is None:
            return band_set(
                words, *await self._desk.watch_band(place, user_id, ticker=typed.ticker)
            )
        set_alert = await self._desk.watch_chance(
            place, user_id, typed.ticker, typed.price, typed.percent
        )
        return chance_set(words, *set_alert)

    async def _forecast_replied_to(self, message: Message) -> int | None:
        replied = message.reply_to_message
        if replied is None:
            return None
        shown = await self._store.find_forecast_message(message.chat_id, replied.message_id)
        return shown.forecast_id if shown else None

    async def _cancel(self, query: CallbackQuery, alert_id: int) -> None:
        message, place = pressed_message(query)
        alerts = await self._desk.listing(place)
        user_id = presser_of(query, message)
        for alert in alerts:
            if alert.id == alert_id and alert.wish.user_id != user_id:
                await require_group_admin(message, user_id)
        await self._desk.cancel(place, alert_id)
        words, left = self._replies.words, await self._desk.listing(place)
        await edit_text(query, alerts_text(words, left), alerts_keyboard(words, left))


def read_alert(text: str) -> AlertRequest | None:
    """Return what was typed after `/alert`, None for nothing.

    Raises:
        InvalidTickerError: The first word is not a ticker.
        AlertRefusedError: What follows the ticker is not a price and a chance.
    """
    rest = text.partition(" ")[2].strip()
    if not rest:
        return None
    if match := _CHANCE.fullmatch(rest):
        price = float(match["price"].replace(",", ""))
        return AlertRequest(parse_ticker(match["ticker"]), price, float(match["percent"]))
    ticker, *more = rest.split()
    if more:
        raise AlertRefusedError("unreadable", parse_ticker(ticker))
    return AlertRequest(parse_ticker(ticker))
