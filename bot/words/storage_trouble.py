"""What is said when the database is away, or takes nothing new."""

from bot.words.language import Html, Words


def out_of_reach(words: Words) -> Html:
    """Return the line for a question that needs what cannot be read now."""
    return words.t("I cannot reach my notes at the moment. Please ask again in a minute.")


def cannot_write(words: Words) -> Html:
    """Return the line for what would have to be written down and cannot be."""
    return words.t(
        "I cannot write anything down at the moment, so nothing new is made or changed. "
        "Forecasts that I made before I can still show."
    )


def damaged_alarm(words: Words, reason: str) -> Html:
    """Return the alarm of a database that cannot be read any more."""
    return words.t(
        "⚠️ The database is damaged: <code>{reason}</code>. It does not heal by itself: stop the "
        "bot, keep the file and restore the newest backup.",
        reason=reason[:300],
    )


def cannot_write_alarm(words: Words, reason: str) -> Html:
    """Return the alarm of a database that takes nothing: is the disk full?"""
    return words.t(
        "⚠️ Nothing can be written to the database: <code>{reason}</code>. Answers that are known "
        "still go out; digests, lists and new forecasts wait until there is room.",
        reason=reason[:300],
    )
