"""The one place where an error becomes an answer: a sentence if foreseen, else an incident."""

import logging
import secrets
from contextlib import suppress

from telegram import CallbackQuery, Update
from telegram.error import BadRequest, Conflict, NetworkError, TelegramError

from bot.errors import BotError, ChatGoneError, MaybeSentError, NotSentError
from bot.telegram.commands.context import Context, Services, answer_way
from bot.words.failures import failure, has_sentence, incident
from bot.words.language import Html
from forecasting.errors import ForecastingError

log = logging.getLogger(__name__)
_SILENT = (ChatGoneError, MaybeSentError, NotSentError)
_MOST_IN_POPUP = 200


class Mishaps:
    """Tells the person one true line and the operator the rest."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def on_error(self, update: object, context: Context) -> None:
        """Handle whatever a handler raised."""
        error = context.error
        if error is None:
            return
        if not isinstance(update, Update):
            self._note_connection(error)
            return
        chat_id = update.effective_chat.id if update.effective_chat else None
        if isinstance(error, _SILENT):
            log.warning("not-answered chat=%s reason=%r", chat_id, str(error))
            return
        words = self._s.words("en")
        if isinstance(error, (BotError, ForecastingError)) and has_sentence(error):
            await self._tell(update, failure(error, words))
            return
        incident_id = secrets.token_hex(4)
        log.error("incident id=%s chat=%s", incident_id, chat_id, exc_info=error)
        await self._tell(update, incident(words, incident_id))

    async def _tell(self, update: Update, text: Html) -> None:
        with suppress(BotError, TelegramError):
            if update.callback_query is not None:
                await _pop_up(update.callback_query, text)
            elif update.effective_message is not None:
                await self._s.sender.text(answer_way(update.effective_message), text)

    def _note_connection(self, error: BaseException) -> None:
        if isinstance(error, Conflict):
            log.error("second-poller reason=%r", str(error))
        elif isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            log.warning("telegram-unreachable reason=%r", str(error))
        else:
            log.error("failure-outside-updates", exc_info=error)


async def _pop_up(query: CallbackQuery, text: Html) -> None:
    plain = text.without_markup()
    if len(plain) > _MOST_IN_POPUP:
        plain = plain[: _MOST_IN_POPUP - 1] + "…"
    await query.answer(plain, show_alert=True)
