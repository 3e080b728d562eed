"""Many fans on one picture and one scale: what left its range first, then the widest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forecasting.charts.canvas import WIDTH, Canvas
from forecasting.charts.fan import Fan, fan_of
from forecasting.charts.findings import Range, currency_of, range_of
from forecasting.charts.fonts import width
from forecasting.charts.header_footer import (
    MARGIN,
    SMALL,
    TEXT,
    finding,
    fit,
    footer,
    remarks,
    remarks_height,
)
from forecasting.charts.label_layout import spread
from forecasting.charts.ladder import Ladder, rung_of
from forecasting.charts.ladder_axis import draw_fan_bands, draw_today
from forecasting.charts.marks import Before, before_of, draw_before, draw_box
from forecasting.charts.palette import Theme, palette
from forecasting.charts.texts import ENGLISH, ChartTexts, readable
from forecasting.charts.timeline import Timeline
from forecasting.values import HORIZONS, Bars, Forecast

MOST = 20
"""Tickers on one picture."""
_COLUMNS = 2
_GUTTER = 36.0
_CELL = 252.0
_CELL_HEAD = 52.0
_PAD, _RIM = 14.0, 7.0
_HEAD, _FOOT = 140, 72
_LINE = 31.0
_BRACKET = 7.0
"""Pixels below which a range that held is not drawn as a bracket."""


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """One small fan.

    Attributes:
        bars, forecast: What is drawn.
        before: What an earlier forecast promised for today, None where there is none.
        name: Of the company, or the ticker.
    """

    bars: Bars
    forecast: Forecast
    before: Before | None
    name: str

    @property
    def left(self) -> bool:
        """Whether the last close left its range."""
        return self.before is not None and self.before.left

    @property
    def width(self) -> float:
        """Width of the widest 8-in-10 range, as a share of the close."""
        last = len(self.forecast.targets)
        return (self.forecast.at(last, 0.9) - self.forecast.at(last, 0.1)) / self.forecast.close


def draw_small_multiples(
    items: Sequence[tuple[Bars, Forecast]],
    *,
    sessions: int = HORIZONS[-1],
    theme: Theme = Theme.LIGHT,
    texts: ChartTexts = ENGLISH,
    title: str = "",
    before: Mapping[str, Forecast] | None = None,
    names: Mapping[str, str] | None = None,
) -> bytes:
    """Return one picture with a small fan for each ticker, all on one scale.

    Args:
        items: History and forecast of 1 to 20 tickers, in any order.
        sessions: How many sessions ahead to show.
        theme: Light or dark.
        texts: Words and formats of one language.
        title: Whose they are; the count of tickers where it is empty.
        before: By ticker: the forecast shown last, whose range for today is drawn.
        names: By ticker: the company's name.

    Returns:
        An opaque PNG, 1280 pixels wide and as high as it needs; the same bytes for the same
        arguments.

    Raises:
        ValueError: There is no ticker, or more than one picture holds.
    """
    if not 1 <= len(items) <= MOST:
        raise ValueError(f"{len(items)} tickers, a picture holds 1 to {MOST}")
    tiles = tiles_of(items, before or {}, names or {})
    rows = -(-len(items) // _COLUMNS)
    strip = remarks_height(_notes(tiles, texts))
    canvas = Canvas(palette(theme), WIDTH, round(_HEAD + strip + rows * _CELL + _FOOT))
    compose_small_multiples(canvas, tiles, sessions, readable(texts), title)
    return canvas.png()


def tiles_of(
    items: Sequence[tuple[Bars, Forecast]],
    before: Mapping[str, Forecast],
    names: Mapping[str, str],
) -> list[Tile]:
    """Return the tiles in reading order: what left its range first, then the widest."""
    tiles = [
        Tile(
            bars,
            made,
            before_of(bars, made, before.get(made.ticker)),
            names.get(made.ticker) or made.ticker,
        )
        for bars, made in items
    ]
    return sorted(tiles, key=lambda tile: (not tile.left, -tile.width))


def compose_small_multiples(
    canvas: Canvas, tiles: Sequence[Tile], sessions: int, texts: ChartTexts, title: str
) -> None:
    """Draw the picture on a canvas; `draw_small_multiples` says what the arguments are."""
    rung = rung_of((tile.bars, tile.forecast) for tile in tiles)
    strip = _head(canvas, tiles, sessions, texts, title, rung)
    start = canvas.height - _HEAD - (strip - remarks(canvas, _notes(tiles, texts), strip))
    footer(canvas, texts, key=True)
    wide = (canvas.width - 2 * MARGIN - _GUTTER * (_COLUMNS - 1)) / _COLUMNS
    found = _ranges(tiles, sessions, texts)
    room = max(map(_room, found)) + 14
    for place, tile in enumerate(tiles):
        row, column = divmod(place, _COLUMNS)
        left = MARGIN + column * (wide + _GUTTER)
        spot = (left, left + wide, start - row * _CELL)
        _draw_tile(canvas, tile, found[place], spot, sessions, texts, rung, room)


def _head(
    canvas: Canvas,
    tiles: Sequence[Tile],
    sessions: int,
    texts: ChartTexts,
    title: str,
    rung: float,
) -> float:
    whose, left = title or texts.tickers(len(tiles)), sum(tile.left for tile in tiles)
    said = texts.together.format(tickers=whose, left=texts.left(left)) if left else whose
    if not left and len(tiles) > 1:
        said = texts.widest_first.format(tickers=whose)
    ahead = texts.sessions_ahead(min(sessions, *(len(t.forecast.targets) for t in tiles)))
    scale = "±" + texts.share(rung, 0)
    return finding(canvas, [said], [texts.one_scale.format(sessions=ahead, rung=scale)])


def _notes(tiles: Sequence[Tile], texts: ChartTexts) -> list[str]:
    notes = dict.fromkeys(texts.noted(tile.forecast.note) for tile in tiles)
    return [note for note in notes if note]


def _draw_tile(
    canvas: Canvas,
    tile: Tile,
    found: Range,
    place: tuple[float, float, float],
    sessions: int,
    texts: ChartTexts,
    rung: float,
    room: float,
) -> None:
    left, right, top = place
    if tile.left:
        _tint(canvas, (left - _PAD, top - _CELL + 12, right + _PAD, top))
    _draw_name(canvas, tile, left, right, top - 36, texts)
    fan = fan_of(tile.bars, tile.forecast, sessions)
    ladder = Ladder(tile.forecast.close, rung, top - _CELL + 24, top - _CELL_HEAD)
    line = Timeline(left, right - room, len(fan.past), fan.ahead)
    _draw_fan(canvas, tile, fan, line, ladder)
    wanted = [float(ladder.at(price)) for price in (found.low, found.high)]
    places = spread(wanted, [2 * _LINE] * 2, ladder.bottom - 8, ladder.top + 8)
    colours, x = canvas.colours, line.right + 14
    for price, move, y in zip(found.prices, found.moves, places, strict=True):
        canvas.text(x, y + _LINE / 2, price, TEXT, colours.ink, bold=True, middle=True)
        canvas.text(x, y - _LINE / 2 + 1, move, SMALL, colours.muted, middle=True)


def _tint(canvas: Canvas, ends: tuple[float, float, float, float]) -> None:
    """Set a tile off by its head and rim; its bands keep the ground that they are seen best on."""
    left, bottom, right, top = ends
    canvas.box(*ends, canvas.colours.warn_paper, radius=14)
    inner = (left + _RIM, bottom + _RIM, right - _RIM, top - _CELL_HEAD + 2)
    canvas.box(*inner, canvas.colours.paper, radius=8)


def _ranges(tiles: Sequence[Tile], sessions: int, texts: ChartTexts) -> list[Range]:
    """Return what each tile prints, with the same decimals on all."""
    ends = [min(sessions, len(tile.forecast.targets)) for tile in tiles]
    pairs = list(zip(tiles, ends, strict=True))
    own = [range_of(tile.forecast, end, texts) for tile, end in pairs]
    return [range_of(tile.forecast, end, texts, own) for tile, end in pairs]


def _room(found: Range) -> float:
    prices = max(width(price, TEXT, bold=True) for price in found.prices)
    return max(prices, *(width(move, SMALL) for move in found.moves))


def _draw_name(
    canvas: Canvas, tile: Tile, left: float, right: float, y: float, texts: ChartTexts
) -> None:
    colours, room = canvas.colours, right - left
    if tile.left and tile.before is not None:
        said = texts.above if tile.before.side == "above" else texts.below
        wide = width(said, SMALL, bold=True) + 28
        draw_box(canvas, right - wide, y, said, left=True)
        room -= wide + 16
    text, size = fit(tile.name, TEXT + 2, room, bold=True)
    wide = canvas.text(left, y, text, size, colours.ink, bold=True)
    price = texts.exact(tile.forecast.close, currency_of(tile.forecast))
    ticker = tile.forecast.ticker
    longest = f"{ticker} {price}" if tile.name != ticker else price
    for beside in (longest, price):
        if wide + 14 + width(beside, TEXT) <= room:
            canvas.text(left + wide + 14, y, beside, TEXT, colours.muted)
            break


def _draw_fan(canvas: Canvas, tile: Tile, fan: Fan, line: Timeline, ladder: Ladder) -> None:
    colours = canvas.colours
    for mark in ladder.marks():
        y = float(ladder.at(ladder.close * (1 + mark)))
        canvas.line([line.left, line.right], [y, y], colours.grid, 1.5)
    draw_fan_bands(canvas, line, ladder, fan.edges, 2)
    draw_today(canvas, line, ladder)
    canvas.line(line.xs[: fan.now + 1], ladder.at(fan.past), colours.past, 3)
    before = tile.before
    if before is not None and (before.left or _is_tall(before, ladder)):
        draw_before(canvas, before, line.now, ladder, cap=11)
    canvas.dot(line.now, float(ladder.at(fan.past[-1])), 5, colours.past, ring=colours.paper)


def _is_tall(before: Before, ladder: Ladder) -> bool:
    """Return whether a range shows as a bracket, or would be a blot."""
    return float(ladder.at(before.high) - ladder.at(before.low)) >= _BRACKET
