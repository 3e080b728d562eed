"""A full disk, a read-only database and one that is away: what can be answered is, and it heals."""

import asyncio
import logging
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import TimeoutError as NoConnectionLeftError

from bot.background.outbox.posts import Post
from bot.cli.run import serving
from bot.compose import compose
from bot.words.language import Html
from storage.errors import CannotWriteError, DamagedDatabaseError, DatabaseUnreachableError
from storage.records.chats import Place
from storage.records.work import OutboxItem
from tests.journeys.product import running_bot, settings_for
from tests.storage.databases import postgres

__all__ = ["postgres"]
KINDS = {"disk full": "PRAGMA max_page_count=1", "read-only": "PRAGMA query_only=ON"}


@contextmanager
def taking_nothing(database, pragma):
    """SQLite's own errors: every connection is told that the file may not grow, or not change."""

    def tell(connection, _record):
        connection.execute(pragma)

    event.listen(database.engine, "connect", tell)
    database.engine.dispose()
    try:
        yield
    finally:
        event.remove(database.engine, "connect", tell)
        database.engine.dispose()


def use_up(store):
    """Write until nothing more goes in, not even a little: a full disk has room on its last pages."""
    for size in (50_000, 2_000, 200, 10):
        with suppress(CannotWriteError):
            for number in range(10_000):
                store.save_note(f"fill {size} {number}", "x" * size)


@pytest.mark.parametrize("kind", KINDS)
async def test_known_answers_go_on_while_nothing_can_be_written(chat, tmp_path, caplog, kind):
    """The ledger's forecast is shown, a new one told of plainly, operators hear once, and it heals."""
    async with running_bot(chat, tmp_path, admin_ids=(chat.carl.id,)) as bot:
        chat.carl.say("/help")
        first = await chat.photo_for(chat.ann.say("/predict TSLA"))
        with taking_nothing(bot.store.blocking.database, KINDS[kind]):
            use_up(bot.store.blocking)
            again = await chat.photo_for(chat.ann.say("/predict TSLA"))
            assert again.text == first.text
            refused = await chat.answer_to(chat.ben.say("/predict AAPL"))
            assert "cannot write anything down" in refused.text
            alarms = [m for m in chat.of_bot(chat.carl) if "Nothing can be written" in m.text]
            assert len(alarms) == 1
        await chat.photo_for(chat.ben.say("/predict AAPL"))
    said = [record.getMessage() for record in caplog.records]
    assert len([line for line in said if line.startswith("database-takes-nothing")]) == 1
    assert not [line for line in said if line.startswith("incident")]


async def refuse(*_):
    raise CannotWriteError("database or disk is full")


async def test_a_question_that_waits_its_turn_on_a_full_disk_is_answered(chat, tmp_path, caplog):
    """It has no row that could be another process's: the look after its rows must not drop it."""
    async with running_bot(chat, tmp_path) as bot:
        await chat.photo_for(chat.ann.say("/predict TSLA"))
        # As where a new row does not fit and a change of the old ones does.
        setattr(bot.store, "take_in", refuse)  # noqa: B010 - it is typed as a method
        chat.faults.delay("sendPhoto", 4.0)
        chat.ann.say("/predict TSLA")
        waiting = chat.ann.say("/help")
        beating = asyncio.ensure_future(bot.telegram.watch())
        await chat.answer_to(waiting, where=lambda m: "/subscribe" in m.text, seconds=20)
        beating.cancel()
    assert not [line for line in caplog.messages if line.startswith("update-lost")]


async def get_lost(*_):
    raise DatabaseUnreachableError("postgresql://db/x", "connection refused")


async def test_a_database_that_goes_away_under_a_question_does_not_take_the_line_along(
    chat, tmp_path
):
    """What is to be noted before the line leaves cannot be noted either: it leaves all the same."""
    async with running_bot(chat, tmp_path) as bot:
        await chat.answer_to(chat.ann.say("/disclaimer"))
        for name in ("subscriptions", "note_answers"):
            setattr(bot.store, name, get_lost)
        line = await chat.answer_to(chat.ann.say("/subscriptions"))
    assert "cannot reach my notes" in line.text


async def be_damaged(*_):
    raise DamagedDatabaseError("sqlite:///x", "database disk image is malformed")


async def test_of_a_damaged_database_operators_hear_once_past_the_outbox(chat, tmp_path):
    """It does not pass in a minute, as what people are told would have it; settings may be gone, too."""
    async with running_bot(chat, tmp_path, admin_ids=(chat.carl.id,)) as bot:
        await chat.answer_to(chat.carl.say("/disclaimer"))
        for name in ("subscriptions", "settings"):
            setattr(bot.store, name, be_damaged)
        for _ in range(2):
            await chat.answer_to(chat.ann.say("/subscriptions"))
        alarms = [m.text for m in chat.of_bot(chat.carl) if "damaged" in m.text]
    assert len(alarms) == 1
    assert "restore the newest backup" in alarms[0]


@contextmanager
def away(url):
    """Throw every connection out of a PostgreSQL database and let none in."""
    name, place = url.split("?")[0].rsplit("/", 1)[1], url.split("host=")[1]
    with psycopg.connect(
        f"host={place} user=postgres dbname=postgres", autocommit=True
    ) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        try:
            yield
        finally:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())


async def test_a_database_that_was_away_costs_no_answer_and_ten_seconds(
    chat, tmp_path, postgres, caplog
):
    """A question asked meanwhile is answered when it is back; a due message leaves within 10 s."""
    url = postgres.new_database(migrated=True)
    settings = settings_for(chat, tmp_path, database_url=url)
    async with compose(settings) as bot, serving(bot):
        await chat.answer_to(chat.ann.say("/disclaimer"))
        now = datetime.now(UTC)
        post = Post(Html("your digest")).encode()
        with caplog.at_level(logging.INFO), away(url):
            asked = chat.ann.say("/disclaimer")
            await bot.schedule.tick()
            await asyncio.sleep(2)
        bot.store.blocking.enqueue([OutboxItem(Place(chat.ann.id), "digest", "x", now, post)], now)
        await chat.next_message(chat.ann, where=lambda m: m.text == "your digest", seconds=10)
        await chat.answer_to(asked, where=lambda m: "your digest" not in m.text, seconds=30)
    said = [record.getMessage() for record in caplog.records]
    assert [line for line in said if "waits-for-database job=tick" in line]
    assert not [line for line in said if line.startswith(("incident", "schedule-failed"))]


async def test_a_pool_without_a_connection_left_is_no_incident(chat, tmp_path, postgres, caplog):
    """Who asks meanwhile is told plainly, and answered once connections come back."""
    url = postgres.new_database(migrated=True)
    async with compose(settings_for(chat, tmp_path, database_url=url)) as bot, serving(bot):
        await chat.answer_to(chat.ann.say("/disclaimer"))
        engine = bot.store.blocking.database.engine
        setattr(engine.pool, "_timeout", 0.1)  # noqa: B010 - nobody waits half a minute in a test
        with ExitStack() as lent:
            with suppress(NoConnectionLeftError):
                while True:
                    lent.enter_context(engine.connect())
            asked = chat.ann.say("/track")
            await asyncio.sleep(2)
        await chat.answer_to(asked, seconds=30)
    said = [record.getMessage() for record in caplog.records]
    assert not [line for line in said if line.startswith(("incident", "schedule-failed"))]
