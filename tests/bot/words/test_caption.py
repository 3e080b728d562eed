"""The caption: every promised number, in words a stranger understands, within Telegram's limit."""

import re
from datetime import date, timedelta

import numpy as np
import pytest

from bot.values import Coming
from bot.words.fitting import utf16_units
from bot.words.forecast import caption
from bot.words.language import load_words
from bot.words.verdict import held_lines
from forecasting.model.artifact import Verdict
from forecasting.values import LEVELS, Forecast, HeldBack

WORDS = load_words()


def forecast(close=1056.78, ticker="TSLA", currency="USD", width=0.02, **changes):
    as_of = date(2021, 12, 31)
    steps = np.arange(1, 21)
    spread = np.linspace(-2, 2, len(LEVELS))
    values = {
        "ticker": ticker,
        "as_of": as_of,
        "close": close,
        "targets": tuple(as_of + timedelta(days=int(d)) for d in steps),
        "quantiles": close * np.exp(np.outer(width * np.sqrt(steps), spread)),
        "currency": currency,
        "source": "files",
        "model_version": "v1",
        "data_digest": "0" * 16,
        "usual_width": np.full(20, 0.1),
    }
    return Forecast(**{**values, **changes})


HELD = Verdict(81, 50, coin=True)
FOLD = "<blockquote expandable>"
EVERY_CAUTION = ("widened", "calendar-guessed", "short-history", "no-market", "no-dates")


def text(item, sessions=20, old=0, verdict=HELD, **more):
    return caption(WORDS, item, 12, sessions, sessions_old=old, verdict=verdict, **more)


def above(*args, **more):
    """Return the lines that are read without pressing anything."""
    return text(*args, **more).split(FOLD)[0].rstrip("\n")


def test_the_answer_is_read_at_a_glance():
    """Range, near range, how wild, how such ranges held, and the disclaimer: the issue's words.

    By hand: the levels lie 0.01 sqrt(h) apart in log price over (-2, 2) from 0.01 to 0.99; the
    ends of 8 in 10 come from the picture, which prints them with the same digits.
    """
    low, high = (f"${forecast(352.26).at(20, level):,.0f}" for level in (0.1, 0.9))
    near = [f"${forecast(352.26).at(5, level):,.0f}" for level in (0.1, 0.9)]
    assert above(forecast(352.26, usual_width=np.full(20, 0.1))).splitlines()[:2] == [
        f"<b>TSLA</b> · By Jan 20: most likely <b>{low} to {high}</b> (8 in 10).",
        f"By Jan 5: {near[0]} to {near[1]}.",
    ]
    assert above(forecast(352.26)).splitlines()[3:] == [
        "Such ranges held 81 of 100 times; which way it goes nobody knows.",
        "<i>Not investment advice.</i> #F12",
    ]


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (1.3, "Wilder than usual: the range is 30\u202f% wider."),
        (0.75, "Calmer than usual: the range is 25\u202f% narrower."),
        (1.12, "A little wilder than usual: the range is 12\u202f% wider."),
        (0.9, "A little calmer than usual: the range is 10\u202f% narrower."),
        (1.04, "About as wild as usual: the range is 4\u202f% wider."),
        (0.96, "About as wild as usual: the range is 4\u202f% narrower."),
        (1.0, "As wild as usual: the range is as wide as ever."),
    ],
)
def test_calm_or_wild_is_said_with_one_number(times, said):
    """Beside the ticker's own past year, at the last session shown."""
    item = forecast()
    width = (item.at(20, 0.9) - item.at(20, 0.1)) / item.close
    assert above(forecast(usual_width=np.full(20, width / times))).splitlines()[2] == said


