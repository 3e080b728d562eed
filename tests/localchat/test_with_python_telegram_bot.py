"""python-telegram-bot talks to the server as to Telegram: polling, webhook, photos, buttons."""

import asyncio
import io
import socket

import pytest
from PIL import Image
from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InputMediaPhoto,
    InputTextMessageContent,
    Message,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
)

from tests.journeys.chat import ChatDriver
from tests.localchat.telegram_bot import AnyApplication, client, polling


def picture(width: int = 1280, height: int = 720, color: str = "navy") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, "PNG")
    return out.getvalue()


KEYBOARD = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("5", callback_data="h:5"),
            InlineKeyboardButton("Site", url="https://example.org/"),
        ]
    ]
)


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    message = update.effective_message
    assert message
    await message.reply_chat_action("upload_photo")
    await message.reply_photo(
        picture(),
        caption="<b>TSLA</b> &amp; co",
        parse_mode="HTML",
        reply_markup=KEYBOARD,
        do_quote=True,
    )


async def pressed(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    assert query
    await query.answer("5 sessions")
    await query.edit_message_caption("now 5", reply_markup=KEYBOARD)


async def inline(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.inline_query
    article = InlineQueryResultArticle("1", "TSLA", InputTextMessageContent("<i>TSLA</i>", "HTML"))
    await update.inline_query.answer([article])


def application(chat: ChatDriver) -> AnyApplication:
    app = Application.builder().bot(client(chat)).build()
    app.add_handler(CommandHandler("predict", answer))
    app.add_handler(CallbackQueryHandler(pressed))
    app.add_handler(InlineQueryHandler(inline))
    return app


async def test_a_command_is_answered_with_a_photo_and_a_button_edits_it(chat: ChatDriver):
    """The whole way of /predict: update, action, photo, press, notice, edit."""
    async with polling(Application.builder().bot(client(chat)).build()) as app:
        app.add_handler(CommandHandler("predict", answer))
        app.add_handler(CallbackQueryHandler(pressed))
        asked = chat.ann.say("/predict TSLA")
        photo = await chat.photo_for(asked)
        assert photo.text == "TSLA & co"
        assert [(e.type, e.offset, e.length) for e in photo.entities] == [("bold", 0, 4)]
        assert photo.reply_to == asked.id
        assert chat.photo(photo) == picture()
        assert chat.buttons(photo) == ["5", "Site"]
        query = chat.ann.press(photo, "5")
        assert (await chat.notice(query)).text == "5 sessions"
        edited = await chat.edit_of(photo)
        assert edited.text == "now 5"
        assert edited.edited is not None
        assert chat.unanswered() == []
        assert [call.method for call in chat.calls.of("sendChatAction", "sendPhoto")] == [
            "sendChatAction",
            "sendPhoto",
        ]


async def test_an_answer_in_a_topic_stays_in_the_topic(chat: ChatDriver):
    """A reply within a forum topic carries the topic's thread id."""
    async with polling(application(chat)):
        asked = chat.ben.say("/predict@tickercast_bot TSLA", chat.market_talk, topic=chat.tesla)
        photo = await chat.photo_for(asked)
        assert photo.thread_id == chat.tesla.id


async def test_webhook_delivers_until_taken_and_with_the_secret(chat: ChatDriver):
    """Updates reach a webhook bot; a webhook that starts late loses nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bot = client(chat)
    async with bot:
        await bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="s3cret")
    asked = chat.ann.say("/predict TSLA")
    app = application(chat)
    async with app:
        await app.start()
        assert app.updater
        await app.updater.start_webhook(
            "127.0.0.1",
            port,
            "hook",
            secret_token="s3cret",
            webhook_url=f"http://127.0.0.1:{port}/hook",
        )
        assert (await chat.photo_for(asked)).photo
        info = await app.bot.get_webhook_info()
        assert info.pending_update_count == 0
        with pytest.raises(Conflict, match="webhook is active"):
            await app.bot.get_updates()
        await app.updater.stop()
        await app.stop()


async def test_inline_results_are_shown_and_sent(chat: ChatDriver):
    """An inline query is answered, and the chosen result becomes a message of the person."""
    async with polling(application(chat)):
        asked = chat.ann.inline("TSLA")
        answered = await chat.results(asked)
        assert [r.title for r in answered.results] == ["TSLA"]
        sent = chat.ann.choose(answered, "1", chat.market_talk)
        assert (sent.text, sent.via_inline, sent.entities[0].type) == ("TSLA", True, "italic")


async def test_an_album_by_upload_and_by_file_id(chat: ChatDriver):
    """An album of uploads and of known file ids has one media_group_id and one caption."""
    chat.ann.say("/start")
    async with client(chat) as bot:
        first = await bot.send_photo(chat.ann.id, picture(640, 480))
        assert [(size.width, size.height) for size in first.photo] == [
            (90, 67),
            (320, 240),
            (640, 480),
        ]
        album = await bot.send_media_group(
            chat.ann.id,
            [
                InputMediaPhoto(first.photo[-1].file_id, caption="both"),
                InputMediaPhoto(picture(color="red")),
            ],
        )
        assert len({m.media_group_id for m in album}) == 1
        assert album[0].caption == "both"
        assert album[0].photo[-1].file_unique_id == first.photo[-1].file_unique_id
        file = await bot.get_file(first.photo[0].file_id)
        small = Image.open(io.BytesIO(bytes(await file.download_as_bytearray())))
        assert small.size == (90, 67)


async def test_edits_and_deletions(chat: ChatDriver):
    """The other verbs of a chat do what their names say."""
    chat.ann.say("hello")
    ann = chat.ann.id
    async with client(chat) as bot:
        text = await bot.send_message(ann, "Rendering…")
        edited = await bot.edit_message_media(
            InputMediaPhoto(picture()), chat_id=ann, message_id=text.message_id
        )
        assert isinstance(edited, Message)
        assert edited.photo
        assert await bot.delete_message(ann, text.message_id)
        sent = await bot.send_document(ann, b"a,b\n1,2\n", filename="export.csv")
        assert sent.document
        assert sent.document.file_name == "export.csv"
        assert [m.document is not None for m in chat.of_bot(chat.ann)] == [True]


async def test_commands_and_members(chat: ChatDriver):
    """Menus are kept by scope and language; members carry their status."""
    commands = [BotCommand("predict", "Where a price may go")]
    async with client(chat) as bot:
        await bot.set_my_commands(commands, BotCommandScopeAllGroupChats(), language_code="en")
        assert await bot.get_my_commands() == ()
        assert await bot.get_my_commands(
            BotCommandScopeAllGroupChats(), language_code="en"
        ) == tuple(commands)
        member = await bot.get_chat_member(chat.market_talk.id, chat.ben.id)
        assert member.status == "member"
        admins = await bot.get_chat_administrators(chat.market_talk.id)
        assert [admin.user.id for admin in admins] == [chat.carl.id]
        assert (await bot.get_chat(chat.market_talk.id)).is_forum
        assert await bot.get_chat_member_count(chat.market_talk.id) == 4


async def test_the_newer_poller_ends_the_older_one(chat: ChatDriver):
    """Two pollers of one token: the older gets 409 as Telegram does it."""
    async with client(chat) as one, client(chat) as two:
        older = asyncio.create_task(one.get_updates(timeout=5))
        while not chat.server.api.polling.is_waiting:  # noqa: ASYNC110 (no event tells this)
            await asyncio.sleep(0.01)
        newer = asyncio.create_task(two.get_updates(timeout=1))
        with pytest.raises(Conflict, match="terminated by other getUpdates"):
            await older
        assert await newer == ()


async def test_updates_wait_until_confirmed(chat: ChatDriver):
    """An update comes again until an offset behind it is asked for."""
    chat.ann.say("/start")
    async with client(chat) as bot:
        (first,) = await bot.get_updates()
        (again,) = await bot.get_updates()
        assert first.update_id == again.update_id
        assert await bot.get_updates(offset=first.update_id + 1) == ()


async def test_cached_photos_inline(chat: ChatDriver):
    """An inline result of a known photo becomes that photo in the chat."""
    chat.ann.say("/start")
    asked = chat.ann.inline("x")
    async with client(chat) as bot:
        sent = await bot.send_photo(chat.ann.id, picture())
        result = InlineQueryResultCachedPhoto("p", sent.photo[-1].file_id, caption="c")
        await bot.answer_inline_query(asked.id, [result], button=None)
        assert chat.ann.choose(asked, "p", chat.market_talk).photo
        with pytest.raises(BadRequest, match=r"(?i)query is too old"):
            await bot.answer_inline_query(asked.id, [result])


async def test_replies_that_lost_their_target(chat: ChatDriver):
    """A reply to a deleted message fails, unless sending without it is allowed."""
    chat.expects_refusals = True
    asked = chat.ann.say("/start")
    chat.server.people.delete(asked)
    async with client(chat) as bot:
        with pytest.raises(BadRequest, match="Message to be replied not found"):
            await bot.send_message(chat.ann.id, "x", reply_parameters=ReplyParameters(asked.id))
        lenient = ReplyParameters(asked.id, allow_sending_without_reply=True)
        assert await bot.send_message(chat.ann.id, "x", reply_parameters=lenient)


async def test_blocked_kicked_and_never_started(chat: ChatDriver):
    """The three ways in which a chat may not be written to, in Telegram's words."""
    async with client(chat) as bot:
        with pytest.raises(Forbidden, match="can't initiate conversation"):
            await bot.send_message(chat.ben.id, "x")
        chat.ann.say("/start")
        chat.ann.block()
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_message(chat.ann.id, "x")
        chat.carl.kick_bot(chat.market_talk)
        with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
            await bot.send_message(chat.market_talk.id, "x")
        kinds = [next(iter(u.to_dict().keys() - {"update_id"})) for u in await bot.get_updates()]
        assert kinds == ["message", "my_chat_member", "my_chat_member"]
