"""The picture of a week: a row a ticker, one scale, the ledger's verdict."""

import pytest

from forecasting.charts.canvas import Canvas
from forecasting.charts.palette import Theme, palette
from forecasting.charts.texts import ENGLISH
from forecasting.charts.week import MOST, WeekRow, compose_week, draw_week

TESLA = WeekRow("Tesla", -0.09, 0.10, -0.13, False, 3, 5)
APPLE = WeekRow("Apple", -0.04, 0.045, 0.021, True, 5, 5)


def placed(*rows):
    canvas = Canvas(palette(Theme.LIGHT), high=150 + 44 + 78 * len(rows) + 72)
    compose_week(canvas, rows, 5, ENGLISH)
    return canvas.placed


def test_the_heading_counts_what_the_rows_count():
    """Three and five of ten held; each row says its own."""
    texts = [text.text for text in placed(TESLA, APPLE)]
    assert "8 of 10 ranges of this week held" in texts
    assert {"3 of 5 held", "5 of 5 held", "−13.0%", "+2.1%", "Tesla", "Apple"} <= set(texts)


def test_the_scale_is_the_smallest_rung_that_holds_all():
    """A close at 13 % needs the rung of 20 %; ranges of 4 % that of 10 %."""
    assert "+20%" in [text.text for text in placed(TESLA, APPLE)]
    assert "+10%" in [text.text for text in placed(APPLE)]
    assert "+20%" not in [text.text for text in placed(APPLE)]


@pytest.mark.parametrize("theme", list(Theme))
def test_no_text_touches_another(theme):
    """Twenty long names and a wild close are still read."""
    rows = [WeekRow("A very long name of a company " * 3, -0.5, 0.5, 1.4, False, 1, 5)] * MOST
    assert draw_week(rows, 5, theme=theme).startswith(b"\x89PNG")
    boxes = placed(*rows)
    for one in boxes:
        assert one.left >= 0
        assert one.right <= 1280
        for other in boxes:
            apart = one.right <= other.left or other.right <= one.left
            apart = apart or one.top <= other.bottom or other.top <= one.bottom
            assert apart or one is other


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_a_picture_has_room_for_some_rows(count):
    """None is no picture; of too many the caller chooses."""
    with pytest.raises(ValueError, match="a picture holds"):
        draw_week([APPLE] * count, 5)
