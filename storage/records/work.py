"""Values of unattended work (outbox, models, jobs) and of what is kept from being made again."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from forecasting.values import Bars
from storage.records.chats import Place, Theme
from storage.records.inbox import Numbers

OutboxState = Literal["pending", "sending", "sent", "dead"]
ModelStatus = Literal["candidate", "champion", "retired", "rejected"]
TrainingOutcome = Literal["promoted", "kept", "failed"]
JobState = Literal["running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A message to be sent unasked.

    Attributes:
        kind: What it is, such as `digest`, `alert` or `came-true`.
        key: What makes it the same message, such as the digest's day; unique by place and kind.
        due_at: Not sent before.
        payload: JSON text from which delivery builds the message.
        told: Tickers of the place's list and the session that the message tells of; noted on the
            list when the message is taken in, and only then, so that no session is told twice.
    """

    place: Place
    kind: str
    key: str
    due_at: datetime
    payload: str
    told: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message of the outbox.

    Attributes:
        attempts: How often its sending was begun.
        reason: Why it was postponed or is dead.
        after: Where it may have arrived already, before a crash: after which messages it left.
    """

    id: int
    item: OutboxItem
    state: OutboxState
    attempts: int
    reason: str = ""
    after: Numbers | None = None


MOST_COUNTED = 50_000
"""So many sent messages are counted when somebody asks: that takes some milliseconds."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much the outbox holds.

    Attributes:
        sent: Of a month; `MOST_COUNTED` are so many or more.
        oldest_due: The oldest due time still waiting.
    """

    due: int
    later: int
    sending: int
    sent: int
    dead: int
    oldest_due: datetime | None


@dataclass(frozen=True, slots=True)
class DueWork:
    """Whether what falls due by the clock is as it was.

    Attributes:
        slots: How many local times of digests there are.
        leagues: How many places are asked a question every week.
        closes: Whether the time of an open question has come.
    """

    slots: int
    leagues: int
    closes: bool


@dataclass(frozen=True, slots=True)
class NewModel:
    """A trained model.

    Attributes:
        ticker: Empty for the base that serves all tickers.
        onnx: The exported model that serves.
        keras: The archive that training starts from, where it is kept.
        card: JSON text: data range and digest, features version, metrics, seed, versions.
    """

    version: str
    ticker: str
    onnx: bytes
    card: str
    keras: bytes | None = None


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A kept model without its bytes."""

    version: str
    ticker: str
    status: ModelStatus
    card: str
    created_at: datetime
    promoted_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A kept model with its bytes, checked against their digest."""

    entry: ModelEntry
    onnx: bytes
    keras: bytes | None


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What became of a ticker in one night; losses are scaled pinball losses on held-back bars."""

    ticker: str
    night: date
    outcome: TrainingOutcome
    champion: str = ""
    challenger: str = ""
    champion_loss: float | None = None
    challenger_loss: float | None = None
    detail: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run of a scheduled job.

    Attributes:
        key: Which one it was, such as the night's date.
        exchange: Whose night; empty where it concerns all.
    """

    name: str
    key: str
    exchange: str
    state: JobState
    attempts: int
    started_at: datetime
    finished_at: datetime | None
    detail: str


@dataclass(frozen=True, slots=True)
class Holder:
    """A process as all on one database know it; as text, the owner of rows in hand.

    Attributes:
        host: Name of its machine.
        namespace: Of its process numbers: another container's are other processes.
        pid: Its number.
        nonce: Made at its start, or a number that was given out again would look like its former
            owner.
    """

    host: str
    namespace: str
    pid: int
    nonce: str

    def __str__(self) -> str:
        return f"{self.host}/{self.namespace}/{self.pid}/{self.nonce}"

    @classmethod
    def named(cls, owner: str) -> "Holder":
        """Return the process that a row names as its owner."""
        host, namespace, pid, nonce = owner.rsplit("/", 3)
        return cls(host, namespace, int(pid), nonce)


@dataclass(frozen=True, slots=True)
class Lease:
    """Who may do a thing alone, and until when unless renewed."""

    name: str
    holder: Holder
    taken_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Swept:
    """How many old rows a clean-up deleted."""

    outbox: int
    photos: int
    unknown_tickers: int
    job_items: int
    alerts: int


@dataclass(frozen=True, slots=True)
class Prunable:
    """What has ended under a name, and about how many bytes it takes."""

    name: str
    rows: int
    bytes_freed: int


@dataclass(frozen=True, slots=True, eq=False)
class CachedBars:
    """Bars of the price cache, and when the source was last asked whether there are newer ones."""

    bars: Bars
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class PhotoKey:
    """What makes an uploaded picture the same picture; `forecast_id` 0 where it shows several."""

    bot_id: int
    forecast_id: int
    kind: str
    sessions: int
    theme: Theme
    language: str
