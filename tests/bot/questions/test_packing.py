"""A question travels in a button and comes back as it was; what nobody packed is refused."""

from datetime import date

import pytest

from bot.questions.packing import packed, unpacked
from bot.questions.values import ReadQuestion


@pytest.mark.parametrize(
    "asked",
    [
        ReadQuestion(("GOOGL",), "above", 150.0, when=5),
        ReadQuestion(("KO",), "between", 60.5, 72.25, currency="USD", when=date(2026, 6, 20)),
        ReadQuestion(("BTC-USD",), "below", -10.0, percent=True, when=date(2026, 12, 31)),
        ReadQuestion(("SHIB-USD",), "above", 0.00001234),
        ReadQuestion(("^GSPC",), "beyond", 10.0, percent=True, when=20),
        ReadQuestion(("KO",), "calmer", other="TSLA"),
        ReadQuestion(("TSLA",), "below", 200.0, tell=True),
        ReadQuestion(("TSLA",), "where", when=date(2026, 6, 5)),
    ],
)
def test_a_question_comes_back_as_it_was(asked):
    """In at most Telegram's 64 bytes."""
    data = packed(asked, asked.tickers[0])
    assert 0 < len(data.encode()) <= 64
    assert unpacked(data) == asked


def test_what_has_no_room_is_not_packed():
    """The button asks for the forecast then."""
    long = ReadQuestion(
        ("ABCDEFGHIJ.KLMNOP",), "between", 123456.123456, 1223456.123456, when=date(2026, 6, 20)
    )
    assert packed(long, "ABCDEFGHIJ.KLMNOP") == ""


@pytest.mark.parametrize(
    "data",
    [
        "v1:u:TSLA",
        "v1:u:TSLA:xxx:1:0::s5:",
        "v1:u:TS LA:abo:1:0::s5:",
        "v1:u:TSLA:abo:1e9:0::s5:",
        "v1:u:TSLA:abo:1:0::20261399:",
        "v1:u:TSLA:abo:1:0:$:s5:",
    ],
)
def test_data_of_other_hands_is_refused(data):
    """Anyone can send any data."""
    assert unpacked(data) is None
