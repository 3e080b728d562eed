"""What stands below the fold of a forecast: for who wants the numbers behind the range."""

from bot.words.language import Html, Words
from forecasting.chances import chance_beyond
from forecasting.charts.findings import currency_of
from forecasting.charts.texts import ChartTexts
from forecasting.values import Forecast

_FAR = 0.1
"""A move worth a chance of its own: whether a price rises or falls is a coin for all tickers."""
_NEAR = 5
_MOST_NOTE = 160
_SOURCES = {"yahoo": "Yahoo", "alphavantage": "Alpha Vantage", "tiingo": "Tiingo"}


def details_of(words: Words, forecast: Forecast, sessions: int) -> tuple[Html, ...]:
    """Return the lines on a forecast, the most important first."""
    horizons = sorted({min(_NEAR, sessions), sessions})
    return (
        words.t(
            "Close of {day}: {price}",
            day=words.day(forecast.as_of),
            price=_price(words, forecast, forecast.close),
        ),
        *(_at(words, forecast, horizon) for horizon in reversed(horizons)),
        _chance(words, forecast, horizons),
        origin(words, forecast),
    )


def origin(words: Words, forecast: Forecast) -> Html:
    """Return where the prices are from and which model made the forecast."""
    model = forecast.model_version
    if forecast.source == "sample":
        return words.t("Sample prices from the past · model {model}", model=model)
    source = forecast.note or _SOURCES.get(forecast.source, forecast.source)
    if forecast.source == "files" and not forecast.note:
        return words.t("Prices: the files of this bot · model {model}", model=model)
    if len(source) > _MOST_NOTE:
        source = source[: _MOST_NOTE - 1] + "…"
    return words.t("Prices: {source} · model {model}", source=source, model=model)


def _price(words: Words, forecast: Forecast, value: float) -> str:
    return ChartTexts(locale=str(words.locale)).exact(value, currency_of(forecast))


def _at(words: Words, forecast: Forecast, horizon: int) -> Html:
    def price(level: float) -> str:
        texts, value = ChartTexts(locale=str(words.locale)), forecast.at(horizon, level)
        return texts.alike(value, currency_of(forecast), forecast.close)

    def change(level: float) -> str:
        return words.change(forecast.at(horizon, level) / forecast.close - 1)

    return words.n(
        "{day}, {count} session ahead: 8 in 10 {low_change} to {high_change}, 5 in 10 {low50} to "
        "{high50}, 19 in 20 {low95} to {high95}, middle {middle}",
        "{day}, {count} sessions ahead: 8 in 10 {low_change} to {high_change}, 5 in 10 {low50} to "
        "{high50}, 19 in 20 {low95} to {high95}, middle {middle}",
        horizon,
        day=words.short_day(forecast.targets[horizon - 1]),
        low_change=change(0.1),
        high_change=change(0.9),
        low50=price(0.25),
        high50=price(0.75),
        low95=price(0.025),
        high95=price(0.975),
        middle=price(0.5),
    )


def _chance(words: Words, forecast: Forecast, horizons: list[int]) -> Html:
    first, last = horizons[0], horizons[-1]
    move = words.percent(_FAR)
    early, late = (words.chance(chance_beyond(forecast, _FAR, h)) for h in (first, last))
    if first == last:
        return words.n(
            "Chance of a move beyond ±{move} in {count} session: {late}",
            "Chance of a move beyond ±{move} in {count} sessions: {late}",
            last,
            move=move,
            late=late,
        )
    return words.t(
        "Chance of a move beyond ±{move}: {early} in {first}, {late} in {last} sessions",
        move=move,
        first=words.number(first),
        last=words.number(last),
        early=early,
        late=late,
    )
