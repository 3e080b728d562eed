"""`/call`, `/league`, and the fifths under a question."""

from functools import partial

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatAction, ChatType
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.answers.league import LeagueDesk
from bot.awaitable_store import AwaitableStore
from bot.errors import NotAllowedError, UsageError
from bot.telegram.commands.context import (
    TYPED,
    Context,
    Handlers,
    answer_way,
    at_work,
    message_of,
    place_of,
)
from bot.telegram.commands.editing import edit_text
from bot.telegram.commands.parsing import read_named, words_of
from bot.telegram.commands.permissions import (
    person_of,
    pressed_message,
    presser_of,
    require_change,
    require_group_admin,
)
from bot.telegram.count_board import CountBoard
from bot.telegram.members import Members
from bot.telegram.presses import whisper
from bot.telegram.replies import Replies
from bot.words.buttons import typed_keyboard
from bot.words.league import (
    call_text,
    call_usage,
    league_switched,
    question_keyboard,
    question_text,
    read_league_button,
    stopped_text,
    table_text,
)
from forecasting.values import Forecast
from storage.records.league import LeagueRound

_SWITCHES = {"on": True, "off": False}


class LeagueCommands:
    """Asks questions, takes calls, shows the table."""

    def __init__(self, replies: Replies, desk: LeagueDesk, store: AwaitableStore) -> None:
        self._replies = replies
        self._desk = desk
        self._store = store
        self._board = CountBoard()

    def handlers(self) -> Handlers:
        """Return what takes `/call`, `/league` and the fifths."""
        return (
            CommandHandler("call", self.on_call, filters=TYPED),
            CommandHandler("league", self.on_league, filters=TYPED),
            CallbackQueryHandler(self.on_press, pattern=r"^v1:k:"),
        )

    async def on_call(self, update: Update, context: Context) -> None:
        """Ask about a ticker, show the question that is open, or take it back."""
        message = message_of(update)
        typed = words_of(message.text or "")
        if [word.lower() for word in typed] == ["stop"]:
            await self._stop(message)
            return
        if not typed:
            await self._show_open(message)
            return
        (subject,) = read_named(typed, 1)
        _refuse_in_channel(message)
        async with at_work(self._replies, update, context, action=ChatAction.TYPING):
            asked, _, forecast = await self._desk.ask(place_of(message), subject.ticker)
        await self._show(message, asked, forecast)

    async def on_league(self, update: Update, context: Context) -> None:
        """Show the table, or switch the weekly question on or off."""
        message = message_of(update)
        switch = _SWITCHES.get(" ".join(words_of(message.text or "")).lower())
        if switch is not None:
            await self._switch(message, on=switch)
            return
        season, lines = await self._desk.table(place_of(message))
        text = table_text(self._replies.words, season, lines)
        named = await Members(context.bot, self._store).named(text, message.chat_id)
        await self._replies.text(answer_way(message), named)

    async def on_press(self, update: Update, _context: Context) -> None:
        """Take a call, and let the message say how many have answered."""
        query = update.callback_query
        if query is None:
            return
        press = read_league_button(query.data or "")
        message, place = pressed_message(query)
        user_id = presser_of(query, message)
        asked, called, forecast = await self._desk.call(
            place, press.round_id, user_id, fifth=press.fifth, sure=press.sure
        )
        if asked.message_id != message.message_id:
            await self._store.note_round_message(asked.id, message.message_id)
        told = call_text(self._replies.words, asked, called, forecast.currency)
        await whisper(query, told.without_markup())
        if called.taken:
            self._board.touch(asked.id, partial(self._count, query, asked, forecast))

    async def _count(self, query: CallbackQuery, asked: LeagueRound, forecast: Forecast) -> None:
        words, answered = self._replies.words, await self._store.count_calls(asked.id)
        text = question_text(words, asked, answered)
        await edit_text(query, text, question_keyboard(words, asked, forecast.currency))

    async def _show_open(self, message: Message) -> None:
        known = await self._desk.waiting(place_of(message))
        if known is None:
            keyboard = typed_keyboard(*(f"/call {one}" for one in self._replies.examples))
            await self._replies.text(answer_way(message), call_usage(self._replies.words), keyboard)
            return
        await self._show(message, *known)

    async def _show(self, message: Message, asked: LeagueRound, forecast: Forecast) -> None:
        words, answered = self._replies.words, await self._store.count_calls(asked.id)
        keyboard = question_keyboard(words, asked, forecast.currency)
        text = question_text(words, asked, answered)
        sent = await self._replies.text(answer_way(message), text, keyboard)
        await self._store.note_round_message(asked.id, sent.message_id)

    async def _stop(self, message: Message) -> None:
        await require_group_admin(message, person_of(message))
        asked = await self._desk.stop(place_of(message))
        await self._replies.text(answer_way(message), stopped_text(self._replies.words, asked))

    async def _switch(self, message: Message, *, on: bool) -> None:
        place = place_of(message)
        await require_change(message, person_of(message), await self._store.settings(place))
        if on:
            _refuse_in_channel(message)
        if on and not await self._store.subscriptions(place):
            raise UsageError("league-list")
        await self._store.set_league(place, on=on)
        await self._replies.text(answer_way(message), league_switched(self._replies.words, on=on))


def _refuse_in_channel(message: Message) -> None:
    """Let no question be asked where presses lead into private chats.

    Raises:
        NotAllowedError: It is a channel.
    """
    if message.chat.type == ChatType.CHANNEL:
        raise NotAllowedError("in-channel")
