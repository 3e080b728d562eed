"""One local day brings one digest, whatever is changed in the settings on that day."""

from datetime import UTC, datetime, time

from tests.journeys.unattended import product, texts


async def test_a_later_hour_chosen_after_the_digest_brings_no_second_one_that_day(chat, tmp_path):
    """Told at 08:00, moved to 22:30, after the next close: that close is tomorrow's news."""
    async with product(chat, tmp_path) as bot:
        place = bot.subscribe(chat.ann, "TSLA", closed_note=True)
        await bot.at(2021, 12, 15, 8)
        bot.set(place, digest_at=time(22, 30))
        await bot.at(2021, 12, 15, 22, 30)
        assert ["Dec 14" in text for text in texts(chat, chat.ann)] == [True]
        await bot.at(2021, 12, 16, 22, 30)
    assert ["Dec 16" in text for text in texts(chat, chat.ann)] == [False, True]


async def test_another_zone_chosen_after_the_digest_brings_no_second_one_that_day(chat, tmp_path):
    """08:00 in UTC has been told; 08:00 in New York, five hours later, is the same day's."""
    async with product(chat, tmp_path) as bot:
        place = bot.subscribe(chat.ann, "TSLA", closed_note=True)
        await bot.at(2021, 12, 15, 8)
        bot.set(place, zone="America/New_York")
        await bot.at(2021, 12, 15, 13)
        assert len(texts(chat, chat.ann)) == 1
        await bot.at(2021, 12, 16, 13)
    assert len(texts(chat, chat.ann)) == 2


async def test_the_local_day_counts_not_that_of_greenwich(chat, tmp_path):
    """In Tokyo 08:00 of the 16th and 23:30 of the 15th are one UTC day, and two digests."""
    async with product(chat, tmp_path, datetime(2021, 12, 15, 12, tzinfo=UTC)) as bot:
        place = bot.subscribe(
            chat.ann, "TSLA", zone="Asia/Tokyo", digest_at=time(23, 30), closed_note=True
        )
        await bot.at(2021, 12, 15, 14, 30)
        assert len(texts(chat, chat.ann)) == 1
        bot.set(place, digest_at=time(8))
        await bot.at(2021, 12, 15, 23)
    assert ["Dec 14" in text for text in texts(chat, chat.ann)] == [True, False]


async def test_a_digest_older_than_its_twenty_hours_is_not_sent(chat, tmp_path):
    """Put into the outbox at 08:00 and held up until 04:00 of the next day, it is of no use."""
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA")
        bot.subscribe(chat.ben, "TSLA")
        bot.clock.move_to(datetime(2021, 12, 15, 8, tzinfo=UTC))
        assert await bot.work.digests.enqueue_due() == 2
        chat.faults.drop("sendPhoto", chat_id=chat.ann.id)
        bot.clock.move_to(datetime(2021, 12, 16, 3, 59, tzinfo=UTC))
        tally = await bot.work.tick()
        assert (tally.sent, tally.postponed, tally.dead) == (1, 1, 0)
        bot.clock.move_to(datetime(2021, 12, 16, 4, tzinfo=UTC))
        await bot.work.tick()
    assert texts(chat, chat.ann) == []
    assert len(texts(chat, chat.ben)) == 1


async def test_a_digest_exactly_twelve_hours_late_is_the_last_to_be_caught_up(chat, tmp_path):
    """08:00's is still made at 20:00 and no more a minute later."""
    for minute, count, person in ((0, 1, chat.ann), (1, 0, chat.ben)):
        async with product(chat, tmp_path / str(minute)) as bot:
            bot.subscribe(person, "TSLA")
            await bot.at(2021, 12, 15, 20, minute)
        assert len(texts(chat, person)) == count


async def test_a_missing_price_is_waited_for_three_hours_and_no_minute_more(chat, tmp_path):
    """Due 08:00: at 10:59 the digest still waits, at 11:00 it goes without that price."""
    prices = tmp_path / "prices"
    async with product(chat, tmp_path) as bot:
        history = (prices / "AAPL.csv").read_text().splitlines()
        known = [row for row in history if row[:10] < "2021-12-14" or not row[0].isdigit()]
        (prices / "OLD.csv").write_text("\n".join(known) + "\n")
        bot.subscribe(chat.ann, "TSLA", "OLD")
        await bot.at(2021, 12, 15, 8)
        await bot.at(2021, 12, 15, 10, 59)
        assert texts(chat, chat.ann) == []
        await bot.at(2021, 12, 15, 11)
        # Ten minutes lie between two tries of a digest that waits.
        await bot.at(2021, 12, 15, 11, 9)
    (text,) = texts(chat, chat.ann)
    assert "No new price yet: OLD" in text
