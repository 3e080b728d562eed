"""The buttons of a channel's page are those of a place, with the channel in front."""

from typing import get_args

import pytest

from bot.errors import UsageError
from bot.values import WatchlistView
from bot.words.buttons import MOST_BYTES
from bot.words.channels import (
    channel_list_keyboard,
    page_keyboard,
    read_channel_button,
    start_keyboard,
)
from bot.words.language import load_words
from bot.words.preferences import AskSetting, Page, read_settings_button
from bot.words.watchlist import SHOW, read_list_button
from storage.records.chats import PlaceSettings

CHANNEL = -1009876543210123
VIEW = WatchlistView(("TSLA", "BRK-B", "^GSPC"), PlaceSettings(zone="America/Los_Angeles"))


def every_button():
    words = load_words()
    pages = [page_keyboard(words, CHANNEL, VIEW, page) for page in get_args(Page)]
    lists = [
        channel_list_keyboard(words, CHANNEL, WatchlistView(tickers, VIEW.settings), ("GOOG",))
        for tickers in ((), VIEW.tickers)
    ]
    shown = [*pages, *lists, start_keyboard(words, CHANNEL)]
    return [button for keyboard in shown for row in keyboard for button in row]


def test_every_button_is_read_and_asks_for_no_reply():
    """A reply could not say for which channel it is."""
    assert len(every_button()) > 60
    for button in every_button():
        assert len(button.data.encode()) <= MOST_BYTES
        chat_id, data = read_channel_button(button.data)
        assert chat_id == CHANNEL
        if data.startswith("v1:w:"):
            assert read_list_button(data).tickers
        elif data != SHOW:
            assert not isinstance(read_settings_button(data), AskSetting)


@pytest.mark.parametrize(
    "data", ["v1:c:5:l", "v1:c:-100500:x:paused:on", "v1:c:-100500:", "v1:c:ten:s:paused:on"]
)
def test_foreign_data_is_refused(data):
    """A person's chat is no channel, and only settings and lists have such buttons."""
    with pytest.raises(UsageError):
        read_channel_button(data)
