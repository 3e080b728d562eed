"""Everything Telegram hands over is first a row here, then a piece of work.

States: waiting -> done. A row is written before Telegram is told that the update was taken; its
body is forgotten as soon as it is done, and the row itself, which keeps the same update from being
done twice, a day later.

A row belongs to the process that took it, by a lease which that process renews while the row waits.
Of several processes on one database each answers what it has taken, and takes up only the rows of
those that have ended. Replicas behind one webhook leave an update to that one of them which has an
earlier one of the same chat in work (`take_in_turn`).
"""

import json
import zlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, or_, select, update

from storage.records.inbox import Arrival, Claim, Done, Kept, Leaving, Unanswered
from storage.store_part import StorePart, chunks
from storage.tables.inbox import inbox
from storage.tables.work import outbox

_IN, _OUT = inbox.c, outbox.c
_WAITING, _DONE = "waiting", "done"
FOR_ONE, FOR_ALL = "inbox", "inbox-left"
"""Bulletins: something was left to the named process; something was left to whomever."""
_ANSWERED_WITHIN = timedelta(minutes=10)
_CHAT_LOCKS = 7_241_906 << 33
# Those that run for every update are built once.
_MINE = (_IN.bot_id == bindparam("bot"), _IN.update_id == bindparam("number"))
_NOTE = (
    update(inbox)
    .where(*_MINE)
    .values(
        answers=bindparam("sent"),
        after_in_chat=bindparam("in_chat"),
        after_in_all=bindparam("in_all"),
    )
)
_FINISH = (
    update(inbox)
    .where(*_MINE)
    .values(state=_DONE, body="", finished_at=bindparam("now"), answers=bindparam("sent"))
)


class InboxStore(StorePart):
    """What was taken from Telegram, by bot."""

    def take_in(self, bot_id: int, arrivals: Sequence[Arrival], claim: Claim) -> frozenset[int]:
        """Keep updates under a claim; return the numbers of those that were not known already."""
        statement = self._db.insert(inbox).on_conflict_do_nothing().returning(_IN.update_id)
        new: set[int] = set()
        with self._db.writing() as connection:
            for part in chunks(arrivals):
                rows = [_columns_of(bot_id, arrival, claim) for arrival in part]
                new.update(connection.execute(statement, rows).scalars())
        return frozenset(new)

    def take_in_turn(
        self, bot_id: int, arrival: Arrival, claim: Claim, now: datetime
    ) -> Kept | None:
        """Keep an update; one whose chat another process has in work is left to that process.

        So of several processes one at a time answers a chat, in the order in which it asked.

        Returns:
            Who answers it after what, None where it is known already.
        """
        before: Sequence[RowMapping] = ()
        columns = _columns_of(bot_id, arrival, claim)
        statement = self._db.insert(inbox).on_conflict_do_nothing().returning(_IN.owner)
        with self._db.writing() as connection:
            if arrival.chat_id is not None:
                self._db.queue_up_briefly(connection, _lock_of(bot_id, arrival.chat_id))
                before = _in_work(connection, bot_id, arrival.chat_id, now)
            if before:
                columns |= {name: before[-1][name] for name in ("owner", "lease_until")}
            owner = connection.execute(statement, columns).scalar()
            if owner is not None and owner != claim.owner:
                self._db.tell(connection, f"{FOR_ONE} {owner}")
        theirs = frozenset(row["update_id"] for row in before if row["owner"] == owner)
        return Kept(owner, theirs) if owner is not None else None

    def left_to(self, bot_id: int, owner: str, known: Collection[int]) -> tuple[Unanswered, ...]:
        """Return what other processes have left to an owner, in the order it came.

        Args:
            bot_id: Whose updates.
            owner: Who answers them.
            known: The numbers of those that it has in work.
        """
        mine = (_IN.bot_id == bot_id, _IN.state == _WAITING, _IN.owner == owner)
        with self._db.reading() as connection:
            rows = connection.execute(select(inbox).where(*mine)).mappings().all()
        new = [row for row in rows if row["update_id"] not in known]
        return tuple(map(_unanswered, sorted(new, key=lambda row: row["update_id"])))

    def give_up_claim(self, bot_id: int, owner: str, now: datetime) -> None:
        """Leave what an owner has not done to the others, at once: it ends."""
        mine = (_IN.bot_id == bot_id, _IN.state == _WAITING, _IN.owner == owner)
        with self._db.writing() as connection:
            left = connection.execute(update(inbox).where(*mine).values(lease_until=now))
            if left.rowcount:
                self._db.tell(connection, FOR_ALL)

    def note_answers(
        self, bot_id: int, leaving: Sequence[Leaving], done: Sequence[Done], now: datetime
    ) -> None:
        """Note how far the answers to some updates are, all in one transaction.

        Args:
            bot_id: Whose updates.
            leaving: Of which messages arrived, and whether one more is about to leave.
            done: Which are answered, each with the messages that did; what was asked is forgotten.
            now: When.
        """
        with self._db.writing() as connection:
            if leaving:
                connection.execute(_NOTE, [_note_of(bot_id, one) for one in leaving])
            if done:
                finished = {"bot": bot_id, "now": now}
                rows = [{"number": n, "sent": json.dumps(sent)} | finished for n, sent in done]
                connection.execute(_FINISH, rows)

    def keep_claim(self, bot_id: int, claim: Claim) -> frozenset[int]:
        """Renew an owner's claim; return the numbers of the rows that it has still."""
        mine = (_IN.bot_id == bot_id, _IN.state == _WAITING, _IN.owner == claim.owner)
        renewed = update(inbox).where(*mine).values(lease_until=claim.until)
        with self._db.writing() as connection:
            return frozenset(connection.execute(renewed.returning(_IN.update_id)).scalars())

    def claims(self, bot_id: int) -> tuple[Claim, ...]:
        """Return who has rows that are not done, each once with the latest end of its leases."""
        query = select(_IN.owner, func.max(_IN.lease_until)).group_by(_IN.owner)
        with self._db.reading() as connection:
            rows = connection.execute(query.where(_IN.bot_id == bot_id, _IN.state == _WAITING))
            return tuple(Claim(owner, until) for owner, until in rows)

    def take_over(self, bot_id: int, ended: Claim, claim: Claim) -> tuple[Unanswered, ...]:
        """Give what an owner has not done to another, in the order it came.

        Args:
            bot_id: Whose updates.
            ended: From `claims`; nothing is taken if it has been renewed since.
            claim: The new one.
        """
        theirs = (_IN.bot_id == bot_id, _IN.state == _WAITING, _IN.owner == ended.owner)
        taken = update(inbox).where(*theirs, _IN.lease_until <= ended.until)
        values = {"owner": claim.owner, "lease_until": claim.until}
        with self._db.writing() as connection:
            rows = connection.execute(taken.values(values).returning(inbox)).mappings().all()
        return tuple(map(_unanswered, sorted(rows, key=lambda row: row["update_id"])))

    def sent_to_groups(
        self, bot_id: int, since: datetime, now: datetime
    ) -> tuple[tuple[int, datetime], ...]:
        """Return what has left for groups since an instant: the group and when, oldest first.

        An answer that was noted and never marked is taken to have left now, the latest it can have.
        """
        answers = select(_IN.chat_id, _IN.finished_at, _IN.answers, _IN.after_in_chat).where(
            _IN.bot_id == bot_id,
            _IN.chat_id < 0,
            _IN.asked_at > since - _ANSWERED_WITHIN,
            or_(_IN.after_in_chat.is_not(None), _IN.answers != "[]"),
        )
        posts = select(_OUT.chat_id, _OUT.finished_at).where(
            _OUT.state == "sent", _OUT.chat_id < 0, _OUT.finished_at > since
        )
        with self._db.reading() as connection:
            found = [tuple(row) for row in connection.execute(posts)]
            for chat_id, at, known, after in connection.execute(answers):
                sent = len(json.loads(known)) + (at is None and after is not None)
                found += [(chat_id, at or now)] * max(1, sent)
        return tuple(sorted((one for one in found if one[1] > since), key=lambda one: one[1]))

    def done_in_groups(
        self, bot_id: int, since: datetime
    ) -> tuple[tuple[int, tuple[datetime, ...]], ...]:
        """Return when updates of groups were done since an instant that no message answered.

        A press that was answered by an edit is one; what is said in passing, too.

        Returns:
            Each group with its instants, oldest first.
        """
        query = select(_IN.chat_id, _IN.finished_at).where(
            _IN.bot_id == bot_id,
            _IN.chat_id < 0,
            _IN.state == _DONE,
            _IN.asked_at > since - _ANSWERED_WITHIN,
            _IN.finished_at > since,
            _IN.after_in_chat.is_(None),
            _IN.answers == "[]",
        )
        found: dict[int, list[datetime]] = {}
        with self._db.reading() as connection:
            for chat_id, at in connection.execute(query.order_by(_IN.finished_at)):
                found.setdefault(chat_id, []).append(at)
        return tuple((chat_id, tuple(instants)) for chat_id, instants in found.items())

    def sweep_inbox(self, before: datetime) -> int:
        """Delete what was done before an instant; return how many rows."""
        old = delete(inbox).where(_IN.state == _DONE, _IN.finished_at < before)
        with self._db.writing() as connection:
            return connection.execute(old).rowcount


