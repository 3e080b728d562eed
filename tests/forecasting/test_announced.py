"""Forecasts see the announcements that are at hand, and never wait for others."""

import numpy as np

from forecasting.announcements.known import PRE, Announcements
from forecasting.chances import chance_above
from forecasting.forecast import make_forecasts
from forecasting.model.serving import load_pretrained
from forecasting.sessions import next_session
from forecasting.values import Forecast
from tests.forecasting.simulated import garch_walk


def _made(bars, known=None) -> Forecast:
    (answer,) = make_forecasts(load_pretrained(), [bars], None, known)
    assert isinstance(answer, Forecast)
    return answer


def _width(forecast: Forecast, horizon: int) -> float:
    return forecast.at(horizon, 0.9) / forecast.at(horizon, 0.1) - 1


def test_a_known_eve_is_wide_on_the_day_and_not_for_ever():
    """The next session's band is far wider with the date; at 20 sessions hardly."""
    bars = garch_walk(1200, 1)
    told = Announcements(
        bars.ticker,
        np.array([next_session(bars.exchange, bars.as_of)], "datetime64[D]"),
        np.array([PRE], np.int8),
        "files",
    )
    plain = _made(bars)
    dated = _made(bars, {bars.ticker: told})
    assert _width(dated, 1) > 1.5 * _width(plain, 1)
    assert _width(dated, 20) < 1.3 * _width(plain, 20)


def test_a_forecast_without_dates_says_so():
    """A share of which nobody was asked when it reports carries the caution; with dates none."""
    bars = garch_walk(700, 2)
    told = Announcements(
        bars.ticker, np.array(["2010-05-03"], "datetime64[D]"), np.array([PRE], np.int8), "files"
    )
    plain = _made(bars)
    dated = _made(bars, {bars.ticker: told})
    assert "dates-unasked" in plain.cautions
    assert not {"no-dates", "dates-unasked"} & set(dated.cautions)


def test_fans_bet_on_no_direction():
    """The median is the close and the chance of a close above it is a half, at every horizon."""
    made = _made(garch_walk(900, 3))
    for horizon in (1, 5, 20):
        assert abs(made.at(horizon, 0.5) / made.close - 1) < 1e-9
        assert abs(chance_above(made, made.close, horizon) - 0.5) < 1e-6
