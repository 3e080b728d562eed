"""Who may change what a place has in common, and under whose id it is counted."""

from telegram import CallbackQuery, Message
from telegram.constants import ChatID, ChatMemberStatus, ChatType
from telegram.error import BadRequest

from bot.errors import NotAllowedError, Rule, UsageError
from bot.telegram.commands.context import place_of
from bot.telegram.errors import repeating
from bot.telegram.obstacles import Obstacle, obstacle_of
from storage.records.chats import Place, PlaceSettings

ADMINS = (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


def in_group(message: Message) -> bool:
    """Return whether a chat has more people than one."""
    return message.chat.type != ChatType.PRIVATE


def is_nameless(message: Message) -> bool:
    """Return whether a message was written in the name of a group or channel, not of a person."""
    return message.sender_chat is not None or message.from_user is None


def person_of(message: Message) -> int:
    """Return the id of who wrote a message: a person's, or that of the chat they speak for.

    An anonymous admin speaks for the group itself.
    """
    if message.sender_chat is not None:
        return message.sender_chat.id
    return message.from_user.id if message.from_user is not None else message.chat_id


def presser_of(query: CallbackQuery, message: Message) -> int:
    """Return the id of who pressed a button, the group's own for an anonymous admin."""
    if query.from_user.id == ChatID.ANONYMOUS_ADMIN:
        return message.chat_id
    return query.from_user.id


def pressed_message(query: CallbackQuery) -> tuple[Message, Place]:
    """Return the message whose button was pressed, and its place.

    Raises:
        UsageError: The message is too old for Telegram to show.
    """
    message = query.message
    # The library builds what Telegram does not show any more as a message of the year 1970.
    if not isinstance(message, Message) or message.date.timestamp() == 0:
        raise UsageError("stale-button")
    return message, place_of(message)


async def require_change(
    message: Message, user_id: int, settings: PlaceSettings, wishes: tuple[str, ...] = ()
) -> None:
    """Let pass who may change a place's list and settings.

    Args:
        message: Any message of the place.
        user_id: From `person_of` or `presser_of`.
        settings: The place's.
        wishes: Data of the buttons by which an admin would do it.

    Raises:
        NotAllowedError: In this group only admins may.
    """
    if settings.anyone_may_change:
        return
    try:
        await require_group_admin(message, user_id)
    except NotAllowedError as err:
        raise NotAllowedError(err.reason, wishes) from err


async def require_group_admin(message: Message, user_id: int) -> None:
    """Let pass a group's admins, and everyone in a private chat.

    Raises:
        NotAllowedError: The person is not an admin of the group.
    """
    # Telegram lets nobody but admins speak and press in the name of the group.
    if not in_group(message) or user_id == message.chat_id:
        return
    if user_id < 0:
        raise NotAllowedError("admins-only")
    await require_admin(message, user_id, "admins-only")


async def require_admin(message: Message, user_id: int, rule: Rule = "asker-or-admin") -> None:
    """Let a chat's admins pass.

    Raises:
        NotAllowedError: The person is not one.
    """
    try:
        member = await repeating(lambda: message.chat.get_member(user_id))
        admin = member.status in ADMINS
    except BadRequest as err:
        if obstacle_of(err) is not Obstacle.ADMINS_UNSEEN:
            raise
        admin = await _is_listed(message, user_id)
    if not admin:
        raise NotAllowedError(rule)


async def _is_listed(message: Message, user_id: int) -> bool:
    """Return whether a person is on the list of admins, which Telegram shows to any member."""
    try:
        admins = await repeating(message.chat.get_administrators)
    except BadRequest as err:
        raise NotAllowedError("admins-unseen") from err
    return any(admin.user.id == user_id for admin in admins)
