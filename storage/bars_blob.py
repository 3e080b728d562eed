"""Bars as bytes: one block of numbers, compressed, nothing executable in it."""

import zlib

import numpy as np

from forecasting.values import Bars

_FORMAT = b"\x01"
_COLUMNS = ("open", "high", "low", "close", "adj_close", "volume")


def pack_bars(bars: Bars) -> bytes:
    """Return the columns of bars as bytes.

    The sessions as days since 1970 and six columns of doubles, little-endian, of shape (7, n); the
    bytes of equal weight lie together, which makes prices compress.
    """
    block = np.empty((7, len(bars)), dtype="<f8")
    block[0] = bars.sessions.astype("<i8")
    for place, name in enumerate(_COLUMNS, start=1):
        block[place] = getattr(bars, name)
    planes = block.reshape(-1).view(np.uint8).reshape(-1, 8).T
    return _FORMAT + zlib.compress(planes.tobytes(), level=1)


def unpack_bars(
    blob: bytes, *, ticker: str, currency: str, source: str, exchange: str, note: str
) -> Bars:
    """Return the bars that `pack_bars` packed; the rest is not in the bytes.

    Raises:
        ValueError: The bytes are of another format.
    """
    if blob[:1] != _FORMAT:
        raise ValueError(f"bars of format {blob[:1]!r}")
    planes = np.frombuffer(zlib.decompress(blob[1:]), dtype=np.uint8).reshape(8, -1)
    block = np.ascontiguousarray(planes.T).view("<f8").reshape(7, -1)
    columns = dict(zip(_COLUMNS, block[1:], strict=True))
    return Bars(
        ticker=ticker,
        sessions=block[0].astype("<i8").view("datetime64[D]"),
        currency=currency,
        source=source,
        exchange=exchange,
        note=note,
        **columns,
    )
