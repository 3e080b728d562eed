"""`/subscribe`, `/unsubscribe`, `/subscriptions`: the list of tickers a place follows."""

from telegram import Message, Update
from telegram.constants import ChatAction, ChatType
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.answers.watchlist import MOST_AT_ONCE, MOST_IN_PLACE, Watchlists
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.errors import LimitReachedError, UsageError
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
    in_group,
    person_of,
    pressed_message,
    presser_of,
    require_change,
)
from bot.telegram.presses import acknowledge
from bot.telegram.replies import Replies
from bot.values import Addition
from bot.words.language import join
from bot.words.names import read_as
from bot.words.preferences import zone_keyboard, zone_question
from bot.words.watchlist import (
    add_keyboard,
    added_text,
    back_keyboard,
    list_keyboard,
    list_text,
    read_list_button,
    recap_offer,
    removed_text,
    subscribe_usage,
    suggestion_keyboard,
    which_keyboard,
    which_to_follow,
)
from bot.words.wishes import list_wishes
from forecasting.errors import NameUnclearError
from forecasting.names.reading import Subject

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
            CallbackQueryHandler(self.on_show, pattern=r"^v1:l$"),
        )

    async def subscribe(self, update: Update, context: Context) -> None:
        """Put the typed tickers on the list."""
        message = message_of(update)
        try:
            subjects = read_list(words_of(message.text or ""), MOST_AT_ONCE)
        except NameUnclearError as err:
            await self._ask_which(message, err)
            return
        tickers = tuple(subject.ticker for subject in subjects)
        if not tickers:
            words = self._replies.words
            keyboard = add_keyboard(words, self._replies.examples)
            await self._replies.text(answer_way(message), subscribe_usage(words), keyboard)
            return
        await self._check_rights(message, person_of(message), list_wishes(tickers, "+"))
        async with at_work(self._replies, update, context, len(tickers), ChatAction.TYPING):
            addition = await self._lists.subscribe(place_of(message), person_of(message), tickers)
        named = tuple(subject.ticker for subject in subjects if subject.by_name)
        await self._tell(message, addition, named)

    async def unsubscribe(self, update: Update, _context: Context) -> None:
        """Take the typed tickers, or all, off the list; show it where none was typed."""
        message = message_of(update)
        typed = words_of(message.text or "")
        if not typed:
            await self._show(message)
            return
        everything = len(typed) == 1 and typed[0].lower() in _ALL
        listed = () if everything else read_list(typed, MOST_IN_PLACE)
        asked = None if everything else tuple(subject.ticker for subject in listed)
        named = asked if asked is not None else (await self._lists.view(place_of(message))).tickers
        await self._check_rights(message, person_of(message), list_wishes(named, "-"))
        removed = await self._lists.unsubscribe(place_of(message), asked)
        text = removed_text(self._replies.words, removed, asked)
        keyboard = back_keyboard(self._replies.words, removed)
        await self._replies.text(answer_way(message), text, keyboard)

    async def subscriptions(self, update: Update, _context: Context) -> None:
        """Show the list."""
        await self._show(message_of(update))

    async def on_show(self, update: Update, _context: Context) -> None:
        """Show the list, for a press that asks for it."""
        query = update.callback_query
        if query is None:
            return
        message, _ = pressed_message(query)
        await acknowledge(query)
        await self._show(message)

    async def on_press(self, update: Update, _context: Context) -> None:
        """Put a ticker on the list or take it off, and show the list in place."""
        query = update.callback_query
        if query is None:
            return
        press = read_list_button(query.data or "")
        message, place = pressed_message(query)
        user_id = presser_of(query, message)
        await self._check_rights(message, user_id, (query.data or "",))
        if press.add:
            addition = await self._lists.subscribe(place, user_id, press.tickers)
            if addition.refused:
                raise addition.refused[0].error
        else:
            await self._lists.unsubscribe(place, press.tickers)
        view = await self._lists.view(place)
        words = self._replies.words
        text = list_text(words, view, self._clock.now())
        await edit_text(query, text, list_keyboard(words, view, self._replies.examples))
        await acknowledge(query)

    async def _ask_which(self, message: Message, error: NameUnclearError) -> None:
        words = self._replies.words
        text = which_to_follow(words, error.text)
        await self._replies.text(answer_way(message), text, which_keyboard(error.tickers))

    async def _tell(self, message: Message, addition: Addition, named: tuple[str, ...]) -> None:
        words = self._replies.words
        told = added_text(words, addition, self._clock.now())
        text = join(read_as(words, named), told)
        if message.chat.type == ChatType.CHANNEL:
            # What is pressed there opens the reader's own chat, so nothing is asked there.
            await self._replies.text(answer_way(message), text)
            return
        keyboard = suggestion_keyboard(addition)
        if in_group(message) and addition.first and addition.added:
            keyboard = (*keyboard, *recap_offer(words))
        await self._replies.text(answer_way(message), text, keyboard)
        if addition.asks_zone:
            question = zone_question(words, addition.settings)
            await self._replies.text(answer_way(message), question, zone_keyboard(words))

    async def _show(self, message: Message) -> None:
        view = await self._lists.view(place_of(message))
        words = self._replies.words
        text = list_text(words, view, self._clock.now())
        keyboard = list_keyboard(words, view, self._replies.examples)
        await self._replies.text(answer_way(message), text, keyboard)

    async def _check_rights(self, message: Message, user_id: int, wishes: tuple[str, ...]) -> None:
        settings = await self._store.settings(place_of(message))
        await require_change(message, user_id, settings, wishes)


def read_list(typed: list[str], most: int) -> tuple[Subject, ...]:
    """Return whom words name, each once, in the order they were typed.

    Raises:
        InvalidTickerError: A word is neither a ticker nor a name.
        NameUnclearError: A name may mean several companies.
        LimitReachedError: There are more than `most`.
    """
    try:
        return read_named(typed, most)
    except UsageError as err:
        raise LimitReachedError("at-once", most) from err
