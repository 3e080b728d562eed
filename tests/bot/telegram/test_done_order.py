"""What counts as done when: a crash at any moment leaves nothing to be done in another order."""

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.done_order import DoneOrder

CHATS = st.sampled_from([1, -2, None])


@given(st.lists(st.tuples(CHATS, st.booleans()), max_size=12), st.randoms(use_true_random=False))
def test_no_change_counts_as_done_before_what_came_before_it(updates, chance):
    """Whatever ends first: of a chat nothing is left to be done that a done change came after."""
    order = DoneOrder()
    for number, (chat, _) in enumerate(updates):
        order.begin(chat, number)
    left = list(range(len(updates)))
    done: list[int] = []
    while left:
        number = left.pop(chance.randrange(len(left)))
        chat, changes = updates[number]
        done += order.end(chat, number, changes=changes)
        for late in done:
            its_chat, changed = updates[late]
            before = [n for n in left if updates[n][0] == its_chat and n < late]
            assert its_chat is None or not changed or not before
    assert sorted(done) == list(range(len(updates)))


def test_what_another_process_answers_is_not_marked_here():
    """Nor what was held back behind it: the other one does both, in their order."""
    order = DoneOrder()
    for number in (1, 2, 3):
        order.begin(7, number)
    assert order.end(7, 2, changes=True) == ()
    order.drop(7, 1)
    assert order.end(7, 3, changes=True) == (3,)
