"""Digests over real HTTP: once a day and place, after the close, on no closed day."""

from datetime import UTC, datetime, time

import pytest

from tests.journeys.product import write_prices
from tests.journeys.unattended import product, texts, told


async def test_a_digest_arrives_once_at_its_time(chat, tmp_path):
    """Not before, not twice, however often the minute passes; picture, buttons, disclaimer."""
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA", "AAPL")
        await bot.at(2021, 12, 15, 7, 59)
        assert texts(chat, chat.ann) == []
        for minute in (0, 1, 30):
            await bot.at(2021, 12, 15, 8, minute)
    (text,) = texts(chat, chat.ann)
    assert text.startswith("First forecasts, from the close of Tue, Dec 14, 2021: TSLA $")
    assert "AAPL $" in text
    assert "Not investment advice" in text
    (photo,) = (m for m in chat.of_bot(chat.ann) if m.photo)
    assert chat.buttons(photo) == ["TSLA", "AAPL"]


@pytest.mark.slow
async def test_the_next_day_says_where_the_close_fell(chat, tmp_path):
    """News first; loud only where a range was left; each day's picture has its own bracket."""
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA", "AAPL", "BRK-B")
        for day in range(15, 24):
            await bot.night(2021, 12, day, 1)
            await bot.at(2021, 12, day, 8)
    messages = told(chat, chat.ann)
    # Sessions of 14 to 22 December; the 19th and 20th follow a weekend.
    assert len(messages) == 7
    first, *later = messages
    assert first.text.startswith("First forecasts")
    for message in later:
        surprised = " surprised: " in message.text.split("\n")[0]
        assert message.silent != surprised
        assert surprised or message.text.startswith("No surprise on ")
    assert {True, False} == {m.silent for m in later}
    assert len({m.photo for m in messages}) == 7


async def test_closed_days_bring_nothing_or_a_note(chat, tmp_path):
    """New York was closed on Friday the 24th and on the weekend after it."""
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA")
        bot.subscribe(chat.ben, "TSLA", closed_note=True)
        for day in (24, 25, 26, 27, 28):
            await bot.at(2021, 12, day, 8)
    assert ["Dec 23" in text for text in texts(chat, chat.ann)] == [True, False]
    assert "Mon, Dec 27" in texts(chat, chat.ann)[1]
    notes = [text for text in texts(chat, chat.ben) if "No new session" in text]
    assert len(notes) == 3
    assert all("Thu, Dec 23" in note for note in notes)


async def test_only_chosen_weekdays_and_what_came_between_is_not_lost(chat, tmp_path):
    """A place that reads on Mondays is told of Friday's close, with the move of the whole week."""
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA", days=(0,))
        for day in range(13, 21):
            await bot.at(2021, 12, day, 8)
    (text,) = texts(chat, chat.ann)
    assert "Fri, Dec 17, 2021" in text


async def test_the_companys_coming_results_are_told(chat, tmp_path):
    """From files of earnings dates: Thursday's is ahead on Wednesday, January's is not yet."""
    dates = tmp_path / "dates.csv"
    dates.write_text(
        "ticker,date,time_of_day\nTSLA,2021-12-16,post\nAAPL,2022-01-27,post\n", encoding="utf-8"
    )
    async with product(chat, tmp_path, announcements="files", announcement_files=(dates,)) as bot:
        bot.subscribe(chat.ann, "TSLA", "AAPL")
        await bot.at(2021, 12, 15, 8)
    assert "Results ahead: TSLA on Dec 16\n" in texts(chat, chat.ann)[0]


async def test_nothing_is_sent_on_old_prices(chat, tmp_path):
    """The files end with 2021: the session of 3 January is waited for, then passed over."""
    async with product(chat, tmp_path, datetime(2022, 1, 4, 7, tzinfo=UTC)) as bot:
        bot.subscribe(chat.ann, "TSLA", "AAPL")
        for hour in range(8, 13):
            await bot.at(2022, 1, 4, hour)
    assert texts(chat, chat.ann) == []


async def test_a_missing_ticker_is_named_and_does_not_hold_up_the_others_for_ever(chat, tmp_path):
    """One history lacks the newest session: the digest waits three hours for it, then goes."""
    prices = write_prices(tmp_path / "prices", {"TSLA": 1056.78, "SPY": 474.96, "OLD": 20.0})
    rows = (prices / "OLD.csv").read_text().splitlines()
    short = [row for row in rows if row[:10] < "2021-12-14" or not row[0].isdigit()]
    (prices / "OLD.csv").write_text("\n".join(short) + "\n")
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA", "OLD")
        await bot.at(2021, 12, 15, 8)
        await bot.at(2021, 12, 15, 10, 55)
        assert texts(chat, chat.ann) == []
        await bot.at(2021, 12, 15, 11, 5)
    (text,) = texts(chat, chat.ann)
    assert "No new price yet: OLD" in text


