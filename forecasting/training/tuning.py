"""Search for better choices of network and fit, judged on half-years before the cut only."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from numpy.typing import NDArray

from forecasting.evaluation.scores import pinball
from forecasting.features.dataset import Windows
from forecasting.model import lstm
from forecasting.training.pretraining import Recipe, market_columns, rehearsal, target, weight

STUDY = "tickercast"


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What trials are fitted to and judged on.

    Attributes:
        cases: All of it; the last columns of the static features are the optional indicators.
        names: Names of the static features without the indicators.
        indicators: How many indicator columns there are.
        rows: Positions of the cases that trials fit.
    """

    cases: Windows
    names: list[str]
    indicators: int
    rows: NDArray[np.int64]
    judged: Windows

    @classmethod
    def of(cls, cases: Windows, names: list[str], indicators: int, fitted: int) -> "Material":
        """Return at most `fitted` cases to fit and a third as many to judge, evenly taken."""
        split = rehearsal(cases)
        rows = split.fitted[:: max(1, len(split.fitted) // fitted)]
        held = split.held[:: max(1, 3 * len(split.held) // fitted)]
        return cls(cases, names, indicators, rows, cases.take(held))


def suggested(trial: optuna.Trial) -> tuple[Recipe, bool]:
    """Return the choices of one trial: a recipe, and whether indicators are shown."""
    recipe = replace(
        Recipe(),
        learning_rate=trial.suggest_float("learning_rate", 5e-4, 8e-3, log=True),
        window=trial.suggest_categorical("window", [10, 20, 40]),
        units=trial.suggest_categorical("units", [8, 16, 32]),
        layers=trial.suggest_int("layers", 1, 2),
        dense=trial.suggest_categorical("dense", [48, 96, 192]),
        dropout=trial.suggest_float("dropout", 0.0, 0.5),
        penalty=trial.suggest_float("penalty", 1e-4, 1e-2, log=True),
        epochs=trial.suggest_int("epochs", 1, 3),
    )
    return recipe, trial.suggest_categorical("indicators", [False, True])


def loss_of(model: Any, judged: Windows, static: NDArray[np.float32]) -> float:
    """Return the weighted pinball loss on the judged cases, in units of scale; best 0."""
    inputs = replace(judged.inputs, static=static)
    raw = lstm.predict(model, inputs).astype(np.float64)
    loss = pinball(raw, target(judged).astype(np.float64)).mean(axis=1)
    return float(np.average(loss, weights=weight(judged)))


def objective(material: Material) -> Callable[[optuna.Trial], float]:
    """Return the function that a study minimises; a trial is pruned after an epoch if it lags."""

    def judge(trial: optuna.Trial) -> float:
        recipe, shown = suggested(trial)
        static, judged = _static(material.cases, material, shown), material.judged
        seen = _static(judged, material, shown)

        def report(epoch: int, model: Any) -> None:
            trial.report(loss_of(model, judged, seen), epoch)
            if trial.should_prune():
                raise optuna.TrialPruned

        model = lstm.fit(
            replace(material.cases.inputs, static=static),
            target(material.cases),
            weight(material.cases),
            market_columns(material.names),
            material.rows,
            recipe,
            after_epoch=report,
        )
        return loss_of(model, judged, seen)

    return judge


def _static(cases: Windows, material: Material, shown: bool) -> NDArray[np.float32]:
    static = cases.inputs.static
    if shown or not material.indicators:
        return static
    hidden = static.copy()
    hidden[:, -material.indicators :] = 0.0
    return hidden


def study(folder: Path, seed: int) -> optuna.Study:
    """Return the study kept in a folder, begun or resumed.

    Args:
        folder: Holds `study.sqlite3`.
        seed: Root of the sampler.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return optuna.create_study(
        study_name=STUDY,
        storage=f"sqlite:///{folder / 'study.sqlite3'}",
        sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=6),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=4),
        load_if_exists=True,
    )


def summary(found: optuna.Study) -> str:
    """Return the trials, the best choices and how much each choice mattered, as Markdown."""
    done = [t for t in found.trials if t.state == optuna.trial.TrialState.COMPLETE]
    pruned = [t for t in found.trials if t.state == optuna.trial.TrialState.PRUNED]
    lines = [f"{len(done)} trials finished, {len(pruned)} pruned.", ""]
    if not done:
        return "\n".join(lines)
    lines += ["| choice | best trial | importance |", "|---|---|---|"]
    weights = optuna.importance.get_param_importances(found) if len(done) > 1 else {}
    for name, value in found.best_params.items():
        shown = f"{value:.2g}" if isinstance(value, float) else str(value)
        lines.append(f"| {name} | {shown} | {weights.get(name, 0.0):.2f} |")
    losses = sorted(t.value for t in done if t.value is not None)
    middle = losses[len(losses) // 2]
    lines += ["", f"Loss of the best {losses[0]:.5f}, of the median trial {middle:.5f}."]
    return "\n".join(lines)
