"""A person asks where a price may go: in private, in a group, in a topic, rightly and wrongly."""

import asyncio
import io
from dataclasses import replace

import pytest
from PIL import Image

from localchat.bot_api.parameters import Upload
from localchat.errors import bad_request, too_many_requests
from tests.journeys.product import running_bot


@pytest.fixture
async def bot(chat, tmp_path):
    async with running_bot(chat, tmp_path) as running:
        yield running


async def test_predict_is_answered_with_a_chart_and_its_facts(bot, chat):
    """The main job: action at once, then the photo with range, details, id and disclaimer."""
    asked = chat.ann.say("/predict TSLA")
    answer = await chat.photo_for(asked)
    for part in ("TSLA · By Jan 31, 2022: most likely $", "(8 in 10).", "By Jan 7, 2022: $", "#F1", "$1,056.78",
                 "Not investment advice", "sessions old (Dec 31, 2021)", "20 sessions ahead",
                 "5 sessions ahead"):  # fmt: skip
        assert part in answer.text, answer.text
    assert "expandable_blockquote" in [entity.type for entity in answer.entities]
    picture = Image.open(io.BytesIO(chat.photo(answer)))
    assert (picture.size, picture.format) == ((1280, 720), "PNG")
    order = [call.method for call in chat.calls if call.method.startswith("send")]
    assert order[:2] == ["sendChatAction", "sendPhoto"]


async def test_same_question_same_answer_without_upload(bot, chat):
    """The second person gets the same forecast by its file_id."""
    first = await chat.photo_for(chat.ann.say("/predict TSLA"))
    second = await chat.photo_for(chat.ben.say("/predict $tsla"))
    assert second.text == first.text
    assert second.photo == first.photo
    assert [bool(call.files) for call in chat.calls.of("sendPhoto")] == [True, False]


async def test_group_answers_reply_and_stay_in_their_topic(bot, chat):
    """With privacy mode on, commands with and without the bot's name are answered in place."""
    talk = chat.market_talk
    for text in ("/predict TSLA", "/predict@tickercast_bot aapl 5"):
        asked = chat.ben.say(text, talk, topic=chat.tesla)
        answer = await chat.photo_for(asked)
        assert answer.thread_id == chat.tesla.id
        assert answer.reply_to == asked.id
    general = chat.ben.say("/predict TSLA", talk)
    assert (await chat.photo_for(general)).thread_id is None


async def test_what_is_written_under_a_photo_sent_to_the_bot_alone_counts(bot, chat):
    """A command, a cashtag, and words that are neither; in a group a caption is nobody's question."""
    shown = await chat.photo_for(chat.ann.say("/predict TSLA"))
    upload = Upload("chart.png", "image/png", chat.photo(shown))
    send = chat.server.people.send_photo
    for caption in ("/predict aapl 5", "$AAPL", "/predict\u00a0AAPL"):
        answer = await chat.photo_for(send(chat.ann.user, None, upload, caption))
        assert "AAPL ·" in answer.text
    hint = await chat.answer_to(send(chat.ann.user, None, upload, "is this right?"))
    assert "I answer commands" in hint.text
    send(chat.ben.user, chat.market_talk, upload, "/predict AAPL")
    await asyncio.sleep(0.3)
    assert chat.of_bot(chat.market_talk) == []


async def test_companies_are_asked_for_by_name(bot, chat):
    """The answer says whom it took the name for; a shared name is asked about, with buttons."""
    named = await chat.photo_for(chat.ann.say("/predict teslla 5"))
    assert named.text.startswith("Read as Tesla (TSLA).\nTSLA ·")
    assert "Read as" not in (await chat.photo_for(chat.ann.say("/predict tsla"))).text
    german = await chat.answer_to(chat.ann.say("/predict berkshire"))
    assert "“berkshire” may be Berkshire Hathaway B (BRK-B) or" in german.text
    assert chat.buttons(german) == ["Berkshire Hathaway B (BRK-B)", "Berkshire Hathaway A (BRK-A)"]
    chat.ann.press(german, "Berkshire Hathaway B (BRK-B)")
    pressed = await chat.next_message(chat.ann, after=german, where=lambda m: bool(m.photo))
    assert "BRK-B ·" in pressed.text
    nobody = await chat.answer_to(chat.ann.say("/predict acme rocket company"))
    assert "I know nobody named “acme rocket company”" in nobody.text
    refused = await chat.answer_to(chat.ann.say("/predict TESCLA"))
    assert "I know no ticker TESCLA" in refused.text


