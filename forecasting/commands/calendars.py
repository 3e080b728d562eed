"""`python -m forecasting calendars`: the exchange calendars, renewed from the installed package."""

import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from forecasting import calendars

RENEWED = "calendars.npz"
"""The table's name in an installation's folder of state."""


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    folder = Path(os.environ.get("DATA_DIR") or "data")
    parser.add_argument(
        "--out",
        type=Path,
        default=folder / RENEWED,
        help="where to; the bot and the other commands read DATA_DIR/calendars.npz",
    )


def run(options: Namespace) -> int:
    """Write the table; return the exit status."""
    count, kept = calendars.write(options.out)
    note = f"; as they were, because the package cannot build them: {', '.join(kept)}"
    print(f"{count} calendars in {options.out}{note if kept else ''}", file=sys.stderr)
    return 0
