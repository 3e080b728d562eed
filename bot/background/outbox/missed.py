"""What a chat missed while it let the bot write nothing, told once it can be written to again."""

from collections.abc import Callable
from datetime import timedelta

from bot.awaitable_store import AwaitableStore
from bot.background.outbox.posts import Post, read_post
from bot.clock import Clock
from bot.words.language import Words
from bot.words.missed import MOST_MISSED, missed
from storage.records.work import OutboxItem, OutboxRow

KIND = "missed"
_TRY_IN = timedelta(hours=1)


class MissedPosts:
    """One message a place that grows while it cannot be sent, by the head of each lost one."""

    def __init__(self, store: AwaitableStore, clock: Clock, words: Callable[[str], Words]) -> None:
        self._store = store
        self._clock = clock
        self._words = words

    async def note(self, row: OutboxRow) -> None:
        """Remember a row that was given up because its chat let nothing in."""
        place, now = row.item.place, self._clock.now()
        if row.item.kind == KIND:
            return
        waiting = await self._store.find_pending(place, KIND)
        heads = (*_heads_in(waiting), _head_of(read_post(row.item.payload)))
        settings = await self._store.settings(place)
        text = missed(self._words(settings.language), heads)
        payload = Post(text, silent=True).encode()
        if waiting is not None:
            await self._store.rewrite(waiting.id, payload)
        else:
            item = OutboxItem(place, KIND, now.isoformat(), now + _TRY_IN, payload)
            await self._store.enqueue([item], now)


def _heads_in(row: OutboxRow | None) -> tuple[str, ...]:
    if row is None:
        return ()
    _, *lines = read_post(row.item.payload).html.without_markup().splitlines()
    return tuple(lines)[-MOST_MISSED:]


def _head_of(post: Post) -> str:
    return post.html.without_markup().partition("\n")[0].strip()
