"""The one rule that says whether a record proves anything."""

from datetime import date

import pytest

from forecasting.model.serving import BEFORE_SAMPLE, PRETRAINED, load_model
from forecasting.model.training_years import learned_from, learned_until, told_cut


@pytest.mark.parametrize(
    ("version", "until"),
    [
        ("lstm-202312-f1213c", date(2023, 12, 31)),
        ("lstm-202402-000000", date(2024, 2, 29)),
        ("lstm-20260105-000000", date(2026, 1, 5)),
        ("TSLA-2026-02-02-20260105-0a1b2c", date(2026, 1, 5)),
        ("lstm-20260230-000000", None),
        ("GOOG-2007-06-28-200412-97a8a3", date(2004, 12, 31)),
        ("BTC-USD-2025-01-02-202312-97a8a3", date(2023, 12, 31)),
        # Made by nights before names told it; the base they came from learned until then.
        ("TSLA-2025-06-02-97a8a3", date(2023, 12, 31)),
        ("lstm-202413-f1213c", None),
        ("walk-1", None),
        ("", None),
    ],
)
def test_a_models_name_tells_until_when_it_learned(version, until):
    """Whole months: a model may have learned from the last day of its month."""
    assert learned_until(version) == until


@pytest.mark.parametrize(
    ("as_of", "learned"),
    [
        (date(1999, 1, 4), True),
        (date(2004, 12, 31), True),
        (date(2005, 1, 3), False),
        (date(2008, 10, 14), False),
    ],
)
def test_a_day_up_to_the_cut_was_learned_from(as_of, learned):
    """The cut's own day included, and days before training began: the model saw what followed."""
    assert learned_from("lstm-200412-97a8a3", as_of) is learned


def test_a_refit_in_the_middle_of_a_month_has_not_learned_from_the_rest():
    """What the name tells is the cut, to the day."""
    for cut in (date(2026, 1, 5), date(2026, 1, 31), date(2024, 2, 28), date(2024, 2, 29)):
        assert learned_until(f"lstm-{told_cut(cut)}-0a1b2c") == cut


@pytest.mark.parametrize("folder", [PRETRAINED, PRETRAINED / "scored", BEFORE_SAMPLE])
def test_the_names_of_shipped_models_say_what_their_cards_say(folder):
    """No price after the name's month was used."""
    card = load_model(folder).card
    assert learned_until(card.version) == date.fromisoformat(card.trained_to)
