"""What the bot says of itself: welcome, help, disclaimer, and the list of its commands."""

from dataclasses import dataclass
from typing import Literal, get_args

from bot.errors import UsageError
from bot.words.buttons import VERSION, Button, Keyboard
from bot.words.demo import tickers_help, usage_here
from bot.words.language import Html, Words, join

Topic = Literal["forecasts", "list", "alerts", "league", "data"]
Audience = Literal["everyone", "admins", "alone", "operators"]
HELP = f"{VERSION}:h"
"""Data of the button that shows the help."""
START_HELP = "help"
"""Start parameter of the links that show the help."""
_FIRST = ("predict", "subscribe", "alert", "settings")


@dataclass(frozen=True, slots=True)
class CommandText:
    """A command as the menu shows it.

    Attributes:
        topic: Under which the help lists it; None for what needs no help.
        audience: In groups, whose menu shows it; in private chats everyone is an admin, and what
            is for who is `alone` with the bot is shown there only.
    """

    name: str
    usage: str
    description: str
    topic: Topic | None = None
    audience: Audience = "everyone"


def commands(words: Words) -> tuple[CommandText, ...]:
    """Return every command of the bot with one line on it, in the order of the menu."""
    return (
        *_forecasts(words),
        *_lists(words),
        *_league(words),
        *_data(words),
        *_others(words),
    )


def _forecasts(words: Words) -> tuple[CommandText, ...]:
    w = words.plain
    return (
        CommandText("predict", "TSLA [10]", w("Where a price may go: a chart"), "forecasts"),
        CommandText(
            "chance",
            "Tesla above 300 on Friday",
            w("How likely a price is by a day"),
            "forecasts",
        ),
        CommandText(
            "compare", "TSLA KO", w("Which is calmer, and which may end ahead"), "forecasts"
        ),
        CommandText(
            "basket", "TSLA 40 KO 60", w("What several may be worth together"), "forecasts"
        ),
        CommandText("track", "[TSLA]", w("How often my ranges held"), "forecasts"),
        CommandText(
            "backtest", "TSLA [5]", w("What I would have said, and what came"), "forecasts"
        ),
        CommandText("model", "[TSLA]", w("How good my model is"), "forecasts"),
        CommandText("verify", "12", w("Proof that a forecast was not changed"), "forecasts"),
    )


def _lists(words: Words) -> tuple[CommandText, ...]:
    w = words.plain
    return (
        CommandText("subscribe", "TSLA AAPL", w("One message a day on these"), "list", "admins"),
        CommandText("unsubscribe", "TSLA", w("Take tickers off the list"), "list", "admins"),
        CommandText("subscriptions", "", w("The list here"), "list"),
        CommandText("rank", "", w("Widest, calmest and most unusual of the list"), "list"),
        CommandText(
            "alert", "TSLA [250 60%]", w("A message when a price leaves its range"), "alerts"
        ),
        CommandText("alerts", "", w("The alerts that wait here"), "alerts"),
        CommandText("settings", "", w("Time, language, sound and more"), "list", "admins"),
        CommandText("channel", "@name", w("Set up what I post in a channel"), "list", "alone"),
        CommandText("pause", "", w("Stop daily messages and alerts"), "list", "admins"),
        CommandText("resume", "", w("Start them again"), "list", "admins"),
    )


def _league(words: Words) -> tuple[CommandText, ...]:
    w = words.plain
    return (
        CommandText("call", "TSLA", w("In which fifth will it close? All may call"), "league"),
        CommandText("league", "[on]", w("The table of all calls here"), "league"),
    )


def _data(words: Words) -> tuple[CommandText, ...]:
    w = words.plain
    return (
        CommandText("privacy", "", w("What I keep, where and how long"), "data"),
        CommandText("export", "", w("What I keep, as files"), "data", "admins"),
        CommandText("import", "", w("Read a list from a file"), "data", "admins"),
        CommandText("forgetme", "", w("Erase what I keep of you"), "data"),
    )