@pytest.mark.parametrize(
    ("sure", "said"),
    [(True, "Results on Jan 10: it may jump then."),
     (False, "Results around Jan 10: it may jump then.")],
)  # fmt: skip
def test_an_announcement_takes_the_place_of_calm_or_wild(sure, said):
    """The day matters more than the width; a guessed day is not called sure."""
    shown = text(forecast(), coming=Coming(date(2022, 1, 10), sure))
    head, _, tail = shown.partition(FOLD)
    assert head.splitlines()[2] == said
    assert "usual" not in head + tail


def test_an_announcement_after_the_sessions_shown_is_not_told():
    """What the picture does not reach is not its business."""
    assert "Results" not in text(forecast(), coming=Coming(date(2022, 1, 21), sure=True))


KINDS = {
    "dear": {"close": 512345.6, "ticker": "BRK-A"},
    "yen": {"close": 7234.5, "ticker": "7203.T", "currency": "JPY"},
    "coin": {"close": 47123.4, "ticker": "BTC-USD", "width": 0.05},
    "index": {"close": 4766.2, "ticker": "^GSPC"},
    "penny": {"close": 0.00341, "ticker": "PNNY"},
    "crowns": {"close": 2801.5, "ticker": "ATCO-A.ST", "currency": "SEK"},
    "rate": {"close": 1.1312, "ticker": "EURUSD=X", "width": 0.001},
    "wild": {"close": 12.5, "ticker": "GME", "width": 0.2},
    "no currency": {"close": 1.5, "ticker": "ODD", "currency": ""},
}


def glance(head: str) -> tuple[int, int]:
    """Return lines and words as anybody would count them."""
    plain = re.sub("<[^>]*>", "", head)
    return len(plain.splitlines()), len(plain.split())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sessions", [1, 5, 6, 20])
@pytest.mark.parametrize("cautions", [(), ("no-dates",), ("widened",), EVERY_CAUTION])
@pytest.mark.parametrize("old", [0, 1, 1234])
def test_above_the_fold_are_at_most_five_lines_and_45_words(kind, sessions, cautions, old):
    """Whatever the price, its currency and what must be warned of; the disclaimer is in them."""
    doubt = HeldBack(date(2022, 1, 3), "split") if len(cautions) > 1 else None
    item = forecast(**KINDS[kind], cautions=cautions, note="note " * 90)
    whole = text(item, sessions=sessions, old=old, held_back=doubt)
    head = whole.split(FOLD)[0].rstrip()
    lines, words = glance(head)
    assert lines <= 5, head
    assert words <= 45 or "SEK" in head, head
    assert words <= 47, head
    assert head.endswith("<i>Not investment advice.</i> #F12")
    assert utf16_units(whole) <= 1024
    assert head.count("(8 in 10)") == 1


def test_points_of_an_index_carry_no_dollar_sign():
    """An index cannot be bought."""
    whole = text(forecast(**KINDS["index"]))
    assert "$" not in whole
    assert "most likely <b>4," in whole


def test_what_needs_statistics_stands_below_the_fold():
    """Close, 5 in 10, 19 in 20, middle, chance, source and model; nothing of it above."""
    head, _, tail = text(forecast()).partition(FOLD)
    for part in (
        "<b>Details</b>",
        "Close of Fri, Dec 31, 2021: $1,056.78",
        "Jan 20, 20 sessions ahead: 8 in 10 ",
        "Jan 5, 5 sessions ahead: 8 in 10 ",
        "middle $1,056.78",
        "19 in 20",
        # By hand: the levels lie 0.02 sqrt(h) / 3 apart in log price, log 1.1 is 0.0953.
        "Chance of a move beyond ±10\u202f%: 3\u202f% in 5, 33\u202f% in 20 sessions",
        "Prices: the files of this bot · model v1",
    ):
        assert part in tail
        assert part not in head
    assert tail.endswith("</blockquote>")
    assert "middle" not in head


