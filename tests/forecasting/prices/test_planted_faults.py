"""One fault of each kind, planted anywhere: what leaves is the true number or a refusal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.errors import PriceError
from tests.forecasting.prices.planted import (
    FAULTS,
    Fault,
    Shown,
    is_true,
    real_looking,
    what_leaves,
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_false_number_leaves(fault: Fault, seed: int):
    """`python -m benchmarks faults` plants 10,000; here are some of each kind."""
    rng = np.random.default_rng(seed)
    true = real_looking(rng)
    left = what_leaves(fault(true, rng))
    assert isinstance(left, PriceError) or is_true(left, true)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_healthy_histories_leave_as_they_are(seed: int):
    """Nothing is mended that is right; how many newest days are held back is measured apart."""
    true = real_looking(np.random.default_rng(seed))
    left = what_leaves(Shown(true))
    assert not isinstance(left, PriceError)
    assert is_true(left, true)
