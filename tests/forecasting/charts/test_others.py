"""Small multiples, what came, the track record, the backtest and the model's card."""

import io
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PIL import Image

from forecasting.charts.backtest import BacktestPicture, compose_backtest, draw_backtest, picture_of
from forecasting.charts.canvas import Canvas
from forecasting.charts.comparison import compose_small_multiples, draw_small_multiples
from forecasting.charts.palette import Theme, palette
from forecasting.charts.quality import Quality, compose_quality, draw_quality
from forecasting.charts.resolved import compose_resolved, draw_resolved, outcome_of, verdict
from forecasting.charts.texts import ENGLISH
from forecasting.charts.track import TrackRecord, compose_track, draw_track, spaced
from forecasting.evaluation.backtest import TickerBacktest
from tests.forecasting.charts.checks import check_readable
from tests.forecasting.charts.histories import CASES, after, bars, forecast

PRICES = ("open", "high", "low", "close", "adj_close")


def said(compose, *arguments, height=720):
    canvas = Canvas(palette(Theme.LIGHT), 1280, height)
    compose(canvas, *arguments)
    check_readable(canvas.placed, 1280, height)
    return [p.text for p in canvas.placed]


def size(png):
    assert len(png) <= 200_000
    return Image.open(io.BytesIO(png)).size


# Small multiples


@pytest.mark.parametrize("count", [1, 2, 5, 12, 20])
def test_small_multiples_hold_up_to_20_tickers(count):
    """Small multiples hold up to 20 tickers."""
    items = [case() for case in CASES.values()]
    items = (items + items)[:count]
    png = draw_small_multiples(items)
    width, height = size(png)
    assert width == 1280
    # Telegram takes photos whose sides differ up to 20-fold and sum up to 10,000.
    assert width + height <= 10_000
    words = said(compose_small_multiples, items, 20, ENGLISH, "", height=height)
    assert words.count("80,000") == 0
    for history, _ in items:
        assert history.ticker in words
    assert ENGLISH.disclaimer in words


@pytest.mark.parametrize("count", [0, 21])
def test_a_picture_without_tickers_or_with_too_many_is_refused(count):
    """A picture without tickers or with too many is refused."""
    with pytest.raises(ValueError, match="1 to 20"):
        draw_small_multiples([CASES["calm"]()] * count)


def test_a_sample_among_the_tickers_is_named_as_such():
    """A sample among the tickers is named as such."""
    history = bars(note="Sample data, not live prices")
    items = [CASES["calm"](), (history, forecast(history))]
    height = size(draw_small_multiples(items))[1]
    words = said(compose_small_multiples, items, 20, ENGLISH, "", height=height)
    assert "Sample data, not live prices" in words


# What came


@pytest.mark.parametrize("horizon", [1, 5, 20])
@pytest.mark.parametrize("daily", [0.002, 0.015, 0.06])
def test_what_came_is_drawn_over_the_fan_and_named(horizon, daily):
    """What came is drawn over the fan and named."""
    history = bars()
    made = forecast(history)
    now = after(history, 25, daily=daily)
    words = said(compose_resolved, now, made, horizon, ENGLISH)
    close = float(now.close[len(history) + horizon - 1])
    assert any(text.startswith(ENGLISH.close(close, "USD")) for text in words)
    assert ENGLISH.actual in words
    assert ENGLISH.disclaimer in words
    assert size(draw_resolved(now, made, horizon)) == (1280, 720)


def test_a_split_since_then_moves_neither_the_fan_nor_the_outcome():
    """A split since then moves neither the fan nor the outcome."""
    history = bars()
    made = forecast(history)
    now = after(history, 20)
    prices = {name: getattr(now, name) / 2 for name in PRICES}
    halved = replace(now, volume=now.volume * 2, **prices)
    assert outcome_of(halved, made, 20).closes == pytest.approx(outcome_of(now, made, 20).closes)
    assert draw_resolved(halved, made, 20) == draw_resolved(now, made, 20)


