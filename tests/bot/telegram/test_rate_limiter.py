"""The limiter: never faster than allowed, answers before broadcasts, a 429 closes the gate."""

import asyncio

import pytest
from telegram.error import RetryAfter

from bot.telegram.rate_limiter import PacedLimiter
from bot.telegram.request_kinds import BROADCAST
from tests.bot.telegram.limited import send, together
from tests.virtual_time import VirtualTime, run


@pytest.fixture(scope="module")
def event_loop_policy():
    """Seconds that pass only where everybody waits."""
    return VirtualTime()


async def test_a_broadcast_is_spaced_evenly():
    """No part of a second holds more than its part of the rate."""
    limiter = PacedLimiter(per_second=100)
    log: list[tuple[float, object]] = []
    await asyncio.gather(*(send(limiter, log, chat, lane=BROADCAST) for chat in range(1, 51)))
    times = sorted(t for t, _ in log)
    assert times[-1] - times[0] >= 49 / 100 - 0.03
    assert all(later - first >= 0.07 for first, later in zip(times, times[10:], strict=False))


async def test_answers_leave_at_once_while_the_second_has_room():
    """Thirty people are answered together; no second ever holds more than the rate."""
    limiter = PacedLimiter(per_second=20)
    log: list[tuple[float, object]] = []
    await asyncio.gather(*(send(limiter, log, chat) for chat in range(1, 31)))
    times = sorted(t for t, _ in log)
    assert times[19] - times[0] < 0.2
    assert all(later - first >= 0.95 for first, later in zip(times, times[20:], strict=False))


async def test_a_crowd_late_on_the_way_meets_no_limit():
    """What left together may arrive up to a tenth of a second late: still 30 in any one second."""
    limiter = PacedLimiter()
    log: list[tuple[float, object]] = []
    answers = [send(limiter, log, chat) for chat in range(1, 61)]
    digests = [send(limiter, log, chat, lane=BROADCAST) for chat in range(100, 130)]
    await asyncio.gather(*answers, *digests)
    left = sorted(t for t, _ in log)
    # The worst way: those that left at once are late, the next ones are not.
    arrived = sorted(t + (0.1 if t - left[0] < 0.1 else 0.0) for t in left)
    # A second apart to the digit is another second.
    assert all(
        later - first > 0.999999 for first, later in zip(arrived, arrived[30:], strict=False)
    )


async def test_answers_overtake_a_broadcast():
    """A person who asks does not wait behind a thousand digests."""
    limiter = PacedLimiter(per_second=100)
    log: list[tuple[float, object]] = []
    broadcast = [
        asyncio.ensure_future(send(limiter, log, chat, lane=BROADCAST)) for chat in range(1, 41)
    ]
    await asyncio.sleep(0.05)
    await send(limiter, log, 999, name="answer")
    place = [name for _, name in log].index("answer")
    assert place < 12
    await asyncio.gather(*broadcast)


async def test_one_chat_gets_a_short_burst_of_what_nobody_asked_for():
    """Three unasked messages start at once; the fourth waits for its second."""
    limiter = PacedLimiter(per_second=1000)
    log: list[tuple[float, object]] = []
    await asyncio.gather(*(send(limiter, log, 5, lane=BROADCAST) for _ in range(4)))
    times = sorted(t for t, _ in log)
    assert times[2] - times[0] == pytest.approx(0.002)
    assert times[3] - times[0] == pytest.approx(1.0, abs=0.01)


async def test_a_server_without_limits_is_not_waited_for():
    """The local chat: forty messages to one group leave together, digests and answers alike."""
    limiter = PacedLimiter(per_second=100_000, free=True)
    log: list[tuple[float, object]] = []
    digests = (send(limiter, log, -7, lane=BROADCAST) for _ in range(20))
    await asyncio.gather(*(send(limiter, log, -7) for _ in range(20)), *digests)
    assert len(log) == 40
    assert max(t for t, _ in log) == pytest.approx(0.0, abs=0.01)


async def test_a_person_who_asks_quickly_is_answered_quickly():
    """Ten answers in a row do not wait for a second each."""
    limiter = PacedLimiter(per_second=1000)
    log: list[tuple[float, object]] = []
    await asyncio.gather(*(send(limiter, log, 5) for _ in range(10)))
    assert {t for t, _ in log} == {0.0}


def test_an_edit_does_not_wait_behind_messages():
    """The group has used its minute: the message under a button still changes at once."""
    log: list[tuple[float, object]] = []
    limiter = PacedLimiter()

    async def edit_later():
        await asyncio.sleep(1)
        await send(limiter, log, -7, endpoint="editMessageMedia", name="edit")

    run(together(*(send(limiter, log, -7) for _ in range(25)), edit_later()))
    assert next(t for t, name in log if name == "edit") < 1.5


