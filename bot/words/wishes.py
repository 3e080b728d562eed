"""What a member wishes for a group and its admins grant: the question, and its two buttons.

A wish is the data of the very button by which an admin does it, so that a granted wish goes the
way of every press, and is checked like one.
"""

import html
import re
from typing import Literal

from bot.errors import UsageError
from bot.words.buttons import MOST_BYTES, VERSION, Button, Keyboard
from bot.words.language import Html, Words
from forecasting.errors import InvalidTickerError
from forecasting.values import parse_ticker

_ASK, NO = f"{VERSION}:q:", f"{VERSION}:n"
_LIST = re.compile(rf"{VERSION}:w:([+\-]):([^:]{{1,57}})")
_SETTING = re.compile(rf"{VERSION}:s:([a-z]{{2,8}}):([A-Za-z0-9_/+\-]{{1,40}})")
_ROOM = MOST_BYTES - len(f"{_ASK}w:+:")


def list_wishes(tickers: tuple[str, ...], sign: Literal["+", "-"]) -> tuple[str, ...]:
    """Return the data of as few buttons as put tickers on a list (`+`) or take them off."""
    lines: list[str] = []
    for ticker in tickers:
        longer = f"{lines[-1]},{ticker}" if lines else ticker
        if lines and len(longer.encode()) <= _ROOM:
            lines[-1] = longer
        else:
            lines.append(ticker)
    return tuple(f"{VERSION}:w:{sign}:{line}" for line in lines)


def setting_wish(name: str, value: str) -> tuple[str, ...]:
    """Return the data of the button that gives a setting a value; empty where no button can."""
    data = f"{VERSION}:s:{name}:{value.strip().replace(':', '')}"
    return (data,) if _SETTING.fullmatch(data) and len(data) <= MOST_BYTES - 2 else ()


def ask_keyboard(words: Words, wishes: tuple[str, ...]) -> Keyboard:
    """Return buttons that ask the admins to grant wishes."""
    if len(wishes) == 1:
        return ((Button(words.plain("🙋 Ask the admins"), _asking(wishes[0]), "primary"),),)
    return tuple(
        (
            Button(
                words.plain("🙋 Ask the admins: {tickers}", tickers=wish.rpartition(":")[2]),
                _asking(wish),
                "primary",
            ),
        )
        for wish in wishes
    )


def read_ask(data: str) -> str:
    """Return the wish in the data of a button that asks.

    Raises:
        UsageError: The data was not made by this bot, or by a version long gone.
    """
    wish = f"{VERSION}:{data.removeprefix(_ASK)}"
    if data.startswith(_ASK) and (_listed(wish) or _SETTING.fullmatch(wish)):
        return wish
    raise UsageError("stale-button", data)


def wish_text(words: Words, person: str, admins: Html, wish: str) -> Html:
    """Return the question to the admins.

    Args:
        words: The group's language.
        person: Who wishes, as Telegram names them.
        admins: From `mentions`.
        wish: From `read_ask`.
    """
    listed = _listed(wish)
    if listed is None:
        _, _, setting, value = wish.split(":")
        return words.t(
            "{admins}: {person} asks for <code>/settings {setting} {value}</code> here.",
            admins=admins,
            person=person,
            setting=setting,
            value=value,
        )
    sign, tickers = listed
    values = {"admins": admins, "person": person, "tickers": words.listing(tickers)}
    if sign == "+":
        return words.t(
            "{admins}: {person} asks to put <b>{tickers}</b> on the list here.", **values
        )
    return words.t("{admins}: {person} asks to take <b>{tickers}</b> off the list here.", **values)


def wish_keyboard(words: Words, wish: str) -> Keyboard:
    """Return an admin's two answers."""
    return (
        (
            Button(words.plain("✅ Yes"), wish, "primary"),
            Button(words.plain("No"), NO, "danger"),
        ),
    )


def mentions(words: Words, admins: tuple[tuple[int, str], ...]) -> Html:
    """Return the admins by id and name, so that Telegram tells them."""
    if not admins:
        return words.t("Admins")
    named = (f'<a href="tg://user?id={id_}">{html.escape(name)}</a>' for id_, name in admins)
    return Html(words.listing(tuple(named)))


def asked_text(words: Words) -> Html:
    """Return what becomes of the refusal once the admins are asked."""
    return words.t("I have asked the admins.")


def declined_text(words: Words, person: str) -> Html:
    """Return what becomes of a question that an admin has answered with no."""
    return words.t("{person} has said no.", person=person)


def _asking(wish: str) -> str:
    return _ASK + wish.removeprefix(f"{VERSION}:")


def _listed(wish: str) -> tuple[str, tuple[str, ...]] | None:
    match = _LIST.fullmatch(wish)
    if match is None:
        return None
    try:
        return match[1], tuple(parse_ticker(ticker) for ticker in match[2].split(","))
    except InvalidTickerError:
        return None
