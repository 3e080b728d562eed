"""From the news of a place's tickers to its one message: words, pictures, and whether it rings."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from cachetools import LRUCache

from bot.answers.preferences import is_silent
from bot.background.outbox.posts import PictureRef, Post
from bot.words.buttons import Keyboard, ticker_keyboard
from bot.words.digest import DigestWriter
from bot.words.language import Html, Words
from bot.words.ticker_news import TickerNews
from forecasting.charts.comparison import MOST
from storage.records.chats import PlaceSettings

_MOST_CHARTS = 6
_MOST_TEXTS = 500
_Text = tuple[str, tuple[TickerNews, ...], tuple[str, ...], bool, bool]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a place's digest is made of.

    Attributes:
        at: When it is due.
        news: Tickers with a new session, in the order of the place's list.
        missing: Tickers whose new session's price is not to be had.
        closed: Tickers without a new session, and their last one.
        expires: Until when it may be sent.
        late: Whether it comes long after its time.
        missed: Whether the one before it never came.
    """

    settings: PlaceSettings
    at: datetime
    news: tuple[TickerNews, ...]
    missing: tuple[str, ...]
    closed: tuple[tuple[str, date], ...]
    expires: datetime
    late: bool = False
    missed: bool = False


class PostWriter:
    """Writes the posts of one slot; equal lists in one language are worded once."""

    def __init__(self, words: Callable[[str], Words]) -> None:
        self._words = words
        self._writers: dict[str, DigestWriter] = {}
        self._texts: LRUCache[_Text, Html] = LRUCache(_MOST_TEXTS)

    def post(self, digest: Digest) -> Post | None:
        """Return the message, None where there is nothing to say."""
        if digest.news:
            return self._news(digest)
        if digest.closed and not digest.missing and digest.settings.closed_note:
            tickers = [ticker for ticker, _ in digest.closed]
            since = max(session for _, session in digest.closed)
            text = self._writer(digest).closed(tickers, since)
            return Post(text, silent=True, expires=digest.expires)
        return None

    def _news(self, digest: Digest) -> Post:
        # What left its range is told first; otherwise the place's own order stands.
        news = tuple(sorted(digest.news, key=lambda item: not item.remarkable))
        remarks = (digest.late, digest.missed)
        key = (digest.settings.language, news, digest.missing, *remarks)
        text = self._texts.get(key)
        if text is None:
            writer = self._writer(digest)
            below = writer.remarks(late=digest.late, missed=digest.missed)
            text = self._texts[key] = writer.text(news, digest.missing, below)
        pictures = _pictures(news, digest.settings)
        return Post(
            text,
            silent=is_silent(
                digest.settings, digest.at, remarkable=any(item.remarkable for item in news)
            ),
            keyboard=_charts(news) if len(pictures) == 1 else (),
            pictures=pictures,
            expires=digest.expires,
        )

    def _writer(self, digest: Digest) -> DigestWriter:
        language = digest.settings.language
        if language not in self._writers:
            self._writers[language] = DigestWriter(self._words(language))
        return self._writers[language]


def _charts(news: tuple[TickerNews, ...]) -> Keyboard:
    """Return buttons that show the large pictures of the first tickers."""
    return ticker_keyboard(tuple(item.forecast.ticker for item in news[:_MOST_CHARTS]))


def _pictures(news: tuple[TickerNews, ...], settings: PlaceSettings) -> tuple[PictureRef, ...]:
    """Return one picture, of more than `MOST` tickers some, with the range given for today."""
    count = -(-len(news) // MOST)
    size = -(-len(news) // count)
    parts = (news[start : start + size] for start in range(0, len(news), size))
    return tuple(_picture(part, settings) for part in parts)


def _picture(news: tuple[TickerNews, ...], settings: PlaceSettings) -> PictureRef:
    return PictureRef(
        "grid" if len(news) > 1 else "fan",
        tuple(item.forecast_id for item in news),
        settings.sessions,
        settings.theme,
        settings.language,
        before=tuple(item.earlier_id for item in news),
    )
