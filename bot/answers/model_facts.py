"""Which model serves, how good it is on what it never saw, and what last night's training did."""

import hashlib
from datetime import date

import numpy as np

from bot.answers.models import ModelShelf
from bot.values import KeptPromise, ModelFacts
from forecasting.charts.promise import judge
from forecasting.charts.quality import Quality
from forecasting.model.artifact import GARCH, RANDOM_WALK, Card, Scorecard, is_dated
from forecasting.model.training_years import learned_from
from forecasting.values import Float1D
from storage.store import Store

_BANDS = {0.5: "50", 0.8: "80", 0.95: "95"}


def model_facts(store: Store, shelf: ModelShelf, ticker: str | None, today: date) -> ModelFacts:
    """Return the facts of the model that serves a ticker, or of the base; may block."""
    base = shelf.base.card
    dated = is_dated(base, today)
    if ticker is None:
        return ModelFacts(
            None, base, base, None, _promise(base), dated, learned_from(base.version, today)
        )
    nights = store.training_results(ticker, 1)
    card, last = shelf.model_for(ticker).card, nights[0] if nights else None
    learned = learned_from(card.version, today)
    return ModelFacts(ticker, card, base, last, _promise(base), dated, learned)


def _promise(card: Card) -> KeptPromise | None:
    """Return whether the ranges held, as the picture of the scorecard judges it."""
    if card.quality is None:
        return None
    entries = card.quality.horizons
    held = float(np.mean([entry.coverage["80"] for entry in entries]))
    return KeptPromise(held, judge(held, max(entry.cases for entry in entries)))


def quality_picture(card: Card, no_change: str, garch: str) -> tuple[str, Quality] | None:
    """Return the name and content of the picture of a model's scorecard, None where it has none.

    Args:
        card: Of the model that was scored.
        no_change: What readers call the random walk.
        garch: What they call GARCH.
    """
    scored = card.quality
    if scored is None:
        return None
    names = {RANDOM_WALK: no_change, GARCH: garch}
    skill = {
        shown: np.array([entry.skill[name] for entry in scored.horizons])
        for name, shown in names.items()
        if all(name in entry.skill for entry in scored.horizons)
    }
    if not skill:
        return None
    digest = hashlib.sha256(repr((card.version, scored, tuple(skill))).encode()).hexdigest()[:16]
    return f"quality-{digest}", _quality(card.version, scored, skill)


def _quality(version: str, scored: Scorecard, skill: dict[str, Float1D]) -> Quality:
    return Quality(
        model_version=version,
        ticker="",
        results=max(entry.cases for entry in scored.horizons),
        start=date.fromisoformat(scored.first),
        end=date.fromisoformat(scored.last),
        horizons=tuple(entry.horizon for entry in scored.horizons),
        skill=skill,
        coverage={
            band: np.array([entry.coverage[name] for entry in scored.horizons])
            for band, name in _BANDS.items()
        },
    )
