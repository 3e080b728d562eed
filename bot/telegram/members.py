"""Names of members, asked of Telegram when a text leaves: none is kept.

A text names a call (`bot.words.league.member_mark`). Whose it is, is looked up here, and Telegram
says what that person is called today. Who has left, or erased their calls, stays anonymous.
"""

import html
import re

from telegram import Bot
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError

from bot.awaitable_store import AwaitableStore
from bot.words.language import Html

_MARK = re.compile(r"⟦(\d+)\|([^⟧]*)⟧")
_GONE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
_MOST = 24
"""Characters of a name."""


class Members:
    """Puts members' names into texts."""

    def __init__(self, bot: Bot, store: AwaitableStore) -> None:
        self._bot = bot
        self._store = store

    async def named(self, text: Html, chat_id: int) -> Html:
        """Return a text with its marks replaced by names, or by what they hold for nobody."""
        marks = {int(number) for number, _ in _MARK.findall(text)}
        if not marks:
            return text
        calls = await self._store.find_calls(tuple(sorted(marks)))
        names = {call.id: await self._name(chat_id, call.user_id) for call in calls}
        return Html(_MARK.sub(lambda mark: names.get(int(mark[1])) or mark[2], text))

    async def _name(self, chat_id: int, user_id: int) -> str:
        try:
            member = await self._bot.get_chat_member(chat_id, user_id)
        except TelegramError:
            return ""
        if member.status in _GONE:
            return ""
        return html.escape(member.user.first_name[:_MOST], quote=False)
