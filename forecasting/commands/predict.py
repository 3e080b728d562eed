"""`python -m forecasting predict TSLA`: one forecast without Telegram."""

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np

from forecasting.announcements.build import AnnouncementOptions, build_announcements
from forecasting.announcements.known import Announcements
from forecasting.commands.inputs import announcements_option
from forecasting.ended import refuse_ended
from forecasting.errors import ForecastingError, PriceError
from forecasting.forecast import make_forecasts
from forecasting.model.serving import Model, load_pretrained
from forecasting.names.table import name_of
from forecasting.prices.build import SourceOptions, build_source
from forecasting.prices.source import PriceSource
from forecasting.ticker_notation import MARKET_TICKERS
from forecasting.values import HORIZONS, Bars, Forecast, parse_ticker

_SHOWN = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("ticker", help="in Yahoo's notation")
    parser.add_argument(
        "--prices", nargs="+", type=Path, metavar="PATH",
        help="CSV or parquet files or folders; otherwise the sources of PRICE_SOURCE",
    )  # fmt: skip
    announcements_option(parser)
    parser.add_argument(
        "--sessions", type=int, default=HORIZONS[-1], choices=HORIZONS, metavar=f"1..{HORIZONS[-1]}"
    )
    parser.add_argument("--chart", type=Path, help="PNG file to draw")
    parser.add_argument("--json", type=Path, help="JSON file to write")
    parser.add_argument(
        "--as-of",
        type=date.fromisoformat,
        help="hide all later bars; also of a ticker that has ended",
    )


def run(options: Namespace) -> int:
    """Print, draw and write the forecast; return the exit status."""
    try:
        bars, forecast, market = _forecast(options)
    except (ForecastingError, ValueError) as err:
        print(err, file=sys.stderr)
        return 1
    print(table(forecast, options.sessions))
    if options.json:
        options.json.write_text(json.dumps(_json(forecast, options.sessions), indent=1) + "\n")
    if options.chart:
        options.chart.write_bytes(_picture(bars, forecast, market, options))
    return 0


def _picture(bars: Bars, forecast: Forecast, market: Bars | None, options: Namespace) -> bytes:
    from forecasting.charts.fan import About, draw_fan  # noqa: PLC0415 - matplotlib only when drawn

    until = [] if market is None else [market.between(None, bars.as_of)]
    beside = make_forecasts(_model(options), until, market) if until else []
    widths = [one for one in beside if isinstance(one, Forecast)]
    about = About(name=name_of(bars.ticker) or "", market=widths[0] if widths else None)
    return draw_fan(bars, forecast, sessions=options.sessions, about=about)


def _forecast(options: Namespace) -> tuple[Bars, Forecast, Bars | None]:
    now = options.now
    if options.as_of:
        now = min(now, datetime.combine(options.as_of, time(23, 59, 59), UTC))
    source = _source(options.prices)
    bars = source.history(parse_ticker(options.ticker), now).between(None, options.as_of)
    market = _market(source, now)
    if not options.as_of:
        refuse_ended(bars, now, lambda: market)
    known = _known(options, bars.ticker, now)
    answer = make_forecasts(_model(options), [bars], market, known)[0]
    if isinstance(answer, ForecastingError):
        raise answer
    return bars, answer, market


def _model(options: Namespace) -> Model:
    return load_pretrained(() if options.prices else _sources())


def _known(options: Namespace, ticker: str, now: datetime) -> dict[str, Announcements]:
    """Return the ticker's announcements: of the files, else as `ANNOUNCEMENTS` says.

    Prices that need no network ask nobody unless `ANNOUNCEMENTS` says so.
    """
    offline = options.prices or set(_sources()) <= {"files", "sample"}
    paths, usual = options.announcements, "none" if offline else "yahoo"
    named = os.environ.get("ANNOUNCEMENT_FILES", "")
    files = tuple(paths) or tuple(Path(part.strip()) for part in named.split(",") if part.strip())
    name = "files" if paths else os.environ.get("ANNOUNCEMENTS") or usual
    found = AnnouncementOptions(files, os.environ.get("YAHOO_URL") or None)
    try:
        return {ticker: build_announcements(name, found).announcements(ticker, now)}
    except PriceError as err:
        print(f"{err}: no announcements", file=sys.stderr)
        return {}


def _source(prices: list[Path] | None) -> PriceSource:
    if prices:
        return build_source(["files"], SourceOptions(files=tuple(prices)))
    files = os.environ.get("PRICE_FILES", "")
    return build_source(
        _sources(),
        SourceOptions(
            files=tuple(Path(part.strip()) for part in files.split(",") if part.strip()),
            yahoo_url=os.environ.get("YAHOO_URL") or None,
            alphavantage_url=os.environ.get("ALPHAVANTAGE_URL") or None,
            alphavantage_key=os.environ.get("ALPHAVANTAGE_API_KEY") or None,
            tiingo_url=os.environ.get("TIINGO_URL") or None,
            tiingo_key=os.environ.get("TIINGO_API_KEY") or None,
        ),
    )


def _sources() -> list[str]:
    names = os.environ.get("PRICE_SOURCE") or "yahoo"
    return [name.strip() for name in names.split(",") if name.strip()]


def _market(source: PriceSource, now: datetime) -> Bars | None:
    for ticker in MARKET_TICKERS:
        try:
            return source.history(ticker, now)
        except ForecastingError:
            continue
    return None


def table(forecast: Forecast, sessions: int) -> str:
    """Return the forecast as lines of text: dates, prices by level, and the 80 % band in per cent.

    Args:
        forecast: The forecast.
        sessions: How many sessions to show.
    """
    head = f"{forecast.ticker}  close {forecast.close:g} {forecast.currency} on {forecast.as_of}"
    lines = [
        f"{head}  (model {forecast.model_version}, prices from {forecast.source})",
        *(f"caution: {name}" for name in forecast.cautions),
        "session     " + "".join(f"{100 * level:>10g}%" for level in _SHOWN) + "   80 % band",
    ]
    for i, day in enumerate(forecast.targets[:sessions]):
        prices = "".join(f"{forecast.at(i + 1, level):>11.5g}" for level in _SHOWN)
        low, high = (100 * (forecast.at(i + 1, p) / forecast.close - 1) for p in (0.1, 0.9))
        lines.append(f"{day}  {prices}   {low:+.1f} % .. {high:+.1f} %")
    note = f"\n{forecast.note}" if forecast.note else ""
    return "\n".join(lines) + note + "\nNot investment advice."


def _json(forecast: Forecast, sessions: int) -> dict[str, object]:
    data = forecast.to_json()
    for name in ("targets", "quantiles", "usual_width"):
        data[name] = data[name][:sessions]
    moved = 100 * (np.asarray(data["quantiles"]) / forecast.close - 1)
    return {**data, "percent": np.round(moved, 4).tolist()}
