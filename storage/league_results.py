"""The league after calls have closed: chained, scored, told; and what a season's table is from."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, insert, select, update

from storage.current_results import current_results
from storage.hash_chain import GENESIS, row_hash
from storage.league_rows import call_of, closing_body, counts_of, in_place, round_of
from storage.records.chats import Place
from storage.records.league import LeagueCall, LeagueRound, RoundOutcome
from storage.store_part import StorePart
from storage.tables import chats
from storage.tables.league import league_calls, league_records, league_rounds

_ROUNDS, _CALLS, _RECORDS = league_rounds.c, league_calls.c, league_records.c
# Any fixed number: PostgreSQL's transactions that hold it write the chain one after another.
LEAGUE_LOCK = 7_241_905_319


class LeagueResultStore(StorePart):
    """What came of questions."""

    def close_rounds(self, now: datetime) -> tuple[int, ...]:
        """Shut the questions whose time has come, each with its calls chained; return which."""
        due = select(_ROUNDS.id).where(_ROUNDS.state == "open", _ROUNDS.closes_at <= now)
        with self._db.reading() as connection:
            waiting = tuple(connection.execute(due.order_by(_ROUNDS.id)).scalars())
        return tuple(round_id for round_id in waiting if self._shut(round_id, now))

    def _shut(self, round_id: int, now: datetime) -> bool:
        query = select(league_rounds).where(_ROUNDS.id == round_id, _ROUNDS.state == "open")
        with self._db.writing() as connection:
            # In this order everywhere: a call that is being taken comes before or not at all.
            self._db.queue_up(connection, round_id)
            self._db.queue_up(connection, LEAGUE_LOCK)
            row = connection.execute(query).mappings().first()
            if row is None:
                return False
            called = select(league_calls).where(_CALLS.round_id == round_id)
            calls = connection.execute(called).mappings().all()
            _chain(connection, round_of(row), closing_body(round_of(row), calls), now)
            shut = {"state": "closed", "counts": counts_of(calls)}
            connection.execute(update(league_rounds).where(_ROUNDS.id == round_id).values(shut))
        return True

    def league_records_hold(self) -> bool:
        """Return whether each closing record has its hash and follows the one before."""
        previous = GENESIS
        with self._db.reading() as connection:
            rows = connection.execute(select(league_records).order_by(_RECORDS.id)).all()
        for number, row in enumerate(rows, 1):
            expected = row_hash(previous, number, row.closed_at, row.body)
            if (row.id, row.previous_hash, row.row_hash) != (number, previous, expected):
                return False
            previous = expected
        return True

    def rounds_to_score(self) -> tuple[LeagueRound, ...]:
        """Return the questions that are closed and have no result yet, oldest first."""
        return self._rounds(_ROUNDS.state == "closed")

    def rounds_ended(self, since: datetime) -> tuple[LeagueRound, ...]:
        """Return the questions of live chats that got a result or were void since an instant."""
        return self._rounds(
            _ROUNDS.state.in_(["scored", "void"]), _ROUNDS.ended_at > since, _reachable()
        )

    def rounds_of(self, place: Place, season: str) -> tuple[LeagueRound, ...]:
        """Return a season's questions of a place that were scored, oldest first."""
        return self._rounds(*in_place(place), _ROUNDS.season == season, _ROUNDS.state == "scored")

    def latest_round(self, place: Place, ticker: str | None = None) -> LeagueRound | None:
        """Return the place's question, of a ticker or any, that was scored last."""
        of_ticker = [] if ticker is None else [_ROUNDS.ticker == ticker]
        found = self._rounds(*in_place(place), _ROUNDS.state == "scored", *of_ticker)
        return found[-1] if found else None

    def scored_calls(self, place: Place, season: str) -> tuple[LeagueCall, ...]:
        """Return the calls with points of a place's season, oldest first."""
        query = (
            select(league_calls)
            .join_from(league_calls, league_rounds)
            .where(*in_place(place), _ROUNDS.season == season, _ROUNDS.state == "scored")
            .where(_CALLS.points.is_not(None))
        )
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(_CALLS.id)).mappings()
            return tuple(map(call_of, rows))

    def score_round(self, round_id: int, outcome: RoundOutcome, now: datetime) -> bool:
        """Write what came of a question; False where that was done before."""
        result = {
            "close": outcome.close,
            "fifth": outcome.fifth,
            "scored": len(outcome.points),
            "points": sum(points for _, points in outcome.points),
        }
        given = update(league_calls).where(_CALLS.id == bindparam("call"))
        rows = [{"call": call, "got": points} for call, points in outcome.points]
        with self._db.writing() as connection:
            if not _end(connection, round_id, now, result | {"state": "scored"}):
                return False
            if rows:
                connection.execute(given.values(points=bindparam("got")), rows)
        return True

    def rounds_to_score_anew(self) -> tuple[tuple[LeagueRound, float], ...]:
        """Return the scored questions whose result was set right since, each with its close."""
        results = current_results()
        same = and_(
            results.c.forecast_id == _ROUNDS.forecast_id, results.c.horizon == _ROUNDS.horizon
        )
        query = (
            select(league_rounds, results.c.close.label("now_close"))
            .join_from(league_rounds, results, same)
            .where(_ROUNDS.state == "scored", results.c.close.is_not(None))
            .where(results.c.close != _ROUNDS.close)
        )
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(_ROUNDS.id)).mappings().all()
        return tuple((round_of(row), float(row["now_close"])) for row in rows)

    def score_anew(self, round_id: int, outcome: RoundOutcome, erased: float) -> None:
        """Write what the right close made of a question.

        Args:
            round_id: A scored question.
            outcome: Its close, fifth, and the points of the calls that are there.
            erased: Points of those that were erased since; they count in the sum of all.
        """
        total = erased + sum(points for _, points in outcome.points)
        result = {"close": outcome.close, "fifth": outcome.fifth, "points": total}
        anew = update(league_rounds).where(_ROUNDS.id == round_id, _ROUNDS.state == "scored")
        given = update(league_calls).where(_CALLS.id == bindparam("call"))
        rows = [{"call": call, "got": points} for call, points in outcome.points]
        with self._db.writing() as connection:
            connection.execute(anew.values(result))
            if rows:
                connection.execute(given.values(points=bindparam("got")), rows)

    def void_round(self, round_id: int, reason: str, now: datetime) -> bool:
        """Write that a question cannot be decided, and why; False where that was done before."""
        with self._db.writing() as connection:
            return _end(connection, round_id, now, {"state": "void", "reason": reason})

    def _rounds(self, *conditions: ColumnElement[bool]) -> tuple[LeagueRound, ...]:
        query = select(league_rounds).where(*conditions)
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(_ROUNDS.target, _ROUNDS.id)).mappings()
            return tuple(map(round_of, rows))


def _reachable() -> ColumnElement[bool]:
    dead = select(chats.chats.c.chat_id).where(chats.chats.c.dead.is_not(None))
    return _ROUNDS.chat_id.not_in(dead)


def _end(connection: Connection, round_id: int, now: datetime, result: dict[str, object]) -> bool:
    waiting = update(league_rounds).where(_ROUNDS.id == round_id, _ROUNDS.state == "closed")
    return connection.execute(waiting.values(result | {"ended_at": now})).rowcount == 1


def _chain(connection: Connection, asked: LeagueRound, body: str, now: datetime) -> None:
    newest = connection.execute(_newest()).first()
    number, previous = (newest.id + 1, newest.row_hash) if newest else (1, GENESIS)
    row = {
        "id": number,
        "round_id": asked.id,
        "body": body,
        "closed_at": now,
        "previous_hash": previous,
        "row_hash": row_hash(previous, number, now, body),
    }
    connection.execute(insert(league_records), row)


def _newest() -> Select[tuple[int, str]]:
    return select(_RECORDS.id, _RECORDS.row_hash).order_by(_RECORDS.id.desc()).limit(1)
