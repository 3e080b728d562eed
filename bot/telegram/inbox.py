"""What Telegram hands over is a row before it is work, and work until it is answered."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from cachetools import LRUCache
from telegram import Bot, Update

from bot.awaitable_store import AwaitableStore
from bot.background.schedule_lease import surely_ended
from bot.clock import Clock
from bot.logs import name_update
from bot.meters import Meters
from bot.telegram.answer_notes import AnswerNotes
from bot.telegram.answering import RETRY_FOR, Answering, Note, begin_answering
from bot.telegram.captions import as_typed
from bot.telegram.door import Door
from bot.telegram.presses import OpenPress
from bot.telegram.speaking import Interpreter
from bot.telegram.standing import person_behind
from bot.telegram.urgency import keeps, wants_answer
from storage.errors import CannotWriteError, StorageError
from storage.records.inbox import Arrival, Claim, Unanswered
from storage.records.work import Holder

log = logging.getLogger(__name__)

_KEPT = timedelta(days=1)
"""How long the number of what was done is known, so that it is not done again."""
_SWEEP_EVERY = timedelta(hours=1)
LEASE = timedelta(seconds=45)
"""How long a process that says nothing is taken to be at work on what it has taken."""
Put = Callable[[Update], Awaitable[None]]
SayAway = Callable[[Update], Awaitable[None]]


class Inbox:
    """Keeps updates, hands them on, and notes which are answered.

    Of what was asked more than ten minutes ago, while the bot was away, settings and lists are
    carried out; a question would be answered into a conversation that has moved on, so that its
    chat gets one line in its place.
    """

    def __init__(
        self,
        bot: Bot,
        store: AwaitableStore,
        clock: Clock,
        machine: Clock,
        door: Door,
        interpreter: Interpreter,
        say_away: SayAway,
        owner: str,
        meters: Meters | None = None,
    ) -> None:
        """Make an inbox; `hand_on_to` says where its updates go.

        Args:
            bot: Whose updates they are.
            store: Holds the rows.
            clock: The time in which messages are dated.
            machine: The machine's time, which goes on in a replay too.
            door: Says what is carried out.
            interpreter: Knows what language to answer in.
            say_away: Tells a chat that its questions were not heard in time.
            owner: Name of this process, under which rows are taken.
            meters: Count what passes.
        """
        self._meters = meters or Meters()
        self._bot = bot
        self._store = store
        self._clock = clock
        self._machine = machine
        self._door = door
        self._interpreter = interpreter
        self._say_away = say_away
        self._owner = owner
        self._put: Put | None = None
        self._in_work: dict[int, _Item] = {}
        self._told: set[int] = set()
        self._unwritten: LRUCache[int, bool] = LRUCache(10_000)
        self._notes = AnswerNotes(store, machine)
        self._swept_at = machine.now() - 2 * _SWEEP_EVERY

    @property
    def waiting(self) -> int:
        """How many updates this process has taken and not answered."""
        return len(self._in_work)

    def hand_on_to(self, put: Put) -> None:
        """Let updates go to this queue once they are rows."""
        self._put = put

    async def take(self, updates: Sequence[Update]) -> None:
        """Keep updates, then hand on those that are new: Telegram may forget them after this.

        Raises:
            StorageError: They could not be kept; take them again.
        """
        if not updates:
            return
        await self._sweep_now_and_then()
        updates = [as_typed(update) for update in updates]
        arrivals = {u.update_id: self._arrival(u) for u in updates}
        new = await self._kept(tuple(arrivals.values()))
        self._meters.update_taken(len(new))
        for update in updates:
            if update.update_id in new and update.update_id not in self._in_work:
                row = Unanswered(arrivals[update.update_id], (), None)
                await self._hand_on(update, row)

    async def _kept(self, arrivals: tuple[Arrival, ...]) -> frozenset[int]:
        """Write updates down, return the new ones; those that cannot be are answered all the same.

        A crash would lose those: better than that nobody is answered while a disk is full.
        """
        try:
            new = await self._store.take_in(self._bot.id, arrivals, self._claim())
        except CannotWriteError as err:
            await self._store.cannot_write(err)
            new = frozenset(a.update_id for a in arrivals) - self._unwritten.keys()
            self._unwritten.update(dict.fromkeys(new, True))
            return new
        self._store.wrote()
        return frozenset(new)

    async def take_up(self) -> None:
        """Hand on what processes that have ended took and did not answer.

        Raises:
            StorageError: The rows cannot be read.
        """
        await self._sweep_now_and_then()
        now = self._machine.now()
        for claim in await self._store.claims(self._bot.id):
            if claim.owner == self._owner:
                continue
            if claim.until > now and not await _has_ended(claim.owner):
                continue
            rows = await self._store.take_over(self._bot.id, claim, self._claim())
            for row in rows:
                update = Update.de_json(json.loads(row.arrival.body), self._bot)
                await self._hand_on(update, row)
            log.info("taken-up updates=%s from=%s", len(rows), claim.owner)

    async def keep(self) -> None:
        """Say that this process is at work; take up what others have left. Call it every 10 s.

        Raises:
            StorageError: Nobody can be told.
        """
        mine = frozenset(self._in_work)
        if mine:
            held = await self._store.keep_claim(self._bot.id, self._claim())
            # Who stood still for longer than a lease finds that others have gone on.
            for number in mine - held:
                if number in self._in_work:
                    log.warning("update-lost-to-another update=%s", number)
                    self._in_work[number].is_lost = True
        await self.take_up()

    async def carry_out(self, update: object, work: Awaitable[Any]) -> None:
        """Do an update and note that it is answered; cancelled, it stays to be done."""
        item = self._in_work.get(update.update_id) if isinstance(update, Update) else None
        if item is None or not isinstance(update, Update):
            await work
            return
        if item.is_lost:
            _never_begin(work)
            self._in_work.pop(update.update_id, None)
            return
        name_update(update.update_id)
        if item.press is not None:
            item.press.begin()
        if item.is_late or not await self._door.admit(update):
            _never_begin(work)
            begin_answering(Answering(item.note, item.row))
            await self._excuse(update, item)
        else:
            crowd = self._door.crowds.begin(update)
            begin_answering(Answering(item.note, item.row, crowd))
            try:
                await self._interpreter.begin(update)
                await work
            finally:
                self._door.crowds.end(update, crowd)
        await self._finish(update)

    async def _sweep_now_and_then(self) -> None:
        now = self._machine.now()
        if now - self._swept_at > _SWEEP_EVERY:
            self._swept_at = now
            with suppress(CannotWriteError):
                await self._store.sweep_inbox(now - _KEPT)

    def _claim(self) -> Claim:
        return Claim(self._owner, self._machine.now() + LEASE)

    async def _finish(self, update: Update) -> None:
        number = update.update_id
        item = self._in_work.pop(number, None)
        if item is not None:
            chat, seconds = update.effective_chat, asyncio.get_running_loop().time() - item.taken_at
            self._meters.update_answered(seconds)
            log.info("done chat=%s seconds=%.2f", chat.id if chat else None, seconds)
        try:
            await self._notes.done(self._bot.id, number)
        except StorageError as err:
            log.error("not-marked-done reason=%r", str(err))  # noqa: TRY400 - one line says it all

    async def _hand_on(self, update: Update, row: Unanswered) -> None:
        if self._put is None:
            raise RuntimeError("the inbox has nowhere to hand its updates on to")
        late = self._machine.now() - row.arrival.asked_at > RETRY_FOR and not keeps(update)
        query = update.callback_query
        note = partial(self._notes.leaving, self._bot.id)
        press = OpenPress(query) if query else None
        self._in_work[update.update_id] = _Item(note, row, late, press)
        await self._put(update)

    async def _excuse(self, update: Update, item: "_Item") -> None:
        if item.press is not None:
            await item.press.answer()
        chat = update.effective_chat
        if not item.is_late or chat is None or chat.id in self._told or not wants_answer(update):
            return
        self._told.add(chat.id)
        await self._interpreter.begin(update)
        await self._say_away(update)

    def _arrival(self, update: Update) -> Arrival:
        chat = update.effective_chat
        return Arrival(
            update.update_id,
            chat.id if chat else None,
            person_behind(update),
            update.to_json(),
            self._machine.now() - self._age(update),
        )

    def _age(self, update: Update) -> timedelta:
        # A press has no date of its own, and its message may be years old.
        if update.message is None or update.message.date <= datetime.fromtimestamp(0, UTC):
            return timedelta(0)
        return max(timedelta(0), self._clock.now() - update.message.date)


class _Item:
    """What is known of an update in work."""

    __slots__ = ("is_late", "is_lost", "note", "press", "row", "taken_at")

    def __init__(self, note: Note, row: Unanswered, is_late: bool, press: OpenPress | None) -> None:
        self.note = note
        self.row = row
        self.is_late = is_late
        self.is_lost = False
        self.press = press
        self.taken_at = asyncio.get_running_loop().time()


def _never_begin(work: Awaitable[Any]) -> None:
    close = getattr(work, "close", None)
    if close is not None:
        close()


async def _has_ended(owner: str) -> bool:
    return await asyncio.to_thread(surely_ended, Holder.named(owner))
