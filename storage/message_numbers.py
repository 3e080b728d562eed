"""Which numbers are known to be other messages, whichever process has sent them.

Of a message that left before a crash it is asked whether one of the next numbers is it. Another
message of the bot in its place would be taken for it, and it would be lost: so what answered and
what was delivered since is told apart here, by the rows that all processes write.
"""

import json
from collections.abc import Iterator

from sqlalchemy import Connection, or_, select

from storage.records.inbox import Numbers, Taken
from storage.store_part import StorePart
from storage.tables.inbox import inbox
from storage.tables.work import outbox

_IN, _OUT = inbox.c, outbox.c
SUPERGROUPS = -1_000_000_000_000
"""Ids of supergroups and channels are below; only those number their messages by themselves."""


class MessageNumberStore(StorePart):
    """Numbers of messages, from the inbox and the outbox."""

    def taken_numbers(self, bot_id: int, chat_id: int, after: Numbers) -> Taken:
        """Return which of the numbers that a message may have are others'.

        Args:
            bot_id: Who has sent it.
            chat_id: Where to.
            after: After which messages it left.
        """
        counted_together = chat_id > SUPERGROUPS
        numbers: set[int] = set()
        limits: list[int] = []
        with self._db.reading() as connection:
            answers, posts = (
                _answers(connection, bot_id, chat_id, after),
                _posts(connection, chat_id),
            )
            for known, note in (*answers, *posts):
                numbers.update(known)
                limits += [note[counted_together]] if note and note != after else []
        later = frozenset(number for number in numbers if number > after[counted_together])
        return Taken(later, min(limits, default=None))


_Known = tuple[list[int], Numbers | None]
"""Numbers of messages; after which ones one more may be on its way to the chat, None: none is."""


def _answers(connection: Connection, bot_id: int, chat_id: int, after: Numbers) -> Iterator[_Known]:
    where = _IN.chat_id == chat_id
    if chat_id > SUPERGROUPS:
        where = or_(where, (_IN.chat_id > SUPERGROUPS) & (_IN.after_in_all >= after[1]))
    query = select(_IN.chat_id, _IN.answers, _IN.after_in_chat, _IN.after_in_all, _IN.state)
    sent = or_(_IN.after_in_all.is_not(None), _IN.answers != "[]")
    noted = query.where(_IN.bot_id == bot_id, sent, where)
    for chat, answers, in_chat, in_all, state in connection.execute(noted):
        leaves = in_chat is not None and chat == chat_id and state == "waiting"
        yield [*json.loads(answers), in_chat or 0], (in_chat, in_all) if leaves else None


def _posts(connection: Connection, chat_id: int) -> Iterator[_Known]:
    query = select(_OUT.message_id, _OUT.after_in_chat, _OUT.after_in_all, _OUT.state)
    for number, in_chat, in_all, state in connection.execute(query.where(_OUT.chat_id == chat_id)):
        leaves = in_chat is not None and state == "sending"
        yield [number or 0], (in_chat, in_all) if leaves else None
