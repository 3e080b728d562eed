"""`python -m bot`: read settings, build, run; and the operators' commands."""

import argparse
import asyncio
import sys
from pathlib import Path

from bot.errors import SettingsError
from bot.garbage import put_off
from bot.lean import lean
from bot.settings import Settings, read_settings
from bot.worker import spare_memory


def main(arguments: list[str]) -> int:
    """Run the bot or one of its commands; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        settings = read_settings()
    except SettingsError as err:
        print(f"The settings cannot be used:\n{err}", file=sys.stderr)
        return 2
    spare_memory()
    return int(_COMMANDS[options.command or "run"](settings, options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("check", help="check settings, database, model, prices and Telegram")
    commands.add_parser("health", help="ask the bot that runs here whether it is well")
    proof = commands.add_parser("verify", help="check the ledger's rows against their hashes")
    proof.add_argument(
        "--all", action="store_true", help="from the first row on, not the last walk"
    )
    job = commands.add_parser("job", help="run one scheduled job once")
    job.add_argument("name", choices=("resolve", "retrain", "digest", "refit", "recap"))
    job.add_argument("--now", metavar="ISO", help="instant to run it at; later prices are hidden")
    model = commands.add_parser("model", help="list the models kept, or take one back")
    whose = model.add_mutually_exclusive_group(required=True)
    whose.add_argument("ticker", nargs="?", metavar="TICKER", help="in Yahoo's notation")
    whose.add_argument("--base", action="store_true", help="the model of all tickers")
    model.add_argument(
        "--roll-back", action="store_true", help="let the model before the serving one serve"
    )
    copy = commands.add_parser("copy-database", help="move between SQLite and PostgreSQL")
    copy.add_argument("source", metavar="FROM", help="SQLAlchemy URL of the database to read")
    copy.add_argument("target", metavar="TO", help="SQLAlchemy URL of an empty database")
    old = commands.add_parser("prune", help="archive old forecasts, delete what is kept no longer")
    old.add_argument("--dry-run", action="store_true", help="only say what would go, and its bytes")
    old.add_argument("--shrink", action="store_true", help="give SQLite's bytes back; stop the bot")
    commands.add_parser("rebuild-tallies", help="compare the running totals with all results")
    backup = commands.add_parser("backup", help="write all state into one checked file")
    backup.add_argument("target", metavar="TO", type=Path, help="a file that is not there yet")
    restore = commands.add_parser("restore", help="fill an empty database from a backup")
    restore.add_argument("source", metavar="FROM", type=Path, help="a file written by backup")
    return parser


# Imports wait until settings are known to be good, so that a wrong one is told at once.
def _run(settings: Settings, _options: argparse.Namespace) -> int:
    put_off()
    with lean():
        from bot.cli.run import run
    if settings.telegram_bot_token is None:
        from bot.cli.run_local import run_local

        return asyncio.run(run_local(settings))
    return asyncio.run(run(settings))


def _check(settings: Settings, _options: argparse.Namespace) -> int:
    from bot.cli.check import check
    from bot.cli.run import secrets_of
    from bot.logs import set_up_logging

    set_up_logging("ERROR", secrets_of(settings))
    lines = asyncio.run(check(settings))
    for line in lines:
        print(line)
    return 0 if all(line.works for line in lines) else 1


def _health(settings: Settings, _options: argparse.Namespace) -> int:
    from bot.cli.health import health

    well, line = health(settings)
    print(line)
    return 0 if well else 1


def _verify(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli.verify import verify

    return verify(settings, everything=options.all)


def _job(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli.job import read_now, run_job

    try:
        now = read_now(options.now) if options.now else None
    except ValueError as err:
        print(f"--now: {err}", file=sys.stderr)
        return 2
    return run_job(settings, options.name, now)


def _model(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli.model import model

    return model(settings, options.ticker or "", roll_back=options.roll_back)


def _copy_database(_settings: Settings, options: argparse.Namespace) -> int:
    from storage.copying import copy_database
    from storage.errors import StorageError

    try:
        copied = copy_database(options.source, options.target)
    except StorageError as err:
        print(f"nothing was changed in the source: {err}", file=sys.stderr)
        return 1
    print(copied)
    return 0


def _prune(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli.prune import prune
    from bot.clock import SystemClock

    now = SystemClock().now()
    return prune(settings, now, dry_run=options.dry_run, shrink=options.shrink)


def _rebuild_tallies(settings: Settings, _options: argparse.Namespace) -> int:
    from bot.cli.rebuild_tallies import rebuild_tallies

    return rebuild_tallies(settings)


def _backup(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli.backup import backup

    return backup(settings, options.target)


def _restore(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli.backup import bring_back

    return bring_back(settings, options.source)


_COMMANDS = {
    "run": _run,
    "check": _check,
    "health": _health,
    "verify": _verify,
    "job": _job,
    "model": _model,
    "copy-database": _copy_database,
    "prune": _prune,
    "rebuild-tallies": _rebuild_tallies,
    "backup": _backup,
    "restore": _restore,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
