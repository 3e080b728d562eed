"""What is said where a record tells of days that the model learned from."""

from bot.words.language import Html, Words


def learned_line(words: Words) -> Html:
    """Return what stands in place of a verdict where one forecast's day was learned from."""
    return words.t(
        "⚠️ The model was trained on these days: what comes of its ranges proves nothing."
    )


def learned_record(words: Words, learned: int, count: int) -> Html | None:
    """Return what goes with a record, None where it is clean.

    Args:
        words: The chat's language.
        learned: How many of the results lie in years that the model learned from.
        count: Of how many.
    """
    if not learned:
        return None
    if learned >= count:
        return words.t("⚠️ All of them lie in the years the model was trained on: this flatters it.")
    return words.n(
        "⚠️ {count} of them lies in the years the model was trained on: it flatters the model.",
        "⚠️ {count} of them lie in the years the model was trained on: they flatter the model.",
        learned,
    )
