"""Faults on order: what a test can let go wrong between the bot and Telegram."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from localchat.errors import ApiError

Trouble = Literal["error", "lose_reply", "delay", "drop"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong with the next calls.

    Attributes:
        trouble: `error` refuses; `lose_reply` does it, then closes the connection without an
            answer; `delay` waits first; `drop` closes the connection without doing anything.
        method: Only calls of this method; None for any but getUpdates.
        chat_id: Only calls about this chat.
        times: How many calls are left to spoil; None for all.
        skip: How many calls pass unharmed first.
        error: What `error` answers.
        seconds: How long `delay` waits; for `lose_reply`, how long the answer is kept waiting
            before the connection closes.
    """

    trouble: Trouble
    method: str | None = None
    chat_id: int | None = None
    times: int | None = 1
    skip: int = 0
    error: ApiError | None = None
    seconds: float = 0.0

    def fits(self, method: str, chat_id: int | None) -> bool:
        """Whether a call is one of those to spoil."""
        right_method = method == self.method or (self.method is None and method != "getUpdates")
        return right_method and self.chat_id in {None, chat_id}


class Faults:
    """The faults in store; each call takes at most one, the oldest that fits."""

    def __init__(self, on_down: Callable[[], None]) -> None:
        self._stored: list[Fault] = []
        self._on_down = on_down
        self.is_down = False

    def fail(
        self,
        method: str | None,
        error: ApiError,
        *,
        times: int | None = 1,
        chat_id: int | None = None,
        skip: int = 0,
    ) -> None:
        """Refuse the next calls of a method with an error."""
        self._stored.append(Fault("error", method, chat_id, times, skip, error))

    def lose_reply(
        self,
        method: str | None,
        *,
        times: int | None = 1,
        chat_id: int | None = None,
        skip: int = 0,
        seconds: float = 0.0,
    ) -> None:
        """Accept the next calls, but let their answers get lost."""
        self._stored.append(Fault("lose_reply", method, chat_id, times, skip, None, seconds))

    def delay(
        self,
        method: str | None,
        seconds: float,
        *,
        times: int | None = 1,
        chat_id: int | None = None,
        skip: int = 0,
    ) -> None:
        """Let the next calls wait before they are done."""
        self._stored.append(Fault("delay", method, chat_id, times, skip, None, seconds))

    def drop(
        self,
        method: str | None,
        *,
        times: int | None = 1,
        chat_id: int | None = None,
        skip: int = 0,
    ) -> None:
        """Close the connection of the next calls without doing anything."""
        self._stored.append(Fault("drop", method, chat_id, times, skip))

    def go_down(self) -> None:
        """Close all connections and drop every call until `come_back`."""
        self.is_down = True
        self._on_down()

    def come_back(self) -> None:
        """Answer calls again."""
        self.is_down = False

    def clear(self) -> None:
        """Forget all faults and come back."""
        self._stored.clear()
        self.is_down = False

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """Use up and return the fault for a call, None where nothing goes wrong.

        Args:
            method: The method called.
            chat_id: The chat it is about, where it is about one.
        """
        for index, fault in enumerate(self._stored):
            if not fault.fits(method, chat_id):
                continue
            if fault.skip:
                self._stored[index] = replace(fault, skip=fault.skip - 1)
                continue
            if fault.times is not None:
                if fault.times <= 1:
                    del self._stored[index]
                else:
                    self._stored[index] = replace(fault, times=fault.times - 1)
            return fault
        return None
