"""What Telegram refuses, the local server refuses, in Telegram's words."""

import io
import json
from typing import Any

import aiohttp
import pytest
from PIL import Image

from tests.journeys.chat import ChatDriver


def picture(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "PNG")
    return out.getvalue()


class Caller:
    """Bare HTTP to the Bot API."""

    def __init__(self, chat: ChatDriver, session: aiohttp.ClientSession) -> None:
        self._base = f"{chat.url}/bot{chat.token}/"
        self._session = session

    async def form(self, method: str, **values: object) -> Any:
        data = {k: v if isinstance(v, str) else json.dumps(v) for k, v in values.items()}
        async with self._session.post(self._base + method, data=data) as answer:
            body = await answer.json()
            assert answer.status == (200 if body["ok"] else body["error_code"])
            return body

    async def json(self, method: str, **values: object) -> Any:
        async with self._session.post(self._base + method, json=values) as answer:
            return await answer.json()

    async def photo(self, data: bytes, **values: str) -> Any:
        form = aiohttp.FormData(values)
        form.add_field("photo", data, filename="a.png", content_type="image/png")
        async with self._session.post(self._base + "sendPhoto", data=form) as answer:
            return await answer.json()


@pytest.fixture
async def call(chat: ChatDriver):
    """Bare calls to the Bot API, with Ann's private chat open; refusals are expected."""
    chat.expects_refusals = True
    chat.ann.say("/start")
    async with aiohttp.ClientSession() as session:
        yield Caller(chat, session)


def reason(body: Any) -> Any:
    assert not body["ok"], body
    return body["description"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("é<foo>x</foo>", 'Unsupported start tag "foo" at byte offset 2'),
        ("AT&T", 'Unescaped character "&" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler"'),
    ],
)
async def test_faulty_html_is_refused_with_its_byte_offset(chat: ChatDriver, call, text, expected):
    """Markup that Telegram cannot read is an error that says where."""
    answer = await call.form("sendMessage", chat_id=chat.ann.id, text=text, parse_mode="HTML")
    assert reason(answer).startswith("Bad Request: can't parse entities: ")
    assert expected in reason(answer)


@pytest.mark.parametrize(
    "tag",
    ["<tg-time>x</tg-time>", '<tg-time unix="now">x</tg-time>', '<tg-time unix="1" format="tD">x'],
)
async def test_an_instant_without_a_unix_time_or_of_unknown_form_is_refused(
    chat: ChatDriver, call, tag
):
    """Weekday, date, time of day, in that order, or relative; nothing else."""
    answer = await call.form("sendMessage", chat_id=chat.ann.id, text=tag, parse_mode="HTML")
    assert "Invalid date-time" in reason(answer)


@pytest.mark.parametrize("shown", ["", "r", "t", "wDT"])
async def test_an_instant_is_handed_on_with_its_form(chat: ChatDriver, call, shown):
    """Readers' clients show it in their own zone."""
    source = f'<b>at <tg-time unix="1647531900" format="{shown}">22:45</tg-time></b>'
    answer = await call.form("sendMessage", chat_id=chat.ann.id, text=source, parse_mode="HTML")
    expected = {"type": "date_time", "offset": 3, "length": 5, "unix_time": 1647531900}
    form = {"date_time_format": shown} if shown else {}
    assert answer["result"]["entities"][1] == expected | form


@pytest.mark.parametrize(
    ("entity", "expected"),
    [
        ({"type": "blink", "offset": 0, "length": 1}, "unknown entity type 'blink'"),
        ({"type": "date_time", "offset": 0, "length": 1}, "ENTITY_DATE_INVALID"),
        ({"type": "bold", "offset": 0, "length": 9}, "entity beyond the text"),
    ],
)
async def test_given_entities_are_checked(chat: ChatDriver, call, entity, expected):
    """What a text is marked as is one of Telegram's marks and lies inside it."""
    answer = await call.form("sendMessage", chat_id=chat.ann.id, text="x", entities=[entity])
    assert expected in reason(answer)


async def test_html_becomes_entities_in_utf16_units(chat: ChatDriver, call):
    """An emoji counts two units; white space at the ends goes; nesting stays."""
    source = '  😀 <b>a<i>b</i></b> <a href="https://example.org/?a=1&amp;b=2">c</a>\n<pre><code class="language-py">d</code></pre> '
    answer = await call.form("sendMessage", chat_id=chat.ann.id, text=source, parse_mode="HTML")
    assert answer["result"]["text"] == "😀 ab c\nd"
    assert answer["result"]["entities"] == [
        {"type": "bold", "offset": 3, "length": 2},
        {"type": "italic", "offset": 4, "length": 1},
        {"type": "text_link", "offset": 6, "length": 1, "url": "https://example.org/?a=1&b=2"},
        {"type": "pre", "offset": 8, "length": 1, "language": "py"},
    ]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("x" * 4096, True),
        ("x" * 4097, False),
        ("😀" * 2048, True),
        ("😀" * 2049, False),
        ("  ", False),
        ("<b></b>", False),
        ("<b>" + "x" * 4096 + "</b>", True),
    ],
)
async def test_texts_have_1_to_4096_utf16_units_after_parsing(chat: ChatDriver, call, text, fits):
    """The length counts after markup is gone."""
    answer = await call.form("sendMessage", chat_id=chat.ann.id, text=text, parse_mode="HTML")
    assert answer["ok"] is fits


@pytest.mark.parametrize(("length", "fits"), [(1024, True), (1025, False), (0, True)])
async def test_captions_have_at_most_1024_utf16_units(chat: ChatDriver, call, length, fits):
    """A caption may be empty and is shorter than a text."""
    answer = await call.photo(picture(90, 90), chat_id=str(chat.ann.id), caption="x" * length)
    assert answer["ok"] is fits


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
