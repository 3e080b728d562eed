"""What people do in the local chat: write, edit, press, ask inline, block, leave.

Each act changes the world and tells the bot what Telegram would tell it, privacy mode included.
"""

from dataclasses import replace

from bot.localchat import wire
from bot.localchat.entities import detect, utf16_length, utf16_slice
from bot.localchat.errors import PersonError
from bot.localchat.values import (
    Button,
    CallbackQuery,
    Chat,
    InlineQuery,
    Member,
    Message,
    Status,
    Topic,
    User,
)
from bot.localchat.world import World

MAX_TEXT = 4096


class People:
    """The hands of everybody in the chat who is not the bot."""

    def __init__(self, world: World) -> None:
        self._world = world

    def say(
        self,
        user: User,
        chat: Chat | None,
        text: str,
        *,
        topic: Topic | int | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Send a text.

        Args:
            user: Who writes.
            chat: Where; None is the person's private chat with the bot.
            text: 1 to 4096 UTF-16 units.
            topic: A topic of a forum, or its id.
            reply_to: The message answered.

        Raises:
            PersonError: The text is empty or too long, or the person is not in the chat.
        """
        world = self._world
        place = world.chats[chat.id if chat else user.id]
        text = text.strip()
        if not 0 < utf16_length(text) <= MAX_TEXT:
            raise PersonError("a message has 1 to 4096 characters")
        if place.kind == "private":
            place = self._open(place)
        elif world.status(place, user.id) in {"left", "kicked"}:
            raise PersonError(f"{user.first_name} is not in {place.title}")
        message = world.save(
            Message(
                id=world.next_message_id(place.id),
                chat_id=place.id,
                sender_id=user.id,
                date=world.timestamp(),
                text=text,
                entities=detect(text),
                reply_to=reply_to.id if reply_to else None,
                thread_id=self._thread(place, topic),
            )
        )
        if self._bot_sees(place, message):
            world.tell_bot("message", wire.message(world, message))
        return message

    def edit(self, message: Message, text: str) -> Message:
        """Change the text of a person's own message."""
        world = self._world
        if message.sender_id == world.bot.id:
            raise PersonError("people edit their own messages only")
        edited = world.save(
            replace(message, text=text, entities=detect(text), edited=world.timestamp())
        )
        if self._bot_sees(world.chats[message.chat_id], edited):
            world.tell_bot("edited_message", wire.message(world, edited))
        return edited

    def delete(self, message: Message) -> None:
        """Remove a message; a bot is not told."""
        self._world.save(replace(message, deleted=True))

    def press(self, user: User, message: Message, button: str | Button) -> CallbackQuery:
        """Press an inline button.

        Args:
            user: Who presses.
            message: The message that has the button; as it was when the person saw it.
            button: The button, its text, or its callback data.

        Raises:
            PersonError: The message has no such button, or it is not one for the bot.
        """
        world = self._world
        current = world.find(message.chat_id, message.id) or message
        found = _find_button(current, button)
        if found.data is None:
            raise PersonError(f"the button {found.text!r} is not answered by the bot")
        query = world.save_query(
            CallbackQuery(
                id=str(4_000_000_000_000 + world.count("queries")),
                user_id=user.id,
                chat_id=message.chat_id,
                message_id=message.id,
                data=found.data,
            )
        )
        world.tell_bot("callback_query", wire.callback_query(world, query))
        return query

    def inline(self, user: User, query: str) -> InlineQuery:
        """Type a query after the bot's name."""
        world = self._world
        asked = world.save_inline(
            InlineQuery(str(5_000_000_000_000 + world.count("queries")), user.id, query)
        )
        world.tell_bot("inline_query", wire.inline_query(world, asked))
        return asked

    def choose(
        self, query: InlineQuery, result_id: str, chat: Chat, *, topic: Topic | int | None = None
    ) -> Message:
        """Send one of the bot's inline results.

        Args:
            query: An answered query.
            result_id: Id of the result.
            chat: Where to.
            topic: A topic of a forum, or its id.

        Raises:
            PersonError: No such result.
        """
        world = self._world
        current = world.inline_queries[query.id]
        result = next((r for r in current.results if r.id == result_id), None)
        if result is None:
            raise PersonError(f"no result {result_id!r}")
        place = self._open(world.chats[chat.id]) if chat.kind == "private" else world.chats[chat.id]
        return world.save(
            Message(
                id=world.next_message_id(place.id),
                chat_id=place.id,
                sender_id=query.user_id,
                date=world.timestamp(),
                text=result.text,
                entities=result.entities,
                photo=world.photo_sizes(result.photo) if result.photo else (),
                keyboard=result.keyboard,
                thread_id=self._thread(place, topic),
                via_inline=True,
            )
        )

    def block(self, user: User) -> None:
        """Block the bot in the person's private chat."""
        self.change_bot(user, self._world.chats[user.id], "kicked")

    def unblock(self, user: User) -> None:
        """Let the bot write to the person again."""
        self.change_bot(user, self._world.chats[user.id], "member")

    def change_bot(self, user: User, chat: Chat, status: Status) -> Chat:
        """Block, kick, promote or take back the bot.

        Args:
            user: Who does so.
            chat: Where.
            status: What the bot is afterwards.
        """
        world = self._world
        current = world.chats[chat.id]
        old = wire.chat_member(world, current, world.bot.id)
        changed = world.save_chat(replace(current, bot_status=status))
        world.tell_bot(
            "my_chat_member",
            {
                "chat": wire.chat(world, changed),
                "from": wire.user(user),
                "date": world.timestamp(),
                "old_chat_member": old,
                "new_chat_member": wire.chat_member(world, changed, world.bot.id),
            },
        )
        return changed

    def change_member(self, chat: Chat, user: User, status: Status) -> Chat:
        """Make a person a member, an administrator, or one who left."""
        current = self._world.chats[chat.id]
        others = tuple(m for m in current.members if m.user_id != user.id)
        return self._world.save_chat(replace(current, members=(*others, Member(user.id, status))))

    def migrate(self, chat: Chat) -> Chat:
        """Turn a basic group into a supergroup with a new id, as Telegram does; returns it."""
        world = self._world
        new = world.add_group(chat.title, chat.members)
        old = world.save_chat(replace(world.chats[chat.id], migrated_to=new.id))
        owner = chat.members[0].user_id
        for place, service, value in (
            (old, "migrate_to_chat_id", new.id),
            (new, "migrate_from_chat_id", old.id),
        ):
            number = world.next_message_id(place.id)
            notice = Message(
                number, place.id, owner, world.timestamp(), service=service, service_value=value
            )
            world.tell_bot("message", wire.message(world, world.save(notice)))
        return new

    def _open(self, place: Chat) -> Chat:
        if place.bot_status == "kicked":
            raise PersonError("the bot is blocked in this chat")
        return place if place.started else self._world.save_chat(replace(place, started=True))

    def _thread(self, place: Chat, topic: Topic | int | None) -> int | None:
        number = topic.id if isinstance(topic, Topic) else topic
        if number is not None and all(t.id != number for t in place.topics):
            raise PersonError(f"{place.title} has no topic {number}")
        return number

    def _bot_sees(self, place: Chat, message: Message) -> bool:
        """Privacy mode: in groups only commands for this bot and replies to it."""
        world = self._world
        if place.bot_status in {"kicked", "left"}:
            return False
        if place.kind == "private" or place.bot_status == "administrator":
            return True
        target = world.find(place.id, message.reply_to) if message.reply_to else None
        if target is not None and target.sender_id == world.bot.id:
            return True
        first = message.entities[0] if message.entities else None
        if first is None or first.type != "bot_command" or first.offset:
            return False
        _, _, addressed = utf16_slice(message.text, 0, first.length).partition("@")
        return not addressed or addressed.lower() == (world.bot.username or "").lower()


def _find_button(message: Message, wanted: str | Button) -> Button:
    for row in message.keyboard:
        for button in row:
            if wanted in (button, button.text, button.data):
                return button
    offered = [b.text for row in message.keyboard for b in row]
    raise PersonError(f"no button {wanted!r} among {offered}")
