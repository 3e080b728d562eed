"""Added to a group, the bot says once what it does, and what it lacks to do it."""

from telegram import Chat, ChatMember, ChatMemberRestricted, ChatMemberUpdated
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest

from bot.awaitable_store import AwaitableStore
from bot.telegram.errors import calling
from bot.telegram.replies import Replies
from bot.telegram.ways import Way
from bot.words.greeting import Lack, greeting, greeting_keyboard
from storage.records.chats import Place

_ADMINS = (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


class Greeter:
    """Greets groups."""

    def __init__(self, replies: Replies, store: AwaitableStore) -> None:
        self._replies = replies
        self._store = store

    async def greet(self, change: ChatMemberUpdated) -> None:
        """Say hello in a group that the bot was added to, unless it did so before."""
        note = f"greeted:{change.chat.id}"
        if await self._store.load_note(note):
            return
        words, examples = self._replies.words, self._replies.examples
        text = greeting(words, await lacks(change))
        keyboard = greeting_keyboard(words, examples[0])
        await self._replies.text(Way(Place(change.chat.id)), text, keyboard)
        await self._store.save_note(note, "once")


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