async def test_several_tickers_are_one_album_with_one_caption(bot, chat):
    """The widest range first, each message noted; a wrong one among them is told apart."""
    asked = chat.ann.say("/predict AAPL, NOSUCH TSLA")
    await chat.next_message(chat.ann, after=asked, where=lambda m: "NOSUCH" in m.text)
    first, second, refused = chat.of_bot(chat.ann)
    assert first.album == second.album != refused.album
    assert first.text.splitlines()[0].endswith("most likely (8 in 10), widest first")
    assert "Not investment advice." in first.text
    assert (second.text, len(chat.calls.of("sendMediaGroup"))) == ("", 1)
    store = bot.store.blocking
    noted = [store.find_forecast_message(m.chat_id, m.id) for m in (first, second)]
    shown = [store.find_forecast(note.forecast_id).forecast for note in noted if note]
    widths = [(one.at(20, 0.9) - one.at(20, 0.1)) / one.close for one in shown]
    assert sorted(widths, reverse=True) == widths
    lines = first.text.splitlines()[1:3]
    assert [line.split()[0] for line in lines] == [one.ticker for one in shown]


async def test_an_album_goes_as_text_where_photos_are_not_allowed(bot, chat):
    """The ranges are told all the same."""
    chat.expects_refusals = True
    chat.faults.fail("sendMediaGroup", bad_request("not enough rights to send photos to the chat"))
    asked = chat.ben.say("/predict AAPL TSLA", chat.market_talk)
    answer = await chat.answer_to(asked)
    assert "TSLA" in answer.text
    assert "AAPL" in answer.text
    assert not answer.photo


async def test_buttons_edit_in_place_and_are_always_answered(bot, chat):
    """5 / 10 / 20 sessions and the theme change the picture of the same message."""
    shown = await chat.photo_for(chat.ann.say("/predict TSLA"))
    press = chat.ann.press(shown, "5 sessions")
    edited = await chat.edit_of(shown)
    await chat.notice(press)
    assert edited.id == shown.id
    assert edited.photo != shown.photo
    assert "20 sessions" not in edited.text
    dark = chat.ann.press(edited, "🌙 Dark")
    await chat.notice(dark)
    assert "☀️ Light" in chat.buttons(edited)
    again = chat.ann.press(edited, "• 5 sessions •")
    await chat.notice(again)
    assert chat.unanswered() == []


async def test_a_message_remembers_how_many_sessions_it_shows(bot, chat):
    """As many as were asked for, then as many as the last button drew, whoever pressed it."""
    store, talk = bot.store.blocking, chat.market_talk
    shown = await chat.photo_for(chat.ben.say("/predict TSLA 12", talk))
    async with asyncio.timeout(5):
        while (first := store.find_forecast_message(talk.id, shown.id)) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)  # It is noted once Telegram has numbered the message.
    assert (first.user_id, first.sessions) == (chat.ben.id, 12)
    for button, sessions in (("5 sessions", 5), ("🌙 Dark", 5), ("20 sessions", 20)):
        await chat.notice(chat.carl.press(shown, button))
        assert store.find_forecast_message(talk.id, shown.id) == replace(first, sessions=sessions)


async def test_only_asker_or_admin_deletes_in_a_group(bot, chat):
    """Clutter can be removed, but not by anyone."""
    asked = chat.ben.say("/predict TSLA", chat.market_talk)
    answer = await chat.photo_for(asked)
    refused = await chat.notice(chat.ann.press(answer, "🗑 Delete"))
    assert "Only who asked" in (refused.text or "")
    chat.ben.press(answer, "🗑 Delete")
    await chat.removal_of(answer)
    second = await chat.photo_for(chat.ben.say("/predict TSLA", chat.market_talk))
    pressed = chat.carl.press(second, "🗑 Delete")
    await chat.removal_of(second)
    await chat.notice(pressed)
    assert chat.unanswered() == []