@pytest.mark.parametrize(("hour", "count"), [(15, 1), (21, 0)])
async def test_after_a_downtime_the_last_digest_is_caught_up(chat, tmp_path, hour, count):
    """Seven hours late it still comes, once; after twelve the morning's is of no use."""
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA")
        await bot.at(2021, 12, 15, hour)
        await bot.at(2021, 12, 15, hour, 1)
    assert len(texts(chat, chat.ann)) == count


async def test_a_close_told_late_is_not_told_again(chat, tmp_path):
    """The digest of 14:00 comes after the next bell, with that close; the day after has none."""
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA", digest_at=time(14))
        bot.subscribe(chat.ben, "TSLA", digest_at=time(14), closed_note=True)
        await bot.at(2021, 12, 15, 21, 40)
        for day in (16, 17):
            await bot.at(2021, 12, day, 14)
    late, later = texts(chat, chat.ann)
    assert "Wed, Dec 15" in late
    assert "Thu, Dec 16" in later
    assert ["No new session" in text for text in texts(chat, chat.ben)] == [False, True, False]


async def test_what_was_put_on_the_list_after_the_hour_waits_for_the_next_day(chat, tmp_path):
    """Nobody is sent a digest that was due before they asked for one."""
    async with product(chat, tmp_path) as bot:
        await bot.at(2021, 12, 15, 9)
        bot.subscribe(chat.ann, "TSLA")
        await bot.at(2021, 12, 15, 9, 1)
        assert texts(chat, chat.ann) == []
        await bot.at(2021, 12, 16, 8)
    assert "Wed, Dec 15" in texts(chat, chat.ann)[0]


async def test_paused_places_and_quiet_hours(chat, tmp_path):
    """Paused: nothing. In quiet hours even a loud place hears no sound."""
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA", paused=True)
        bot.subscribe(chat.ben, "TSLA", sound="loud", quiet=(time(22), time(9)))
        bot.subscribe(chat.carl, "TSLA", sound="loud", quiet=(time(9), time(22)))
        await bot.at(2021, 12, 15, 8)
    assert texts(chat, chat.ann) == []
    assert told(chat, chat.ben)[0].silent
    assert not told(chat, chat.carl)[0].silent


async def test_a_long_list_comes_as_one_picture_of_many(chat, tmp_path):
    """Twelve tickers: one picture with small multiples, one caption that Telegram takes."""
    names = [f"T{letter}" for letter in "ABCDEFGHIJKL"]
    write_prices(tmp_path / "prices", {"SPY": 474.96, **dict.fromkeys(names, 50.0)})
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, *names)
        await bot.at(2021, 12, 15, 8)
    (message,) = chat.of_bot(chat.ann)
    assert message.photo
    assert all(f"{name} $" in message.text for name in names)


async def test_each_picture_is_uploaded_once_for_all(chat, tmp_path):
    """Three people and a topic, two lists, one theme: two uploads."""
    async with product(chat, tmp_path) as bot:
        for person in (chat.ann, chat.ben, chat.carl):
            bot.subscribe(person, "TSLA", "AAPL")
        bot.subscribe(chat.market_talk, "AAPL", topic=chat.tesla.id)
        await bot.at(2021, 12, 15, 8)
        assert (await bot.at(2021, 12, 15, 8, 1)).sent == 0
    assert sum(len(call.files) for call in chat.calls) == 2
    (in_topic,) = chat.of_bot(chat.market_talk)
    assert in_topic.thread_id == chat.tesla.id


async def test_waiting_for_a_price_ends_at_the_next_bell(chat, tmp_path):
    """A digest of half past seven in the evening does not tell of the close at nine."""
    prices = write_prices(tmp_path / "prices", {"TSLA": 1056.78, "SPY": 474.96, "OLD": 20.0})
    rows = (prices / "OLD.csv").read_text().splitlines()
    short = [row for row in rows if row[:10] < "2021-12-14" or not row[0].isdigit()]
    (prices / "OLD.csv").write_text("\n".join(short) + "\n")
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA", "OLD", digest_at=time(19, 30))
        for minutes in range(0, 180, 10):
            await bot.at(2021, 12, 15, 19 + (30 + minutes) // 60, (30 + minutes) % 60)
    (text,) = texts(chat, chat.ann)
    assert "Tue, Dec 14, 2021" in text
