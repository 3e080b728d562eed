"""What fails every few seconds is told when it begins and when it is over."""

import logging

from bot.lasting_trouble import LastingTrouble


def test_a_trouble_is_said_once_until_it_is_over(caplog):
    """Three failures, two good turns, one failure: three lines."""
    trouble = LastingTrouble(logging.getLogger("test"), "not-written job=x")
    with caplog.at_level(logging.INFO):
        trouble.over()
        for reason in ("full", "fuller", "full"):
            trouble.met(reason)
        trouble.over()
        trouble.over()
        trouble.met("full again")
    assert caplog.messages == [
        "not-written job=x reason='full'",
        "over: not-written job=x",
        "not-written job=x reason='full again'",
    ]
