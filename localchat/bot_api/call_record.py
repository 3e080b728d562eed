"""What the bot called, kept for tests; a running chat keeps nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from localchat.bot_api.faults import Trouble
from localchat.bot_api.parameters import Upload
from localchat.errors import ApiError


@dataclass(frozen=True, slots=True)
class Recorded:
    """One Bot API request and how it ended.

    Attributes:
        method: Telegram's name of the method.
        raw: Values as they arrived, by name.
        files: File parts by field name.
        at: Monotonic seconds when it arrived.
        seconds: How long the server took to answer.
        result: The JSON result, None where it was refused.
        refusal: Why it was refused, None where it was accepted.
        fault: What was let go wrong with it on order, None where nothing was.
    """

    method: str
    raw: Mapping[str, Any]
    files: Mapping[str, Upload]
    at: float
    seconds: float = 0.0
    result: Any = None
    refusal: ApiError | None = None
    fault: Trouble | None = None

    @property
    def chat_id(self) -> int | None:
        """The chat it was about, where it named one by number."""
        try:
            return int(self.raw["chat_id"])
        except (KeyError, TypeError, ValueError):
            return None


class Recorder:
    """The requests so far, oldest first."""

    def __init__(self, *, keep: bool, announce: Callable[[], None] = lambda: None) -> None:
        self._keep = keep
        self._announce = announce
        self._calls: list[Recorded] = []

    def __iter__(self) -> Iterator[Recorded]:
        return iter(self._calls)

    def __len__(self) -> int:
        return len(self._calls)

    def add(self, call: Recorded) -> None:
        """Keep a request, where requests are kept."""
        if self._keep:
            self._calls.append(call)
            self._announce()

    def of(self, *methods: str) -> list[Recorded]:
        """Return the requests of some methods."""
        return [call for call in self._calls if call.method in methods]

    def clear(self) -> None:
        """Forget the requests so far."""
        self._calls.clear()
