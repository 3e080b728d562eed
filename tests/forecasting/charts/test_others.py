"""Small multiples, what came, the track record, the backtest and the model's card."""

import io
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PIL import Image

from forecasting.charts.backtest import BacktestPicture, compose_backtest, draw_backtest, picture_of
from forecasting.charts.canvas import Canvas
from forecasting.charts.comparison import (
    compose_small_multiples,
    draw_small_multiples,
    tiles_of,
)
from forecasting.charts.fan import About
from forecasting.charts.findings import is_inside
from forecasting.charts.ladder import rung_of
from forecasting.charts.palette import Theme, channels, palette
from forecasting.charts.promise import draw_hundred, judge
from forecasting.charts.quality import Quality, compose_quality, draw_quality
from forecasting.charts.resolved import compose_resolved, draw_resolved, outcome_of
from forecasting.charts.texts import ENGLISH
from forecasting.charts.track import TrackRecord, compose_track, draw_track, spaced
from forecasting.evaluation.backtest import TickerBacktest
from forecasting.evaluation.outcomes import Promise, settle
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
    tiles = tiles_of(items, {}, {})
    words = said(compose_small_multiples, tiles, 20, ENGLISH, "", height=height)
    for history, _ in items:
        assert history.ticker in words
    assert any(ENGLISH.disclaimer in word for word in words)


def test_what_left_its_range_comes_first_then_the_widest():
    """A tile that left says so, and the heading counts them."""
    wild, calm = bars("WILD", daily=0.03, seed=1), bars("CALM", daily=0.006, seed=2)
    gone = bars("GONE", daily=0.006, seed=3)
    items = [(one, forecast(one)) for one in (calm, wild, gone)]
    promised = forecast(gone.rows(slice(None, -1)))
    before = {"GONE": replace(promised, quantiles=promised.quantiles * 1.2)}
    tiles = tiles_of(items, before, {"WILD": "Wild Inc"})
    assert [tile.name for tile in tiles] == ["GONE", "Wild Inc", "CALM"]
    words = said(compose_small_multiples, tiles, 20, ENGLISH, "", height=800)
    assert words[0] == "3 tickers: 1 left its range"
    assert words.count("below its range") == 1
    assert any(word.startswith("WILD $") for word in words)
    for theme in Theme:
        png = draw_small_multiples(items, before=before, theme=theme)
        colours = {c for _, c in Image.open(io.BytesIO(png)).convert("RGB").getcolors(1000) or ()}
        assert channels(palette(theme).warn_paper) in colours


def test_all_small_fans_share_one_scale_which_is_printed():
    """The scale of the wildest is that of all."""
    items = [CASES["calm"](), CASES["wild"]()]
    rung = rung_of(items)
    words = said(compose_small_multiples, tiles_of(items, {}, {}), 5, ENGLISH, "", height=500)
    assert f"8-in-10 ranges, next 5 sessions · one scale, ±{rung:.0%}" in words


def test_decimals_are_alike_on_all_tiles():
    """One tile needs cents and tenths of a per cent, so all have them; yen have no smaller coin."""
    wild, calm = bars("WILD", daily=0.05, close=400.0, seed=1), bars("CALM", daily=0.003, seed=2)
    yen = bars("9983.T", daily=0.03, close=48_210.0, currency="JPY", seed=3)
    items = [(one, forecast(one)) for one in (wild, calm, yen)]
    words = said(compose_small_multiples, tiles_of(items, {}, {}), 5, ENGLISH, "", height=800)
    moves = [word for word in words if word.endswith("%") and word[0] in "+−"]
    assert len(moves) == 6
    assert all(re.fullmatch(r"[+−]\d+\.\d%", move) for move in moves)
    assert sum(bool(re.fullmatch(r"\$[\d,]+\.\d\d", word)) for word in words) == 6
    assert sum(bool(re.fullmatch(r"¥[\d,]+", word)) for word in words) == 3


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
    tiles = tiles_of(items, {}, {})
    words = said(compose_small_multiples, tiles, 20, ENGLISH, "", height=height)
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
    assert words[1].startswith(f"${close:,.2f} on ")
    held = made.at(horizon, 0.1) <= close <= made.at(horizon, 0.9)
    assert words[0] == f"TEST: {'inside' if held else 'outside'} the 8-in-10 range"
    assert any(ENGLISH.disclaimer in text for text in words)
    assert size(draw_resolved(now, made, horizon)) == (1280, 720)


