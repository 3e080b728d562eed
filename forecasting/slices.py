"""Slices of days: names of what makes a forecast's range hold more or less than usual.

Slices do not overlap, so counts by slice add up. A forecast is given its slice when it is made
(`forecasting.features.slicing`) and keeps it in the ledger; how often the range held in each slice,
measured on tickers that the model never saw, is in the model's scorecard and is asked for with
`forecasting.model.artifact.held_in_slice(card, forecast.slice, horizon)`.
"""

from typing import Literal, get_args

Slice = Literal[
    "eve", "near", "expected", "crypto", "fx", "index", "future", "wild", "calm", "other", "undated"
]
"""First match in this order: an announcement on the as-of or the next session (`eve`); one within
five sessions (`near`); one within five that only past dates let expect (`expected`); a ticker that
is no share or fund; the range wider (`wild`) or narrower (`calm`) than usual for the ticker; dates
known and none near (`other`); nobody knows the dates (`undated`)."""
SLICES: tuple[Slice, ...] = get_args(Slice)
SLICE_HORIZON = 5
"""Sessions ahead at which announcements are near and the range is compared with the usual one."""
WIDE, NARROW = 1.15, 0.87
"""Range over its usual from which it counts as wider, and below which as narrower."""
