"""What the page may ask of the program around it; the composition root hands these in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ReplayStatus:
    """Which day the program lives in.

    Attributes:
        day: The last closed session, or today.
        is_replay: That the day moves by the buttons only.
        last_day: Last session the prices reach; None where there is no end.
        note: One sentence on where the prices come from.
    """

    day: date
    is_replay: bool
    last_day: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class LocalChatHooks:
    """What the page's buttons do.

    Attributes:
        step: Live through so many sessions, all that falls due on the way included; returns
            when it is done. Called once at a time.
        reset: Forget all that the bot remembers; the chat itself is emptied afterwards.
        status: The day shown in the banner.
    """

    step: Callable[[int], Awaitable[None]]
    reset: Callable[[], Awaitable[None]]
    status: Callable[[], ReplayStatus]
