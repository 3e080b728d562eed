"""A doubted price is used once two agree, and waits until then."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pytest

from forecasting.errors import BadAnswerError, NoConnectionError
from forecasting.prices.chain import ChainSource
from forecasting.values import Bars, HeldBack
from tests.forecasting.prices.market import NOW, make_bars
from tests.forecasting.prices.planted import scaled
from tests.forecasting.prices.scripted import ScriptedSource

TRUE = make_bars("ACME.L", n=300, currency="GBP")
WRONG = scaled(TRUE, slice(-1, None), 0.01)
CRASHED = scaled(TRUE, slice(-1, None), 0.6)


@dataclass
class WithRepair(ScriptedSource):
    """A source that looks at its prices again."""

    repair: Bars | None = None

    def repaired(self, ticker: str, now: datetime) -> Bars:
        if self.repair is None:
            raise NoConnectionError(ticker, self.name, "away")
        return self.repair


def source(bars: Bars, name: str = "one") -> ScriptedSource:
    return ScriptedSource(lambda *_: replace(bars, source=name), name=name)


def repairing(bars: Bars, repair: Bars | None) -> WithRepair:
    return WithRepair(lambda *_: bars, repair=repair)


def test_nobody_confirms_and_the_day_before_answers():
    """Never £0.039 for £3.92."""
    bars = ChainSource([source(WRONG)]).history("ACME.L", NOW)
    assert bars.as_of == TRUE.session(-2)
    assert bars.held_back == HeldBack(TRUE.as_of, "unit")


def test_repair_that_agrees_with_the_factor_is_used():
    """The row times a hundred continues the days before, and the repair says so too."""
    bars = ChainSource([repairing(WRONG, TRUE)]).history("ACME.L", NOW)
    assert bars.held_back is None
    assert bars.close[-1] == pytest.approx(TRUE.close[-1])


@pytest.mark.parametrize("repair", [WRONG, CRASHED, None])
def test_repair_that_says_nothing_or_something_else_confirms_nothing(repair: Bars | None):
    """The repair looks at the same numbers: silence is no second voice."""
    bars = ChainSource([repairing(WRONG, repair)]).history("ACME.L", NOW)
    assert bars.held_back is not None


def test_second_source_that_shows_the_same_confirms_a_real_move():
    """40 % down without volume, in two services."""
    chain = ChainSource([source(CRASHED), source(CRASHED, "two")])
    bars = chain.history("ACME.L", NOW)
    assert (bars.held_back, bars.source) == (None, "one")
    assert bars.close[-1] == CRASHED.close[-1]


def test_second_source_in_pence_mends_the_first_in_pounds():
    """The first times a hundred is what the second shows."""
    bars = ChainSource([source(WRONG), source(TRUE, "two")]).history("ACME.L", NOW)
    assert bars.held_back is None
    assert np.allclose(bars.close, TRUE.close)


def test_second_source_that_divided_the_past_mends_a_lost_split():
    """Both agree on the newest day; the days before follow the one that knows of the split."""
    lost = scaled(TRUE, slice(0, -1), 4.0)
    bars = ChainSource([source(lost), source(TRUE, "two")]).history("ACME.L", NOW)
    assert bars.held_back is None
    assert np.allclose(bars.close, TRUE.close)


def test_shorter_answer_never_replaces_a_longer_history():
    """100 rows of 300 are no answer, and the next source is asked."""
    short = source(TRUE.rows(slice(-100, None)))
    known = TRUE.rows(slice(0, -1))
    with pytest.raises(BadAnswerError, match="gave 100 of 299"):
        ChainSource([short]).history("ACME.L", NOW, known)
    assert len(ChainSource([short, source(TRUE, "two")]).history("ACME.L", NOW, known)) == 300


def test_answer_that_ends_earlier_than_what_is_known_is_none():
    """A service that lost a week is asked again."""
    with pytest.raises(BadAnswerError, match="is known"):
        ChainSource([source(TRUE.rows(slice(0, -5)))]).history("ACME.L", NOW, TRUE)


def test_answer_with_holes_is_none():
    """Interior days that are known do not vanish."""
    kept = np.r_[0:150, 170:300]
    columns = ("sessions", "open", "high", "low", "close", "adj_close", "volume")
    holed = replace(TRUE, **{name: getattr(TRUE, name)[kept] for name in columns})
    with pytest.raises(BadAnswerError, match="lacks 20 sessions"):
        ChainSource([source(holed)]).history("ACME.L", NOW, TRUE)


def test_whole_answer_in_another_unit_is_none():
    """Known in pounds, the same days come as pence."""
    known = TRUE.rows(slice(0, -1))
    with pytest.raises(BadAnswerError, match="another unit"):
        ChainSource([source(TRUE.scaled(100))]).history("ACME.L", NOW, known)


def test_another_share_under_the_same_name_is_none():
    """A service that mixes up its answers does not replace a history, nor its currency."""
    known = TRUE.rows(slice(0, -1))
    columns = ("open", "high", "low", "close", "adj_close")
    other = replace(TRUE, **{name: getattr(TRUE, name)[::-1].copy() for name in columns})
    with pytest.raises(BadAnswerError, match="moved on other days"):
        ChainSource([source(other)]).history("ACME.L", NOW, known)
    with pytest.raises(BadAnswerError, match="is in EUR, GBP is known"):
        ChainSource([source(replace(TRUE, currency="EUR"))]).history("ACME.L", NOW, known)


def test_share_that_took_over_a_name_is_told_after_two_weeks():
    """Companies change names and countries change their money, which no later answer undoes."""
    known = TRUE.rows(slice(0, -11))
    renamed = replace(TRUE.scaled(0.5), currency="EUR")
    assert ChainSource([source(renamed)]).history("ACME.L", NOW, known).currency == "EUR"
