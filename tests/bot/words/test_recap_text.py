"""The words of the weekly recap: each line says one thing, and only what is so."""

from dataclasses import replace
from datetime import date

import pytest

from bot.values import KeptPromise
from bot.words.fitting import MOST_UNITS, utf16_units
from bot.words.language import load_words
from bot.words.recap import Surprise, WeekFacts, WeekRound, recap_text
from bot.words.ticker_news import Ahead

SURPRISE = Surprise("TSLA", "USD", -0.081, 5, 950.0, 1050.0, "below")
FACTS = WeekFacts(date(2021, 12, 17), 7, 10, SURPRISE, KeptPromise(0.79, "kept"))


def lines(facts):
    text = recap_text(load_words(), facts).without_markup()
    assert utf16_units(text) <= MOST_UNITS
    return [line.replace("\u202f", " ") for line in text.split("\n")]


def test_a_week_in_five_lines():
    """What held, the surprise, the record, the week ahead, the disclaimer."""
    coming = (("KO", Ahead(date(2021, 12, 21), True)), ("AAPL", Ahead(date(2021, 12, 22), False)))
    head, surprise, record, ahead, last = lines(replace(FACTS, ahead=coming))
    assert head == "Week to Fri, Dec 17, 2021: 7 of 10 ranges held. 8 in 10 should."
    assert surprise == (
        "Largest surprise: TSLA −8.1 % in 5 sessions, below the range of $950.00 to $1,050.00."
    )
    assert record == "All my forecasts so far: Of 100 ranges that promised 80, 79 held."
    assert ahead == "Results next week: KO on Dec 21 and AAPL about Dec 22"
    assert "Not investment advice" in last


def test_the_league_has_a_line_for_each_question():
    """How many called and were right, and the model beside them."""
    told = lines(replace(FACTS, league=(WeekRound("TSLA", 29, 7, 80.0),)))
    assert told[3] == "League: 7 of 29 calls on TSLA were right, my model got 80 points."


@pytest.mark.parametrize(
    ("side", "said"),
    [("above", "Largest surprise"), ("below", "Largest surprise"), ("inside", "No surprise;")],
)
def test_what_stayed_inside_is_no_surprise(side, said):
    """A week in which every range held names what came nearest to an end."""
    text = lines(replace(FACTS, surprise=replace(SURPRISE, side=side)))[1]
    assert text.startswith(said)
    assert side in text


def test_one_range_is_one():
    """The sentence agrees with its number."""
    assert "1 of 1 range held." in lines(replace(FACTS, held=1, count=1))[0]


def test_an_early_record_is_not_judged():
    """A share of few results is no figure to be told."""
    assert lines(replace(FACTS, record=KeptPromise(1.0, "early")))[2] == (
        "All my forecasts so far: too early to judge."
    )


def test_the_longest_list_fits_one_caption():
    """Fifty tickers with announcements and without closes."""
    names = tuple(f"LONGNAME{n}.DE" for n in range(50))
    coming = tuple((name, Ahead(date(2021, 12, 21), False)) for name in names)
    text = "\n".join(lines(replace(FACTS, ahead=coming, missing=names)))
    assert text.count("42 more") == 2
