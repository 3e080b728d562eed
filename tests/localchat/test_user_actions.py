"""What people do, and what of it the bot is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localchat.bot_api.html_style import parse_html
from localchat.errors import ApiError, PersonError
from localchat.state.entities import Entity, detect, strip, utf16_length, utf16_slice
from tests.journeys.chat import ChatDriver


def told(chat: ChatDriver) -> list[tuple[str, str]]:
    """Kind and text of every waiting update."""
    return [(u.kind, u.payload.get("text", "")) for u in chat.world.updates.pending()]


async def test_privacy_mode_hides_group_talk_but_not_commands(chat: ChatDriver):
    """In a group the bot sees commands for it and replies to it, nothing else."""
    for text in (
        "I like $TSLA",
        "/predict TSLA",
        "/predict@Tickercast_Bot TSLA",
        "/predict@other_bot TSLA",
        "well, /predict TSLA",
    ):
        chat.ann.say(text, chat.market_talk)
    assert told(chat) == [
        ("message", "/predict TSLA"),
        ("message", "/predict@Tickercast_Bot TSLA"),
    ]


async def test_replies_to_the_bot_are_seen_in_a_group(chat: ChatDriver):
    """A reply to somebody else stays private, one to the bot does not."""
    from localchat.bot_api.methods.calls import Call
    from localchat.bot_api.methods.sending import send_message
    from localchat.bot_api.parameters import Upload

    files: dict[str, Upload] = {}
    call = Call("sendMessage", {"chat_id": chat.market_talk.id, "text": "which zone?"}, files)
    number = send_message(chat.world, call)["message_id"]
    question = chat.world.messages[chat.market_talk.id][number]
    other = chat.ben.say("hm", chat.market_talk)
    chat.ann.say("no", chat.market_talk, reply_to=other)
    chat.ann.say("Berlin", chat.market_talk, reply_to=question)
    assert told(chat) == [("message", "Berlin")]


async def test_an_admin_bot_sees_all(chat: ChatDriver):
    """Privacy mode does not hold for bots that are admins."""
    chat.server.people.change_bot(chat.carl.user, chat.market_talk, "administrator")
    chat.ann.say("hello", chat.market_talk)
    assert told(chat) == [("my_chat_member", ""), ("message", "hello")]


async def test_edits_are_told_as_edits(chat: ChatDriver):
    """An edited message is another kind of update with the same id."""
    asked = chat.ann.say("/predict TSL")
    chat.ann.edit(asked, "/predict TSLA")
    assert told(chat) == [("message", "/predict TSL"), ("edited_message", "/predict TSLA")]


async def test_pressing_tells_who_pressed_what(chat: ChatDriver):
    """A press by anybody in the group carries the presser; a button that is not there fails."""
    from localchat.bot_api.methods.calls import Call
    from localchat.bot_api.methods.sending import send_message

    markup = {"inline_keyboard": [[{"text": "5", "callback_data": "h:5"}]]}
    params = {"chat_id": chat.market_talk.id, "text": "x", "reply_markup": markup}
    number = send_message(chat.world, Call("sendMessage", params, {}))["message_id"]
    message = chat.world.messages[chat.market_talk.id][number]
    chat.ben.press(message, "5")
    (update,) = chat.world.updates.pending()
    assert update.payload["from"]["id"] == chat.ben.id
    assert update.payload["data"] == "h:5"
    with pytest.raises(PersonError, match="no button '10'"):
        chat.ben.press(message, "10")


async def test_strangers_cannot_write_into_a_group(chat: ChatDriver):
    """Who is not a member is stopped, and so is an empty text."""
    dora = chat.person(700_000_009, "Dora")
    with pytest.raises(PersonError, match="Dora is not in Market talk"):
        dora.say("hi", chat.market_talk)
    with pytest.raises(PersonError, match="1 to 4096"):
        dora.say("  ")


async def test_supergroups_count_their_messages_by_themselves(chat: ChatDriver):
    """Message ids are unique in a chat only, as in Telegram."""
    first = chat.ann.say("a")
    second = chat.ben.say("b")
    in_group = chat.ann.say("c", chat.market_talk)
    assert second.id == first.id + 1
    assert in_group.id == chat.tesla.id + 1


def test_found_entities():
    """Commands, mentions, tags and links are found where clients find them."""
    text = "😀 /predict@tickercast_bot $TSLA #ev @ann_example https://example.org/x?a=1. a/b 5$"
    found = [(e.type, utf16_slice(text, e.offset, e.length)) for e in detect(text)]
    assert found == [
        ("bot_command", "/predict@tickercast_bot"),
        ("cashtag", "$TSLA"),
        ("hashtag", "#ev"),
        ("mention", "@ann_example"),
        ("url", "https://example.org/x?a=1"),
    ]


@given(st.text(), st.integers(0, 30), st.integers(1, 30))
def test_stripping_moves_entities_along(text: str, offset: int, length: int):
    """What an entity marked is still what it marks, but for white space at the ends."""
    total = utf16_length(text)
    if offset + length > total:
        return
    shorter, kept = strip(text, [Entity("bold", offset, length)])
    marked = utf16_slice(text, offset, length)
    assert [utf16_slice(shorter, e.offset, e.length).strip() for e in kept] in (
        [marked.strip()],
        [],
    )
    assert bool(kept) or not marked.strip()


@given(st.text())
def test_html_is_read_or_refused_but_never_crashes(source: str):
    """Any text at all is either read or answered with a 400."""
    try:
        text, entities = parse_html(source)
    except ApiError as err:
        refusal: ApiError | None = err
    else:
        refusal = None
        assert all(e.end <= utf16_length(text) for e in entities)
    assert refusal is None or refusal.code == 400


async def test_posts_of_a_channel_name_nobody(chat: ChatDriver):
    """Only admins post; the bot, which must be one, is told of the channel and not of the writer."""
    channel = chat.channel("News", chat.carl, username="news")
    people = chat.server.people
    people.change_member(channel, chat.ann.user, "member")
    people.change_bot(chat.carl.user, channel, "administrator")
    chat.carl.say("hello", channel)
    with pytest.raises(PersonError):
        chat.ann.say("hello", channel)
    added, post = chat.world.updates.pending()
    assert added.payload["new_chat_member"]["can_post_messages"] is True
    assert (added.payload["chat"]["type"], added.payload["from"]["id"]) == ("channel", chat.carl.id)
    assert post.kind == "channel_post"
    assert "from" not in post.payload
    assert post.payload["sender_chat"]["username"] == "news"


async def test_a_channel_is_posted_to_by_its_admins_alone(chat: ChatDriver):
    """Not before the bot is one, not after it was removed; its name finds it."""
    channel = chat.channel("News", chat.carl, username="news")
    with pytest.raises(ApiError, match="bot is not a member of the channel chat"):
        chat.world.chat_for_bot("@news")
    chat.server.people.change_bot(chat.carl.user, channel, "member")
    with pytest.raises(ApiError, match="need administrator rights in the channel chat"):
        chat.world.chat_for_bot(channel.id)
    chat.server.people.change_bot(chat.carl.user, channel, "administrator")
    assert chat.world.chat_for_bot("@news").id == channel.id
    with pytest.raises(ApiError, match="chat not found"):
        chat.world.chat_for_bot("@ann_example")
