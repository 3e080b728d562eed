"""Members ask a group's admins for what only admins may do; an admin says yes with one press."""

from telegram import CallbackQuery, Message, Update
from telegram.error import BadRequest
from telegram.ext import CallbackQueryHandler

from bot.telegram.commands.context import Context, Handlers
from bot.telegram.commands.editing import edit_text
from bot.telegram.commands.permissions import pressed_message, presser_of, require_group_admin
from bot.telegram.errors import repeating
from bot.telegram.presses import acknowledge
from bot.telegram.replies import Replies
from bot.telegram.ways import Way
from bot.words.wishes import (
    asked_text,
    declined_text,
    mentions,
    read_ask,
    wish_keyboard,
    wish_text,
)

_MOST_MENTIONED = 5


class WishCommands:
    """Takes the button that asks, and an admin's no; a yes is a press like any other."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies

    def handlers(self) -> Handlers:
        """Return what takes both buttons."""
        return (
            CallbackQueryHandler(self.ask, pattern=r"^v1:q:"),
            CallbackQueryHandler(self.decline, pattern=r"^v1:n$"),
        )

    async def ask(self, update: Update, _context: Context) -> None:
        """Ask the admins in one message that Telegram tells them of."""
        query = update.callback_query
        if query is None:
            return
        wish = read_ask(query.data or "")
        message, place = pressed_message(query)
        words = self._replies.words
        admins = mentions(words, await _admins(message))
        text = wish_text(words, query.from_user.full_name, admins, wish)
        await self._replies.text(Way(place), text, wish_keyboard(words, wish))
        await edit_text(query, asked_text(words))
        await acknowledge(query)

    async def decline(self, update: Update, _context: Context) -> None:
        """Let an admin say no."""
        query = update.callback_query
        if query is None:
            return
        message, _ = pressed_message(query)
        await require_group_admin(message, presser_of(query, message))
        await edit_text(query, declined_text(self._replies.words, _name(query)))
        await acknowledge(query)


def _name(query: CallbackQuery) -> str:
    return query.from_user.full_name


async def _admins(message: Message) -> tuple[tuple[int, str], ...]:
    """Return the first admins of a group by id and name, none where Telegram does not tell."""
    try:
        admins = await repeating(message.chat.get_administrators)
    except BadRequest:
        return ()
    people = [admin.user for admin in admins if not admin.user.is_bot]
    return tuple((user.id, user.full_name) for user in people[:_MOST_MENTIONED])
