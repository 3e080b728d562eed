"""`/channel` and its buttons: a channel is set up from the private chat of one of its admins.

Whoever types or presses is looked up among the channel's admins each time. What is pressed under
a post of the channel opens the reader's own chat with the bot: only the channel posts there.
"""

import re
from typing import Any

from telegram import Bot, ChatFullInfo, Message, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler

from bot.answers.preferences import SETTINGS, Preferences, read_setting
from bot.answers.watchlist import MOST_AT_ONCE, Watchlists
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.errors import NotAllowedError, SettingError, UsageError
from bot.telegram.commands.context import TYPED, Context, Handlers, answer_way, message_of
from bot.telegram.commands.editing import edit_text, pop_up
from bot.telegram.commands.parsing import clean
from bot.telegram.commands.permissions import ADMINS, in_group, person_of
from bot.telegram.commands.settings import pressed_fields
from bot.telegram.commands.watchlist import read_list
from bot.telegram.errors import repeating
from bot.telegram.presses import acknowledge, open_chat
from bot.telegram.replies import Replies
from bot.words.buttons import AskForecast, Keyboard, ShowForecast, read_button
from bot.words.channels import (
    channel_list_keyboard,
    channel_text,
    channel_usage,
    no_channel,
    page_keyboard,
    read_channel_button,
)
from bot.words.help import START_HELP
from bot.words.language import Html
from bot.words.preferences import Page, SetValue, ShowPage, read_settings_button
from bot.words.time_zones import guess_zone
from bot.words.watchlist import SHOW, added_text, read_list_button
from bot.worker import Worker
from forecasting.errors import InvalidTickerError
from storage.records.chats import Place

_ID = re.compile(r"-\d{5,20}")
_START = re.compile(r"[A-Za-z0-9_-]{1,24}")


class PressInChannel(BaseHandler[Update, Context, None]):
    """Takes every press under a post of a channel."""

    def check_update(self, update: object) -> bool:
        """Return whether an update is one."""
        query = update.callback_query if isinstance(update, Update) else None
        message = query.message if query is not None else None
        return message is not None and message.chat.type == ChatType.CHANNEL


