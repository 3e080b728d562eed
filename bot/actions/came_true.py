"""When the day of a forecast has come, the bot replies to its own message with what came."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.actions.posts import PictureRef, Post
from bot.messages.came_true import came_true_text
from bot.messages.words import Words
from storage.records import CameTrue, Place, PlaceSettings
from storage.store import Store
from storage.work import OutboxItem

KIND = "came-true"
MARKS = (5, 20)
"""Sessions ahead at which the bot replies."""
_FOUND_AGAIN = timedelta(days=3)
"""A crash or a long outage between resolving and replying loses no reply within this time."""
_OF_USE = timedelta(days=2)


def enqueue_came_true(store: Store, words_of: Callable[[str], Words], now: datetime) -> int:
    """Put a reply into the outbox for each forecast message whose mark was resolved; may block.

    A forecast that was shown several times in one place is replied to once, where it was shown
    last. A place that sees 5 sessions gets no reply at 20.

    Args:
        store: Results, messages and outbox.
        words_of: Words of a language.
        now: Aware UTC.

    Returns:
        How many replies are new.
    """
    newest = {
        (found.message.place, found.message.forecast_id, found.resolution.horizon): found
        for found in store.came_true(MARKS, now - _FOUND_AGAIN)
    }
    known: dict[Place, PlaceSettings] = {}
    items = []
    for found in newest.values():
        place = found.message.place
        settings = known.get(place) or known.setdefault(place, store.settings(place))
        if found.resolution.horizon <= settings.sessions:
            item = _item(store, found, settings, words_of(settings.language), now)
            items += [item] if item else []
    return store.enqueue(items, now) if items else 0


def _item(
    store: Store, found: CameTrue, settings: PlaceSettings, words: Words, now: datetime
) -> OutboxItem | None:
    message, result = found.message, found.resolution
    key = f"{message.message_id}:{result.horizon}"
    if store.find_outbox(message.place, KIND, key) is not None:
        return None
    issued = store.find_forecast(message.forecast_id)
    if issued is None:
        return None
    picture = PictureRef("resolved", (issued.id,), result.horizon, settings.theme)
    post = Post(
        html=came_true_text(words, issued.forecast, issued.id, result),
        silent=True,
        reply_to=message.message_id,
        pictures=(picture,),
        expires=now + _OF_USE,
    )
    return OutboxItem(message.place, KIND, key, now, post.encode())
