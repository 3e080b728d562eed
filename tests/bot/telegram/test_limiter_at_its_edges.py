"""The limiter at its edges: what it tells of waits, what is free, what comes first, what is forgotten."""

import asyncio
import gc
from datetime import UTC, datetime, timedelta

import pytest
from telegram.error import RetryAfter

from bot.meters import Meters, Own
from bot.telegram.chat_lines import ChatLine
from bot.telegram.rate_limiter import PacedLimiter
from bot.telegram.request_kinds import BROADCAST, seconds_of
from tests.bot.telegram.limited import send
from tests.virtual_time import VirtualTime


@pytest.fixture(scope="module")
def event_loop_policy():
    """Seconds that pass only where everybody waits."""
    return VirtualTime()


def fresh(per_second: float = 29.0) -> tuple[PacedLimiter, list[tuple[float, object]]]:
    """A limiter, and a list of what left when."""
    return PacedLimiter(per_second), []


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_a_chat_says_how_long_its_own_limit_asks_to_wait():
    """Three unasked messages leave at once; the fourth must wait a second, two more two."""
    limiter, log = fresh()
    assert limiter.wait_of(7) == 0.0
    await asyncio.gather(*(send(limiter, log, 7, lane=BROADCAST) for _ in range(3)))
    assert limiter.wait_of(7) == pytest.approx(1.0, abs=0.2)
    assert limiter.wait_of(7, 2) == pytest.approx(2.0, abs=0.2)
    assert limiter.wait_of(8) == 0.0


async def test_edits_do_not_make_a_chats_messages_wait():
    """Of a chat whose messages are only edited nothing is asked to wait."""
    limiter, log = fresh()
    await asyncio.gather(*(send(limiter, log, 7, endpoint="editMessageText") for _ in range(25)))
    assert (limiter.wait_of(7), limiter.line_seconds(7)) == (0.0, 0.0)


async def test_edits_of_one_chat_are_paced_and_questions_are_not():
    """Twenty edits leave at once and then one a second; what only asks Telegram is free."""
    (limiter, edits), (_, asked) = fresh(1000), fresh()
    start = now()
    await asyncio.gather(*(send(limiter, edits, 7, endpoint="editMessageText") for _ in range(23)))
    assert edits[-1][0] - start == pytest.approx(3.0, abs=0.3)
    start = now()
    await asyncio.gather(*(send(limiter, asked, 8, endpoint="getChat") for _ in range(40)))
    assert asked[-1][0] == pytest.approx(start)


async def test_the_wait_in_a_chats_line_is_told_before_it_is_joined():
    """Twenty answers leave at once; behind two that wait the next would leave in three seconds."""
    limiter, log = fresh(1000)
    assert limiter.line_seconds(7) == 0.0
    work = [asyncio.ensure_future(send(limiter, log, 7)) for _ in range(22)]
    await asyncio.sleep(0.01)
    assert limiter.line_seconds(7) == pytest.approx(3.0, abs=0.3)
    assert limiter.line_seconds(8) == 0.0
    await asyncio.gather(*work)


@pytest.mark.parametrize("endpoint", ["sendMessage", "getMe"])
async def test_a_request_is_made_with_its_arguments_and_its_answer_given_back(endpoint):
    """Whether it is paced or free."""

    async def add(first, *, second):
        return first + second

    limiter, data = PacedLimiter(), {"chat_id": 7}
    got = await limiter.process_request(add, (1,), {"second": 2}, endpoint, data, None)
    assert got == 3


async def test_how_long_a_broadcast_was_on_its_way_is_known():
    """The time from request to answer, of what is sent unasked alone."""
    limiter = PacedLimiter(per_second=5)
    assert (limiter.per_second, limiter.last_flight) == (5, 0.0)
    await asyncio.sleep(3)

    async def slow(seconds):
        await asyncio.sleep(seconds)

    for seconds, lane in ((0.25, BROADCAST), (2.0, None)):
        await limiter.process_request(slow, (seconds,), {}, "sendMessage", {"chat_id": 7}, lane)
    assert limiter.last_flight == pytest.approx(0.25)


@pytest.mark.parametrize("endpoint", ["getChat", "sendMessage"])
@pytest.mark.parametrize(("asked", "repeated"), [(120, True), (121, False)])
async def test_two_minutes_are_the_longest_that_a_refusal_is_waited_for(endpoint, asked, repeated):
    """After exactly two minutes the request is made again; a second more and the error goes on."""
    (limiter, log), start = fresh(), now()
    work = send(limiter, log, -7, endpoint=endpoint, fail=[RetryAfter(asked)])
    if repeated:
        await work
        assert log[0][0] - start == pytest.approx(120, abs=1.1)
    else:
        with pytest.raises(RetryAfter):
            await work
        assert log == []


async def test_a_refusal_of_a_free_request_in_one_chat_stops_no_other():
    """It is that chat's own."""
    (limiter, log), start = fresh(), now()
    refused = asyncio.ensure_future(
        send(limiter, log, 5, endpoint="getChat", fail=[RetryAfter(30)])
    )
    await asyncio.sleep(0.01)
    await send(limiter, log, 6)
    assert log[0][0] - start < 1
    await refused


async def test_a_refusal_of_a_booked_message_stops_no_other_chat():
    """A picture whose turn was taken beforehand is refused like any other message."""
    (limiter, log), start = fresh(), now()

    async def book():
        async with limiter.booked(5) as turn:
            await send(limiter, log, 5, lane=turn, fail=[RetryAfter(30)])

    booked = asyncio.ensure_future(book())
    await asyncio.sleep(0.01)
    await send(limiter, log, 6)
    assert log[0][0] - start < 1
    await booked
    assert log[1][0] - start >= 30


