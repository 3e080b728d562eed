"""What ties one process to the others that answer for the same bot.

Behind a webhook over PostgreSQL several processes may run; each is a replica of the others. They
share the pace of what they send (`shared_pace`), what people have asked, and what one finds out and
the others keep in memory: which models serve, which pictures Telegram has forgotten. All else that
a process keeps in memory is looked up by what it is made of, so that it cannot grow old.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.answers.user_rate_limit import QuestionBudget, Scope
from bot.awaitable_store import AwaitableStore
from bot.background.bulletins import Bulletins
from bot.clock import SystemClock
from bot.settings import Settings
from bot.telegram.chat_pace import GROUP_PER_MINUTE
from bot.telegram.rate_limiter import PacedLimiter
from bot.telegram.shared_pace import SharedPace
from storage.models import PROMOTED
from storage.photos import FORGOTTEN
from storage.records.work import Holder

_MINUTE = timedelta(minutes=1)


def edits_before(done: Sequence[float]) -> Sequence[float]:
    """Return how many seconds ago a group's edits may have left.

    Nothing is written down of an edit. Of few presses each may have brought one; many presses have
    shared edits, and these have left as evenly as their pace lets them.

    Args:
        done: How many seconds ago each press was done, longest ago first.
    """
    if len(done) <= GROUP_PER_MINUTE:
        return [max(0.0, ago) for ago in done]
    spacing = _MINUTE.total_seconds() / GROUP_PER_MINUTE
    return [spacing * number for number in reversed(range(GROUP_PER_MINUTE))]


class Replica:
    """The ties of one process; none of them is tied where it is the only one."""

    def __init__(
        self,
        settings: Settings,
        store: AwaitableStore,
        process: Holder,
        limiter: PacedLimiter,
        bot_id: Callable[[], int],
    ) -> None:
        """Tie the pace and what people may ask.

        Args:
            settings: Whether there may be others.
            store: Over the database that all share.
            process: This one.
            limiter: Its pace.
            bot_id: Whose messages it sends.
        """
        self._store, self._limiter, self._bot_id = store, limiter, bot_id
        self.bulletins = Bulletins(store, str(process))
        self.budget = QuestionBudget(tell=self.bulletins.share("asked", self._heard))
        if settings.replicated:
            paid = settings.paid_broadcast_per_second
            limiter.share(SharedPace(store, process.nonce, bot_id, paid))

    async def recall(self) -> None:
        """Count what left for groups in the last minute: Telegram does not forget at a restart.

        Raises:
            StorageError: It cannot be read.
        """
        now, bot_id = SystemClock().now(), self._bot_id()
        sent = await self._store.sent_to_groups(bot_id, now - _MINUTE, now)
        for chat_id, at in sent:
            self._limiter.recall(("sends", chat_id), max(0.0, (now - at).total_seconds()))
        for chat_id, instants in await self._store.done_in_groups(bot_id, now - _MINUTE):
            for ago in edits_before([(now - at).total_seconds() for at in instants]):
                self._limiter.recall(("edits", chat_id), ago)

    def follow(self, models: Callable[[], None], forget: Callable[[str], None]) -> None:
        """Keep what is in memory true.

        Args:
            models: Looks up again which models serve.
            forget: Looks up again a picture with a `file_id`.
        """
        self.bulletins.on(PROMOTED, lambda _: models())
        self.bulletins.on(FORGOTTEN, forget)
        self.bulletins.on_missed(models)

    def _heard(self, scope: Scope, key: int | None, questions: float) -> None:
        self.budget.heard(scope, key, asyncio.get_running_loop().time(), questions)
