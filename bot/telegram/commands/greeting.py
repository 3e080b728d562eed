"""Added to a group, the bot says once what it does, and what it lacks to do it."""

import logging

from telegram import (
    Chat,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    ChatMemberUpdated,
)
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest

from bot.awaitable_store import AwaitableStore
from bot.errors import ChatGoneError
from bot.telegram.errors import calling
from bot.telegram.replies import Replies
from bot.telegram.ways import Way
from bot.words.channels import introduction, start_keyboard
from bot.words.greeting import Lack, greeting, greeting_keyboard
from storage.records.chats import Place

log = logging.getLogger(__name__)

_ADMINS = (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


class Greeter:
    """Greets groups."""

    def __init__(self, replies: Replies, store: AwaitableStore) -> None:
        self._replies = replies
        self._store = store

    async def greet(self, change: ChatMemberUpdated) -> None:
        """Say hello in a group that the bot was added to, unless it did so before.

        Of a channel, whoever added the bot is told in private how to set it up.
        """
        if change.chat.type == ChatType.CHANNEL:
            await self._introduce(change)
            return
        note = f"greeted:{change.chat.id}"
        if await self._store.load_note(note):
            return
        words, examples = self._replies.words, self._replies.examples
        text = greeting(words, await lacks(change))
        keyboard = greeting_keyboard(words, examples[0])
        await self._replies.text(Way(Place(change.chat.id)), text, keyboard)
        await self._store.save_note(note, "once")

    async def _introduce(self, change: ChatMemberUpdated) -> None:
        member, channel = change.new_chat_member, change.chat
        posts = isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
        words = self._replies.words
        text = introduction(words, channel.title or "", channel.id, posts=posts)
        keyboard = start_keyboard(words, channel.id)
        try:
            await self._replies.text(Way(Place(change.from_user.id)), text, keyboard)
        except ChatGoneError:
            # Telegram lets no bot write first; `/channel` shows them the same later.
            log.info("admin-not-told channel=%s", channel.id)


async def lacks(change: ChatMemberUpdated) -> tuple[Lack, ...]:
    """Return what a group does not let the bot do."""
    found: list[Lack] = []
    if not await _sends_photos(change.chat, change.new_chat_member):
        found.append("photos")
    if not await _sees_admins(change):
        found.append("admins")
    return tuple(found)


async def _sends_photos(chat: Chat, member: ChatMember) -> bool:
    if member.status in _ADMINS:
        return True
    if isinstance(member, ChatMemberRestricted) and not member.can_send_photos:
        return False
    try:
        rights = (await calling(lambda: chat.get_bot().get_chat(chat.id))).permissions
    except BadRequest:
        return True  # nobody says that it may not
    return rights is None or rights.can_send_photos is not False


async def _sees_admins(change: ChatMemberUpdated) -> bool:
    if change.new_chat_member.status in _ADMINS:
        return True
    try:
        return bool(await calling(change.chat.get_administrators))
    except BadRequest:
        return False
