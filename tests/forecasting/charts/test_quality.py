"""The model's card."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from forecasting.charts.palette import Theme
from forecasting.charts.quality import Quality, compose_quality, draw_quality
from forecasting.charts.texts import ENGLISH
from tests.forecasting.charts.checks import said, size


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
    """Skill below nothing, coverage of everything, one result: the words still fit."""
    words = said(compose_quality, card(**changes), ENGLISH)
    assert any(text.startswith("model lstm-1") for text in words)
    assert size(draw_quality(card(**changes), theme=Theme.DARK)) == (1280, 720)


def test_a_card_without_a_number_for_each_horizon_is_refused():
    """No horizon stands beside another's figure."""
    with pytest.raises(ValueError, match="each horizon"):
        card(skill={"no change": np.zeros(3)})


def test_a_models_card_begins_with_the_verdict_on_its_ranges():
    """81 of 100 is as promised; where fewer held than that the heading says so."""
    words = said(compose_quality, card(), ENGLISH)
    assert words[0] == "This model: ranges held as promised"
    assert words[1] == "Of 100 ranges that promised 80, 81 held · tested on data it never saw"
    poor = card(coverage={0.8: np.full(4, 0.7)})
    assert said(compose_quality, poor, ENGLISH)[0] == "This model: ranges too narrow"
