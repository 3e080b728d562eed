"""The words and buttons by which a channel is set up from its admin's private chat.

A button of a channel's page is the very button of a place's settings or list, with the channel's
id in front: what it says and does is written once.
"""

import re
from datetime import datetime

from bot.errors import UsageError
from bot.values import WatchlistView
from bot.words.buttons import VERSION, Button, Keyboard
from bot.words.language import Html, Words, join
from bot.words.preferences import Page, settings_text
from bot.words.settings_buttons import settings_keyboard
from bot.words.watchlist import list_keyboard

_START = f"{VERSION}:c:"
_BUTTON = re.compile(rf"{VERSION}:c:(-\d{{5,20}}):(l|[sw]:.{{3,44}})")
_TYPED = f"{VERSION}:s:ask:"
"""Beginning of the buttons that ask for a reply, which could not say for which channel it is."""
_LIST = "l"


def introduction(words: Words, title: str, chat_id: int, *, posts: bool) -> Html:
    """Return what is told in private to who added the bot to a channel.

    Args:
        words: Of that person.
        title: The channel's.
        chat_id: Its id.
        posts: Whether the bot may post there.
    """
    return join(
        words.t("📣 I was added to the channel <b>{title}</b>. Set it up here.", title=title),
        words.t(
            "I post a digest of its list once a day and, where you want it, a weekly recap. "
            "Forecasts you post there with <code>/predict TSLA</code> are answered when their day "
            "comes."
        ),
        _how_to_add(words, str(chat_id)),
        None if posts else words.t("⚠️ I may not post there. Please let me."),
    )


def no_channel(words: Words) -> Html:
    """Return what is said of a channel that is not the person's, or not the bot's."""
    return words.t(
        "I know no such channel of which you are an admin. Add me to it as an admin who may post, "
        "then try again."
    )


def channel_usage(words: Words) -> Html:
    """Return how `/channel` is used."""
    return join(
        words.t(
            "Add me to your channel as an admin who may post. Then set it up here: "
            "<code>/channel @name</code>, or with its number where it is private."
        ),
        _how_to_add(words, "@name"),
        any_setting(words),
    )


def any_setting(words: Words) -> Html:
    """Return how a channel's settings are typed in its admin's private chat."""
    return words.t("Any setting: <code>/channel @name time 08:30</code>")


def channel_text(
    words: Words, title: str, chat_id: int, view: WatchlistView, now: datetime
) -> Html:
    """Return a channel's list and settings."""
    return join(
        words.t("📣 <b>{title}</b>", title=title),
        words.t("List: {tickers}", tickers=words.listing(view.tickers))
        if view.tickers
        else words.t("List: empty"),
        _how_to_add(words, str(chat_id)),
        settings_text(words, view.settings, now, in_group=True),
    )


def start_keyboard(words: Words, chat_id: int) -> Keyboard:
    """Return the buttons of the first steps: list, time, zone."""
    pages: tuple[tuple[str, str], ...] = (
        (words.plain("📋 List"), _LIST),
        (words.plain("🕗 Time"), "s:page:time"),
        (words.plain("🌍 Zone"), "s:page:zone"),
    )
    return (tuple(Button(text, f"{_START}{chat_id}:{inner}") for text, inner in pages),)


def page_keyboard(words: Words, chat_id: int, view: WatchlistView, page: Page) -> Keyboard:
    """Return the buttons of a page of a channel's settings."""
    own = settings_keyboard(words, view.settings, page, in_group=False)
    listed = ((Button(words.plain("📋 List"), f"{VERSION}:{_LIST}"),),) if page == "main" else ()
    return _of_channel((*listed, *own), chat_id)


def channel_list_keyboard(
    words: Words, chat_id: int, view: WatchlistView, examples: tuple[str, ...]
) -> Keyboard:
    """Return the buttons that change a channel's list."""
    back = (Button(words.plain("‹ Back"), f"{VERSION}:s:page:main"),)
    return _of_channel((*list_keyboard(words, view, examples), back), chat_id)


def read_channel_button(data: str) -> tuple[int, str]:
    """Return the channel of a button, and the data of the button of a place that it stands for.

    Raises:
        UsageError: The data was not made by this bot, or by a version long gone.
    """
    match = _BUTTON.fullmatch(data)
    if match is None:
        raise UsageError("stale-button", data)
    return int(match[1]), f"{VERSION}:{match[2]}"


def _how_to_add(words: Words, which: str) -> Html:
    return words.t("Add tickers: <code>/channel {which} TSLA AAPL</code>", which=which)


def _of_channel(keyboard: Keyboard, chat_id: int) -> Keyboard:
    rows = (tuple(b for b in row if not b.data.startswith(_TYPED)) for row in keyboard)
    return tuple(
        tuple(
            Button(b.text, f"{_START}{chat_id}:{b.data.removeprefix(f'{VERSION}:')}", b.style)
            for b in row
        )
        for row in rows
        if row
    )
