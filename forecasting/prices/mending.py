"""All that is mended in an adjusted history, in its one order, for every source."""

from collections.abc import Sequence

from forecasting.prices.dividends import Dividends, dividends_mended
from forecasting.prices.first_prices import mended
from forecasting.prices.odd_rows import odd_rows_mended
from forecasting.prices.splits import Split, splits_mended
from forecasting.prices.units import slips_mended
from forecasting.values import Bars


def mended_prices(
    bars: Bars, splits: Sequence[Split] = (), dividends: Dividends | None = None
) -> Bars:
    """Return bars with splits, units, odd rows, dividends and a currency's closes set right.

    Args:
        bars: Cleaned bars.
        splits: What the service lists; empty where it lists none.
        dividends: The same; None where it lists none.

    Raises:
        BadAnswerError: The prices contradict themselves and it cannot be told how.
    """
    one_scale = odd_rows_mended(slips_mended(splits_mended(bars, splits)))
    return mended(dividends_mended(one_scale, dividends))
