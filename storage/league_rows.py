"""Rows of the league's tables as values, and the text of a question's closing record."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping

from storage.records.chats import Place
from storage.records.league import LeagueCall, LeagueRound, NewRound
from storage.tables.league import league_rounds

_EDGES = ("edge_20", "edge_40", "edge_60", "edge_80")
_ASKED = ("ticker", "forecast_id", "horizon", "target", "season", "closes_at", "last_fifth")
_BECAME = ("message_id", "asked_at", "state", "close", "fifth", "reason", "ended_at")
_SUMS = ("scored", "points")
FIFTHS = 5


def columns_of(asked: NewRound) -> dict[str, Any]:
    """Return the columns of a question."""
    place = {"chat_id": asked.place.chat_id, "topic_id": asked.place.topic_id}
    edges = dict(zip(_EDGES, asked.edges, strict=True))
    return place | edges | {name: getattr(asked, name) for name in _ASKED}


def round_of(row: RowMapping) -> LeagueRound:
    """Return the question in a row."""
    first, second, third, fourth = (row[name] for name in _EDGES)
    place = Place(row["chat_id"], row["topic_id"])
    asked = {name: row[name] for name in _ASKED}
    counts = tuple(int(count) for count in row["counts"].split(",")) if row["counts"] else ()
    return LeagueRound(
        id=row["id"],
        asked=NewRound(place=place, edges=(first, second, third, fourth), **asked),
        counts=counts,
        **{name: row[name] for name in (*_BECAME, *_SUMS)},
    )


def call_of(row: RowMapping) -> LeagueCall:
    """Return the call in a row; the salt stays where it is."""
    names = ("id", "round_id", "user_id", "fifth", "sure", "called_at", "points")
    return LeagueCall(**{name: row[name] for name in names})


def in_place(place: Place) -> list[ColumnElement[bool]]:
    """Return the conditions for questions of a place."""
    rounds = league_rounds.c
    return [rounds.chat_id == place.chat_id, rounds.topic_id == place.topic_id]


def counts_of(calls: Sequence[RowMapping]) -> str:
    """Return how many called each fifth, as the column keeps it."""
    return ",".join(str(sum(row["fifth"] == fifth for row in calls)) for fifth in range(FIFTHS))


def closing_body(asked: LeagueRound, calls: Sequence[RowMapping]) -> str:
    """Return the one text that is hashed when a question closes.

    A person stands in it as sha256(salt | id). The salt is in the call's row only: once that is
    erased, nobody can tell whose call it was, and the chain still holds.
    """
    facts = {
        "round": asked.id,
        "ticker": asked.asked.ticker,
        "forecast": asked.asked.forecast_id,
        "horizon": asked.asked.horizon,
        "target": asked.asked.target.isoformat(),
        "edges": asked.asked.edges,
        "calls": sorted(
            [person_hash(c["salt"], c["user_id"]), c["fifth"], c["sure"]] for c in calls
        ),
    }
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), allow_nan=False)


def person_hash(salt: str, user_id: int) -> str:
    """Return what a person is known by in a closing record."""
    return hashlib.sha256(f"{salt}|{user_id}".encode()).hexdigest()
