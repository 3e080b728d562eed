"""Cards of several tickers as Telegram's results: side by side, or as a basket."""

import hashlib
from contextlib import suppress

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode

from bot.answers.cards import CardWish
from bot.answers.several_cards import SeveralCard, SeveralWish
from bot.errors import UsageError
from bot.telegram.commands.baskets_typed import BasketRequest, read_basket
from bot.telegram.commands.parsing import words_of
from bot.telegram.ways import markup
from bot.words.baskets import held_line
from bot.words.cards import card_keyboard, card_line, start_together
from bot.words.compare import ranges_card
from bot.words.failures import MOST_PER_ANSWER
from bot.words.language import Words
from forecasting.errors import ForecastingError

Result = InlineQueryResultArticle | InlineQueryResultCachedPhoto


def basket_in(text: str) -> BasketRequest | None:
    """Return the basket that a text names with a share for each ticker, None for another text."""
    words = words_of(f"@ {text}")
    with suppress(ForecastingError, UsageError):
        found = read_basket(words)
        if found is not None and len(found.tickers) > 1 and len(found.tickers) < len(words):
            return found if any(word[0].isdigit() for word in words) else None
    return None


def together(text: str, wish: CardWish) -> SeveralWish | None:
    """Return what is asked of several tickers at once, None where fewer than two are named."""
    basket = basket_in(text)
    look = (wish.sessions, wish.theme, wish.language)
    if basket is not None:
        return SeveralWish(basket.tickers, basket.weights, *look)
    if 1 < len(wish.tickers) <= MOST_PER_ANSWER:
        return SeveralWish(wish.tickers, (), *look)
    return None


def several_result(words: Words, card: SeveralCard, bot_name: str) -> Result:
    """Return a card of several tickers as a result that is sent when it is chosen."""
    wish = card.wish
    link = f"https://t.me/{bot_name}?start={start_together(wish.command, wish.words)}"
    keyboard = markup(card_keyboard(words, link))
    title = ", ".join(wish.tickers)
    if wish.weights:
        title = held_line(words, wish.tickers, wish.weights)
    name = f"several:{hashlib.sha256(repr(wish).encode()).hexdigest()[:24]}"
    line = card_line(words, card.issued[0].forecast, wish.sessions)
    if card.file_id is not None and card.caption is not None:
        return InlineQueryResultCachedPhoto(
            name,
            card.file_id,
            title=title,
            description=line,
            caption=card.caption,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard,
        )
    shown = [
        (one.id, one.forecast, old, None) for one, old in zip(card.issued, card.ages, strict=True)
    ]
    text = card.caption or ranges_card(words, shown, wish.sessions)
    content = InputTextMessageContent(
        text, ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
    )
    return InlineQueryResultArticle(name, title, content, reply_markup=keyboard, description=line)
