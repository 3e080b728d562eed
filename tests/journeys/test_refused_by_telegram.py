"""Telegram refuses or fails, not with the answer alone: who asked is answered another way, or told."""

import pytest

from localchat.errors import ApiError, bad_request, forbidden
from tests.journeys.product import running_bot


@pytest.fixture
async def bot(chat, tmp_path):
    chat.expects_refusals = True
    async with running_bot(chat, tmp_path) as running:
        yield running


async def test_an_answer_finds_another_way(bot, chat, caplog):
    """The question was deleted; a picture is not taken; photos are forbidden, said as a 403."""
    chat.faults.fail("sendPhoto", bad_request("message to be replied not found"))
    talk = chat.market_talk
    chat.ben.say("/predict TSLA", talk)
    first = await chat.next_message(talk)
    assert first.photo
    for refusal in (
        bad_request("IMAGE_PROCESS_FAILED"),
        forbidden("CHAT_SEND_PHOTOS_FORBIDDEN"),
    ):
        chat.faults.fail("sendPhoto", refusal, times=2)
        words = await chat.answer_to(chat.ben.say("/predict TSLA 7", talk))
        assert "most likely" in words.text
        assert not words.photo
        chat.faults.clear()
    # The 403 did not count as the end of the group.
    assert not [r for r in caplog.records if r.getMessage().startswith("chat-gone")]


async def test_a_file_that_may_not_be_sent_is_not_promised(bot, chat):
    """One sentence in place of two captions without files."""
    chat.faults.fail("sendDocument", bad_request("CHAT_SEND_DOCS_FORBIDDEN"), times=None)
    told = await chat.answer_to(chat.carl.say("/export", chat.market_talk))
    assert told.text.startswith("This chat lets me send no files.")


async def test_who_asks_where_nothing_may_be_written_hears_it_in_private_once(bot, chat):
    """Ann has started the bot and is told; Ben has not: he is left alone, nothing is kept of him."""
    talk, written = chat.market_talk, "not enough rights to send text messages to the chat"
    first = await chat.answer_to(chat.ann.say("/start"))
    chat.faults.fail("sendMessage", bad_request(written), times=None, chat_id=talk.id)
    for _ in range(2):
        chat.ann.say("/disclaimer", talk)
        chat.ben.say("/disclaimer", talk)
    told = await chat.next_message(chat.ann, after=first)
    assert told.text == "I may not write where you have just asked. Ask me here, and I answer."
    second = await chat.answer_to(chat.ann.say("/disclaimer"))
    assert [m.id for m in chat.of_bot(chat.ann) if m.id > first.id] == [told.id, second.id]
    assert chat.of_bot(talk) == []
    assert [bot.store.blocking.is_reachable(one.id) for one in (chat.ann, chat.ben)] == [
        True,
        False,
    ]


async def test_a_press_that_cannot_change_anything_is_no_incident(bot, chat, caplog):
    """Too old, forbidden by now, overtaken, moved, thrown out: all foreseen, each press answered."""
    talk = chat.market_talk
    shown = await chat.photo_for(chat.ben.say("/predict TSLA", talk))
    for refusal in (
        bad_request("MESSAGE_EDIT_TIME_EXPIRED"),
        bad_request("CHAT_SEND_PHOTOS_FORBIDDEN"),
        bad_request("canceled by new editMessageMedia request"),
        ApiError(400, "Bad Request: group chat was upgraded", migrate_to=-1009),
        forbidden("bot was kicked from the supergroup chat"),
    ):
        chat.faults.fail("editMessageMedia", refusal)
        await chat.notice(chat.ben.press(shown, "5 sessions"))
        # In order: once this is answered, the press is done with.
        await chat.answer_to(chat.ben.say("/disclaimer", talk))
    assert not [r for r in caplog.records if r.getMessage().startswith("incident")]
    assert any("too old for me to change" in m.text for m in chat.of_bot(talk))


async def test_rights_are_asked_about_until_telegram_says(bot, chat):
    """Two seconds of 502 for whoever asks who is an admin: the list is changed all the same."""
    chat.faults.fail("getChatMember", ApiError(502, "Bad Gateway"), times=7)
    listed = await chat.answer_to(chat.carl.say("/subscribe TSLA", chat.market_talk))
    assert "On the list now: TSLA" in listed.text


async def test_words_that_no_window_shows_are_written_once(bot, chat):
    """Telegram has forgotten the press: what is refused stands in the chat, with its button."""
    settings = await chat.answer_to(chat.carl.say("/settings", chat.market_talk))
    chat.faults.fail("answerCallbackQuery", bad_request("query is too old"))
    chat.ben.press(settings, "🌙 Dark")
    told = await chat.next_message(chat.market_talk, after=settings)
    assert chat.buttons(told) == ["🙋 Ask the admins"]
    end = await chat.answer_to(chat.ben.say("/disclaimer", chat.market_talk))
    assert [m.id for m in chat.of_bot(chat.market_talk)] == [settings.id, told.id, end.id]
