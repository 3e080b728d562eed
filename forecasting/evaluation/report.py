"""The report on forecast quality: tables in Markdown from scored cases."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.evaluation.backtest import BANDS
from forecasting.evaluation.case_scores import SCORED, Cases
from forecasting.evaluation.scores import diebold_mariano
from forecasting.model.artifact import GARCH, RANDOM_WALK, Card

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: a title, a remark, column names and rows of texts."""

    title: str
    remark: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """Return the table as Markdown."""
        lines = [
            f"### {self.title}",
            "",
            self.remark,
            "",
            "| " + " | ".join(self.columns) + " |",
            "|" + "---|" * len(self.columns),
            *("| " + " | ".join(row) + " |" for row in self.rows),
        ]
        return "\n".join(lines) + "\n"


def months(cases: Cases) -> NDArray[np.int64]:
    """Return the month of each as-of, the clusters of all tests."""
    return cases.days.astype("datetime64[M]").astype(np.int64)


def _percent(value: float) -> str:
    return f"{100 * value:+.2f} %"


def losses(cases: Cases, model: str) -> Table:
    """Return every forecaster's loss and how far the model's lies below it."""
    rows = []
    for name, own in cases.scores.items():
        cells = [name]
        for i in range(len(SCORED)):
            mean = own.loss[:, i].mean()
            cells.append(f"{mean:.4f}")
            change = cases.scores[model].loss[:, i].mean() / mean - 1
            cells.append("" if name == model else _percent(change))
        rows.append(tuple(cells))
    heads = [text for h in SCORED for text in (f"h={h}", "model against it")]
    return Table(
        "Scaled pinball loss",
        "Mean over 13 levels, over the ticker's usual move before the test and the root of the "
        "horizon. Minus: the model's loss is lower.",
        ("forecaster", *heads),
        tuple(rows),
    )


def other_losses(cases: Cases) -> Table:
    """Return losses without the scale, and errors of the median."""
    rows = []
    for name, own in cases.scores.items():
        for i, horizon in enumerate(SCORED):
            error = own.error[:, i]
            values = (own.plain[:, i].mean(), own.crps[:, i].mean(), np.abs(error).mean())
            rows.append(
                (name, str(horizon), *(f"{100 * value:.4f}" for value in values),
                 f"{100 * np.sqrt((error**2).mean()):.4f}", f"{100 * own.hit[:, i].mean():.1f}")
            )  # fmt: skip
    return Table(
        "Unscaled losses and errors of the median",
        "In per cent of the price. A forecaster whose median is no change has no direction: its "
        "hits are closes that did not move.",
        ("forecaster", "h", "pinball", "CRPS", "MAE", "RMSE", "direction right, %"),
        tuple(rows),
    )


def tests(cases: Cases, model: str) -> Table:
    """Return the Diebold-Mariano tests of the model against every baseline."""
    rows = []
    for name, own in cases.scores.items():
        if name == model:
            continue
        cells = [name]
        for i in range(len(SCORED)):
            mine, other = cases.scores[model].loss[:, i], own.loss[:, i]
            found = diebold_mariano(mine, other, months(cases))
            better = _tickers_better(cases, mine, other)
            cells.append(f"{found.statistic:+.1f} (p {found.p_value:.3f}), {100 * better:.0f} %")
        rows.append(tuple(cells))
    return Table(
        "Diebold-Mariano tests, and share of tickers on which the model is better",
        f"Errors clustered by month ({len(np.unique(months(cases)))} months). Minus: the model.",
        ("against", *(f"h={h}" for h in SCORED)),
        tuple(rows),
    )


