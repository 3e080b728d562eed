"""Updates that are no plain command: none stops what comes next, and whoever wrote is answered."""

from datetime import UTC, datetime

from tests.journeys.product import running_bot


async def test_updates_that_nobody_can_make_sense_of_stop_nothing(chat, tmp_path, caplog):
    """Without a chat, with numbers beyond a database's: passed over, and what comes next is answered."""
    chat.ann.say("/help")
    add, ann = chat.world.updates.add, {"id": chat.ann.id, "type": "private", "first_name": "Ann"}
    add("message", {"message_id": 1, "date": 1, "text": "/help"})
    add("message", {"message_id": 2**70, "date": 1, "chat": ann, "text": "/help"})
    add("message", {"message_id": 2, "date": 1, "chat": ann | {"id": 2**70}, "text": "/help"})
    add("message", {"message_id": 3, "date": 1, "chat": ann, "text": 17})
    add("message", {"message_id": 4, "date": 1, "chat": ann, "message_thread_id": "x"})
    add("my_chat_member", {"date": 1, "chat": ann, "from": ann | {"is_bot": False}})
    async with running_bot(chat, tmp_path):
        assert (await chat.answer_to(chat.ann.say("/disclaimer"))).text
    passed = [r for r in caplog.records if r.getMessage().startswith("update-passed-over")]
    assert len(passed) == 6


async def test_a_command_is_heard_behind_marks_that_nobody_sees(chat, tmp_path):
    """A direction mark, a full-width slash, half a letter in the argument: each is answered."""
    async with running_bot(chat, tmp_path):
        for text in ("\u200f/disclaimer", "／ｄｉｓｃｌａｉｍｅｒ", "/disclaimer \ud83d"):
            told = await chat.answer_to(chat.ann.say(text))
            assert "Not investment advice" in told.text
        unread = await chat.answer_to(chat.ann.say("/predict KO\x00\ud83d"))
        assert "“KO?” is not a ticker" in unread.text


async def test_a_sticker_in_private_is_told_what_can_be_asked(chat, tmp_path):
    """Nobody who writes to the bot alone is left in silence."""
    chat.ann.say("/disclaimer")
    ann = {"id": chat.ann.id, "type": "private", "first_name": "Ann"}
    place = {"latitude": 48.1, "longitude": 11.6}
    now = int(datetime.now(UTC).timestamp())
    sent = {"message_id": 9_000, "date": now, "chat": ann, "location": place}
    chat.world.updates.add("message", sent | {"from": {**ann, "is_bot": False}})
    async with running_bot(chat, tmp_path):
        hint = await chat.next_message(chat.ann, where=lambda m: "Not investment" not in m.text)
        assert "I answer commands" in hint.text
