"""What keeping an update costs on SQLite: taken, its answer noted, marked as done.

python -m benchmarks inbox
"""

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.timing import header, row
from storage.records.inbox import Arrival, Claim, Leaving
from storage.store import open_store

UPDATES, BOT = 3000, 42
_BODY = '{"update_id": 100000001, "message": {"message_id": 1, "text": "/predict TSLA"}}' * 6
"""As long as an update of a group is."""


def main() -> None:
    """Print wall and CPU time of each of many updates."""
    now = datetime.now(UTC)
    claim = Claim("host/1/1/00000000", now + timedelta(seconds=45))
    walls, cpus = [], []
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'inbox.sqlite3'}")
        for number in range(UPDATES):
            wall, cpu = time.perf_counter(), time.process_time()
            store.take_in(BOT, [Arrival(number, 7, 7, _BODY, now)], claim)
            store.note_answers(BOT, [Leaving(number, (), (7, 7))], (), now)
            store.note_answers(BOT, (), [(number, (8,))], now)
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
        store.close()
    header()
    # The slowest one in a hundred tells of the machine, not of this.
    walls = sorted(walls)[: int(0.99 * UPDATES)]
    row("an update, taken and done", walls, goal="2 ms")
    row("the same, CPU", cpus)
