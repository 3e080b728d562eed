"""Questions that leave out their subject: a reply to a forecast is about its ticker."""

from datetime import date

from telegram import Message

from bot.awaitable_store import AwaitableStore
from bot.questions.grammar import read_question
from bot.questions.values import ReadQuestion


async def about_replied(
    store: AwaitableStore, message: Message, text: str, today: date, language: str
) -> ReadQuestion | None:
    """Return a question about the forecast that a message replies to, None where it is none.

    Args:
        store: Knows which messages show forecasts.
        message: The reply.
        text: What was said.
        today: The asker's day.
        language: Whose words are tried first.
    """
    about = await _ticker_replied_to(store, message)
    asked = read_question(f"{about} {text}", today, language) if about else None
    # "Up 10 % lol" is talk; a day or a question mark makes it a question.
    return asked if asked is not None and (asked.when is not None or "?" in text) else None


async def _ticker_replied_to(store: AwaitableStore, message: Message) -> str:
    replied = message.reply_to_message
    if replied is None:
        return ""
    shown = await store.find_forecast_message(message.chat_id, replied.message_id)
    issued = await store.find_forecast(shown.forecast_id) if shown is not None else None
    return issued.forecast.ticker if issued is not None else ""
