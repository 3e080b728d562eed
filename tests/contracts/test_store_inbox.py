"""The inbox: every update once, in order, until it is answered, and forgotten a day later."""

from sqlalchemy import text

from storage.records.chats import Place
from storage.records.inbox import Arrival, Claim, Kept, Leaving, Taken
from storage.records.work import OutboxItem
from tests.storage.samples import DAY, MINUTE, NOW

BOT = 42
ONE, NEXT = Claim("one", NOW + MINUTE), Claim("next", NOW + DAY)


def arrival(number, chat=1, body='{"message": 1}', user=7):
    return Arrival(number, chat, user, body, NOW)


def take(store, bot, arrivals):
    return store.take_in(bot, arrivals, ONE)


def finish(store, bot, number, now):
    store.note_answers(bot, (), [(number, ())], now)


def left(store):
    return store.take_over(BOT, ONE, NEXT)


def test_the_same_update_is_taken_once(store):
    """Delivered twice, alone or within one batch, it is new only the first time."""
    assert take(store, BOT, [arrival(5), arrival(6), arrival(5)]) == {5, 6}
    assert take(store, BOT, [arrival(6), arrival(7)]) == {7}
    assert take(store, BOT, []) == frozenset()
    finish(store, BOT, 6, NOW + MINUTE)
    assert take(store, BOT, [arrival(6)]) == frozenset()


def test_another_bot_on_the_same_database_has_numbers_of_its_own(store):
    """A new token does not lose what its first users write."""
    take(store, BOT, [arrival(5)])
    assert take(store, 43, [arrival(5)]) == {5}
    finish(store, 43, 5, NOW)
    assert [row.arrival.update_id for row in left(store)] == [5]


def test_what_is_not_done_is_found_again_in_order_and_whole(store):
    """After a crash nothing of it is missing, and it is done in the order it came."""
    take(store, BOT, [arrival(9, chat=None, user=None), arrival(3), arrival(4)])
    finish(store, BOT, 4, NOW)
    first, second = left(store)
    assert first.arrival == arrival(3)
    assert (second.arrival.chat_id, second.arrival.user_id) == (None, None)
    assert (second.arrival.asked_at, second.answers) == (NOW, ())


def test_the_messages_that_answered_are_known_after_a_crash(store):
    """The next process sends the rest, and knows where to look for the one that was on its way."""
    take(store, BOT, [arrival(3), arrival(4), arrival(5)])
    store.note_answers(BOT, [Leaving(3, (), (7, 900)), Leaving(4, (), (0, 900))], (), NOW)
    store.note_answers(BOT, [Leaving(3, (1001,), (1001, 1002))], [(5, ())], NOW)
    first, second = left(store)
    assert (first.answers, first.after) == ((1001,), (1001, 1002))
    assert (second.answers, second.after) == ((), (0, 900))


def test_of_what_was_refused_nothing_is_in_doubt(store):
    """Nobody needs to look for it, and what had arrived before it is known still."""
    take(store, BOT, [arrival(3)])
    store.note_answers(BOT, [Leaving(3, (1001,), (1001, 1002))], (), NOW)
    store.note_answers(BOT, [Leaving(3, (1001,), None)], (), NOW)
    (row,) = left(store)
    assert (row.answers, row.after) == ((1001,), None)


def test_of_what_nobody_began_to_answer_nothing_is_in_doubt(store):
    """Then there is nothing to look for."""
    take(store, BOT, [arrival(3)])
    (row,) = left(store)
    assert (row.answers, row.after) == ((), None)


def test_what_was_said_is_forgotten_as_soon_as_it_is_done(store):
    """No text of a person stays in the database."""
    take(store, BOT, [arrival(3, body="my secret")])
    finish(store, BOT, 3, NOW)
    with store.database.reading() as connection:
        assert connection.execute(text("SELECT body FROM inbox")).scalars().all() == [""]


