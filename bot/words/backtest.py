"""The words under a backtest's picture."""

from bot.values import KeptPromise
from bot.words.fitting import folded
from bot.words.language import Html, Words, join
from bot.words.promise import hundred, promise_headline
from forecasting.evaluation.backtest import TickerBacktest


def backtest_text(words: Words, test: TickerBacktest, promise: KeptPromise) -> Html:
    """Return the caption of a backtest."""
    above = join(
        promise_headline(words, test.ticker, promise),
        hundred(words, promise),
        _training(words, test)
        or words.t("Calculated afterwards; what I said on the day is in /track."),
        words.t("<i>Not investment advice.</i>"),
    )
    half, most, nearly_all = (words.number(100 * share) for share in test.coverage)
    details = (
        words.n(
            "{count} session ahead: {forecasts} forecasts for {first} to {last}, each made by "
            "today's model from the prices before it",
            "{count} sessions ahead: {forecasts} forecasts for {first} to {last}, each made by "
            "today's model from the prices before it",
            test.horizon,
            forecasts=words.number(len(test.as_of)),
            first=words.day(test.targets[0]),
            last=words.day(test.targets[-1]),
        ),
        words.t(
            "On average my middle price was off by {model} %, “no change” by {naive} %",
            model=words.number(test.mae, 2),
            naive=words.number(test.mae_no_change, 2),
        ),
        words.t(
            "Held, of 100: 5 in 10 {low}, 8 in 10 {middle}, 19 in 20 {high}",
            low=half,
            middle=most,
            high=nearly_all,
        ),
        words.t(
            "For experts: root mean squared error {model} %, “no change” {naive} %",
            model=words.number(test.rmse, 2),
            naive=words.number(test.rmse_no_change, 2),
        ),
    )
    return folded(words, above, details)


def _training(words: Words, test: TickerBacktest) -> Html | None:
    seen = int(test.in_training.sum())
    if not seen:
        return None
    if seen == len(test.in_training):
        return words.t(
            "⚠️ The model was trained on these very years: this flatters it. Judge by /track."
        )
    return words.t(
        "⚠️ The model was trained on {seen} of these {all} days: they flatter it. Judge by /track.",
        seen=words.number(seen),
        all=words.number(len(test.in_training)),
    )
