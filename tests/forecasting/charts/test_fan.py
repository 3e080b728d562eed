"""The fan chart as a picture and as the words on it."""

import gc
import io
import threading
import tracemalloc
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from PIL import Image

from forecasting.charts.canvas import HEIGHT, WIDTH, Canvas
from forecasting.charts.fan import NOTHING_MORE, About, compose_fan, draw_fan, fan_of, warm_up
from forecasting.charts.findings import wildness
from forecasting.charts.marks import before_of
from forecasting.charts.palette import Theme, channels, palette
from forecasting.charts.texts import ENGLISH, ChartTexts
from forecasting.charts.timeline import Timeline
from forecasting.values import LEVELS
from tests.forecasting.charts.checks import check_readable
from tests.forecasting.charts.histories import CASES, bars, forecast


def words(case, **options):
    history, made = CASES[case]()
    return composed(history, made, **options)


def composed(history, made, sessions=20, texts=ENGLISH, sessions_old=0, about=NOTHING_MORE):
    canvas = Canvas(palette(Theme.LIGHT))
    compose_fan(canvas, history, made, sessions, texts, sessions_old, about)
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


def test_the_heading_is_the_finding_and_below_it_stand_price_moves_and_wildness():
    """One reading of the picture's top tells what, how much and by when."""
    history = bars("TSLA", close=352.26, daily=0.03)
    base = forecast(history)
    made = replace(base, quantiles=np.tile(352.26 * ramp(0.10), (20, 1)))
    market = replace(base, ticker="SPY", quantiles=np.tile(352.26 * ramp(0.05), (20, 1)))
    placed = composed(history, made, about=About(name="Tesla", number=12, market=market))
    said = texts_of(placed)
    assert said[0] == "Tesla: 8 in 10 for $317 to $387 by Dec 18"
    assert said[1] == "TSLA now $352.26 · −10% to +10% · twice as wild as the S&P 500"
    assert "Tickercast · #F12 · not advice" in said
    for key in ("Today", "Today's price", "5 in 10", "8 in 10", "19 in 20"):
        assert key in said


def ramp(half):
    """Ratios of the levels to the close: straight lines through 1 at the median, +-half at 80 %."""
    return 1 + half * (np.array(LEVELS) - 0.5) / 0.4


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (0.5, "calmer than the S&P 500"),
        (1.0, "as wild as the S&P 500"),
        (1.5, "1.5 times as wild as the S&P 500"),
        (2.0, "twice as wild as the S&P 500"),
        (4.2, "4 times as wild as the S&P 500"),
    ],
)
def test_how_wild_a_share_is_is_said_beside_the_market(times, words):
    """The widths of the two 8-in-10 ranges at the session shown are compared."""
    made = forecast(bars())
    own = replace(made, quantiles=np.tile(100 * ramp(0.05 * times), (20, 1)))
    market = replace(made, ticker="^GSPC", quantiles=np.tile(100 * ramp(0.05), (20, 1)))
    assert wildness(own, market, 20, ENGLISH) == words


def test_the_market_is_not_compared_with_itself():
    """Nothing is said where there is nothing to say."""
    made = forecast(bars("SPY"))
    assert wildness(made, made, 20, ENGLISH) == ""
    assert wildness(made, None, 20, ENGLISH) == ""


def test_the_ends_of_the_8_in_10_range_are_two_large_numbers_with_their_changes():
    """The two numbers are those of the heading, in the same decimals."""
    history, made = CASES["calm"]()
    placed = composed(history, made)
    for level in (0.1, 0.9):
        price = made.at(20, level)
        (number,) = (p for p in placed if p.text == f"${price:.2f}")
        assert number.size == 50
        assert f"${price:.2f}" in placed[0].text
        assert f"{price / made.close - 1:+.1%}".replace("-", "−") in texts_of(placed)


def test_points_of_an_index_carry_no_dollar_sign():
    """An index has no currency, whatever its source says."""
    history = bars("^GSPC", close=4_700.0)
    said = " ".join(texts_of(composed(history, forecast(history))))
    assert "$" not in said
    assert "4,700.00" in said


