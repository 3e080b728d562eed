"""The answer to a question in one line, honest about its day and about what came of such answers."""

from dataclasses import replace
from datetime import date

import pytest

from bot.questions.grammar import read_question
from bot.values import GivenChance
from bot.words.language import load_words
from bot.words.questions import (
    chance_heading,
    chance_text,
    chance_usage,
    chance_words,
    examples,
)
from storage.records.questions import ChanceRecord

WORDS = load_words("en")
GIVEN = GivenChance(
    ticker="TSLA",
    currency="USD",
    forecast_id=7,
    relation="above",
    low=300.0,
    high=0.0,
    chance=0.118,
    horizon=13,
    target=date(2025, 6, 20),
    asked=date(2025, 6, 20),
    cut="",
    close=264.5,
    as_of=date(2025, 6, 2),
    record=ChanceRecord(0, 0.0, 0.0),
)


def test_the_chance_comes_first():
    """The line of the issue: 12 in 100, by the close of a day with its weekday."""
    first = chance_text(WORDS, GIVEN).without_markup().split("\n")[0]
    assert first == "12 in 100, by the close of Fri, Jun 20, 2025: Tesla (TSLA) above $300.00"
    assert chance_heading(WORDS, GIVEN) == "12 in 100 by Jun 20: Tesla above $300.00"


@pytest.mark.parametrize(
    ("chance", "said"),
    [(0.975, "Over 97 in 100"), (0.97, "97 in 100"), (0.03, "3 in 100"), (0.025, "Under 3 in 100")],
)
def test_beyond_the_outer_levels_nothing_exact_is_said(chance, said):
    """A forecast does not tell 98 from 99."""
    assert chance_words(WORDS, chance) == said


def test_what_came_is_said_from_twenty_answers_on():
    """Nineteen are too few to speak of."""
    few = replace(GIVEN, record=ChanceRecord(19, 0.12, 0.11))
    assert "came true" not in chance_text(WORDS, few)
    enough = replace(GIVEN, record=ChanceRecord(20, 0.124, 0.112))
    line = "Such answers came true 11 of 100 times when I said 12."
    assert line in chance_text(WORDS, enough)


def test_another_day_than_asked_is_explained():
    """Too far, none named, or no session."""
    far = replace(GIVEN, cut="far", horizon=20, asked=date(2025, 12, 25))
    assert "My forecasts reach 20 sessions ahead, so this is for" in chance_text(WORDS, far)
    none = replace(GIVEN, cut="unnamed", horizon=20, asked=None)
    assert "You named no day" in chance_text(WORDS, none)
    sunday = replace(GIVEN, cut="before", asked=date(2025, 6, 22))
    assert "Sun, Jun 22, 2025 is no trading day" in chance_text(WORDS, sunday)


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "pt_BR", "ru"])
def test_the_examples_are_read(language):
    """What is offered to copy must be understood when it comes back, in each language."""
    words = load_words(language)
    lines = examples(words).without_markup().split("\n")[1:]
    lines += chance_usage(words).without_markup().split("\n")[1:]
    asked = [line.removeprefix("/chance ") for line in lines]
    assert len(asked) == 4
    read = [read_question(line, date(2026, 6, 1), language[:2]) for line in asked]
    assert [line for line, question in zip(asked, read, strict=True) if question is None] == []
