"""What becomes of each message of a run, by what its sending came to, in a real database."""

import asyncio
from datetime import timedelta

import pytest

from bot.background.outbox.delivery import Delivered, at_next_run, doubled
from bot.background.outbox.posts import Post
from bot.background.outbox.refusals import LOST_CHATS
from bot.errors import (
    ChatGoneError,
    ChatSilencedError,
    MaybeSentError,
    NotSentError,
    StalePictureError,
)
from bot.words.language import Html
from storage.errors import CannotWriteError
from storage.records.chats import Place
from storage.records.work import OutboxItem
from tests.bot.background.outbox.outboxes import NOW, OWN, Way, make, migrated, outbox

__all__ = ["make", "migrated", "outbox"]

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
OTHER = "other/-/2/0"


async def test_what_was_taken_is_sent_and_never_again(outbox):
    """Three messages leave, each once and one after the other; a second run finds nothing."""
    outbox.put(1, 2, 3)
    delivered = await outbox.run()
    assert str(delivered) == "sent=3 unconfirmed=0 postponed=0 dead=0"
    assert await outbox.run() == Delivered()
    assert sorted(outbox.way.sent) == [1, 2, 3]
    assert max(outbox.way.flying) == 1
    assert [outbox.row(chat).state for chat in (1, 2, 3)] == ["sent"] * 3
    # Finished now: a month later they are swept away.
    outbox.store.sweep(NOW + SECOND)
    assert [outbox.row(chat) for chat in (1, 2, 3)] == [None] * 3


NO_WAY = "no way"


@pytest.mark.parametrize(
    ("error", "tally", "state", "waits"),
    [
        (MaybeSentError(NO_WAY, cut_off=False), Delivered(unconfirmed=2), "sent", None),
        (MaybeSentError(NO_WAY, cut_off=True), Delivered(postponed=2), "pending", 15 * SECOND),
        (NotSentError(NO_WAY, hopeless=False), Delivered(postponed=2), "pending", 15 * SECOND),
        (NotSentError(NO_WAY, hopeless=True), Delivered(dead=2), "dead", None),
        (ChatSilencedError(1, NO_WAY), Delivered(postponed=2), "pending", HOUR),
        (ValueError(NO_WAY), Delivered(postponed=2), "pending", 15 * SECOND),
    ],
)
async def test_each_failure_has_its_own_end(outbox, error, tally, state, waits):
    """Taken and slow counts as sent; broken waits 15 s; silenced an hour; hopeless is given up."""
    outbox.put(1, 2)
    outbox.way.script = {1: [error], 2: [error]}
    assert await outbox.run() == tally
    row = outbox.row(1)
    assert (row.state, row.attempts) == (state, 1)
    if waits is None:
        # Finished now: a month later it is swept away.
        outbox.store.sweep(NOW + SECOND)
        assert outbox.row(1) is None
    else:
        assert (outbox.due_at(waits - SECOND), outbox.due_at(waits)) == (0, 2)
        assert NO_WAY in row.reason


async def test_a_gone_chat_is_noted_for_the_operators(outbox):
    """Whoever blocked the bot is counted once, in the list of that day."""
    outbox.put(1, 2)
    outbox.way.script = {chat: [ChatGoneError(chat)] for chat in (1, 2)}
    assert await outbox.run() == Delivered(dead=2)
    gone = {"1": "gone", "2": "gone"}
    assert outbox.store.finished_items(LOST_CHATS, "2026-03-04") == gone


async def test_a_forgotten_picture_is_sent_anew_in_the_same_run(outbox):
    """Telegram forgot an upload: the message is made again at once, not in 15 s."""
    outbox.put(1)
    outbox.way.script[1] = [StalePictureError()]
    assert await outbox.run() == Delivered(sent=1)
    row = outbox.row(1)
    assert (row.state, row.attempts, row.reason) == ("sent", 2, "picture forgotten")


