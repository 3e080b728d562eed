"""`/alert`, `/alerts`, and the bell under a forecast."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatAction
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.answers.alerts import AlertDesk
from bot.awaitable_store import AwaitableStore
from bot.errors import AlertRefusedError
from bot.questions.amounts import CURRENCIES, number
from bot.questions.grammar import read_question
from bot.telegram.commands.context import (
    TYPED,
    Context,
    Handlers,
    answer_way,
    at_work,
    message_of,
    place_of,
)
from bot.telegram.commands.editing import edit_text, pop_up
from bot.telegram.commands.parsing import clean
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
    price_set,
    read_alert_button,
)
from bot.words.language import Html
from forecasting.names.reading import read_subjects, subject_at
from storage.records.chats import Place

_MARK = re.compile(
    r"(?:(?P<above>above|over|>)|(?P<below>below|under|<))?\s*(?P<before>R?[$€£¥₽])?\s*(?P<price>\d[\d.,]*)"
    r"\s*(?P<after>[$€£¥₽])?(?:\s+(?P<percent>\d{1,3}(?:\.\d+)?)\s*%?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AlertRequest:
    """What `/alert` was asked for; without `price` the band of a forecast is meant.

    Attributes:
        percent: The mark of a chance; without it the price itself is watched.
        side: On which side of the price, where that was said.
        currency: Named with the price, empty where none was.
    """

    ticker: str
    price: float | None = None
    percent: float | None = None
    side: Literal["above", "below"] | None = None
    currency: str = ""


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
        typed = read_alert(message.text or "", self._replies.words.language[:2])
        replied = await self._forecast_replied_to(message)
        if typed is None and replied is None:
            words = self._replies.words
            keyboard = alerts_keyboard(words, (), self._replies.examples)
            await self._replies.text(answer_way(message), alert_usage(words), keyboard)
            return
        async with at_work(self._replies, update, context, action=ChatAction.TYPING):
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
        if typed.price is None:
            return band_set(
                words, *await self._desk.watch_band(place, user_id, ticker=typed.ticker)
            )
        if typed.percent is None:
            return price_set(
                words,
                *await self._desk.watch_price(
                    place, user_id, typed.ticker, typed.price, typed.side, typed.currency
                ),
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


def read_alert(text: str, language: str = "en") -> AlertRequest | None:
    """Return what was typed after `/alert`, None for nothing.

    Args:
        text: The whole command.
        language: Whose way to write numbers, and whose words, are tried first.

    Raises:
        InvalidTickerError: The first word is neither a ticker nor a name.
        NameUnclearError: A name may mean several companies.
        AlertRefusedError: What follows the ticker is not a price, or a price and a chance.
    """
    rest = clean(text).partition(" ")[2].strip()
    if not rest:
        return None
    words = rest.split()
    taken = max(1, subject_at(words)[0])
    ticker = read_subjects(words[:taken])[0].ticker
    mark = " ".join(words[taken:])
    if not mark:
        return AlertRequest(ticker)
    match = _MARK.fullmatch(mark)
    price = None
    if match is not None:
        price = number(match["price"], language) or number(match["price"], "en")
    if match is None or price is None:
        return _in_words(rest, language, ticker)
    side: Literal["above", "below"] | None = "above" if match["above"] else None
    if match["below"]:
        side = "below"
    percent = float(match["percent"]) if match["percent"] else None
    sign = (match["before"] or match["after"] or "").lower()
    return AlertRequest(ticker, price, percent, side, CURRENCIES.get(sign, ""))


def _in_words(text: str, language: str, ticker: str) -> AlertRequest:
    """Return a price alert said as in a question: `tesla closes below 200`."""
    # An alert names no day, so that no day need be known to read it.
    asked = read_question(text, date.min.replace(year=2000), language)
    if asked is None or asked.when is not None or asked.percent or len(asked.tickers) != 1:
        raise AlertRefusedError("unreadable", ticker)
    if asked.relation not in ("above", "below"):
        raise AlertRefusedError("unreadable", ticker)
    side: Literal["above", "below"] = "above" if asked.relation == "above" else "below"
    return AlertRequest(asked.tickers[0], asked.low, None, side, asked.currency)
