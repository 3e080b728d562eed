"""Bars as bytes: exact, small, and nothing executable."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.bars_blob import pack_bars, unpack_bars
from tests.storage.samples import bars

REST = {"ticker": "T", "currency": "USD", "source": "s", "exchange": "XNYS", "note": ""}


@settings(max_examples=40, deadline=None)
@given(n=st.integers(0, 60), seed=st.integers(0, 2**32 - 1))
def test_what_is_packed_comes_out_bit_for_bit(n, seed):
    """Any number of sessions, none included."""
    packed = bars(n=n, seed=seed)
    unpacked = unpack_bars(pack_bars(packed), **REST)
    for name in ("sessions", "open", "high", "low", "close", "adj_close", "volume"):
        assert np.array_equal(getattr(unpacked, name), getattr(packed, name))


def test_prices_before_1970_keep_their_dates():
    """The S&P 500 starts in 1927."""
    early = np.datetime64("1927-12-30") + np.arange(3)
    packed = pack_bars(replace(bars(n=3), sessions=early))
    assert unpack_bars(packed, **REST).session(0).year == 1927


def test_another_format_is_refused():
    """A later release's bytes are not misread."""
    with pytest.raises(ValueError, match="format"):
        unpack_bars(b"\x02" + pack_bars(bars())[1:], **REST)


def test_bytes_are_smaller_than_the_numbers():
    """Ten years of real-looking prices take less than their raw columns."""
    assert len(pack_bars(bars(n=2520))) < 0.9 * 2520 * 7 * 8
