"""Values of the league: a question that was asked, the calls on it, and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from storage.records.chats import Place

RoundState = Literal["open", "closed", "scored", "void", "stopped"]
Player = Literal["member", "model", "same"]
Edges = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class NewRound:
    """A question: in which fifth of a forecast will the close of its target be?

    Attributes:
        horizon: Sessions ahead of the forecast's as-of.
        season: That its points count for, such as `2025Q3`.
        closes_at: From then on no call is taken or changed.
        edges: Prices between the fifths, rising.
        last_fifth: What the player "same fifth as last time" calls, 0..4; None: it sits out.
    """

    place: Place
    ticker: str
    forecast_id: int
    horizon: int
    target: date
    season: str
    closes_at: datetime
    edges: Edges
    last_fifth: int | None = None


@dataclass(frozen=True, slots=True)
class LeagueRound:
    """A question that was asked, and what became of it.

    Attributes:
        message_id: Of the message that shows it; negative: from before the group moved.
        state: `open` until calls are chained, then `closed` until its close is known.
        counts: How many called each fifth when it closed, shape (5,); empty before.
        close: The official close, in the forecast's share count.
        fifth: That the close was in, 0..4.
        reason: Why it is void, such as `halted`.
        scored: Calls that got points.
        points: Their sum.
    """

    id: int
    asked: NewRound
    message_id: int | None
    asked_at: datetime
    state: RoundState
    counts: tuple[int, ...] = ()
    close: float | None = None
    fifth: int | None = None
    reason: str = ""
    ended_at: datetime | None = None
    scored: int = 0
    points: float = 0.0


@dataclass(frozen=True, slots=True)
class LeagueCall:
    """A person's answer to a question; `points` once it is scored."""

    id: int
    round_id: int
    user_id: int
    fifth: int
    sure: bool
    called_at: datetime
    points: float | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """What came of a press: the person's call as it stands now, and how many have answered.

    Attributes:
        call: None where there is none: the question was shut, or only a mood was given.
        taken: Whether the question was still open.
    """

    call: LeagueCall | None
    answered: int
    taken: bool


@dataclass(frozen=True, slots=True)
class RoundOutcome:
    """What a close made of a question; `points` by the call's id."""

    close: float
    fifth: int
    points: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class LeagueLine:
    """A line of a season's table.

    Attributes:
        player: A member, the model (one in five each), or "same fifth as last time".
        call_id: Of a member's newest call, by which their name is found; else 0.
        points: 0..100, drawn to the mean of all calls.
        rank: None with too few calls.
    """

    player: Player
    call_id: int
    calls: int
    points: float
    rank: int | None
