"""What is said of a command that cannot be read, or that nothing here answers to."""

from typing import Literal

from bot.errors import UsageError
from bot.words.language import Html, Words


def usage_refused(words: Words, error: UsageError, most: int) -> Html:
    """Return how a command that could not be read is typed; `most` tickers fit one question."""
    match error.reason:
        case "sessions":
            return words.t(
                "“{text}” is not a number of sessions: choose 1 to 20, such as "
                "<code>{example}</code>.",
                text=error.text[:30],
                example=" ".join((f"/{error.command}", *error.tickers, "10")),
            )
        case "too-many":
            return words.t(
                "That is too many at once: up to {most} tickers in one question.",
                most=most,
            )
        case "forecast-id":
            return words.t(
                "“{text}” is not the number of a forecast: it stands in the caption, such as "
                "<code>/verify 12</code>.",
                text=error.text[:30],
            )
        case "backtest":
            return words.t(
                "Name a ticker and, if you like, 1 to 20 sessions ahead: "
                "<code>/backtest TSLA 5</code>."
            )
        case "message-gone":
            return words.t("That message is gone or too old for me to change. Please ask again.")
        case "stale-button":
            return words.t("This button is from an older version. Please ask again.")
        case "unknown-command":
            return words.t("I do not know that command. /help lists what I can do.")
        case _:
            return _league_refused(words, error.reason)


def _league_refused(
    words: Words, reason: Literal["call-over", "call-gone", "call-none", "league-list"]
) -> Html:
    match reason:
        case "call-over":
            return words.t("No close of that forecast can be called any more. Ask again tomorrow.")
        case "call-gone":
            return words.t("That question is not from here, or it was erased.")
        case "call-none":
            return words.t(
                "No question is open here. <code>/call TSLA</code> asks one, /league shows the "
                "table."
            )
        case "league-list":
            return words.t(
                "The weekly question is about a ticker of the list here, and that is empty. "
                "<code>/subscribe TSLA</code> puts one on it."
            )
