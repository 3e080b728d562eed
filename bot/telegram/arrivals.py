"""Asks Telegram whether a message arrived whose answer was cut off.

The Bot API has no such question. But editing one's own message into what it is already is refused
in words of its own ("message is not modified"), and editing what is not there in others, so that an
edit which changes nothing tells whether a message is there. Which number it would have is known
closely enough: the next after the newest one seen in the chat, or, in private chats and basic
groups, which count together, after the newest seen in any of them.
"""

from cachetools import LRUCache
from telegram import Bot, InlineKeyboardMarkup
from telegram.error import BadRequest, TelegramError

from bot.telegram.obstacles import Obstacle, obstacle_of

_NEXT_IN_CHAT, _NEXT_IN_ALL = 4, 8
_MOST_CHATS = 20_000
_SUPERGROUPS = -1_000_000_000_000
"""Ids of supergroups are below; only those number their messages by themselves."""
Newest = tuple[int, int]
"""The newest number in a chat, and in all that count together with it; 0 for unknown."""


class Arrivals:
    """The newest message numbers, and the question whether another one is there."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._newest: LRUCache[int, int] = LRUCache(_MOST_CHATS)
        self._newest_shared = 0

    def saw(self, chat_id: int, message_id: int) -> None:
        """Note a message that exists."""
        self._newest[chat_id] = max(message_id, self._newest.get(chat_id, 0))
        if chat_id > _SUPERGROUPS:
            self._newest_shared = max(message_id, self._newest_shared)

    def newest(self, chat_id: int) -> Newest:
        """Return what is known of a chat before a message is sent there."""
        shared = self._newest_shared if chat_id > _SUPERGROUPS else 0
        return self._newest.get(chat_id, 0), shared

    async def find(
        self, chat_id: int, before: Newest, keyboard: InlineKeyboardMarkup | None
    ) -> int | None:
        """Return the number of a message of the bot that came after others, None if none is found.

        Args:
            chat_id: Where it was sent to.
            before: From `newest`, before it was sent.
            keyboard: That it has.
        """
        for number in _candidates(before):
            try:
                await self._bot.edit_message_reply_markup(
                    chat_id=chat_id, message_id=number, reply_markup=keyboard
                )
            except BadRequest as err:
                meaning = obstacle_of(err)
                if meaning is Obstacle.UNCHANGED:
                    self.saw(chat_id, number)
                    return number
                if meaning is not Obstacle.MESSAGE_GONE:
                    return None
            except TelegramError:
                return None
            else:
                # One of the bot's own, sent with other buttons: not the one that is looked for.
                return None
        return None


def _candidates(before: Newest) -> list[int]:
    in_chat, in_all = before
    near = range(in_chat + 1, in_chat + 1 + _NEXT_IN_CHAT) if in_chat else ()
    far = range(in_all + 1, in_all + 1 + _NEXT_IN_ALL) if in_all else ()
    return list(dict.fromkeys([*near, *far]))
