"""What is said to a cashtag in talk, and why the bot must see the talk for that."""

from collections.abc import Iterable

from bot.words.cautions import age_line
from bot.words.forecast import ends_of, footer
from bot.words.language import Html, Words, join
from bot.words.names import full_name
from forecasting.values import Forecast


def cashtag_text(words: Words, shown: Iterable[tuple[Forecast, int, int, int]]) -> Html:
    """Return the line of each ticker.

    Args:
        words: The group's language.
        shown: Forecasts with their number, how many sessions ahead, and how many sessions old.
    """
    told = tuple(shown)
    lines = [_line(words, forecast, ahead, old) for forecast, _, ahead, old in told]
    return join(*lines, footer(words, *(number for _, number, _, _ in told)))


def _line(words: Words, forecast: Forecast, sessions: int, old: int) -> Html:
    ahead = min(sessions, len(forecast.targets))
    line = words.t(
        "<b>{name}</b> by {day}: {low} to {high} (8 in 10).",
        name=full_name(forecast.ticker),
        day=words.short_day(forecast.targets[ahead - 1]),
        **ends_of(words, forecast, ahead),
    )
    return join(line, age_line(words, forecast.as_of, old)) if old else line


def cashtags_on(words: Words, *, sees_talk: bool) -> Html:
    """Return what turning it on means, and what the bot needs for it.

    Args:
        words: The group's language.
        sees_talk: Whether Telegram hands the bot all talk of its groups.
    """
    return join(
        words.t(
            "Who writes <code>$TSLA</code> here now gets one line, at most once an hour for each "
            "ticker. /settings cashtags off ends it."
        ),
        None
        if sees_talk
        else words.t(
            "For that I must see what is said here. Telegram shows it to me only as an admin, or "
            "with privacy mode off (BotFather, /setprivacy, then add me anew). I keep none of it."
        ),
    )