async def test_after_24_hours_of_silence_a_message_is_given_up(outbox):
    """The 24th try is the last: the message is dead, and the chat has a note of what it missed."""
    outbox.put(1, 2)
    silenced = [ChatSilencedError(1, "slow mode") for _ in range(60)]
    outbox.way.script = {1: silenced, 2: silenced}
    for hours in range(30):
        outbox.clock.move_to(NOW + hours * HOUR)
        if outbox.row(1).state == "dead":
            break
        tally = await outbox.run()
    assert (outbox.row(1).attempts, tally) == (25, Delivered(dead=2))
    assert outbox.store.find_pending(Place(1), "missed") is not None


async def test_faults_of_ours_never_end_a_run(outbox):
    """Five messages that cannot be made keep nobody from theirs."""
    outbox.put(*range(1, 21))
    outbox.way.script = {chat: [ValueError("fault")] for chat in range(1, 6)}
    assert await outbox.run() == Delivered(sent=15, postponed=5)
    assert outbox.store.backlog(NOW).sending == 0


async def test_a_replay_tries_again_in_its_next_run(make):
    """Its clock stands still: what failed is due at once, and not within the run that failed."""
    outbox = make(Way(), backoff=at_next_run)
    outbox.put(1)
    outbox.way.script[1] = [NotSentError("no way", hopeless=False)]
    assert await outbox.run() == Delivered(postponed=1)
    assert await outbox.run() == Delivered(sent=1)


async def test_what_another_has_taken_meanwhile_is_left_to_it(outbox):
    """A claim that was lost while the picture was drawn: nothing is sent, and nothing counted."""
    outbox.put(1, 2)

    def lose():
        outbox.store.release(OWN)
        outbox.store.claim_due(NOW, 10, NOW + HOUR, OTHER)

    outbox.way.preparing["1"] = lose
    tally = await outbox.run()
    assert 1 not in outbox.way.sent
    assert tally.sent == len(outbox.way.sent)
    assert (tally.postponed, tally.dead, outbox.row(1).state) == (0, 0, "pending")


async def test_what_a_crash_left_under_way_is_sent_again(outbox):
    """A row in `sending` under our own name, from before, and after a take-over another's."""
    for chat, owner in ((1, OWN), (2, OTHER)):
        outbox.put(chat)
        (row,) = outbox.store.claim_due(NOW, 1, NOW + HOUR, owner)
        assert outbox.store.mark_sending(row.id, owner, NOW)
    assert await outbox.run() == Delivered(sent=1)
    await outbox.delivery.take_over(OTHER)
    assert await outbox.run() == Delivered(sent=1)
    assert outbox.way.sent == [1, 2]


async def test_what_may_have_arrived_before_a_crash_is_looked_for_behind_its_note(outbox):
    """Also when it fails once more meanwhile, until it is known what became of it; others not."""
    outbox.put(1, 2)
    (row,) = outbox.store.claim_due(NOW, 1, NOW + HOUR, OWN)
    assert outbox.store.mark_sending(row.id, OWN, NOW, (7, 70))
    outbox.way.script[1] = [NotSentError(NO_WAY, hopeless=False)]
    assert await outbox.run() == Delivered(sent=1, postponed=1)
    outbox.clock.move_to(NOW + HOUR)
    outbox.way.looked_for.clear()
    assert await outbox.run() == Delivered(sent=1)
    assert outbox.way.looked_for == {1: (7, 70)}


async def test_what_could_not_be_found_again_is_on_its_way_alone(make):
    """A slow way opens lanes for those that could be; a kill doubles one message at most."""
    outbox = make(Way(last_flight=0.2, finds=False))
    outbox.put(*range(1, 41))
    assert await outbox.run() == Delivered(sent=40)
    assert max(outbox.way.flying) == 1


