"""What is said of several tickers held together."""

from collections.abc import Sequence

from bot.words.cautions import warnings
from bot.words.compare import Shown, how
from bot.words.fitting import at_a_glance, folded
from bot.words.forecast import footer
from bot.words.language import Html, Words, join
from bot.words.several import cautions_of_all, each_caution, moves_of
from bot.words.shares import out_of_100
from forecasting.baskets import Basket
from forecasting.values import LEVELS
from storage.records.baskets import BasketRecord

ENOUGH = 20
"""Decided baskets from which on it is said how they ended."""
_LOW, _HIGH = LEVELS.index(0.1), LEVELS.index(0.9)


def basket_title(words: Words) -> str:
    """Return what the picture calls a basket."""
    return words.plain("Basket (today 100)")


def basket_caption(
    words: Words, shown: Sequence[Shown], basket: Basket, record: BasketRecord
) -> Html:
    """Return the caption of `/basket`.

    Args:
        words: The chat's language.
        shown: In the order of the basket's tickers.
        basket: What they may be worth together.
        record: How earlier baskets ended.

    Returns:
        HTML of at most 1024 UTF-16 units; above its fold at most five lines and 45 words.
    """
    told = [(f.ticker, warnings(words, f, old, doubt)) for _, f, old, doubt in shown]
    cautions, pointer = cautions_of_all(words, told)
    last = footer(words, *(number for number, _, _, _ in shown))
    held, risk = _held(words, basket), _risk(words, basket)
    first = (_range(words, basket), _apart(words, basket))
    lines = ((risk, cautions), (cautions,), (risk, pointer), (pointer,))
    choices = [join(*first, *more, last) for more in lines]
    above = next((text for text in choices if at_a_glance(text)), choices[-1])
    forecasts = [forecast for _, forecast, _, _ in shown]
    ends = [sum(day <= basket.days[-1] for day in one.targets) for one in forecasts]
    ranges = [moves_of(words, one, max(1, end)) for one, end in zip(forecasts, ends, strict=True)]
    below = [] if above in (choices[0], choices[2]) else [risk]
    pointed = [] if above in choices[:2] else each_caution(words, told)
    details = [*pointed, held, *below, _so_far(words, record), how(words), *ranges]
    return folded(words, above, details)


def held_line(words: Words, tickers: Sequence[str], weights: Sequence[float]) -> str:
    """Return what a basket holds, for the title of its card."""
    total = sum(weights)
    return words.plain("In it: {each}.", each=_shares(words, tickers, [w / total for w in weights]))


def basket_usage(words: Words, most: int) -> Html:
    """Return how `/basket` is used, for those who typed what cannot be read."""
    return words.t(
        "Name 2 to {most} tickers, each with its share: <code>/basket TSLA 40 KO 60</code>. "
        "Without shares all get the same; alone it takes the list here.",
        most=most,
    )


def _so_far(words: Words, record: BasketRecord) -> Html | None:
    if record.resolved < ENOUGH:
        return None
    return words.n(
        "Of {count} basket so far {held} ended inside its range.",
        "Of {count} baskets so far {held} ended inside their ranges.",
        record.resolved,
        held=words.number(record.inside),
    )


def _range(words: Words, basket: Basket) -> Html:
    return words.t(
        "<b>Basket</b> · By {day}: most likely <b>{low} to {high}</b> (8 in 10).",
        day=words.short_day(basket.days[-1]),
        low=words.change(basket.at(0.1) - 1),
        high=words.change(basket.at(0.9) - 1),
    )


def _apart(words: Words, basket: Basket) -> Html:
    return words.t(
        "If each moved on its own: {low} to {high}.",
        low=words.change(float(basket.apart[_LOW]) - 1),
        high=words.change(float(basket.apart[_HIGH]) - 1),
    )


def _risk(words: Words, basket: Basket) -> Html:
    shares = [count / 100 for count in out_of_100(basket.risk.tolist())]
    return words.t("Share of the risk: {each}.", each=_each(words, basket, shares))


def _held(words: Words, basket: Basket) -> Html:
    return words.t("In it: {each}.", each=_each(words, basket, basket.weights.tolist()))


def _each(words: Words, basket: Basket, shares: Sequence[float]) -> str:
    return _shares(words, basket.tickers, shares)


def _shares(words: Words, tickers: Sequence[str], shares: Sequence[float]) -> str:
    pairs = sorted(zip(tickers, shares, strict=True), key=lambda pair: -pair[1])
    return words.listing(
        tuple(
            words.plain("{ticker} {share}", ticker=ticker, share=words.percent(share))
            for ticker, share in pairs
        )
    )
