"""What the processes of one bot know of each other for a moment."""

import threading
import time

import pytest

from storage.store import open_store
from tests.storage.samples import NOW


def count_up(_now, states):
    return {"n": (str(int(states.get("n", "0")) + 1), _now + 60)}


def value_of(store, name):
    seen = {}

    def look(_now, states):
        seen.update(states)
        return {}

    store.change_shared(1, [name], look)
    return seen.get(name)


def test_many_who_change_a_state_at_once_do_so_in_turn(store):
    """Nobody works on a value that another is about to replace."""

    def work():
        for _ in range(10):
            store.change_shared(1, ["n"], count_up)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert value_of(store, "n") == "40"


def test_the_clock_is_the_databases_and_what_is_over_is_swept(store):
    """Seconds since 1970, as this machine has them; a state is kept until its second."""
    store.change_shared(1, [], lambda now, _: {"clock": (str(now), now + 60)})
    assert abs(float(value_of(store, "clock")) - time.time()) < 5
    store.change_shared(1, [], lambda now, _: {"old": ("1", now - 1), "new": ("2", now + 60)})
    assert store.sweep_shared() == 1
    assert (value_of(store, "old"), value_of(store, "new")) == (None, "2")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_one_process_tells_all_others_hear_at_once(store, database_url):
    """Its own bulletins too, and a promotion by itself; nothing is heard after the end."""
    other, heard, ready, end = open_store(database_url), [], threading.Event(), threading.Event()

    def hear(bulletin):
        heard.append(bulletin)
        if bulletin == "last":
            end.set()

    listening = threading.Thread(target=other.listen, args=(hear, ready.set, end))
    listening.start()
    assert ready.wait(10)
    store.tell_all(["first", "second"])
    store.rollback("TSLA", NOW)
    store.tell_all(["last"])
    listening.join(10)
    assert heard == ["first", "second", "models", "last"]
    other.close()
