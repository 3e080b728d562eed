"""Every kind of picture has room for the longest languages."""

from datetime import date

import numpy as np
import pytest

from forecasting.charts.canvas import Canvas
from forecasting.charts.comparison import compose_small_multiples, tiles_of
from forecasting.charts.fan import About, compose_fan
from forecasting.charts.palette import Theme, palette
from forecasting.charts.resolved import compose_resolved
from forecasting.charts.track import TrackRecord, compose_track
from tests.forecasting.charts.checks import SMALLEST_TRANSLATED, check_readable
from tests.forecasting.charts.histories import CASES, after, bars, forecast
from tests.forecasting.charts.languages import LANGUAGES


def placed(compose, *arguments, height=720):
    """The texts of a picture, checked for room, overlap and size."""
    canvas = Canvas(palette(Theme.LIGHT), 1280, height)
    compose(canvas, *arguments)
    check_readable(canvas.placed, 1280, height, SMALLEST_TRANSLATED)
    return [one.text for one in canvas.placed]


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
    said += placed(compose_track, TrackRecord("TSLA", pits, history, (), 60), texts)
    said += placed(compose_track, TrackRecord("", pits, None), texts)
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
