"""The words under the picture of what came."""

from bot.words.in_sample import learned_line
from bot.words.language import Html, Words, join
from forecasting.model.training_years import learned_from
from forecasting.values import Forecast
from storage.records.ledger import Resolution


def came_true_text(words: Words, forecast: Forecast, forecast_id: int, result: Resolution) -> Html:
    """Return what is said of a resolved horizon; the result has a close."""
    close = result.close or forecast.close
    return join(
        words.n(
            "<b>{ticker}</b>, {count} session later: {close} on {day} ({change})",
            "<b>{ticker}</b>, {count} sessions later: {close} on {day} ({change})",
            result.horizon,
            ticker=forecast.ticker,
            close=words.price(close, forecast.currency),
            day=words.day(result.target),
            change=words.change(close / forecast.close - 1),
        ),
        _where(words, forecast, result),
        words.t(
            "The median missed by {error} %, “no change” by {naive} %.",
            error=words.number(100 * (result.abs_error or 0.0), 1),
            naive=words.number(100 * (result.naive_abs_error or 0.0), 1),
        ),
        learned_line(words) if learned_from(forecast.model_version, forecast.as_of) else None,
        words.t(
            "Forecast #F{id} of {day} · how they held on the whole: /track",
            id=forecast_id,
            day=words.short_day(forecast.as_of),
        ),
    )


def _where(words: Words, forecast: Forecast, result: Resolution) -> Html:
    def ends(low: float, high: float) -> dict[str, str]:
        return {
            "low": words.price(forecast.at(result.horizon, low), forecast.currency),
            "high": words.price(forecast.at(result.horizon, high), forecast.currency),
        }

    if result.in_50:
        return words.t("✅ Inside the 50 % range: {low} to {high}", **ends(0.25, 0.75))
    if result.in_80:
        return words.t("✅ Inside the 80 % range: {low} to {high}", **ends(0.1, 0.9))
    if result.in_95:
        return words.t(
            "Outside the 80 % range, inside the 95 % range: {low} to {high}", **ends(0.025, 0.975)
        )
    return words.t(
        "❌ Outside the 95 % range: {low} to {high}; that should be so 5 of 100 times.",
        **ends(0.025, 0.975),
    )