@pytest.mark.parametrize(
    ("caution", "said"),
    [
        ("widened", "Unlike past data: widened."),
        ("calendar-guessed", "Dates guessed."),
        ("short-history", "Short history."),
        ("no-market", "Market unknown."),
        ("no-dates", "Earnings dates unknown."),
    ],
)
def test_each_caution_is_said_above_the_fold(caution, said):
    """In few words; a sentence below explains it."""
    shown = text(forecast(cautions=(caution,)))
    assert f"⚠️ {said}" in shown.split(FOLD)[0]
    assert len(shown) > len(text(forecast()))


@pytest.mark.parametrize(
    ("reason", "said"),
    [("unit", "maybe another unit"), ("split", "maybe a split"), ("jump", "unconfirmed jump")],
)
def test_a_day_that_is_not_believed_is_said_above_the_fold(reason, said):
    """And the general verdict is not claimed of a doubtful range."""
    head = above(forecast(), held_back=HeldBack(date(2022, 1, 3), reason))
    assert f"⚠️ Jan 3 left out: {said}." in head
    assert "of 100 times" not in head


def test_a_widened_range_claims_no_record():
    """Such ranges were not measured."""
    assert "of 100 times" not in text(forecast(cautions=("widened",)))


def test_old_prices_are_said_to_be_old():
    """Nobody takes a price of 2021 for today's."""
    assert "⚠️ Price 3 sessions old (Dec 31, 2021)." in above(forecast(), old=3)
    assert "⚠️ Price 1 session old (Dec 31, 2021)." in above(forecast(), old=1)
    assert "old" not in above(forecast())


def test_rates_of_exchange_show_what_moves():
    """A range of one per cent is not $1.13 to $1.13."""
    rate = forecast(**KINDS["rate"])
    words = text(rate).without_markup()
    assert "Close of Fri, Dec 31, 2021: $1.1312" in words
    assert f"By Jan 5: ${rate.at(5, 0.1):.4f} to ${rate.at(5, 0.9):.4f}." in words


@pytest.mark.parametrize("sessions", [1, 5])
def test_short_horizons_are_not_said_twice(sessions):
    """Five sessions asked for: one line on five sessions."""
    words = text(forecast(), sessions=sessions).without_markup()
    assert words.count("middle") == 1
    assert words.count("By Jan") == 1


def test_foreign_text_cannot_break_the_markup():
    """A source's note is shown, not interpreted."""
    words = text(forecast(note="<b>A&B</b>"))
    assert "&lt;b&gt;A&amp;B&lt;/b&gt;" in words


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict(80, 51, coin=True), "Such ranges held 80 of 100 times; which way it goes nobody"),
        (Verdict(70, 51, coin=True), "Take care: such ranges held 70 of 100 times, not 80; which"),
        (Verdict(80, 56, coin=False), "held 80 of 100 times; the direction was right 56 times."),
        (Verdict(90, 56, coin=False), "Take care: such ranges held 90 of 100 times, not 80; the"),
    ],
)
def test_verdict_is_worded_for_laymen(verdict, expected):
    """Reliable only within three points of the promise; direction is only claimed if proven."""
    assert expected in held_lines(WORDS, verdict)[0]
    assert len(held_lines(WORDS, verdict)[1]) < len(held_lines(WORDS, verdict)[0])


def test_without_measurement_no_verdict():
    """Nothing is claimed that was not measured."""
    assert held_lines(WORDS, None) == ()
    assert "of 100" not in text(forecast(), verdict=None)


@pytest.mark.parametrize(
    ("value", "currency", "expected"),
    [
        (1056.784, "USD", "$1,056.78"),
        (0.00341, "USD", "$0.003410"),
        (512345.6, "USD", "$512,346"),
        (7234.5, "JPY", "¥7,234"),
        (97.5, "INR", "₹97.50"),
        (1.5, "", "1.50"),
    ],
)
def test_prices_have_the_digits_they_need(value, currency, expected):
    """Pennies and six figures are both readable."""
    assert WORDS.price(value, currency) == expected
