"""The words under the picture of what came: inside or outside, as its heading says."""

from bot.words.fitting import folded
from bot.words.forecast import ends_of, footer
from bot.words.in_sample import learned_line
from bot.words.language import Html, Words, join
from forecasting.charts.findings import currency_of
from forecasting.charts.texts import ChartTexts
from forecasting.model.training_years import learned_from
from forecasting.values import Forecast
from storage.records.ledger import Resolution


def came_true_text(words: Words, forecast: Forecast, forecast_id: int, result: Resolution) -> Html:
    """Return what is said of a resolved horizon; the result has a close."""
    above = join(
        _headline(words, forecast, result),
        _what_came(words, forecast, result),
        words.t(
            "The range was {low} to {high}.", **ends_of(words, forecast, result.horizon)
        ),
        learned_line(words) if learned_from(forecast.model_version, forecast.as_of) else None,
        footer(words, forecast_id),
    )  # fmt: skip
    return folded(words, above, _details(words, forecast, result))


def _headline(words: Words, forecast: Forecast, result: Resolution) -> Html:
    if result.in_80:
        return words.t(
            "✅ <b>{ticker}: inside the 8-in-10 range.</b>", ticker=forecast.ticker
        )  # fmt: skip
    return words.t(
        "❌ <b>{ticker}: outside the 8-in-10 range</b>, as 20 of 100 should be.",
        ticker=forecast.ticker,
    )


def _what_came(words: Words, forecast: Forecast, result: Resolution) -> Html:
    close = result.close or forecast.close
    return words.n(
        "{close} on {day}, {count} session later ({change}).",
        "{close} on {day}, {count} sessions later ({change}).",
        result.horizon,
        close=_price(words, forecast, close),
        day=words.short_day(result.target),
        change=words.change(close / forecast.close - 1),
    )


def _details(words: Words, forecast: Forecast, result: Resolution) -> tuple[Html, ...]:
    texts = ChartTexts(locale=str(words.locale))

    def ends(low: float, high: float) -> dict[str, str]:
        return {
            name: texts.alike(
                forecast.at(result.horizon, level), currency_of(forecast), forecast.close
            )
            for name, level in (("low", low), ("high", high))
        }

    return (
        words.t(
            "Given on {day} at {price}",
            day=words.day(forecast.as_of),
            price=_price(words, forecast, forecast.close),
        ),
        words.t("5 in 10 was {low} to {high}", **ends(0.25, 0.75)),
        words.t("19 in 20 was {low} to {high}", **ends(0.025, 0.975)),
        words.t(
            "My middle price was off by {error} %, “no change” by {naive} %",
            error=words.number(100 * (result.abs_error or 0.0), 1),
            naive=words.number(100 * (result.naive_abs_error or 0.0), 1),
        ),
        words.t(
            "How all forecasts of it held: <code>/track {ticker}</code>", ticker=forecast.ticker
        ),
    )


def _price(words: Words, forecast: Forecast, value: float) -> str:
    return ChartTexts(locale=str(words.locale)).exact(value, currency_of(forecast))
