"""The cache asks only when there can be something new, and answers when nobody else does."""

import itertools
import logging
import threading
import time
from datetime import UTC, date, datetime, timedelta

import pytest

from forecasting.errors import (
    BadAnswerError,
    NoConnectionError,
    PriceError,
    RateLimitedError,
    UnknownTickerError,
)
from forecasting.prices.cached import LATER, SOON, UNKNOWN_FOR, CachedSource
from forecasting.sessions import sessions_old
from forecasting.values import Bars
from tests.forecasting.prices.market import FRIDAY, NOW, make_bars
from tests.forecasting.prices.scripted import MemoryCache, ScriptedSource

MONDAY_EVENING = datetime(2024, 6, 17, 20, 20, tzinfo=UTC)
MONDAY = date(2024, 6, 17)


def market(ticker: str, now: datetime) -> Bars:
    """A share that trades on each session, a year ahead of the tests."""
    return make_bars(ticker, date(2025, 6, 13), n=700)


def frozen_on_friday(ticker: str, now: datetime) -> Bars:
    return make_bars(ticker, FRIDAY, n=300)


@pytest.fixture
def source() -> ScriptedSource:
    return ScriptedSource(market)


@pytest.fixture
def cache() -> MemoryCache:
    return MemoryCache()


@pytest.fixture
def cached(source: ScriptedSource, cache: MemoryCache) -> CachedSource:
    return CachedSource(source, cache)


def test_over_a_weekend_one_request_serves_all(cached: CachedSource, source: ScriptedSource):
    """From Friday's close to Monday nothing can be new: sixty questions cost one request."""
    first = cached.history("ACME", NOW)
    later = [cached.history("ACME", NOW + timedelta(hours=h)) for h in range(1, 60)]
    assert all(bars is first for bars in later)
    assert len(source.asked) == 1


def test_after_the_next_close_the_tail_is_asked_for(cached: CachedSource, source: ScriptedSource):
    """Until Monday's close is final the kept bars answer; then more is asked for."""
    first = cached.history("ACME", NOW)
    assert cached.history("ACME", MONDAY_EVENING - timedelta(minutes=1)) is first
    second = cached.history("ACME", MONDAY_EVENING)
    assert second.as_of == MONDAY
    assert [known for _, _, known in source.asked] == [None, first]


def test_restart_asks_nothing_while_nothing_has_closed(source: ScriptedSource, cache: MemoryCache):
    """What was fetched on Friday is still there on Sunday in a new process."""
    CachedSource(source, cache).history("ACME", NOW)
    again = CachedSource(source, cache)
    assert again.history("ACME", NOW + timedelta(days=2)).as_of == FRIDAY
    assert len(source.asked) == 1
    again.history("ACME", MONDAY_EVENING)
    assert source.asked[-1][2] is not None


def test_halted_share_is_asked_for_less_and_less(cache: MemoryCache):
    """A day without a new price costs under 45 requests, not 1,440."""
    source = ScriptedSource(frozen_on_friday)
    cached = CachedSource(source, cache)
    cached.history("ACME", NOW)
    for minute in range(24 * 60):
        bars = cached.history("ACME", MONDAY_EVENING + timedelta(minutes=minute))
        assert bars.as_of == FRIDAY
    times = [now for _, now, _ in source.asked[1:]]
    gaps = [b - a for a, b in itertools.pairwise(times)]
    assert gaps[0] == SOON
    assert max(gaps) <= LATER
    assert len(times) < 45


def test_halt_is_noticed_to_be_over_within_the_hour(cache: MemoryCache):
    """However long it lasted, its end is seen within sixty minutes."""
    answers = {"now": make_bars("ACME", FRIDAY)}
    cached = CachedSource(ScriptedSource(lambda *_: answers["now"]), cache)
    cached.history("ACME", MONDAY_EVENING + timedelta(hours=5))
    answers["now"] = make_bars("ACME", MONDAY)
    assert cached.history("ACME", MONDAY_EVENING + timedelta(hours=6)).as_of == MONDAY


