"""The league: questions asked in a place, and each person's call while they are open."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from storage.league_rows import call_of, columns_of, in_place, round_of
from storage.records.chats import DigestSlot, Place, PlaceSettings
from storage.records.league import Called, LeagueCall, LeagueRound, NewRound
from storage.store_part import StorePart, chunks
from storage.tables import chats, work
from storage.tables.league import league_calls, league_rounds, leagues

_ROUNDS, _CALLS = league_rounds.c, league_calls.c
_SALT_BYTES = 16


class LeagueStore(StorePart):
    """Questions and calls until they close; what follows is in `league_results`."""

    def ask_round(self, asked: NewRound, now: datetime) -> tuple[LeagueRound, bool]:
        """Ask a question, unless the place has one that is open.

        Returns:
            The question that is open now, and whether it is the new one.

        Raises:
            ConflictError: The forecast is not in the ledger.
        """
        row = columns_of(asked) | {"asked_at": now, "state": "open", "counts": "", "reason": ""}
        with self._db.writing() as connection:
            self._db.queue_up(connection, asked.place.chat_id)
            known = _open(connection, asked.place, now)
            if known is not None:
                return known, False
            statement = insert(league_rounds).values(row | {"scored": 0, "points": 0.0})
            made = connection.execute(statement.returning(league_rounds)).mappings().one()
            return round_of(made), True

    def open_round(self, place: Place, now: datetime) -> LeagueRound | None:
        """Return the question of a place that takes calls, or None."""
        with self._db.reading() as connection:
            return _open(connection, place, now)

    def find_round(self, round_id: int) -> LeagueRound | None:
        """Return a question by its number, or None."""
        with self._db.reading() as connection:
            return _round(connection, round_id)

    def note_round_message(self, round_id: int, message_id: int) -> None:
        """Note which message shows a question."""
        with self._db.writing() as connection:
            statement = update(league_rounds).where(_ROUNDS.id == round_id)
            connection.execute(statement.values(message_id=message_id))

    def stop_round(self, round_id: int, place: Place, now: datetime) -> bool:
        """Take a question back; False where that place has no such question that waits."""
        statement = (
            update(league_rounds)
            .where(_ROUNDS.id == round_id, *in_place(place))
            .where(_ROUNDS.state.in_(["open", "closed"]))
        )
        with self._db.writing() as connection:
            done = connection.execute(statement.values(state="stopped", ended_at=now))
            return done.rowcount == 1

    def save_call(
        self,
        round_id: int,
        user_id: int,
        now: datetime,
        *,
        fifth: int | None = None,
        sure: bool | None = None,
    ) -> Called:
        """Keep a person's call on a question, in place of their earlier one.

        Args:
            round_id: The question.
            user_id: Whose call.
            now: Aware; a question that has closed by then takes none.
            fifth: 0..4; None leaves the one that was called.
            sure: None leaves it as it was, at first sure.
        """
        with self._db.writing() as connection:
            self._db.queue_up(connection, round_id)
            found, known = _round(connection, round_id), _call(connection, round_id, user_id)
            taken = found is not None and found.state == "open" and found.asked.closes_at > now
            if taken and (known is not None or fifth is not None):
                changes = {"fifth": fifth, "sure": sure}
                self._put_call(connection, round_id, user_id, now, changes)
            call = _call(connection, round_id, user_id)
            return Called(call, _answered(connection, round_id), taken)

    def calls_on(self, round_id: int) -> tuple[LeagueCall, ...]:
        """Return the calls on a question, oldest first."""
        query = select(league_calls).where(_CALLS.round_id == round_id).order_by(_CALLS.id)
        with self._db.reading() as connection:
            return tuple(map(call_of, connection.execute(query).mappings()))

    def find_calls(self, call_ids: tuple[int, ...]) -> tuple[LeagueCall, ...]:
        """Return calls by their numbers; those that were erased are missing."""
        query = select(league_calls).where(_CALLS.id.in_(call_ids))
        with self._db.reading() as connection:
            return tuple(map(call_of, connection.execute(query).mappings()))

    def count_calls(self, round_id: int) -> int:
        """Return how many have answered a question."""
        with self._db.reading() as connection:
            return _answered(connection, round_id)

    def set_league(self, place: Place, *, on: bool) -> None:
        """Ask a place a question every week, or no longer."""
        key = {"chat_id": place.chat_id, "topic_id": place.topic_id}
        with self._db.writing() as connection:
            if on:
                connection.execute(self._db.insert(leagues).values(key).on_conflict_do_nothing())
                return
            here = [leagues.c[name] == value for name, value in key.items()]
            connection.execute(delete(leagues).where(*here))

    def league_places(self, kind: str, key: str) -> tuple[tuple[Place, DigestSlot], ...]:
        """Return the places that are asked every week and have no such message yet, in order.

        Those that cannot be reached or are paused are left out. With each comes the local time of
        its digest.

        Args:
            kind: Of the message in the outbox.
            key: Of the week.
        """
        out = work.outbox.c
        asked = exists().where(
            out.chat_id == leagues.c.chat_id,
            out.topic_id == leagues.c.topic_id,
            out.kind == kind,
            out.key == key,
        )
        query = (
            select(leagues)
            .outerjoin(chats.chats, chats.chats.c.chat_id == leagues.c.chat_id)
            .where(~asked, chats.chats.c.dead.is_(None))
            .order_by(leagues.c.chat_id, leagues.c.topic_id)
        )
        # In two steps: asked to join them, PostgreSQL reads the settings of all chats.
        with self._db.reading() as connection:
            places = [Place(*row) for row in connection.execute(query)]
            slots = _slots_of(connection, places)
        return tuple((place, slots[place]) for place in places if place in slots)

    def _put_call(
        self,
        connection: Connection,
        round_id: int,
        user_id: int,
        now: datetime,
        changes: dict[str, Any],
    ) -> None:
        given = {name: value for name, value in changes.items() if value is not None}
        key = {"round_id": round_id, "user_id": user_id}
        new = {"fifth": 0, "sure": True, "salt": secrets.token_hex(_SALT_BYTES), "called_at": now}
        statement = self._db.insert(league_calls).values(key | new | given)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=list(key), set_=given | {"called_at": now}
            )
        )


def _slots_of(connection: Connection, places: Sequence[Place]) -> dict[Place, DigestSlot]:
    """Return when the digest of each is due; a topic's own settings go before its chat's."""
    own, unset = chats.places.c, (DigestSlot(None, PlaceSettings().digest_at), False)
    known: dict[tuple[int, int], tuple[DigestSlot, bool]] = {}
    for part in chunks(sorted({place.chat_id for place in places})):
        query = select(own.chat_id, own.topic_id, own.zone, own.digest_at, own.paused)
        for chat, topic, zone, at, paused in connection.execute(query.where(own.chat_id.in_(part))):
            known[chat, topic] = DigestSlot(zone, at), paused
    found = {}
    for place in places:
        of_chat = known.get((place.chat_id, 0), unset)
        slot, paused = known.get((place.chat_id, place.topic_id), of_chat)
        if not paused:
            found[place] = slot
    return found


def _open(connection: Connection, place: Place, now: datetime) -> LeagueRound | None:
    query = select(league_rounds).where(*in_place(place), _ROUNDS.state == "open")
    rows = connection.execute(query.order_by(_ROUNDS.id)).mappings().all()
    waiting = [found for found in map(round_of, rows) if found.asked.closes_at > now]
    return waiting[0] if waiting else None


def _round(connection: Connection, round_id: int) -> LeagueRound | None:
    query = select(league_rounds).where(_ROUNDS.id == round_id)
    row = connection.execute(query).mappings().first()
    return round_of(row) if row else None


def _call(connection: Connection, round_id: int, user_id: int) -> LeagueCall | None:
    query = select(league_calls).where(_CALLS.round_id == round_id, _CALLS.user_id == user_id)
    row = connection.execute(query).mappings().first()
    return call_of(row) if row else None


def _answered(connection: Connection, round_id: int) -> int:
    query = select(func.count()).where(_CALLS.round_id == round_id)
    return connection.execute(query).scalar_one()
