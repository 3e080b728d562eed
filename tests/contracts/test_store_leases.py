"""Leases: one holder at a time."""

from storage.records.work import Holder
from tests.storage.samples import DAY, MINUTE, NOW

ONE, TWO = Holder("host-1", "4026", 7, "aa"), Holder("host-2", "4026", 7, "aa")


def test_a_lease_is_held_by_one_until_it_ends(store):
    """The second bot on one database is told who is first, and takes over when that one is gone."""
    mine = store.take_lease("leader", ONE, NOW, NOW + MINUTE)
    assert (mine.holder, mine.taken_at, mine.until) == (ONE, NOW, NOW + MINUTE)
    assert store.take_lease("leader", TWO, NOW, NOW + DAY) == mine
    renewed = store.take_lease("leader", ONE, NOW + MINUTE / 2, NOW + 2 * MINUTE)
    assert (renewed.taken_at, renewed.until) == (NOW, NOW + 2 * MINUTE)
    assert store.take_lease("other", TWO, NOW, NOW + MINUTE).holder == TWO
    after = NOW + 2 * MINUTE
    taken = store.take_lease("leader", TWO, after, after + MINUTE)
    assert (taken.holder, taken.taken_at) == (TWO, after)


def test_only_its_holder_gives_a_lease_back(store):
    """Then anyone may take it at once."""
    store.take_lease("leader", ONE, NOW, NOW + DAY)
    store.release_lease("leader", TWO)
    assert store.take_lease("leader", TWO, NOW, NOW + DAY).holder == ONE
    store.release_lease("leader", ONE)
    assert store.take_lease("leader", TWO, NOW, NOW + DAY).holder == TWO
