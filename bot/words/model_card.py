"""The words of `/model`: what serves, how good it is, and what last night's training decided."""

from datetime import date

from bot.values import SHORT_HISTORY, ModelFacts
from bot.words.in_sample import learned_line
from bot.words.language import Html, Words, join
from forecasting.model.artifact import GARCH, RANDOM_WALK, Card, HorizonQuality, verdict
from storage.records.work import TrainingResult

_SHOWN = (1, 5, 20)


def model_text(words: Words, facts: ModelFacts) -> Html:
    """Return what is said of a model, at most 1024 UTF-16 units."""
    warning = learned_line(words) if facts.learned else None
    if facts.ticker is None:
        lines = (_origin(words, facts.card), _age(words, facts), *_quality(words, facts.card))
        return join(*lines, warning)
    return join(
        _serving(words, facts, facts.ticker),
        _age(words, facts),
        _night(words, facts.last) if facts.last else _never(words, facts.ticker),
        words.t("How its forecasts held: <code>/track {ticker}</code>", ticker=facts.ticker),
        warning,
    )


def _origin(words: Words, card: Card) -> Html:
    return words.t(
        "<b>Model {version}</b>: an LSTM trained on {tickers} tickers, {first} to {last}",
        version=card.version,
        tickers=words.number(card.tickers),
        first=words.day(date.fromisoformat(card.trained_from)),
        last=words.day(date.fromisoformat(card.trained_to)),
    )


def _age(words: Words, facts: ModelFacts) -> Html | None:
    if not facts.dated:
        return None
    return words.t(
        "⚠️ The newest prices that the model of all tickers has learned from are of {last}, more "
        "than two years ago. Its ranges may suit today's markets less well.",
        last=words.day(date.fromisoformat(facts.base.trained_to)),
    )


def _quality(words: Words, card: Card) -> tuple[Html | None, ...]:
    scored = card.quality
    if scored is None:
        return (words.t("It has not been scored on data that it never saw."),)
    shown = [entry for entry in scored.horizons if entry.horizon in _SHOWN]
    return (
        words.t(
            "Tested, trained to {cut} only, on {tickers} tickers it never saw, {first} to {last}:",
            cut=words.day(date.fromisoformat(scored.trained_to)),
            tickers=words.number(scored.tickers),
            first=words.day(date.fromisoformat(scored.first)),
            last=words.day(date.fromisoformat(scored.last)),
        ),
        *(_at(words, entry) for entry in shown),
        _direction(words, card),
    )


def _at(words: Words, entry: HorizonQuality) -> Html:
    values = {
        "naive": words.change(-entry.skill[RANDOM_WALK]),
        "held": words.number(100 * entry.coverage["80"]),
    }
    if GARCH not in entry.skill:
        return words.n(
            "{count} session: loss {naive} against “no change”; the 80 % range held {held} of 100",
            "{count} sessions: loss {naive} against “no change”; the 80 % range held {held} of 100",
            entry.horizon,
            **values,
        )
    return words.n(
        "{count} session: loss {naive} against “no change”, {garch} against GARCH; the 80 % range "
        "held {held} of 100",
        "{count} sessions: loss {naive} against “no change”, {garch} against GARCH; the 80 % range "
        "held {held} of 100",
        entry.horizon,
        garch=words.change(-entry.skill[GARCH]),
        **values,
    )


def _direction(words: Words, card: Card) -> Html | None:
    facts = verdict(card)
    if facts is None:
        return None
    if facts.coin:
        return words.t("Direction: no better than a coin.")
    return words.t("Direction: right {right} of 100 times.", right=words.number(facts.direction))


def _serving(words: Words, facts: ModelFacts, ticker: str) -> Html:
    if facts.tuned:
        return words.t(
            "<b>{ticker}</b> has a model of its own: {version}, tuned from {base} on its history "
            "to {last}",
            ticker=ticker,
            version=facts.card.version,
            base=facts.card.base,
            last=words.day(date.fromisoformat(facts.card.trained_to)),
        )
    return words.t(
        "<b>{ticker}</b> is served by the model of all tickers, {version}",
        ticker=ticker,
        version=facts.card.version,
    )


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
            "Night of {night}: training failed, so {champion} serves on.",
            night=night,
            champion=last.champion or words.plain("the model of all tickers"),
        )
    if last.champion_loss is None or last.challenger_loss is None:
        return _untrained(words, last, night)
    change = last.challenger_loss / last.champion_loss - 1
    values = {
        "night": night,
        "champion": last.champion,
        "challenger": last.challenger,
        "size": words.number(100 * abs(change), 1),
    }
    if last.outcome == "promoted":
        return words.t(
            "Night of {night}: {challenger} took over from {champion}, being {size} % better on "
            "the year held back.",
            **values,
        )
    if change > 0:
        return words.t(
            "Night of {night}: kept {champion}; {challenger} was {size} % worse on the year held "
            "back.",
            **values,
        )
    return words.t(
        "Night of {night}: kept {champion}; {challenger} was {size} % better on the year held "
        "back, which may be luck.",
        **values,
    )


def _untrained(words: Words, last: TrainingResult, night: str) -> Html:
    if last.detail == SHORT_HISTORY:
        return words.t(
            "Night of {night}: its history is too short to train on and to judge by, so {champion} "
            "serves on.",
            night=night,
            champion=last.champion,
        )
    return words.t(
        "Night of {night}: no new close since the last training, so {champion} serves on.",
        night=night,
        champion=last.champion,
    )
