"""What Telegram refuses, the local server refuses, in Telegram's words."""

import aiohttp
import pytest

from tests.journeys.chat import ChatDriver
from tests.localchat.bare_calls import call, picture, reason

__all__ = ["call"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (picture(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (picture(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (b"not a picture", "IMAGE_PROCESS_FAILED"),
        (picture(20, 20)[:60], "IMAGE_PROCESS_FAILED"),
        (b"\x89PNG" + bytes(10 * 1024 * 1024), "file is too big"),
    ],
)
async def test_photos_that_telegram_would_not_take(chat: ChatDriver, call, data, expected):
    """Size, shape and being a picture at all are checked."""
    assert expected in reason(await call.photo(data, chat_id=str(chat.ann.id)))


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        ({"text": "x", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, "exactly one action"),
        ({"text": "x", "url": "javascript:alert(1)"}, "BUTTON_URL_INVALID"),
        ({"text": " ", "callback_data": "x"}, "non-empty"),
        ({"text": "x", "callback_data": "x", "colour": "red"}, "unknown field 'colour'"),
        ({"text": "x", "callback_data": 5}, "String expected"),
        ({"text": "x", "callback_data": "x", "style": "red"}, "BUTTON_STYLE_INVALID"),
        ({"text": "x", "copy_text": {"text": "y" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
    ],
)
async def test_buttons_are_checked(chat: ChatDriver, call, button, expected):
    """Callback data is 1 to 64 bytes, and a button does one thing."""
    markup = {"inline_keyboard": [[button]]}
    answer = await call.form("sendMessage", chat_id=chat.ann.id, text="x", reply_markup=markup)
    assert expected in reason(answer)


async def test_callback_data_of_64_bytes_fits(chat: ChatDriver, call):
    """The limit itself is allowed."""
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "é" * 32}]]}
    assert (await call.json("sendMessage", chat_id=chat.ann.id, text="x", reply_markup=markup))[
        "ok"
    ]


@pytest.mark.parametrize(
    ("method", "values", "expected"),
    [
        ("sendMessage", {"text": "x"}, "parameter 'chat_id' of sendMessage is missing"),
        ("sendMessage", {"chat_id": 5, "text": "x"}, "Bad Request: chat not found"),
        ("sendMessage", {"chat_id": "@ann_example", "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": "ANN", "text": "x", "txet": "y"}, "unknown parameter 'txet'"),
        ("sendMessage", {"chat_id": "ANN", "text": ["x"]}, "text: String expected"),
        (
            "sendMessage",
            {"chat_id": "ANN", "text": "x", "disable_notification": "no"},
            "Boolean expected",
        ),
        (
            "sendMessage",
            {"chat_id": "ANN", "text": "x", "message_thread_id": 3},
            "message thread not found",
        ),
        (
            "sendMessage",
            {"chat_id": "ANN", "text": "x", "parse_mode": "Markdown"},
            "unsupported parse_mode",
        ),
        (
            "sendMessage",
            {"chat_id": "ANN", "text": "x", "business_connection_id": "b"},
            "not supported",
        ),
        ("sendPhoto", {"chat_id": "ANN", "photo": "AgAC"}, "wrong remote file identifier"),
        (
            "sendPhoto",
            {"chat_id": "ANN", "photo": "https://example.org/a.png"},
            "failed to get HTTP URL",
        ),
        (
            "sendMediaGroup",
            {"chat_id": "ANN", "media": [{"type": "photo", "media": "x"}]},
            "2 to 10",
        ),
        ("sendChatAction", {"chat_id": "ANN", "action": "thinking"}, "wrong parameter action"),
        (
            "editMessageText",
            {"chat_id": "ANN", "message_id": 999, "text": "x"},
            "message to edit not found",
        ),
        (
            "editMessageText",
            {"chat_id": "ANN", "message_id": 1, "text": "x"},
            "message can't be edited",
        ),
        ("deleteMessage", {"chat_id": "ANN", "message_id": 999}, "message to delete not found"),
        ("answerCallbackQuery", {"callback_query_id": "9"}, "query is too old"),
        (
            "setMyCommands",
            {"commands": [{"command": "Predict", "description": "x"}]},
            "BOT_COMMAND_INVALID",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "p", "description": ""}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        ("setMyCommands", {"commands": [{"command": "p"}]}, "field 'description' is missing"),
        (
            "setMyCommands",
            {"commands": [], "scope": {"type": "all_members"}},
            "unknown BotCommandScope type 'all_members'",
        ),
        ("setMyCommands", {"commands": [], "language_code": "pt-br"}, "wrong language code"),
        ("setMyDescription", {"description": "x" * 513}, "description is too long"),
        ("setMyShortDescription", {"short_description": "x" * 121}, "too long"),
        ("setMyDescription", {"description": "x", "language_code": "german"}, "wrong language"),
        ("getFile", {"file_id": "x"}, "invalid file_id"),
        ("getUpdates", {"limit": 101}, "limit is 1 to 100"),
        ("setWebhook", {"url": "https://example.org/hook"}, "this machine only"),
        (
            "setWebhook",
            {"url": "http://127.0.0.1:1/h", "secret_token": "a b"},
            "unallowed characters",
        ),
        ("sendDice", {"chat_id": "ANN"}, "Not Found"),
    ],
)
async def test_refusals(chat: ChatDriver, call, method, values, expected):
    """Each thing Telegram would not do is not done here either."""
    values = {k: chat.ann.id if v == "ANN" else v for k, v in values.items()}
    assert expected in reason(await call.json(method, **values))


async def test_an_edit_that_changes_nothing_is_refused(chat: ChatDriver, call):
    """'Message is not modified' compares text, entities and buttons."""
    sent = await call.form("sendMessage", chat_id=chat.ann.id, text="<b>x</b>", parse_mode="HTML")
    same = {
        "chat_id": chat.ann.id,
        "message_id": sent["result"]["message_id"],
        "parse_mode": "HTML",
    }
    assert "message is not modified" in reason(
        await call.form("editMessageText", **same, text="<b>x</b>")
    )
    assert (await call.form("editMessageText", **same, text="<i>x</i>"))["ok"]
    assert "message is not modified" in reason(
        await call.form("editMessageText", **same, text="<i>x</i>")
    )
    assert "no caption" in reason(await call.form("editMessageCaption", **same, caption="y"))


async def test_a_migrated_group_names_its_successor(chat: ChatDriver, call):
    """After an upgrade the old id answers with the new one."""
    old = chat.basic_group("Old", chat.carl, chat.ann)
    new = chat.server.people.migrate(old)
    answer = await call.form("sendMessage", chat_id=old.id, text="x")
    assert answer["parameters"] == {"migrate_to_chat_id": new.id}
    assert (await call.form("sendMessage", chat_id=new.id, text="x"))["ok"]


async def test_a_wrong_token_is_unauthorized(chat: ChatDriver, call):
    """Who does not know the token gets 401."""
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{chat.url}/bot42:nope/getMe") as answer:
            assert (await answer.json())["error_code"] == 401
        async with session.get(f"{chat.url}/bot{chat.token}/getMe") as answer:
            assert (await answer.json())["result"]["username"] == "tickercast_bot"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:80"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_other_sites_are_kept_out(chat: ChatDriver, call, headers):
    """A rebound name or a foreign page is refused before anything is read."""
    url = f"{chat.url}/bot{chat.token}/getMe"
    async with aiohttp.request("GET", url, headers=headers) as answer:
        assert answer.status == 403
