"""What a group is told once, when the bot is added to it."""

from typing import Literal

from bot.words.buttons import AskForecast, Button, Keyboard
from bot.words.language import Html, Words, join
from bot.words.preferences import ShowPage
from bot.words.watchlist import SHOW
from forecasting.values import HORIZONS

Lack = Literal["photos", "admins"]


def greeting(words: Words, lacks: tuple[Lack, ...]) -> Html:
    """Return what the bot does in a group, and what it is not allowed to.

    Args:
        words: The group's language.
        lacks: What the group does not let it do.
    """
    return join(
        words.t(
            "Hello. I show where a price may go, as a chart: <code>/predict TSLA</code>. "
            "When the day comes, I say here whether it held."
        ),
        words.t("For a list of tickers I send one message a day."),
        words.t("⚠️ I may not send photos here, so you would see no charts. Please let me.")
        if "photos" in lacks
        else None,
        words.t(
            "⚠️ I cannot see who is an admin here, so nobody can change my list. Make me an admin."
        )
        if "admins" in lacks
        else None,
    )


def greeting_keyboard(words: Words, example: str) -> Keyboard:
    """Return the three first steps: try it, follow tickers here, choose the language."""
    ask = AskForecast(example, HORIZONS[-1]).encode()
    language = ShowPage("language", anew=True).encode()
    return (
        (Button(words.plain("📈 Try {ticker}", ticker=example), ask, "primary"),),
        (
            Button(words.plain("🔔 Subscribe this group"), SHOW),
            Button(words.plain("🌐 Language"), language),
        ),
    )
