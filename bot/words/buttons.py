"""Buttons under messages, and the compact form in which Telegram hands their meaning back.

Telegram gives 64 bytes for a button's data and anyone can send any data: reading is as strict as
the reading of a command, and rights are looked up in storage, never taken from the data.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.errors import UsageError
from bot.words.language import Words
from forecasting.values import HORIZONS, parse_ticker

VERSION = "v1"
MOST_BYTES, _MOST_COPIED = 64, 256
TYPE = f"{VERSION}:y:"
"""How the data of a `TypeCommand` begins."""
IN_PRIVATE = f"{VERSION}:z"
"""Data of the button that opens the chat of a person alone with the bot."""
Style = Literal["danger", "primary"]


@dataclass(frozen=True, slots=True)
class Button:
    """One button: what it says, and what it sends, copies, opens or shares.

    Attributes:
        data: What comes back when it is pressed; empty where it copies.
        style: Its colour: `danger` takes something away for good, `primary` is the way on.
        copies: What a press puts on the clipboard, without the bot being told.
        opens: The link that a press opens.
        shares: What a press asks the bot in a chat that is chosen then: its card goes there.
    """

    text: str
    data: str = ""
    style: Style | None = None
    copies: str = ""
    opens: str = ""
    shares: str = ""

    def __post_init__(self) -> None:
        if sum(map(bool, (self.data, self.copies, self.opens, self.shares))) != 1:
            raise ValueError(f"button {self.text!r} must do one thing")
        if len(self.data.encode()) > MOST_BYTES:
            raise ValueError(f"button data of {len(self.data.encode())} bytes: {self.data!r}")
        if len(self.copies) > _MOST_COPIED:
            raise ValueError(f"button copies {len(self.copies)} characters")


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class ShowForecast:
    """Draw a forecast again with other sessions or another theme."""

    forecast_id: int
    sessions: int
    theme: Literal["light", "dark"]

    def encode(self) -> str:
        """Return the button data."""
        return f"{VERSION}:f:{self.forecast_id}:{self.sessions}:{self.theme[0]}"


@dataclass(frozen=True, slots=True)
class AskForecast:
    """Ask for a ticker as if it had been typed."""

    ticker: str
    sessions: int

    def encode(self) -> str:
        """Return the button data."""
        return f"{VERSION}:p:{self.ticker}:{self.sessions}"


@dataclass(frozen=True, slots=True)
class TypeCommand:
    """Do what a typed command does, as if whoever presses had typed it."""

    command: str

    def encode(self) -> str:
        """Return the button data."""
        return f"{TYPE}{self.command}"


@dataclass(frozen=True, slots=True)
class DeleteAnswer:
    """Remove an answer of the bot."""

    def encode(self) -> str:
        """Return the button data."""
        return f"{VERSION}:d"


_THEMES: dict[str, Literal["light", "dark"]] = {"l": "light", "d": "dark"}
_SHOW = re.compile(rf"{VERSION}:f:(\d{{1,15}}):(\d{{1,2}}):([ld])")
_TYPED = re.compile(rf"{TYPE}(/[a-z]{{1,32}}( [^\s:]{{1,20}}){{0,4}})")
_ASK = re.compile(rf"{VERSION}:p:([^:]{{1,20}}):(\d{{1,2}})")


def read_button(data: str) -> ShowForecast | AskForecast | DeleteAnswer:
    """Return what a pressed button means.

    Raises:
        UsageError: The data was not made by this bot, or by a version long gone.
    """
    if match := _SHOW.fullmatch(data):
        return ShowForecast(int(match[1]), _sessions(match[2]), _THEMES[match[3]])
    if match := _ASK.fullmatch(data):
        return AskForecast(parse_ticker(match[1]), _sessions(match[2]))
    if data == DeleteAnswer().encode():
        return DeleteAnswer()
    raise UsageError("stale-button", data)


def _sessions(text: str) -> int:
    if int(text) not in HORIZONS:
        raise UsageError("stale-button", text)
    return int(text)


def forecast_keyboard(
    words: Words, forecast_id: int, sessions: int, theme: Literal["light", "dark"], ticker: str = ""
) -> Keyboard:
    """Return the buttons under a forecast; the chosen number of sessions is marked."""
    choices = tuple(
        Button(
            words.plain("• {n} sessions •", n=n)
            if n == sessions
            else words.plain("{n} sessions", n=n),
            ShowForecast(forecast_id, n, theme).encode(),
        )
        for n in (5, 10, HORIZONS[-1])
    )
    other: Literal["light", "dark"] = "dark" if theme == "light" else "light"
    turn = Button(
        words.plain("🌙 Dark") if other == "dark" else words.plain("☀️ Light"),
        ShowForecast(forecast_id, sessions, other).encode(),
    )
    bell = Button(words.plain("🔔 Alert"), f"{VERSION}:a:{forecast_id}")
    delete = Button(words.plain("🗑 Delete"), DeleteAnswer().encode(), "danger")
    if not ticker:
        return choices, (turn, bell, delete)
    return choices, (turn, bell), (_share(words, f"{ticker} {sessions}"), delete)


def share_keyboard(words: Words, query: str) -> Keyboard:
    """Return the button that asks the same in a chat that is chosen then; none for no query."""
    return ((_share(words, query),),) if query else ()


def _share(words: Words, query: str) -> Button:
    return Button(words.plain("↗ Share"), shares=query)


def read_typed_button(data: str) -> str:
    """Return the command, such as `/compare TSLA KO`, that a pressed button stands for.

    Raises:
        UsageError: The data was not made by this bot, or by a version long gone.
    """
    match = _TYPED.fullmatch(data)
    if match is None:
        raise UsageError("stale-button", data)
    return match[1]


def typed_keyboard(*commands: str) -> Keyboard:
    """Return a button for each command, which says what it types."""
    return tuple((Button(command, TypeCommand(command).encode()),) for command in commands)


def ticker_keyboard(tickers: tuple[str, ...], sessions: int = HORIZONS[-1]) -> Keyboard:
    """Return buttons that ask for each ticker, three in a row."""
    buttons = tuple(_asks_for(ticker, sessions) for ticker in tickers)
    return tuple(buttons[i : i + 3] for i in range(0, len(buttons), 3))


@lru_cache(4096)  # thousands of digests end with the same ones
def _asks_for(ticker: str, sessions: int) -> Button:
    return Button(ticker, AskForecast(ticker, sessions).encode())