def _others(words: Words) -> tuple[CommandText, ...]:
    w = words.plain
    return (
        CommandText("help", "", w("What I can do")),
        CommandText("disclaimer", "", w("What a forecast is, and what it is not")),
        CommandText("start", "", w("Begin here")),
        CommandText("next", "5", w("Replay: to the next session"), audience="operators"),
        CommandText("status", "", w("State of this bot"), audience="operators"),
    )


def _line(words: Words, command: CommandText) -> Html:
    if not command.usage:
        return words.t("/{name}: {description}", name=command.name, description=command.description)
    return words.t(
        "/{name} <code>{usage}</code>: {description}",
        name=command.name,
        usage=usage_here(words, command.usage),
        description=command.description,
    )


def help_text(words: Words, topic: Topic | None = None, *, in_group: bool = False) -> Html:
    """Return what most people need, or all commands of one topic."""
    known = commands(words)
    if topic is not None:
        return join(*(_line(words, command) for command in known if command.topic == topic))
    first = (_line(words, command) for command in known if command.name in _FIRST)
    group = words.t("In a group I hear only commands and replies to me.") if in_group else None
    return join(*first, tickers_help(words), group)


def help_keyboard(words: Words) -> Keyboard:
    """Return a button for each topic."""
    w = words.plain
    names: dict[Topic, str] = {
        "forecasts": w("📈 Forecasts"),
        "list": w("📋 List"),
        "alerts": w("🔔 Alerts"),
        "league": w("🏁 League"),
        "data": w("🔒 My data"),
    }
    buttons = tuple(Button(names[topic], f"{HELP}:{topic}") for topic in get_args(Topic))
    return buttons[:2], buttons[2:4], buttons[4:]


def read_help_button(data: str) -> Topic | None:
    """Return the topic of a pressed button, None for the help as a whole.

    Raises:
        UsageError: The data was not made by this bot, or by a version long gone.
    """
    if data == HELP:
        return None
    for topic in get_args(Topic):
        if data == f"{HELP}:{topic}":
            found: Topic = topic
            return found
    raise UsageError("stale-button", data)


def bot_description(words: Words) -> str:
    """Return what Telegram shows in an empty chat with the bot, at most 512 characters."""
    return words.plain(
        "I show where a price may go over the next 20 trading days: a chart of ranges with dates. "
        "Every forecast is written down before I send it, and when its day comes I say whether it "
        "held. Once a day I tell you and your group what surprised. No advice to anyone."
    )


def bot_short_description(words: Words) -> str:
    """Return what Telegram shows on the bot's profile and with its link, at most 120 characters."""
    return words.plain("Where a price may go, as ranges with dates, and how often they held.")


def welcome(words: Words, example: str) -> Html:
    """Return the first message a person gets."""
    return join(
        words.t(
            "I show where a price may go over the next 20 trading days: a chart of ranges with "
            "dates, never a tip."
        ),
        words.t(
            "Every forecast is written down before I send it. When its day comes, I say whether it "
            "held."
        ),
        Html(""),
        words.t("Try <code>/predict {example}</code>, or press a button.", example=example),
    )


def predict_usage(words: Words, has_recent: bool) -> Html:
    """Return how `/predict` is used, for those who typed nothing after it."""
    return join(
        words.t(
            "Name a ticker: <code>/predict TSLA</code>. With a number of sessions: "
            "<code>/predict TSLA 10</code>. Several: <code>/predict TSLA AAPL</code>."
        ),
        words.t("Or one of those asked for here before:") if has_recent else None,
    )


def private_hint(words: Words) -> Html:
    """Return the way to a person who wrote something that is no command."""
    return words.t(
        "I answer commands: <code>/predict TSLA</code>, or just <code>$TSLA</code>. "
        "/help tells of the others."
    )


def disclaimer(words: Words) -> Html:
    """Return what a forecast is and is not."""
    return join(
        words.t("<b>What this is</b>"),
        words.t(
            "A model read past prices and gives ranges: of 10 closes, 8 should fall inside the "
            "range, and 2 outside."
        ),
        Html(""),
        words.t("<b>What it is not</b>"),
        words.t(
            "Not investment advice, not an offer, not made for your situation. It knows no news. "
            "The direction of daily prices can hardly be foretold; what can be is how far they "
            "tend to move. Prices may be late or wrong. You can lose all you invest."
        ),
    )