def test_a_name_too_long_for_the_heading_gives_way_to_the_ticker():
    """The finding is never cut for a name."""
    history, made = CASES["dear"]()
    about = About(name="The Extraordinarily Long Named Holding Company of Somewhere, Inc.")
    said = texts_of(composed(history, made, about=about))[0]
    assert said.startswith("BRK-A: 8 in 10 for $")
    assert said.endswith("by Dec 18")


def test_the_fan_has_40_percent_of_the_width_under_every_button():
    """A fan of 5 sessions is as wide as one of 20, behind both stand 45 sessions."""
    for ahead in (1, 5, 20):
        line = Timeline(100, 1100, 45, ahead)
        assert line.now == 700
        assert len(line.xs) == 45 + ahead
        assert line.xs[0] == pytest.approx(100)
        assert line.xs[-1] == pytest.approx(1100)
        assert line.xs[44] == pytest.approx(700)


def test_no_line_in_the_fan_claims_a_direction():
    """Between the bands' own colours lie only the grey line of today's price and the range's rim."""
    history, made = CASES["wild"]()
    edges = fan_of(history, made, 20).edges
    assert set(edges) == {0.025, 0.1, 0.25, 0.75, 0.9, 0.975}
    assert "median" not in " ".join(texts_of(composed(history, made)))


@pytest.mark.parametrize("theme", Theme)
def test_an_announcement_is_a_mark_on_the_axis_and_named(theme):
    """The first announcement ahead is named with its day; those behind or far ahead are not."""
    history = bars()
    made = forecast(history)
    days = (date(2026, 11, 19), date(2026, 12, 8), date(2027, 3, 1))
    placed = composed(history, made, about=About(announcements=days))
    check_readable(placed)
    assert [t for t in texts_of(placed) if "Earnings" in t] == ["Earnings Dec 8"]
    pixels = opened(draw_fan(history, made, theme=theme, about=About(announcements=days)))
    seen = {colour for _, colour in pixels.convert("RGB").getcolors(1000) or ()}
    assert channels(palette(theme).alert) in seen


def test_an_announcement_on_a_closed_day_is_marked_at_the_next_session():
    """Dec 12, 2026 is a Saturday."""
    history = bars()
    about = About(announcements=(date(2026, 12, 12),))
    assert "Earnings Dec 14" in texts_of(composed(history, forecast(history), about=about))


@pytest.mark.parametrize(
    ("moved", "words"),
    [
        (0.0, "inside the range of Nov 19"),
        (0.2, "above the range of Nov 19"),
        (-0.2, "below the range of Nov 19"),
    ],
)
def test_the_range_given_before_is_told_beside_todays_close(moved, words):
    """The digest's picture says whether the news left what was promised."""
    history = bars()
    earlier = history.rows(slice(None, -1))
    promised = forecast(earlier)
    shifted = replace(promised, quantiles=promised.quantiles / (1 + moved))
    placed = composed(history, forecast(history), about=About(before=shifted))
    check_readable(placed)
    assert words in texts_of(placed)


def test_a_split_since_then_does_not_move_the_range_given_before():
    """The earlier forecast is in the shares of its day, the history in those of today."""
    history = bars()
    promised = forecast(history.rows(slice(None, -1)))
    made = forecast(history)
    doubled = replace(promised, close=2 * promised.close, quantiles=2 * promised.quantiles)
    plain, split = before_of(history, made, promised), before_of(history, made, doubled)
    assert plain is not None
    assert split is not None
    assert split.low == pytest.approx(plain.low)
    assert split.side == plain.side


def test_a_forecast_that_says_nothing_of_today_is_not_told():
    """Only a forecast whose sessions hold today's, known to the history, has a range for it."""
    history = bars()
    made = forecast(history)
    assert before_of(history, made, None) is None
    assert before_of(history, made, made) is None
    assert before_of(history, made, replace(made, as_of=date(2025, 11, 22))) is None


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


def test_a_shorter_fan_ends_at_its_own_day_behind_the_same_past():
    """45 sessions of past stand behind every fan; a fan ends where its forecast does."""
    history, made = CASES["calm"]()
    fan = fan_of(history, made, 5)
    assert fan.days[-1] == made.targets[4]
    assert fan.ahead == 5
    assert len(fan.past) == len(fan_of(history, made, 20).past) == 45
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
    japanese = ChartTexts(locale="ja", today="今日", todays_price="現在値")
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
