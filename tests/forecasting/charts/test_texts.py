"""Words, numbers and letters on pictures."""

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.charts.fonts import can_draw, drawable, outline
from forecasting.charts.texts import ENGLISH, ChartTexts, readable


@pytest.mark.parametrize(
    ("price", "currency", "text"),
    [
        (303.98, "USD", "303.98 USD"),
        (0.0034, "USD", "0.0034 USD"),
        (512_340.0, "USD", "512,340.00 USD"),
        (2800.5, "JPY", "2,800.5 JPY"),
        (48_210.0, "JPY", "48,210 JPY"),
        (1.08432, "", "1.0843"),
        (1234.5, "GBp", "1,234.50 GBp"),
        (0.00001234, "USD", "0.00001234 USD"),
    ],
)
def test_a_close_is_written_as_its_exchange_quotes_it(price, currency, text):
    """A close is written as its exchange quotes it."""
    assert ENGLISH.close(price, currency) == text


def test_numbers_and_dates_follow_the_locale():
    """Numbers and dates follow the locale."""
    german = ChartTexts(locale="de")
    assert german.close(1234.5, "EUR") == "1.234,50 EUR"
    assert german.percent(-0.123, 1) == "−12,3\xa0%"
    assert german.percent(0.123, 0) == "+12\xa0%"
    assert german.day(date(2026, 11, 20)) == "20. Nov."
    assert ENGLISH.full_day(date(2026, 11, 20)) == "Fri, Nov 20, 2026"


def test_a_year_is_named_where_it_begins():
    """A year is named where it begins."""
    assert ENGLISH.month(date(2027, 1, 4)) == "2027"
    assert ENGLISH.month(date(2026, 11, 2)) == "Nov"


def test_plurals_are_the_languages_own():
    """Plurals are the language's own."""
    assert ENGLISH.sessions_ahead(1) == "next session"
    assert ENGLISH.sessions_old(1) == "1 session old"
    assert ENGLISH.sessions_old(1234) == "1,234 sessions old"


@pytest.mark.parametrize("locale", ["en", "de", "fr", "ru", "el", "tr", "ar", "he", "vi"])
def test_languages_the_font_knows_are_kept(locale):
    """Languages the font knows are kept."""
    assert readable(ChartTexts(locale=locale)).locale == locale


@pytest.mark.parametrize("locale", ["ja", "zh", "ko", "hi", "th"])
def test_languages_the_font_lacks_become_english(locale):
    """Languages the font lacks become English."""
    assert readable(ChartTexts(locale=locale)) == ENGLISH


def test_one_word_out_of_reach_makes_the_whole_picture_english():
    """One word out of reach makes the whole picture English."""
    assert readable(replace(ENGLISH, median="中央値")) == ENGLISH


@given(st.text(max_size=40))
def test_whatever_is_drawn_has_a_glyph(text):
    """Whatever is drawn has a glyph."""
    shown = drawable(text, "TSLA")
    assert can_draw(shown)
    assert "\n" not in shown
    outline(shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ＴＳＬＡ", "TSLA"),
        ("Tesla 🚀 to the moon", "Tesla to the moon"),
        ("トヨタ", "FALLBACK"),
        ("🚀", "FALLBACK"),
        ("a\nb", "a b"),
        ("Société Générale", "Société Générale"),
        ("Газпром", "Газпром"),
        ("$x^2_i$", "$x^2_i$"),
    ],
)
def test_letters_without_a_glyph_are_left_out(text, shown):
    """Letters without a glyph are left out."""
    assert drawable(text, "FALLBACK") == shown


def test_a_dollar_sign_never_starts_mathematics():
    """A dollar sign never starts mathematics."""
    assert outline("$a_b$")[2] > outline("ab")[2] * 2


def test_every_sentence_can_be_translated():
    """A text without a field here could not be handed in."""
    spoken = [f.name for f in fields(ChartTexts)]
    assert len(spoken) == len(set(spoken)) > 30
