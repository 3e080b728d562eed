"""Which digests are due, what each asks and waits for, and what it writes down, by the clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.background.digest.news import NoNews, Wanted
from bot.background.slots import parts_of
from storage.records.chats import Place
from tests.bot.background.digest.digest_world import HOUR, TUESDAY_3, WEDNESDAY, migrated, world

__all__ = ["migrated", "world"]

MONDAY_2, WEDNESDAY_4 = date(2026, 3, 2), date(2026, 3, 4)
MINUTE, ANN, BEN = timedelta(minutes=1), Place(1), Place(2)
LATE, FELL_OUT = "digest is late", "fell out"


async def test_a_digest_is_written_once_at_its_minute(world):
    """Not at 07:59, once at 08:00, due then, of use for 20 hours; a restart writes no second."""
    world.follow(ANN, "AAA")
    assert await world.at(WEDNESDAY - MINUTE) == 0
    assert await world.at(WEDNESDAY) == 1
    assert await world.at(WEDNESDAY + MINUTE) == 0
    world.begin()
    assert await world.at(WEDNESDAY + 2 * MINUTE) == 0
    assert world.news.asked == []
    row = world.store.find_outbox(ANN, "digest", "2026-03-04")
    assert row.item.due_at == WEDNESDAY
    assert world.post(ANN).expires == WEDNESDAY + 20 * HOUR
    assert world.run().state == "done"
    assert (world.run().attempts, world.run().detail) == (1, "enqueued=1 waiting=0")


async def test_what_a_digest_told_is_noted_on_the_list(world):
    """Tuesday's close was told: the next digest asks only of what came after it."""
    world.follow(ANN, "AAA")
    await world.at(WEDNESDAY)
    (subscriber,) = world.store.subscribers()
    assert [held.told for held in subscriber.subscriptions] == [TUESDAY_3]
    await world.at(WEDNESDAY + 24 * HOUR)
    assert world.news.asked == [
        Wanted("AAA", TUESDAY_3, MONDAY_2),
        Wanted("AAA", WEDNESDAY_4, TUESDAY_3),
    ]


async def test_only_chosen_weekdays_bring_one_and_ask_since_the_last(world):
    """Wednesdays alone: against Tuesday of the week before; on Thursday nothing is asked."""
    world.follow(ANN, "AAA", days=(2,))
    assert await world.at(WEDNESDAY) == 1
    assert world.news.asked == [Wanted("AAA", TUESDAY_3, date(2026, 2, 24))]
    assert await world.at(WEDNESDAY + 24 * HOUR) == 0
    assert len(world.news.asked) == 1


async def test_what_was_added_after_the_hour_waits_for_the_next_day(world):
    """On the list at the very minute it is told, a second later it is not."""
    world.follow(ANN, "AAA", at=WEDNESDAY + timedelta(seconds=1))
    world.follow(ANN, "BBB", at=WEDNESDAY)
    await world.at(WEDNESDAY + MINUTE)
    assert [one.ticker for one in world.news.asked] == ["BBB"]


async def test_a_session_that_was_told_already_is_not_told_again(world):
    """A digest that came after the bell told of Tuesday; with the note on, Wednesday says so."""
    world.follow(ANN, "AAA", closed_note=True)
    world.told(ANN, "AAA", TUESDAY_3)
    assert await world.at(WEDNESDAY) == 1
    assert world.news.asked == []
    assert "No new session for AAA: closed since Tue, Mar 3, 2026" in world.text(ANN)


