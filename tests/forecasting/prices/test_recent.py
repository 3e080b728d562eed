"""What was used last stays, what was used longest ago goes, within the budget."""

from forecasting.prices.recent import Recent


def test_longest_unused_values_go_first():
    """Of three values in room for two, the one that was just read stays."""
    recent: Recent[str] = Recent(len, budget=10)
    recent.put("a", "xxxx")
    recent.put("b", "xxxx")
    assert recent.get("a") == "xxxx"
    recent.put("c", "xxxx")
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == ("xxxx", None, "xxxx")


def test_replaced_value_counts_once():
    """Five writes under one name leave room for another."""
    recent: Recent[str] = Recent(len, budget=10)
    for _ in range(5):
        recent.put("a", "xxxx")
    recent.put("b", "xxxx")
    assert recent.get("a") == "xxxx"


def test_value_beyond_the_whole_budget_is_kept_alone():
    """What is larger than the room is still answered, and everything else makes way."""
    recent: Recent[str] = Recent(len, budget=3)
    recent.put("a", "x")
    recent.put("b", "xxxxx")
    assert (recent.get("a"), recent.get("b")) == (None, "xxxxx")


def test_cleared_means_empty_with_the_whole_budget_again():
    """After clearing, two values of half the room fit."""
    recent: Recent[str] = Recent(len, budget=4)
    recent.put("a", "xxxx")
    recent.clear()
    assert recent.get("a") is None
    recent.put("b", "xx")
    recent.put("c", "xx")
    assert recent.get("b") == "xx"
