"""The people of a journey: what somebody with a Telegram account can do."""

from localchat.server import LocalChat
from localchat.state.values import (
    CallbackQuery,
    Chat,
    InlineButton,
    InlineQuery,
    Message,
    Topic,
    User,
)


class Person:
    """Somebody with a Telegram account; without a chat they act in their private one."""

    def __init__(self, server: LocalChat, user: User) -> None:
        self._server = server
        self.user = user
        self.id = user.id

    @property
    def private(self) -> Chat:
        """The person's private chat with the bot, as it is now."""
        return self._server.world.chats[self.id]

    def say(
        self,
        text: str,
        chat: Chat | None = None,
        *,
        topic: Topic | int | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Send a text."""
        return self._server.people.say(self.user, chat, text, topic=topic, reply_to=reply_to)

    def edit(self, message: Message, text: str) -> Message:
        """Edit one's own message."""
        return self._server.people.edit(message, text)

    def press(self, message: Message, button: str | InlineButton) -> CallbackQuery:
        """Press an inline button, named by its text or its data."""
        return self._server.people.press(self.user, message, button)

    def inline(self, query: str) -> InlineQuery:
        """Type `@bot query`."""
        return self._server.people.inline(self.user, query)

    def choose(
        self, query: InlineQuery, result_id: str, chat: Chat, *, topic: Topic | None = None
    ) -> Message:
        """Send one of the results of an inline query."""
        return self._server.people.choose(query, result_id, chat, topic=topic)

    def block(self) -> None:
        """Block the bot."""
        self._server.people.block(self.user)

    def unblock(self) -> None:
        """Unblock the bot."""
        self._server.people.unblock(self.user)

    def kick_bot(self, chat: Chat) -> Chat:
        """Throw the bot out of a group."""
        return self._server.people.change_bot(self.user, chat, "kicked")
