"""What is counted while the bot works, and the page on which Prometheus reads it.

The one home of prometheus_client. A part that has something to count is given `Meters` and calls
the method that says what happened; none of them knows that there is a page. Every process counts
its own: of several on one database each is asked, and sums are Prometheus's to make.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

PAGE_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_NIGHT_SECONDS = (1, 10, 60, 300, 900, 3600, 4 * 3600)
_REQUEST_OUTCOMES = ("sent", "flooded", "refused", "lost")
_PRICE_OUTCOMES = ("answered", "unknown", "limited", "unreached", "bad", "resting")
_JOB_OUTCOMES = ("done", "failed")


@dataclass(frozen=True, slots=True)
class Own:
    """What a process knows of itself at the instant of a look, with or without its database.

    Attributes:
        inbox: Updates that it has taken and not answered.
        on_duty: Whether it runs the schedule.
    """

    inbox: int
    on_duty: bool


@dataclass(frozen=True, slots=True)
class Depths:
    """What the database says at the instant of a look.

    Attributes:
        outbox: Messages that are due and not sent.
        oldest_due: When the oldest of them was due; None where there is none.
        resolved: Forecast days that have come and were compared, over all tickers.
        held: Of these, how many closes lay in the range that 8 in 10 are to lie in.
    """

    outbox: int
    oldest_due: datetime | None
    resolved: int
    held: int


class Meters:
    """All that one process counts.

    A series with labels stands at 0 before anything is counted in it: Prometheus sees no growth in
    one that begins at 1, and the alert on the first failure would not ring.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._resting: dict[str, datetime | None] = {}
        self._count_talk()
        self._count_work()
        self._measure_depths()

    def _count_talk(self) -> None:
        registry = self._registry
        self._requests = Counter(
            "tickercast_telegram_requests",
            "Requests to Telegram by what became of them: sent, flooded (429), refused, lost",
            ("method", "outcome"),
            registry=registry,
        )
        self._request_seconds = Histogram(
            "tickercast_telegram_request_seconds",
            "From the start of a request to Telegram to its answer, its turn not counted",
            ("method",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._updates = Counter("tickercast_updates", "Updates taken in", registry=registry)
        self._answer_seconds = Histogram(
            "tickercast_answer_seconds",
            "From taking an update in to its being answered",
            buckets=_SECONDS,
            registry=registry,
        )
        self._incidents = Counter(
            "tickercast_incidents",
            "Answers that failed for an unforeseen reason",
            registry=registry,
        )

    def _count_work(self) -> None:
        registry = self._registry
        self._forecasts = Counter(
            "tickercast_forecasts",
            "Forecasts asked for, by where they came from: made, ledger (issued before), memory",
            ("origin",),
            registry=registry,
        )
        self._prices = Counter(
            "tickercast_price_questions",
            "Questions to a price source: answered, unknown, limited, unreached, bad, resting",
            ("source", "outcome"),
            registry=registry,
        )
        self._runs = Counter(
            "tickercast_job_runs", "Steps of nights", ("job", "outcome"), registry=registry
        )
        self._run_seconds = Histogram(
            "tickercast_job_seconds",
            "How long steps of nights took",
            ("job",),
            buckets=_NIGHT_SECONDS,
            registry=registry,
        )

    def _measure_depths(self) -> None:
        def gauge(name: str, says: str, labels: tuple[str, ...] = ()) -> Gauge:
            return Gauge(f"tickercast_{name}", says, labels, registry=self._registry)

        self._circuit = gauge(
            "price_source_resting", "1 while a source that failed is left alone", ("source",)
        )
        self._outbox = gauge("outbox_due", "Messages that are due and not sent")
        self._oldest = gauge("outbox_oldest_due_seconds", "How long the oldest of them is due")
        self._inbox = gauge("inbox_waiting", "Updates taken in and not answered")
        self._resolved = gauge("resolved", "Forecast days that have come and were compared")
        self._held = gauge("held", "Of these, closes inside the range for 8 in 10")
        self._share = gauge("held_share", "held / resolved; NaN before the first")
        self._duty = gauge("on_duty", "1 while this process runs the schedule")
        self._readable = gauge("database_readable", "1 where the database answered this look")

    # What happens.

    def expect_jobs(self, names: Iterable[str]) -> None:
        """Begin the counts of steps that will be run."""
        for name in names:
            _begin(self._runs, name, _JOB_OUTCOMES)

    def request(self, method: str, outcome: str, seconds: float) -> None:
        """Count a request to Telegram: sent, flooded, refused or lost."""
        _begin(self._requests, method, _REQUEST_OUTCOMES)
        self._requests.labels(method, outcome).inc()
        self._request_seconds.labels(method).observe(seconds)

    def update_taken(self, count: int = 1) -> None:
        """Count updates that became rows of the inbox."""
        self._updates.inc(count)

    def update_answered(self, seconds: float) -> None:
        """Count an update that was answered, so long after it was taken in."""
        self._answer_seconds.observe(seconds)

    def forecast(self, origin: str) -> None:
        """Count a forecast asked for: made, ledger or memory."""
        self._forecasts.labels(origin).inc()

    def asked(self, source: str, outcome: str, resting_until: datetime | None) -> None:
        """Count a question to a price source, and note until when it is left alone."""
        _begin(self._prices, source, _PRICE_OUTCOMES)
        self._prices.labels(source, outcome).inc()
        self._resting[source] = resting_until

    def job(self, name: str, *, done: bool, seconds: float) -> None:
        """Count a step of a night."""
        self._runs.labels(name, "done" if done else "failed").inc()
        self._run_seconds.labels(name).observe(seconds)

    def incident(self) -> None:
        """Count an answer that failed for a reason that nobody foresaw."""
        self._incidents.inc()

    # The page.

    def page(self, now: datetime, own: Own, depths: Depths | None) -> bytes:
        """Return all of it in Prometheus's text form.

        Args:
            now: Of the clock by which things are due.
            own: What the process knows without its database.
            depths: None where the database does not answer: the last ones stay.
        """
        self._inbox.set(own.inbox)
        self._duty.set(own.on_duty)
        for source, until in self._resting.items():
            self._circuit.labels(source).set(until is not None and now < until)
        self._readable.set(depths is not None)
        if depths is not None:
            self._note(now, depths)
        return generate_latest(self._registry)

    def _note(self, now: datetime, depths: Depths) -> None:
        oldest = depths.oldest_due
        self._outbox.set(depths.outbox)
        self._oldest.set(max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
        self._resolved.set(depths.resolved)
        self._held.set(depths.held)
        self._share.set(depths.held / depths.resolved if depths.resolved else float("nan"))


def _begin(counter: Counter, name: str, outcomes: tuple[str, ...]) -> None:
    for outcome in outcomes:
        counter.labels(name, outcome)
