"""A club plays a round of the league: calls, changes, a move, a leaver, an erasure, the result."""

import asyncio
import csv
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from statistics import fmean

import numpy as np
import pytest
import scoringrules

from bot.compose import compose
from storage.store import open_store
from tests.journeys.product import environment, settings_for, start_process
from tests.journeys.unattended import MovedClock

MEMBERS = 30
"""Tried with 400, too; it takes longer then, and nothing else."""
MONDAY = datetime(2021, 12, 13, 22, 30, tzinfo=UTC)
"""Monday's close is known; the week's last session is Friday the 17th, closed to calls Thursday."""
THURSDAY = datetime(2021, 12, 16, 14, 30, tzinfo=UTC)
SATURDAY = datetime(2021, 12, 18, 1, 0, tzinfo=UTC)
FRIDAY_CLOSE = "2021-12-17"


@asynccontextmanager
async def club_bot(chat, tmp_path, now=MONDAY):
    """Run the whole bot on a clock that the test moves."""
    clock = MovedClock(now)
    async with compose(settings_for(chat, tmp_path), clock) as bot:
        bot.work.jobs.leave_out("retrain")
        await bot.telegram.start()
        try:
            yield bot, clock
        finally:
            await bot.work.stop()
            await bot.telegram.stop()


def club(chat, count=MEMBERS):
    """Let a plain group of so many members exist."""
    people = [chat.person(800_000_000 + n, f"Member{n}") for n in range(count)]
    return people, chat.basic_group("Club", *people)


async def press_all(chat, message, presses):
    """Let people press at once and return what each was told."""
    current = chat.world.messages[message.chat_id][message.id]
    pressed = [
        person.press(current, current.keyboard[row][column]) for person, row, column in presses
    ]
    return [(await chat.notice(query)).text for query in pressed]


def row_of_fifth(fifth):
    """The highest fifth has the first row of buttons."""
    return 4 - fifth


def close_of(tmp_path, day):
    with (tmp_path / "prices" / "TSLA.csv").open() as file:
        return next(float(row["Close"]) for row in csv.DictReader(file) if row["Date"] == day)


def points(fifth, sure, came):
    """The points of a call by another library: 100 (1 - RPS / 4)."""
    chances = np.zeros(5)
    chances[fifth] = 1.0
    if not sure:
        chances = chances / 2 + 0.1
    return 100 * (1 - scoringrules.rps_score(np.array([came + 1]), chances[None])[0] / 4)


async def a_round_is_called(chat, people, group):
    """Ask, call, move to a supergroup, call on; return the new group, its question, the calls."""
    question = await chat.answer_to(people[3].say("/call tesla", group))
    assert "In which fifth will TSLA close on Fri, Dec 17, 2021?" in question.text
    assert "0 have answered" in question.text
    told = await press_all(chat, question, [(p, n % 5, 0) for n, p in enumerate(people[:12])])
    assert all(text.startswith("Your call: ") for text in told)
    await chat.wait(lambda: "12 have answered" in shown(chat, question).text or None)
    assert [len(row) for row in shown(chat, question).keyboard] == [1, 1, 1, 1, 1, 2]
    moved = chat.server.people.migrate(chat.world.chats[group.id])
    again = await chat.answer_to(people[3].say("/call", moved))
    assert "12 have answered" in again.text
    await press_all(chat, again, [(p, n % 5, 0) for n, p in enumerate(people[12:], 12)])
    await press_all(chat, again, [(p, 5, 1) for p in people[::3]])
    await press_all(chat, again, [(p, row_of_fifth(2), 0) for p in people[:5]])
    calls = {p.id: (4 - n % 5, n % 3 != 0) for n, p in enumerate(people)}
    return moved, again, calls | {p.id: (2, calls[p.id][1]) for p in people[:5]}


def shown(chat, message):
    """A message as it is now."""
    return chat.world.messages[message.chat_id][message.id]


async def forget(chat, person):
    """Let somebody erase their data."""
    asked = await chat.answer_to(person.say("/forgetme"), where=lambda m: bool(m.keyboard))
    person.press(asked, "🗑 Erase it all")
    erased = await chat.edit_of(asked)
    assert "1 call in the league" in erased.text


