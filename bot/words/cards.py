"""What is said where the bot is only called by name: titles, lines and buttons of cards."""

import re
from collections.abc import Sequence

from bot.words.buttons import Button, Keyboard
from bot.words.forecast import card, ends_of
from bot.words.language import Html, Words
from bot.words.names import full_name
from forecasting.values import HORIZONS, Forecast

ASK = "ask"
"""What a link carries that opens the private chat without a question."""
QUESTION_LINK = "q-"
"""How the payload of a link begins that carries a question."""
QUESTION_START = rf"^/start(?:@\w+)?\s+{QUESTION_LINK}"
"""What Telegram sends where such a link is pressed."""
TOGETHER_START = r"^/start(?:@\w+)?\s+do-{command}-"
"""What Telegram sends where the link of a card of several tickers is pressed."""
CARRYING_START = rf"^/start(?:@\w+)?\s+(?:{QUESTION_LINK}|do-)"
"""What the welcome leaves to others."""
_MOST_PAYLOAD = 64
_ESCAPED = {":": "__"}
_CODES = re.compile(r"__|_([0-9A-F]{2})")
_START = re.compile(r"predict-([A-Za-z0-9_-]{1,40})-(\d{1,2})")


def start_payload(ticker: str, sessions: int) -> str:
    """Return what a link carries that asks for a forecast: letters, digits, `_` and `-` only."""
    safe = re.sub(r"[^A-Za-z0-9-]", lambda found: f"_{ord(found[0]):02X}", ticker)
    return f"predict-{safe}-{sessions}"


def read_start(payload: str) -> list[str]:
    """Return the words that the payload of a link stands for, none where it asks nothing."""
    if payload == ASK:
        return []
    found = _START.fullmatch(payload)
    if found is None:
        return [payload]
    ticker = re.sub(r"_([0-9A-F]{2})", lambda code: chr(int(code[1], 16)), found[1])
    sessions = int(found[2])
    return [ticker, str(sessions)] if sessions in HORIZONS else [ticker]


def start_question(packed: str) -> str:
    """Return what a link carries that asks a question, empty where it has no room.

    Args:
        packed: The question as a button would carry it, without its mark.
    """
    safe = "".join(
        _ESCAPED.get(c, c if c.isalnum() or c == "-" else f"_{ord(c):02X}") for c in packed
    )
    payload = f"{QUESTION_LINK}{safe}"
    return payload if packed and len(payload) <= _MOST_PAYLOAD else ""


def read_start_question(payload: str) -> str:
    """Return the packed question that the payload of a link stands for, empty for another."""
    if not payload.startswith(QUESTION_LINK):
        return ""
    return _CODES.sub(
        lambda code: ":" if code[0] == "__" else chr(int(code[1], 16)),
        payload.removeprefix(QUESTION_LINK),
    )


def start_together(command: str, typed: Sequence[str]) -> str:
    """Return what a link carries that types a command, the bare link where it has no room."""
    safe = "-".join(
        re.sub(r"[^A-Za-z0-9]", lambda found: f"_{ord(found[0]):02X}", word) for word in typed
    )
    payload = f"do-{command}-{safe}"
    return payload if len(payload) <= _MOST_PAYLOAD else ASK


def read_together(payload: str) -> list[str]:
    """Return the words behind the command that the payload of such a link stands for."""
    _, _, *typed = payload.split("-")
    return [_CODES.sub(lambda code: chr(int(code[1] or "5F", 16)), word) for word in typed]


def card_title(words: Words, forecast: Forecast, sessions: int) -> str:
    """Return the title of a card in the list of results."""
    ahead = min(sessions, len(forecast.targets))
    return words.plain(
        "{name}: {low} to {high}",
        name=full_name(forecast.ticker),
        **ends_of(words, forecast, ahead),
    )


def chance_line(words: Words) -> str:
    """Return the line below the title of an answer."""
    return words.plain("From the forecast of the last close. Not investment advice.")


def card_line(words: Words, forecast: Forecast, sessions: int) -> str:
    """Return the line below the title."""
    ahead = min(sessions, len(forecast.targets))
    return words.plain(
        "By {day} (8 in 10). Not investment advice.",
        day=words.short_day(forecast.targets[ahead - 1]),
    )


def card_text(words: Words, forecast: Forecast, number: int, sessions: int, old: int) -> Html:
    """Return what a card says once it is sent."""
    return card(words, forecast, number, sessions, old)


def no_card_title(words: Words, ticker: str) -> str:
    """Return the title where nobody has asked for a ticker yet."""
    return words.plain("{name}: not asked for yet", name=full_name(ticker))


def no_card_line(words: Words) -> str:
    """Return the line below it."""
    return words.plain("Ask me in private, then it is here too.")


def no_card_text(words: Words, ticker: str) -> Html:
    """Return what is sent where nobody has asked for a ticker yet."""
    return words.t(
        "<b>{name}</b>: the button shows where its price may go, as a range with dates. "
        "<i>Not investment advice.</i>",
        name=full_name(ticker),
    )


def card_keyboard(words: Words, link: str) -> Keyboard:
    """Return the button that opens the chart in private."""
    return ((Button(words.plain("📈 Open the chart"), opens=link),),)


def ask_in_private(words: Words) -> str:
    """Return the button above results that leads to the private chat."""
    return words.plain("Ask me in private")
