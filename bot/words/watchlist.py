"""The words and buttons of a place's list: `/subscribe`, `/unsubscribe`, `/subscriptions`."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from bot.errors import UsageError
from bot.values import Addition, WatchlistView
from bot.words.buttons import VERSION, Button, Keyboard
from bot.words.failures import failure
from bot.words.language import Html, Words, join
from bot.words.names import full_name
from bot.words.preferences import digest_line
from bot.words.settings_buttons import recap_button
from bot.words.wishes import list_wishes
from forecasting.values import parse_ticker

_BUTTON = re.compile(rf"{VERSION}:w:([+\-]):([^:]{{1,57}})")
SHOW = f"{VERSION}:l"
"""Data of the button that shows the list."""


@dataclass(frozen=True, slots=True)
class ListPress:
    """Put tickers on the list (`add`) or take them off."""

    tickers: tuple[str, ...]
    add: bool


def read_list_button(data: str) -> ListPress:
    """Return what a button of a list means.

    Raises:
        InvalidTickerError: It names no ticker.
        UsageError: The data was not made by this bot, or by a version long gone.
    """
    match = _BUTTON.fullmatch(data)
    if match is None:
        raise UsageError("stale-button", data)
    tickers = tuple(parse_ticker(ticker) for ticker in match[2].split(","))
    return ListPress(tickers, match[1] == "+")


def added_text(words: Words, addition: Addition, now: datetime) -> Html:
    """Return what became of a wish to subscribe."""
    listed = {
        "tickers": words.listing(addition.added),
        "known": words.listing(addition.known),
        "stale": words.listing(addition.stale),
    }
    return join(
        words.t("🔔 On the list now: <b>{tickers}</b>", **listed) if addition.added else None,
        words.t("On the list already: <b>{known}</b>", **listed) if addition.known else None,
        words.t("⚠️ No new prices come for {stale}; it stays quiet until they do.", **listed)
        if addition.stale
        else None,
        *(failure(refusal.error, words) for refusal in addition.refused),
        digest_line(words, addition.settings, now)
        if addition.added and not addition.asks_zone
        else None,
    )


def suggestion_keyboard(addition: Addition) -> Keyboard:
    """Return buttons that put on the list what may have been meant."""
    meant = dict.fromkeys(t for refusal in addition.refused for t in refusal.suggestions)
    return _rows([_button(ticker, ticker, add=True) for ticker in list(meant)[:9]])


def recap_offer(words: Words) -> Keyboard:
    """Return the button that asks for the weekly recap, for a group that begins its list."""
    return ((recap_button(words, on=False),),)


def which_to_follow(words: Words, text: str) -> Html:
    """Return the question whom a name means that several companies bear."""
    return words.t("“{text}” may be more than one. Press those you want to follow:", text=text[:30])


def which_keyboard(tickers: tuple[str, ...]) -> Keyboard:
    """Return buttons that put on the list whom a name may mean, with their names."""
    return tuple((_button(full_name(ticker)[:60], ticker, add=True),) for ticker in tickers)


def removed_text(words: Words, removed: tuple[str, ...], asked: tuple[str, ...] | None) -> Html:
    """Return what was taken off the list, with the way back."""
    if not removed and asked is None:
        return words.t("The list here was empty already.")
    missing = tuple(ticker for ticker in asked or () if ticker not in removed)
    return join(
        words.t(
            "Off the list: <b>{tickers}</b>. Back with <code>/subscribe {typed}</code>",
            tickers=words.listing(removed),
            typed=" ".join(removed),
        )
        if removed
        else None,
        words.t("Not on the list: <b>{tickers}</b>", tickers=words.listing(missing))
        if missing
        else None,
    )


def list_text(words: Words, view: WatchlistView, now: datetime) -> Html:
    """Return a place's list and when its digest comes."""
    if not view.tickers:
        return words.t(
            "No subscriptions here yet. <code>/subscribe TSLA AAPL</code> brings a digest of "
            "them once a day."
        )
    return join(
        words.n(
            "<b>{count} subscription here:</b> {tickers}",
            "<b>{count} subscriptions here:</b> {tickers}",
            len(view.tickers),
            tickers=words.listing(view.tickers),
        ),
        digest_line(words, view.settings, now),
        words.t("Press a ticker to take it off the list. /settings changes the rest."),
    )


def list_keyboard(words: Words, view: WatchlistView, examples: tuple[str, ...] = ()) -> Keyboard:
    """Return buttons that take each ticker off the list, four in a row.

    Args:
        words: The chat's language.
        view: The list.
        examples: Tickers that buttons put on a list that is empty.
    """
    if not view.tickers:
        return add_keyboard(words, examples)
    buttons = [
        _button(words.plain("✖ {ticker}", ticker=ticker), ticker, add=False)
        for ticker in view.tickers
    ]
    return _rows(buttons)


def add_keyboard(words: Words, tickers: tuple[str, ...]) -> Keyboard:
    """Return buttons that put each ticker on the list."""
    named = [(t, words.plain("🔔 Subscribe {ticker}", ticker=t)) for t in tickers]
    return _rows([_button(text, ticker, add=True) for ticker, text in named], 2)


def back_keyboard(words: Words, removed: tuple[str, ...]) -> Keyboard:
    """Return the buttons that put back what was taken off."""
    back = words.plain("↩ Back on the list")
    return tuple((Button(back, wish),) for wish in list_wishes(removed, "+"))


def subscribe_usage(words: Words) -> Html:
    """Return how `/subscribe` is used, for those who typed nothing after it."""
    return words.t(
        "Name one ticker or several: <code>/subscribe TSLA AAPL</code>. "
        "/subscriptions shows what is on the list here."
    )


def _button(text: str, ticker: str, *, add: bool) -> Button:
    sign = "+" if add else "-"
    return Button(text, f"{VERSION}:w:{sign}:{ticker}", None if add else "danger")


def _rows(buttons: list[Button], width: int = 4) -> Keyboard:
    return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))


def ended_note(words: Words, ticker: str, last: date) -> Html:
    """Return what followers of a ticker are told once when it no longer trades."""
    return words.t(
        "<b>{ticker}</b> last traded on {day}. I have taken it off the list of this chat.",
        ticker=ticker,
        day=words.day(last),
    )
