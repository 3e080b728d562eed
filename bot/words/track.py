"""The words of `/track`: the record, and a verdict that says "no edge" aloud."""

import numpy as np

from bot.values import ENOUGH, JUDGED, HorizonRecord, KeptPromise, SliceRecord, TrackFacts, Verdict
from bot.words.fitting import folded
from bot.words.in_sample import learned_record
from bot.words.language import Html, Words, join
from bot.words.promise import PROMISED, hundred, promise_headline
from forecasting.evaluation.intervals import Interval
from forecasting.slices import Slice


def track_text(words: Words, record: TrackFacts) -> Html:
    """Return the record in words, at most 1024 UTF-16 units: the verdict, then its statistics."""
    if not record.resolved:
        return _nothing_yet(words, record)
    judged = record.at(JUDGED)
    name = record.ticker or words.plain("All tickers")
    promise = KeptPromise(judged.held_80.value if judged else 0.0, promise_kept(record))
    above = join(
        promise_headline(words, name, promise),
        *_verdict(words, record, judged, promise),
        learned_record(words, record.learned, sum(one.resolved for one in record.horizons)),
        words.t("<i>Every forecast counts. What held may not hold again.</i>"),
    )
    details = (
        _count(words, record),
        *(_held(words, entry) for entry in record.horizons),
        _by_slice(words, record.slices),
        *(_errors(words, judged) if judged else ()),
    )
    return folded(words, above, details)


def promise_kept(record: TrackFacts) -> Verdict:
    """Return whether the 80 % ranges held as promised: the one rule of caption and picture."""
    entry = record.at(JUDGED)
    if entry is None or not entry.judged:
        return "early"
    if not entry.held_80.excludes(PROMISED):
        return "kept"
    return "narrow" if entry.held_80.value < PROMISED else "wide"


def _count(words: Words, record: TrackFacts) -> Html:
    return words.t(
        "{count} results, {void} void",
        count=words.number(record.resolved),
        void=words.number(record.void),
    )


def _held(words: Words, entry: HorizonRecord) -> Html:
    return words.n(
        "{count} session ahead, held of 100: 5 in 10 {low}, 8 in 10 {middle}, 19 in 20 {high} "
        "(results: {results})",
        "{count} sessions ahead, held of 100: 5 in 10 {low}, 8 in 10 {middle}, 19 in 20 {high} "
        "(results: {results})",
        entry.horizon,
        low=_hundred(words, entry.held_50.value),
        middle=_hundred(words, entry.held_80.value),
        high=_hundred(words, entry.held_95.value),
        results=words.number(entry.resolved),
    )


_DAYS: dict[str, tuple[Slice, ...]] = {
    "eve": ("eve",),
    "near": ("near", "expected"),
    "wild": ("wild",),
    "calm": ("calm",),
}
"""Kinds of day that are told apart, and the slices that they are made of."""


def _by_slice(words: Words, slices: tuple[SliceRecord, ...]) -> Html | None:
    """Return how the 80 % range held on days that differ, None where no such day has results."""
    told = []
    for kind, names in _DAYS.items():
        own = [entry for entry in slices if entry.name in names]
        if own:
            counts = sum(one.held for one in own), sum(one.resolved for one in own)
            told.append(_on_days(words, *map(words.number, counts))[kind])
    if not told:
        return None
    return words.t(
        "By kind of day, {sessions} sessions ahead, the 8-in-10 range held {days}",
        sessions=words.number(JUDGED),
        days=words.listing(tuple(told)),
    )


def _on_days(words: Words, held: str, count: str) -> dict[str, str]:
    return {
        "eve": words.plain("{held} of {count} on earnings days", held=held, count=count),
        "near": words.plain("{held} of {count} near earnings", held=held, count=count),
        "wild": words.plain("{held} of {count} on wild days", held=held, count=count),
        "calm": words.plain("{held} of {count} on calm days", held=held, count=count),
    }


def _errors(words: Words, entry: HorizonRecord) -> tuple[Html | None, ...]:
    average = words.t(
        "{sessions} sessions ahead my middle price was on average off by {error} %, “no change” "
        "by {naive} %",
        sessions=words.number(entry.horizon),
        error=words.number(100 * entry.error, 2),
        naive=words.number(100 * entry.naive_error, 2),
    )
    if not entry.judged:
        return (average,)
    return (
        average,
        words.t(
            "Beside “no change” that is {edge}; chance alone may make it {low} to {high}",
            **_ends(words, entry.edge),
        ),
        words.t(
            "For experts: loss of the whole range against a random walk {edge} ({low} to {high})",
            **_ends(words, entry.gain),
        ),
    )


def _verdict(
    words: Words, record: TrackFacts, judged: HorizonRecord | None, promise: KeptPromise
) -> tuple[Html | None, ...]:
    if judged is None or promise.verdict == "early":
        return _too_few(words, record, judged.resolved if judged else 0)
    return hundred(words, promise), _direction(words, judged.edge)


def _direction(words: Words, edge: Interval) -> Html:
    if not edge.excludes(0.0):
        return words.t("<b>No edge</b>: which way it goes I knew no better than “no change”.")
    if edge.value < 0:
        return words.t("<b>Edge</b>: I was closer to what came than “no change”.")
    return words.t("<b>Worse than “no change”</b>: I was farther from what came.")


def _too_few(words: Words, record: TrackFacts, count: int) -> tuple[Html | None, ...]:
    due = record.next_due
    return (
        words.n(
            "{count} result {sessions} sessions ahead; it takes {enough} over six weeks.",
            "{count} results {sessions} sessions ahead; it takes {enough} over six weeks.",
            count,
            sessions=words.number(JUDGED),
            enough=words.number(ENOUGH),
        ),
        words.t("The next one comes after the close of {day}.", day=words.day(due))
        if due
        else None,
    )


def _nothing_yet(words: Words, record: TrackFacts) -> Html:
    name = record.ticker
    if record.next_due is not None and name is not None:
        return words.t(
            "No forecast of <b>{ticker}</b> has come due yet. The first result comes after the "
            "close of {day}.",
            ticker=name,
            day=words.day(record.next_due),
        )
    if record.next_due is not None:
        return words.t(
            "No forecast has come due yet. The first result comes after the close of {day}.",
            day=words.day(record.next_due),
        )
    if record.overdue is not None:
        return words.t(
            "No forecast could be compared yet: the prices end before {day}.",
            day=words.day(record.overdue),
        )
    if name is not None:
        return words.t(
            "I have given no forecast of <b>{ticker}</b> yet: <code>/predict {ticker}</code> "
            "begins its record.",
            ticker=name,
        )
    return words.t("I have given no forecast yet: <code>/predict TSLA</code> begins the record.")


def _hundred(words: Words, value: float) -> str:
    return words.number(100 * value) if np.isfinite(value) else "–"


def _ends(words: Words, interval: Interval) -> dict[str, str]:
    return {
        "edge": words.change(interval.value),
        "low": words.change(interval.low),
        "high": words.change(interval.high),
    }
