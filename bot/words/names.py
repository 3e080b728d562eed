"""What companies are called: said when a name was read, asked when it is not clear whose it is."""

from collections.abc import Iterable

from bot.words.buttons import AskForecast, Button, Keyboard
from bot.words.language import Html, Words
from forecasting.names.table import name_of
from forecasting.values import HORIZONS

_BUTTON_LETTERS = 60


def full_name(ticker: str) -> str:
    """Return a ticker with its name, such as `Tesla (TSLA)`; the ticker where it has none."""
    name = name_of(ticker)
    return f"{name} ({ticker})" if name else ticker


def read_as(words: Words, tickers: tuple[str, ...]) -> Html | None:
    """Return who was understood, None where nobody was called by a name."""
    if not tickers:
        return None
    return words.t("Read as {names}.", names=words.listing(tuple(map(full_name, tickers))))


def company_keyboard(choices: Iterable[tuple[str, str]]) -> Keyboard:
    """Return buttons that ask a question about each company that a name may mean.

    Args:
        choices: Tickers, and the data of their buttons; where that is empty, the forecast is asked.
    """
    return tuple(
        (
            Button(
                full_name(ticker)[:_BUTTON_LETTERS],
                data or AskForecast(ticker, HORIZONS[-1]).encode(),
            ),
        )
        for ticker, data in choices
    )


def name_keyboard(tickers: tuple[str, ...], sessions: int = HORIZONS[-1]) -> Keyboard:
    """Return buttons that ask for the forecast of each company that a name may mean."""
    return tuple(
        (Button(full_name(ticker)[:_BUTTON_LETTERS], AskForecast(ticker, sessions).encode()),)
        for ticker in tickers
    )
