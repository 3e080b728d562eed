"""What is kept how long: what is older goes, a few rows at a time, and the rest stays."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage import pruning
from storage.pruning import ARCHIVED_AFTER, FORECASTS, NAMES, RULES
from storage.records.chats import ForecastMessage, NewAlert, Place, PlaceSettings
from storage.records.work import OutboxItem, TrainingResult
from storage.tables import chats, work
from tests.storage.samples import DAY, NOW, bars, forecast, result

PAGE = Path(__file__).parents[2] / "docs/operations/keeping.md"
LOST, UNUSED, LIVE, MOVED = Place(1), Place(2), Place(3), Place(4)


def filled(store):
    """Put rows of NOW into what ends: of a lost chat, an unused one and one that follows something."""
    issued = store.issue(forecast(), NOW).id
    store.resolve([result(issued, horizon) for horizon in range(1, 21)], NOW)
    for place in (LOST, UNUSED, LIVE):
        store.see_chat(place.chat_id)
        store.save_settings(place, PlaceSettings(), NOW)
        store.remember_ticker(place, 42, "TSLA", NOW)
        store.save_forecast_message(ForecastMessage(place, 9, issued, 42, NOW, 20))
    store.subscribe(LIVE, ["TSLA"], 42, NOW)
    store.migrate_chat(MOVED.chat_id, LIVE.chat_id)
    for ticker in ("TSLA", "KO"):
        store.save_bars("yahoo", bars(ticker, n=30), NOW)
    store.start_job("digest-slot", "one", NOW)
    store.save_training_result(TrainingResult("TSLA", NOW.date(), "promoted"))
    store.enqueue([OutboxItem(LIVE, "digest", "1", NOW, "{}")], NOW)
    (row,) = store.claim_due(NOW, 9, NOW + DAY, "me")
    store.mark_sent(row.id, NOW)
    for price in (1.0, 2.0):
        store.fire_alert(store.add_alert(NewAlert(LIVE, 42, "KO", "price", price=price), NOW), NOW)
    store.mark_chat_dead(LOST.chat_id, "blocked", NOW)


def pruned(store, now):
    """Prune until nothing is left; return how many rows went under each name."""
    gone: dict[str, int] = {}
    for name in NAMES:
        while some := store.prune(name, now):
            gone[name] = gone.get(name, 0) + some
    return gone


EXPECTED = {
    29: {},
    31: {"messages sent or given up": 1, "ended alerts": 1},
    91: {"job runs": 1},
    121: {FORECASTS: 1},
    181: {
        "prices nobody watches": 1,
        "lost chats: recent tickers": 1,
        "lost chats: messages": 1,
        "lost chats: settings": 1,
        "lost chats": 1,
    },
    401: {"training results": 1},
    731: {
        "recent tickers": 2,
        "which message shows which forecast": 2,
        "settings of unused chats": 1,
    },
    9000: {},
}


def test_each_thing_ends_on_its_day_and_not_before(store):
    """A life of years: what was said to go goes, and the dry run had said it."""
    filled(store)
    seen = {}
    for days in EXPECTED:
        said = {entry.name: entry.rows for entry in store.prunable(NOW + days * DAY)}
        seen[days] = pruned(store, NOW + days * DAY)
        # Settings count as unused once the traces of their use are gone, in the same night.
        said |= {name: n for name, n in seen[days].items() if name == "settings of unused chats"}
        assert said == seen[days]
    assert seen == EXPECTED
    assert [entry.ticker for entry in store.subscriptions(LIVE)] == ["TSLA"]
    assert store.load_bars("yahoo", "TSLA") is not None
    with store.database.reading() as connection:
        kept = {row.chat_id: row.dead for row in connection.execute(select(chats.chats))}
    assert kept == {2: None, 3: None, 4: "migrated"}


def test_a_few_rows_are_ended_at_a_time(store, monkeypatch):
    """However many have ended, nobody waits for all of them."""
    monkeypatch.setattr(pruning, "_ARCHIVED_AT_ONCE", 2)
    for seed in range(3):
        issued = store.issue(replace(forecast(seed=seed)), NOW).id
        store.resolve([result(issued, horizon) for horizon in range(1, 21)], NOW)
    for number in range(450):
        store.start_job("digest-slot", str(number), NOW)
    later = NOW + ARCHIVED_AFTER + 2 * DAY
    (forecasts, runs) = store.prunable(later)
    assert (forecasts.rows, runs.rows) == (3, 450)
    assert runs.bytes_freed == pytest.approx(450 * 100, rel=0.5)
    assert [store.prune(FORECASTS, later) for _ in range(3)] == [2, 1, 0]
    assert [store.prune("job runs", later) for _ in range(4)] == [200, 200, 50, 0]


def test_a_sweep_goes_on_until_all_is_gone(store):
    """More rows than one part holds."""
    for number in range(250):
        store.finish_item("digest", "one", str(number), "", NOW)
    assert store.sweep(NOW + timedelta(days=1)).job_items == 250
    with store.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(work.job_items)).scalar() == 0


def test_the_page_tells_the_periods_of_the_code():
    """What operators read is what is done."""
    told = [line.strip("| ").split(" | ") for line in PAGE.read_text().splitlines() if "|" in line]
    periods = {row[0]: row[1] for row in told if len(row) == 2}
    assert {rule.name: f"{rule.kept.days} days" for rule in RULES}.items() <= periods.items()
    assert periods["forecasts and their results as rows"].startswith(f"{ARCHIVED_AFTER.days} days")
