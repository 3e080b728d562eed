"""Where the bytes of uploaded files lie: in memory for tests, in a folder for people."""

import hashlib
from pathlib import Path
from typing import Protocol


class Blobs(Protocol):
    """Keeps bytes under a name of its own choice."""

    def put(self, data: bytes) -> str:
        """Keep bytes and return their name; equal bytes have one name."""
        ...

    def get(self, name: str) -> bytes:
        """Return the bytes of a name.

        Raises:
            KeyError: No such name.
        """
        ...

    def clear(self) -> None:
        """Forget all bytes."""
        ...


class MemoryBlobs:
    """Blobs that end with the process."""

    def __init__(self) -> None:
        self._data: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        """Keep bytes and return their name."""
        name = hashlib.sha256(data).hexdigest()
        self._data[name] = data
        return name

    def get(self, name: str) -> bytes:
        """Return the bytes of a name."""
        return self._data[name]

    def clear(self) -> None:
        """Forget all bytes."""
        self._data.clear()


class FolderBlobs:
    """Blobs as files of a folder, named by their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, data: bytes) -> str:
        """Keep bytes and return their name."""
        name = hashlib.sha256(data).hexdigest()
        path = self._folder / name
        if not path.exists():
            part = path.with_suffix(".part")
            part.write_bytes(data)
            part.replace(path)
        return name

    def get(self, name: str) -> bytes:
        """Return the bytes of a name."""
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError as err:
            raise KeyError(name) from err

    def clear(self) -> None:
        """Forget all bytes."""
        for path in self._folder.iterdir():
            path.unlink()
