"""`python -m forecasting`: forecasts, training and evaluation without Telegram."""

import argparse
import importlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from forecasting.calendars import use_renewed
from forecasting.errors import ForecastingError

_LONGEST = 200

_COMMANDS = {
    "predict": "one forecast, printed, drawn or written as JSON",
    "quantiles": "rolling forecasts of many tickers as a parquet file",
    "pretrain": "train the model that is shipped",
    "evaluate": "the backtest report",
    "tune": "search for better choices of network and training",
    "calendars": "renew the exchange calendars from the installed exchange_calendars package",
    "names": "renew the table of companies' names from the installed pytickersymbols package",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status.

    Args:
        arguments: The command line without the program's name; None takes it from the process.
    """
    parser = argparse.ArgumentParser(prog="python -m forecasting", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    given = sys.argv[1:] if arguments is None else arguments
    for name, what in _COMMANDS.items():
        own = commands.add_parser(name, help=what, description=what)
        if given[:1] == [name]:  # a command's libraries are loaded only when it is the one asked
            module = importlib.import_module(f"forecasting.commands.{name}")
            module.arguments(own)
            own.set_defaults(run=module.run)
    options = parser.parse_args(given)
    use_renewed(Path(os.environ.get("DATA_DIR") or "data") / "calendars.npz")
    options.now = datetime.now(UTC)  # a command line's own clock; the bot hands in its own
    return _told(options)


def _told(options: argparse.Namespace) -> int:
    """Run a command; what its files or options lack is one line, not a stack of calls."""
    try:
        status: int = options.run(options)
    except ForecastingError as err:
        reason = str(err)
    except OSError as err:
        reason = f"{err.filename}: {err.strerror}" if err.filename else str(err)
    else:
        return status
    print(" ".join(reason.split())[:_LONGEST], file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
