"""Which update goes to which command; the order of the handlers decides."""

from telegram import Update
from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.background.unattended import Unattended
from bot.telegram.commands.basics import BasicCommands
from bot.telegram.commands.chats import ChatEvents
from bot.telegram.commands.context import BotApplication, Services
from bot.telegram.commands.error_handler import Mishaps
from bot.telegram.commands.forecast_buttons import ButtonPress
from bot.telegram.commands.model import register_model
from bot.telegram.commands.operators import register_operating
from bot.telegram.commands.personal import register_personal
from bot.telegram.commands.predict import PredictCommand
from bot.telegram.commands.track import register_track
from bot.telegram.commands.verification import register_verify

# An edited command must not run again, and a channel's posts are nobody's questions.
_TYPED = filters.UpdateType.MESSAGE
_SEEN_FIRST = -1


def register(application: BotApplication, services: Services, work: Unattended) -> None:
    """Add all handlers to the application."""
    predict = PredictCommand(services)
    basics = BasicCommands(services, predict)
    chats = ChatEvents(services)
    application.add_error_handler(Mishaps(services).on_error)
    application.add_handler(TypeHandler(Update, chats.see), group=_SEEN_FIRST)
    application.add_handler(ChatMemberHandler(chats.on_membership))
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, chats.on_migration))
    for name, callback in (
        ("predict", predict.on_command),
        ("start", basics.start),
        ("help", basics.help),
        ("disclaimer", basics.disclaimer),
    ):
        application.add_handler(CommandHandler(name, callback, filters=_TYPED))
    register_track(application, services)
    register_model(application, services)
    register_verify(application, services)
    register_operating(application, services, work)
    take_text = register_personal(application, services, basics.other_text)
    application.add_handler(CallbackQueryHandler(ButtonPress(services, predict).on_press))
    alone = _TYPED & filters.ChatType.PRIVATE
    application.add_handler(MessageHandler(alone & filters.COMMAND, basics.unknown))
    application.add_handler(MessageHandler(alone & filters.Regex(r"^\s*\$"), predict.on_cashtag))
    application.add_handler(MessageHandler(alone & filters.TEXT, take_text))
