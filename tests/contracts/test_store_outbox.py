"""The outbox: everything once, in order of due time, and nothing lost in a crash."""

from dataclasses import replace

from storage.records.chats import Place
from storage.records.work import Backlog, OutboxItem
from tests.storage.samples import DAY, MINUTE, NOW

LEASE = NOW + MINUTE


def item(chat=1, key="d1", due=NOW, kind="digest", payload="{}", topic=0):
    return OutboxItem(Place(chat, topic), kind, key, due, payload)


def claim(store, now=NOW, limit=100, owner="a", lease=None):
    return store.claim_due(now, limit, lease or now + MINUTE, owner)


def test_a_message_is_enqueued_once_by_place_kind_and_key(store):
    """Running the digest job twice queues nothing twice; what differs in one part is another."""
    assert store.enqueue([item(), item(), item(2)], NOW) == 2
    others = [item(), item(key="d2"), item(kind="alert"), item(topic=5)]
    assert store.enqueue(others, NOW + MINUTE) == 3
    assert store.enqueue([], NOW) == 0
    assert len(claim(store)) == 5


def test_what_a_message_tells_of_is_noted_with_it(store):
    """Only when it is taken in: one passed over, or to a dead chat, tells nothing."""
    for chat in (1, 2):
        store.subscribe(Place(chat), ["TSLA", "AAPL"], chat, NOW)
    store.mark_chat_dead(2, "blocked", NOW)
    monday, tuesday = NOW.date(), (NOW + DAY).date()
    first = replace(item(1), told=(("TSLA", monday), ("GONE", monday)))
    store.enqueue([first, replace(item(2), told=(("TSLA", monday),))], NOW)
    assert [held.told for held in store.subscriptions(Place(1))] == [monday, None]
    store.enqueue([replace(first, told=(("TSLA", tuesday),))], NOW)
    assert store.subscriptions(Place(1))[0].told == monday
    store.enqueue([replace(first, key="d2", told=(("TSLA", tuesday),))], NOW)
    assert store.subscriptions(Place(1))[0].told == tuesday
    assert store.subscriptions(Place(2)) == ()


def test_a_message_sent_long_ago_is_not_queued_again(store):
    """The key protects after sending too."""
    store.enqueue([item()], NOW)
    (row,) = claim(store)
    store.mark_sending(row.id, "a", NOW)
    store.mark_sent(row.id, NOW)
    assert store.enqueue([item()], NOW + DAY) == 0
    assert claim(store, NOW + DAY) == ()


def test_nothing_is_queued_for_a_dead_chat(store):
    """A chat that blocked the bot is not tried again and again."""
    store.mark_chat_dead(1, "blocked", NOW)
    assert store.enqueue([item(1), item(2)], NOW) == 1


def test_due_rows_come_oldest_first_and_not_before_their_time(store):
    """What has waited longest goes first."""
    store.enqueue([item(1, due=NOW), item(2, due=NOW - DAY), item(3, due=NOW + MINUTE)], NOW)
    assert [row.item.place.chat_id for row in claim(store)] == [2, 1]
    assert [row.item.place.chat_id for row in claim(store, NOW + MINUTE)] == [2, 1, 3]


def test_a_claim_holds_what_was_enqueued(store):
    """Payload, place, kind, key and due time make the round trip."""
    given = item(-1001234567890123, payload='{"text": "ä ✓"}', topic=9)
    store.enqueue([given], NOW)
    (row,) = claim(store)
    assert (row.item, row.state, row.attempts) == (given, "pending", 0)


def test_a_claimed_row_is_handed_out_again_only_after_its_lease(store):
    """Two owners never hold one row."""
    store.enqueue([item()], NOW)
    assert len(claim(store, owner="a")) == 1
    assert claim(store, owner="b") == ()
    late = NOW + MINUTE
    assert len(claim(store, late, owner="b")) == 1


def test_a_lost_lease_forbids_sending(store):
    """Who was too slow must not send what another now holds."""
    store.enqueue([item()], NOW)
    (row,) = claim(store, owner="slow")
    late = NOW + MINUTE
    assert not store.mark_sending(row.id, "slow", late)
    claim(store, late, owner="quick")
    assert not store.mark_sending(row.id, "slow", late)
    assert store.mark_sending(row.id, "quick", late)
    assert not store.mark_sending(row.id, "quick", late)


def test_what_was_sent_is_found_by_its_place_kind_and_key(store):
    """Whether a digest went out can be looked up afterwards, with how often it was tried."""
    store.enqueue([item()], NOW)
    (row,) = claim(store)
    store.mark_sending(row.id, "a", NOW)
    store.mark_sent(row.id, NOW)
    found = store.find_outbox(Place(1), "digest", "d1")
    assert (found.state, found.attempts) == ("sent", 1)
    assert store.find_outbox(Place(1), "digest", "other") is None


def test_a_postponed_row_comes_again_at_its_new_time_and_counts_its_tries(store):
    """A rate limit moves it; nothing else does."""
    store.enqueue([item()], NOW)
    (row,) = claim(store)
    store.mark_sending(row.id, "a", NOW)
    store.postpone(row.id, NOW + 5 * MINUTE, "retry after 300 s")
    assert claim(store, NOW + 4 * MINUTE) == ()
    (again,) = claim(store, NOW + 5 * MINUTE, owner="b")
    assert (again.attempts, again.reason) == (1, "retry after 300 s")


