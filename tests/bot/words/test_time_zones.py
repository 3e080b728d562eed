"""A typed city, country or offset becomes the time zone that the person lives in."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.words.language import load_words
from bot.words.time_zones import COMMON, MOST_CHOICES, city_of, guess_zone, is_zone

WORDS = load_words("en")
WINTER = datetime(2026, 1, 15, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("Kolkata", "Asia/Kolkata"),
        ("Calcutta", "Asia/Kolkata"),
        ("Kyiv", "Europe/Kyiv"),
        ("Germany", "Europe/Berlin"),
        ("UK", "Europe/London"),
        ("india", "Asia/Kolkata"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("asia/tokyo", "Asia/Tokyo"),
        ("+5:45", "Asia/Kathmandu"),
        ("UTC", "Etc/UTC"),
    ],
)
def test_what_names_one_zone_is_taken(typed, zone):
    """No question back where there is nothing to ask."""
    assert guess_zone(WORDS, typed, WINTER) == guess_zone(WORDS, typed.upper(), WINTER)
    guess = guess_zone(WORDS, typed, WINTER)
    assert (guess.zones, guess.certain) == ((zone,), True)


@pytest.mark.parametrize("typed", ["United States", "usa", "EST", "Russia", "+2", "Berln", "UTC-5"])
def test_what_may_mean_several_is_asked_back(typed):
    """A country with several clocks, an offset, an abbreviation, a typing error."""
    guess = guess_zone(WORDS, typed, WINTER)
    assert 1 <= len(guess.zones) <= MOST_CHOICES
    assert not guess.certain


@pytest.mark.parametrize("typed", ["", "Gotham City", "+99", "hello there", "🌍", "../etc/passwd"])
def test_what_names_none_is_not_guessed(typed):
    """Better a question than a digest in the night."""
    assert guess_zone(WORDS, typed, WINTER).zones == ()


@pytest.mark.parametrize(
    ("language", "zone", "city"),
    [
        ("ru", "Asia/Kolkata", "Калькутта"),
        ("ru", "Europe/Kyiv", "Киев"),
        ("fr", "Asia/Kolkata", "Calcutta"),
        ("de", "Asia/Ho_Chi_Minh", "Ho-Chi-Minh-Stadt"),
        ("en", "Europe/Kyiv", "Kyiv"),
    ],
)
def test_a_city_has_its_name_in_each_language(language, zone, city):
    """Also one whose zone was renamed since, which Unicode keeps under the old name."""
    assert city_of(load_words(language), zone) == city


def test_an_offset_is_that_of_today():
    """+1 is Berlin in winter and London in summer."""
    assert "Europe/Berlin" in guess_zone(WORDS, "+1", WINTER).zones
    assert "Europe/Berlin" not in guess_zone(WORDS, "+1", SUMMER).zones
    assert "Europe/London" in guess_zone(WORDS, "GMT+1", SUMMER).zones


@settings(deadline=None)
@given(hours=st.integers(-12, 14))
def test_a_bare_offset_is_always_offered_with_its_own_sign(hours):
    """IANA's names of offsets have the sign the other way round; people never see that."""
    guess = guess_zone(WORDS, f"{hours:+d}", WINTER)
    fixed = guess.zones[-1]
    assert ZoneInfo(fixed).utcoffset(WINTER) == timedelta(hours=hours)
    assert city_of(WORDS, fixed) == (f"UTC{hours:+d}" if hours else "UTC")
    for zone in guess.zones:
        assert ZoneInfo(zone).utcoffset(WINTER) == timedelta(hours=hours)


@settings(deadline=None)
@given(text=st.text(max_size=40))
def test_any_text_is_survived_and_every_guess_is_a_zone(text):
    """What goes into a button must be a zone that the clock knows."""
    for zone in guess_zone(WORDS, text, SUMMER).zones:
        assert zone in available_timezones()
        assert is_zone(zone)


def test_every_common_zone_is_found_by_the_name_on_its_button():
    """Who types what a button says gets what the button does."""
    for zone in COMMON:
        assert guess_zone(WORDS, city_of(WORDS, zone), WINTER).zones[0] == zone
