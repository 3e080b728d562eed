"""When unattended work runs: after closes as the calendar has them, caught up after a downtime."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.background.jobs import Jobs, RunKey
from bot.background.nightly.nights import NIGHT_STEPS, Nights, next_night, night_key, when_asked
from bot.background.outbox.posts import Post
from bot.background.schedule import CloseTrigger, Schedule
from bot.background.schedule_lease import SCHEDULE
from bot.words.language import Html
from storage.records.chats import Place
from storage.records.work import Holder, OutboxItem
from tests.journeys.unattended import product


@pytest.mark.parametrize(
    ("exchange", "now", "fires"),
    [
        ("XNYS", "2021-12-15T12:00+00:00", "2021-12-15T21:25+00:00"),
        ("XNYS", "2021-12-15T21:25+00:00", "2021-12-16T21:25+00:00"),
        # A half day, then a weekend; summer time in July.
        ("XNYS", "2021-11-26T00:00+00:00", "2021-11-26T18:25+00:00"),
        ("XNYS", "2021-11-26T18:30+00:00", "2021-11-29T21:25+00:00"),
        ("XNYS", "2021-07-01T00:00+00:00", "2021-07-01T20:25+00:00"),
        ("24/7", "2021-12-15T12:00+00:00", "2021-12-16T00:25+00:00"),
        ("XTKS", "2021-12-15T00:00+00:00", "2021-12-15T06:25+00:00"),
    ],
)
def test_the_night_begins_after_the_settled_close(exchange, now, fires):
    """On half days early, on holidays not at all, in summer time an hour sooner."""
    trigger = CloseTrigger(exchange)
    moment, expected = datetime.fromisoformat(now), datetime.fromisoformat(fires)
    assert trigger.get_next_fire_time(None, moment) == expected
    assert next_night(exchange, moment) == expected


def test_a_calendar_that_ends_ends_the_job():
    """No error each second, just no more nights."""
    assert CloseTrigger("XNYS").get_next_fire_time(None, datetime(2100, 1, 1, tzinfo=UTC)) is None


async def test_a_downtime_over_the_close_is_caught_up_once(chat, tmp_path):
    """The bot was down from the close to the next morning: the night is lived through, once."""
    async with product(chat, tmp_path, datetime(2021, 12, 15, 13, tzinfo=UTC)) as bot:
        bot.subscribe(chat.ann, "TSLA")
        await bot.work.nights.catch_up()
        await bot.work.nights.catch_up()
        key = str(night_key("XNYS", bot.clock.now()))
        assert key == "XNYS 2021-12-14"
        runs = {step: bot.store.find_job(step, key) for step in NIGHT_STEPS if step != "retrain"}
        assert {run.state for run in runs.values()} == {"done"}
        assert {run.attempts for run in runs.values()} == {1}
        assert len(bot.store.forecasts_of("TSLA", 10)) == 1


async def test_operators_hear_of_a_night_that_was_missed(chat, tmp_path):
    """Not at the first start ever, but when a known night did not run at its time."""
    changes = {"admin_ids": (chat.carl.id,)}
    async with product(chat, tmp_path, datetime(2021, 12, 15, 1, tzinfo=UTC), **changes) as bot:
        bot.subscribe(chat.ann, "TSLA")
        await bot.work.nights.catch_up()
        place, day = Place(chat.carl.id), "missed XNYS 2021-12-16"
        assert bot.store.find_outbox(place, "alarm", "missed XNYS 2021-12-15") is None
        bot.clock.move_to(datetime(2021, 12, 16, 12, tzinfo=UTC))
        await bot.work.nights.catch_up()
        assert "did not run at its time" in bot.store.find_outbox(place, "alarm", day).item.payload


async def test_a_failing_step_is_told_once_and_stops_neither_the_others_nor_the_bot(chat, tmp_path):
    """Three tries, one alarm a day, and the new forecasts all the same."""
    changes = {"admin_ids": (chat.carl.id,)}
    async with product(chat, tmp_path, datetime(2021, 12, 15, 1, tzinfo=UTC), **changes) as bot:
        bot.subscribe(chat.ann, "TSLA")
        chat.carl.say("hello")

        async def broken(_key, _now):
            raise RuntimeError("out of memory")

        nights = nights_of(bot, resolve=broken)
        done = [await nights.after_close("XNYS") for _ in range(5)]
        assert done == [False] * 5
        run = bot.store.find_job("resolve", "XNYS 2021-12-14")
        assert (run.state, run.attempts) == ("failed", 3)
        assert bot.store.find_job("forecasts", "XNYS 2021-12-14").state == "done"
        await bot.work.tick()
    alarms = [m.text for m in chat.of_bot(chat.carl)]
    assert len(alarms) == 1
    assert "out of memory" in alarms[0]


async def test_the_schedule_runs_what_is_due_at_its_start(chat, tmp_path):
    """Outbox and missed night within a second of the start, one job for each exchange."""
    async with product(chat, tmp_path, datetime(2021, 12, 15, 9, tzinfo=UTC)) as bot:
        bot.work.replay = None  # the clock of this test stands in for the machine's
        bot.subscribe(chat.ann, "TSLA", "BTC-USD")
        schedule = Schedule(bot.work)
        await schedule.start()
        await asyncio.wait_for(_until(lambda: "close 24/7" in schedule.jobs), 30)
        assert {"lease", "tick", "day-end", "catch-up", "close XNYS"} <= set(schedule.jobs)
        await asyncio.wait_for(
            _until(lambda: bot.store.find_job("forecasts", "XNYS 2021-12-14")), 30
        )
        await schedule.stop()
        assert not bot.work.lease.held


async def test_who_takes_over_does_at_once_what_is_due(chat, tmp_path):
    """The former holder died and its lease ends by itself: no waiting for the next full minute."""
    chat.ann.say("hello")
    async with product(chat, tmp_path) as bot:
        now = datetime.now(UTC)
        elsewhere = Holder("elsewhere", "-", 1, "n")
        bot.store.take_lease(SCHEDULE, elsewhere, now, now + timedelta(seconds=1))
        post = Post(Html("your digest")).encode()
        item = OutboxItem(Place(chat.ann.id), "digest", "today", bot.clock.now(), post)
        bot.store.enqueue([item], bot.clock.now())
        schedule = Schedule(bot.work)
        await schedule.start()
        begin = asyncio.get_running_loop().time()
        await chat.wait(lambda: chat.of_bot(chat.ann) or None, 20)
        # A second until it ends, one renewal, and some for a busy machine; half a minute by chance.
        assert asyncio.get_running_loop().time() - begin < 9
        await schedule.stop()


async def test_who_has_lost_the_schedule_leaves_the_rest_to_the_next(chat, tmp_path):
    """Stopped in mid-broadcast for longer than its lease, it wakes and sends nothing more."""
    async with product(chat, tmp_path) as bot:
        await bot.work.renew_lease()
        chat.ann.say("hello")
        item = OutboxItem(
            Place(chat.ann.id), "digest", "x", bot.clock.now(), Post(Html("late")).encode()
        )
        bot.store.enqueue([item], bot.clock.now())
        bot.store.release_lease(SCHEDULE, bot.work.lease.holder)
        now = datetime.now(UTC)
        elsewhere = Holder("elsewhere", "-", 1, "n")
        bot.store.take_lease(SCHEDULE, elsewhere, now, now + timedelta(seconds=60))
        await bot.work.renew_lease()
        assert (await bot.work.delivery.deliver_due()).sent == 0
        assert chat.of_bot(chat.ann) == []


async def test_an_error_in_a_scheduled_job_reaches_the_operators(chat, tmp_path):
    """The listener turns it into an alarm; the schedule goes on."""
    chat.carl.say("hello")
    async with product(chat, tmp_path, admin_ids=(chat.carl.id,)) as bot:
        schedule = Schedule(bot.work)
        await schedule.start()

        async def broken():
            raise RuntimeError("disk full")

        schedule.once("catch-up", broken)
        failed, late_one = (
            f"schedule {name} {bot.clock.now().date()}" for name in ("catch-up", "day-end")
        )
        await asyncio.wait_for(_until(lambda: _alarm(bot, chat.carl, failed)), 20)
        assert "disk full" in _alarm(bot, chat.carl, failed).item.payload
        late = datetime.now(UTC) - timedelta(hours=9)
        schedule.once("day-end", broken, late)
        await asyncio.wait_for(_until(lambda: _alarm(bot, chat.carl, late_one)), 20)
        await schedule.stop()


async def test_in_a_replay_training_waits_until_somebody_asks_for_it():
    """No night trains, since somebody waits for it to pass; by hand always."""
    asked = []

    async def train(key, _now):
        asked.append(key)
        return "trained"

    step, now = when_asked(train), datetime(2021, 11, 27, tzinfo=UTC)
    for day in (date(2021, 11, 22), date(2021, 11, 24), date(2021, 11, 26), date(2021, 12, 3)):
        await step(RunKey("XNYS", day), now)
    await step(RunKey("XNYS", by_hand=datetime(2021, 11, 23, tzinfo=UTC)), now)
    assert [str(key) for key in asked] == ["XNYS by hand 2021-11-23T00:00:00+00:00"]


def nights_of(bot, **steps):
    """Return nights of these steps; the others have nothing to do."""

    async def nothing(_key, _now):
        return "nothing"

    store = bot.awaitable
    given = dict.fromkeys(NIGHT_STEPS, nothing) | steps
    jobs = Jobs(given, store, bot.clock, bot.work.operators)
    return Nights(jobs, store, bot.clock, bot.work.operators)


def _alarm(bot, person, key):
    return bot.store.find_outbox(Place(person.id), "alarm", key)


async def _until(holds):
    while not holds():  # noqa: ASYNC110 - storage tells of no change
        await asyncio.sleep(0.05)