async def test_a_club_plays_a_round(chat, tmp_path):
    """No call is lost or counted twice, and every score is that of an independent computation."""
    people, group = club(chat)
    chat.limit()
    async with club_bot(chat, tmp_path) as (bot, clock):
        store = bot.store.blocking
        moved, question, calls = await a_round_is_called(chat, people, group)
        assert {c.user_id: (c.fifth, c.sure) for c in store.calls_on(1)} == calls
        counts = tuple(Counter(fifth for fifth, _ in calls.values())[f] for f in range(5))
        clock.move_to(THURSDAY)
        (late,) = await press_all(chat, question, [(people[0], 0, 0)])
        assert late.startswith("This question is closed.")
        await bot.work.tick()
        await bot.work.tick()
        shut = shown(chat, question)
        assert shut.text.split("\n")[1] == f"Closed: {MEMBERS} have answered."
        assert shut.keyboard == ()
        await forget(chat, people[8])
        chat.server.people.change_member(moved, people[11].user, "left")
        clock.move_to(SATURDAY)
        await bot.work.nights.after_close("XNYS")
        await bot.work.tick()
        result = await chat.next_message(moved, after=question, where=lambda m: bool(m.photo))
        assert result.reply_to == question.id
        came = fifth_that_came(store, tmp_path)
        wanted = {p: points(f, s, came) for p, (f, s) in calls.items() if p != people[8].id}
        assert {c.user_id: c.points for c in store.calls_on(1)} == pytest.approx(wanted)
        asked = store.find_round(1)
        assert (asked.fifth, asked.counts, asked.scored) == (came, counts, MEMBERS - 1)
        assert asked.points == pytest.approx(sum(wanted.values()))
        table = await chat.answer_to(people[1].say("/league", moved))
        mean, best = fmean(wanted.values()), max(wanted.values())
        assert f": {(best + 3 * mean) / 4:.1f} (1 call)" in table.text
        assert "– my model: " in table.text
        assert "a former member" in table.text
        assert "Member11:" not in result.text + table.text
        assert store.league_records_hold()
        assert chat.unanswered() == []
        refused = [call.refusal.code for call in chat.calls if call.refusal]
        assert 429 not in refused


def fifth_that_came(store, tmp_path):
    """The fifth of Friday's close by the forecast's own columns, four sessions ahead."""
    quantiles = store.find_forecast(1).forecast.quantiles[3, [3, 5, 7, 9]]
    return int(np.searchsorted(quantiles, close_of(tmp_path, FRIDAY_CLOSE)))


async def test_a_weekly_league_asks_on_monday_and_tells_on_friday(chat, tmp_path):
    """Switched on by an admin only; one question a week from the list, and void never."""
    people, group = club(chat, 3)
    async with club_bot(chat, tmp_path) as (bot, clock):
        refused = await chat.answer_to(people[1].say("/league on", group))
        assert refused.text.startswith("Only admins")
        empty = await chat.answer_to(people[0].say("/league on", group))
        assert "that is empty" in empty.text
        await chat.answer_to(people[0].say("/subscribe TSLA", group))
        on = await chat.answer_to(
            people[0].say("/league on", group), where=lambda m: "Monday" in m.text
        )
        for _ in range(2):
            await bot.work.tick()
        question = await chat.next_message(group, after=on, where=lambda m: "fifth" in m.text)
        await press_all(chat, question, [(people[1], 2, 0)])
        clock.move_to(SATURDAY)
        await bot.work.nights.after_close("XNYS")
        for _ in range(2):
            await bot.work.tick()
        await chat.next_message(group, after=question, where=lambda m: bool(m.photo))
        (asked,) = [m for m in chat.of_bot(group) if "In which fifth" in m.text]
        assert (asked.id, asked.keyboard) == (question.id, ())
        assert "Closed: 1 has answered." in asked.text
        assert len([m for m in chat.of_bot(group) if m.photo and "League" in m.text]) == 1


async def test_admins_alone_stop_a_question(chat, tmp_path):
    """After that the place is free for another, and the old buttons take no call."""
    people, group = club(chat, 3)
    async with club_bot(chat, tmp_path) as (bot, _):
        question = await chat.answer_to(people[1].say("/call TSLA", group))
        refused = await chat.answer_to(people[1].say("/call stop", group))
        assert refused.text.startswith("Only admins")
        stopped = await chat.answer_to(people[0].say("/call stop", group))
        assert stopped.text == "The question about TSLA is taken back."
        (late,) = await press_all(chat, question, [(people[2], 0, 0)])
        assert late.startswith("This question is closed")
        assert bot.store.blocking.calls_on(1) == ()
        await chat.answer_to(
            people[2].say("/call AAPL", group), where=lambda m: "will AAPL close" in m.text
        )


@pytest.mark.slow
async def test_killed_in_the_middle_no_call_is_lost_or_counted_twice(chat, tmp_path):
    """The process dies while everybody presses, and the next one has every call once."""
    people, group = club(chat)
    env = environment(chat, tmp_path, REPLAY_START="2021-12-13")
    process = await start_process(env, tmp_path / "log")
    question = await chat.answer_to(people[0].say("/call TSLA", group), seconds=90)
    current = shown(chat, question)
    presses = [p.press(current, current.keyboard[n % 5][0]) for n, p in enumerate(people)]
    await chat.notice(presses[4])
    process.kill()
    await asyncio.to_thread(process.wait, 30)
    process = await start_process(env, tmp_path / "log")
    try:
        await chat.wait(
            lambda: f"{MEMBERS} have answered" in shown(chat, question).text or None, 90
        )
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 30)
    store = open_store(settings_for(chat, tmp_path).database)
    kept = {call.user_id: call.fifth for call in store.calls_on(1)}
    store.close()
    assert kept == {p.id: 4 - n % 5 for n, p in enumerate(people)}
