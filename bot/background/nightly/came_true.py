"""When the day of a forecast has come, the bot replies to its own message with what came."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.background.outbox.posts import PictureRef, Post
from bot.words.came_true import came_true_text
from bot.words.language import Words
from storage.records.chats import CameTrue, Place, PlaceSettings
from storage.records.work import OutboxItem
from storage.store import Store

KIND = "came-true"
MARKS = (5, 20)
"""Sessions ahead at which the bot replies."""
_FOUND_AGAIN = timedelta(days=3)
"""A crash or a long outage between resolving and replying loses no reply within this time."""
_OF_USE = timedelta(days=2)


def enqueue_came_true(store: Store, words_of: Callable[[str], Words], now: datetime) -> int:
    """Put a reply into the outbox for each forecast message whose mark was resolved; may block.

    Only a message that showed a mark is replied to at it. A forecast that was shown several times
    in one place is replied to once, where it was shown last.

    Args:
        store: Results, messages and outbox.
        words_of: Words of a language.
        now: Aware UTC.

    Returns:
        How many replies are new.
    """
    shown: dict[tuple[Place, int, int], list[CameTrue]] = {}
    for found in store.came_true(MARKS, now - _FOUND_AGAIN):
        message = found.message
        key = (message.place, message.forecast_id, found.resolution.horizon)
        shown.setdefault(key, []).append(found)
    known: dict[Place, PlaceSettings] = {}
    items = []
    for (place, _, horizon), of_one in shown.items():
        fit = [found for found in of_one if horizon <= found.message.sessions]
        # A button may have changed since then which message is the last to show the mark.
        if not fit or any(_was_told(store, found) for found in of_one):
            continue
        settings = known.get(place) or known.setdefault(place, store.settings(place))
        item = _item(store, fit[-1], settings, words_of(settings.language), now)
        items += [item] if item else []
    return store.enqueue(items, now) if items else 0


def _key(found: CameTrue) -> str:
    return f"{found.message.message_id}:{found.resolution.horizon}"


def _was_told(store: Store, found: CameTrue) -> bool:
    return store.find_outbox(found.message.place, KIND, _key(found)) is not None


def _item(
    store: Store, found: CameTrue, settings: PlaceSettings, words: Words, now: datetime
) -> OutboxItem | None:
    message, result = found.message, found.resolution
    issued = store.find_forecast(message.forecast_id)
    if issued is None:
        return None
    picture = PictureRef("resolved", (issued.id,), result.horizon, settings.theme, words.language)
    post = Post(
        html=came_true_text(words, issued.forecast, issued.id, result),
        silent=True,
        reply_to=message.message_id,
        pictures=(picture,),
        expires=now + _OF_USE,
    )
    return OutboxItem(message.place, KIND, _key(found), now, post.encode())