def test_a_cancelled_message_leaves_no_gap():
    """Those behind it go on; a stopping bot leaves nothing stuck."""
    log: list[tuple[float, object]] = []
    limiter = PacedLimiter()

    async def day():
        tasks = [asyncio.ensure_future(send(limiter, log, -7, name=n)) for n in range(1, 22)]
        await asyncio.sleep(1)
        tasks[19].cancel()  # the twentieth
        await asyncio.wait(tasks)

    run(day())
    assert [name for _, name in log] == [*range(1, 20), 21]


async def test_asked_to_wait_too_long_the_error_is_handed_on():
    """Nobody waits ten minutes for an answer."""
    with pytest.raises(RetryAfter):
        await send(PacedLimiter(), [], 1, fail=[RetryAfter(600)])


async def test_chat_actions_and_callbacks_are_free():
    """What Telegram does not count takes no turn."""
    limiter = PacedLimiter(per_second=1)
    log: list[tuple[float, object]] = []
    start = asyncio.get_running_loop().time()
    for _ in range(20):
        await send(limiter, log, 1, endpoint="sendChatAction")
        await send(limiter, log, None, endpoint="answerCallbackQuery")
    assert max(t for t, _ in log) == start


async def test_answers_to_one_chat_come_twenty_at_once_and_then_one_a_second():
    """Telegram bears a burst; what goes on for minutes keeps to its one message a second."""
    limiter = PacedLimiter(per_second=1000)
    log: list[tuple[float, object]] = []
    await asyncio.gather(*(send(limiter, log, 5) for _ in range(25)))
    times = sorted(t for t, _ in log)
    assert times[19] == pytest.approx(0.0, abs=0.01)
    assert times[20:] == pytest.approx([1, 2, 3, 4, 5], abs=0.01)


async def test_broadcasts_to_one_chat_keep_to_one_a_second():
    """Ten unasked messages: three at once, then one in each second, the last in the seventh."""
    limiter = PacedLimiter()
    log: list[tuple[float, object]] = []
    await asyncio.gather(*(send(limiter, log, 5, lane=BROADCAST) for _ in range(10)))
    times = sorted(t for t, _ in log)
    assert times[3:] == pytest.approx([1, 2, 3, 4, 5, 6, 7], abs=0.2)


async def test_a_hundred_chats_are_told_at_twenty_nine_a_second():
    """Telegram allows thirty: a hundred messages need 99/29 = 3.4 seconds, and not much more."""
    limiter = PacedLimiter()
    log: list[tuple[float, object]] = []
    await asyncio.gather(*(send(limiter, log, chat, lane=BROADCAST) for chat in range(1, 101)))
    times = sorted(t for t, _ in log)
    assert times[-1] - times[0] == pytest.approx(99 / 29, abs=0.12)
    assert all(later - first >= 1 for first, later in zip(times, times[30:], strict=False))


async def test_an_album_counts_as_many_messages_as_it_has_pictures():
    """Ten pictures after one another: the next message of the chat waits for ten seconds less two."""
    limiter = PacedLimiter(per_second=1000)
    log: list[tuple[float, object]] = []
    album = {"endpoint": "sendMediaGroup", "media": [None] * 10}
    await send(limiter, log, 5, lane=BROADCAST, name="album", **album)
    left = asyncio.get_running_loop().time()
    await send(limiter, log, 5, lane=BROADCAST, name="next")
    # The bucket holds three; ten were taken and one more is wanted: 10 + 1 - 3 = 8 seconds.
    assert asyncio.get_running_loop().time() - left == pytest.approx(8, abs=0.05)


async def test_an_album_takes_as_many_turns_of_all_as_it_has_pictures():
    """Four of five pictures are twenty messages: at 10 a second one leaves each half second."""
    limiter = PacedLimiter(per_second=10)
    log: list[tuple[float, object]] = []
    album = {"endpoint": "sendMediaGroup", "media": [None] * 5}
    start = asyncio.get_running_loop().time()
    await asyncio.gather(*(send(limiter, log, c, lane=BROADCAST, **album) for c in (1, 2, 3, 4)))
    assert [t - start for t, _ in log] == pytest.approx([0.0, 0.5, 1.0, 1.5], abs=0.2)


