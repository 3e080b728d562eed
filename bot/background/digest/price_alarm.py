"""Tells the operators when digests have waited for prices for an hour, and when that is over."""

from datetime import datetime, timedelta

from bot.background.digest.digests import DigestDesk
from bot.background.operators import Operators
from bot.clock import Clock
from bot.words.language import Words
from bot.words.operators import prices_back, prices_missing
from bot.worker import Worker
from storage.notes import NoteStore

ALARM_AFTER = timedelta(hours=1)
_NOTE = "prices-missing-since"


class PriceAlarm:
    """Watches the digests; what was told is remembered across restarts, so nobody is told twice."""

    def __init__(
        self,
        digests: DigestDesk,
        notes: NoteStore,
        operators: Operators,
        worker: Worker,
        clock: Clock,
        words: Words,
    ) -> None:
        self._digests = digests
        self._notes = notes
        self._operators = operators
        self._worker = worker
        self._clock = clock
        self._words = words

    async def check(self, enqueued: int) -> None:
        """Tell what has changed since the last time.

        Args:
            enqueued: How many digests were just made.
        """
        since, now = self._digests.waiting_since(), self._clock.now()
        told = await self._worker.wait(self._notes.load_note, _NOTE)
        if since is not None and now - since >= ALARM_AFTER and not told:
            await self._operators.alarm("prices-missing", prices_missing(self._words, since))
            await self._note(since.isoformat(), now)
        elif since is None and enqueued and told:
            text = prices_back(self._words, datetime.fromisoformat(told), now)
            await self._operators.alarm("prices-back", text)
            await self._note("", now)

    async def _note(self, value: str, now: datetime) -> None:
        await self._worker.wait(self._notes.save_note, _NOTE, value, now)
