"""Changes a message of the bot in place after a press."""

from telegram import CallbackQuery
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.telegram.errors import check_editable, is_unchanged, repeating
from bot.telegram.presses import say
from bot.telegram.ways import markup
from bot.words.buttons import Keyboard
from bot.words.language import Html


async def edit_text(query: CallbackQuery, text: Html, keyboard: Keyboard = ()) -> None:
    """Replace the text and buttons of the message that was pressed; the same again is no error."""
    try:
        await repeating(
            lambda: query.edit_message_text(
                text, parse_mode=ParseMode.HTML, reply_markup=markup(keyboard)
            )
        )
    except BadRequest as err:
        check_editable(err)
        if not is_unchanged(err):
            raise


async def pop_up(query: CallbackQuery, text: Html, *, or_write: bool = True) -> None:
    """Answer a press with a window that the person closes; long texts are cut. See `say`."""
    await say(query, text.without_markup(), or_write=or_write)
