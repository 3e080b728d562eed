"""What is said of the few tickers that the sample has."""

from bot.words.examples import in_examples_of, is_demo, only_these
from bot.words.language import Html, Words


def demo_tickers(words: Words, tickers: tuple[str, ...]) -> Html:
    """Return which tickers there are, by the names that people know them by."""
    if len(tickers) > 1:
        return words.t("This demo has GOOG, the S&amp;P 500 and the Nasdaq.")
    return words.t("This demo has GOOG alone.")


def not_in_demo(words: Words, ticker: str, tickers: tuple[str, ...]) -> Html:
    """Return what is said of any other ticker."""
    return words.t(
        "{demo} <b>{ticker}</b> needs the network: start without <code>PRICE_SOURCE=sample</code>.",
        ticker=ticker,
        demo=demo_tickers(words, tickers),
    )


def tickers_help(words: Words) -> Html:
    """Return how tickers are written, by examples that can be asked here."""
    if is_demo(words.catalogue):
        return words.t(
            "This demo has <code>GOOG</code>, the S&amp;P 500 (<code>^GSPC</code>) and the Nasdaq "
            "(<code>^IXIC</code>)."
        )
    if here := only_these(words.catalogue):
        return words.t(
            "Here you can ask for what the price files hold, such as {tickers}.",
            tickers=words.listing(here),
        )
    return words.t(
        "Tickers are written as Yahoo does: <code>TSLA</code>, <code>VOD.L</code> (London), "
        "<code>^GSPC</code>, <code>BTC-USD</code>; names work, too: <code>tesla</code>."
    )


def usage_here(words: Words, usage: str) -> str:
    """Return how a command is used, by examples that can be asked here."""
    return in_examples_of(words.catalogue, usage)
