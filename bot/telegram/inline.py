"""Inline questions, `@bot tesla 5`: answered at once, beside the lines of the chats and the inbox.

They come with each letter and are worth nothing a second later, so they are not kept, not delayed
and not repeated after a restart.
"""

import asyncio
import logging
from collections.abc import Callable

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.answers.cards import CardDesk, CardWish, InlineCard
from bot.errors import UsageError
from bot.telegram.commands.parsing import read_predict, words_of
from bot.telegram.ways import markup
from bot.words.cards import (
    ASK,
    ask_in_private,
    card_keyboard,
    card_line,
    card_text,
    card_title,
    no_card_line,
    no_card_text,
    no_card_title,
    start_payload,
)
from bot.words.language import SOURCE, Words
from bot.words.languages import language_of
from forecasting.errors import InvalidTickerError, NameUnclearError
from storage.errors import StorageError

log = logging.getLogger(__name__)

MOST_CARDS = 5
Result = InlineQueryResultArticle | InlineQueryResultCachedPhoto


class InlineQuestions:
    """Answers what is typed behind the bot's name in any chat."""

    def __init__(self, desk: CardDesk, words: Callable[[str], Words]) -> None:
        self._desk = desk
        self._words = words
        self._at_work: set[asyncio.Task[None]] = set()

    def begin(self, query: InlineQuery) -> None:
        """Answer, without anybody waiting for it."""
        task = asyncio.create_task(self._safely(query))
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    async def stop(self) -> None:
        """Let go of what is not answered yet."""
        for task in self._at_work:
            task.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)

    async def answer(self, query: InlineQuery) -> None:
        """Answer with a card for each ticker that the text may mean.

        Raises:
            TelegramError: Telegram did not take the answer; as a rule the next letter was faster.
            StorageError: What is kept cannot be read.
        """
        settings, recent = await self._desk.asker(query.from_user.id)
        told = language_of(query.from_user.language_code) or SOURCE
        language = settings.language if settings.language_chosen else told
        words = self._words(language)
        tickers, sessions = _read(query.query)
        if not query.query.strip():
            tickers = recent
        wish = CardWish(
            tickers[:MOST_CARDS], sessions or settings.sessions, settings.theme, language
        )
        cards = await self._desk.cards(wish)
        name = query.get_bot().username
        await query.answer(
            [_result(words, card, name) for card in cards],
            cache_time=self._desk.fresh_seconds(cards),
            is_personal=True,
            button=None if cards else InlineQueryResultsButton(ask_in_private(words), None, ASK),
        )

    async def _safely(self, query: InlineQuery) -> None:
        try:
            await self.answer(query)
        except (TelegramError, StorageError) as err:
            log.info("inline-unanswered reason=%r", str(err))
        except Exception:
            log.exception("inline-failed")


def _read(text: str) -> tuple[tuple[str, ...], int | None]:
    """Return whom a text may mean, nobody while it cannot be read, and how many sessions ahead."""
    try:
        asked = read_predict(words_of(f"@ {text}"))
    except NameUnclearError as err:
        return err.tickers, None
    except (InvalidTickerError, UsageError):
        return (), None
    return asked.tickers, asked.sessions


def _result(words: Words, card: InlineCard, bot_name: str) -> Result:
    link = f"https://t.me/{bot_name}?start={start_payload(card.ticker, card.sessions)}"
    keyboard = markup(card_keyboard(words, link))
    name = f"{card.ticker}:{card.sessions}"
    if card.issued is None:
        title, line = no_card_title(words, card.ticker), no_card_line(words)
        text = no_card_text(words, card.ticker)
    else:
        forecast = card.issued.forecast
        title = card_title(words, forecast, card.sessions)
        line = card_line(words, forecast, card.sessions)
        text = card_text(words, forecast, card.issued.id, card.sessions, card.sessions_old)
    if card.file_id is not None:
        return InlineQueryResultCachedPhoto(
            name,
            card.file_id,
            title=title,
            description=line,
            caption=text,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard,
        )
    preview = LinkPreviewOptions(is_disabled=True)
    content = InputTextMessageContent(text, ParseMode.HTML, link_preview_options=preview)
    return InlineQueryResultArticle(name, title, content, reply_markup=keyboard, description=line)