def _lock_of(bot_id: int, chat_id: int) -> int:
    return _CHAT_LOCKS + zlib.crc32(f"{bot_id} {chat_id}".encode())


def _in_work(
    connection: Connection, bot_id: int, chat_id: int, now: datetime
) -> Sequence[RowMapping]:
    """Return numbers and claims of the updates of a chat that are in work, oldest first."""
    of_chat = (_IN.bot_id == bot_id, _IN.chat_id == chat_id, _IN.state == _WAITING)
    query = select(_IN.update_id, _IN.owner, _IN.lease_until)
    alive = query.where(*of_chat, _IN.lease_until > now).order_by(_IN.update_id)
    return connection.execute(alive).mappings().all()


def _columns_of(bot_id: int, arrival: Arrival, claim: Claim) -> dict[str, object]:
    return {
        "bot_id": bot_id,
        "update_id": arrival.update_id,
        "chat_id": arrival.chat_id,
        "user_id": arrival.user_id,
        "body": arrival.body,
        "state": _WAITING,
        "answers": "[]",
        "asked_at": arrival.asked_at,
        "owner": claim.owner,
        "lease_until": claim.until,
    }


def _note_of(bot_id: int, leaving: Leaving) -> dict[str, object]:
    in_chat, in_all = leaving.after or (None, None)
    return {
        "bot": bot_id,
        "number": leaving.update_id,
        "sent": json.dumps(list(leaving.answers)),
        "in_chat": in_chat,
        "in_all": in_all,
    }


def _unanswered(row: RowMapping) -> Unanswered:
    arrival = Arrival(
        row["update_id"], row["chat_id"], row["user_id"], row["body"], row["asked_at"]
    )
    in_chat, in_all = row["after_in_chat"], row["after_in_all"]
    after = None if in_chat is None else (in_chat, in_all)
    return Unanswered(arrival, tuple(json.loads(row["answers"])), after)
