"""The track record: a verdict and a hundred squares."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from forecasting.charts.canvas import Canvas
from forecasting.charts.palette import Theme, channels, palette
from forecasting.charts.promise import draw_hundred, judge
from forecasting.charts.texts import ENGLISH
from forecasting.charts.track import (
    Counted,
    TrackRecord,
    compose_track,
    counted_of,
    draw_track,
    spaced,
)
from tests.forecasting.charts.checks import said, size
from tests.forecasting.charts.histories import bars, forecast


def ghosts_of(history, start):
    found = []
    for row in range(start, len(history)):
        made = forecast(history.rows(slice(None, row + 1)))
        later = [history.session(i) for i in range(row + 1, min(row + 21, len(history)))]
        rest = [day for day in made.targets if not later or day > later[-1]]
        found.append(replace(made, targets=tuple((later + rest)[:20])))
    return tuple(found)


def test_a_track_record_is_a_verdict_and_100_squares():
    """The heading judges, the line below says what the squares show, statistics stand last."""
    pits = np.linspace(0.005, 0.995, 100)
    record = TrackRecord("TEST", counted_of(pits), bars(), ghosts_of(bars(), 440), 100)
    words = said(compose_track, record, ENGLISH)
    assert words[0] == "TEST: ranges held as promised"
    assert words[1] == "Of 100 ranges that promised 80, 80 held"
    assert "80 promised" in words
    # 0.8 +- 1.645 * sqrt(0.8 * 0.2 / 100) = 0.734 .. 0.866
    statistics = "100 results · luck alone gives 73 to 87 · 5 in 10: 50 of 100 held"
    assert any(text.startswith(statistics) for text in words)
    assert size(draw_track(record)) == (1280, 720)


@pytest.mark.parametrize(
    ("held", "independent", "verdict"),
    [
        (0.8, 100, "kept"),
        (0.74, 100, "kept"),
        (0.73, 100, "narrow"),
        (0.88, 100, "wide"),
        (0.81, 1e6, "kept"),
        (0.83, 1e6, "wide"),
        (0.5, 5, "early"),
    ],
)
def test_the_verdict_goes_beyond_what_luck_explains(held, independent, verdict):
    """By luck 90 of 100 honest records lie within 1.645 standard errors, 6.6 points of 100 results."""
    assert judge(held, independent) == verdict


def test_who_asks_may_judge_by_a_rule_of_his_own():
    """The caption's verdict is the picture's."""
    record = TrackRecord("", counted_of(np.linspace(0.005, 0.995, 100)), None, verdict="narrow")
    words = said(compose_track, record, ENGLISH)
    assert words[0] == "All tickers: ranges too narrow"
    assert "luck alone" not in " ".join(words)


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("held", [0.0, 0.5, 0.79, 1.0])
def test_as_many_squares_are_filled_as_ranges_held(held, theme):
    """The area in the colour of the inner band is that share of the squares; crosses fill none."""
    canvas = Canvas(palette(theme))
    draw_hundred(canvas, held, (100, 100, 900, 500), ENGLISH)
    sheet = Image.open(io.BytesIO(canvas.png())).convert("RGB")
    filled = channels(palette(theme).inner)
    middles = [
        sheet.getpixel((round(100 + 40 * column + 16.8), 720 - round(100 + 40 * row + 8)))
        for row in range(10)
        for column in range(10)
    ]
    assert middles.count(filled) == round(100 * held)
    # From the bottom up: what is missing is missing at the top.
    assert all(middle == filled for middle in middles[: round(100 * held)])


def test_the_share_that_held_is_that_of_the_band():
    """Of evenly spread outcomes as many lie in a central band as it promises."""
    record = TrackRecord("", counted_of(np.linspace(0.0005, 0.9995, 1000)), None)
    assert record.counted.held(0.95) == pytest.approx(0.95, abs=0.002)
    assert record.counted.held(0.8) == pytest.approx(0.8, abs=0.002)


@pytest.mark.parametrize("count", [1, 7, 300])
@pytest.mark.parametrize("whose", ["", "TEST"])
def test_any_number_of_results_gives_a_readable_record(count, whose):
    """One result or many: nothing touches and nothing is cut off."""
    pits = np.random.default_rng(1).uniform(size=count)
    record = TrackRecord(whose, counted_of(pits), bars(note="A sample") if whose else None)
    texts = said(compose_track, record, ENGLISH)
    assert any(text.startswith(f"{count} result") for text in texts)


def test_ghosts_are_apart_known_and_not_from_the_future():
    """Twenty earlier forecasts on a picture, a week between two of them, none from its last day."""
    history = bars()
    ghosts = ghosts_of(history, 400)
    chosen = spaced(history, ghosts)
    rows = [int(np.searchsorted(history.sessions, np.datetime64(g.as_of))) for g in chosen]
    assert len(chosen) == 20
    assert np.all(np.diff(rows) >= 5)
    assert rows[-1] < len(history) - 1


def test_a_record_without_results_is_refused():
    """Nothing is claimed where nothing has come true yet."""
    with pytest.raises(ValueError, match="needs results"):
        TrackRecord("TEST", Counted(0, 0.5, 0.8, 0.95), None)
    with pytest.raises(ValueError, match="needs results"):
        TrackRecord("TEST", Counted(9, 0.5, 1.2, 0.95), None)
