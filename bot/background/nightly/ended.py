"""Followers of a ticker that no longer trades are told once, and it leaves their lists."""

from collections.abc import Callable
from datetime import date, datetime

from bot.background.outbox.posts import Post
from bot.words.language import Words
from bot.words.watchlist import ended_note
from storage.records.work import OutboxItem
from storage.store import Store

KIND = "ended"


def tell_ended(
    store: Store, ticker: str, last: date, now: datetime, words: Callable[[str], Words]
) -> int:
    """Write a note to each place that follows a ticker, and take it off their lists.

    Args:
        store: Lists and outbox; the note's key is one for a ticker's end, so it comes once.
        ticker: What has ended.
        last: Its last session.
        now: Aware UTC.
        words: Words by language.

    Returns:
        How many places were told.
    """
    places = store.subscribers(ticker=ticker)
    items = []
    for subscriber in places:
        text = ended_note(words(subscriber.settings.language), ticker, last)
        post = Post(text, silent=True)
        items.append(OutboxItem(subscriber.place, KIND, f"{ticker} {last}", now, post.encode()))
    told = store.enqueue(items, now)
    for subscriber in places:
        store.unsubscribe(subscriber.place, (ticker,))
    return told
