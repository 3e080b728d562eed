"""The fan chart as a picture and as the words on it."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.charts.canvas import HEIGHT, WIDTH
from forecasting.charts.fan import About, draw_fan, fan_of
from forecasting.charts.findings import wildness
from forecasting.charts.palette import Theme, channels, palette
from forecasting.charts.texts import ENGLISH
from forecasting.charts.timeline import Timeline
from forecasting.values import LEVELS
from tests.forecasting.charts.checks import check_readable
from tests.forecasting.charts.fans import composed, opened, texts_of, words
from tests.forecasting.charts.histories import CASES, bars, forecast


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("theme", Theme)
def test_every_history_gives_an_opaque_picture_of_the_promised_size(case, theme):
    """Telegram shows it alike on every background, and it is small enough to send."""
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
    """Whatever the history and the button, every word can be read."""
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


def test_an_old_forecast_says_how_old_and_what_it_is_made_of():
    """Passed on without its caption, the picture still says "12 sessions old" and "Sample data"."""
    history = bars(note="Sample data, not live prices")
    said = " ".join(texts_of(composed(history, forecast(history), sessions_old=12)))
    assert "12 sessions old" in said
    assert "Sample data, not live prices" in said
    assert "sessions old" not in " ".join(texts_of(composed(history, forecast(history))))


@pytest.mark.parametrize("caution", ["widened", "calendar-guessed", "short-history", "no-market"])
def test_every_caution_is_put_in_words_on_the_picture(caution):
    """A picture that is passed on alone still says what is doubtful."""
    history = bars()
    said = " ".join(texts_of(composed(history, forecast(history, cautions=(caution,)))))
    assert ENGLISH.cautions[caution] in said
    assert caution not in said


def test_labels_stay_apart_under_two_lines_of_remarks():
    """Two cautions push nothing into something else."""
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


def test_the_fan_widens_from_the_last_close():
    """At today's close nothing is doubtful; each day after it more is."""
    history, made = CASES["wild"]()
    edges = fan_of(history, made, 20).edges
    assert edges[0.975][0] == edges[0.025][0] == made.close
    assert np.all(np.diff(edges[0.975] - edges[0.025]) > 0)