async def test_a_missing_price_is_waited_for_three_hours_beside_others(world):
    """Tried every ten minutes until 11:00, when the digest goes without it, and says it is late."""
    world.follow(ANN, "AAA", "BBB")
    world.news.found["BBB"] = NoNews(may_come=True)
    assert await world.at(WEDNESDAY) == 0
    assert world.desk.retry_at() == WEDNESDAY + 10 * MINUTE
    assert world.desk.waiting_since() == WEDNESDAY
    asked = len(world.news.asked)
    assert await world.at(WEDNESDAY + 9 * MINUTE) == 0
    assert len(world.news.asked) == asked
    assert await world.at(WEDNESDAY + 3 * HOUR - MINUTE) == 0
    assert (world.run().state, world.run().detail) == ("failed", "enqueued=0 waiting=1")
    assert await world.at(WEDNESDAY + 3 * HOUR + 9 * MINUTE) == 1
    assert "No new price yet: BBB" in world.text(ANN)
    assert LATE in world.text(ANN)
    assert (world.desk.retry_at(), world.desk.waiting_since()) == (None, None)


async def test_at_three_hours_to_the_minute_it_goes(world):
    """11:00 is the end of the waiting, not its last minute."""
    world.follow(ANN, "AAA", "BBB")
    world.news.found["BBB"] = NoNews(may_come=True)
    assert await world.at(WEDNESDAY + 3 * HOUR) == 1


async def test_without_any_news_it_waits_for_the_next_bell(world):
    """Due 15:00: after three hours tried every half an hour, at 21:00 let go without a word."""
    world.follow(ANN, "AAA", digest_at=time(15))
    world.news.found["AAA"] = NoNews(may_come=True)
    due = WEDNESDAY + 7 * HOUR
    assert await world.at(due) == 0
    assert await world.at(due + 3 * HOUR) == 0
    assert world.desk.retry_at() == due + 3 * HOUR + 30 * MINUTE
    assert await world.at(due + 6 * HOUR - MINUTE) == 0
    assert world.desk.waiting_since() == due
    assert await world.at(due + 6 * HOUR + 30 * MINUTE) == 0
    assert world.desk.waiting_since() is None
    assert world.post(ANN) is None


async def test_at_the_bell_the_waiting_is_over(world):
    """21:00 itself is the next digest's news: nothing waits any more."""
    world.follow(ANN, "AAA", digest_at=time(15))
    world.news.found["AAA"] = NoNews(may_come=True)
    assert await world.at(WEDNESDAY + 13 * HOUR) == 0
    assert world.desk.waiting_since() is None


async def test_a_price_that_will_not_come_is_not_waited_for(world):
    """A halted share is named at 08:00, and the others have their news."""
    world.follow(ANN, "AAA", "BBB")
    world.news.found["BBB"] = NoNews(may_come=False)
    assert await world.at(WEDNESDAY) == 1
    assert "No new price yet: BBB" in world.text(ANN)


async def test_one_places_waiting_keeps_nobody_else(world):
    """Ben's list is whole at 08:00; Ann's comes when its price has, and no digest twice."""
    world.follow(ANN, "AAA", "BBB")
    world.follow(BEN, "AAA")
    world.news.found["BBB"] = NoNews(may_come=True)
    assert await world.at(WEDNESDAY) == 1
    assert (world.post(ANN), world.post(BEN) is None) == (None, False)
    world.news.found.clear()
    assert await world.at(WEDNESDAY + 10 * MINUTE) == 1
    assert "BBB" in world.text(ANN)


@pytest.mark.parametrize(("minutes", "late"), [(44, False), (45, True)])
async def test_from_three_quarters_of_an_hour_on_it_says_that_it_is_late(world, minutes, late):
    """A bot that was down says so, a bot that was busy does not."""
    world.follow(ANN, "AAA")
    await world.at(WEDNESDAY + minutes * MINUTE)
    assert (LATE in world.text(ANN)) == late


@pytest.mark.parametrize(("hours", "made"), [(12, 1), (12.02, 0)])
async def test_twelve_hours_late_is_the_last_that_is_caught_up(world, hours, made):
    """At 20:00 this morning's digest is still made, a minute later no more."""
    world.follow(ANN, "AAA")
    assert await world.at(WEDNESDAY + hours * HOUR) == made