@pytest.mark.parametrize(
    "error",
    [
        NoConnectionError("ACME", "scripted", "away"),
        RateLimitedError("ACME", "scripted"),
        BadAnswerError("ACME", "scripted", "html"),
        UnknownTickerError("ACME", "scripted"),
    ],
)
def test_cached_bars_answer_while_the_source_cannot(
    cache: MemoryCache, error: PriceError, caplog: pytest.LogCaptureFixture
):
    """Whatever fails, the last known close is answered with its age, and logged once."""
    answers: list[Bars | PriceError] = [
        make_bars("ACME", FRIDAY, n=300),
        error,
        error,
        market("ACME", NOW),
    ]
    source = ScriptedSource(lambda *_: answers.pop(0))
    cached = CachedSource(source, cache)
    cached.history("ACME", NOW)
    with caplog.at_level(logging.INFO):
        for minute in range(9):  # asked at once, after three minutes, after six more
            bars = cached.history("ACME", MONDAY_EVENING + timedelta(minutes=minute))
            assert (bars.as_of, sessions_old(bars, MONDAY_EVENING)) == (FRIDAY, 1)
        assert cached.history("ACME", MONDAY_EVENING + timedelta(minutes=9)).as_of == MONDAY
    assert len(source.asked) == 4
    events = [record.message.split()[0] for record in caplog.records]
    assert events == ["prices_stale", "prices_fresh_again"]


def test_waiting_time_of_the_source_is_respected(cache: MemoryCache):
    """Thirty minutes of peace that the source asked for are kept to the second."""
    wait_until = MONDAY_EVENING + timedelta(minutes=30)
    answers: list[Bars | PriceError] = [
        make_bars("ACME", FRIDAY),
        RateLimitedError("ACME", "scripted", wait_until),
        make_bars("ACME", MONDAY),
    ]
    cached = CachedSource(ScriptedSource(lambda *_: answers.pop(0)), cache)
    cached.history("ACME", NOW)
    assert cached.history("ACME", MONDAY_EVENING).as_of == FRIDAY
    assert cached.history("ACME", wait_until - timedelta(seconds=1)).as_of == FRIDAY
    assert cached.history("ACME", wait_until).as_of == MONDAY


def test_failure_without_cached_bars_is_the_callers_but_not_for_long(cached: CachedSource):
    """Three questions in twenty seconds share one failure; the fourth tries anew."""
    source = ScriptedSource(lambda t, _: NoConnectionError(t, "scripted", "away"))
    cached = CachedSource(source)
    for seconds in (0, 5, 19):
        with pytest.raises(NoConnectionError):
            cached.history("ACME", NOW + timedelta(seconds=seconds))
    assert len(source.asked) == 1
    source.script = market
    assert cached.history("ACME", NOW + timedelta(seconds=20)).as_of == FRIDAY


def test_unknown_ticker_is_not_asked_for_again_for_hours_even_after_a_restart(cache: MemoryCache):
    """A typing error that is repeated costs the source one request."""
    source = ScriptedSource(
        lambda t, _: UnknownTickerError(t, "scripted", ("ACME",)), offers=("ACNE",)
    )
    for offered in (("ACME",), ("ACNE",)):
        with pytest.raises(UnknownTickerError) as caught:
            CachedSource(source, cache).history("ACMY", NOW + UNKNOWN_FOR / 2)
        assert caught.value.suggestions == offered
    assert len(source.asked) == 1
    source.script = market
    later = NOW + UNKNOWN_FOR * 1.5
    assert CachedSource(source, cache).history("ACMY", later).ticker == "ACMY"


def test_repeated_failure_does_not_grow_its_trace(cached: CachedSource):
    """The fiftieth copy of an error is no longer than the first: a log stays readable."""
    cached = CachedSource(ScriptedSource(lambda t, _: UnknownTickerError(t, "scripted")))
    for _ in range(50):
        with pytest.raises(UnknownTickerError) as caught:
            cached.history("ACMY", NOW)
    assert len(caught.traceback) < 6


