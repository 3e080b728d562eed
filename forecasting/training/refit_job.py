"""What a refit of the base is given and gives back, and which sessions judge it.

Values and arithmetic only: no network is run here, so the bot's own process may import it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasting.announcements.known import Announcements
from forecasting.training.promotion import Judgement
from forecasting.values import HORIZONS, Bars

NEWEST = 60
"""As-ofs that judge a base: the newest sessions whose outcomes are all known."""


@dataclass(frozen=True, slots=True, eq=False)
class RefitJob:
    """What a worker needs to fit the base anew.

    Attributes:
        histories: Of the installation's own price cache.
        files: Price files and folders, read by the worker itself; a ticker of the cache goes first.
        known: Announcements by ticker.
        announcement_files: Tables of more of them, read by the worker itself.
        champion_onnx, champion_card: The base that serves.
        until: No later price is looked at.
        most_cases: Cases of a fit, evenly taken; memory and time grow with them.
        choices: Of the recipe, where they differ from those that are shipped.
    """

    histories: tuple[Bars, ...]
    files: tuple[Path, ...]
    known: Mapping[str, Announcements]
    announcement_files: tuple[Path, ...]
    champion_onnx: bytes
    champion_card: bytes
    until: date
    most_cases: int = 600_000
    choices: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refitted:
    """What became of a refit; the bytes are empty unless the challenger won.

    Attributes:
        version: Name of the challenger, empty where none was fitted.
        reason: Why none was fitted, such as `no-new-sessions`.
        tickers, cases: What it was fitted to.
    """

    version: str = ""
    judgement: Judgement | None = None
    reason: str = ""
    tickers: int = 0
    cases: int = 0
    onnx: bytes = b""
    keras: bytes = b""
    card: bytes = b""


def cut_before(sessions: NDArray[np.datetime64], until: date) -> date | None:
    """Return the last session that a fit may see so that the newest `NEWEST` as-ofs judge it.

    Args:
        sessions: Of the market, rising.
        until: No later session is looked at.

    Returns:
        None where there are not that many sessions.
    """
    count = int(np.searchsorted(sessions, np.datetime64(until, "D"), side="right"))
    place = count - HORIZONS[-1] - NEWEST - 1
    day: date | None = sessions[place].item() if place >= 0 else None
    return day


def judging_rows(bars: Bars, cut: date) -> NDArray[np.int64]:
    """Return the as-ofs of a history that judge: after the cut, with outcomes that are known."""
    first = len(bars.between(None, cut))
    return np.arange(max(first, len(bars) - HORIZONS[-1] - NEWEST), len(bars) - HORIZONS[-1])


def longest(histories: Sequence[Bars]) -> dict[str, Bars]:
    """Return one history for each ticker: of several, the one that ends last, then the longest."""
    found: dict[str, Bars] = {}
    for bars in histories:
        other = found.get(bars.ticker)
        if len(bars) and (other is None or (bars.as_of, len(bars)) > (other.as_of, len(other))):
            found[bars.ticker] = bars
    return found
