"""Small facts by name."""


def test_a_note_is_replaced_by_its_next_value(store):
    """A replay finds the instant it had reached."""
    assert store.load_note("clock") is None
    store.save_note("clock", "2020-03-04")
    store.save_note("clock", "2020-03-05")
    assert store.load_note("clock") == "2020-03-05"
