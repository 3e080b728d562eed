"""`/subscribe`, `/unsubscribe`, `/subscriptions`: the list of tickers a place follows."""

from telegram import Message, Update
from telegram.constants import ChatAction
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.answers.watchlist import MOST_AT_ONCE, MOST_IN_PLACE, Watchlists
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.errors import LimitReachedError
from bot.telegram.commands.context import (
    TYPED,
    Context,
    Handlers,
    acting,
    answer_way,
    message_of,
    place_of,
)
from bot.telegram.commands.editing import edit_text
from bot.telegram.commands.parsing import words_of
from bot.telegram.commands.permissions import person_of, pressed_message, presser_of, require_change
from bot.telegram.presses import acknowledge
from bot.telegram.replies import Replies
from bot.values import Addition
from bot.words.preferences import zone_keyboard, zone_question
from bot.words.watchlist import (
    added_text,
    list_keyboard,
    list_text,
    read_list_button,
    removed_text,
    subscribe_usage,
    suggestion_keyboard,
)
from forecasting.values import parse_ticker

_ALL = ("all", "*", "everything")


class WatchlistCommands:
    """Shows and changes the list of a place."""

    def __init__(
        self, replies: Replies, lists: Watchlists, store: AwaitableStore, clock: Clock
    ) -> None:
        self._replies = replies
        self._lists = lists
        self._store = store
        self._clock = clock

    def handlers(self) -> Handlers:
        """Return what takes the commands of the list and its buttons."""
        return (
            CommandHandler("subscribe", self.subscribe, filters=TYPED),
            CommandHandler("unsubscribe", self.unsubscribe, filters=TYPED),
            CommandHandler("subscriptions", self.subscriptions, filters=TYPED),
            CallbackQueryHandler(self.on_press, pattern=r"^v1:w:"),
        )

    async def subscribe(self, update: Update, context: Context) -> None:
        """Put the typed tickers on the list."""
        message = message_of(update)
        tickers = read_list(words_of(message.text or ""), MOST_AT_ONCE)
        if not tickers:
            text = subscribe_usage(self._replies.words)
            await self._replies.text(answer_way(message), text)
            return
        await self._check_rights(message, person_of(message))
        self._replies.spend(person_of(message), len(tickers))
        async with acting(context.bot, place_of(message), ChatAction.TYPING):
            addition = await self._lists.subscribe(place_of(message), person_of(message), tickers)
        await self._tell(message, addition)

    async def unsubscribe(self, update: Update, _context: Context) -> None:
        """Take the typed tickers, or all, off the list; show it where none was typed."""
        message = message_of(update)
        typed = words_of(message.text or "")
        if not typed:
            await self._show(message)
            return
        everything = len(typed) == 1 and typed[0].lower() in _ALL
        asked = None if everything else read_list(typed, MOST_IN_PLACE)
        await self._check_rights(message, person_of(message))
        removed = await self._lists.unsubscribe(place_of(message), asked)
        text = removed_text(self._replies.words, removed, asked)
        await self._replies.text(answer_way(message), text)

    async def subscriptions(self, update: Update, _context: Context) -> None:
        """Show the list."""
        await self._show(message_of(update))

    async def on_press(self, update: Update, _context: Context) -> None:
        """Put a ticker on the list or take it off, and show the list in place."""
        query = update.callback_query
        if query is None:
            return
        press = read_list_button(query.data or "")
        message, place = pressed_message(query)
        user_id = presser_of(query, message)
        await self._check_rights(message, user_id)
        if press.add:
            addition = await self._lists.subscribe(place, user_id, (press.ticker,))
            if addition.refused:
                raise addition.refused[0].error
        else:
            await self._lists.unsubscribe(place, (press.ticker,))
        view = await self._lists.view(place)
        words = self._replies.words
        text = list_text(words, view, self._clock.now())
        await edit_text(query, text, list_keyboard(words, view))
        await acknowledge(query)

    async def _tell(self, message: Message, addition: Addition) -> None:
        words = self._replies.words
        text = added_text(words, addition, self._clock.now())
        await self._replies.text(answer_way(message), text, suggestion_keyboard(addition))
        if addition.asks_zone:
            question = zone_question(words, addition.settings)
            await self._replies.text(answer_way(message), question, zone_keyboard(words))

    async def _show(self, message: Message) -> None:
        view = await self._lists.view(place_of(message))
        words = self._replies.words
        text = list_text(words, view, self._clock.now())
        await self._replies.text(answer_way(message), text, list_keyboard(words, view))

    async def _check_rights(self, message: Message, user_id: int) -> None:
        settings = await self._store.settings(place_of(message))
        await require_change(message, user_id, settings)


def read_list(typed: list[str], most: int) -> tuple[str, ...]:
    """Return tickers, each once, in the order they were typed.

    Raises:
        InvalidTickerError: A word is not a ticker.
        LimitReachedError: There are more than `most`.
    """
    tickers = tuple(dict.fromkeys(parse_ticker(word) for word in typed))
    if len(tickers) > most:
        raise LimitReachedError("at-once", most)
    return tickers
