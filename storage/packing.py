"""A forecast's text and its results as few bytes as they need; knows no database.

The text comes back byte for byte, so that its hash still holds. Of results the close comes back
exactly and the other numbers with seven digits: they are sums' parts, and no hash covers them.
"""

import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storage.errors import DamagedForecastError
from storage.records.ledger import Resolution

# What every canonical text repeats. Packed texts are read with it: it never changes, a better one
# would get a format number of its own.
_LEVELS = "[0.025,0.05,0.1,0.2,0.25,0.4,0.5,0.6,0.75,0.8,0.9,0.95,0.975]"
_DAYS = ",".join(f'"2026-{month:02}-{day:02}"' for month in (1, 11, 12) for day in range(1, 32))
_SKELETON = (
    f'"wild""calm""eve""near""widened","calendar-guessed","short-history",,"targets":[{_DAYS}],'
    '"ticker":"","usual_width":[null,0.0"slice":"other","source":"files""alphavantage""tiingo"'
    '"yahoo","targets":["2026-{"as_of":"2026-01-02","cautions":["no-market","no-dates"],"close":1'
    f'0.01,"currency":"USD","data_digest":"0123456789abcdef","levels":{_LEVELS},'
    '"model_version":"lstm-202312-","note":"","quantiles":[[1'
).encode()
_FORMAT = b"\x01"
_RAW = -15
ROUNDED = ("log_return", "pit", "abs_error", "naive_abs_error", "loss", "naive_loss")
"""Numbers of a result that are kept in single precision."""
_BANDS = ("in_50", "in_80", "in_95")
_DAY_ONE = date(1970, 1, 1)


def pack_text(body: str) -> bytes:
    """Return a canonical text as bytes that `unpack_text` reads."""
    # Digits do not repeat: short matches cost more than they save.
    packer = zlib.compressobj(9, zlib.DEFLATED, _RAW, 9, zlib.Z_FILTERED, _SKELETON)
    return _FORMAT + packer.compress(body.encode()) + packer.flush()


def unpack_text(packed: bytes) -> str:
    """Return the text that was packed; empty where the bytes are damaged."""
    if packed[:1] != _FORMAT:
        return ""
    try:
        unpacker = zlib.decompressobj(_RAW, _SKELETON)
        text = unpacker.decompress(packed[1:]).decode()
    except (zlib.error, UnicodeDecodeError):
        return ""
    return text if unpacker.eof else ""


def pack_results(results: Sequence[Resolution]) -> bytes:
    """Return the results of one forecast as bytes that `unpack_results` reads."""
    days = [[(result.target - _DAY_ONE).days for result in results]]
    reasons = [result.reason for result in results]
    parts = [
        bytes([len(results)]),
        bytes(result.horizon for result in results),
        bytes(map(_flags, results)),
        _planes(np.array(days, "<i4")),
        _planes(np.array([_column(results, "close")], "<f8")),
        _planes(np.array([_column(results, name) for name in ROUNDED], "<f4")),
        json.dumps(reasons if any(reasons) else []).encode(),
    ]
    return _FORMAT + zlib.compress(b"".join(parts), 9)


@dataclass(frozen=True, slots=True, eq=False)
class PackedResults:
    """The results of one forecast in columns.

    Attributes:
        horizons: Sessions ahead, shape (n,).
        flags: Bit 0: resolved. Then two bits for each band: whether it is known, whether it held.
        days: Targets as days since 1970, shape (n,).
        close: NaN where there is none, shape (n,).
        numbers: The columns `ROUNDED`, NaN where there is none, shape (6, n).
        reasons: Why each is void, or none at all.
    """

    horizons: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    days: NDArray[np.int32]
    close: NDArray[np.float64]
    numbers: NDArray[np.float32]
    reasons: tuple[str, ...]


def unpack_columns(packed: bytes, forecast_id: int) -> PackedResults:
    """Return the columns of a forecast's results that were packed.

    Raises:
        DamagedForecastError: The bytes are not those that were packed.
    """
    try:
        return _columns_of(packed)
    except (ValueError, IndexError, zlib.error) as err:
        raise DamagedForecastError(forecast_id) from err


def _columns_of(packed: bytes) -> PackedResults:
    data = zlib.decompress(packed[1:])
    if packed[:1] != _FORMAT:
        raise ValueError("results are of an unknown form")
    count = data[0]
    close = 1 + 6 * count
    numbers = close + 8 * count
    end = numbers + 4 * len(ROUNDED) * count
    return PackedResults(
        np.frombuffer(data, np.uint8, count, 1),
        np.frombuffer(data, np.uint8, count, 1 + count),
        _from_planes(data[1 + 2 * count : close], "<i4").ravel(),
        _from_planes(data[close:numbers], "<f8").ravel(),
        _from_planes(data[numbers:end], "<f4").reshape(len(ROUNDED), count),
        tuple(json.loads(data[end:])),
    )


def unpack_results(packed: bytes, forecast_id: int) -> list[Resolution]:
    """Return the results of a forecast that were packed.

    Raises:
        DamagedForecastError: The bytes are not those that were packed.
    """
    found = unpack_columns(packed, forecast_id)
    return [_result(found, n, forecast_id) for n in range(len(found.horizons))]


def _result(found: PackedResults, n: int, forecast_id: int) -> Resolution:
    flags = int(found.flags[n])
    numbers = zip(("close", *ROUNDED), (found.close[n], *found.numbers[:, n]), strict=True)
    told: dict[str, Any] = {name: _known(float(value)) for name, value in numbers}
    told |= {name: _held(flags, place) for place, name in enumerate(_BANDS)}
    return Resolution(
        forecast_id,
        int(found.horizons[n]),
        _DAY_ONE + timedelta(days=int(found.days[n])),
        "resolved" if flags & 1 else "void",
        reason=found.reasons[n] if found.reasons else "",
        **told,
    )


def resolved_mask(results: Sequence[Resolution]) -> int:
    """Return at which horizons a forecast has resolved results: bit 0 is one session ahead."""
    return sum(1 << result.horizon - 1 for result in results if result.status == "resolved")


def _flags(result: Resolution) -> int:
    """Return a byte: whether it is resolved; of each band whether it is known, and held."""
    flags = int(result.status == "resolved")
    for place, name in enumerate(_BANDS):
        held = getattr(result, name)
        flags |= (held is not None) << 1 + 2 * place | bool(held) << 2 + 2 * place
    return flags


def _held(flags: int, place: int) -> bool | None:
    return bool(flags >> 2 + 2 * place & 1) if flags >> 1 + 2 * place & 1 else None


def _column(results: Sequence[Resolution], name: str) -> list[float]:
    values = [getattr(result, name) for result in results]
    return [math.nan if value is None else value for value in values]


def _planes(block: NDArray[np.generic]) -> bytes:
    """Return first all first bytes, then all second ones: those of like numbers repeat."""
    return block.reshape(-1).view(np.uint8).reshape(-1, block.itemsize).T.tobytes()


def _from_planes(data: bytes, kind: str) -> NDArray[Any]:
    planes = np.frombuffer(data, np.uint8).reshape(np.dtype(kind).itemsize, -1)
    return np.ascontiguousarray(planes.T).view(kind)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
