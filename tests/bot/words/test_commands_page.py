"""`docs/commands.md` tells of every command what the code does."""

import re
from pathlib import Path
from typing import Any

from bot.answers import alerts, exports, watchlist
from bot.answers.preferences import SETTINGS, read_setting
from bot.words.failures import MOST_PER_ANSWER
from bot.words.help import commands
from bot.words.language import load_words
from storage.records.chats import PlaceSettings

PAGE = (Path(__file__).parents[3] / "docs" / "commands.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())


def test_every_command_has_its_heading_with_its_usage():
    """Neither a command without a word nor a word without a command."""
    told = re.findall(r"^### `(.+)`$", PAGE, re.MULTILINE)
    known = [f"/{c.name} {c.usage}".strip() for c in commands(load_words("en"))]
    assert sorted(told) == sorted(known)


def test_every_setting_is_told_with_an_example_that_works():
    """What the page says to type is taken."""
    typed = dict(re.findall(r"^\| `/settings (\w+) (.+?)` \|", PAGE, re.MULTILINE))
    assert sorted(typed) == sorted(SETTINGS)
    fields: dict[str, Any] = {}
    for name, value in typed.items():
        if name != "zone":
            fields |= read_setting(name, value)
    assert PlaceSettings(**fields).sessions == 10


def test_limits_are_those_of_the_code():
    """A changed limit changes the page."""
    for sentence in (
        f"up to {watchlist.MOST_AT_ONCE} in a message",
        f"one list of at most {watchlist.MOST_IN_PLACE} tickers",
        f"at most {watchlist.MOST_BY_PERSON} on lists",
        f"at most {alerts.MOST_IN_PLACE} wait in a place",
        f"one person in a group at most {alerts.MOST_OF_PERSON_IN_GROUP}",
        f"between {alerts.LEAST_PERCENT} and {alerts.MOST_PERCENT} %",
        f"up to {exports.MOST_IMPORT_BYTES // 1024} kB",
        f"Up to {MOST_PER_ANSWER} tickers at once",
    ):
        assert sentence in TEXT, sentence