def test_only_what_is_done_is_swept(store):
    """A row that waits is work, however old."""
    take(store, BOT, [arrival(1), arrival(2), arrival(3)])
    finish(store, BOT, 1, NOW)
    finish(store, BOT, 2, NOW + DAY)
    assert store.sweep_inbox(NOW + MINUTE) == 1
    assert take(store, BOT, [arrival(1), arrival(2)]) == {1}


def test_who_wants_to_be_forgotten_leaves_nothing_here(store):
    """Their private chat, and what they asked in groups."""
    others = arrival(3, chat=-5, user=8)
    take(store, BOT, [arrival(1, chat=7), arrival(2, chat=-5, user=7), others])
    assert ("inbox", 2) in store.forget_user(7).counts
    assert [row.arrival for row in left(store)] == [others]


def test_rows_belong_to_who_took_them_and_pass_to_one_other_when_it_has_ended(store):
    """Two processes that start at once do not both answer."""
    take(store, BOT, [arrival(1), arrival(2)])
    store.take_in(BOT, [arrival(3)], Claim("another", NOW + DAY))
    assert set(store.claims(BOT)) == {ONE, Claim("another", NOW + DAY)}
    assert [row.arrival.update_id for row in left(store)] == [1, 2]
    assert store.take_over(BOT, ONE, Claim("third", NOW + DAY)) == ()
    assert store.keep_claim(BOT, ONE) == frozenset()
    assert store.keep_claim(BOT, Claim("next", NOW + 2 * DAY)) == {1, 2}


def test_who_renews_its_claim_in_time_keeps_its_rows(store):
    """It was slow, and it lives: what was read of its claim before does not count any more."""
    take(store, BOT, [arrival(1)])
    store.keep_claim(BOT, Claim("one", NOW + 2 * MINUTE))
    assert left(store) == ()
    assert store.claims(BOT) == (Claim("one", NOW + 2 * MINUTE),)


def test_a_chat_is_left_to_the_process_that_has_it_in_work(store):
    """Replicas behind one webhook: one at a time answers a chat; the others keep and tell."""
    two = Claim("two", NOW + 2 * MINUTE)
    assert store.take_in_turn(BOT, arrival(1), ONE, NOW) == Kept("one", frozenset())
    assert store.take_in_turn(BOT, arrival(2), two, NOW) == Kept("one", frozenset({1}))
    assert store.take_in_turn(BOT, arrival(2), ONE, NOW) is None
    assert store.take_in_turn(BOT, arrival(3, chat=2), two, NOW) == Kept("two", frozenset())
    assert store.take_in_turn(BOT, arrival(4, chat=None), two, NOW) == Kept("two", frozenset())
    assert [row.arrival.update_id for row in store.left_to(BOT, "one", {1})] == [2]
    assert store.keep_claim(BOT, ONE) == {1, 2}


def test_a_chat_that_nobody_has_in_work_is_anybodys(store):
    """Its last update is done, or who had it has said nothing for the length of its lease."""
    two = Claim("two", NOW + 2 * MINUTE)
    store.take_in_turn(BOT, arrival(1), ONE, NOW)
    store.note_answers(BOT, (), [(1, ())], NOW)
    assert store.take_in_turn(BOT, arrival(2), two, NOW) == Kept("two", frozenset())
    late = NOW + 3 * MINUTE
    three = Claim("three", late + MINUTE)
    assert store.take_in_turn(BOT, arrival(3), three, late) == Kept("three", frozenset())


def test_who_ends_leaves_the_rest_to_the_others_at_once(store):
    """Its claim does not have to run out first."""
    store.take_in_turn(BOT, arrival(1), ONE, NOW)
    store.give_up_claim(BOT, "one", NOW)
    assert store.claims(BOT) == (Claim("one", NOW),)
    two = Claim("two", NOW + MINUTE)
    assert store.take_in_turn(BOT, arrival(2), two, NOW) == Kept("two", frozenset())