async def test_a_booked_message_that_is_refused_keeps_its_place():
    """Refused for ten seconds: what was sent to its chat meanwhile comes after it."""
    limiter, log = fresh()

    async def book():
        async with limiter.booked(5) as turn:
            await send(limiter, log, 5, lane=turn, name="first", fail=[RetryAfter(10)])

    booked = asyncio.ensure_future(book())
    await asyncio.sleep(0.01)
    await send(limiter, log, 5, name="second")
    await booked
    assert [name for _, name in log] == ["first", "second"]


async def test_each_request_is_counted_by_its_method():
    """Free, paced or booked beforehand: operators see what kind of request was made."""
    meters = Meters()
    limiter = PacedLimiter(meters=meters)
    await send(limiter, [], 5, endpoint="getChat")
    await send(limiter, [], 5, endpoint="sendMessage")
    async with limiter.booked(5) as turn:
        await send(limiter, [], 5, lane=turn, endpoint="sendPhoto")
    own = Own(0, on_duty=True)
    page = meters.page(datetime(2026, 3, 4, tzinfo=UTC), own, None).decode()
    for method in ("getChat", "sendMessage", "sendPhoto"):
        assert f'requests_total{{method="{method}",outcome="sent"}} 1.0' in page


async def test_an_edit_of_a_picture_is_one_edit():
    """Its media is one thing with several fields: twenty leave at once, like twenty texts."""
    (limiter, log), start = fresh(1000), now()
    photo = {"type": "photo", "media": "attach://one", "caption": "c"}
    edits = [send(limiter, log, 7, endpoint="editMessageMedia", media=photo) for _ in range(20)]
    await asyncio.gather(*edits)
    assert log[-1][0] - start < 0.5


async def test_a_refusal_that_names_no_chat_by_number_closes_the_way_for_all():
    """Of a channel's name nobody knows which chat it is: all wait the five seconds."""
    (limiter, log), start = fresh(), now()
    named = asyncio.ensure_future(send(limiter, log, "@news", fail=[RetryAfter(5)]))
    await asyncio.sleep(0.01)
    await send(limiter, log, 6)
    assert log[-1][0] - start >= 5
    await named


async def test_an_album_of_one_picture_is_one_message():
    """Three leave at once, as three plain messages would; the fourth waits its second."""
    (limiter, log), start = fresh(), now()
    album = {"lane": BROADCAST, "endpoint": "sendMediaGroup", "media": ["one"]}
    await asyncio.gather(*(send(limiter, log, 7, **album) for _ in range(4)))
    left = sorted(at - start for at, _ in log)
    assert left[2] < 0.5
    assert left[3] == pytest.approx(1.0, abs=0.3)


async def test_what_is_urgent_comes_before_all_that_wait():
    """With one message a second, what a person waits for overtakes the other chats' line."""
    limiter, log = fresh(1)
    waiting = [asyncio.ensure_future(send(limiter, log, chat)) for chat in range(1, 6)]
    await asyncio.sleep(0.01)
    async with limiter.booked(99, urgent=True) as turn:
        await send(limiter, log, 99, lane=turn)
    await asyncio.gather(*waiting)
    assert [name for _, name in log].index(99) == 1


async def test_a_message_that_is_given_up_while_it_waits_leaves_the_line():
    """The one behind it leaves in its place, and the cancelled one ends as cancelled."""
    (limiter, log), start = fresh(), now()
    work = [asyncio.ensure_future(send(limiter, log, 7, lane=BROADCAST)) for _ in range(5)]
    await asyncio.sleep(0.1)
    work[3].cancel()
    done = await asyncio.gather(*work, return_exceptions=True)
    assert isinstance(done[3], asyncio.CancelledError)
    assert len(log) == 4
    assert log[-1][0] - start == pytest.approx(1.0, abs=0.3)


async def test_a_chat_that_was_quiet_for_an_hour_is_answered_as_before():
    """What was remembered of it may be forgotten."""
    limiter, log = fresh()
    await send(limiter, log, 7)
    await asyncio.sleep(3600)
    start = now()
    await asyncio.gather(*(send(limiter, log, 7) for _ in range(20)))
    assert log[-1][0] - start < 1


async def test_quiet_chats_take_no_memory():
    """Fifty chats were written to; an hour and one message later only that one is remembered."""

    def remembered():
        gc.collect()
        return sum(isinstance(thing, ChatLine) for thing in gc.get_objects())

    before = remembered()
    limiter, log = fresh()
    for chat in range(1, 51):
        await send(limiter, log, chat)
    assert remembered() - before == 50
    await asyncio.sleep(3600)
    await send(limiter, log, 99)
    assert remembered() - before == 1


async def test_after_shutdown_no_turn_is_handed_out():
    """What waits is left to whoever ends it; nothing leaves behind one's back."""
    limiter, log = fresh()
    await limiter.shutdown()
    work = [asyncio.ensure_future(send(limiter, log, 7, lane=BROADCAST)) for _ in range(4)]
    await asyncio.sleep(0.1)
    await limiter.shutdown()
    await asyncio.sleep(60)
    assert len(log) == 3
    work[3].cancel()
    await asyncio.gather(*work, return_exceptions=True)


@pytest.mark.parametrize("told", [7, timedelta(seconds=7)])
def test_a_wait_is_read_whichever_type_the_library_gives_it(told):
    """The library is about to change from seconds to time spans."""
    assert seconds_of(RetryAfter(told)) == 7.0
