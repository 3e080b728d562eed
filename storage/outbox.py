"""Everything the bot sends unasked is first a row here, then a message."""

# Theory of operation
#
#     pending --claim_due--> pending, leased --mark_sending--> sending --mark_sent--> sent
#        ^                        |    |                        |    |
#        +------ lease ends ------+    +----- give_up: dead ----+    |
#        +---------------------- postpone ---------------------------+
#
# Nothing is lost: a row is written before what it tells of counts as told (a list's sessions in the
# same transaction, an alert just after), and leaves `pending` only for a request that is about to
# leave. Whatever the crash, a row is in one of these states and each has a way on.
#
# Nothing is queued twice: (place, kind, key) is unique, so that a job that runs again after a crash
# enqueues what is missing and nothing else. The key names the occasion, such as a digest's date.
#
# Few can be sent twice. A claim leases rows to one owner; `mark_sending` succeeds only while that
# lease holds, so that of two workers at most one sends. Between a request that left and the answer
# that is noted lies the only doubt: a row found in `sending` after a crash was maybe sent. There
# are as many such rows as requests were in flight, which the worker bounds by its lanes, not one
# row for each row claimed: claimed rows are still `pending`. Each notes after which messages it
# left, so that it can be looked for; whether a doubtful row is sent again the worker decides.
# `recover` hands it over, and its note stays (`after`) until that is decided.
#
# `dead` and `sent` rows stay for a while (`sweep`), since their keys keep the doubled away.

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
    or_,
    select,
    update,
)

from storage.records.chats import Place
from storage.records.inbox import Numbers
from storage.records.work import OutboxItem, OutboxRow
from storage.store_part import StorePart, chunks
from storage.tables import chats, work

_FREE: dict[str, Any] = {"owner": None, "lease_until": None}
_NOWHERE: Numbers = (0, 0)
_OUT = work.outbox.c
# Those that run for every message are built once.
_MARK_SENDING = (
    update(work.outbox)
    .where(_OUT.id == bindparam("row_id"), _OUT.owner == bindparam("mine"))
    .where(_OUT.state == "pending", _OUT.lease_until > bindparam("now"))
    .values(state="sending", attempts=_OUT.attempts + 1)
    .values(after_in_chat=bindparam("in_chat"), after_in_all=bindparam("in_all"))
)
_MARK_TOLD = (
    update(chats.subscriptions)
    .where(chats.subscriptions.c.chat_id == bindparam("chat"))
    .where(chats.subscriptions.c.topic_id == bindparam("topic"))
    .where(chats.subscriptions.c.ticker == bindparam("symbol"))
    .values(told=bindparam("session"))
)
_MARK_SENT = (
    update(work.outbox)
    .where(_OUT.id == bindparam("row_id"))
    .values(_FREE | {"state": "sent"})
    .values(finished_at=bindparam("now"), message_id=bindparam("number"))
    .values(after_in_chat=None, after_in_all=None)
)


