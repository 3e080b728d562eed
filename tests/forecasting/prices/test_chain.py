"""The chain takes the first answer, leaves alone who asked for it, and reports what tells most."""

import logging
import threading
from datetime import datetime, timedelta

import pytest

from forecasting.errors import (
    BadAnswerError,
    NoConnectionError,
    PriceError,
    RateLimitedError,
    TooLittleHistoryError,
    UnknownTickerError,
)
from forecasting.prices.chain import BREATH, HUNG, PAUSE, ChainSource
from forecasting.values import Bars
from tests.forecasting.prices.market import NOW, make_bars
from tests.forecasting.prices.planted import scaled
from tests.forecasting.prices.scripted import ScriptedSource

ERRORS: dict[str, PriceError] = {
    "unknown": UnknownTickerError("ACME", "x", ("ACMX",)),
    "away": NoConnectionError("ACME", "x", "away"),
    "limited": RateLimitedError("ACME", "x"),
    "bad": BadAnswerError("ACME", "x", "html"),
    "little": TooLittleHistoryError("ACME", "x", 1, 0),
}


def answering(name: str) -> ScriptedSource:
    return ScriptedSource(lambda t, _: make_bars(t, source=name), name=name)


def failing(kind: str, name: str = "bad") -> ScriptedSource:
    return ScriptedSource(lambda *_: ERRORS[kind], name=name)


def test_first_source_answers_and_the_second_is_left_alone():
    """The order in the settings is the order of asking, and a good answer ends it."""
    first, second = answering("one"), answering("two")
    chain = ChainSource([first, second])
    assert chain.history("ACME", NOW).source == "one"
    assert second.asked == []
    assert chain.name == "one,two"


@pytest.mark.parametrize("kind", ERRORS)
def test_whatever_fails_the_next_source_is_tried(kind: str):
    """Five kinds of failure, and each time the second source is handed what is known already."""
    known = make_bars()
    second = answering("two")
    assert ChainSource([failing(kind), second]).history("ACME", NOW, known).source == "two"
    assert second.asked == [("ACME", NOW, known)]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (("unknown", "away"), NoConnectionError),
        (("away", "unknown"), NoConnectionError),
        (("limited", "unknown"), RateLimitedError),
        (("limited", "away"), RateLimitedError),
        (("bad", "unknown"), BadAnswerError),
        (("little", "unknown"), TooLittleHistoryError),
        (("unknown", "unknown"), UnknownTickerError),
    ],
)
def test_error_that_tells_most_is_raised(kinds: tuple[str, str], expected: type[PriceError]):
    """ "Unknown" is said only when every source says it: one that was away may have known."""
    chain = ChainSource([failing(kinds[0], "one"), failing(kinds[1], "two")])
    with pytest.raises(PriceError) as caught:
        chain.history("ACME", NOW)
    assert type(caught.value) is expected


def test_suggestions_of_all_sources_are_kept():
    """What each source takes for similar is offered, each ticker once."""
    other = ScriptedSource(lambda t, _: UnknownTickerError(t, "two", ("ACMZ", "ACMX")), name="two")
    with pytest.raises(UnknownTickerError) as caught:
        ChainSource([failing("unknown", "one"), other]).history("ACME", NOW)
    assert caught.value.suggestions == ("ACMX", "ACMZ")


def test_limited_source_is_left_alone_until_it_said():
    """A source that asks for half an hour's peace gets it, and is asked again on the minute."""
    wait = NOW + timedelta(minutes=30)
    answers: list[Bars | PriceError] = [
        RateLimitedError("ACME", "one", wait),
        make_bars(source="one"),
    ]
    first = ScriptedSource(lambda *_: answers.pop(0), name="one")
    chain = ChainSource([first, answering("two")])
    for minutes in (0, 1, 29):
        assert chain.history("ACME", NOW + timedelta(minutes=minutes)).source == "two"
    assert len(first.asked) == 1
    assert chain.history("ACME", wait).source == "one"


def test_limited_source_alone_says_until_when():
    """Whoever asked is told the minute from which it makes sense to ask again."""
    chain = ChainSource([failing("limited", "one")])
    for seconds in (0, 10):
        with pytest.raises(RateLimitedError) as caught:
            chain.history("ACME", NOW + timedelta(seconds=seconds))
    assert caught.value.retry_at == NOW + PAUSE


def test_source_that_is_away_twice_is_left_alone_for_a_breath():
    """Two failures in a row spare the next three questions their wait."""
    source = failing("away", "one")
    chain = ChainSource([source])
    for _ in range(5):
        with pytest.raises(NoConnectionError):
            chain.history("ACME", NOW)
    assert len(source.asked) == 2
    with pytest.raises(NoConnectionError):
        chain.history("ACME", NOW + BREATH)
    assert len(source.asked) == 3


