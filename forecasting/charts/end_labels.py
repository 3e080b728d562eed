"""The labels at the right end of a fan: direct labels instead of a legend, pushed apart to fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from forecasting.charts.canvas import Canvas
from forecasting.charts.fonts import width
from forecasting.charts.header_footer import SMALL, TEXT
from forecasting.charts.label_layout import spread
from forecasting.charts.palette import Palette
from forecasting.charts.scale import LogScale, percent_decimals, price_decimals
from forecasting.charts.texts import ChartTexts
from forecasting.values import Forecast

LEADER = 26.0
"""Width of the thin lines that lead from the fan to labels which had to move."""
_BETWEEN = 12.0
_ROW = 34.0


@dataclass(frozen=True, slots=True)
class EndLabel:
    """A label for the price at the end of the fan.

    Attributes:
        price: What it belongs to.
        tag: Name of the edge or line.
        value: The price as text, behind the tag; may be empty.
        below: A second line under `value`; may be empty.
        colour: Of the tag and value.
        strong: In the heavier weight.
        rank: The higher ones go first where there is no room for all.
    """

    price: float
    tag: str
    value: str
    below: str
    colour: str
    strong: bool
    rank: int

    @property
    def height(self) -> float:
        """Pixels it takes."""
        return _ROW + (_ROW - 3 if self.below else 0)

    @property
    def size(self) -> float:
        """Font size of tag and value."""
        return TEXT if self.below else SMALL


def end_labels(
    forecast: Forecast, horizon: int, colours: Palette, texts: ChartTexts
) -> list[EndLabel]:
    """Return the labels of a fan that ends at `horizon`, from the highest price down."""
    low, middle, high = (forecast.at(horizon, level) for level in (0.1, 0.5, 0.9))
    decimals = price_decimals(min(high - middle, middle - low, forecast.at(horizon, 0.025)))
    fine = percent_decimals((high - low) / 2 / forecast.close)

    def move(price: float) -> str:
        return texts.percent(price / forecast.close - 1, fine)

    def edge(level: float, width: float, rank: int) -> EndLabel:
        price = forecast.at(horizon, level)
        value = texts.number(price, decimals) if rank == 1 else ""
        return EndLabel(price, texts.level(width), value, "", colours.muted, False, rank)

    def bound(price: float) -> EndLabel:
        value = texts.number(price, decimals)
        return EndLabel(price, texts.level(0.8), value, move(price), colours.ink, True, 4)

    labels = [
        edge(0.975, 0.95, 1),
        bound(high),
        edge(0.75, 0.5, 0),
        EndLabel(middle, texts.median, texts.number(middle, decimals), "", colours.median, True, 3),
        EndLabel(forecast.close, texts.no_change, "", "", colours.naive, True, 2),
        edge(0.25, 0.5, 0),
        bound(low),
        edge(0.025, 0.95, 1),
    ]
    # Sorting is stable: a median that is exactly "no change" stays above it.
    return sorted(labels, key=lambda label: -label.price)


def column_width(labels: Sequence[EndLabel]) -> float:
    """Return the pixels that the labels need beside the fan, leader lines included."""
    indent = _indent(labels)
    return LEADER + max(
        _start(label, indent)
        + max(
            width(label.value, label.size, bold=label.strong),
            width(label.below, SMALL),
        )
        for label in labels
    )


def draw_ends(canvas: Canvas, labels: Sequence[EndLabel], scale: LogScale, x: float) -> None:
    """Draw the labels that fit beside the fan's end at pixel `x`, each led to its price."""
    kept = list(labels)
    while sum(label.height for label in kept) > scale.top - scale.bottom:
        kept.remove(min(kept, key=lambda label: label.rank))
    kept.reverse()
    wanted = [float(scale.at(label.price)) for label in kept]
    heights = [label.height for label in kept]
    indent = _indent(kept)
    for label, at, y in zip(
        kept, wanted, spread(wanted, heights, scale.bottom, scale.top), strict=True
    ):
        ends = ([x + 5, x + LEADER - 6], [at, y])
        canvas.line(*ends, canvas.colours.muted, 1.5)
        _draw(canvas, label, x + LEADER, float(y), indent)


def _draw(canvas: Canvas, label: EndLabel, left: float, y: float, indent: float) -> None:
    start = left + _start(label, indent)
    lift = (_ROW - 3) / 2 if label.below else 0.0
    canvas.text(left, y, label.tag, label.size, label.colour, bold=label.strong, middle=True)
    canvas.text(
        start, y + lift, label.value, label.size, label.colour, bold=label.strong, middle=True
    )
    canvas.text(start, y - lift, label.below, SMALL, canvas.colours.muted, middle=True)


def _indent(labels: Sequence[EndLabel]) -> float:
    """Return where the values behind percentages stand, so that they are one column."""
    tags = [label for label in labels if label.tag[:1].isdigit() or label.tag[-1:].isdigit()]
    return max((width(t.tag, t.size, bold=t.strong) for t in tags), default=0.0) + _BETWEEN


def _start(label: EndLabel, indent: float) -> float:
    wide = width(label.tag, label.size, bold=label.strong)
    return max(indent, wide + _BETWEEN if label.value else wide)
