"""A tiny bot that shows every feature of the page: photos, albums, buttons, edits, notices."""

import asyncio
import io
from contextlib import suppress

from PIL import Image, ImageDraw
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputTextMessageContent,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
)

from tests.localchat.telegram_bot import AnyApplication

Context = ContextTypes.DEFAULT_TYPE
MENU = [
    BotCommand("predict", "Where a price may go"),
    BotCommand("subscribe", "A digest each day"),
    BotCommand("track", "How earlier forecasts held"),
    BotCommand("album", "Two pictures at once"),
]


def chart(label: str = "TSLA", color: str = "#1d6fae") -> bytes:
    """A picture that is small, and another for another label."""
    image = Image.new("RGB", (1280, 720), "white")
    draw = ImageDraw.Draw(image)
    draw.polygon([(640, 360), (1280, 120), (1280, 600)], fill=color)
    draw.line([(0, 500), (200, 420), (420, 460), (640, 360)], fill="black", width=6)
    draw.text((40, 30), label, fill="black", font_size=60)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def keyboard(chosen: int) -> InlineKeyboardMarkup:
    """Three choices and three deeds."""
    choices = [
        InlineKeyboardButton(f"• {n}" if n == chosen else str(n), callback_data=f"n:{n}")
        for n in (5, 10, 20)
    ]
    deeds = [
        InlineKeyboardButton("Rules", callback_data="alert"),
        InlineKeyboardButton("Site", url="https://example.org/"),
        InlineKeyboardButton("Delete", callback_data="delete"),
    ]
    return InlineKeyboardMarkup([choices, deeds])


async def predict(update: Update, context: Context) -> None:
    """Action, photo, buttons."""
    message = update.effective_message
    assert message
    ticker = (context.args or ["TSLA"])[0].upper()
    await message.reply_chat_action("upload_photo")
    await asyncio.sleep(0.3)
    caption = f"<b>{ticker}</b> · last close <b>$177.57</b>, 31 Dec 2021\n\n<pre>  5 sessions  170 – 186\n 20 sessions  162 – 196</pre>\nAbove today: 52 %. Direction: no better than a coin.\n<i>Not investment advice.</i> /track"
    await message.reply_photo(
        chart(ticker), caption, parse_mode="HTML", reply_markup=keyboard(20), do_quote=True
    )


async def album(update: Update, context: Context) -> None:
    """Two photos in one."""
    assert update.effective_message
    await update.effective_message.reply_media_group(
        [
            InputMediaPhoto(chart("ONE"), caption="Two at once"),
            InputMediaPhoto(chart("TWO", "#7a3db8")),
        ],
        disable_notification=True,
    )


async def subscribe(update: Update, context: Context) -> None:
    """An answer with dangerous text, and answers to choose from."""
    message = update.effective_message
    assert message
    offered = ReplyKeyboardMarkup([["Berlin", "New York"]], one_time_keyboard=True)
    await message.reply_text(
        "Which <b>zone</b>? <img src=x onerror=alert(1)>", reply_markup=offered
    )


async def pressed(update: Update, context: Context) -> None:
    """A notice and an edit, an alert, or a deletion."""
    query = update.callback_query
    assert query
    assert query.data
    if query.data == "alert":
        await query.answer("A forecast is never a tip.", show_alert=True)
    elif query.data == "delete":
        await query.answer()
        await query.delete_message()
    else:
        chosen = int(query.data.partition(":")[2])
        await query.answer(f"{chosen} sessions")
        media = InputMediaPhoto(chart(f"{chosen} sessions"), caption=f"now {chosen} sessions")
        await query.edit_message_media(media, reply_markup=keyboard(chosen))


async def inline(update: Update, context: Context) -> None:
    """One article."""
    assert update.inline_query
    text = InputTextMessageContent(f"{update.inline_query.query}: see the chart")
    article = InlineQueryResultArticle("1", update.inline_query.query, text, description="Share it")
    await update.inline_query.answer([article])


def scripted(bot: Bot) -> AnyApplication:
    """The application; run it with `polling`."""
    app: AnyApplication = Application.builder().bot(bot).concurrent_updates(8).build()
    for name, act in (("predict", predict), ("album", album), ("subscribe", subscribe)):
        app.add_handler(CommandHandler(name, act))
    app.add_handler(CallbackQueryHandler(pressed))
    app.add_handler(InlineQueryHandler(inline))
    return app


async def set_menu(bot: Bot) -> None:
    """Set the command menu for everybody."""
    with suppress(TimeoutError):
        await bot.set_my_commands(MENU)
