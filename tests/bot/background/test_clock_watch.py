"""The machine's clock is set back an hour, or a day forward: the schedule goes on at once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.background.clock_watch import watch_clock
from bot.clock import SystemClock
from bot.compose import compose
from tests.journeys.product import settings_for

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class MovedClock:
    """The machine's clock, and how far somebody has moved it."""

    def __init__(self):
        self.by = timedelta(0)

    def now(self):
        return datetime.now(UTC) + self.by


@pytest.mark.parametrize("by", [-HOUR, DAY])
async def test_a_jump_is_noticed_once(by):
    """Back and forward; a clock that only runs is no jump."""
    clock, jumps = MovedClock(), []
    watching = asyncio.ensure_future(watch_clock(clock, lambda: jumps.append(by), every=0.02))
    await asyncio.sleep(0.1)
    assert jumps == []
    clock.by = by
    await asyncio.sleep(0.2)
    watching.cancel()
    assert jumps == [by]


@pytest.mark.parametrize("by", [HOUR, DAY])
async def test_after_a_clock_was_set_back_nothing_waits_for_the_old_time(chat, tmp_path, by):
    """To the library a clock that was set back looks as if all jobs lay so far ahead."""
    async with compose(settings_for(chat, tmp_path)) as bot, bot.client:
        await bot.schedule.start()
        try:
            scheduler = bot.schedule._scheduler  # noqa: SLF001 - nobody else can see its times
            for job in scheduler.get_jobs():
                job.modify(next_run_time=SystemClock().now() + by)
            bot.schedule.follow_clock()
            now = SystemClock().now()
            due = {
                job.id: (job.next_run_time - now).total_seconds() for job in scheduler.get_jobs()
            }
            assert due["lease"] <= 10
            assert due["tick"] <= 60
            assert due["catch-up"] <= 900
        finally:
            await bot.schedule.stop()