def test_the_ticker_stands_below_a_heading_with_the_companys_name():
    """A name alone does not say which share it was."""
    history = bars("TSLA", close=352.26)
    about = About(name="Tesla", number=12)
    words = said(compose_resolved, after(history, 5), forecast(history), 5, ENGLISH, about)
    assert words[0].startswith("Tesla: ")
    assert words[1].startswith("TSLA $")
    assert "Tickercast · #F12 · not advice" in words


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


@pytest.mark.parametrize(
    ("level", "inside"), [(0.1, True), (0.9, True), (0.0999, False), (0.9001, False), (0.96, False)]
)
def test_the_verdict_is_the_ledgers_own(level, inside):
    """Heading and caption go by one rule: the ends belong to the range."""
    history = bars()
    made = forecast(history)
    close = made.at(5, level)
    later = after(history, 5)
    path = np.append(later.close[:-1], close)
    now = replace(later, open=path, high=path, low=path, close=path, adj_close=path)
    start = len(history) - 1
    (settled,) = settle(now, [Promise(made, 5, start, start + 5)])
    assert settled.in_80 == is_inside(made, 5, close) == inside
    words = said(compose_resolved, now, made, 5, ENGLISH)
    assert words[0] == f"TEST: {'inside' if inside else 'outside'} the 8-in-10 range"


def test_a_close_that_the_source_corrected_since_is_not_taken_for_a_split():
    """Below half a per cent the ledger compares prices as they are, and so does the picture."""
    history = bars()
    made = replace(forecast(history), close=float(history.close[-1]) * 1.003)
    now = after(history, 5)
    assert outcome_of(now, made, 5).last == pytest.approx(float(now.close[-1]))


# The track record


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
    record = TrackRecord("TEST", pits, bars(), ghosts_of(bars(), 440), 100)
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
    record = TrackRecord("", np.linspace(0.005, 0.995, 100), None, verdict="narrow")
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
    record = TrackRecord("", np.linspace(0.0005, 0.9995, 1000), None)
    assert record.held(0.95) == pytest.approx(0.95, abs=0.002)
    assert record.held(0.8) == pytest.approx(0.8, abs=0.002)


@pytest.mark.parametrize("count", [1, 7, 300])
@pytest.mark.parametrize("whose", ["", "TEST"])
def test_any_number_of_results_gives_a_readable_record(count, whose):
    """Any number of results gives a readable record."""
    pits = np.random.default_rng(1).uniform(size=count)
    record = TrackRecord(whose, pits, bars(note="A sample") if whose else None)
    texts = said(compose_track, record, ENGLISH)
    assert any(text.startswith(f"{count} result") for text in texts)


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
    assert words[0] == "TEST: ranges held as promised"
    beside = "1 session before" if horizon == 1 else "20 sessions before"
    assert words[1] == f"Of 100 ranges that promised 80, 79 held · as forecast {beside}"
    assert "120 results · Mean error 1.2% (no change 1.2%) · RMSE 2.1% (2.1%)" in words
    assert (ENGLISH.in_training in words) == (trained > 0)
    assert any(ENGLISH.disclaimer in word for word in words)


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
    assert words[1].startswith("Of 100 ranges that promised 80, 81 held")
    assert "95 results · Mean error 1.5% (no change 1.6%) · RMSE 2.5% (2.6%)" in words


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
        replace(whole, edges={0.1: whole.edges[0.1]})


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
    assert any(text.startswith("model lstm-1") for text in words)
    assert size(draw_quality(card(**changes), theme=Theme.DARK)) == (1280, 720)


def test_a_card_without_a_number_for_each_horizon_is_refused():
    """A card without a number for each horizon is refused."""
    with pytest.raises(ValueError, match="each horizon"):
        card(skill={"no change": np.zeros(3)})


def test_a_models_card_begins_with_the_verdict_on_its_ranges():
    """81 of 100 is as promised; where fewer held than that the heading says so."""
    words = said(compose_quality, card(), ENGLISH)
    assert words[0] == "This model: ranges held as promised"
    assert words[1] == "Of 100 ranges that promised 80, 81 held · tested on data it never saw"
    poor = card(coverage={0.8: np.full(4, 0.7)})
    assert said(compose_quality, poor, ENGLISH)[0] == "This model: ranges too narrow"
