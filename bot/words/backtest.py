"""The words under a backtest's picture."""

from bot.words.forecast import disclaimer_line
from bot.words.in_sample import learned_record
from bot.words.language import Html, Words, join
from forecasting.evaluation.backtest import TickerBacktest


def backtest_text(words: Words, test: TickerBacktest) -> Html:
    """Return the caption of a backtest."""
    half, most, nearly_all = (words.number(100 * share) for share in test.coverage)
    return join(
        words.n(
            "<b>{ticker}</b>, {count} session ahead: {forecasts} forecasts for {first} to {last}, "
            "each made from the bars before it",
            "<b>{ticker}</b>, {count} sessions ahead: {forecasts} forecasts for {first} to {last}, "
            "each made from the bars before it",
            test.horizon,
            ticker=test.ticker,
            forecasts=words.number(len(test.as_of)),
            first=words.day(test.targets[0]),
            last=words.day(test.targets[-1]),
        ),
        words.t(
            "Mean absolute error {model} %, “no change” {naive} %",
            model=words.number(test.mae, 2),
            naive=words.number(test.mae_no_change, 2),
        ),
        words.t(
            "Root mean squared error {model} %, “no change” {naive} %",
            model=words.number(test.rmse, 2),
            naive=words.number(test.rmse_no_change, 2),
        ),
        words.t(
            "The 50 / 80 / 95 % range held {low} / {middle} / {high} of 100",
            low=half,
            middle=most,
            high=nearly_all,
        ),
        learned_record(words, int(test.in_training.sum()), len(test.in_training)),
        words.t("Calculated afterwards by today's model; what it said on the day is in /track."),
        disclaimer_line(words),
    )
