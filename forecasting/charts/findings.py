"""What a forecast found, in words and numbers a layman reads: its range, and how wild it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from forecasting.charts.scale import percent_decimals, price_decimals
from forecasting.charts.texts import ChartTexts
from forecasting.values import Forecast

LOW, HIGH = 0.1, 0.9
"""Levels of the 8-in-10 range."""
_MARKETS = ("SPY", "^GSPC")
"""Tickers that stand for the S&P 500."""


@dataclass(frozen=True, slots=True)
class Range:
    """The 8-in-10 range at one session, its two ends printed alike.

    Attributes:
        low, high: Prices.
        prices, moves: Low and high as texts, in money and as changes from today.
        decimals, fine: Decimals of prices and of changes.
    """

    low: float
    high: float
    prices: tuple[str, str]
    moves: tuple[str, str]
    decimals: int
    fine: int


def range_of(
    forecast: Forecast, horizon: int, texts: ChartTexts, beside: Sequence["Range"] = ()
) -> Range:
    """Return the 8-in-10 range of a horizon, with decimals as fine as those it stands beside."""
    low, middle, high = (forecast.at(horizon, level) for level in (LOW, 0.5, HIGH))
    digits = money_decimals(min(high - middle, middle - low), currency_of(forecast))
    fine = percent_decimals((high - low) / 2 / forecast.close)
    if beside:
        fine = max(one.fine for one in beside)
        # As fine as the finest, but for prices of less than a coin, which nothing else needs.
        coins = texts.coins(currency_of(forecast))
        digits = max(digits, min(coins, max(one.decimals for one in beside)))
    money = (texts.money(price, currency_of(forecast), digits) for price in (low, high))
    moves = (texts.percent(price / forecast.close - 1, fine) for price in (low, high))
    return Range(low, high, _pair(money), _pair(moves), digits, fine)


def _pair(values: Iterable[str]) -> tuple[str, str]:
    one, other = values
    return one, other


def money_decimals(spread: float, currency: str) -> int:
    """Return the decimals of a price known to within `spread`; money has none, or two and more."""
    digits = price_decimals(spread)
    return 2 if digits == 1 and currency else digits


def currency_of(forecast: Forecast) -> str:
    """Return the currency a ticker is quoted in; an index is quoted in points."""
    return "" if forecast.ticker.startswith("^") else forecast.currency


def titles(forecast: Forecast, name: str, horizon: int, texts: ChartTexts) -> list[str]:
    """Return the finding with the company's name, and with the ticker where there is no room."""
    found = range_of(forecast, horizon, texts)
    low, high = found.prices
    day = texts.told_day(forecast.targets[horizon - 1])
    return [
        texts.finding.format(name=who, low=low, high=high, day=day)
        for who in dict.fromkeys((name or forecast.ticker, forecast.ticker))
    ]


def now_line(forecast: Forecast, name: str, texts: ChartTexts, *, old: bool) -> str:
    """Return the close the forecast starts from, dated where it is not today's."""
    if old:
        return close_line(forecast, name, forecast.close, forecast.as_of, texts)
    price = texts.exact(forecast.close, currency_of(forecast))
    if name and name != forecast.ticker:
        return texts.named_now.format(ticker=forecast.ticker, price=price)
    return texts.now.format(price=price)


def close_line(forecast: Forecast, name: str, close: float, day: date, texts: ChartTexts) -> str:
    """Return a close and its day, with the ticker where the heading has the company's name."""
    price = texts.exact(close, currency_of(forecast))
    if name and name != forecast.ticker:
        said = texts.named_closed
        return said.format(ticker=forecast.ticker, price=price, day=texts.told_day(day))
    return texts.closed.format(price=price, day=texts.told_day(day))


def wildness(forecast: Forecast, market: Forecast | None, horizon: int, texts: ChartTexts) -> str:
    """Return how wide the range is beside the market's, empty where that says nothing."""
    if market is None or market.ticker == forecast.ticker or horizon > len(market.targets):
        return ""
    ratio = _width(forecast, horizon) / _width(market, horizon)
    name = texts.market if market.ticker in _MARKETS else market.ticker
    if ratio < 0.87:
        return texts.calmer.format(market=name)
    if ratio < 1.15:
        return texts.as_wild.format(market=name)
    if 1.85 <= ratio < 2.15:
        return texts.twice_as_wild.format(market=name)
    # Half a time more is worth saying of 1.5, not of 4.
    times = texts.number(ratio, 1 if ratio < 3 else 0)
    return texts.times_as_wild.format(times=times, market=name)


def is_inside(forecast: Forecast, horizon: int, close: float) -> bool:
    """Return whether a close lies in the 8-in-10 range; its ends belong to it, as in the ledger."""
    return forecast.at(horizon, LOW) <= close <= forecast.at(horizon, HIGH)


def _width(forecast: Forecast, horizon: int) -> float:
    return (forecast.at(horizon, HIGH) - forecast.at(horizon, LOW)) / forecast.close
