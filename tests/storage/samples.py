"""Made-up values for storage tests."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np

from forecasting.values import HORIZONS, LEVELS, Bars, Forecast
from storage.records.baskets import BasketPart, NewBasket
from storage.records.chats import ForecastMessage, NewAlert, Place, PlaceSettings
from storage.records.inbox import Arrival, Claim
from storage.records.league import NewRound
from storage.records.ledger import CorrectingRow, Resolution
from storage.records.questions import NewQuestion
from storage.records.work import Holder, NewModel, OutboxItem, PhotoKey, TrainingResult
from storage.store import Store

NOW = datetime(2021, 3, 4, 21, 30, 15, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
AS_OF = date(2021, 3, 4)


def forecast(
    ticker: str = "TSLA", as_of: date = date(2021, 3, 4), *, version: str = "m1", seed: int = 0
) -> Forecast:
    """Return a forecast with numbers that no rounding would leave alone."""
    rng = np.random.default_rng(seed)
    close = float(rng.uniform(1.0, 900.0))
    steps = np.sort(rng.normal(0.0, 0.1, (len(HORIZONS), len(LEVELS))), axis=1)
    return Forecast(
        ticker=ticker,
        as_of=as_of,
        close=close,
        targets=tuple(as_of + timedelta(days=h) for h in HORIZONS),
        quantiles=close * np.exp(steps),
        currency="USD",
        source="files",
        model_version=version,
        data_digest=f"{seed:016x}",
        usual_width=np.where(np.arange(len(HORIZONS)) % 3 == 0, np.nan, 0.1),
        cautions=("no-market",),
        note="ä note — with ✓ signs",
    )


def bars(ticker: str = "TSLA", n: int = 600, seed: int = 0) -> Bars:
    """Return a random walk of `n` sessions."""
    rng = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0, 0.02, n)))
    opened = close * np.exp(rng.normal(0, 0.01, n))
    return Bars(
        ticker=ticker,
        sessions=np.datetime64("2015-01-01") + np.arange(n),
        open=opened,
        high=np.maximum(opened, close) * 1.01,
        low=np.minimum(opened, close) * 0.99,
        close=close,
        adj_close=close * 0.97,
        volume=rng.integers(0, 10**9, n).astype(float),
        currency="USD",
        source="yahoo",
        exchange="XNYS",
        note="a sample",
    )


def result(forecast_id: int, horizon: int = 1, **changes: Any) -> Resolution:
    """Return what came of a forecast; all bands held unless `changes` says otherwise."""
    given: dict[str, Any] = {
        "close": 100.5,
        "log_return": 0.01,
        "pit": 0.61,
        "in_50": True,
        "in_80": True,
        "in_95": True,
        "abs_error": 0.02,
        "naive_abs_error": 0.03,
        "loss": 0.005,
        "naive_loss": 0.006,
    } | changes
    return Resolution(forecast_id, horizon, AS_OF + horizon * DAY, "resolved", **given)


def void(forecast_id: int, horizon: int = 1) -> Resolution:
    """Return a result that nobody can know."""
    return Resolution(forecast_id, horizon, AS_OF + horizon * DAY, "void", reason="halted")


def question(place: Place, forecast_id: int, ticker: str = "TSLA") -> NewRound:
    """Return a question that is open until a day from now."""
    target = AS_OF + 2 * DAY
    edges = (80.125, 90.25, 110.5, 120.0)
    return NewRound(place, ticker, forecast_id, 2, target, "2021Q1", NOW + DAY, edges)


def everything(store: Store) -> None:
    """Put at least one row into every table."""
    place = Place(-1001234567890, 7)
    store.see_chat(place.chat_id)
    store.save_settings(place, PlaceSettings(zone="Asia/Tokyo", quiet=(time(22), time(7))), NOW)
    store.remember_ticker(place, 42, "TSLA", NOW)
    store.subscribe(place, ["TSLA", "AAPL"], 42, NOW)
    issued = [store.issue(forecast(seed=seed), NOW) for seed in range(3)]
    store.publish_head(date(2021, 3, 4), NOW)
    store.save_forecast_message(ForecastMessage(place, 9, issued[0].id, 42, NOW, 20))
    store.add_alert(NewAlert(place, 42, "TSLA", "band", forecast_id=issued[1].id), NOW)
    old = date(2020, 3, 4)
    past = store.issue(forecast(as_of=old, seed=3), NOW).id
    store.resolve([replace(result(past, h), target=old + h * DAY) for h in HORIZONS], NOW)
    store.archive(date(2020, 9, 1), 10)
    store.resolve([Resolution(issued[0].id, 1, date(2021, 3, 5), "void", reason="halted")], NOW)
    right = Resolution(issued[0].id, 1, date(2021, 3, 5), "resolved", close=101.5)
    store.correct([CorrectingRow("TSLA", right, None, "price-corrected")], NOW)
    asked = NewQuestion(place, 42, issued[0].id, 1, date(2021, 3, 5), "above", 99.5, 0.0, 0.3)
    store.add_question(asked, NOW)
    part = BasketPart(issued[0].id, 1, 1.0)
    store.add_basket(NewBasket((part,), issued[0].forecast.targets[0], 0.9, 1.1), NOW)
    store.save_photo(PhotoKey(7, issued[0].id, "fan", 20, "dark", "en"), "AgACAgQAAx", NOW)
    store.save_bars("yahoo", bars(), NOW)
    store.save_unknown("yahoo", "NOPE", NOW)
    store.enqueue([OutboxItem(place, "digest", "2021-03-04", NOW, '{"é": 1}')], NOW)
    store.take_in(42, [Arrival(100_000_001, place.chat_id, 7, '{"é": 1}', NOW)], Claim("one", NOW))
    store.save_model(NewModel("v1", "TSLA", b"\x00onnx\xff", "{}", b"keras"), NOW)
    store.promote("v1", "TSLA", NOW)
    store.save_training_result(TrainingResult("TSLA", date(2021, 3, 4), "promoted"))
    store.start_job("retrain", "2021-03-04", NOW)
    store.finish_item("retrain", "2021-03-04", "TSLA", "promoted", NOW)
    store.take_lease("leader", Holder("host", "-", 1, "one"), NOW, NOW + MINUTE)
    store.save_note("clock", "2021-03-04")
    store.change_shared(1, ["all"], lambda now, _: {"all": ("{}", now + 60)})
    store.set_league(place, on=True)
    called, _ = store.ask_round(question(place, issued[0].id), NOW)
    store.save_call(called.id, 42, NOW, fifth=3)
    store.close_rounds(NOW + DAY)