def test_fifty_questions_at_once_share_one_fetch(cached: CachedSource, source: ScriptedSource):
    """A crowd that asks for one ticker is one request to the source."""
    source.gate = threading.Event()
    answers: list[Bars] = []
    threads = [
        threading.Thread(target=lambda: answers.append(cached.history("ACME", NOW)))
        for _ in range(50)
    ]
    for thread in threads:
        thread.start()
    source.gate.set()
    for thread in threads:
        thread.join(5)
    assert len(answers) == 50
    assert len({id(bars) for bars in answers}) == 1
    assert len(source.asked) == 1


def test_different_tickers_do_not_wait_for_each_other(source: ScriptedSource, cached: CachedSource):
    """Three tickers are fetched side by side."""
    source.gate = threading.Event()
    threads = [
        threading.Thread(target=cached.history, args=(t, NOW)) for t in ("AAA", "BBB", "CCC")
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 5
    while source.most_at_once < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    source.gate.set()
    for thread in threads:
        thread.join(5)
    assert source.most_at_once == 3


def test_clock_set_back_hides_later_bars_and_keeps_them(
    cached: CachedSource, cache: MemoryCache, source: ScriptedSource
):
    """A replay that goes back to Friday sees no Monday, and nothing is fetched or lost by it."""
    cached.history("ACME", MONDAY_EVENING)
    assert cached.history("ACME", NOW).as_of == FRIDAY
    kept = cache.load_bars("scripted", "ACME")
    assert kept is not None
    assert kept.bars.as_of == MONDAY
    assert cached.history("ACME", MONDAY_EVENING).as_of == MONDAY
    assert len(source.asked) == 1


def test_sources_do_not_share_their_entries(cache: MemoryCache):
    """What one service gave is never answered in the name of another."""
    CachedSource(ScriptedSource(market, name="one"), cache).history("ACME", NOW)
    other = ScriptedSource(market, name="two")
    CachedSource(other, cache).history("ACME", NOW)
    assert len(other.asked) == 1


def test_invented_tickers_do_not_fill_the_memory():
    """Of 3,000 made-up names the oldest are forgotten, the newest remembered."""
    source = ScriptedSource(lambda t, _: UnknownTickerError(t, "scripted"))
    cached = CachedSource(source)
    for i in range(3000):
        with pytest.raises(UnknownTickerError):
            cached.history(f"T{i}", NOW)
    source.asked.clear()
    for ticker in ("T2999", "T0"):
        with pytest.raises(UnknownTickerError):
            cached.history(ticker, NOW)
    assert [ticker for ticker, _, _ in source.asked] == ["T0"]


def test_short_answer_is_asked_again_within_minutes():
    """Eighty rows may be all there is, or a cut answer: it is not left until the next close."""
    source = ScriptedSource(lambda t, _: make_bars(t, n=80))
    cached = CachedSource(source, MemoryCache())
    cached.history("ACME", NOW)
    cached.history("ACME", NOW + timedelta(minutes=2))
    assert len(source.asked) == 1
    cached.history("ACME", NOW + timedelta(minutes=7))
    assert len(source.asked) == 2
    cached.history("ACME", NOW + timedelta(minutes=14))
    assert len(source.asked) == 2


def test_source_that_keeps_failing_is_asked_less_and_less_often():
    """Three minutes, six, twelve: the kept bars answer meanwhile."""
    known = make_bars(n=300).rows(slice(0, -1))
    cache = MemoryCache()
    cache.save_bars("scripted", known, NOW - timedelta(days=1))
    source = ScriptedSource(lambda t, _: BadAnswerError(t, "scripted", "cut"))
    cached = CachedSource(source, cache)
    for minute in range(60):
        assert cached.history("ACME", NOW + timedelta(minutes=minute)).as_of == known.as_of
    assert len(source.asked) == 5
