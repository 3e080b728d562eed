"""The weekly recap over real HTTP: what was promised and came, once a place and week."""

import csv
from datetime import UTC, date, datetime, time

import pytest

from storage.records.chats import Place
from tests.journeys.product import write_prices
from tests.journeys.test_jobs import run_job
from tests.journeys.unattended import product, texts, told

NEW_YEAR_SESSIONS = {
    "W50": ["2021-12-13", "2021-12-14", "2021-12-15", "2021-12-16", "2021-12-17"],
    "W51": ["2021-12-20", "2021-12-21", "2021-12-22", "2021-12-23"],
}
"""New York's calendar: the 24th was the holiday of Christmas."""


def recaps(chat, person):
    return [message for message in told(chat, person) if message.text.startswith("Week to ")]


async def live(bot, days):
    """Live through the nights of some days of December."""
    for day in days:
        await bot.night(2021, 12, day, 1)


def held_by_hand(bot, tmp_path, tickers, sessions):
    """Count the ranges of five sessions before that held, from the price files alone."""
    held = count = 0
    for ticker in tickers:
        with (tmp_path / "prices" / f"{ticker}.csv").open() as file:
            closes = {row["Date"]: float(row["Close"]) for row in csv.DictReader(file)}
        for issued in bot.store.forecasts_of(ticker, 100):
            forecast, target = issued.forecast, issued.forecast.targets[4].isoformat()
            if target in sessions:
                low, high = forecast.at(5, 0.1), forecast.at(5, 0.9)
                count, held = count + 1, held + (low <= closes[target] <= high)
    return held, count


@pytest.mark.slow
async def test_a_week_is_summed_up_once_and_a_holiday_week_too(chat, tmp_path):
    """Off until it is asked for, nothing while paused, one message and picture a week."""
    dates = tmp_path / "dates.csv"
    dates.write_text("ticker,date,time_of_day\nAAPL,2021-12-22,post\n", encoding="utf-8")
    start = datetime(2021, 12, 6, 0, 30, tzinfo=UTC)
    files = {"announcements": "files", "announcement_files": (dates,)}
    async with product(chat, tmp_path, start, **files) as bot:
        bot.subscribe(chat.ann, "TSLA", "AAPL", recap=True, days=(0,))
        bot.subscribe(chat.ben, "TSLA", "AAPL", days=(0,))
        bot.subscribe(chat.carl, "TSLA", recap=True, paused=True)
        await live(bot, (7, 8, 9, 10, 11, 14, 15, 16, 17, 18))
        await bot.at(2021, 12, 18, 7, 59)
        assert recaps(chat, chat.ann) == []
        for hour in (8, 9, 20):
            await bot.at(2021, 12, 18, hour)
        await bot.at(2021, 12, 19, 8)
        (first,) = recaps(chat, chat.ann)
        held, count = held_by_hand(bot, tmp_path, ("TSLA", "AAPL"), NEW_YEAR_SESSIONS["W50"])
        assert count == 10
        assert first.text.startswith(f"Week to Fri, Dec 17, 2021: {held} of 10 ranges held.")
        assert "Results next week: AAPL on Dec 22" in first.text
        assert "too early to judge" in first.text
        assert "Not investment advice" in first.text
        assert first.photo
        await live(bot, (21, 22, 23, 24))
        for day in (25, 26):
            await bot.at(2021, 12, day, 8)
        _, second = recaps(chat, chat.ann)
        held, count = held_by_hand(bot, tmp_path, ("TSLA", "AAPL"), NEW_YEAR_SESSIONS["W51"])
        assert count == 8
        assert second.text.startswith(f"Week to Fri, Dec 24, 2021: {held} of 8 ranges held.")
        assert "Results next week: none expected" in second.text
        assert second.photo != first.photo
    assert recaps(chat, chat.ben) == recaps(chat, chat.carl) == []


async def test_a_week_without_results_says_so(chat, tmp_path):
    """A list of this week has nothing to be compared with yet; it is told when it will have."""
    async with product(chat, tmp_path) as bot:
        place = bot.subscribe(chat.market_talk, "TSLA", topic=chat.tesla.id, recap=True)
        await bot.at(2021, 12, 18, 8)
        row = bot.store.find_outbox(place, "recap", "2021-W50")
        assert row.state == "sent"
    (message,) = recaps(chat, chat.market_talk)
    assert message.thread_id == chat.tesla.id
    assert "Dec 17, 2021: no range of this list came due." in message.text
    assert not message.photo


@pytest.mark.parametrize(
    ("zone", "day", "hour"),
    # Eight in the morning of Saturday is an hour after New York's close, and just at it.
    [("Asia/Tokyo", 17, 23), ("Australia/Sydney", 18, 21)],
)
async def test_far_east_it_waits_for_the_last_close_of_the_list(chat, tmp_path, zone, day, hour):
    """Where Saturday's digest comes before Friday's last close is over, it is Sunday's."""
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA", recap=True, zone=zone, digest_at=time(8), days=(0,))
        await bot.at(2021, 12, 17, 21)
        await bot.at(2021, 12, day, hour - 1, 59)
        assert recaps(chat, chat.ann) == []
        await bot.at(2021, 12, day, hour)
        await bot.at(2021, 12, 18, 23)
    assert len(recaps(chat, chat.ann)) == 1


async def test_by_hand_it_is_that_of_the_newest_week_and_comes_once(chat, tmp_path):
    """At any hour, and never again, not even at its own time."""
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA", recap=True, days=(0,))
    for sent in (1, 0):
        run = await run_job(chat, tmp_path, "recap", "--now", "2021-12-17T22:00:00Z")
        assert run.returncode == 0, run.stderr
        assert f"enqueued={sent}" in run.stdout
    async with product(chat, tmp_path) as bot:
        await bot.at(2021, 12, 18, 8)
        assert bot.store.find_outbox(Place(chat.ann.id), "recap", "2021-W50").state == "sent"
    assert [text[:24] for text in texts(chat, chat.ann)] == ["Week to Fri, Dec 17, 202"]
    assert date(2021, 12, 17).isocalendar()[1] == 50


async def test_a_missing_close_is_waited_for_then_named(chat, tmp_path):
    """Three hours for the price of Friday; then the recap comes without it, and says so."""
    prices = write_prices(tmp_path / "prices", {"TSLA": 1056.78, "SPY": 474.96, "OLD": 20.0})
    rows = (prices / "OLD.csv").read_text().splitlines()
    short = [row for row in rows if row[:10] < "2021-12-17" or not row[0].isdigit()]
    (prices / "OLD.csv").write_text("\n".join(short) + "\n")
    async with product(chat, tmp_path, datetime(2021, 12, 10, 12, tzinfo=UTC)) as bot:
        bot.subscribe(chat.ann, "TSLA", "OLD", recap=True, days=(0,))
        for day in (11, 18):
            await bot.night(2021, 12, day, 1)
        for hour in (8, 9, 10):
            await bot.at(2021, 12, 18, hour, 50)
        assert recaps(chat, chat.ann) == []
        await bot.at(2021, 12, 18, 11, 5)
    (message,) = recaps(chat, chat.ann)
    assert " of 1 range held." in message.text
    assert "No close yet, so not counted: OLD" in message.text
