"""Texts and their marks: what Telegram cannot read, the local server refuses, and says where."""

import pytest

from tests.journeys.chat import ChatDriver
from tests.localchat.bare_calls import call, picture, reason

__all__ = ["call"]


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
