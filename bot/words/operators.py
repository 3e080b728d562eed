"""What the operators of a bot are told: alarms, the summary of a night, the state of things."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.words.language import Html, Words, join
from storage.records.ledger import DailyHead
from storage.records.work import MOST_COUNTED, Backlog, JobRun

_MOST_RUNS = 25


@dataclass(frozen=True, slots=True)
class NightReport:
    """What happened in a day.

    Attributes:
        runs: Jobs that ran, oldest first.
        lost_chats: How many chats were found to have blocked or removed the bot.
        dated: The newest price the model has learned from, where that is more than two years ago
            and has not been told yet.
        silenced_chats: How many let the bot write nothing for now; what is for them is kept.
    """

    day: date
    runs: tuple[JobRun, ...]
    backlog: Backlog
    lost_chats: int
    silenced_chats: int
    head: DailyHead | None
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """The state of things at an instant.

    Attributes:
        on_duty: Whether this process runs the schedule.
        holder: Which other process does; empty where none does.
        replay: Whether the clock is a replay's.
    """

    now: datetime
    on_duty: bool
    holder: str
    replay: bool
    model: str
    sources: tuple[str, ...]
    tickers: int
    places: int
    backlog: Backlog
    runs: tuple[JobRun, ...]


def prices_missing(words: Words, since: datetime) -> Html:
    """Return the alarm of digests that wait for prices."""
    return words.t(
        "⚠️ Digests have waited for prices since {moment}. They are sent as soon as prices can "
        "be had, until the next bell; the log names sources and tickers.",
        moment=words.at(since),
    )


def prices_back(words: Words, since: datetime, now: datetime) -> Html:
    """Return the news that digests no longer wait for prices."""
    return words.t(
        "✅ Prices can be had again: digests waited from {start} to {end}.",
        start=words.at(since),
        end=words.at(now),
    )


def job_failed(words: Words, name: str, key: str, error: BaseException) -> Html:
    """Return the alarm of a job that failed."""
    return words.t(
        "⚠️ Job <b>{name}</b> ({key}) failed: <code>{error}</code>. It is tried again; the log has "
        "the details.",
        name=name,
        key=key,
        error=repr(error)[:300],
    )


def job_ran_long(words: Words, name: str, seconds: float) -> Html:
    """Return the alarm of a job that took long."""
    return words.n(
        "⚠️ Job <b>{name}</b> took {count} minute.",
        "⚠️ Job <b>{name}</b> took {count} minutes.",
        round(seconds / 60),
        name=name,
    )


def job_missed(words: Words, name: str, moment: datetime) -> Html:
    """Return the alarm of a job that did not run at its time."""
    return words.t(
        "⚠️ Job <b>{name}</b> of {moment} did not run at its time; it is caught up.",
        name=name,
        moment=words.at(moment),
    )


def night_summary(words: Words, report: NightReport) -> Html:
    """Return the one message a night brings the operators."""
    return join(
        words.t("<b>{day}</b>", day=words.day(report.day)),
        *_runs(words, report.runs),
        _backlog(words, report.backlog),
        words.n(
            "{count} chat has blocked or removed the bot",
            "{count} chats have blocked or removed the bot",
            report.lost_chats,
        )
        if report.lost_chats
        else None,
        words.n(
            "{count} chat lets the bot write nothing for now",
            "{count} chats let the bot write nothing for now",
            report.silenced_chats,
        )
        if report.silenced_chats
        else None,
        words.n(
            "Ledger: {count} forecast, head <code>{head}</code>",
            "Ledger: {count} forecasts, head <code>{head}</code>",
            report.head.id,
            head=report.head.row_hash[:16],
        )
        if report.head
        else None,
        words.t(
            "⚠️ The model of all tickers has learned from prices to {last}, more than two years "
            "ago: <code>python -m bot job refit</code> or REFIT=monthly fits it anew.",
            last=words.day(report.dated),
        )
        if report.dated
        else None,
    )


def status_text(words: Words, status: Status) -> Html:
    """Return the answer to `/status`."""
    return join(
        words.t("<b>{moment}</b> (replay)", moment=words.at(status.now))
        if status.replay
        else words.t("<b>{moment}</b>", moment=words.at(status.now)),
        words.t("This instance runs the schedule.")
        if status.on_duty
        else words.t("Another instance runs the schedule: {holder}", holder=status.holder)
        if status.holder
        else words.t("Nobody runs the schedule now. The log says why."),
        words.t(
            "Model {model}, prices from {sources}",
            model=status.model,
            sources=words.listing(status.sources),
        ),
        words.t(
            "Tickers watched: {tickers} · places: {places}",
            tickers=words.number(status.tickers),
            places=words.number(status.places),
        ),
        _backlog(words, status.backlog),
        *_runs(words, status.runs),
    )


def replay_reached(words: Words, now: datetime, sessions: int) -> Html:
    """Return what is said after the replay has moved on."""
    return words.n(
        "{count} session later: it is {day}, {time} UTC.",
        "{count} sessions later: it is {day}, {time} UTC.",
        sessions,
        day=words.day(now.date()),
        time=f"{now:%H:%M}",
    )


def next_usage(words: Words, most: int) -> Html:
    """Return how `/next` is used."""
    return words.t(
        "<code>/next</code> moves to the next session, <code>/next 5</code> five further "
        "(up to {most}).",
        most=words.number(most),
    )


def _runs(words: Words, runs: tuple[JobRun, ...]) -> tuple[Html, ...]:
    marks = {"done": "✓", "failed": "✗", "running": "…"}
    return tuple(
        words.t(
            "{mark} {name} <i>{key}</i> {detail}",
            mark=marks[run.state],
            name=run.name,
            key=run.key,
            detail=run.detail[:120],
        )
        for run in runs[-_MOST_RUNS:]
    )


def _backlog(words: Words, backlog: Backlog) -> Html:
    return words.t(
        "Outbox: {due} due, {later} later, {sent} sent, {dead} given up",
        due=words.number(backlog.due + backlog.sending),
        later=words.number(backlog.later),
        sent=words.number(backlog.sent) + ("+" if backlog.sent >= MOST_COUNTED else ""),
        dead=words.number(backlog.dead),
    )