def test_a_halted_day_on_the_way_is_left_out_but_not_the_horizon():
    """A halted day on the way is left out but not the horizon."""
    history = bars()
    made = forecast(history)
    now = after(history, 20)
    keep = np.ones(len(now), dtype=bool)
    keep[len(history) + 3] = False
    columns = {name: getattr(now, name)[keep] for name in ("sessions", "volume", *PRICES)}
    halted = replace(now, **columns)
    assert outcome_of(halted, made, 5).positions.tolist() == [1, 2, 3, 5]
    with pytest.raises(ValueError, match="no close 4 after"):
        outcome_of(halted, made, 4)
    with pytest.raises(ValueError, match="no close 5 after"):
        outcome_of(history, made, 5)


def test_the_verdict_names_the_narrowest_band_that_held():
    """The verdict names the narrowest band that held."""
    made = forecast(bars())
    for level, words in (
        (0.5, "inside the 50% band"),
        (0.85, "inside the 80% band"),
        (0.96, "inside the 95% band"),
        (0.025, "inside the 95% band"),
    ):
        assert verdict(made, 5, made.at(5, level), ENGLISH) == words
    assert verdict(made, 5, made.at(5, 0.975) * 1.01, ENGLISH) == "outside the 95% band"


# The track record


def ghosts_of(history, start):
    found = []
    for row in range(start, len(history)):
        made = forecast(history.rows(slice(None, row + 1)))
        later = [history.session(i) for i in range(row + 1, min(row + 21, len(history)))]
        rest = [day for day in made.targets if not later or day > later[-1]]
        found.append(replace(made, targets=tuple((later + rest)[:20])))
    return tuple(found)


def test_a_track_record_says_how_often_the_band_held():
    """A track record says how often the band held."""
    pits = np.linspace(0.005, 0.995, 100)
    record = TrackRecord("TEST", pits, bars(), ghosts_of(bars(), 440), 100, "lstm-1")
    words = said(compose_track, record, ENGLISH)
    assert "80% band held 80% · 100 results" in words
    assert "lstm-1" in " ".join(words)
    assert size(draw_track(record)) == (1280, 720)


def test_the_reliability_of_an_honest_forecaster_is_the_diagonal():
    """The reliability of an honest forecaster is the diagonal."""
    record = TrackRecord("", np.linspace(0.0005, 0.9995, 1000), None)
    assert record.below() == pytest.approx(
        [0.025, 0.05, 0.1, 0.2, 0.25, 0.4, 0.5, 0.6, 0.75, 0.8, 0.9, 0.95, 0.975], abs=0.001
    )
    assert record.held(0.95) == pytest.approx(0.95, abs=0.002)


@pytest.mark.parametrize("count", [1, 7, 300])
@pytest.mark.parametrize("whose", ["", "TEST"])
def test_any_number_of_results_gives_a_readable_record(count, whose):
    """Any number of results gives a readable record."""
    pits = np.random.default_rng(1).uniform(size=count)
    record = TrackRecord(whose, pits, bars(note="A sample") if whose else None)
    texts = said(compose_track, record, ENGLISH)
    assert any(f"{count} result" in text for text in texts)


def test_ghosts_are_apart_known_and_not_from_the_future():
    """Ghosts are apart known and not from the future."""
    history = bars()
    ghosts = ghosts_of(history, 400)
    chosen = spaced(history, ghosts)
    rows = [int(np.searchsorted(history.sessions, np.datetime64(g.as_of))) for g in chosen]
    assert len(chosen) == 20
    assert np.all(np.diff(rows) >= 5)
    assert rows[-1] < len(history) - 1


def test_a_record_without_results_is_refused():
    """A record without results is refused."""
    with pytest.raises(ValueError, match="needs results"):
        TrackRecord("TEST", np.array([]), None)
    with pytest.raises(ValueError, match="needs results"):
        TrackRecord("TEST", np.array([1.2]), None)


# The backtest


