"""Weeks lived through in moments: every digest once, every forecast resolved, restarts survived."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time

import pytest

from bot.clock import ReplayClock
from bot.compose import compose
from forecasting.sessions import last_closed
from localchat.errors import ApiError
from storage.records.chats import Place
from tests.journeys.digest_days import session_told
from tests.journeys.product import settings_for
from tests.journeys.unattended import Product, told

START = date(2021, 11, 22)
"""A Monday; Thursday the 25th is Thanksgiving and Friday a half day."""
SESSIONS = (22, 23, 24, 26)


@asynccontextmanager
async def replay(chat, tmp_path, **changes):
    settings = settings_for(chat, tmp_path, replay_start=START, **changes)
    async with compose(settings) as bot:
        bot.work.jobs.leave_out("retrain")
        async with bot.client:
            try:
                yield Product(bot)
            finally:
                await bot.work.stop()


def sessions_told(chat, person):
    """The session that each digest speaks of."""
    return [session_told(message.text) for message in told(chat, person)]


async def test_each_session_brings_its_digest_once(chat, tmp_path):
    """Four sessions in a week with a holiday: four digests at each local time, and no others."""
    async with replay(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA", digest_at=time(8), zone="Europe/Berlin")
        bot.subscribe(chat.ben, "TSLA", digest_at=time(16, 30), zone="America/New_York")
        bot.subscribe(chat.carl, "AAPL", digest_at=time(6), zone="Asia/Tokyo")
        for day in SESSIONS:
            reached = await bot.work.replay.advance()
            assert last_closed("XNYS", reached).day == day
        forecasts = bot.store.head().id
        due = bot.store.due_resolutions(date(2021, 11, 26), 1000)
        resolved = sum(entry.sums.resolved for entry in bot.store.tallies())
        heads = bot.store.daily_heads(10)
    expected = [date(2021, 11, day) for day in SESSIONS]
    assert sessions_told(chat, chat.ann) == expected
    assert sessions_told(chat, chat.ben) == expected
    assert sessions_told(chat, chat.carl) == expected
    assert forecasts == 2 * len(SESSIONS)
    assert due == ()
    assert resolved == 2 * (1 + 2 + 3)
    assert [head.day.day for head in heads][:5] == [26, 25, 24, 23, 22]


async def test_the_replay_goes_on_where_a_restart_cut_it(chat, tmp_path):
    """The instant is kept; a digest that was enqueued but not sent goes out, none comes twice."""
    async with replay(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA")
        reached = await bot.work.replay.advance()
    async with replay(chat, tmp_path) as bot:
        assert bot.clock.now() == reached
        await bot.work.begin_tick()
        await bot.work.replay.advance()
    assert sessions_told(chat, chat.ann)[-2:] == [date(2021, 11, 22), date(2021, 11, 23)]
    assert len(set(sessions_told(chat, chat.ann))) == len(told(chat, chat.ann))


@asynccontextmanager
async def chatting(chat, tmp_path, **changes):
    settings = settings_for(chat, tmp_path, **changes)
    async with compose(settings) as bot:
        bot.work.jobs.leave_out("retrain")
        await bot.telegram.start()
        try:
            yield Product(bot)
        finally:
            await bot.work.stop()
            await bot.telegram.stop()


async def test_operators_move_the_replay_and_others_do_not(chat, tmp_path):
    """`/next 2` by an operator, with digests on the way; a member is told that it is not theirs."""
    changes = {"replay_start": START, "admin_ids": (chat.carl.id,)}
    async with chatting(chat, tmp_path, **changes) as bot:
        refused = await chat.answer_to(chat.ann.say("/next"))
        assert "Only the operators" in refused.text
        bot.subscribe(chat.ann, "TSLA")
        asked = chat.carl.say("/next 2")
        answer = await chat.answer_to(asked, where=lambda m: "later: it is" in m.text, seconds=60)
        assert "2 sessions later: it is Wed, Nov 24, 2021" in answer.text
        wrong = await chat.answer_to(chat.carl.say("/next week"))
        assert "/next 5" in wrong.text
        status = await chat.answer_to(chat.carl.say("/status"))
        assert "(replay)" in status.text
        assert "forecasts XNYS 2021-11-23" in status.text
    assert any("Tue, Nov 23, 2021" in m.text for m in told(chat, chat.ann))


async def test_in_real_time_there_is_no_next(chat, tmp_path):
    """`/next` without a replay says so."""
    async with chatting(chat, tmp_path, admin_ids=(chat.carl.id,)):
        answer = await chat.answer_to(chat.carl.say("/next"))
    assert "runs in real time" in answer.text


async def test_operators_get_one_summary_a_day(chat, tmp_path):
    """What ran, what the outbox holds, the head of the ledger."""
    async with replay(chat, tmp_path, admin_ids=(chat.carl.id,)) as bot:
        chat.carl.say("hello")
        bot.store.see_chat(chat.carl.id)
        bot.subscribe(chat.ann, "TSLA")
        await bot.work.replay.advance(2)
    summaries = [m.text for m in told(chat, chat.carl)]
    assert len(summaries) == 3
    assert "✓ resolve XNYS 2021-11-23" in summaries[-1]
    assert "Ledger: " in summaries[-1]


async def test_the_clock_waits_until_what_is_due_is_let_in(chat, tmp_path):
    """Telegram refuses a digest twice as often as one delivery tries: the session still tells it."""
    async with replay(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA", digest_at=time(8), zone="UTC")
        for method in ("sendPhoto", "sendMessage"):
            chat.faults.fail(method, ApiError(502, "Bad Gateway"), times=4)
        await bot.work.replay.advance()
    assert sessions_told(chat, chat.ann) == [START]


@pytest.mark.parametrize("zone", [None, "Nowhere/Land"])
async def test_a_place_without_a_zone_lives_in_utc(chat, tmp_path, zone):
    """Nobody waits for ever because a question was not answered."""
    async with replay(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA", zone=zone)
        await bot.work.replay.advance()
        row = bot.store.find_outbox(Place(chat.ann.id), "digest", "2021-11-23")
    assert row.item.due_at == datetime(2021, 11, 23, 8, tzinfo=UTC)


def test_the_replay_clock_never_runs_back():
    """A clock that was moved on stays there."""
    clock = ReplayClock(datetime(2021, 11, 22, tzinfo=UTC))
    clock.move_to(datetime(2021, 11, 21, tzinfo=UTC))
    assert clock.now() == datetime(2021, 11, 22, tzinfo=UTC)


async def test_stopped_in_the_middle_of_a_delivery_the_next_process_goes_on_there(chat, tmp_path):
    """The clock stays at the instant whose digests were leaving, and each person gets one."""
    people = [chat.person(4000 + number, f"P{number}") for number in range(40)]
    async with replay(chat, tmp_path) as bot:
        for person in people:
            bot.subscribe(person, "TSLA", digest_at=time(8), zone="UTC")
        session = asyncio.ensure_future(bot.work.replay.advance())
        await chat.wait(lambda: sum(len(told(chat, p)) for p in people) >= 5 or None, 30)
        await bot.work.stop()
        reached = await session
    assert sum(len(told(chat, p)) for p in people) < 40
    assert (reached.hour, reached.minute) == (8, 0)
    async with replay(chat, tmp_path) as bot:
        assert bot.clock.now() == reached
        await bot.work.tick()
        await bot.work.replay.advance()
    assert [sessions_told(chat, p)[:1] for p in people] == [[START]] * 40
    assert {len(sessions_told(chat, p)) for p in people} == {2}
