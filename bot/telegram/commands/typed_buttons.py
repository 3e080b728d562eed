"""Buttons that stand for a command: a press does what typing it would do."""

from telegram import CallbackQuery, Message, MessageEntity, Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.telegram.commands.context import Context, Handlers
from bot.telegram.commands.permissions import pressed_message
from bot.telegram.presses import acknowledge, open_chat
from bot.words.buttons import IN_PRIVATE, TYPE, read_typed_button
from bot.words.help import START_HELP


class TypedButtons:
    """Hands pressed commands to what takes them when they are typed."""

    def __init__(self, handlers: Handlers) -> None:
        """Take the handlers of all commands; only commands among them are used."""
        self._commands = [one for one in handlers if isinstance(one, CommandHandler)]

    def handlers(self) -> Handlers:
        """Return what takes the presses."""
        return (
            CallbackQueryHandler(self.on_press, pattern=f"^{TYPE}"),
            CallbackQueryHandler(self.on_private, pattern=f"^{IN_PRIVATE}$"),
        )

    async def on_press(self, update: Update, context: Context) -> None:
        """Do the command; who presses counts as who typed it, with that person's rights.

        Raises:
            UsageError: The data was not made by this bot, or by a version long gone.
        """
        query = update.callback_query
        if query is None:
            return
        command = read_typed_button(query.data or "")
        await acknowledge(query)
        typed = Update(update.update_id, message=_typed(query, command))
        for handler in self._commands:
            found = handler.check_update(typed)
            if found not in (None, False):
                await handler.handle_update(typed, context.application, found, context)
                return

    async def on_private(self, update: Update, _context: Context) -> None:
        """Open the presser's own chat with the bot."""
        if update.callback_query is not None:
            await open_chat(update.callback_query, START_HELP)


def _typed(query: CallbackQuery, command: str) -> Message:
    """Return the message that the presser would have sent, in the place of the button."""
    under, _ = pressed_message(query)
    name = command.partition(" ")[0]
    message = Message(
        under.message_id,
        under.date,
        under.chat,
        from_user=query.from_user,
        text=command,
        entities=[MessageEntity(MessageEntity.BOT_COMMAND, 0, len(name))],
        message_thread_id=under.message_thread_id,
        is_topic_message=under.is_topic_message,
    )
    message.set_bot(query.get_bot())
    return message