@pytest.mark.parametrize(
    ("told", "missed"),
    [([], False), ([("AAA", MONDAY_2)], False), ([("AAA", date(2026, 2, 27))], True),
     ([("AAA", date(2026, 2, 27)), ("BBB", MONDAY_2)], False)],
)  # fmt: skip
async def test_a_digest_after_one_that_fell_out_says_so(world, told, missed):
    """Tuesday's should have told of Monday: it did not where nothing after Friday was told."""
    world.follow(ANN, "AAA", "BBB")
    for ticker, session in told:
        world.told(ANN, ticker, session)
    await world.at(WEDNESDAY)
    assert (FELL_OUT in world.text(ANN)) == missed


async def test_the_day_is_the_places_own(world):
    """08:00 in Tokyo is 23:00 of the day before in UTC: the 5th's digest, after the 4th's close."""
    world.follow(ANN, "AAA", zone="Asia/Tokyo")
    tokyo = datetime(2026, 3, 4, 23, tzinfo=UTC)
    assert await world.at(tokyo - MINUTE) == 0
    assert await world.at(tokyo) == 1
    assert world.news.asked == [Wanted("AAA", WEDNESDAY_4, TUESDAY_3)]
    assert world.post(ANN, "2026-03-05") is not None


async def test_the_digest_before_is_that_of_the_places_own_clock(world):
    """02:00 in Tokyo is 17:00 UTC: the day before, at that hour, Monday's close was the newest."""
    world.follow(ANN, "AAA", zone="Asia/Tokyo", digest_at=time(2))
    world.told(ANN, "AAA", MONDAY_2)
    assert await world.at(datetime(2026, 3, 4, 17, tzinfo=UTC)) == 1
    assert world.news.asked == [Wanted("AAA", TUESDAY_3, MONDAY_2)]
    assert FELL_OUT not in world.text(ANN, "2026-03-05")


@pytest.mark.parametrize(("until", "silent"), [(8, False), (9, True)])
async def test_quiet_hours_are_those_of_the_digests_hour(world, until, silent):
    """Who wants a sound hears 08:00's digest, unless the place is quiet until nine."""
    world.follow(ANN, "AAA", sound="loud", quiet=(time(22), time(until)))
    await world.at(WEDNESDAY)
    assert world.post(ANN).silent == silent


async def test_each_place_is_told_in_its_language_of_its_own_list(world):
    """Two places of one slot: two rows, each with its tickers, in English and in German."""
    world.follow(ANN, "AAA")
    world.follow(BEN, "BBB", language="de", language_chosen=True)
    assert await world.at(WEDNESDAY) == 2
    assert "Not investment advice" in world.text(ANN)
    assert "Not investment advice" not in world.text(BEN)
    assert ("BBB" in world.text(ANN), "BBB" in world.text(BEN)) == (False, True)


async def test_a_crowd_is_looked_at_part_by_part_and_nobody_is_left_out(world):
    """Of 101 chats the last is a part of its own; each place is in one of them."""
    for number in range(101):
        world.store.subscribe(Place(100 + number), ["AAA"], 1, WEDNESDAY)
    parts = [part async for part in parts_of(world.waiting)]
    assert [len(part) for part in parts] == [100, 1]
    assert [one.place.chat_id for part in parts for one in part] == list(range(100, 201))


async def test_the_oldest_slot_is_made_first(world):
    """Of what fell due in a night without a bot, 05:00 comes before 08:00."""
    world.follow(ANN, "AAA")
    world.follow(BEN, "BBB", digest_at=time(5))
    assert await world.at(WEDNESDAY + HOUR) == 2
    assert [one.ticker for one in world.news.asked] == ["BBB", "AAA"]


async def test_where_no_calendar_reaches_nothing_is_asked_and_nothing_breaks(world):
    """In 2099 no exchange's holidays are known: the digest is silent, and so is the log's error."""
    world.follow(ANN, "AAA")
    assert await world.at(datetime(2099, 3, 4, 8, tzinfo=UTC)) == 0
    assert world.news.asked == []
