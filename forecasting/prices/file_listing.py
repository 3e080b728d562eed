"""Which price files there are, and whether they are still the same; of thousands, seldom."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import Lock
from time import monotonic

from forecasting.prices.file_names import ticker_of_file
from forecasting.prices.file_reading import files_in

_LOOK_AT_ALL_EVERY = 5.0  # seconds
Stamp = tuple[int, int]
"""When a file was changed last, and its bytes."""


class FileListing:
    """The files of some paths as they were when all were looked at last."""

    def __init__(self, paths: Sequence[Path], on_change: Callable[[], None]) -> None:
        """Look at nothing yet.

        Args:
            paths: Files and folders.
            on_change: Called before anybody is told of files that are not what they were.
        """
        self.files: list[Path] = []
        self._paths = tuple(paths)
        self._on_change = on_change
        self._stamps: dict[Path, Stamp] = {}
        self._folders: list[Stamp] = []
        self._own: dict[str, list[Path]] = {}
        self._looked = -_LOOK_AT_ALL_EVERY
        self._turn = Lock()

    def named(self, ticker: str) -> Sequence[Path]:
        """Return the files that are named after a ticker."""
        return self._own.get(ticker, ())

    def renew(self, ticker: str) -> None:
        """Look whether the files that a question about a ticker needs are the same.

        It looks at the folders and the ticker's own files only, at all of them after some seconds:
        of thousands that takes longer than the answer. Of many who ask at once one does.

        Raises:
            OSError: A file or folder cannot be read.
        """
        asked, folders = monotonic(), [_stamp(path) for path in self._paths]
        if self._stands(ticker, folders):
            return
        with self._turn:
            if self._looked < asked:
                self._look(folders)

    def _stands(self, ticker: str, folders: list[Stamp]) -> bool:
        own, stamps = self._own.get(ticker), self._stamps
        late = monotonic() - self._looked >= _LOOK_AT_ALL_EVERY
        if own is None or late or folders != self._folders:
            return False
        return all(_stamp(path) == stamps.get(path) for path in own)

    def _look(self, folders: list[Stamp]) -> None:
        looked, files = monotonic(), files_in(self._paths)
        stamps = {path: _stamp(path) for path in files}
        if stamps != self._stamps:
            self.files, self._stamps, self._own = files, stamps, _by_ticker(files)
            self._on_change()
        self._folders, self._looked = folders, looked


def _stamp(path: Path) -> Stamp:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _by_ticker(files: Iterable[Path]) -> dict[str, list[Path]]:
    """Return the files whose names stand for each ticker."""
    named: dict[str, list[Path]] = {}
    for path in files:
        named.setdefault(ticker_of_file(path), []).append(path)
    return named
