"""Settings: what may be typed, what buttons carry, when a message makes a sound."""

import asyncio
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from bot.answers.preferences import (
    SETTINGS,
    Preferences,
    is_silent,
    read_days,
    read_setting,
    read_time,
)
from bot.awaitable_store import AwaitableStore
from bot.clock import ReplayClock
from bot.errors import SettingError, UsageError
from bot.words.failures import failure
from bot.words.language import load_words
from bot.words.preferences import (
    Page,
    Question,
    SetValue,
    first_line,
    question_of,
    question_text,
    read_settings_button,
    settings_text,
    zone_choice,
    zone_keyboard,
    zone_question,
)
from bot.words.settings_buttons import settings_keyboard
from bot.worker import Worker
from storage.records.chats import Place, PlaceSettings
from storage.store import open_store

WORDS = load_words("en")
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)

times = st.times().map(lambda t: t.replace(second=0, microsecond=0, fold=0))
any_settings = st.builds(
    PlaceSettings,
    theme=st.sampled_from(("light", "dark")),
    sessions=st.integers(1, 20),
    digest_at=times,
    zone=st.sampled_from((None, "Europe/Berlin", "Etc/GMT-2", "America/New_York")),
    days=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    quiet=st.none() | st.tuples(times, times),
    sound=st.sampled_from(("auto", "silent", "loud")),
    paused=st.booleans(),
    closed_note=st.booleans(),
    replies=st.booleans(),
    recap=st.booleans(),
    cashtags=st.booleans(),
    anyone_may_change=st.booleans(),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("8", time(8)),
        ("08:30", time(8, 30)),
        ("0830", time(8, 30)),
        ("8.15", time(8, 15)),
        ("7 pm", time(19)),
        ("7:15PM", time(19, 15)),
        ("12 am", time(0)),
        ("12pm", time(12)),
        ("20h", time(20)),
        ("20 Uhr", time(20)),
        ("23:59", time(23, 59)),
    ],
)
def test_times_as_people_type_them(typed, meant):
    """Clock times of half the world."""
    assert read_time(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "24", "8:60", "13 pm", "0 am", "noon", "-1", "8:3", "1234567"]
)
def test_what_is_no_time_is_refused(typed):
    """Nobody is woken at a guessed hour."""
    with pytest.raises(SettingError):
        read_time(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("fri-mon", (0, 4, 5, 6)),
        ("mon,wed fri", (0, 2, 4)),
        ("tuesday", (1,)),
        ("weekend", (5, 6)),
        ("all", (0, 1, 2, 3, 4, 5, 6)),
        ("0246", (0, 2, 4, 6)),
    ],
)
def test_weekdays_as_people_type_them(typed, meant):
    """Spans may run over the weekend."""
    assert read_days(typed) == meant


@pytest.mark.parametrize("typed", ["", "none", "montreal", "m", "7", "xmas"])
def test_what_names_no_weekday_is_refused(typed):
    """Words that only begin like a day are none."""
    with pytest.raises(SettingError):
        read_days(typed)


@examples(deadline=None)
@given(settings=any_settings, in_group=st.booleans(), page=st.sampled_from(get_args(Page)))
def test_every_button_of_every_page_is_read_back(settings, in_group, page):
    """Whatever the settings, each button fits Telegram's 64 bytes and means what it says."""
    for row in settings_keyboard(WORDS, settings, page, in_group=in_group):
        assert 1 <= len(row) <= 8
        for button in row:
            press = read_settings_button(button.data)
            if isinstance(press, SetValue) and press.setting != "zone":
                try:
                    fields = read_setting(press.setting, press.text)
                except SettingError:
                    assert (page, press.text) == ("days", "none")
                    continue
                replace(settings, **fields)


@examples(deadline=None)
@given(settings=any_settings, in_group=st.booleans())
def test_settings_are_told_in_words(settings, in_group):
    """No hole of a sentence stays open, and it fits one message."""
    text = settings_text(WORDS, settings, NOW, in_group=in_group)
    assert "{" not in text
    assert len(text) < 1500
    assert ("changed by" in text) == in_group


@examples(deadline=None)
@given(data=st.text(max_size=60) | st.from_regex(r"v1:[sz]:[a-z:]{0,20}[A-Za-z0-9/_:+-]{0,30}"))
def test_made_up_button_data_is_refused_or_valid(data):
    """Anyone can send any data: it is read strictly and raises nothing unforeseen."""
    try:
        press = read_settings_button(data)
        if isinstance(press, SetValue) and press.setting != "zone":
            read_setting(press.setting, press.text)
    except (UsageError, SettingError) as err:
        failure(err, WORDS)


def test_questions_are_known_again_by_their_first_line():
    """Also the question of the first subscription and the choice between zones."""
    for question in get_args(Question):
        text = question_text(WORDS, question).without_markup()
        assert question_of([WORDS], text) == question
        assert text.startswith(first_line(WORDS, question))
    assert question_of([WORDS], zone_question(WORDS, PlaceSettings()).without_markup()) == "zone"
    assert question_of([WORDS], zone_choice(WORDS, "<b>").without_markup()) == "zone"
    for other in ("", "Settings", "🌍", "🌍 Your time zone?"):
        assert question_of([WORDS], other) is None


def test_buttons_of_zones_set_zones():
    """Each answers the question of the first time."""
    presses = [read_settings_button(b.data) for row in zone_keyboard(WORDS) for b in row]
    assert all(isinstance(p, SetValue) and p.asked and p.setting == "zone" for p in presses)


def test_every_setting_has_a_sentence_for_what_it_cannot_be():
    """A refusal always shows the way."""
    for name in SETTINGS:
        if name == "zone":
            error = SettingError("zone", "?")
        else:
            with pytest.raises(SettingError) as caught:
                read_setting(name, "?")
            error = caught.value
        assert "?" in failure(error, WORDS)


@pytest.mark.parametrize(
    ("sound", "quiet", "remarkable", "silent"),
    [
        ("auto", None, True, False),
        ("auto", None, False, True),
        ("loud", None, False, False),
        ("silent", None, True, True),
        ("loud", (time(22), time(7)), True, False),
        ("loud", (time(12), time(14)), True, True),
        ("auto", (time(20), time(13, 30)), True, True),
    ],
)
def test_when_a_message_makes_no_sound(sound, quiet, remarkable, silent):
    """Quiet hours are the place's local ones (13:00 in Berlin here) and silence what rings."""
    settings = PlaceSettings(sound=sound, quiet=quiet, zone="Europe/Berlin")
    assert is_silent(settings, NOW, remarkable=remarkable) == silent


async def test_two_processes_that_change_one_place_at_once_both_have_their_way(tmp_path):
    """A channel's two admins, each in their own chat: neither overwrites what the other set."""
    with closing(open_store(f"sqlite:///{tmp_path / 'db'}")) as store, closing(Worker()) as worker:
        waiting, clock = AwaitableStore(store, worker), ReplayClock(NOW)
        one, other = Preferences(waiting, clock), Preferences(waiting, clock)
        for sessions in range(1, 6):
            theme = "dark" if sessions % 2 else "light"
            await asyncio.gather(
                one.change(Place(-1), theme=theme), other.change(Place(-1), sessions=sessions)
            )
            held = await one.of(Place(-1))
            assert (held.theme, held.sessions) == (theme, sessions)