def _tickers_better(cases: Cases, mine: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    labels, member = np.unique(cases.ticker, return_inverse=True)
    total = np.bincount(member, weights=mine - other, minlength=len(labels))
    return float((total < 0).mean())


def coverage(cases: Cases) -> Table:
    """Return how many outcomes each forecaster's bands held."""
    rows = []
    for name, own in cases.scores.items():
        held = 100 * own.held.mean(axis=0)
        cells = [" / ".join(f"{held[i, b]:.1f}" for b in range(len(BANDS)))
                 for i in range(len(SCORED))]  # fmt: skip
        rows.append((name, *cells))
    return Table(
        "Outcomes inside the 50 / 80 / 95 % bands, %",
        "Calibrated bands hold what they say.",
        ("forecaster", *(f"h={h}" for h in SCORED)),
        tuple(rows),
    )


def tutorial(cases: Cases) -> Table:
    """Return how the tutorials' network does beside no change, on the tickers it was tried on."""
    rows = []
    for name, own in cases.scores.items():
        error = own.error
        cells = [
            f"{own.loss[:, i].mean():.4f} / {100 * np.abs(error[:, i]).mean():.2f} / "
            f"{100 * np.sqrt((error[:, i] ** 2).mean()):.2f}"
            for i in range(len(SCORED))
        ]
        rows.append((name, *cells))
    return Table(
        f"The network that tutorials teach, on {len(np.unique(cases.ticker))} tickers",
        "One LSTM for each ticker on closes between their least and most. Scaled pinball loss / "
        "MAE / RMSE of the median, the last two in per cent of the price.",
        ("forecaster", *(f"h={h}" for h in SCORED)),
        tuple(rows),
    )


def histogram(cases: Cases, model: str) -> Table:
    """Return the histogram of the model's probability integral transform in tenths."""
    values = cases.scores[model].pit
    rows = []
    for i, horizon in enumerate(SCORED):
        counts, _ = np.histogram(values[:, i], bins=10, range=(0.0, 1.0))
        rows.append((str(horizon), *(f"{100 * count / len(cases):.1f}" for count in counts)))
    return Table(
        "Probability integral transform, % of outcomes in each tenth",
        "Uniform (10 each) where calibrated; high ends are a fan too narrow, a high middle one too "
        "wide, a slope a direction missed.",
        ("h", *(f"{i / 10:.1f}-{(i + 1) / 10:.1f}" for i in range(10))),
        tuple(rows),
    )


def by_group(cases: Cases, model: str, title: str, groups: Sequence[tuple[str, Mask]]) -> Table:
    """Return the model's loss against the random walk, GARCH and the best baseline, by group.

    Args:
        cases: The scored cases.
        model: Name of the model.
        title: Of the table.
        groups: Name and members of each group; empty ones are left out.
    """
    rows = []
    for label, mask in groups:
        if not mask.any():
            continue
        part = cases.pick(mask)
        mine = part.scores[model].loss.mean(axis=0)
        others = {n: s.loss.mean(axis=0) for n, s in part.scores.items() if n != model}
        best = np.min(list(others.values()), axis=0)
        against = [others[name] for name in (RANDOM_WALK, GARCH) if name in others] + [best]
        cells = [
            " / ".join(_percent(mine[i] / other[i] - 1) for other in against)
            for i in range(len(SCORED))
        ]
        held = 100 * part.scores[model].held[:, :, 1].mean()
        rows.append((label, str(len(part)), *cells, f"{held:.1f}"))
    garch = "GARCH / " if GARCH in cases.scores else ""
    names = f"random walk / {garch}best baseline"
    return Table(
        title,
        f"The model's loss against {names}; then the share of outcomes in its 80 % band.",
        ("group", "cases", *(f"h={h}" for h in SCORED), "80 % band"),
        tuple(rows),
    )


def groups_of(cases: Cases) -> dict[str, list[tuple[str, Mask]]]:
    """Return the groups that are reported: years, volatility regimes, kinds of ticker."""
    years = cases.days.astype("datetime64[Y]")
    edges = np.quantile(cases.stress, (0.25, 0.5, 0.75, 0.95))
    regime = np.searchsorted(edges, cases.stress)
    names = ("calm quarter", "second quarter", "third quarter", "stressed", "top 5 %")
    pace = _pace(cases, 0)
    return {
        "By year": [(str(year), years == year) for year in np.unique(years)],
        "By the ticker's volatility against its usual": [
            (name, regime == i) for i, name in enumerate(names)
        ],
        "By the ticker's usual move": [
            (name, pace == i) for i, name in enumerate(("calm third", "middle", "wild third"))
        ],
    }


def _pace(cases: Cases, horizon: int) -> NDArray[np.int64]:
    labels, member = np.unique(cases.ticker, return_inverse=True)
    size = np.bincount(member, weights=np.abs(cases.outcome[:, horizon])) / np.bincount(member)
    rank = np.argsort(np.argsort(size))
    return (3 * rank // max(1, len(labels)))[member]


def worst(cases: Cases, model: str, count: int = 10) -> Table:
    """Return the tickers on which the model does worst against the random walk."""
    labels, member = np.unique(cases.ticker, return_inverse=True)
    mine, naive = (
        np.bincount(member, weights=cases.scores[n].loss.mean(axis=1)) for n in (model, RANDOM_WALK)
    )
    order = np.argsort(naive / mine)[:count]
    rows = tuple(
        (str(labels[i]), f"{mine[i] / np.sum(member == i):.4f}", _percent(mine[i] / naive[i] - 1))
        for i in order
    )
    return Table(
        "Worst tickers",
        "Mean over the four horizons, against the random walk.",
        ("ticker", "scaled loss", "against random walk"),
        rows,
    )


def page(
    cases: Cases,
    model: str,
    card: Card,
    pictures: Sequence[str],
    notes: str,
    extra: Cases | None = None,
    slices: Sequence[Table] = (),
) -> str:
    """Return the report as Markdown.

    Args:
        cases: Scored on tickers and years the model never saw.
        model: Its name in them.
        card: Its card.
        pictures: Paths of pictures, relative to the page.
        notes: Text after the tables.
        extra: The few cases that the tutorials' network was scored on.
        slices: Tables of `slice_report`, after the groups.
    """
    tables = [losses(cases, model), tests(cases, model), coverage(cases), other_losses(cases)]
    tables.append(histogram(cases, model))
    tables += [by_group(cases, model, title, own) for title, own in groups_of(cases).items()]
    tables += [*slices, worst(cases, model)]
    if extra is not None:
        tables.append(tutorial(extra))
    head = (
        "# How good the forecasts are\n\n"
        f"Model {card.version}, fitted to {card.tickers} tickers up to {card.trained_to}; tested "
        f"on {len(np.unique(cases.ticker))} other tickers, {len(cases)} as-ofs from "
        f"{cases.days.min()} to {cases.days.max()}, outcomes up to 20 sessions later. Written by "
        "`python -m forecasting evaluate`; do not edit.\n"
    )
    shown = "\n".join(f"![{name.rpartition('/')[2]}]({name})\n" for name in pictures)
    return "\n".join([head, shown, *(table.markdown() for table in tables), notes])
