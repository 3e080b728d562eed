"""Every kind of picture has room and letters for each language that is spoken."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from forecasting.charts.backtest import BacktestPicture, compose_backtest
from forecasting.charts.canvas import Canvas
from forecasting.charts.comparison import compose_small_multiples, tiles_of
from forecasting.charts.fan import About, compose_fan
from forecasting.charts.palette import Theme, palette
from forecasting.charts.quality import Quality, compose_quality
from forecasting.charts.resolved import compose_resolved
from forecasting.charts.track import TrackRecord, compose_track, counted_of
from forecasting.charts.week import WeekRow, compose_week
from tests.forecasting.charts.checks import SMALLEST_TRANSLATED, check_readable
from tests.forecasting.charts.histories import CASES, after, bars, forecast
from tests.forecasting.charts.languages import LANGUAGES

DECEMBER = {"en": "dec", "de": "dez", "es": "dic", "fr": "déc", "pt_BR": "dez", "ru": "дек"}


def placed(compose, *arguments, height=720):
    """The texts of a picture, checked for room, overlap and size."""
    canvas = Canvas(palette(Theme.LIGHT), 1280, height)
    compose(canvas, *arguments)
    check_readable(canvas.placed, 1280, height, SMALLEST_TRANSLATED)
    return [one.text for one in canvas.placed]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_is_drawn_in_english_for_want_of_letters(language):
    """The shipped typeface has the letters of each; dates and numbers are its own, too."""
    texts = LANGUAGES[language]
    assert texts.locale == language
    assert texts.month(date(2026, 12, 1)).strip(".").lower() == DECEMBER[language]
    assert texts.number(1234.5, 1)[-2] == ("." if language == "en" else ",")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", ["wild", "dear", "penny"])
def test_a_fan_says_all_in_a_long_language(language, case):
    """The finding is whole, whatever the language, with name, announcement and earlier range."""
    history, made = CASES[case]()
    texts = LANGUAGES[language]
    market = forecast(bars("SPY", daily=0.006))
    before = forecast(history.rows(slice(None, -1)))
    day = date(2026, 12, 8)
    about = About("Berkshire Hathaway", 123456, market, (day,), before)
    said = placed(compose_fan, history, made, 20, texts, 0, about)
    assert said[0].endswith(texts.day(made.targets[-1]))
    assert "…" not in "".join(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_came_and_the_record_fit_in_a_long_language(language):
    """Verdicts are never cut."""
    texts = LANGUAGES[language]
    history = bars("TSLA", close=352.26, daily=0.03)
    made = forecast(history)
    said = placed(compose_resolved, after(history, 20, daily=0.2), made, 20, texts)
    pits = np.linspace(0.005, 0.995, 200)
    said += placed(compose_track, TrackRecord("TSLA", counted_of(pits), history, (), 60), texts)
    said += placed(compose_track, TrackRecord("", counted_of(pits), None), texts)
    assert "…" not in "".join(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_small_multiples_fit_in_a_long_language(language):
    """The word on a tinted tile leaves room for the ticker."""
    histories = [bars(f"T{i}", daily=0.01 * (i + 1), seed=i) for i in range(4)]
    items = [(one, forecast(one)) for one in histories]
    low = {one.ticker: forecast(one.rows(slice(None, -1)), tilt=50.0) for one in histories[:2]}
    said = placed(
        compose_small_multiples, tiles_of(items, low, {}), 20, LANGUAGES[language], "", height=800
    )
    assert {"T0", "T1"} <= set(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_old_and_doubtful_forecast_fits_in_a_long_language(language):
    """Its age and every caution are said, none cut so that it says something else."""
    history, made = CASES["wild"]()
    for caution in LANGUAGES[language].cautions:
        doubted = replace(made, cautions=(caution,))
        said = placed(compose_fan, history, doubted, 20, LANGUAGES[language], 3)
        assert LANGUAGES[language].cautions[caution] in " ".join(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_backtest_and_the_models_card_fit_in_a_long_language(language):
    """Verdict, errors and coverage are whole."""
    texts, history = LANGUAGES[language], bars(count=400, daily=0.02)
    rows = range(len(history) - 120, len(history))
    levels = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
    made = [forecast(history.rows(slice(None, row - 19))) for row in rows]
    replayed = BacktestPicture(
        "TEST",
        20,
        tuple(history.session(row) for row in rows),
        history.close[-120:],
        {level: np.array([one.at(20, level) for one in made]) for level in levels},
        np.arange(120) < 40,
        0.0123,
        0.0125,
        0.79,
        "sample",
        "lstm-1",
    )
    said = placed(compose_backtest, replayed, texts)
    card = Quality(
        "lstm-1",
        "TSLA",
        182_340,
        date(2020, 1, 2),
        date(2021, 12, 30),
        (1, 5, 10, 20),
        {texts.promised: np.array([0.02, 0.01, 0.01, 0.0]), "GARCH": np.full(4, 0.02)},
        {0.5: np.full(4, 0.5), 0.8: np.full(4, 0.7), 0.95: np.full(4, 0.94)},
    )
    said += placed(compose_quality, card, texts)
    assert "…" not in "".join(said).replace(texts.skill, "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_week_fits_in_a_long_language(language):
    """Each row says how many of its ranges held, whatever the language."""
    rows = [
        WeekRow("Berkshire Hathaway", -0.09, 0.10, -0.13, False, 3, 5),
        WeekRow("Apple", -0.04, 0.045, 0.021, True, 5, 5),
    ]
    said = placed(compose_week, rows, 5, LANGUAGES[language], height=150 + 44 + 78 * 2 + 72)
    assert LANGUAGES[language].week_of(3, 5) in said
