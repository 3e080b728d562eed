"""What is kept of people, said plainly; the words of `/export`, `/import`, `/forgetme`."""

import re
from dataclasses import dataclass

from bot.errors import UsageError
from bot.words.buttons import VERSION, Button, Keyboard
from bot.words.language import Html, Words, join
from storage.records.chats import Erased

_BUTTON = re.compile(rf"{VERSION}:e:(\d{{1,15}}):([yn])")


@dataclass(frozen=True, slots=True)
class EraseChoice:
    """Whether to erase a person's data; only that person's press counts."""

    user_id: int
    yes: bool

    def encode(self) -> str:
        """Return the button data."""
        return f"{VERSION}:e:{self.user_id}:{'y' if self.yes else 'n'}"


def read_erase_button(data: str) -> EraseChoice:
    """Return what a button under `/forgetme` means.

    Raises:
        UsageError: The data was not made by this bot, or by a version long gone.
    """
    match = _BUTTON.fullmatch(data)
    if match is None:
        raise UsageError("stale-button", data)
    return EraseChoice(int(match[1]), match[2] == "y")


def privacy_text(words: Words, unasked_days: int) -> Html:
    """Return what is kept, where and for how long.

    Args:
        words: The person's language.
        unasked_days: After how many days messages sent unasked and ended alerts are deleted.
    """
    return join(
        *_kept(words),
        Html(""),
        words.t("<b>Where</b>"),
        words.t(
            "In the database of whoever runs this bot. Price sources are asked for tickers, never "
            "told for whom. The log names chats by number. Telegram carries the messages and "
            "keeps them under its own rules."
        ),
        Html(""),
        words.t("<b>How long</b>"),
        words.t(
            "What you take off a list is deleted at once, messages that I sent unasked and alerts "
            "that ended after {days} days, the rest with /forgetme. If you block me or remove me "
            "from a group, the list there is deleted and its alerts end. Backups that the "
            "operator makes live as long as the operator keeps them.",
            days=words.number(unasked_days),
        ),
        Html(""),
        words.t("/export hands out what is kept here. /forgetme erases what is kept of you."),
    )


def _kept(words: Words) -> tuple[Html, ...]:
    return (
        words.t("<b>What I keep</b>"),
        words.t(
            "• Of a chat: its Telegram number and kind, when I first and last met it, its "
            "language and settings, its list of tickers, its alerts, which of my messages shows "
            "which forecast, and the messages I send it unasked."
        ),
        words.t(
            "• Of you: your Telegram number, beside the tickers you put on a list, the alerts you "
            "set (ended ones too), your calls in the league, and the tickers, forecasts and "
            "chances you asked for. No name, no phone number, nothing that you write beyond that."
        ),
        words.t(
            "• Forecasts hold nothing about people. They are never deleted or changed: each is "
            "chained to the one before, so that anyone can check the record."
        ),
    )


def forget_question(words: Words) -> Html:
    """Return the question before data is erased."""
    return words.t(
        "Erase everything I keep of you? Your private chat with me loses its settings, list, "
        "alerts and the tickers asked for. In groups your alerts and calls go, and what you put on "
        "their lists stays without your number. This cannot be undone; /export keeps a copy."
    )


def forget_keyboard(words: Words, user_id: int) -> Keyboard:
    """Return the two answers to that question."""
    return (
        (
            Button(
                words.plain("🗑 Erase it all"), EraseChoice(user_id, yes=True).encode(), "danger"
            ),
            Button(words.plain("Keep it"), EraseChoice(user_id, yes=False).encode()),
        ),
    )


def kept_text(words: Words) -> Html:
    """Return the answer to a change of mind."""
    return words.t("Nothing was erased.")


def erased_text(words: Words, erased: Erased) -> Html:
    """Return what was erased, by kind."""
    if not erased.rows:
        return words.t("I kept nothing of you, so there was nothing to erase.")
    lines = (_erased_line(words, name, count) for name, count in erased.counts if count)
    return join(
        words.t("<b>Erased:</b>"),
        *lines,
        words.t("Write to me again whenever you like: I will not know you."),
    )


def _erased_line(words: Words, name: str, count: int) -> Html:
    lines = {
        "recent_tickers": words.n(
            "• {count} ticker you asked for", "• {count} tickers you asked for", count
        ),
        "alerts": words.n("• {count} alert", "• {count} alerts", count),
        "calls": words.n("• {count} call in the league", "• {count} calls in the league", count),
        "questions": words.n(
            "• {count} question you asked", "• {count} questions you asked", count
        ),
        "group_questions": words.n(
            "• your number beside {count} question in a group",
            "• your number beside {count} questions in groups",
            count,
        ),
        "subscriptions": words.n("• {count} subscription", "• {count} subscriptions", count),
        "group_subscriptions": words.n(
            "• your number beside {count} subscription of a group",
            "• your number beside {count} subscriptions of groups",
            count,
        ),
        "forecast_messages": words.n(
            "• which forecast {count} message here shows",
            "• which forecasts {count} messages here show",
            count,
        ),
        "group_messages": words.n(
            "• your number beside {count} forecast in a group",
            "• your number beside {count} forecasts in groups",
            count,
        ),
        "outbox": words.n(
            "• {count} message sent or waiting to be sent",
            "• {count} messages sent or waiting to be sent",
            count,
        ),
        "settings": words.t("• the settings of your private chat"),
        "chats": words.t("• that I ever met you"),
    }
    other = words.n("• {count} other record", "• {count} other records", count)
    return lines.get(name, other)


def export_caption(words: Words, kind: str, subscriptions: int, forecasts: int) -> Html:
    """Return what stands under a file of `/export`; `kind` is `csv` or `json`."""
    values = {
        "subscriptions": words.number(subscriptions),
        "forecasts": words.number(forecasts),
    }
    if kind == "csv":
        return words.t(
            "For a spreadsheet. Subscriptions: {subscriptions}, forecasts shown here: "
            "{forecasts}. /import as a reply to it reads the subscriptions back.",
            **values,
        )
    return words.t(
        "For programs. Subscriptions: {subscriptions}, forecasts with every number: {forecasts}; "
        "settings and alerts too.",
        **values,
    )
