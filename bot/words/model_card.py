"""The words of `/model`: what serves, how good it is, and what last night's training decided."""

from collections.abc import Sequence
from datetime import date

from bot.values import SHORT_HISTORY, ModelFacts
from bot.words.fitting import folded
from bot.words.in_sample import learned_line
from bot.words.language import Html, Words, join
from bot.words.promise import hundred, promise_headline
from forecasting.model.artifact import GARCH, RANDOM_WALK, Card, HorizonQuality, verdict
from storage.records.work import TrainingResult

_SHOWN = (1, 5, 20)


def model_text(words: Words, facts: ModelFacts) -> Html:
    """Return what is said of a model, at most 1024 UTF-16 units."""
    warning = learned_line(words) if facts.learned else None
    if facts.ticker is None:
        *promise, direction = _promise(words, facts)
        caution = _age(words, facts) or warning
        above = join(*promise, caution or direction, words.t("How it did since: /track"))
        below = (_origin(words, facts.card), direction if caution else None)
        return folded(words, above, (*below, *_quality(words, facts.card)))
    above = join(
        _serving(words, facts, facts.ticker),
        _age(words, facts),
        _night(words, facts.last) if facts.last else _never(words, facts.ticker),
        warning,
        words.t("How its ranges held: <code>/track {ticker}</code>", ticker=facts.ticker),
    )
    details = (
        _of_ticker(words, facts),
        _numbers(words, facts.last) if facts.last else None,
    )
    return folded(words, above, details)


def _promise(words: Words, facts: ModelFacts) -> tuple[Html | None, ...]:
    scored = facts.card.quality
    if scored is None or facts.promise is None:
        return words.t("This model was never tested on data it had not seen."), None
    return (
        promise_headline(words, words.plain("This model"), facts.promise),
        words.t(
            "{sentence} Tested on {tickers} tickers it never saw.",
            sentence=hundred(words, facts.promise),
            tickers=words.number(scored.tickers),
        ),
        _direction(words, facts.card),
    )


def _origin(words: Words, card: Card) -> Html:
    return words.t(
        "Model {version}: a neural network that learned from {tickers} tickers, {first} to {last}",
        version=card.version,
        tickers=words.number(card.tickers),
        first=words.day(date.fromisoformat(card.trained_from)),
        last=words.day(date.fromisoformat(card.trained_to)),
    )


def _age(words: Words, facts: ModelFacts) -> Html | None:
    if not facts.dated:
        return None
    return words.t(
        "⚠️ Its newest prices are of {last}, more than two years ago: take care.",
        last=words.day(date.fromisoformat(facts.base.trained_to)),
    )


def _quality(words: Words, card: Card) -> tuple[Html, ...]:
    scored = card.quality
    if scored is None:
        return ()
    shown = [entry for entry in scored.horizons if entry.horizon in _SHOWN]
    return (
        words.t(
            "Tested on days it had not seen: it learned up to {cut}, and was scored from {first} "
            "to {last}",
            cut=words.day(date.fromisoformat(scored.trained_to)),
            first=words.day(date.fromisoformat(scored.first)),
            last=words.day(date.fromisoformat(scored.last)),
        ),
        *(_at(words, entry) for entry in shown),
        *_against_garch(words, shown),
    )


def _at(words: Words, entry: HorizonQuality) -> Html:
    return words.n(
        "{count} session ahead: the 8-in-10 range held {held} of 100; its error was {naive} "
        "beside “no change”",
        "{count} sessions ahead: the 8-in-10 range held {held} of 100; its error was {naive} "
        "beside “no change”",
        entry.horizon,
        naive=words.change(-entry.skill[RANDOM_WALK]),
        held=words.number(100 * entry.coverage["80"]),
    )


def _against_garch(words: Words, shown: Sequence[HorizonQuality]) -> tuple[Html, ...]:
    """Return the one line that only who knows statistics reads."""
    changes = tuple(words.change(-one.skill[GARCH]) for one in shown if GARCH in one.skill)
    if not changes:
        return ()
    horizons = tuple(words.number(one.horizon) for one in shown if GARCH in one.skill)
    return (
        words.t(
            "For experts: loss against GARCH {changes} ({sessions} sessions ahead)",
            changes=words.listing(changes),
            sessions=words.listing(horizons),
        ),
    )


def _direction(words: Words, card: Card) -> Html | None:
    facts = verdict(card)
    if facts is None:
        return None
    if facts.coin:
        return words.t("Which way a price goes it cannot tell.")
    return words.t(
        "It told the direction {right} of 100 times.", right=words.number(facts.direction)
    )


def _serving(words: Words, facts: ModelFacts, ticker: str) -> Html:
    if facts.tuned:
        return words.t("<b>{ticker} has a model of its own.</b>", ticker=ticker)
    return words.t("<b>{ticker} is served by the model of all tickers.</b>", ticker=ticker)


def _of_ticker(words: Words, facts: ModelFacts) -> Html:
    if facts.tuned:
        return words.t(
            "Model {version}, tuned from {base} on its history to {last}",
            version=facts.card.version,
            base=facts.card.base,
            last=words.day(date.fromisoformat(facts.card.trained_to)),
        )
    return words.t("Model {version}", version=facts.card.version)


def _never(words: Words, ticker: str) -> Html:
    return words.t(
        "No night has trained it on {ticker} yet: that happens for tickers on a watchlist, see "
        "/subscribe.",
        ticker=ticker,
    )


def _night(words: Words, last: TrainingResult) -> Html:
    night = words.day(last.night)
    if last.outcome == "failed":
        return words.t(
            "The training of {night} failed, so the model before it serves on.", night=night
        )
    if last.champion_loss is None or last.challenger_loss is None:
        return _untrained(words, last, night)
    if last.outcome == "promoted":
        return words.t("The training of {night} made a better one, which serves now.", night=night)
    if last.challenger_loss > last.champion_loss:
        return words.t("The training of {night} made none better, so it serves on.", night=night)
    return words.t(
        "The training of {night} made one that may be better by luck alone, so it serves on.",
        night=night,
    )


def _numbers(words: Words, last: TrainingResult) -> Html | None:
    """Return what the training measured, on the year that it did not see."""
    if last.champion_loss is None or last.challenger_loss is None:
        return None
    change = last.challenger_loss / last.champion_loss - 1
    values = {
        "champion": last.champion,
        "challenger": last.challenger,
        "size": words.number(100 * abs(change), 1),
    }
    if change > 0:
        return words.t(
            "On the year held back {challenger} was {size} % worse than {champion}", **values
        )
    return words.t(
        "On the year held back {challenger} was {size} % better than {champion}", **values
    )


def _untrained(words: Words, last: TrainingResult, night: str) -> Html:
    if last.detail == SHORT_HISTORY:
        return words.t(
            "On {night} its history was too short to train on and to judge by.", night=night
        )
    return words.t("On {night} there was no new close to train on.", night=night)
