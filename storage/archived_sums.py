"""The sums of archived results, for counting the running totals anew."""

from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from storage.packing import PackedResults, unpack_columns
from storage.records.tallies import Sums
from storage.tables import ledger

_EPOCH = date(1970, 1, 1).toordinal()


def archived_sums_of(connection: Connection, ticker: str) -> dict[tuple[int, int, str], Sums]:
    """Return the sums of a ticker's archived results by horizon, week and slice.

    What was set right since is left out: it counts as it was corrected.
    """
    issued, archived = ledger.forecasts.c, ledger.archive.c
    query = (
        select(archived.forecast_id, archived.slice, archived.results)
        .join_from(ledger.archive, ledger.forecasts, archived.forecast_id == issued.id)
        .where(issued.ticker == ticker)
    )
    rows = connection.execute(query).all()
    corrections = ledger.corrections.c
    of_it = select(corrections.forecast_id, corrections.horizon).where(corrections.ticker == ticker)
    corrected = {tuple(row) for row in connection.execute(of_it)}
    totals = _Totals()
    for forecast_id, name, packed in rows:
        totals.add(forecast_id, name, unpack_columns(packed, forecast_id), corrected)
    return totals.sums()


class _Totals:
    """Adds columns up by horizon, week and slice: in numbers, since there are thousands."""

    def __init__(self) -> None:
        self._slices: dict[str, int] = {}
        self._keys: list[NDArray[np.int64]] = []
        self._values: list[NDArray[np.float64]] = []

    def add(
        self, forecast_id: int, name: str, found: PackedResults, corrected: set[tuple[int, int]]
    ) -> None:
        code = self._slices.setdefault(name, len(self._slices))
        weeks = (found.days.astype(np.int64) + _EPOCH - 1) // 7
        keys = np.stack([found.horizons.astype(np.int64), weeks, np.full(len(weeks), code)])
        resolved = found.flags & 1
        held = [resolved & found.flags >> 2 + 2 * place for place in range(3)]
        errors = np.nan_to_num(found.numbers[2:].astype(np.float64)) * resolved
        values = np.vstack([resolved, 1 - resolved, *held, errors])
        kept = [(forecast_id, horizon) not in corrected for horizon in found.horizons.tolist()]
        self._keys.append(keys[:, kept])
        self._values.append(values[:, kept])

    def sums(self) -> dict[tuple[int, int, str], Sums]:
        if not self._keys:
            return {}
        names = list(self._slices)
        keys, place = np.unique(np.hstack(self._keys), axis=1, return_inverse=True)
        values = np.hstack(self._values)
        totals = np.array([np.bincount(place.ravel(), row) for row in values])
        return {
            (int(h), int(week), names[code]): Sums(
                *(int(n) for n in total[:5]), *total[5:].tolist()
            )
            for (h, week, code), total in zip(keys.T.tolist(), totals.T, strict=True)
        }