def test_a_row_given_up_is_never_handed_out_and_says_why(store):
    """Bad requests do not loop."""
    store.enqueue([item()], NOW)
    (row,) = claim(store)
    store.give_up(row.id, "chat not found", NOW)
    assert claim(store, NOW + DAY) == ()
    found = store.find_outbox(Place(1), "digest", "d1")
    assert (found.state, found.reason) == ("dead", "chat not found")


def test_a_clean_stop_gives_untouched_rows_back_at_once(store):
    """The next start need not wait for leases."""
    store.enqueue([item(1), item(2)], NOW)
    rows = claim(store, owner="a")
    store.mark_sending(rows[0].id, "a", NOW)
    assert store.release("a") == 1
    assert [row.id for row in claim(store, owner="b")] == [rows[1].id]


def test_after_a_crash_only_the_row_in_flight_is_doubtful(store):
    """The same owner starting anew finds one maybe-sent row; the rest is simply pending."""
    store.enqueue([item(chat) for chat in range(1, 6)], NOW)
    rows = claim(store, owner="bot")
    store.mark_sending(rows[0].id, "bot", NOW)
    store.mark_sent(rows[0].id, NOW)
    store.mark_sending(rows[1].id, "bot", NOW, (7, 900))
    doubtful = store.recover("bot", NOW, LEASE)
    assert [(row.id, row.state, row.attempts) for row in doubtful] == [(rows[1].id, "sending", 1)]
    assert doubtful[0].after == (7, 900)
    assert [row.id for row in claim(store, owner="bot")] == [row.id for row in rows[2:]]
    store.postpone(rows[1].id, NOW, "maybe sent", after=doubtful[0].after)
    assert [(r.id, r.after) for r in claim(store, owner="bot")] == [(rows[1].id, (7, 900))]
    store.mark_sending(rows[1].id, "bot", NOW, (7, 900))
    store.postpone(rows[1].id, NOW, "surely not sent")
    assert [row.after for row in claim(store, owner="bot")] == [None]


def test_another_owner_takes_over_only_what_has_expired_and_only_once(store):
    """A living sender's row in flight is left alone."""
    store.enqueue([item(1), item(2)], NOW)
    rows = claim(store, owner="first")
    store.mark_sending(rows[0].id, "first", NOW)
    assert store.recover("second", NOW, LEASE) == ()
    late = NOW + 2 * MINUTE
    assert [row.id for row in store.recover("second", late, late + MINUTE)] == [rows[0].id]
    assert store.recover("third", late, late + MINUTE) == ()


def test_the_backlog_is_counted_by_state(store):
    """Operators see what waits and since when."""
    assert store.backlog(NOW) == Backlog(0, 0, 0, 0, 0, None)
    store.enqueue([item(chat, due=NOW - chat * MINUTE) for chat in range(1, 5)], NOW)
    store.enqueue([item(9, due=NOW + DAY)], NOW)
    rows = claim(store, limit=3)
    store.mark_sending(rows[0].id, "a", NOW)
    store.mark_sent(rows[0].id, NOW)
    store.mark_sending(rows[1].id, "a", NOW)
    store.give_up(rows[2].id, "gone", NOW)
    assert store.backlog(NOW) == Backlog(1, 1, 1, 1, 1, NOW - MINUTE)


def test_only_what_is_due_or_was_being_sent_is_there_to_send(store):
    """An idle minute ends with one question: what comes later, was sent or is dead is no work."""
    store.enqueue([item(1, due=NOW + MINUTE), item(2, due=NOW + DAY)], NOW)
    assert [store.has_unsent(at) for at in (NOW, NOW + MINUTE)] == [False, True]
    (row,) = claim(store, now=NOW + MINUTE, lease=NOW + DAY)
    assert store.has_unsent(NOW + MINUTE)
    store.mark_sending(row.id, "a", NOW + MINUTE)
    assert store.has_unsent(NOW)
    store.mark_sent(row.id, NOW + MINUTE)
    assert not store.has_unsent(NOW + MINUTE)


def test_of_a_months_messages_only_so_many_are_counted(store, monkeypatch):
    """Three were sent, two are counted: there are two or more."""
    monkeypatch.setattr("storage.outbox_counts.MOST_COUNTED", 2)
    store.enqueue([item(chat, due=NOW) for chat in range(1, 4)], NOW)
    for row in claim(store, limit=3):
        store.mark_sending(row.id, "a", NOW)
        store.mark_sent(row.id, NOW)
    assert store.backlog(NOW) == Backlog(0, 0, 0, 2, 0, None)


def test_more_rows_than_one_statement_takes_are_enqueued_and_claimed(store):
    """A broadcast to thousands goes through in batches."""
    assert store.enqueue([item(chat) for chat in range(1, 1302)], NOW) == 1301
    assert len(claim(store, limit=1300)) == 1300
    assert len(claim(store, limit=1300)) == 1
