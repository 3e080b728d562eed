"""What Telegram shows of the bot before anyone writes: menus by scope and language, descriptions."""

import json

from bot.words.language import load_words
from bot.words.languages import languages
from tests.journeys.product import running_bot

ADMINS_ONLY = {"subscribe", "unsubscribe", "settings", "pause", "resume", "export", "import"}
SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")


async def menus(chat):
    """What was told, once the last language has been."""
    await chat.said("setMyShortDescription", count=len(languages()))
    return {
        (
            json.loads(call.raw["scope"])["type"],
            call.raw.get("language_code"),
        ): {
            command["command"]: command["description"]
            for command in json.loads(call.raw["commands"])
        }
        for call in chat.calls.of("setMyCommands")
    }


async def test_admins_see_the_admins_commands_and_members_do_not(chat, tmp_path):
    """In groups; in a private chat everyone sees all but the operators' own, and what is for it alone."""
    async with running_bot(chat, tmp_path, admin_ids=(chat.carl.id,)):
        shown = await menus(chat)
    members, admins = shown["all_group_chats", None], shown["all_chat_administrators", None]
    assert set(admins) - set(members) == ADMINS_ONLY
    assert set(shown["all_private_chats", None]) == {*admins, "channel"}
    assert "next" not in admins
    assert {"next", "status"} <= set(shown["chat", None])


async def test_menus_and_descriptions_are_told_in_every_language(chat, tmp_path):
    """English to all whose language has none; Telegram's lengths hold in each."""
    async with running_bot(chat, tmp_path):
        shown = await menus(chat)
    codes = [None, "de", "es", "fr", "pt", "ru"]
    assert len(codes) == len(languages())
    assert set(shown) == {(scope, code) for scope in SCOPES for code in codes}
    for name, most in (("Description", 512), ("ShortDescription", 120)):
        calls = chat.calls.of(f"setMy{name}")
        assert [call.raw.get("language_code") for call in calls] == codes
        parameter = "description" if name == "Description" else "short_description"
        assert all(1 <= len(call.raw[parameter]) <= most for call in calls)
    german = load_words("de").plain("The list here")
    assert shown["all_group_chats", "de"]["subscriptions"] == german


async def test_nothing_is_ever_asked_by_a_reply_keyboard(chat, tmp_path):
    """Buttons sit under messages; the person's own keyboard stays theirs."""
    async with running_bot(chat, tmp_path):
        for typed in ("/start", "/help", "/settings", "/subscribe TSLA", "/alerts", "/privacy"):
            await chat.answer_to(chat.ann.say(typed))
    assert not any(message.replies for message in chat.of_bot())


async def test_an_operator_who_never_wrote_costs_one_line(chat, tmp_path, caplog):
    """Telegram knows no chat to show the operators' menu in, in none of the languages."""
    async with running_bot(chat, tmp_path, admin_ids=(799_999_999,)):
        await menus(chat)
    assert len([line for line in caplog.messages if line.startswith("menu-not-set")]) == 1
