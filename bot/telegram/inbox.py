"""What Telegram hands over is a row before it is work, and work until it is answered."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from telegram import Bot, Update

from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.logs import name_update
from bot.meters import Meters
from bot.telegram.answer_notes import AnswerNotes
from bot.telegram.answering import RETRY_FOR, Answering, begin_answering
from bot.telegram.door import Door
from bot.telegram.in_work import TRUSTED_SECONDS, Item, has_ended, never_begin
from bot.telegram.intake import Intake
from bot.telegram.presses import OpenPress
from bot.telegram.speaking import Interpreter
from bot.telegram.update_lines import leave_line
from bot.telegram.update_rows import UpdateRows
from bot.telegram.urgency import keeps, wants_answer
from storage.errors import StorageError
from storage.records.inbox import Unanswered

log = logging.getLogger(__name__)

Handle = Callable[[Update], Awaitable[None]]


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
        intake: Intake,
        door: Door,
        interpreter: Interpreter,
        say_away: Handle,
        meters: Meters | None = None,
    ) -> None:
        """Make an inbox; `hand_on_to` says where its updates go.

        Args:
            bot: Whose updates they are.
            store: Holds the rows.
            clock: The time in which messages are dated.
            intake: Writes down what comes, under the name of this process.
            door: Says what is carried out.
            interpreter: Knows what language to answer in.
            say_away: Tells a chat that its questions were not heard in time.
            meters: Count what passes.
        """
        self._meters = meters or Meters()
        self._bot = bot
        self._store = store
        self._intake = intake
        self._machine, self._in_work = intake.machine, intake.in_work
        self._door = door
        self._interpreter = interpreter
        self._say_away = say_away
        self.owner = intake.owner
        self._put: Handle | None = None
        self._rows = UpdateRows(clock, intake.machine)
        self._told: set[int] = set()
        self._notes = AnswerNotes(store, intake.machine, lambda: bot.id)

    @property
    def waiting(self) -> int:
        """How many updates this process has taken and not answered."""
        return len(self._in_work)

    def hand_on_to(self, put: Handle) -> None:
        """Let updates go to this queue once they are rows."""
        self._put = put

    async def take(self, updates: Sequence[Update]) -> None:
        """Keep updates, then hand on those that are new: Telegram may forget them after this.

        Raises:
            StorageError: They could not be kept; take them again.
        """
        if not updates:
            return
        await self._intake.sweep_now_and_then()
        read = [one for one in map(self._rows.read, updates) if one is not None]
        arrivals = {arrival.update_id: arrival for _, arrival in read}
        with self._in_work.taking(arrivals):
            kept = await self._intake.keep(tuple(arrivals.values()))
            self._meters.update_taken(len(kept.new))
            if kept.others_left:
                await self.take_what_was_left()
            for update, arrival in read:
                if update.update_id in kept.new and self._in_work.get(update.update_id) is None:
                    await self._hand_on(update, Unanswered(arrival, (), None))

    async def take_what_was_left(self) -> None:
        """Hand on what other processes have left to this one.

        Raises:
            StorageError: The rows cannot be read.
        """
        rows = await self._store.left_to(self._bot.id, self.owner, self._in_work.numbers)
        await self._hand_on_all([r for r in rows if not self._in_work.knows(r.arrival.update_id)])

    async def _hand_on_all(self, rows: Sequence[Unanswered]) -> None:
        for row in rows:
            update = Update.de_json(json.loads(row.arrival.body), self._bot)
            await self._hand_on(update, row)

    async def take_up(self) -> None:
        """Hand on what processes that have ended took and did not answer.

        Raises:
            StorageError: The rows cannot be read.
        """
        await self._intake.sweep_now_and_then()
        now = self._machine.now()
        for claim in await self._store.claims(self._bot.id):
            if claim.owner == self.owner or not (
                claim.until <= now or await has_ended(claim.owner)
            ):
                continue
            rows = await self._store.take_over(self._bot.id, claim, self._intake.claim())
            await self._hand_on_all(rows)
            log.info("taken-up updates=%s from=%s", len(rows), claim.owner)

    async def keep(self) -> None:
        """Say that this process is at work; take up what others have left. Call it every 3 s.

        Raises:
            StorageError: Nobody can be told.
        """
        await self._renew()
        await self.take_up()

    async def leave(self) -> None:
        """Leave what is not answered to the other processes: this one ends.

        Raises:
            StorageError: They find out by themselves.
        """
        if self._intake.replicated:
            await self._store.give_up_claim(self._bot.id, self.owner, self._machine.now())

    async def _renew(self) -> None:
        if not (self._in_work or self._intake.replicated):
            return
        asked, until = self._in_work.numbers, asyncio.get_running_loop().time() + TRUSTED_SECONDS
        held = await self._store.keep_claim(self._bot.id, self._intake.claim())
        # Who stood still for longer than a lease finds that others have gone on.
        mine = held | self._intake.unwritten
        for number in self._in_work.renewed(asked, mine, until):
            log.warning("update-lost-to-another update=%s", number)
        if self._intake.replicated and not all(map(self._in_work.knows, held)):
            await self.take_what_was_left()

    async def _check(self, number: int) -> None:
        """End the task that answers an update which another process has taken over."""
        item = self._in_work.get(number)
        if item is None or asyncio.get_running_loop().time() < item.held_until:
            return
        # Where the database does not answer nobody else can have taken it over either.
        with suppress(StorageError):
            await self._renew()
        if item.is_lost:
            self._drop(item)
            raise asyncio.CancelledError

    def _drop(self, item: Item) -> None:
        self._in_work.pop(item.row.arrival.update_id)
        self._notes.drop(item.row.arrival)

    async def carry_out(self, update: object, work: Awaitable[Any]) -> None:
        """Do an update and note that it is answered; cancelled, it stays to be done."""
        item = self._in_work.get(update.update_id) if isinstance(update, Update) else None
        if item is None or not isinstance(update, Update):
            await work
            return
        if item.is_lost:
            never_begin(work)
            self._drop(item)
            return
        name_update(update.update_id)
        if item.press is not None:
            item.press.begin()
        admitted = not item.is_late and await self._door.admit(update)
        crowd = self._door.crowds.begin(update) if admitted else None
        check = partial(self._check, update.update_id)
        answering = Answering(item.note, item.row, crowd, check)
        begin_answering(answering)
        if not admitted:
            never_begin(work)
            await self._excuse(update, item)
        else:
            try:
                await self._interpreter.begin(update)
                await work
            finally:
                self._door.crowds.end(update, crowd)
        await self._finish(update, answering.sent)

    async def _finish(self, update: Update, sent: tuple[int, ...]) -> None:
        item = self._in_work.pop(update.update_id)
        if item is None:
            return
        arrival, seconds = item.row.arrival, asyncio.get_running_loop().time() - item.taken_at
        self._meters.update_answered(seconds)
        log.info("done chat=%s seconds=%.2f", arrival.chat_id, seconds)
        # All is done but the mark: whoever is next begins, so that many marks are one transaction.
        leave_line()
        try:
            await self._notes.done(arrival, sent, changes=keeps(update))
        except StorageError as err:
            log.error("not-marked-done reason=%r", str(err))  # noqa: TRY400 - one line says it all

    async def _hand_on(self, update: Update, row: Unanswered) -> None:
        if self._put is None:
            raise RuntimeError("the inbox has nowhere to hand its updates on to")
        late = self._machine.now() - row.arrival.asked_at > RETRY_FOR and not keeps(update)
        press = OpenPress(update.callback_query) if update.callback_query else None
        self._in_work.add(update.update_id, Item(self._notes.leaving, row, late, press))
        self._notes.begin(row.arrival)
        await self._put(update)

    async def _excuse(self, update: Update, item: Item) -> None:
        if item.press is not None:
            await item.press.answer()
        chat = update.effective_chat
        if not item.is_late or chat is None or chat.id in self._told or not wants_answer(update):
            return
        self._told.add(chat.id)
        await self._interpreter.begin(update)
        await self._say_away(update)
