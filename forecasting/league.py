"""The league's rules: calls on the model's own fifths, their scores, and the table of a season.

A question is asked on a forecast that is in the ledger already. Its edges are that forecast's own
20, 40, 60 and 80 % quantiles, so that each of the five answers is worth one in five by construction
and nobody wins by calling what is likely anyway. Nothing here knows a chat, a table or a clock.

A call that is *sure* puts everything on one fifth. One that is *unsure* is a mixture: half of it is
the sure call, half is one in five each: the chosen fifth has 6 in 10, each other 1 in 10.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean

from forecasting.sessions import exchange_of, previous_session, session_open
from forecasting.values import Forecast

FIFTHS = 5
EDGE_LEVELS = (0.2, 0.4, 0.6, 0.8)
LEAST_CALLS = 3
"""Scored calls of a season below which a player has points, but no rank."""
PRIOR_CALLS = 3
"""Calls worth the season's mean that are added to each player's own: a lucky one leads nothing."""
MODEL_CHANCES = (1 / FIFTHS,) * FIFTHS
"""What the model says to its own fifths."""
WORST_SCORE = FIFTHS - 1.0
_FRIDAY = 4
_SAME_POINTS = 9
"""Decimals: points that differ by rounding only are equal."""

Edges = tuple[float, float, float, float]
Chances = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LeagueQuestion:
    """What can be called about a forecast.

    Attributes:
        horizon: Sessions ahead of the forecast's as-of.
        target: The session whose official close decides.
        edges: Prices between the fifths, in the forecast's currency and share count, rising.
        closes_at: From this instant on no call is taken or changed.
    """

    horizon: int
    target: date
    edges: Edges
    closes_at: datetime


def question_of(forecast: Forecast, now: datetime) -> LeagueQuestion | None:
    """Return what is asked about a forecast: the week's last close that can still be called.

    That is the last session up to Friday of this week or a later one. Calls are taken until the
    session before the target opens, so that nobody calls with that day's prices in sight.

    Args:
        forecast: Of the ticker.
        now: Aware.

    Returns:
        None where no target of the forecast can be called any more.
    """
    exchange = exchange_of(forecast.ticker)
    for target in _last_of_weeks(forecast.targets):
        closes_at = session_open(exchange, previous_session(exchange, target))
        if closes_at > now:
            horizon = forecast.targets.index(target) + 1
            return LeagueQuestion(horizon, target, edges_of(forecast, horizon), closes_at)
    return None


def _last_of_weeks(targets: Sequence[date]) -> list[date]:
    weeks: dict[tuple[int, int], date] = {}
    for day in targets:
        if day.weekday() <= _FRIDAY:
            weeks[day.isocalendar()[:2]] = day
    return list(weeks.values())


def edges_of(forecast: Forecast, horizon: int) -> Edges:
    """Return the prices at 20, 40, 60 and 80 %, interpolated between the forecast's levels."""
    first, second, third, fourth = (forecast.at(horizon, level) for level in EDGE_LEVELS)
    return first, second, third, fourth


def fifth_of(close: float, edges: Edges) -> int:
    """Return which fifth a close is in, 0 (lowest) to 4; one on an edge is in the lower."""
    return sum(close > edge for edge in edges)


def chances_of(fifth: int, *, sure: bool) -> Chances:
    """Return the distribution over the fifths that a call stands for.

    Args:
        fifth: 0..4.
        sure: Else half of it is one in five each.
    """
    certain = [1.0 if place == fifth else 0.0 for place in range(FIFTHS)]
    if sure:
        return tuple(certain)
    return tuple((own + flat) / 2 for own, flat in zip(certain, MODEL_CHANCES, strict=True))


def ranked_probability_score(chances: Sequence[float], came: int) -> float:
    """Return the ranked probability score of a distribution over the fifths.

    RPS = sum over k of (F(k) - [came <= k])^2 (Epstein 1969, Journal of Applied Meteorology 8(6)),
    0 (best) to 4. It is proper: who says what they believe scores best on average.

    Args:
        chances: Shape (5,), adding up to 1.
        came: The fifth of the close, 0..4.
    """
    score, reached = 0.0, 0.0
    for place, chance in enumerate(chances[:-1]):
        reached += chance
        score += (reached - (came <= place)) ** 2
    return score


def points_of(score: float) -> float:
    """Return a score as points, 0 (worst) to 100 (best); one in five each gets 80 on average."""
    return 100.0 * (1.0 - score / WORST_SCORE)


def call_points(fifth: int, came: int, *, sure: bool) -> float:
    """Return the points of a call."""
    return points_of(ranked_probability_score(chances_of(fifth, sure=sure), came))


def model_points(came: int) -> float:
    """Return the points of the model: one in five each, whatever came."""
    return points_of(ranked_probability_score(MODEL_CHANCES, came))


def season_of(day: date) -> str:
    """Return the season that a target belongs to: a quarter, such as `2025Q3`."""
    return f"{day.year}Q{(day.month + 2) // 3}"


@dataclass(frozen=True, slots=True)
class TableLine:
    """One player in the table of a season.

    Attributes:
        player: Who, in the caller's own terms.
        calls: Scored calls.
        points: Mean points, drawn towards the mean of all calls.
        rank: 1 is best; equal points share one and the next is left out. None below `LEAST_CALLS`.
    """

    player: int
    calls: int
    points: float
    rank: int | None


def standings(points: Iterable[tuple[int, float]], mean: float | None = None) -> list[TableLine]:
    """Return the table of a season: the ranked by points, then the others by points.

    A player's points are (sum + 3 x mean) / (calls + 3): few calls say little, and a player with
    few is taken to be like all others as far as they say nothing.

    Args:
        points: Of each scored call, with its player.
        mean: Of all calls of the season; of `points` if not given. It is given where calls were
            erased since, so that nobody else's points move.
    """
    calls: dict[int, list[float]] = {}
    for player, own in points:
        calls.setdefault(player, []).append(own)
    if not calls:
        return []
    if mean is None:
        mean = fmean(own for owns in calls.values() for own in owns)
    shrunk = {
        player: round((sum(owns) + PRIOR_CALLS * mean) / (len(owns) + PRIOR_CALLS), _SAME_POINTS)
        for player, owns in calls.items()
    }
    ranked = [shrunk[player] for player, owns in calls.items() if len(owns) >= LEAST_CALLS]
    table = [
        TableLine(player, len(owns), shrunk[player], _rank(shrunk[player], len(owns), ranked))
        for player, owns in calls.items()
    ]
    return sorted(table, key=lambda one: (one.rank is None, -one.points, one.player))


def _rank(points: float, calls: int, ranked: Sequence[float]) -> int | None:
    if calls < LEAST_CALLS:
        return None
    return 1 + sum(other > points for other in ranked)
