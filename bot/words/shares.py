"""Shares of one whole as whole numbers out of 100: readers add them up, and they shall be 100."""

import math
from collections.abc import Sequence


def out_of_100(shares: Sequence[float]) -> tuple[int, ...]:
    """Return shares as whole numbers that sum to what all of them together round to.

    The largest remainders are rounded up (Hamilton's method), the first of equal ones.

    Args:
        shares: Usually 1 together; one that lowers the risk of a basket is below 0.
    """
    exact = [100 * share for share in shares]
    down = [math.floor(each) for each in exact]
    missing = round(sum(exact)) - sum(down)
    order = sorted(range(len(exact)), key=lambda place: down[place] - exact[place])
    up = frozenset(order[:missing])
    return tuple(each + (place in up) for place, each in enumerate(down))
