"""The words of `/track`: the record, and a verdict that says "no edge" aloud."""

import numpy as np

from bot.values import ENOUGH, JUDGED, HorizonRecord, TrackFacts
from bot.words.in_sample import learned_record
from bot.words.language import Html, Words, join
from forecasting.evaluation.intervals import Interval

PROMISED = 0.8


def track_text(words: Words, record: TrackFacts) -> Html:
    """Return the record in words, at most 1024 UTF-16 units."""
    if not record.resolved:
        return _nothing_yet(words, record)
    judged = record.at(JUDGED)
    return join(
        _heading(words, record),
        *(_held(words, entry) for entry in record.horizons),
        *(_errors(words, judged) if judged else ()),
        _verdict(words, record, judged),
        learned_record(words, record.learned, sum(one.resolved for one in record.horizons)),
        words.t("<i>Every forecast given counts, in order. What held may not hold again.</i>"),
    )


def _heading(words: Words, record: TrackFacts) -> Html:
    count, void = words.number(record.resolved), words.number(record.void)
    if record.ticker is None:
        return words.t(
            "<b>Track record</b>: {count} results of all tickers, {void} void",
            count=count,
            void=void,
        )
    return words.t(
        "<b>Track record of {ticker}</b>: {count} results, {void} void",
        ticker=record.ticker,
        count=count,
        void=void,
    )


def _held(words: Words, entry: HorizonRecord) -> Html:
    return words.n(
        "{count} session ahead: the 50 / 80 / 95 % range held {low} / {middle} / {high} of 100 "
        "({results} results)",
        "{count} sessions ahead: the 50 / 80 / 95 % range held {low} / {middle} / {high} of 100 "
        "({results} results)",
        entry.horizon,
        low=_hundred(words, entry.held_50.value),
        middle=_hundred(words, entry.held_80.value),
        high=_hundred(words, entry.held_95.value),
        results=words.number(entry.resolved),
    )


def _errors(words: Words, entry: HorizonRecord) -> tuple[Html | None, ...]:
    average = words.t(
        "{sessions} sessions ahead the median missed by {error} % on average, “no change” by "
        "{naive} %",
        sessions=words.number(entry.horizon),
        error=words.number(100 * entry.error, 2),
        naive=words.number(100 * entry.naive_error, 2),
    )
    if not entry.judged:
        return (average,)
    return (
        average,
        words.t(
            "Its error against “no change”: {edge} (95 % interval {low} to {high})",
            **_ends(words, entry.edge),
        ),
        words.t(
            "Loss of the whole range against a random walk: {edge} ({low} to {high})",
            **_ends(words, entry.gain),
        ),
    )


def _verdict(words: Words, record: TrackFacts, judged: HorizonRecord | None) -> Html:
    if judged is None or not judged.judged:
        return _too_few(words, record, judged.resolved if judged else 0)
    return join(_direction(words, judged.edge), _range(words, judged.held_80))


def _direction(words: Words, edge: Interval) -> Html:
    if not edge.excludes(0.0):
        return words.t(
            "<b>No edge</b>: the median was no closer to what came than “no change”, as is to be "
            "expected of daily prices."
        )
    if edge.value < 0:
        return words.t("<b>Edge</b>: the median was closer to what came than “no change”.")
    return words.t("<b>Worse than “no change”</b>: the median was farther from what came.")


def _range(words: Words, held: Interval) -> Html:
    if not held.excludes(PROMISED):
        return words.t("<b>Range as promised</b>: 80 of 100 lies within what luck explains.")
    if held.value < PROMISED:
        return words.t("<b>Range too narrow</b>: it held less often than the 80 of 100 promised.")
    return words.t("<b>Range too wide</b>: it held more often than the 80 of 100 promised.")


def _too_few(words: Words, record: TrackFacts, count: int) -> Html:
    if record.next_due is None:
        return words.t(
            "<b>Too early to judge</b>: {count} results at {sessions} sessions, and {enough} over "
            "at least six weeks are needed.",
            count=words.number(count),
            sessions=words.number(JUDGED),
            enough=words.number(ENOUGH),
        )
    return words.t(
        "<b>Too early to judge</b>: {count} results at {sessions} sessions, and {enough} over at "
        "least six weeks are needed. The next result comes after the close of {day}.",
        count=words.number(count),
        sessions=words.number(JUDGED),
        enough=words.number(ENOUGH),
        day=words.day(record.next_due),
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
