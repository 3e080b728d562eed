"""Labels on one line that must not touch: the smallest moves that set them apart."""

from collections.abc import Sequence

import numpy as np

from forecasting.values import Float1D


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> Float1D:
    """Return centres as near as can be (least squares) to the wanted ones, without overlap.

    The order is kept. Taking the sizes off turns "apart by at least" into "not falling", which
    pooling adjacent violators solves exactly; cutting that at both ends keeps it optimal.

    Args:
        wanted: Centres, rising, shape (n,).
        sizes: Extent of each label along the line, shape (n,); their sum must fit.
        low: Where the line starts; no label may stick out.
        high: Where it ends.

    Returns:
        Centres, rising, shape (n,).

    Raises:
        ValueError: The labels together are longer than the line.
    """
    extents = np.asarray(sizes, dtype=np.float64)
    if extents.sum() > high - low + 1e-9:
        raise ValueError(f"labels of {extents.sum():.0f} do not fit {high - low:.0f}")
    before = np.cumsum(extents) - extents / 2
    blocks: list[tuple[float, int]] = []
    for value in np.asarray(wanted, dtype=np.float64) - before:
        mean, count = float(value), 1
        while blocks and blocks[-1][0] > mean:
            last, members = blocks.pop()
            mean, count = (mean * count + last * members) / (count + members), count + members
        blocks.append((mean, count))
    pooled = np.repeat([mean for mean, _ in blocks], [count for _, count in blocks])
    placed: Float1D = np.clip(pooled, low, high - extents.sum()) + before
    return placed