class ChannelCommands:
    """Shows and changes what a channel is told."""

    def __init__(
        self,
        replies: Replies,
        preferences: Preferences,
        lists: Watchlists,
        store: AwaitableStore,
        worker: Worker,
        clock: Clock,
    ) -> None:
        self._replies = replies
        self._preferences = preferences
        self._lists = lists
        self._store = store
        self._worker = worker
        self._clock = clock

    def handlers(self) -> Handlers:
        """Return what takes the command, its buttons, and presses in channels."""
        return (
            PressInChannel(self.on_press_in_channel),
            CommandHandler("channel", self.on_command, filters=TYPED),
            CallbackQueryHandler(self.on_press, pattern=r"^v1:c:"),
        )

    async def on_press_in_channel(self, update: Update, _context: Context) -> None:
        """Open the reader's own chat with the bot, with the forecast that was asked for."""
        query = update.callback_query
        if query is None:
            return
        ticker = await self._ticker_of(query.data or "")
        await open_chat(query, ticker if _START.fullmatch(ticker) else START_HELP)

    async def _ticker_of(self, data: str) -> str:
        """Return the ticker that a button under a post is about, empty where it is about none."""
        try:
            press = read_button(data)
        except (UsageError, InvalidTickerError):
            return ""
        if isinstance(press, AskForecast):
            return press.ticker
        number = press.forecast_id if isinstance(press, ShowForecast) else 0
        issued = await self._store.find_forecast(number)
        return issued.forecast.ticker if issued is not None else ""

    async def on_command(self, update: Update, context: Context) -> None:
        """Show a channel, after the change that was typed behind it.

        Raises:
            NotAllowedError: It was typed in a group or in a channel.
        """
        message = message_of(update)
        if in_group(message):
            raise NotAllowedError("in-private")
        _, which, rest = [*clean(message.text or "").split(maxsplit=2), "", ""][:3]
        words, way = self._replies.words, answer_way(message)
        if not which:
            await self._replies.text(way, channel_usage(words))
            return
        channel = await administered(context.bot, which, person_of(message))
        if channel is None:
            await self._replies.text(way, no_channel(words))
            return
        if rest and (told := await self._change(message, channel.id, rest)):
            await self._replies.text(way, told)
        await self._replies.text(way, *await self._page(channel, "main"))

    async def on_press(self, update: Update, context: Context) -> None:
        """Do what a button of a channel's page says, in place."""
        query = update.callback_query
        if query is None:
            return
        chat_id, data = read_channel_button(query.data or "")
        channel = await administered(context.bot, str(chat_id), query.from_user.id)
        if channel is None:
            await pop_up(query, no_channel(self._replies.words))
            return
        if data.startswith(f"{SHOW[:3]}s:"):
            await edit_text(query, *await self._pressed_setting(channel, data))
        else:
            await self._pressed_list(channel, data)
            await edit_text(query, *await self._list(channel))
        await acknowledge(query)

    async def _pressed_setting(self, channel: ChatFullInfo, data: str) -> tuple[Html, Keyboard]:
        match read_settings_button(data):
            case ShowPage(page):
                return await self._page(channel, page)
            case SetValue() as press:
                await self._preferences.change(Place(channel.id), **pressed_fields(press))
                return await self._page(channel, "days" if press.setting == "days" else "main")
        return await self._page(channel, "main")

    async def _pressed_list(self, channel: ChatFullInfo, data: str) -> None:
        if data == SHOW:
            return
        press, place = read_list_button(data), Place(channel.id)
        if not press.add:
            await self._lists.unsubscribe(place, press.tickers)
            return
        # A channel has no people: what it follows counts as its own.
        addition = await self._lists.subscribe(place, channel.id, press.tickers)
        if addition.refused:
            raise addition.refused[0].error

    async def _change(self, message: Message, chat_id: int, typed: str) -> Html | None:
        """Change a setting or add tickers; return what is to be said of it."""
        name, value = [*typed.split(maxsplit=1), ""][:2]
        if name.lower() in SETTINGS:
            fields = await self._fields(name.lower(), value)
            await self._preferences.change(Place(chat_id), **fields)
            return None
        tickers = [subject.ticker for subject in read_list(typed.split(), MOST_AT_ONCE)]
        self._replies.spend(person_of(message), len(tickers))
        addition = await self._lists.subscribe(Place(chat_id), chat_id, tuple(tickers))
        return added_text(self._replies.words, addition, self._clock.now())

    async def _fields(self, name: str, value: str) -> dict[str, Any]:
        if name != "zone":
            return read_setting(name, value)
        words, now = self._replies.words, self._clock.now()
        guess = await self._worker.wait(guess_zone, words, value, now)
        if not guess.certain:
            raise SettingError("zone", value)
        return {"zone": guess.zones[0]}

    async def _page(self, channel: ChatFullInfo, page: Page) -> tuple[Html, Keyboard]:
        words, view = self._replies.words, await self._lists.view(Place(channel.id))
        text = channel_text(words, channel.title or "", channel.id, view, self._clock.now())
        return text, page_keyboard(words, channel.id, view, page)

    async def _list(self, channel: ChatFullInfo) -> tuple[Html, Keyboard]:
        words, view = self._replies.words, await self._lists.view(Place(channel.id))
        text = channel_text(words, channel.title or "", channel.id, view, self._clock.now())
        return text, channel_list_keyboard(words, channel.id, view, self._replies.examples)


async def administered(bot: Bot, which: str, user_id: int) -> ChatFullInfo | None:
    """Return a channel where a person is an admin and the bot may look, None for any other.

    Args:
        bot: The client.
        which: The channel's number, or its name with an @.
        user_id: The person's.
    """
    if not which.startswith("@") and not _ID.fullmatch(which):
        return None
    try:
        channel = await repeating(lambda: bot.get_chat(int(which) if which[0] == "-" else which))
        if channel.type != ChatType.CHANNEL:
            return None
        admins = await repeating(channel.get_administrators)
    except (BadRequest, Forbidden):
        return None
    found = any(a.user.id == user_id and a.status in ADMINS for a in admins)
    return channel if found else None
