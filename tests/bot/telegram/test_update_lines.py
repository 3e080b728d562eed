"""The lines: order within a chat, none between chats, and nobody waits holding what others need."""

import asyncio
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.update_lines import Standing, UpdateLines, leave_line, leave_slot
from tests.virtual_time import run


@dataclass(frozen=True)
class Asked:
    """An update: after `work` seconds it is done, or waits `parked` seconds for its turn to send.

    `shared`: its work is what others wait for, too, and needs no slot.
    """

    number: int
    chat: int
    person: int
    work: float = 1.0
    parked: float = 0.0
    at: float = 0.0
    shared: bool = False


def standing_of(update: object) -> Standing:
    assert isinstance(update, Asked)
    return Standing(update.chat, update.person)


class Day:
    """What happened, in virtual seconds."""

    def __init__(self, at_once=64, patience=5.0):
        self.began: list[tuple[float, Asked]] = []
        self.ended: dict[int, float] = {}
        self.holding: list[Asked] = []
        self.most_holding = 0
        self.doubly_held = False
        self.lines = UpdateLines(
            standing_of,
            self.carry_out,
            at_once=at_once,
            patience_seconds=patience,
        )

    async def carry_out(self, asked, application):
        loop = asyncio.get_running_loop()
        self.began.append((loop.time(), asked))
        self.doubly_held |= any(other.chat == asked.chat for other in self.holding)
        self.holding.append(asked)
        self.most_holding = max(self.most_holding, len(self.holding))
        await application
        if asked.shared:
            leave_slot()
        await asyncio.sleep(asked.work)
        self.holding.remove(asked)
        if asked.parked:
            leave_line()
            await asyncio.sleep(asked.parked)
        self.ended[asked.number] = loop.time()

    async def _live(self, updates):
        async def nothing():
            pass

        loop = asyncio.get_running_loop()
        async with self.lines:
            for asked in sorted(updates, key=lambda a: (a.at, a.number)):
                await asyncio.sleep(asked.at - loop.time())
                await self.lines.process_update(asked, nothing())
            await self.lines.until(lambda: len(self.ended) == len(updates))

    def live(self, *updates):
        run(self._live(updates))
        return self

    def order(self, chat):
        return [asked.number for _, asked in self.began if asked.chat == chat]

    def start_of(self, number):
        return next(at for at, asked in self.began if asked.number == number)


DAYS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.integers(1, 3),
        st.floats(0, 4),
        st.sampled_from([0.0, 0.0, 1.0, 40.0]),
        st.floats(0, 20),
    ),
    min_size=1,
    max_size=30,
).map(lambda rows: [Asked(number, *row) for number, row in enumerate(rows)])


@settings(deadline=None, max_examples=60)
@given(DAYS, st.integers(1, 5))
def test_each_chat_is_served_in_order_one_at_a_time_and_everyone_is_served(updates, slots):
    """Whatever comes, when, how long it takes and how long it waits to send."""
    day = Day(at_once=slots).live(*updates)
    for chat in {asked.chat for asked in updates}:
        came = [a.number for a in sorted(updates, key=lambda a: (a.at, a.number)) if a.chat == chat]
        assert day.order(chat) == came
    assert set(day.ended) == {asked.number for asked in updates}
    assert not day.doubly_held
    assert day.most_holding <= slots


@settings(deadline=None, max_examples=60)
@given(DAYS)
def test_a_chat_waits_for_nobody_but_itself(updates):
    """With enough slots, each begins when it came or when the one before it in its chat let go."""
    day = Day(at_once=64).live(*updates)
    free: dict[int, float] = {}
    for asked in sorted(updates, key=lambda a: (a.at, a.number)):
        begin = max(asked.at, free.get(asked.chat, 0.0))
        assert abs(day.start_of(asked.number) - begin) < 1e-6
        free[asked.chat] = begin + asked.work


def test_who_waits_to_send_holds_no_slot():
    """One slot, and a group whose answer is due in an hour: others are served at once."""
    day = Day(at_once=1).live(
        Asked(0, chat=-1, person=1, work=0, parked=3600), Asked(1, chat=2, person=2, work=0, at=1)
    )
    assert day.start_of(1) == 1
    assert day.ended == {0: 3600, 1: 1}


def test_in_a_busy_group_others_go_on_while_one_waits_to_send():
    """A press or a setting is not kept up by an answer that Telegram does not take yet."""
    day = Day().live(
        Asked(0, chat=-1, person=1, work=1, parked=40), Asked(1, chat=-1, person=2, work=1)
    )
    assert day.start_of(1) == 1


def test_who_takes_long_keeps_up_only_themselves():
    """A question that takes 30 s: the group goes on after 5, the asker's next one waits."""
    day = Day(at_once=1, patience=5).live(
        Asked(0, chat=-1, person=1, work=30),
        Asked(1, chat=-1, person=1, work=1),
        Asked(2, chat=-1, person=2, work=1),
        Asked(3, chat=9, person=9, work=1),
    )
    assert {number: day.start_of(number) for number in range(4)} == {0: 0, 3: 5, 2: 6, 1: 30}


def test_a_flooding_chat_does_not_take_all_slots():
    """A thousand updates of one chat and one of another: that one begins at once."""
    flood = [Asked(n, chat=-1, person=n, work=1) for n in range(1000)]
    day = Day(at_once=2).live(*flood, Asked(1000, chat=5, person=5))
    assert day.start_of(1000) == 0


def test_a_fault_in_one_update_stops_neither_its_chat_nor_others():
    """The next in line begins."""
    done = []

    async def carry_out(update, application):
        await application
        if update == "bad":
            raise ZeroDivisionError
        done.append(update)

    async def day():
        async def nothing():
            pass

        lines = UpdateLines(lambda _: Standing(1, 1), carry_out)
        for update in ("bad", "good"):
            await lines.process_update(update, nothing())
        await lines.emptied()

    run(day())
    assert done == ["good"]


def test_stopped_it_begins_nothing_more_and_lets_the_rest_end():
    """What is in work is finished; what waits stays undone for the next process."""

    async def nothing():
        pass

    async def stop_early(day):
        for number in range(3):
            await day.lines.process_update(Asked(number, chat=1, person=1), nothing())
        await asyncio.sleep(0.5)
        day.lines.stop()
        await day.lines.process_update(Asked(3, chat=2, person=2), nothing())
        await day.lines.emptied()

    day = Day()
    run(stop_early(day))
    assert day.ended == {0: 1.0}


def test_lines_of_chats_that_are_quiet_are_forgotten():
    """Memory does not grow with the number of chats ever seen."""
    day = Day().live(*(Asked(n, chat=n, person=n, parked=n % 2) for n in range(50)))
    assert day.lines.is_empty


def test_who_waits_for_a_forecast_leaves_its_slot_and_keeps_its_chats_order():
    """One slot, a forecast that takes three seconds: other chats go on, the same chat waits."""
    day = Day(at_once=1).live(
        Asked(0, chat=1, person=1, work=3, shared=True),
        Asked(1, chat=1, person=1, work=0),
        Asked(2, chat=2, person=2, work=1),
    )
    assert (day.start_of(2), day.start_of(1)) == (0, 3)