class OutboxStore(StorePart):
    """Messages on their way."""

    def enqueue(self, items: Sequence[OutboxItem], now: datetime) -> int:
        """Add messages and return how many; one with a known (place, kind, key) is passed over.

        What those added tell of is noted on their places' lists in the same transaction.
        """
        unique = (_OUT.chat_id, _OUT.topic_id, _OUT.kind, _OUT.key)
        statement = self._db.insert(work.outbox).on_conflict_do_nothing().returning(*unique)
        added: set[tuple[Any, ...]] = set()
        with self._db.writing() as connection:
            gone = _dead(connection, {item.place.chat_id for item in items})
            live = [item for item in items if item.place.chat_id not in gone]
            for part in chunks(live):
                rows = [_columns_of(item, now) for item in part]
                added.update(map(tuple, connection.execute(statement, rows)))
            told = [row for item in live if _key_of(item) in added for row in _told_rows(item)]
            if told:
                connection.execute(_MARK_TOLD, told)
        return len(added)

    def claim_due(
        self, now: datetime, limit: int, lease_until: datetime, owner: str
    ) -> tuple[OutboxRow, ...]:
        """Lease due, pending rows of live chats to an owner, oldest due first.

        No row is handed to two owners while its lease holds.
        """
        # As a common table expression, so that PostgreSQL chooses the rows once; with SKIP LOCKED
        # a second owner takes others in place of waiting for these.
        chosen = _claimable(now, limit).with_for_update(skip_locked=True).cte("chosen")
        statement = (
            update(work.outbox)
            .where(_OUT.id.in_(select(chosen.c.id)))
            .values(owner=owner, lease_until=lease_until)
            .returning(work.outbox)
        )
        with self._db.writing() as connection:
            return _in_order(connection.execute(statement).mappings().all())

    def mark_sending(
        self, row_id: int, owner: str, now: datetime, after: Numbers = _NOWHERE
    ) -> bool:
        """Note after which messages a request leaves; False: the lease was lost, do not send."""
        mine = {"row_id": row_id, "mine": owner, "now": now}
        mine |= {"in_chat": after[0], "in_all": after[1]}
        with self._db.writing() as connection:
            return connection.execute(_MARK_SENDING, mine).rowcount == 1

    def mark_sent(self, row_id: int, now: datetime, message_id: int | None = None) -> None:
        """Note that Telegram took a row, and which message it is, where that is known."""
        with self._db.writing() as connection:
            connection.execute(_MARK_SENT, {"row_id": row_id, "now": now, "number": message_id})

    def postpone(
        self,
        row_id: int,
        until: datetime,
        reason: str,
        owner: str | None = None,
        after: Numbers | None = None,
    ) -> None:
        """Put a row that was not sent back to pending, due at `until`.

        Args:
            row_id: Which.
            until: When it is due again.
            reason: Why it was not sent.
            owner: Whose it must be still; one that another process has taken over is left alone.
            after: Where it may have arrived all the same: after which messages it left.
        """
        put_back = update(work.outbox).where(_OUT.id == row_id)
        if owner is not None:
            put_back = put_back.where(_OUT.owner == owner)
        in_chat, in_all = after or (None, None)
        values = _FREE | {"state": "pending", "due_at": until, "reason": reason}
        values |= {"after_in_chat": in_chat, "after_in_all": in_all}
        with self._db.writing() as connection:
            connection.execute(put_back.values(values))

    def give_up(self, row_id: int, reason: str, now: datetime) -> None:
        """Note that a row will never be sent, and why."""
        self._set(row_id, _FREE | {"state": "dead", "reason": reason, "finished_at": now})

    def release(self, owner: str) -> int:
        """Give an owner's claimed but untouched rows back at once, for a clean stop."""
        mine = and_(_OUT.state == "pending", _OUT.owner == owner)
        with self._db.writing() as connection:
            return connection.execute(update(work.outbox).where(mine).values(_FREE)).rowcount

    def recover(self, owner: str, now: datetime, lease_until: datetime) -> tuple[OutboxRow, ...]:
        """Take over what a crash left: call at start, before the first claim.

        Leases of `owner` and expired ones on pending rows are lifted.

        Returns:
            The rows found in `sending` under such a lease: each was maybe sent. They are leased
            to `owner` until `postpone`, `mark_sent` or `give_up` decides.
        """
        orphaned = or_(_OUT.owner == owner, _OUT.lease_until <= now)
        untouched = update(work.outbox).where(_OUT.state == "pending", orphaned)
        maybe_sent = update(work.outbox).where(_OUT.state == "sending", orphaned)
        taken = maybe_sent.values(owner=owner, lease_until=lease_until).returning(work.outbox)
        with self._db.writing() as connection:
            connection.execute(untouched.values(_FREE))
            return _in_order(connection.execute(taken).mappings().all())

    def find_outbox(self, place: Place, kind: str, key: str) -> OutboxRow | None:
        """Return a message of the outbox in whatever state, or None."""
        query = select(work.outbox).where(
            _OUT.chat_id == place.chat_id,
            _OUT.topic_id == place.topic_id,
            _OUT.kind == kind,
            _OUT.key == key,
        )
        with self._db.reading() as connection:
            row = connection.execute(query).mappings().first()
        return _outbox_row(row) if row else None

    def find_pending(self, place: Place, kind: str) -> OutboxRow | None:
        """Return the oldest message of a kind that waits for a place, or None."""
        query = select(work.outbox).where(
            _OUT.chat_id == place.chat_id,
            _OUT.topic_id == place.topic_id,
            _OUT.kind == kind,
            _OUT.state == "pending",
        )
        with self._db.reading() as connection:
            row = connection.execute(query.order_by(_OUT.id)).mappings().first()
        return _outbox_row(row) if row else None

    def rewrite(self, row_id: int, payload: str) -> None:
        """Let a message that waits say something else."""
        self._set(row_id, {"payload": payload})

    def _set(self, row_id: int, values: dict[str, Any]) -> None:
        with self._db.writing() as connection:
            connection.execute(update(work.outbox).where(_OUT.id == row_id).values(values))


def _dead(connection: Connection, chat_ids: set[int]) -> set[int]:
    """Return those of some chats that nothing can be sent to."""
    known, found = chats.chats.c, set[int]()
    for part in chunks(sorted(chat_ids)):
        query = select(known.chat_id).where(known.chat_id.in_(part), known.dead.is_not(None))
        found.update(connection.execute(query).scalars())
    return found


def _key_of(item: OutboxItem) -> tuple[int, int, str, str]:
    return item.place.chat_id, item.place.topic_id, item.kind, item.key


def _told_rows(item: OutboxItem) -> list[dict[str, Any]]:
    place = {"chat": item.place.chat_id, "topic": item.place.topic_id}
    return [place | {"symbol": ticker, "session": session} for ticker, session in item.told]


def _claimable(now: datetime, limit: int) -> Select[tuple[int]]:
    unleased: ColumnElement[bool] = or_(_OUT.lease_until.is_(None), _OUT.lease_until <= now)
    query = select(_OUT.id).where(_OUT.state == "pending", _OUT.due_at <= now, unleased)
    return query.order_by(_OUT.due_at, _OUT.id).limit(limit)


def _columns_of(item: OutboxItem, now: datetime) -> dict[str, Any]:
    return {
        "chat_id": item.place.chat_id,
        "topic_id": item.place.topic_id,
        "kind": item.kind,
        "key": item.key,
        "due_at": item.due_at,
        "payload": item.payload,
        "state": "pending",
        "attempts": 0,
        "reason": "",
        "created_at": now,
    }


def _in_order(rows: Sequence[RowMapping]) -> tuple[OutboxRow, ...]:
    return tuple(map(_outbox_row, sorted(rows, key=lambda row: (row["due_at"], row["id"]))))


def _outbox_row(row: RowMapping) -> OutboxRow:
    place = Place(row["chat_id"], row["topic_id"])
    item = OutboxItem(place, row["kind"], row["key"], row["due_at"], row["payload"])
    in_chat, in_all = row["after_in_chat"], row["after_in_all"]
    after = None if in_chat is None else (in_chat, in_all)
    return OutboxRow(row["id"], item, row["state"], row["attempts"], row["reason"], after)
