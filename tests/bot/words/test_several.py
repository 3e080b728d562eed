"""The one caption of an album: every range, every caution, read at a glance."""

import re
from datetime import date
from itertools import pairwise

import pytest

from bot.words.compare import ranking
from bot.words.fitting import utf16_units
from bot.words.language import load_words
from bot.words.several import album_caption
from forecasting.model.artifact import Verdict
from forecasting.values import HeldBack
from tests.bot.words.test_caption import EVERY_CAUTION, FOLD, KINDS, forecast

WORDS = load_words()
HELD = Verdict(81, 50, coin=True)
DOUBT = HeldBack(date(2022, 1, 3), "split")


def shown(*items, old=0, doubt=None):
    return [(11 + place, item, old, doubt) for place, item in enumerate(items)]


def text(*items, verdict=HELD, **more):
    return album_caption(WORDS, shown(*items, **more), 20, verdict)


def test_a_ranking_names_its_cautions_below_the_fold():
    """They are told there in full: nothing points to a place where nothing stands."""
    items = shown(forecast(352.26, cautions=("no-dates",)), forecast(ticker="KO"))
    tail = ranking(WORDS, items, [None, None], 20).split(FOLD)[1]
    assert "⚠️ TSLA: Earnings dates unknown." in tail
    assert "see Details" not in tail


def above(whole):
    return re.sub("<[^>]*>", "", whole.split(FOLD)[0]).rstrip()


def test_two_tickers_have_a_line_each():
    """Heading, ranges, how they held, and the disclaimer with both numbers."""
    one, other = forecast(**KINDS["coin"]), forecast(352.26)
    low, high = (f"${one.at(20, level):,.0f}" for level in (0.1, 0.9))
    assert above(text(one, other)).splitlines() == [
        "By Jan 20: most likely (8 in 10), widest first",
        f"BTC-USD {low} to {high}",
        f"TSLA ${other.at(20, 0.1):.0f} to ${other.at(20, 0.9):.0f}",
        "Such ranges held 81 of 100 times; which way it goes nobody knows.",
        "Not investment advice. #F11 #F12",
    ]


def test_different_last_days_are_counted_in_sessions():
    """A coin's twentieth session is earlier than a share's."""
    later = tuple(date(2022, 2, day) for day in range(1, 21))
    whole = text(forecast(352.26), forecast(ticker="BTC-USD", targets=later))
    assert whole.startswith("In 20 sessions: most likely (8 in 10), widest first")


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("cautions", [(), ("no-dates",), EVERY_CAUTION])
@pytest.mark.parametrize("old", [0, 3])
def test_above_the_fold_are_at_most_five_lines_and_45_words(count, cautions, old):
    """For two to four tickers of any kind, whatever must be warned of."""
    kinds = list(KINDS)
    for start in range(len(kinds)):
        names = [kinds[(start + place) % len(kinds)] for place in range(count)]
        items = [forecast(**KINDS[name], cautions=cautions, note="n" * 400) for name in names]
        whole = text(*items, old=old, doubt=DOUBT if len(cautions) > 1 else None)
        head = above(whole)
        assert len(head.splitlines()) <= 5, head
        assert len(head.split()) <= 45, head
        assert utf16_units(re.sub("<[^>]*>", "", whole)) <= 1024
        assert "Not investment advice." in head
        assert ("⚠️" in head) == bool(cautions or old)
        assert all(item.ticker in head for item in items)


def test_a_caution_of_one_names_it_and_a_caution_of_all_does_not():
    """Who must be careful with what."""
    one, other = forecast(352.26, cautions=("no-dates",)), forecast(ticker="AAPL")
    assert "⚠️ TSLA: Earnings dates unknown." in above(text(one, other))
    other = forecast(ticker="AAPL", cautions=("no-dates",))
    assert "⚠️ Earnings dates unknown." in above(text(one, other))


def test_details_hold_each_ticker_once_and_their_source():
    """Change in per cent, and calm or wild, of each; what is said above is not said again."""
    tail = text(forecast(352.26), forecast(ticker="AAPL")).split(FOLD)[1]
    places = [tail.index(part) for part in ("<b>TSLA</b> by Jan 20", "<b>AAPL</b> by Jan 20")]
    assert all(a < b for a, b in pairwise(places))
    assert tail.count("Prices: the files of this bot · model v1") == 1
    assert "of 100 times" not in tail


def test_a_ranking_of_one_is_no_contest():
    """One ticker on the list: its range and how wild it is, not the widest and the calmest of one."""
    lines = above(ranking(WORDS, shown(forecast(352.26)), [None], 20)).splitlines()
    assert lines[0].startswith("TSLA by Jan 20: ")
    assert lines[1].startswith("Wilder than usual: ")
    assert lines[2] == "Not investment advice. #F11"
