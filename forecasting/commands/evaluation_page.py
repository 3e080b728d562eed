"""The page that `python -m forecasting evaluate` writes, with its pictures."""

from pathlib import Path

import numpy as np

from forecasting.charts.quality import Quality, draw_quality
from forecasting.charts.track import TrackRecord, counted_of, draw_track
from forecasting.evaluation import report
from forecasting.evaluation.backtest import BANDS, ModelForecaster
from forecasting.evaluation.baselines import Garch
from forecasting.evaluation.case_scores import SCORED, Cases
from forecasting.evaluation.slice_report import slice_tables
from forecasting.model.artifact import RANDOM_WALK


def write_page(
    cases: Cases, extra: Cases | None, model: ModelForecaster, out: Path, notes_file: Path
) -> None:
    """Write the report and its two pictures into one folder.

    Args:
        cases: What was scored.
        extra: What was scored beside the tutorials' networks, if it was.
        model: Whose report it is.
        out: The page.
        notes_file: Markdown that goes below the tables, where there is such a file.
    """
    folder = out.parent
    folder.mkdir(parents=True, exist_ok=True)
    skill, track = folder / "forecast-quality-skill.png", folder / "forecast-quality-bands.png"
    skill.write_bytes(draw_quality(_card_picture(cases, model)))
    fans = TrackRecord("", counted_of(cases.scores[model.name].pit[:, 1]), None, ())
    track.write_bytes(draw_track(fans))
    notes = notes_file.read_text() if notes_file.exists() else ""
    pictures = [skill.name, track.name]
    slices = slice_tables(cases, model.name)
    text = report.page(cases, model.name, model.model.card, pictures, notes, extra, slices)
    out.write_text(text)


def _card_picture(cases: Cases, model: ModelForecaster) -> Quality:
    own = cases.scores[model.name]
    mine = own.loss.mean(axis=0)
    others = {n: 1 - mine / s.loss.mean(axis=0) for n, s in cases.scores.items() if n != model.name}
    names = {RANDOM_WALK: "no change", Garch().name: "GARCH"}  # short, or the curves have no room
    shown = {names[n]: v for n, v in others.items() if n in names}
    days = np.sort(cases.days).tolist()
    return Quality(
        model_version=model.model.version,
        ticker="",
        results=len(cases) * len(SCORED),
        start=days[0],
        end=days[-1],
        horizons=SCORED,
        skill=shown,
        coverage={band: own.held[:, :, b].mean(axis=0) for b, band in enumerate(BANDS)},
    )
