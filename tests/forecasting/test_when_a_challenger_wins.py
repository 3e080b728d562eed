"""A challenger wins where the whole interval is better and its band no 3 points farther from 80 %."""

import pytest

from forecasting.evaluation.intervals import Interval
from forecasting.training.promotion import Judgement


@pytest.mark.parametrize(
    ("change", "high", "before", "after", "better"),
    [
        (-0.10, -0.01, 0.80, 0.80, True),
        (-0.10, 0.01, 0.80, 0.80, False),  # it may be luck
        (-0.10, 0.0, 0.80, 0.80, False),
        (0.10, 0.20, 0.80, 0.80, False),
        (-0.10, -0.01, 0.80, 0.775, True),  # 2.5 points farther
        (-0.10, -0.01, 0.80, 0.76, False),  # 4 points too narrow
        (-0.10, -0.01, 0.80, 0.84, False),  # 4 points too wide
        (-0.10, -0.01, 0.70, 0.72, True),  # nearer than before
        (-0.10, -0.01, 0.77, 0.745, True),  # 2.5 points farther than before
        (-0.10, -0.01, 0.77, 0.735, False),
    ],
)
def test_a_challenger_wins_only_beyond_noise_and_with_an_honest_band(
    change, high, before, after, better
):
    """Worked by hand from the rule in docs/retraining.md."""
    interval = Interval(change, change - (high - change), high, 12)
    assert Judgement(1.0, 1.0 + change, interval, before, after).better is better
