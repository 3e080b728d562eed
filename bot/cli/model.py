"""`python -m bot model TICKER|--base [--roll-back]`: which models are kept, and the way back."""

from bot.clock import SystemClock
from bot.settings import Settings
from storage.errors import StorageError
from storage.store import Store, open_kept

_BASE = "the base"


def model(settings: Settings, ticker: str, *, roll_back: bool) -> int:
    """Print a ticker's kept models, newest first; before that take the serving one back.

    Args:
        settings: Of this installation.
        ticker: In Yahoo's notation; empty for the model of all tickers.
        roll_back: Whether the serving model is rejected, so that the one before it serves.

    Returns:
        0 where it was done, 1 where there is no model to take back, 2 where the database cannot
        be read.
    """
    try:
        store = open_kept(settings.database)
        try:
            done = not roll_back or _rolled_back(store, ticker.upper())
            _list(store, ticker.upper())
        finally:
            store.close()
    except StorageError as err:
        print(err)  # noqa: T201 - this is a command of the terminal
        return 2
    return 0 if done else 1


def _rolled_back(store: Store, ticker: str) -> bool:
    champion, name = store.champion(ticker), ticker or _BASE
    if champion is None:
        print(f"{name} has no model of its own to take back")  # noqa: T201
        return False
    heir = store.rollback(ticker, SystemClock().now())
    print(f"{name}: {champion.entry.version} is taken back, {heir or _next(ticker)} serves")  # noqa: T201
    print("A running bot serves it within a minute")  # noqa: T201
    return True


def _next(ticker: str) -> str:
    return "the base" if ticker else "the shipped model"


def _list(store: Store, ticker: str) -> None:
    kept = store.models_of(ticker)
    if not any(entry.status == "champion" for entry in kept):
        print(f"{ticker or _BASE}: {_next(ticker)} serves")  # noqa: T201
    for entry in kept:
        print(f"{entry.version} {entry.status} made {entry.created_at:%Y-%m-%d %H:%M} UTC")  # noqa: T201
