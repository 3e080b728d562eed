"""Small multiples: up to twenty tickers in one picture."""

import io
import re
from dataclasses import replace

import pytest
from PIL import Image

from forecasting.charts.comparison import (
    compose_small_multiples,
    draw_small_multiples,
    tiles_of,
)
from forecasting.charts.ladder import rung_of
from forecasting.charts.palette import Theme, channels, palette
from forecasting.charts.texts import ENGLISH
from tests.forecasting.charts.checks import said, size
from tests.forecasting.charts.histories import CASES, bars, forecast


@pytest.mark.parametrize("count", [1, 2, 5, 12, 20])
def test_small_multiples_hold_up_to_20_tickers(count):
    """From one to twenty, each tile's words stay apart and the picture can be sent."""
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
    """None and twenty-one are a caller's mistake, not an empty picture."""
    with pytest.raises(ValueError, match="1 to 20"):
        draw_small_multiples([CASES["calm"]()] * count)


def test_a_sample_among_the_tickers_is_named_as_such():
    """Nobody takes made-up prices for the market's."""
    history = bars(note="Sample data, not live prices")
    items = [CASES["calm"](), (history, forecast(history))]
    height = size(draw_small_multiples(items))[1]
    tiles = tiles_of(items, {}, {})
    words = said(compose_small_multiples, tiles, 20, ENGLISH, "", height=height)
    assert "Sample data, not live prices" in words
