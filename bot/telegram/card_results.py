"""Cards as Telegram's results: one builder for inline queries and for guests.

A fan that was ever uploaded goes by its `file_id`; everything else as numbers, with a button that
opens the chart in private.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from telegram import (
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InputTextMessageContent,
    LinkPreviewOptions,
    User,
)
from telegram.constants import ParseMode

from bot.answers.cards import CardDesk, CardWish, InlineCard
from bot.answers.several_cards import SeveralWish
from bot.clock import Clock
from bot.errors import UsageError
from bot.questions.grammar import read_question
from bot.questions.packing import MARK, packed
from bot.questions.values import ReadQuestion
from bot.telegram.commands.parsing import PredictRequest, names_only, read_predict, words_of
from bot.telegram.several_results import Result, basket_in, several_result, together
from bot.telegram.ways import markup
from bot.words.cards import (
    card_keyboard,
    card_line,
    card_text,
    card_title,
    chance_line,
    no_card_line,
    no_card_text,
    no_card_title,
    start_payload,
    start_question,
)
from bot.words.language import SOURCE, Html, Words
from bot.words.languages import language_of
from bot.words.questions import chance_heading, chance_text
from forecasting.errors import InvalidTickerError, NameUnclearError, UnknownNameError
from storage.records.chats import PlaceSettings

MOST_CARDS = 5
_COMMAND = re.compile(r"\s*/(?:predict|chance)\S*\s*", re.IGNORECASE)
_SESSIONS = re.compile(r"\s\d{1,2}d?\s*$")
Reader = Callable[[str], PredictRequest | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a text asks for, and in whose words it is answered."""

    wish: CardWish
    words: Words
    several: SeveralWish | None = None


class CardMaker:
    """Reads what is asked where the bot is only called by name, and makes cards of it."""

    def __init__(self, desk: CardDesk, words: Callable[[str], Words], clock: Clock) -> None:
        self.desk = desk
        self._words = words
        self._clock = clock

    async def read(self, person: User | None, text: str, *, talk: bool = False) -> Asked:
        """Return what a person asks for; where nothing is typed, what they asked for last.

        Args:
            person: Who asks, None where that is hidden.
            text: What was typed behind or around the bot's name.
            talk: Whether it was said to others as well, so that `and` is no ticker.
        """
        settings, recent = await self.desk.asker(person.id if person else 0)
        told = language_of(person.language_code if person else None) or SOURCE
        language = settings.language if settings.language_chosen else told
        words, plain = self._words(language), _COMMAND.sub("", text, count=1)
        tickers, sessions, asked = self._read(plain, settings, language, _said if talk else _typed)
        if not plain.strip():
            tickers = recent
        ahead = sessions or settings.sessions
        wish = CardWish(tickers[:MOST_CARDS], ahead, settings.theme, language, asked)
        several = together(plain, wish) if asked is None and plain.strip() else None
        return Asked(wish, words, several)

    async def results(
        self, asked: Asked, cards: Sequence[InlineCard], bot_name: str
    ) -> list[Result]:
        """Return what can be sent: all tickers together where several were named, then each."""
        each = [result_of(asked.words, card, bot_name) for card in cards]
        whole = await self.desk.several.find(asked.several) if asked.several else None
        return each if whole is None else [several_result(asked.words, whole, bot_name), *each]

    def _read(
        self, text: str, settings: PlaceSettings, language: str, named: Reader
    ) -> tuple[tuple[str, ...], int | None, ReadQuestion | None]:
        """Return whom a text may mean, how many sessions ahead, and what it asks of them."""
        today = self._clock.now().astimezone(ZoneInfo(settings.zone or "UTC")).date()
        asked = _question(text, today, language)
        if asked is not None:
            return asked.tickers, None, asked
        try:
            request = named(text)
        except NameUnclearError as err:
            return err.tickers, None, None
        except (InvalidTickerError, UnknownNameError, UsageError):
            request = None
        if request is None and (basket := basket_in(text)) is not None:
            return basket.tickers, None, None
        return (request.tickers, request.sessions, None) if request else ((), None, None)


def _typed(text: str) -> PredictRequest:
    return read_predict(words_of(f"@ {text}"))


def _said(text: str) -> PredictRequest | None:
    """Return the forecast that names alone ask for, perhaps with a number of sessions."""
    bare = _SESSIONS.sub("", text)
    return None if names_only(bare) is None else _typed(text)


def _question(text: str, today: date, language: str) -> ReadQuestion | None:
    """Return a question that one card can answer."""
    asked = read_question(text, today, language[:2])
    return None if asked is None or asked.other or asked.tell else asked


def result_of(words: Words, card: InlineCard, bot_name: str) -> Result:
    """Return a card as a result that is sent when it is chosen."""
    keyboard = markup(card_keyboard(words, f"https://t.me/{bot_name}?start={_payload(card)}"))
    name = f"{card.ticker}:{card.sessions}"
    title, line, text = _told(words, card)
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
    return article(name, title, line, text, keyboard)


def article(
    name: str, title: str, line: str, text: Html, keyboard: InlineKeyboardMarkup | None = None
) -> InlineQueryResultArticle:
    """Return a result of words alone."""
    preview = LinkPreviewOptions(is_disabled=True)
    content = InputTextMessageContent(text, ParseMode.HTML, link_preview_options=preview)
    return InlineQueryResultArticle(name, title, content, reply_markup=keyboard, description=line)


def _payload(card: InlineCard) -> str:
    """Return what the button's link carries: the question where one was asked, else the ticker."""
    asked = card.asked
    question = start_question(packed(asked, card.ticker).removeprefix(MARK)) if asked else ""
    return question or start_payload(card.ticker, card.sessions)


def _told(words: Words, card: InlineCard) -> tuple[str, str, Html]:
    """Return a card's title, its line, and its text."""
    old = card.sessions_old
    if card.issued is None:
        return (
            no_card_title(words, card.ticker),
            no_card_line(words),
            no_card_text(words, card.ticker),
        )
    if card.given is not None:
        text = chance_text(words, card.given, old)
        return chance_heading(words, card.given), chance_line(words), text
    forecast, ahead = card.issued.forecast, card.sessions
    return (
        card_title(words, forecast, ahead),
        card_line(words, forecast, ahead),
        card_text(words, forecast, card.issued.id, ahead, old),
    )
