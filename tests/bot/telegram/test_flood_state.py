"""What several processes may send together: no second with more than thirty, each chat's pace."""

import json

from bot.telegram.flood_state import ALL, Departure, FloodState, Landed

NOW = 1_000_000.0


def ask(number, chat="sends 1", weight=1, burst=20, **kinds):
    return Departure(str(number), chat, chat.startswith("sends -"), weight, burst, **kinds)


def at(now, kept, paid_slots=0):
    """The state as the next process reads it."""
    return FloodState(now, {name: value for name, (value, _) in kept.items()}, paid_slots)


def full(now=NOW):
    """Thirty messages to thirty chats have just left."""
    state = FloodState(now, {})
    assert all(state.ask(ask(n, f"sends {n}")).may_leave for n in range(30))
    return state


def test_the_thirty_first_waits_until_a_second_after_an_answer():
    """However long a message was on its way: Telegram counted it at some moment of it."""
    state = full()
    # Nobody knows how long the others are on their way: to be asked again when one may be free.
    assert state.ask(ask(30, "sends 30")).everybody == 1.02
    later = at(NOW + 0.4, state.written())
    later.land(Landed(ask(3, "sends 3"), ago=0.1))
    # Left at NOW, answered at NOW + 0.3: its slot is free a second after that.
    assert 0.85 < later.ask(ask(31, "sends 31")).everybody < 0.95
    assert at(NOW + 1.33, later.written()).ask(ask(32, "sends 32")).may_leave
    assert not at(NOW + 1.25, later.written()).ask(ask(33, "sends 33")).may_leave


def test_an_album_counts_as_its_pictures():
    """Ten pictures are ten messages."""
    state = FloodState(NOW, {})
    assert all(state.ask(ask(n, f"sends {n}", weight=10)).may_leave for n in range(3))
    assert not state.ask(ask(3, "sends 3")).may_leave


def test_the_slots_of_a_process_that_died_free_themselves():
    """Nobody says that its messages have landed; five seconds later they count no more."""
    kept = full().written()
    assert not at(NOW + 4.9, kept).ask(ask(31, "sends 31")).may_leave
    assert at(NOW + 5.1, kept).ask(ask(31, "sends 31")).may_leave


def test_a_chat_has_one_pace_whoever_writes_to_it():
    """Three broadcasts at once, then one a second; a group nineteen in any minute."""
    state = FloodState(NOW, {})
    assert all(state.ask(ask(n, burst=3)).may_leave for n in range(3))
    assert at(NOW + 0.5, state.written()).ask(ask(3, burst=3)).chat == 0.5
    group = FloodState(NOW, {})
    for n in range(19):
        group = at(NOW + n, group.written())
        assert group.ask(ask(n, "sends -7")).may_leave
    assert at(NOW + 30, group.written()).ask(ask(19, "sends -7")).chat == 30


def test_what_telegram_refused_one_process_the_others_know():
    """A 429 of one chat closes it for all, and is no message sent."""
    state = FloodState(NOW, {})
    state.ask(ask(1))
    state.land(Landed(ask(1), ago=0.0, refused=7.0))
    kept = state.written()
    assert at(NOW + 2, kept).ask(ask(2)).chat == 5.0
    assert at(NOW + 2, kept).ask(ask(3, "sends 2")).may_leave


def landed(state):
    """The same thirty were answered a while ago: their slots are free in 0.12 seconds."""
    for number in range(30):
        state.land(Landed(ask(number, f"sends {number}"), ago=0.9))
    return state.written()


def digest(number):
    """A message of a broadcast."""
    return ask(number, f"sends {number}", broadcast=True)


def test_broadcasts_leave_the_way_to_answers_that_wait_anywhere():
    """Whichever process has them; for a moment after the last one was told to wait."""
    state = full()
    state.ask(ask(30, "sends 30"))
    soon = at(NOW + 0.2, landed(state))
    # The thirty answers that left have earned one message of a broadcast, and no second one.
    assert soon.ask(digest(31)).may_leave
    assert soon.ask(digest(32)).everybody > 0
    assert soon.ask(ask(33, "sends 33")).may_leave
    assert at(NOW + 0.4, soon.written()).ask(digest(34)).may_leave


def test_a_slot_that_is_promised_to_a_broadcast_is_left_to_it():
    """Answers leave one of the slots that get free; not for long, should nobody come for it."""
    state = full()
    state.ask(ask(30, "sends 30"))
    assert state.ask(digest(31)).everybody > 0
    soon = at(NOW + 0.2, landed(state))
    answers = [soon.ask(ask(n, f"sends {n}")).may_leave for n in range(40, 70)]
    assert answers == [True] * 29 + [False]
    kept = soon.written()
    assert at(NOW + 0.3, kept).ask(digest(31)).may_leave
    # It was told to ask again after 1.02 seconds, and has 0.3 for that.
    assert not at(NOW + 1.31, kept).ask(ask(71, "sends 71")).may_leave
    assert at(NOW + 1.33, kept).ask(ask(72, "sends 72")).may_leave


def test_paid_broadcasts_have_slots_of_their_own():
    """A hundred a second were bought: the thirty of the answers are not touched."""
    state = FloodState(NOW, {}, paid_slots=100)
    sent = [
        state.ask(ask(n, f"sends {n}", broadcast=True, paid=True)).may_leave for n in range(101)
    ]
    assert sent == [True] * 100 + [False]
    assert state.ask(ask(200, "sends 200")).may_leave


def test_what_is_kept_is_small_and_ends():
    """Slots that are over are forgotten, and each state says until when it matters."""
    kept = full().written()
    later = at(NOW + 10, kept)
    later.ask(ask(99, "sends 99"))
    value, until = later.written()[ALL]
    assert list(json.loads(value)["slots"]) == ["99"]
    assert until == NOW + 70
    # One message of a burst of twenty: its token is back a second later.
    assert later.written()["sends 99"][1] == NOW + 11
