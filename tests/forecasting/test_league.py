"""The league's rules: edges, fifths, scores and the table, by hand and against `scoringrules`."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
import scoringrules

from forecasting.league import (
    FIFTHS,
    MODEL_CHANCES,
    LeagueQuestion,
    call_points,
    chances_of,
    edges_of,
    fifth_of,
    model_points,
    points_of,
    question_of,
    ranked_probability_score,
    season_of,
    standings,
)
from tests.bot.markets import plain_forecast, walk

EDGES = (90.0, 95.0, 105.0, 110.0)


def test_the_edges_are_the_forecasts_own_quantiles():
    """The levels 20, 40, 60 and 80 % are the columns 3, 5, 7 and 9 of every forecast."""
    forecast = plain_forecast(walk())
    assert edges_of(forecast, 4) == tuple(forecast.quantiles[3, [3, 5, 7, 9]])


def test_each_close_is_in_one_fifth_and_an_edge_belongs_to_the_lower():
    """Five prices, one in each fifth, and the four edges themselves."""
    assert [fifth_of(close, EDGES) for close in (1, 92, 100, 107, 999)] == [0, 1, 2, 3, 4]
    assert [fifth_of(close, EDGES) for close in EDGES] == [0, 1, 2, 3]


def test_an_unsure_call_is_half_the_fifth_and_half_one_in_five():
    """Half of 1 and half of 0.2 is 0.6; each other fifth has half of 0.2."""
    assert chances_of(1, sure=True) == (0, 1, 0, 0, 0)
    assert chances_of(1, sure=False) == pytest.approx((0.1, 0.6, 0.1, 0.1, 0.1))


@pytest.mark.parametrize("sure", [True, False])
def test_every_score_is_that_of_an_independent_library(sure):
    """All 25 pairs of a call and a close, and the model's five, agree with `scoringrules`."""
    for came in range(FIFTHS):
        for fifth in range(FIFTHS):
            chances = chances_of(fifth, sure=sure)
            expected = scoringrules.rps_score(np.array([came + 1]), np.array([chances]))[0]
            assert ranked_probability_score(chances, came) == pytest.approx(expected, abs=1e-12)
        flat = scoringrules.rps_score(np.array([came + 1]), np.array([MODEL_CHANCES]))[0]
        assert ranked_probability_score(MODEL_CHANCES, came) == pytest.approx(flat, abs=1e-12)


def test_points_are_told_from_100_to_0():
    """A sure call loses 25 for each fifth it is off; the model gets 70, 85, 90, 85, 70: 80 at mean.

    Unsure and right in the middle: 0.1, 0.2 below, 0.2, 0.1 above, squared 0.1, hence 97.5.
    """
    assert [call_points(0, came, sure=True) for came in range(5)] == [100, 75, 50, 25, 0]
    assert [model_points(came) for came in range(5)] == pytest.approx([70, 85, 90, 85, 70])
    assert call_points(2, 2, sure=False) == pytest.approx(97.5)
    assert points_of(4.0) == 0


def test_whoever_believes_in_the_fan_does_best_with_the_models_answer():
    """Over closes that fall into each fifth alike, no call beats one in five each: it is proper."""
    model = np.mean([model_points(came) for came in range(5)])
    for fifth in range(5):
        for sure in (True, False):
            assert np.mean([call_points(fifth, came, sure=sure) for came in range(5)]) < model


def asked_on(day: date, now: datetime) -> LeagueQuestion:
    bars = walk()
    row = int(np.searchsorted(bars.sessions, np.datetime64(day)))
    question = question_of(plain_forecast(bars, row), now)
    assert question is not None
    return question


def test_a_question_is_about_the_friday_whose_thursday_has_not_opened():
    """Asked on Monday evening it is this Friday, June 7 2019, open until Thursday at 9:30."""
    question = asked_on(date(2019, 6, 3), datetime(2019, 6, 3, 22, tzinfo=UTC))
    assert (question.target, question.horizon) == (date(2019, 6, 7), 4)
    assert question.closes_at == datetime(2019, 6, 6, 13, 30, tzinfo=UTC)


def test_once_thursday_has_opened_the_question_is_about_next_friday():
    """Nobody calls a close with the day before it in sight."""
    asked = datetime(2019, 6, 6, 13, 30, tzinfo=UTC)
    question = asked_on(date(2019, 6, 5), asked)
    assert question.target == date(2019, 6, 14)


def test_in_a_week_without_a_friday_its_last_session_decides():
    """Good Friday 2019 was April 19: the week ends on Thursday, and calls on Wednesday's open."""
    question = asked_on(date(2019, 4, 15), datetime(2019, 4, 15, 22, tzinfo=UTC))
    assert question.target == date(2019, 4, 18)
    assert question.closes_at == datetime(2019, 4, 17, 13, 30, tzinfo=UTC)


def test_a_season_is_the_quarter_of_the_target():
    """The first and the last day of quarters."""
    days = [date(2025, 1, 1), date(2025, 3, 31), date(2025, 4, 1), date(2025, 12, 31)]
    assert [season_of(day) for day in days] == ["2025Q1", "2025Q1", "2025Q2", "2025Q4"]


def test_one_lucky_call_leads_nothing():
    """Seven calls with a mean of 500 / 7; each player's points have three of that mean added.

    1: (300 + 3m) / 6, 2: (100 + 3m) / 6, 3: (100 + 3m) / 4 and too few calls for a rank.
    """
    table = standings([(1, 100)] * 3 + [(2, 0), (2, 50), (2, 50)] + [(3, 100)])
    mean = 500 / 7
    assert [(one.player, one.calls, one.rank) for one in table] == [
        (1, 3, 1),
        (2, 3, 2),
        (3, 1, None),
    ]
    assert [one.points for one in table] == pytest.approx(
        [(300 + 3 * mean) / 6, (100 + 3 * mean) / 6, (100 + 3 * mean) / 4]
    )


def test_equal_points_share_a_rank_and_the_next_is_left_out():
    """Ties in whatever order the calls came: 1, 1, 3; the sums differ by rounding only."""
    calls = [(1, 0.1), (1, 0.2), (1, 0.3), (2, 0.3), (2, 0.2), (2, 0.1), *[(3, 0.0)] * 3]
    assert [one.rank for one in standings(calls)] == [1, 1, 3]


def test_with_the_seasons_mean_given_nobody_moves_when_a_players_calls_are_gone():
    """The mean is of all calls that were scored, also of those that were erased since."""
    calls = [(1, 100.0), (1, 90.0), (1, 80.0), (2, 10.0), (2, 20.0), (2, 30.0)]
    whole = {one.player: one.points for one in standings(calls)}
    left = standings(calls[:3], mean=55.0)
    assert [one.points for one in left] == [whole[1]]


def test_a_season_without_calls_has_an_empty_table():
    """Nothing is divided by nothing."""
    assert standings([]) == []