def replayed(horizon=5, count=120, trained=40):
    history = bars(count=400, daily=0.02)
    levels = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
    rows = range(len(history) - count, len(history))
    made = [forecast(history.rows(slice(None, row - horizon + 1))) for row in rows]
    return BacktestPicture(
        "TEST",
        horizon,
        tuple(history.session(row) for row in rows),
        history.close[-count:],
        {level: np.array([one.at(horizon, level) for one in made]) for level in levels},
        np.arange(count) < trained,
        0.0123,
        0.0125,
        0.021,
        0.0213,
        0.79,
        "sample",
        "lstm-1",
    )


@pytest.mark.parametrize("trained", [0, 3, 40, 120])
@pytest.mark.parametrize("horizon", [1, 20])
def test_a_backtest_tells_errors_coverage_and_what_training_saw(trained, horizon):
    """A backtest tells errors coverage and what training saw."""
    words = said(compose_backtest, replayed(horizon, trained=trained), ENGLISH)
    assert "80% band held 79% · 120 results" in words
    assert "Mean error 1.2% (no change 1.2%) · RMSE 2.1% (2.1%)" in words
    assert (ENGLISH.in_training in words) == (trained > 0)
    assert ENGLISH.disclaimer in words


def test_what_is_drawn_of_a_backtest_is_what_it_found():
    """What is drawn of a backtest is what it found."""
    history = bars(count=200)
    made = [forecast(history.rows(slice(None, row + 1))) for row in range(100, 195)]
    test = TickerBacktest(
        ticker="TEST",
        horizon=5,
        as_of=tuple(one.as_of for one in made),
        targets=tuple(history.session(row + 5) for row in range(100, 195)),
        close=history.close[100:195],
        actual=history.close[105:],
        quantiles=np.array([one.quantiles[4] for one in made]),
        in_training=np.arange(95) < 10,
        mae=1.5,
        rmse=2.5,
        mae_no_change=1.6,
        rmse_no_change=2.6,
        coverage=(0.51, 0.81, 0.94),
        model_version="lstm-1",
    )
    replay = picture_of(test, "sample")
    assert replay.edges[0.9][7] == made[7].at(5, 0.9)
    words = said(compose_backtest, replay, ENGLISH)
    assert "80% band held 81% · 95 results" in words
    assert "Mean error 1.5% (no change 1.6%) · RMSE 2.5% (2.6%)" in words


def test_a_backtest_is_drawn_in_both_themes():
    """A backtest is drawn in both themes."""
    for theme in Theme:
        assert size(draw_backtest(replayed(), theme=theme)) == (1280, 720)


def test_a_backtest_with_columns_of_different_length_is_refused():
    """A backtest with columns of different length is refused."""
    whole = replayed()
    with pytest.raises(ValueError, match="differ in length"):
        replace(whole, closes=whole.closes[1:])
    with pytest.raises(ValueError, match="lacks the levels"):
        replace(whole, edges={0.5: whole.edges[0.5]})


# The model's card


def card(**changes):
    plain = Quality(
        "lstm-1",
        "",
        182_340,
        date(2020, 1, 2),
        date(2021, 12, 30),
        (1, 5, 10, 20),
        {
            "no change": np.array([0.02, 0.01, 0.01, 0.0]),
            "GARCH": np.array([0.03, 0.03, 0.02, 0.01]),
        },
        {0.5: np.full(4, 0.5), 0.8: np.full(4, 0.81), 0.95: np.full(4, 0.94)},
    )
    return replace(plain, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"ticker": "TSLA", "results": 1},
        {"skill": {"no change": np.zeros(4)}},
        {"skill": {"no change": np.full(4, -0.4), "GARCH": np.full(4, 0.3)}},
        {"coverage": {0.8: np.array([0.2, 1.0, 0.5, 0.9])}},
    ],
)
def test_a_models_card_is_readable_whatever_the_numbers(changes):
    """A model's card is readable whatever the numbers."""
    words = said(compose_quality, card(**changes), ENGLISH)
    assert "model lstm-1" in " ".join(words)
    assert size(draw_quality(card(**changes), theme=Theme.DARK)) == (1280, 720)


def test_a_card_without_a_number_for_each_horizon_is_refused():
    """A card without a number for each horizon is refused."""
    with pytest.raises(ValueError, match="each horizon"):
        card(skill={"no change": np.zeros(3)})
