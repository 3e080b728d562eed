"""What a read question asks of a forecast."""

import pytest

from bot.answers.asked import prices_of
from bot.questions.values import ReadQuestion
from tests.bot.markets import plain_forecast, walk


@pytest.mark.parametrize(
    ("relation", "low", "high", "prices"),
    [
        ("between", -2.0, 3.0, (0.98, 1.03)),
        ("above", 0.0, 0.0, (1.0, 0.0)),
        ("below", -10.0, 0.0, (0.9, 0.0)),
        ("beyond", 5.0, 0.0, (0.95, 1.05)),
    ],
)
def test_changes_count_from_the_last_close(relation, low, high, prices):
    """Two and three per cent to either side of it, and "up at all" is the close itself."""
    given = plain_forecast(walk(count=300), -1)
    asked = ReadQuestion((given.ticker,), relation, low, high, percent=True)
    assert prices_of(given, asked) == pytest.approx(tuple(given.close * x for x in prices))
