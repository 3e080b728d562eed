"""What the page may ask of the program around it; the composition root hands these in."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ReplayStatus:
    """Which day the program lives in.

    Attributes:
        day: The day shown: the last closed session of a replay, or today.
        is_replay: That time moves by the page's buttons only.
        note: What is real and what is simulated, by language, such as `en` and `pt-br`.
        last_day: The last session that prices are known for; None where there is no end.
        training: The ticker that is being trained; empty while none is.
        trains: Whether the page offers to train.
    """

    day: date
    is_replay: bool
    note: Mapping[str, str]
    last_day: date | None = None
    training: str = ""
    trains: bool = False


@dataclass(frozen=True, slots=True)
class LocalChatHooks:
    """What the page's buttons do.

    Attributes:
        step: Live through so many sessions, all that falls due on the way included; returns
            when that is done. Never called while an earlier call runs.
        reset: Forget all that the bot remembers; the chat itself is emptied afterwards.
        status: What the banner shows; asked at start, every second of a step, and afterwards.
        train: Train on what is followed now, where the program can.
    """

    step: Callable[[int], Awaitable[None]]
    reset: Callable[[], Awaitable[None]]
    status: Callable[[], ReplayStatus]
    train: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class PageOptions:
    """What the page is made with.

    Attributes:
        hooks: What its buttons do.
        examples: The commands that the first screen offers, such as `/predict GOOG`.
        topic: What the made-up group talks of, so that its name can be asked for.
    """

    hooks: LocalChatHooks
    examples: tuple[str, ...]
    topic: str = "Tesla"
