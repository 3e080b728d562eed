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

from bot.commands.basics import BasicCommands
from bot.commands.chats import ChatEvents
from bot.commands.frame import BotApplication, Services
from bot.commands.mishaps import Mishaps
from bot.commands.model import register_model
from bot.commands.operating import register_operating
from bot.commands.personal import register_personal
from bot.commands.predict import PredictCommand
from bot.commands.pressing import ButtonPress
from bot.commands.track import register_track
from bot.commands.verify import register_verify
from bot.unattended import Unattended

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
