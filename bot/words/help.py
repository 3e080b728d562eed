"""What the bot says of itself: welcome, help, disclaimer, and the list of its commands."""

from dataclasses import dataclass

from bot.words.demo import tickers_help, usage_here
from bot.words.language import Html, Words, join


@dataclass(frozen=True, slots=True)
class CommandText:
    """A command as the menu shows it."""

    name: str
    usage: str
    description: str
    operators_only: bool = False


def commands(words: Words) -> tuple[CommandText, ...]:
    """Return every command of the bot with one line on it, in the order of the menu."""
    w = words.plain
    return (
        CommandText("predict", "TSLA [10]", w("Where a price may go: chart and ranges")),
        CommandText("track", "[TSLA]", w("How my forecasts held, against “no change”")),
        CommandText("backtest", "TSLA [5]", w("Predicted against actual, last 120 sessions")),
        CommandText("model", "[TSLA]", w("Which model, how good, and last night's training")),
        CommandText("verify", "12", w("Proof that a forecast was not changed")),
        CommandText("subscribe", "TSLA AAPL", w("A digest of these tickers once a day")),
        CommandText("unsubscribe", "TSLA", w("Take tickers off the list, or all")),
        CommandText("subscriptions", "", w("The list here")),
        CommandText("alert", "TSLA [250 60%]", w("Tell me when a close leaves its range")),
        CommandText("alerts", "", w("The alerts that wait here")),
        CommandText("settings", "", w("Digest time, zone, sound, theme and more")),
        CommandText("pause", "", w("Stop digests and alerts")),
        CommandText("resume", "", w("Start them again")),
        CommandText("help", "", w("What I can do")),
        CommandText("disclaimer", "", w("What a forecast is, and what it is not")),
        CommandText("privacy", "", w("What I keep, where and how long")),
        CommandText("export", "", w("Your data as files")),
        CommandText("import", "", w("Read subscriptions from a file")),
        CommandText("forgetme", "", w("Erase what I keep of you")),
        CommandText("start", "", w("Begin here")),
        CommandText("next", "5", w("Replay: to the next session"), operators_only=True),
        CommandText("status", "", w("State of this bot"), operators_only=True),
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


def help_text(words: Words, *, in_group: bool) -> Html:
    """Return the list of commands with an example each."""
    lines = [_line(words, command) for command in commands(words) if not command.operators_only]
    group = words.t("In a group I hear only commands and replies to me.") if in_group else None
    return join(*lines, Html(""), tickers_help(words), group)


def welcome(words: Words, example: str) -> Html:
    """Return the first message a person gets."""
    return join(
        words.t(
            "I show where a price may go over the next 20 trading sessions: a fan of "
            "probabilities with dates, never a tip."
        ),
        words.t(
            "Every forecast is written down before I send it and is scored when its day comes."
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
        "/help lists them all."
    )


def disclaimer(words: Words) -> Html:
    """Return what a forecast is and is not."""
    return join(
        words.t("<b>What this is</b>"),
        words.t(
            "A model read past prices and says how likely which prices are: in 80 of 100 cases "
            "the close should fall inside the 80 % range, in 20 it should not."
        ),
        Html(""),
        words.t("<b>What it is not</b>"),
        words.t(
            "Not investment advice, not an offer, not made for your situation. It knows no news. "
            "The direction of daily prices can hardly be foretold; what can be is how far they "
            "tend to move. Prices may be late or wrong. You can lose all you invest."
        ),
    )
