"""Leases: one holder at a time."""

from tests.storage.samples import DAY, MINUTE, NOW


def test_a_lease_is_held_by_one_until_it_ends(store):
    """The second bot on one database is told who is first, and takes over when that one is gone."""
    mine = store.take_lease("leader", "one", NOW, NOW + MINUTE)
    assert (mine.holder, mine.taken_at, mine.until) == ("one", NOW, NOW + MINUTE)
    assert store.take_lease("leader", "two", NOW, NOW + DAY) == mine
    renewed = store.take_lease("leader", "one", NOW + MINUTE / 2, NOW + 2 * MINUTE)
    assert (renewed.taken_at, renewed.until) == (NOW, NOW + 2 * MINUTE)
    assert store.take_lease("other", "two", NOW, NOW + MINUTE).holder == "two"
    after = NOW + 2 * MINUTE
    taken = store.take_lease("leader", "two", after, after + MINUTE)
    assert (taken.holder, taken.taken_at) == ("two", after)


def test_only_its_holder_gives_a_lease_back(store):
    """Then anyone may take it at once."""
    store.take_lease("leader", "one", NOW, NOW + DAY)
    store.release_lease("leader", "two")
    assert store.take_lease("leader", "two", NOW, NOW + DAY).holder == "one"
    store.release_lease("leader", "one")
    assert store.take_lease("leader", "two", NOW, NOW + DAY).holder == "two"
