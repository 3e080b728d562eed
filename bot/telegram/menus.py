"""What Telegram shows of the bot before anyone writes to it: menus of commands, descriptions.

A menu is kept by scope and language. In a group members see what they may do and admins what they
may; in a private chat everyone may do everything. Operators see their own commands there too.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.words.help import Audience, bot_description, bot_short_description, commands
from bot.words.language import SOURCE, Words
from bot.words.languages import language_code, languages

log = logging.getLogger(__name__)

_MEMBERS: tuple[Audience, ...] = ("everyone",)
_ADMINS: tuple[Audience, ...] = ("everyone", "admins")
_ALONE: tuple[Audience, ...] = ("everyone", "admins", "alone")
_OPERATORS: tuple[Audience, ...] = (*_ALONE, "operators")
Call = Callable[[], Awaitable[object]]


class Menus:
    """Tells Telegram the menus and descriptions in every language."""

    def __init__(self, words: Callable[[str], Words], operators: tuple[int, ...]) -> None:
        self._words = words
        self._operators = operators

    async def tell(self, bot: Bot) -> None:
        """Tell all; what Telegram does not take is logged, once a reason, and harms nobody."""
        told: set[str] = set()
        for language in languages():
            for call in self._calls(bot, self._words(language), _code(language)):
                try:
                    await call()
                except TelegramError as err:
                    if (reason := str(err)) in told:
                        continue
                    told.add(reason)
                    log.warning("menu-not-set language=%s reason=%r", language, reason)

    def _calls(self, bot: Bot, words: Words, code: str | None) -> Iterator[Call]:
        for scope, audience in self._scopes():
            menu = _menu(words, audience)
            yield partial(bot.set_my_commands, menu, scope=scope, language_code=code)
        description, short = bot_description(words), bot_short_description(words)
        yield partial(bot.set_my_description, description, language_code=code)
        yield partial(bot.set_my_short_description, short, language_code=code)

    def _scopes(self) -> Iterator[tuple[BotCommandScope, tuple[Audience, ...]]]:
        yield BotCommandScopeDefault(), _MEMBERS
        yield BotCommandScopeAllPrivateChats(), _ALONE
        yield BotCommandScopeAllGroupChats(), _MEMBERS
        yield BotCommandScopeAllChatAdministrators(), _ADMINS
        for operator in self._operators:
            yield BotCommandScopeChat(operator), _OPERATORS


def _code(language: str) -> str | None:
    # Without a code a menu is for all whose language has none of its own.
    return None if language == SOURCE else language_code(language)


def _menu(words: Words, audience: tuple[Audience, ...]) -> list[BotCommand]:
    return [
        BotCommand(command.name, command.description)
        for command in commands(words)
        if command.audience in audience
    ]
