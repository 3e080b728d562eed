"""People take their data with them, bring it back, and have it erased."""

import asyncio
import csv
import io
import json

import pytest

from localchat.bot_api.parameters import Upload
from storage.records.chats import Place
from tests.journeys.product import running_bot


@pytest.fixture
async def bot(chat, tmp_path):
    async with running_bot(chat, tmp_path) as running:
        yield running


async def noted(bot, shown):
    """Wait until it is written down which forecast a message shows: that is done after sending."""
    store = bot.store.blocking
    async with asyncio.timeout(5):
        while store.find_forecast_message(shown.chat_id, shown.id) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def exported(chat, person, place=None):
    """Ask for the export and return its two messages."""
    asked = person.say("/export", place)
    first = await chat.answer_to(asked, where=lambda m: bool(m.document))
    return first, await chat.next_message(
        chat.world.chats[asked.chat_id], after=first, where=lambda m: bool(m.document)
    )


def content(chat, message):
    return chat.world.blobs.get(chat.world.files[message.document].blob)


async def test_export_is_read_back_by_another_chat(bot, chat):
    """CSV and JSON hold list and forecasts; each restores the list elsewhere, once."""
    await chat.answer_to(chat.ann.say("/subscribe TSLA AAPL"))
    shown = await chat.photo_for(chat.ann.say("/predict TSLA"))
    await noted(bot, shown)
    table, full = await exported(chat, chat.ann)
    rows = list(csv.DictReader(io.StringIO(content(chat, table).decode())))
    assert [(r["record"], r["ticker"]) for r in rows] == [
        ("subscription", "TSLA"), ("subscription", "AAPL"), ("forecast", "TSLA"),
    ]  # fmt: skip
    assert float(rows[2]["q10_5"]) < float(rows[2]["q50_5"]) < float(rows[2]["q90_5"])
    data = json.loads(content(chat, full))
    assert [s["ticker"] for s in data["subscriptions"]] == ["TSLA", "AAPL"]
    assert len(data["forecasts"][0]["forecast"]["quantiles"]) == 20
    assert data["settings"]["digest_at"] == "08:00:00"

    back = chat.ann.say("/import", reply_to=full)
    assert "already: TSLA and AAPL" in (await chat.answer_to(back)).text
    upload = Upload("list.csv", "text/csv", content(chat, table))
    sent = chat.server.people.send_file(chat.ben.user, None, upload, "/import")
    assert "On the list now: TSLA and AAPL" in (await chat.answer_to(sent)).text
    assert len(bot.store.blocking.subscriptions(Place(chat.ben.id))) == 2


async def test_files_that_are_no_lists_are_refused(bot, chat):
    """Too large, damaged, empty, of another kind: one sentence each, nothing changed."""
    for name, data, told in (
        ("x.csv", b"ticker\n" + b"A" * 300_000, "larger than 256 kB"),
        ("x.json", b"[" * 100_000, "cannot read"),
        ("x.json", b'{"format": "other"}', "cannot read"),
        ("x.csv", b"\xff\xfe\x00", "cannot read"),
        ("x.csv", b"ticker\n<script>\n", "cannot read"),
        ("x.csv", b"record,ticker\nforecast,TSLA\n", "no subscriptions"),
        ("x.csv", "ticker\n" + "\n".join(f"A{i}" for i in range(51)), "at most 50 tickers"),
    ):
        raw = data.encode() if isinstance(data, str) else data
        upload = Upload(name, "application/octet-stream", raw)
        sent = chat.server.people.send_file(chat.ann.user, None, upload, "/import")
        answer = await chat.answer_to(sent)
        assert told in answer.text, (data[:20], answer.text)
    alone = await chat.answer_to(chat.ann.say("/import"))
    assert "Reply with /import to a file" in alone.text
    assert bot.store.blocking.subscriptions(Place(chat.ann.id)) == ()


async def test_export_and_import_in_a_group_need_an_admin_and_name_nobody(bot, chat):
    """The list of a group is the group's; who added what stays out of the file."""
    talk = chat.market_talk
    await chat.answer_to(chat.carl.say("/subscribe TSLA", talk))
    await chat.answer_to(chat.ben.say("/alert TSLA", talk), where=lambda m: "I tell you" in m.text)
    refused = await chat.answer_to(chat.ben.say("/export", talk))
    assert "Only admins" in refused.text
    table, full = await exported(chat, chat.carl, talk)
    for message in (table, full):
        for person in (chat.ann, chat.ben, chat.carl):
            assert str(person.id).encode() not in content(chat, message)
    refused = await chat.answer_to(chat.ben.say("/import", talk, reply_to=table))
    assert "Only admins" in refused.text


async def test_forgetme_erases_after_a_press_and_says_what(bot, chat):
    """Nothing of the person is left in any table; what a group shares stays without their number."""
    store, talk = bot.store.blocking, chat.market_talk
    await chat.answer_to(chat.carl.say("/subscribe TSLA", talk))
    await chat.answer_to(chat.carl.say("/subscribe TSLA AAPL"))
    await chat.photo_for(chat.carl.say("/predict TSLA"))
    await chat.answer_to(chat.carl.say("/alert TSLA"))
    question = await chat.answer_to(chat.carl.say("/forgetme"), where=lambda m: "Erase" in m.text)
    chat.carl.press(question, "Keep it")
    assert (await chat.edit_of(question)).text == "Nothing was erased."
    question = await chat.answer_to(chat.carl.say("/forgetme"))
    press = chat.carl.press(question, "🗑 Erase it all")
    done = await chat.edit_of(question)
    await chat.notice(press)
    for part in ("2 subscriptions", "1 alert", "1 ticker you asked for",
                 "your number beside 1 subscription of a group"):  # fmt: skip
        assert part in done.text, done.text
    assert store.subscriptions(Place(chat.carl.id)) == ()
    assert [entry.added_by for entry in store.subscriptions(Place(talk.id))] == [None]
    assert store.count_by_user(chat.carl.id) == 0
    again = await chat.answer_to(chat.carl.say("/subscribe TSLA"))
    assert "On the list now: TSLA" in again.text


async def test_only_the_person_who_asked_can_confirm(bot, chat):
    """In a group others see the button, and pressing it erases neither's data."""
    talk = chat.market_talk
    await chat.answer_to(chat.ben.say("/subscribe TSLA"))
    question = await chat.answer_to(chat.ann.say("/forgetme", talk))
    told = await chat.notice(chat.ben.press(question, "🗑 Erase it all"))
    assert told.text == "This button is for the person who asked."
    assert len(bot.store.blocking.subscriptions(Place(chat.ben.id))) == 1


async def test_privacy_names_what_where_and_how_long(bot, chat):
    """The three questions people have."""
    answer = await chat.answer_to(chat.ann.say("/privacy"))
    for part in ("What I keep", "Where", "How long", "/forgetme", "/export"):
        assert part in answer.text
