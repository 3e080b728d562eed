"""The methods about the bot itself: who it is, its command menus, its texts."""

import json
import re
from collections.abc import Mapping
from typing import Any

from localchat.bot_api import bot_api_json
from localchat.bot_api.methods.calls import Call, Handler
from localchat.errors import bad_request
from localchat.state.entities import utf16_length
from localchat.state.values import Command
from localchat.state.world_state import World

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_MAX_COMMANDS = 100
_MAX_COMMAND_DESCRIPTION = 256


def get_me(world: World, call: Call) -> dict[str, Any]:
    """Tell the bot who it is; privacy mode is on, inline and guest mode too."""
    del call
    return {
        **bot_api_json.user(world.bot),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "supports_guest_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def scope_key(scope: Mapping[str, Any] | None, language: str) -> str:
    """Return the key of a command menu in `World.commands`.

    Args:
        scope: A checked BotCommandScope object, None for the default.
        language: Two letters, or empty for all languages.
    """
    body = dict(sorted((scope or {"type": "default"}).items()))
    return json.dumps([body, language], separators=(",", ":"))


def _scope(world: World, params: Mapping[str, Any]) -> str:
    scope = params.get("scope")
    if scope and "chat_id" in scope:
        chat = world.chat_for_bot(scope["chat_id"], sending=False)
        if chat.kind == "private" and scope["type"] != "chat":
            raise bad_request("the scope is for groups")
        if "user_id" in scope and world.status(chat, scope["user_id"]) == "left":
            raise bad_request("user not found")
    return scope_key(scope, _language(params))


def _language(params: Mapping[str, Any]) -> str:
    language: str = params.get("language_code", "")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("wrong language code: two-letter ISO 639-1 expected")
    return language


def set_my_commands(world: World, call: Call) -> bool:
    """Set the command menu of a scope and language."""
    bodies = call.params["commands"]
    if len(bodies) > _MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for body in bodies:
        if not _COMMAND.fullmatch(body["command"].removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= utf16_length(body["description"]) <= _MAX_COMMAND_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    commands = tuple(Command(b["command"].removeprefix("/"), b["description"]) for b in bodies)
    world.save_commands(_scope(world, call.params), commands)
    return True


def get_my_commands(world: World, call: Call) -> list[dict[str, str]]:
    """Return the command menu of exactly this scope and language."""
    commands = world.commands.get(_scope(world, call.params), ())
    return [{"command": c.command, "description": c.description} for c in commands]


def delete_my_commands(world: World, call: Call) -> bool:
    """Delete the command menu of a scope and language."""
    world.save_commands(_scope(world, call.params), None)
    return True


def text_setter(name: str, longest: int) -> Handler:
    """Return the method that sets one text of the bot's profile.

    Args:
        name: The parameter, such as `description`.
        longest: Most UTF-16 units it may have.
    """

    def set_text(world: World, call: Call) -> bool:
        text = call.params.get(name, "")
        if utf16_length(text) > longest:
            raise bad_request(f"{name} is too long")
        world.save_profile(f"{name}/{_language(call.params)}", text)
        return True

    return set_text


def text_getter(name: str) -> Handler:
    """Return the method that reads one text of the bot's profile.

    Args:
        name: The field, such as `description`.
    """

    def get_text(world: World, call: Call) -> dict[str, str]:
        own = world.profile.get(f"{name}/{_language(call.params)}", "")
        return {name: own or world.profile.get(f"{name}/", "")}

    return get_text
