"""A fan's picture is the same wherever it is drawn: bytes, threads, memory, letters."""

import gc
import threading
import tracemalloc
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import matplotlib as mpl
import pytest

from forecasting.charts.agg import Sheet
from forecasting.charts.canvas import HEIGHT, WIDTH, Canvas
from forecasting.charts.fan import draw_fan, warm_up
from forecasting.charts.palette import Theme
from forecasting.charts.texts import ChartTexts
from tests.forecasting.charts.fans import composed, opened
from tests.forecasting.charts.histories import CASES, bars, forecast


def test_bars_after_the_as_of_are_not_drawn():
    """A forecast looked at later must show what was known when it was made."""
    history = bars(count=300)
    early = history.rows(slice(None, -10))
    made = forecast(early)
    assert draw_fan(history, made) == draw_fan(early, made)


def test_the_same_forecast_gives_the_same_bytes_without_a_trace_of_the_software():
    """A picture can be compared, cached and sent again by its bytes; no version or date is inside."""
    history, made = CASES["wild"]()
    png = draw_fan(history, made)
    assert draw_fan(history, made) == png
    assert b"tEXt" not in png
    assert b"atplotlib" not in png


def test_threads_draw_the_same_pictures_as_one_thread_and_leave_the_settings_alone():
    """Answers are drawn side by side, and none changes how another looks."""
    cases = [CASES[name]() for name in ("calm", "wild", "penny", "dear")]
    jobs = [(case, theme) for case in cases for theme in Theme]
    alone = [draw_fan(*case, theme=theme) for case, theme in jobs]
    before = dict(mpl.rcParams)
    start = threading.Barrier(4)

    def draw(job):
        if not start.broken:
            start.wait(timeout=10)
        return draw_fan(*job[0], theme=job[1])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(draw, jobs)) == alone
    assert dict(mpl.rcParams) == before


def test_the_machines_matplotlib_settings_change_nothing():
    """An operator's own matplotlibrc leaves the charts as they are."""
    history, made = CASES["calm"]()
    plain = draw_fan(history, made)
    with mpl.rc_context({"font.family": "serif", "lines.linewidth": 9, "axes.facecolor": "red"}):
        assert draw_fan(history, made) == plain


@pytest.mark.slow
def test_memory_stays_flat_over_200_pictures():
    """A bot that draws for weeks does not grow."""
    warm_up()
    cases = [bars(close=20.0 + i, seed=i, count=120) for i in range(200)]
    made = [forecast(history) for history in cases]
    tracemalloc.start()
    held = []
    for history, one in zip(cases, made, strict=True):
        draw_fan(history, one)
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    # The cache of letter shapes fills during the first hundred.
    assert held[-1] - held[99] < 1_000_000
    assert max(held) < 5_000_000


def test_no_pixels_wait_for_the_garbage_collector():
    """Megabytes of canvas go when the picture is done, not some time later."""
    history, made = CASES["calm"]()
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            draw_fan(history, made)
        assert not [one for one in gc.get_objects() if isinstance(one, (Canvas, Sheet))]
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "text", ["株式会社トヨタ 🚀", "a $\\frac{ b$ and $x$", "100 % _^{}\\", "\n\t"]
)
def test_no_foreign_text_breaks_a_picture_or_becomes_a_box(text):
    """Whatever a source calls a company can be drawn."""
    history = bars(note=text)
    made = replace(forecast(history), source=text, currency="US$")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert opened(draw_fan(history, made)).size == (WIDTH, HEIGHT)


def test_a_language_whose_letters_the_font_lacks_is_drawn_in_english():
    """Better another language than a row of boxes."""
    history, made = CASES["calm"]()
    japanese = ChartTexts(locale="ja", today="今日", todays_price="現在値")
    assert draw_fan(history, made, texts=japanese) == draw_fan(history, made)


@pytest.mark.parametrize("locale", ["de", "fr", "ru", "tr", "ar", "pt_BR", "en_GB"])
def test_other_locales_fit_the_picture_too(locale):
    """Longer words and other digits touch nothing and are not cut off."""
    history, made = CASES["dear"]()
    placed = composed(history, made, texts=ChartTexts(locale=locale))
    assert max(p.right for p in placed) <= WIDTH
    assert min(p.left for p in placed) >= 0
