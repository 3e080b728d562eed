"""The fan chart as a picture and as the words on it."""

import gc
import io
import threading
import tracemalloc
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from PIL import Image

from forecasting.charts.canvas import HEIGHT, WIDTH, Canvas
from forecasting.charts.fan import compose_fan, draw_fan, fan_of, warm_up
from forecasting.charts.palette import Theme, channels, palette
from forecasting.charts.texts import ENGLISH, ChartTexts
from tests.forecasting.charts.checks import check_readable
from tests.forecasting.charts.histories import CASES, bars, forecast


def words(case, **options):
    history, made = CASES[case]()
    return composed(history, made, **options)


def composed(history, made, sessions=20, texts=ENGLISH, sessions_old=0):
    canvas = Canvas(palette(Theme.LIGHT))
    compose_fan(canvas, history, made, sessions, texts, sessions_old)
    return canvas.placed


def texts_of(placed):
    return [p.text for p in placed]


def opened(png):
    return Image.open(io.BytesIO(png))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("theme", Theme)
def test_every_history_gives_an_opaque_picture_of_the_promised_size(case, theme):
    """Every history gives an opaque picture of the promised size."""
    png = draw_fan(*CASES[case](), theme=theme)
    image = opened(png)
    assert image.size == (1280, 720) == (WIDTH, HEIGHT)
    assert image.mode in {"P", "RGB"}
    assert "transparency" not in image.info
    assert len(png) <= 200_000
    corner = image.convert("RGB").getpixel((2, 2))
    assert corner == channels(palette(theme).paper)


@pytest.mark.parametrize("sessions", [1, 5, 20])
@pytest.mark.parametrize("case", CASES)
def test_texts_stay_apart_uncut_and_large_enough_for_a_phone(case, sessions):
    """Texts stay apart uncut and large enough for a phone."""
    check_readable(words(case, sessions=sessions))


def test_the_picture_says_all_that_a_forward_without_caption_must_tell():
    """The picture says all that a forward without caption must tell."""
    said = " | ".join(texts_of(words("wild")))
    for part in ("TEST", "352.26 USD", "Close of Fri, Nov 20, 2026", "Fri, Dec 18, 2026"):
        assert part in said
    for part in ("median", "no change", "80%", "95%", "50%", "Source: sample", "lstm-2026.11.1"):
        assert part in said
    assert ENGLISH.disclaimer in said


def test_the_ends_of_the_80_percent_band_carry_price_and_percentage():
    """The ends of the 80 % band carry price and percentage."""
    history, made = CASES["calm"]()
    placed = texts_of(composed(history, made))
    for level in (0.1, 0.9):
        price = made.at(20, level)
        assert f"{price:.1f}" in placed
        assert f"{price / made.close - 1:+.1%}".replace("-", "−") in placed


def test_an_old_forecast_says_how_old_and_what_it_is_made_of():
    """An old forecast says how old and what it is made of."""
    history = bars(note="Sample data, not live prices")
    said = " ".join(texts_of(composed(history, forecast(history), sessions_old=12)))
    assert "12 sessions old" in said
    assert "Sample data, not live prices" in said
    assert "sessions old" not in " ".join(texts_of(composed(history, forecast(history))))


@pytest.mark.parametrize("caution", ["widened", "calendar-guessed", "short-history", "no-market"])
def test_every_caution_is_put_in_words_on_the_picture(caution):
    """Every caution is put in words on the picture."""
    history = bars()
    said = " ".join(texts_of(composed(history, forecast(history, cautions=(caution,)))))
    assert ENGLISH.cautions[caution] in said
    assert caution not in said


def test_labels_stay_apart_under_two_lines_of_remarks():
    """Labels stay apart under two lines of remarks."""
    history = bars(note="A long remark about where these prices come from, " * 3, daily=0.001)
    made = forecast(history, width=0.2, cautions=("widened", "calendar-guessed"))
    check_readable(composed(history, made, sessions_old=4321))


def test_a_shorter_fan_ends_at_its_own_day_and_shows_less_of_the_past():
    """A shorter fan ends at its own day and shows less of the past."""
    history, made = CASES["calm"]()
    fan = fan_of(history, made, 5)
    assert fan.days[-1] == made.targets[4]
    assert fan.ahead == 5
    assert len(fan.past) == 30
    assert len(fan_of(history, made, 20).past) == 90
    assert fan_of(history, made, 99).ahead == 20


def test_bars_after_the_as_of_are_not_drawn():
    """A forecast looked at later must show what was known when it was made."""
    history = bars(count=300)
    early = history.rows(slice(None, -10))
    made = forecast(early)
    assert draw_fan(history, made) == draw_fan(early, made)


def test_the_same_forecast_gives_the_same_bytes_without_a_trace_of_the_software():
    """The same forecast gives the same bytes without a trace of the software."""
    history, made = CASES["wild"]()
    png = draw_fan(history, made)
    assert draw_fan(history, made) == png
    assert b"tEXt" not in png
    assert b"atplotlib" not in png


def test_threads_draw_the_same_pictures_as_one_thread_and_leave_the_settings_alone():
    """Threads draw the same pictures as one thread and leave the settings alone."""
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
    """The machine's matplotlib settings change nothing."""
    history, made = CASES["calm"]()
    plain = draw_fan(history, made)
    with mpl.rc_context({"font.family": "serif", "lines.linewidth": 9, "axes.facecolor": "red"}):
        assert draw_fan(history, made) == plain


@pytest.mark.slow
def test_memory_stays_flat_over_200_pictures():
    """Memory stays flat over 200 pictures."""
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
    """No pixels wait for the garbage collector."""
    history, made = CASES["calm"]()
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            draw_fan(history, made)
        assert not [one for one in gc.get_objects() if isinstance(one, RendererAgg)]
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "text", ["株式会社トヨタ 🚀", "a $\\frac{ b$ and $x$", "100 % _^{}\\", "\n\t"]
)
def test_no_foreign_text_breaks_a_picture_or_becomes_a_box(text):
    """No foreign text breaks a picture or becomes a box."""
    history = bars(note=text)
    made = replace(forecast(history), source=text, currency="US$")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert opened(draw_fan(history, made)).size == (WIDTH, HEIGHT)


def test_a_language_whose_letters_the_font_lacks_is_drawn_in_english():
    """A language whose letters the font lacks is drawn in English."""
    history, made = CASES["calm"]()
    japanese = ChartTexts(locale="ja", median="中央値", no_change="変化なし")
    assert draw_fan(history, made, texts=japanese) == draw_fan(history, made)


@pytest.mark.parametrize("locale", ["de", "fr", "ru", "tr", "ar", "pt_BR", "en_GB"])
def test_other_locales_fit_the_picture_too(locale):
    """Other locales fit the picture too."""
    history, made = CASES["dear"]()
    placed = composed(history, made, texts=ChartTexts(locale=locale))
    assert max(p.right for p in placed) <= WIDTH
    assert min(p.left for p in placed) >= 0


def test_the_fan_widens_from_the_last_close():
    """The fan widens from the last close."""
    history, made = CASES["wild"]()
    edges = fan_of(history, made, 20).edges
    assert edges[0.975][0] == edges[0.025][0] == made.close
    assert np.all(np.diff(edges[0.975] - edges[0.025]) > 0)
