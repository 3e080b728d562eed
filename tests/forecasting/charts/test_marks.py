"""Marks on a fan: announcements ahead, and the range that an earlier forecast gave."""

from dataclasses import replace
from datetime import date

import pytest

from forecasting.charts.fan import About, draw_fan
from forecasting.charts.marks import before_of
from forecasting.charts.palette import Theme, channels, palette
from tests.forecasting.charts.checks import check_readable
from tests.forecasting.charts.fans import composed, opened, texts_of
from tests.forecasting.charts.histories import bars, forecast


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
