"""Buttons under refusals are those that commands take, and fit into Telegram's 64 bytes."""

from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import errors
from bot.errors import (
    AlertReason,
    ImportReason,
    Limit,
    QuestionReason,
    Rule,
    SettingReason,
    UsageError,
    UsageReason,
)
from bot.words.alerts import SHOW as SHOW_ALERTS
from bot.words.alerts import read_alert_button
from bot.words.buttons import IN_PRIVATE, read_button, read_typed_button
from bot.words.failures import failure
from bot.words.help import read_help_button
from bot.words.language import load_words
from bot.words.preferences import read_settings_button
from bot.words.watchlist import SHOW as SHOW_LIST
from bot.words.watchlist import read_list_button
from bot.words.ways_out import together, way_out
from bot.words.wishes import list_wishes, mentions, read_ask, setting_wish, wish_text
from forecasting import errors as prices

LONG = "LONG-TICKER.SA"
READERS = (
    read_button,
    read_typed_button,
    read_alert_button,
    read_help_button,
    read_settings_button,
    read_list_button,
    read_ask,
)
ERRORS = [
    *(UsageError(reason, "x", (LONG,)) for reason in get_args(UsageReason)),
    *(errors.NotAllowedError(rule, list_wishes((LONG,) * 3, "-")) for rule in get_args(Rule)),
    *(errors.SettingError(setting, "x") for setting in get_args(SettingReason)),
    *(errors.LimitReachedError(limit, 5) for limit in get_args(Limit)),
    *(errors.AlertRefusedError(reason, LONG) for reason in get_args(AlertReason)),
    *(errors.ImportRefusedError(reason) for reason in get_args(ImportReason)),
    *(errors.QuestionRefusedError(reason, LONG) for reason in get_args(QuestionReason)),
    errors.ForecastGoneError(7),
    errors.TooManyRequestsError(30.0),
    prices.InvalidTickerError("??"),
    prices.NameUnclearError("x", (LONG, "TSLA")),
    prices.UnknownNameError("x", ()),
    prices.UnknownTickerError(LONG, "yahoo", ()),
    prices.TooLittleHistoryError(LONG, "yahoo", 120, 7),
    prices.NoConnectionError(LONG, "yahoo", "x"),
    prices.RateLimitedError(LONG, "yahoo", None),
    prices.BadAnswerError(LONG, "yahoo", "x"),
    *(
        prices.ClashingPricesError(LONG, "files", "x", clash, date(2020, 1, 1))
        for clash in get_args(prices.Clash)
    ),
    prices.UnreadableFileError(LONG, "files", "x.csv", "weekly", ""),
    prices.EndedTickerError(LONG, "yahoo", date(2020, 1, 1)),
    prices.UnusableHistoryError(LONG, "yahoo", "flat"),
    prices.CalendarError("XNYS", date(2020, 1, 1)),
]
WAITS = errors.TooManyRequestsError
"""Whose next step is to wait."""
IN_A_WINDOW = ("asker-or-admin", "not-yours")
"""Rules that keep somebody from a thing which is not theirs."""


def understood(data: str) -> bool:
    if data in (SHOW_LIST, SHOW_ALERTS, IN_PRIVATE):
        return True
    for read in READERS:
        try:
            read(data)
        except UsageError:
            continue
        return True
    return False


def test_every_refusal_of_the_words_room_is_looked_at():
    """Each error that has a sentence, and each of its reasons."""
    told = {kind for kind in failure.registry if kind is not object}
    assert told == {type(error) for error in ERRORS}


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_every_refusal_has_a_button_that_does_the_next_step(error):
    """All but those after which nothing is to be done but to wait or to let be."""
    alone = isinstance(error, WAITS) or getattr(error, "reason", "") in IN_A_WINDOW
    wishes = getattr(error, "wishes", ())
    assert bool(way_out(error, load_words(), ("TSLA", LONG))) is (not alone or bool(wishes))


def test_what_a_command_needs_is_typed_by_a_button():
    """Two tickers for `/compare`, none where there are not two; other letters are refused."""
    ((button,),) = together("/compare", ("^GSPC", LONG))
    assert read_typed_button(button.data) == f"/compare ^GSPC {LONG}" == button.text
    assert together("/compare", ("GOOG",)) == ()
    for data in ("v1:y:compare A B", "v1:y:/compare A\nB", "v1:y:", "v1:y:/a A B C D E"):
        with pytest.raises(UsageError):
            read_typed_button(data)


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_every_button_is_understood(error):
    """What a refusal offers, some command takes."""
    for row in way_out(error, load_words(), ("TSLA", LONG)):
        for button in row:
            assert understood(button.data), button


tickers = st.from_regex(r"[A-Z]{2,8}(-USD)?", fullmatch=True)


@given(st.lists(tickers, min_size=1, max_size=50, unique=True).map(tuple))
def test_a_wish_for_many_tickers_becomes_as_many_buttons_as_it_needs(wanted):
    """None is lost, each button fits, and each is read back as it was meant."""
    wishes = list_wishes(wanted, "+")
    read = [read_list_button(wish) for wish in wishes]
    assert tuple(ticker for press in read for ticker in press.tickers) == wanted
    assert all(press.add for press in read)
    assert all(len(wish.encode()) <= 62 for wish in wishes)


@pytest.mark.parametrize(
    ("name", "value", "wishes"),
    [
        ("time", "08:30", ("v1:s:time:0830",)),
        ("zone", "America/Sao_Paulo", ("v1:s:zone:America/Sao_Paulo",)),
        ("time", "half past eight", ()),
        ("quiet", "x" * 60, ()),
    ],
)
def test_a_setting_is_wished_for_where_a_button_can_say_it(name, value, wishes):
    """Typed words that no button carries are not offered."""
    assert setting_wish(name, value) == wishes


def test_names_of_people_cannot_break_the_question():
    """People call themselves what they like."""
    words = load_words()
    admins = mentions(words, ((5, "<Carl>"),))
    text = wish_text(words, "A&B", admins, "v1:w:+:TSLA")
    assert '<a href="tg://user?id=5">&lt;Carl&gt;</a>: A&amp;B asks' in text
