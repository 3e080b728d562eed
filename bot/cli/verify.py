"""`python -m bot verify`: walks the whole chain of the ledger."""

from bot.settings import Settings
from bot.words.language import load_words
from bot.words.verification import chain_text
from storage.errors import StorageError
from storage.store import open_store


def verify(settings: Settings) -> int:
    """Check every row of the ledger against its hash and every published head.

    Returns:
        0 where the chain holds, 1 where it is broken, 2 where the database cannot be read.
    """
    try:
        store = open_store(settings.database)
        try:
            report = store.verify_chain()
            corrections_hold = store.corrections_hold()
            calls_hold = store.league_records_hold()
        finally:
            store.close()
    except StorageError as err:
        print(err)  # noqa: T201 - this is a command of the terminal
        return 2
    print(chain_text(load_words(), report))  # noqa: T201
    if not corrections_hold:
        print("The chain of corrections is BROKEN.")  # noqa: T201
    if not calls_hold:
        print("The chain of the league's calls is BROKEN.")  # noqa: T201
    return 0 if report.holds and corrections_hold and calls_hold else 1