async def test_predict_alone_explains_and_offers_recent_tickers(bot, chat):
    """Usage with an example; later with buttons of what was asked before."""
    first = await chat.answer_to(chat.ann.say("/predict"))
    assert "/predict TSLA" in first.text
    await chat.photo_for(chat.ann.say("/predict AAPL"))
    asked = chat.ann.say("/predict")
    usage = await chat.answer_to(asked)
    press = chat.ann.press(usage, "AAPL")
    answer = await chat.next_message(chat.ann, after=usage, where=lambda m: bool(m.photo))
    assert "AAPL" in answer.text
    await chat.notice(press)


@pytest.mark.parametrize(
    ("text", "way_out"),
    [
        ("/predict NOSUCH", "NOSUCH"),
        ("/predict ../../etc", "not a ticker"),
        ("/predict TSLA 99", "1 to 20"),
        ("/predict A B C D E", "up to 4"),
        ("/predict <b>&amp;", "not a ticker"),
        ("hello", "/predict"),
        ("/nonsense", "/help"),
    ],
)
async def test_wrong_input_gets_a_way_out(bot, chat, text, way_out):
    """One short line, and what to do instead."""
    answer = await chat.answer_to(chat.ann.say(text))
    assert way_out in answer.text
    assert len(answer.text) < 400


async def test_edited_commands_and_other_bots_commands_are_left_alone(bot, chat):
    """An edit does not run again; `/predict@other_bot` is not ours."""
    asked = chat.ann.say("/predict TSLA")
    await chat.photo_for(asked)
    chat.ann.edit(asked, "/predict AAPL")
    chat.ben.say("/predict@other_bot TSLA", chat.market_talk)
    await asyncio.sleep(0.5)
    assert len(chat.calls.of("sendPhoto")) == 1


async def test_help_start_and_disclaimer(bot, chat):
    """A stranger learns what this is, and that it is no advice."""
    assert "ranges with dates" in (await chat.answer_to(chat.ann.say("/start"))).text
    helped = await chat.answer_to(chat.ann.say("/help"))
    assert helped.text.count("\n") <= 5
    told = helped.text
    for button in chat.buttons(helped):
        before = chat.world.messages[helped.chat_id][helped.id]
        chat.ann.press(before, button)
        told += "\n" + (await chat.edit_of(before)).text
    for command in ("predict", "track", "verify", "subscribe", "pause", "alerts", "forgetme"):
        assert f"/{command}" in told
    warned = await chat.answer_to(chat.ann.say("/disclaimer"))
    assert "Not investment advice" in warned.text


async def test_blocked_and_migrated_chats_are_followed(bot, chat, tmp_path):
    """A group that moves keeps its answers; a person who blocks costs nothing."""
    group = chat.basic_group("Old group", chat.ann, chat.ben)
    await chat.photo_for(chat.ann.say("/predict TSLA", group))
    moved = chat.server.people.migrate(group)
    answer = await chat.photo_for(chat.ann.say("/predict TSLA", moved))
    assert answer.chat_id == moved.id
    chat.ben.say("/predict TSLA")
    await chat.photo_for(chat.ben.say("/predict AAPL"))
    chat.ben.block()
    await asyncio.sleep(0.2)
    chat.ben.unblock()
    await chat.photo_for(chat.ben.say("/predict TSLA"))


async def test_a_crowd_shares_one_computation_and_one_upload(bot, chat):
    """Forty people asking for one ticker at once: one forecast, one upload."""
    crowd = [chat.person(800_000_000 + i, f"Person {i}") for i in range(40)]
    asked = [person.say("/predict TSLA") for person in crowd]
    answers = await asyncio.gather(*(chat.photo_for(m, seconds=30) for m in asked))
    assert len({answer.text for answer in answers}) == 1
    assert sum(bool(call.files) for call in chat.calls.of("sendPhoto")) == 1


async def test_a_429_delays_and_loses_nothing(bot, chat):
    """The answer comes after the pause that Telegram asked for."""
    chat.faults.fail("sendPhoto", too_many_requests(1))
    await chat.photo_for(chat.ann.say("/predict TSLA"))
    assert len(chat.calls.of("sendPhoto")) == 2


async def test_a_forgotten_file_is_uploaded_again(bot, chat):
    """Telegram may lose a file_id; the reader does not notice."""
    await chat.photo_for(chat.ann.say("/predict TSLA"))
    chat.expects_refusals = True
    chat.world.files.clear()
    await chat.photo_for(chat.ben.say("/predict TSLA"))
    assert [bool(call.files) for call in chat.calls.of("sendPhoto")] == [True, False, True]
