"""Files for the commands: every usable history, what stands for the market, announcements."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from pathlib import Path

from forecasting.announcements.files import read_announcements
from forecasting.announcements.known import Announcements
from forecasting.errors import AnnouncementFileError
from forecasting.features.market import market_of
from forecasting.prices.files import read_histories
from forecasting.values import Bars


def read_all(paths: Sequence[Path]) -> tuple[list[Bars], Bars | None]:
    """Return all usable histories of some files, and the market's bars among or made of them.

    A history that cannot be used is named on stderr in one line and left out.
    """
    histories = []
    for found in read_histories(paths):
        if isinstance(found, Bars):
            histories.append(found)
        else:
            print(f"{found}; skipped", file=sys.stderr)
    return histories, market_of(histories)


def announcements_option(parser: ArgumentParser) -> None:
    """Declare `--announcements`."""
    parser.add_argument(
        "--announcements", nargs="+", type=Path, default=[], metavar="PATH",
        help="parquet or CSV: ticker,date,time_of_day (pre, post or empty); a date is seen at "
        "most ten sessions ahead",
    )  # fmt: skip


def read_known(paths: Sequence[Path]) -> dict[str, Announcements]:
    """Return the announcements of some files by ticker.

    Raises:
        AnnouncementFileError: A file is missing or no such table, or all of them hold nothing.
    """
    found = read_announcements(paths)
    if paths and not found:
        raise AnnouncementFileError(paths[0].name, "holds no announcement")
    return found


def at_least_one(text: str) -> int:
    """Return a count that an option was given.

    Raises:
        ArgumentTypeError: It is no whole number, or below one.
    """
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def wanted_tickers(histories: Sequence[Bars], wanted: str) -> list[Bars]:
    """Return the histories of the tickers in a comma separated list, or of all."""
    if wanted == "all":
        return list(histories)
    by_ticker = {bars.ticker: bars for bars in histories}
    names = [name.strip().upper() for name in wanted.split(",") if name.strip()]
    for name in names:
        if name not in by_ticker:
            print(f"{name}: no such history in these files; skipped", file=sys.stderr)
    return [by_ticker[name] for name in names if name in by_ticker]