def test_what_left_for_groups_in_the_last_minute_is_known(store):
    """Three of one answer, two that nobody marked, one post; nothing of people or of old."""
    take(store, BOT, [arrival(n, chat=chat) for n, chat in ((1, -5), (2, -6), (3, 7), (4, -5))])
    take(store, BOT, [arrival(5, chat=-5), arrival(6, chat=-7)])
    store.note_answers(BOT, [Leaving(6, (12,), None)], (), NOW)
    leaving = [Leaving(1, (10, 11), (11, 11)), Leaving(2, (), (0, 0)), Leaving(3, (), (0, 0))]
    store.note_answers(BOT, [*leaving, Leaving(4, (), (9, 9))], [], NOW)
    store.note_answers(BOT, (), [(4, (19,))], NOW - 2 * MINUTE)
    store.note_answers(BOT, (), [(1, (10, 11, 12)), (3, (13,)), (5, ())], NOW - MINUTE / 2)
    store.enqueue([OutboxItem(Place(-8), "digest", "d", NOW, "{}")], NOW)
    (row,) = store.claim_due(NOW, 10, NOW + MINUTE, "a")
    assert store.mark_sending(row.id, "a", NOW)
    store.mark_sent(row.id, NOW - MINUTE / 4)
    assert store.sent_to_groups(BOT, NOW - MINUTE, NOW) == (
        *[(-5, NOW - MINUTE / 2)] * 3,
        (-8, NOW - MINUTE / 4),
        (-6, NOW),
        (-7, NOW),
    )


def test_presses_of_groups_that_were_done_in_the_last_minute_are_known(store):
    """Each may have brought an edit; what a message answered, what is older, and people's may not."""
    for number, chat in ((1, -5), (2, -5), (3, -6), (4, 7), (5, -5), (6, -5)):
        take(store, BOT, [arrival(number, chat=chat)])
    store.note_answers(BOT, [Leaving(5, (), (0, 0))], [(5, (9,))], NOW)
    store.note_answers(BOT, (), [(2, ()), (3, ()), (4, ())], NOW)
    store.note_answers(BOT, (), [(1, ())], NOW - MINUTE / 2)
    store.note_answers(BOT, (), [(6, ())], NOW - 2 * MINUTE)
    found = dict(store.done_in_groups(BOT, NOW - MINUTE))
    assert found == {-5: (NOW - MINUTE / 2, NOW), -6: (NOW,)}


def test_numbers_of_other_messages_are_told_from_that_of_one_in_doubt(store):
    """Answers, posts and what was asked are others'; above an answer on its way nobody can say."""
    post_left = (5, 100)
    take(store, BOT, [arrival(1, chat=1), arrival(2, chat=2), arrival(3, chat=1)])
    store.note_answers(BOT, [Leaving(1, (), (101, 102))], [(1, (103, 104))], NOW)
    store.note_answers(BOT, [Leaving(2, (), (105, 105))], [(2, (106,))], NOW)
    items = [OutboxItem(Place(1), "digest", key, NOW, "{}") for key in "ab"]
    store.enqueue(items, NOW)
    rows = store.claim_due(NOW, 10, NOW + MINUTE, "a")
    assert store.mark_sending(rows[0].id, "a", NOW, post_left)
    assert store.mark_sending(rows[1].id, "a", NOW, (5, 107))
    store.mark_sent(rows[1].id, NOW, 108)
    others = {101, 103, 104, 105, 106, 108}
    assert store.taken_numbers(BOT, 1, post_left) == Taken(frozenset(others), None)
    store.note_answers(BOT, [Leaving(3, (), (109, 109))], (), NOW)
    assert store.taken_numbers(BOT, 1, post_left) == Taken(frozenset({*others, 109}), 109)
    assert store.taken_numbers(BOT, 1, (109, 109)) == Taken(frozenset(), 100)


def test_a_supergroup_counts_its_messages_by_itself(store):
    """Numbers of other chats say nothing there."""
    group = -1_000_000_000_500
    take(store, BOT, [arrival(1, chat=1), arrival(2, chat=group)])
    store.note_answers(BOT, [Leaving(1, (), (20, 20))], [(1, (21,))], NOW)
    store.note_answers(BOT, [Leaving(2, (), (8, 0))], [(2, (9,))], NOW)
    assert store.taken_numbers(BOT, group, (7, 0)) == Taken(frozenset({8, 9}), None)