async def test_stopping_waits_for_what_is_under_way_and_begins_nothing(outbox):
    """One is on its way and eleven are in hand: the eight behind them are free at once."""
    outbox.put(*range(1, 21))
    outbox.way.gate = asyncio.Event()
    running = asyncio.create_task(outbox.run())
    await outbox.way.begun.wait()
    stopping = asyncio.create_task(outbox.delivery.stop())
    await asyncio.sleep(0.01)
    assert not stopping.done()
    outbox.way.gate.set()
    await stopping
    tally = await running
    assert 1 <= tally.sent == len(outbox.way.sent) <= 12
    assert await outbox.run() == Delivered()
    left = outbox.store.claim_due(NOW, 20, NOW + HOUR, OTHER)
    assert len(left) == 20 - tally.sent


async def test_three_failures_in_a_row_end_the_run(outbox):
    """The way fails: beside the three, the eleven others that were in hand are tried, no more."""
    outbox.put(*range(1, 31))
    lost = NotSentError(NO_WAY, hopeless=False)
    outbox.way.script = {chat: [lost] for chat in range(1, 31)}
    assert await outbox.run() == Delivered(postponed=14)


async def test_a_success_begins_the_count_of_failures_anew(outbox):
    """Two fail, one arrives, ten times over: these are the messages' own faults, all are tried."""
    outbox.put(*range(1, 31))
    lost = NotSentError(NO_WAY, hopeless=False)
    outbox.way.turns = [lost, lost, None] * 10
    assert await outbox.run() == Delivered(sent=10, postponed=20)


async def test_what_is_of_no_use_any_more_is_given_up_unsent(outbox):
    """Expired at this very instant: dead, with the reason, and nobody is told late."""
    post = Post(Html("late"), expires=NOW)
    outbox.store.see_chat(1)
    outbox.store.enqueue([OutboxItem(Place(1), "digest", "a", NOW, post.encode())], NOW)
    assert await outbox.run() == Delivered()
    assert (outbox.row(1).state, outbox.row(1).reason) == ("dead", "expired")


def test_the_waits_double_from_15_seconds_to_a_quarter_of_an_hour():
    """15 s, 30 s, 1, 2, 4 and 8 minutes, and 15 minutes from then on."""
    waits = [doubled(failures).total_seconds() for failures in (1, 2, 3, 4, 5, 6, 7, 8, 100)]
    assert waits == [15, 30, 60, 120, 240, 480, 900, 900, 900]


async def test_a_delivery_that_was_stopped_before_it_began_sends_nothing(outbox):
    """A process that ends takes no message along."""
    outbox.put(1)
    await outbox.delivery.stop()
    assert await outbox.run() == Delivered()
    assert outbox.row(1).state == "pending"


async def test_a_database_that_fails_ends_the_run_with_its_own_error(outbox):
    """Whoever asked is told of the database, and what was claimed is free for the next run."""
    outbox.put(*range(1, 31))
    outbox.way.script = {chat: [CannotWriteError("full")] for chat in range(1, 31)}
    with pytest.raises(CannotWriteError):
        await outbox.run()
    assert outbox.way.sent == []
    rest = outbox.store.claim_due(NOW, 60, NOW + HOUR, OTHER)
    assert len(rest) == 30 - outbox.store.backlog(NOW).sending


async def test_a_slow_way_opens_more_lanes(make):
    """29 a second at 0.2 s each are six on their way; that is known after five messages."""
    outbox = make(Way(last_flight=0.2))
    outbox.put(*range(1, 6))
    await outbox.run()
    assert max(outbox.way.flying) == 1
    outbox.put(*range(1, 31), key="b")
    await outbox.run()
    assert 2 <= max(outbox.way.flying) <= 8


async def test_a_fast_way_keeps_one_lane(make):
    """One a second and milliseconds each: after sixty messages there is still one on its way."""
    outbox = make(Way(per_second=1.0))
    outbox.put(*range(1, 61))
    await outbox.run()
    assert max(outbox.way.flying) == 1