async def test_albums_that_are_asked_for_fill_the_second_by_their_pictures():
    """At 10 a second two albums of five leave at once, and the third when that second is over."""
    limiter = PacedLimiter(per_second=10)
    log: list[tuple[float, object]] = []
    album = {"endpoint": "sendMediaGroup", "media": [None] * 5}
    start = asyncio.get_running_loop().time()
    await asyncio.gather(*(send(limiter, log, c, **album) for c in (1, 2, 3)))
    first, second, third = (t - start for t, _ in log)
    assert max(first, second) < 0.3
    assert 1.0 <= third < 1.5


async def test_nobody_waits_longer_than_two_minutes_for_a_refused_request():
    """119 seconds are waited for; with two more that is beyond the limit, and the error goes on."""
    limiter = PacedLimiter()
    log: list[tuple[float, object]] = []
    await send(limiter, log, 5, fail=[RetryAfter(119)])
    assert [round(t) for t, _ in log] == [119]
    with pytest.raises(RetryAfter):
        await send(limiter, log, 7, fail=[RetryAfter(119), RetryAfter(2)])


async def test_paid_broadcasts_have_a_rate_of_their_own_and_answers_keep_theirs():
    """A hundred a second beside the free messages, which they do not use up."""
    limiter = PacedLimiter(paid_per_second=100)
    log: list[tuple[float, str]] = []
    broadcasts = [send(limiter, log, n, lane=BROADCAST, name="paid") for n in range(1, 301)]
    answers = [send(limiter, log, 1000 + n, name="free") for n in range(58)]
    begin = asyncio.get_running_loop().time()
    await together(*broadcasts, *answers)
    paid = [at - begin for at, name in log if name == "paid"]
    free = [at - begin for at, name in log if name == "free"]
    # 300 at a hundred a second; of 58 answers the second 29 leave in the second second.
    assert 2.8 < max(paid) < 3.1
    assert 1.0 <= max(free) < 2.0


async def test_two_hundred_who_ask_at_once_are_answered_at_thirty_a_second():
    """The first 29 at once, and after the network's jitter 29 in each second, never in a bunch."""
    limiter = PacedLimiter()
    log: list[tuple[float, object]] = []
    await together(*(send(limiter, log, chat) for chat in range(200)))
    times = sorted(at for at, _ in log)
    # 171 behind the first: five full seconds and 26, 0.6 / 29 s from one to the next.
    assert times[-1] - times[0] == pytest.approx(1.15 + 5 + 25 * 0.6 / 29, abs=0.02)


async def test_while_a_crowd_is_answered_every_tenth_message_is_one_of_a_broadcast():
    """Behind the 29 answers that leave before anything else is there, one in ten is a digest."""
    limiter = PacedLimiter()
    log: list[tuple[float, str]] = []
    answers = [send(limiter, log, n, name="answer") for n in range(1, 201)]
    digests = [send(limiter, log, 1000 + n, lane=BROADCAST, name="digest") for n in range(30)]
    await together(*answers, *digests)
    kinds = [name for _, name in sorted(log, key=lambda entry: entry[0])][:100]
    places = [place for place, kind in enumerate(kinds) if kind == "digest"]
    assert places == list(range(29, 100, 10))
    left = sorted(at for at, _ in log)
    assert all(later - first >= 1 for first, later in zip(left, left[30:], strict=False))


async def test_an_album_of_a_broadcast_has_its_ten_places_and_ninety_answers_follow():
    """Answers leave room for it, or it would never go; then as many go as ten messages are owed."""
    limiter = PacedLimiter()
    log: list[tuple[float, str]] = []
    album = {"endpoint": "sendMediaGroup", "media": [None] * 10, "lane": BROADCAST}
    answers = [send(limiter, log, n, name="answer") for n in range(1, 151)]
    albums = [send(limiter, log, 1000 + n, name="album", **album) for n in range(3)]
    await together(*answers, *albums)
    names = [name for _, name in sorted(log, key=lambda entry: entry[0])]
    assert [place for place, name in enumerate(names) if name == "album"][:2] == [29, 120]


async def test_a_message_counts_from_when_it_leaves_not_from_when_it_might_have():
    """Turns that waited for a picture to be uploaded leave late; those behind them later still."""
    limiter = PacedLimiter()
    log: list[tuple[float, object]] = []

    async def answer_late(chat):
        async with limiter.booked(chat) as turn:
            await asyncio.sleep(0.9)
            await send(limiter, log, chat, lane=turn)

    late = [answer_late(chat) for chat in range(1, 30)]
    await together(*late, *(send(limiter, log, 100 + chat) for chat in range(29)))
    times = sorted(at for at, _ in log)
    assert times[28] == pytest.approx(times[0], abs=0.01)
    assert all(later - first >= 1 for first, later in zip(times, times[29:], strict=False))