def test_fifty_tickers_do_not_each_wait_for_a_source_that_is_away():
    """Two of fifty askers wait; the others are told at once what those two found."""

    def away(ticker: str, now: datetime) -> PriceError:
        threading.Event().wait(0.05)
        return NoConnectionError(ticker, "one", "away")

    source = ScriptedSource(away, name="one")
    chain = ChainSource([source], one_at_a_time=True)
    failures: list[str] = []

    def ask(ticker: str) -> None:
        try:
            chain.history(ticker, NOW)
        except NoConnectionError:
            failures.append(ticker)

    threads = [threading.Thread(target=ask, args=(f"T{i}",)) for i in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert len(failures) == 50
    assert source.most_at_once == 1
    assert len(source.asked) == 2


def test_failure_and_recovery_are_logged_once_each(caplog: pytest.LogCaptureFixture):
    """Four questions over an outage make two lines for the operators."""
    answers: list[Bars | PriceError] = [ERRORS["away"], ERRORS["away"], make_bars(), make_bars()]
    chain = ChainSource([ScriptedSource(lambda *_: answers.pop(0), name="one"), answering("two")])
    with caplog.at_level(logging.INFO):
        for minute in range(4):
            chain.history("ACME", NOW + timedelta(minutes=minute))
    events = [record.message.split()[0] for record in caplog.records]
    assert events == ["price_source_failing", "price_source_recovered"]


def test_unknown_ticker_is_no_failure_of_the_source(caplog: pytest.LogCaptureFixture):
    """A typing error of a person makes no line in the log."""
    with caplog.at_level(logging.INFO), pytest.raises(UnknownTickerError):
        ChainSource([failing("unknown")]).history("ACME", NOW)
    assert caplog.records == []


def test_search_takes_the_first_source_that_offers_something():
    """A first source that finds nothing does not end the search."""
    first, second = answering("one"), answering("two")
    second.offers = ("ACME",)
    assert ChainSource([first, second]).search("acm", NOW) == ("ACME",)


def test_chain_of_nothing_cannot_be_made():
    """No source at all is an error at the start, not at the first question."""
    with pytest.raises(ValueError, match="at least one"):
        ChainSource([])


def test_dead_host_costs_one_wait():
    """Fifty tickers on a source that hangs are told within the time of one."""
    hanging = ScriptedSource(lambda t, _: NoConnectionError(t, "x", "Timeout", hung=True))
    chain = ChainSource([hanging], one_at_a_time=True)
    for number in range(50):
        with pytest.raises(NoConnectionError):
            chain.history(f"T{number}", NOW)
    assert len(hanging.asked) == 1
    with pytest.raises(NoConnectionError):
        chain.history("T0", NOW + HUNG)
    assert len(hanging.asked) == 2


def fallen(bars: Bars, factor: float) -> Bars:
    """The same with the newest day elsewhere as a whole, at its usual volume."""
    return scaled(bars, slice(-1, None), factor)


@pytest.mark.parametrize(
    ("ticker", "factor", "market", "passes"),
    [
        ("ACME", 0.6, 0.88, True),  # the market fell 12 % that day
        ("ACME", 0.6, 1.12, False),  # the market rose
        ("ACME", 0.6, 0.98, False),  # a day like others
        ("ACME", 0.01, 0.88, False),  # pence for pounds, in a crash as well
        ("ACME", 0.5, 0.88, False),  # just the ratio of a split
    ],
)
def test_a_fall_with_the_whole_market_passes_the_same_day(
    ticker: str, factor: float, market: float, passes: bool
):
    """In March 2020 shares lost a third in a day with all others; units and splits still wait."""
    days = {t: fallen(make_bars(t, n=300), f) for t, f in ((ticker, factor), ("SPY", market))}
    chain = ChainSource([ScriptedSource(lambda t, _: days[t], name="one")])
    found = chain.history(ticker, NOW)
    assert (found.held_back is None) == passes
    assert (found.as_of == days[ticker].as_of) == passes


def test_a_market_that_cannot_be_had_confirms_nothing():
    """The doubt stands where SPY and the index are unknown."""
    bars = fallen(make_bars(n=300), 0.6)
    answers = {"ACME": bars}
    unknown = UnknownTickerError("SPY", "one")
    chain = ChainSource([ScriptedSource(lambda t, _: answers.get(t, unknown), name="one")])
    assert chain.history("ACME", NOW).held_back is not None
