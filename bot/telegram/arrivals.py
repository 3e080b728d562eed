"""Asks Telegram whether a message arrived whose answer was cut off.

The Bot API has no such question. But editing one's own message into what it is already is refused
in words of its own ("message is not modified"), and editing what is not there in others, so that an
edit which changes nothing tells whether a message is there. Which number it would have is known
closely enough: one after the newest that was seen in the chat before, or, in private chats and
basic groups, which count together, before in any of them; none that is known to be another's; and
none of what has come since it was cut off: to ask about those as well would take as long as a busy
bot is busy, and use up the requests that others wait for.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from math import inf

from cachetools import LRUCache
from telegram import Bot, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.awaitable_store import AwaitableStore
from bot.telegram.obstacles import Obstacle, obstacle_of
from bot.telegram.update_lines import leave_line
from storage.errors import StorageError
from storage.message_numbers import SUPERGROUPS
from storage.records.inbox import Numbers, Taken

log = logging.getLogger(__name__)

_NEXT_IN_CHAT, _NEXT_IN_ALL = 8, 16
"""How many more may have come unseen while one message was on its way."""
_MOST_ASKED, _MOST_ASKED_LATER = 48, 16
"""How often to ask, and for what left before a crash: who waits for it waits for that too."""
_UNTIL_ANSWERED = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before it is asked again whether all answers to a chat have arrived."""
_STILL_CARRIED_OUT_SECONDS = 1.0
"""How long after its line broke Telegram may still carry out what it had read."""
_MOST_CHATS, _MOST_NUMBERS, _MOST_SENT = 20_000, 5_000, 100
PAUSES = (0.3, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before Telegram is asked again where the line is down that cut the answer off."""


class Arrivals:
    """The newest message numbers, and the question whether another one is there."""

    def __init__(self, bot: Bot, store: AwaitableStore) -> None:
        self._bot = bot
        self._store = store
        self._newest: LRUCache[int, int] = LRUCache(_MOST_CHATS)
        self._newest_shared = 0
        self._known: LRUCache[Numbers, int] = LRUCache(_MOST_NUMBERS)
        self._sent: deque[tuple[float, int]] = deque(maxlen=_MOST_SENT)
        self._counts_apart = False
        self._begun = self._ended = 0

    def saw(self, chat_id: int, message_id: int) -> None:
        """Note a message that exists."""
        self._newest[chat_id] = max(message_id, self._newest.get(chat_id, 0))
        if chat_id > SUPERGROUPS:
            self._newest_shared = max(message_id, self._newest_shared)
        counted = _counting(chat_id)
        # Two chats that count together cannot both have a number.
        self._counts_apart |= self._known.get((counted, message_id), chat_id) not in (0, chat_id)
        self._known[counted, message_id] = self._known[chat_id, message_id] = chat_id

    def sent(self, messages: object, begun: float) -> None:
        """Note what was sent, and when its request began, in seconds of the event loop's clock."""
        for message in messages if isinstance(messages, tuple) else (messages,):
            if isinstance(message, Message):
                self.saw(message.chat_id, message.message_id)
                if message.chat_id > SUPERGROUPS:
                    self._sent.append((begun, message.message_id))

    def newest(self, chat_id: int) -> Numbers:
        """Return what is known of a chat before a message is sent there."""
        shared = self._newest_shared if chat_id > SUPERGROUPS else 0
        return self._newest.get(chat_id, 0), shared

    def finds_in(self, chat_id: int) -> bool:
        """Return whether a message that leaves now would be found again.

        In a supergroup others write what the bot does not see, so that its number may be any.
        """
        return chat_id > SUPERGROUPS and self._newest_shared > 0

    async def find(
        self, chat_id: int, before: Numbers, keyboard: InlineKeyboardMarkup | None
    ) -> int | None:
        """Return the number of a message of the bot that came after others, None if none is found.

        Args:
            chat_id: Where it was sent to.
            before: From `newest`, before it was sent.
            keyboard: That it has.
        """
        since = asyncio.get_running_loop().time()
        search = _Search(chat_id, before, self.newest(chat_id), self._ended, since=since)
        return await self._counted(search, keyboard, _MOST_ASKED)

    async def find_later(
        self,
        chat_id: int,
        before: Numbers,
        keyboard: InlineKeyboardMarkup | None,
        *,
        patiently: bool = False,
    ) -> int | None:
        """Return the number of a message that left before a crash, None if none is found.

        Much may have come since, from other processes as well.

        Args:
            chat_id: Where it was sent to.
            before: From `newest`, before it was sent.
            keyboard: That it has.
            patiently: Whether to let an answer that is on its way to the same chat arrive first:
                its number may be any, and nothing above its note can be told from it.
        """
        try:
            taken = await self._taken(chat_id, before, patiently=patiently)
        except StorageError as err:
            log.warning("not-looked-for chat=%s reason=%r", chat_id, str(err))
            return None
        for number in taken.numbers:
            self._known[_counting(chat_id), number] = 0
        newest = max(taken.numbers, default=0)
        search = _Search(chat_id, before, (newest, newest), self._ended, taken.until)
        found = await self._counted(search, keyboard, _MOST_ASKED_LATER)
        log.info("looked-for chat=%s after=%s found=%s", chat_id, before, found)
        return found

    async def _taken(self, chat_id: int, before: Numbers, *, patiently: bool) -> Taken:
        for pause in (*(_UNTIL_ANSWERED if patiently else ()), None):
            taken = await self._store.taken_numbers(self._bot.id, chat_id, before)
            if taken.until is None or pause is None:
                break
            await asyncio.sleep(pause)
        return taken

    async def _counted(
        self, search: "_Search", keyboard: InlineKeyboardMarkup | None, most: int
    ) -> int | None:
        self._begun += 1
        try:
            return await self._find(search, keyboard, most)
        finally:
            self._ended += 1

    async def _find(
        self, search: "_Search", keyboard: InlineKeyboardMarkup | None, most: int
    ) -> int | None:
        asked: set[int] = set()
        # Anew each time: where many were cut off at once, others find theirs meanwhile, which takes
        # their numbers out.
        while len(asked) < most:
            number = self._next(search, asked)
            if number is None:
                return None
            asked.add(number)
            match await self._meets(search.chat_id, number, keyboard):
                case Obstacle.UNCHANGED:
                    self.saw(search.chat_id, number)
                    return number
                case Obstacle.MESSAGE_GONE:
                    continue
                case _:
                    # One of the bot's own, sent with other buttons, or nobody can say.
                    return None
        return None

    async def _meets(
        self, chat_id: int, number: int, keyboard: InlineKeyboardMarkup | None
    ) -> Obstacle | None:
        """Edit a message into what it is; return what stands in the way, None for anything else."""
        for pause in (*PAUSES, None):
            try:
                await self._bot.edit_message_reply_markup(
                    chat_id=chat_id, message_id=number, reply_markup=keyboard
                )
            except BadRequest as err:
                return obstacle_of(err)
            except NetworkError:
                if pause is None:
                    return None
                leave_line()
                await asyncio.sleep(pause)
            except TelegramError:
                return None
            else:
                return None
        return None

    def _next(self, search: "_Search", asked: set[int]) -> int | None:
        """Return the next number to ask about, None where all were asked about."""
        # What came of many chats at once lies between; most of it is known to be another message.
        counted, numbers = _counting(search.chat_id), search.numbers(self._begun - search.ended)
        bound = self._first_sent_after(search.since)
        left = (n for n in numbers if (counted, n) not in self._known and n < bound)
        # A server that counts each private chat by itself has it near.
        apart = self._counts_apart or search.since is None
        near = (n for n in search.near() if apart and (search.chat_id, n) not in self._known)
        both = chain(near, left) if self._counts_apart else chain(left, near)
        return next((n for n in both if n not in asked), None)

    def _first_sent_after(self, since: float | None) -> float:
        """Return the number of the first message that surely left after an instant.

        What was cut off before has a lower one: on a busy bot few are left to be asked about.
        """
        if since is None or self._counts_apart:
            return inf
        surely = since + _STILL_CARRIED_OUT_SECONDS
        return next((number for begun, number in self._sent if begun >= surely), inf)


@dataclass(frozen=True, slots=True)
class _Search:
    """A search for one message: what was known before it left, and when it was cut off."""

    chat_id: int
    before: Numbers
    newest: Numbers
    ended: int
    """How many searches had ended before this one."""
    until: int | None = None
    """Above this number it may be another message, which is on its way; None where none is."""
    since: float | None = None
    """When it was cut off, by the event loop's clock; None for before a crash."""

    def numbers(self, together: int) -> Iterable[int]:
        """Return the numbers that it can have if so many are looked for at the same time."""
        shared = int(self.chat_id > SUPERGROUPS)
        unseen = (_NEXT_IN_CHAT, _NEXT_IN_ALL)[shared] + together
        last = max(self.before[shared], self.newest[shared]) + unseen
        if self.until is not None:
            last = min(last, self.until)
        return _after(self.before[shared], last)

    def near(self) -> Iterable[int]:
        """Return the numbers that come next in the chat itself."""
        last = max(self.before[0], self.newest[0])
        return _after(self.before[0], last + _NEXT_IN_CHAT)


def _counting(chat_id: int) -> int:
    """Return whose numbers a chat's messages have: its own, or 0 for those that count together."""
    return 0 if chat_id > SUPERGROUPS else chat_id


def _after(number: int, last: int) -> Iterable[int]:
    return range(number + 1, last + 1) if number else ()
