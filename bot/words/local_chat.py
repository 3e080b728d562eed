"""What the local chat's page says of itself: what is real there, and what is simulated."""

from bot.words.language import Words


def what_is_real(words: Words, *, replay: bool, tickers: int | None) -> str:
    """Return what is real and what is simulated.

    Args:
        words: The reader's language.
        replay: Whether the date is moved by hand.
        tickers: How many the shipped sample has; None where other prices serve.
    """
    w = words.plain
    if tickers is not None:
        sample = w("GOOG, the S&P 500 and the Nasdaq") if tickers > 1 else w("GOOG")
        return w(
            "Real: the bot, its model and the prices of {sample}, 2004 to 2008. "
            "Simulated: Telegram, the people, and the date, which you move.",
            sample=sample,
        )
    if replay:
        return w(
            "Real: the bot, its model and the prices. "
            "Simulated: Telegram, the people, and the date, which you move."
        )
    return w("Real: the bot, its model, the prices and the date. Simulated: Telegram, the people.")


def what_it_proves(words: Words, year: int, *, seen: bool) -> str:
    """Return whether what is seen proves anything, which it does not on days trained on.

    Args:
        words: The reader's language.
        year: Of the last day that the model learned from.
        seen: Whether the day shown is one of those.
    """
    if seen:
        return words.plain(
            "The model was trained on these days (to {year}): what you see proves nothing.",
            year=year,
        )
    return words.plain("The model was trained to {year} and has not seen these days.", year=year)
