"""`python -m forecasting names`: the companies' names, renewed from `pytickersymbols`."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from forecasting.names import build, resolve
from forecasting.names.table import MADE


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "--real-words", action="store_true", help="renew the words that are no typing mistake, too"
    )
    parser.add_argument("--out", type=Path, default=MADE, help="where to; the shipped table")


def run(options: Namespace) -> int:
    """Write the table; return the exit status."""
    count = build.write(options.out)
    print(f"{count} names in {options.out}", file=sys.stderr)
    if options.real_words:
        count = build.write_real_words(resolve.REAL_WORDS)
        print(f"{count} words in {resolve.REAL_WORDS}", file=sys.stderr)
    return 0
