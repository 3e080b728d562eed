"""What people do in the local chat: write, send files, edit, press, ask inline.

Each act changes the world and tells the bot what Telegram would tell it, privacy mode included.
"""

import re
from dataclasses import replace
from typing import Any

from localchat.bot_api import bot_api_json
from localchat.bot_api.message_contents import MAX_CAPTION, MAX_TEXT, read_document, read_photo
from localchat.bot_api.parameters import Upload
from localchat.errors import PersonError
from localchat.page.guest_calls import call_guest, calls_guest
from localchat.state.entities import detect, utf16_length, utf16_slice
from localchat.state.membership import Membership
from localchat.state.values import (
    CallbackQuery,
    Chat,
    InlineButton,
    InlineQuery,
    Message,
    Topic,
    User,
)

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


class People(Membership):
    """The hands of everybody in the chat who is not the bot."""

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
        text = text.strip()
        if not 0 < utf16_length(text) <= MAX_TEXT:
            raise PersonError("a message has 1 to 4096 characters")
        return self._post(user, chat, topic, reply_to, text=text, entities=detect(text))

    def speak(self, user: User, language: str) -> User:
        """Let a person's Telegram be in a language, as the bot is told with all they do.

        Args:
            user: Who.
            language: An IETF tag such as `de` or `pt-br`.

        Raises:
            PersonError: It is none.
        """
        if not _LANGUAGE.fullmatch(language):
            raise PersonError("a language is written like de or pt-br")
        return self._world.add_user(replace(user, language_code=language))

    def send_file(
        self,
        user: User,
        chat: Chat | None,
        upload: Upload,
        caption: str = "",
        *,
        topic: Topic | int | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Send a file as a document.

        Args:
            user: Who sends.
            chat: Where; None is the person's private chat with the bot.
            upload: The file.
            caption: At most 1024 UTF-16 units.
            topic: A topic of a forum, or its id.
            reply_to: The message answered.

        Raises:
            PersonError: The file is empty or the caption too long, or the person is not there.
        """
        if not upload.data or utf16_length(caption) > MAX_CAPTION:
            raise PersonError("a file has content and a caption of at most 1024 characters")
        document = read_document(self._world, upload, {})
        return self._post(
            user, chat, topic, reply_to, text=caption, entities=detect(caption), document=document
        )

    def send_photo(
        self, user: User, chat: Chat | None, upload: Upload, caption: str = ""
    ) -> Message:
        """Send a picture as a photo.

        Args:
            user: Who sends.
            chat: Where; None is the person's private chat with the bot.
            upload: The picture.
            caption: At most 1024 UTF-16 units.

        Raises:
            PersonError: The caption is too long, or the person is not there.
        """
        if utf16_length(caption) > MAX_CAPTION:
            raise PersonError("a photo has a caption of at most 1024 characters")
        photo = read_photo(self._world, upload, {})
        return self._post(
            user, chat, None, None, text=caption, entities=detect(caption), photo=photo
        )

    def _post(
        self,
        user: User,
        chat: Chat | None,
        topic: Topic | int | None,
        reply_to: Message | None,
        **content: Any,
    ) -> Message:
        world = self._world
        place = world.chats[chat.id if chat else user.id]
        self._check_member(user, place)
        if place.kind == "private":
            place = self._open(place)
        thread_id = self._thread(place, topic)
        message = world.save(
            Message(
                id=world.next_message_id(place.id),
                chat_id=place.id,
                sender_id=user.id,
                date=world.timestamp(),
                reply_to=reply_to.id if reply_to else None,
                thread_id=thread_id,
                **content,
            )
        )
        if self._bot_sees(place, message):
            kind = "channel_post" if place.kind == "channel" else "message"
            world.tell_bot(kind, bot_api_json.message(world, message))
        elif calls_guest(world, place, message):
            call_guest(world, message)
        return message

    def edit(self, message: Message, text: str) -> Message:
        """Change the text of a person's own message."""
        world = self._world
        if message.sender_id == world.bot.id:
            raise PersonError("people edit their own messages only")
        edited = world.save(
            replace(message, text=text, entities=detect(text), edited=world.timestamp())
        )
        place = world.chats[message.chat_id]
        if self._bot_sees(place, edited):
            kind = "edited_channel_post" if place.kind == "channel" else "edited_message"
            world.tell_bot(kind, bot_api_json.message(world, edited))
        return edited

    def delete(self, message: Message) -> None:
        """Remove a message; a bot is not told."""
        self._world.save(replace(message, deleted=True))

    def press(self, user: User, message: Message, button: str | InlineButton) -> CallbackQuery:
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
        world.tell_bot("callback_query", bot_api_json.callback_query(world, query))
        return query

    def inline(self, user: User, query: str) -> InlineQuery:
        """Type a query after the bot's name."""
        world = self._world
        asked = world.save_inline(
            InlineQuery(str(5_000_000_000_000 + world.count("queries")), user.id, query)
        )
        world.tell_bot("inline_query", bot_api_json.inline_query(world, asked))
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
        place = world.chats[chat.id]
        self._check_member(world.users[query.user_id], place)
        if place.kind == "private":
            place = self._open(place)
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

    def _check_member(self, user: User, place: Chat) -> None:
        is_private = place.kind == "private"
        status = self._world.status(place, user.id)
        gone = status in {"left", "kicked"} or (place.kind == "channel" and status == "member")
        if place.id != user.id if is_private else gone:
            raise PersonError(f"{user.first_name} is not in {place.title}")

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


def _find_button(message: Message, wanted: str | InlineButton) -> InlineButton:
    for row in message.keyboard:
        for button in row:
            if wanted in (button, button.text, button.data):
                return button
    offered = [b.text for row in message.keyboard for b in row]
    raise PersonError(f"no button {wanted!r} among {offered}")
