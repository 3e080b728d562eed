"""The limits on questions: each its own, told once, open again when a third is free."""

import pytest

from bot.answers.user_rate_limit import Allowance, QuestionBudget
from bot.errors import TooManyRequestsError

SIX = Allowance(burst=6, per_second=0.5)
MANY = Allowance(burst=1000, per_second=1000)


def refusal(ask):
    with pytest.raises(TooManyRequestsError) as caught:
        ask()
    return caught.value


def test_who_floods_is_told_once_and_others_are_served():
    """Six are free; then one refusal that says how long, then silence, then two a four seconds."""
    budget = QuestionBudget(person=SIX, everybody=MANY)
    for _ in range(6):
        budget.spend("ann", 0.0)
    first = refusal(lambda: budget.spend("ann", 0.0))
    assert (first.told, first.scope, first.wait_seconds) == (False, "person", pytest.approx(4))
    again = refusal(lambda: budget.spend("ann", 3.0))
    assert (again.told, again.wait_seconds) == (True, pytest.approx(1))
    budget.spend("ben", 3.0)
    budget.spend("ann", 4.0)
    budget.spend("ann", 4.0)
    assert not refusal(lambda: budget.spend("ann", 4.0)).told


def test_a_thousand_commands_by_one_person_get_few_answers_and_few_words():
    """One a hundredth of a second, for ten seconds: the burst, one refusal and what refilled."""
    budget = QuestionBudget(everybody=MANY)
    answered, told = 0, 0
    for number in range(1000):
        try:
            budget.spend("ann", number / 100)
        except TooManyRequestsError as err:
            told += not err.told
        else:
            answered += 1
    assert (answered, told) == (30, 1)


def test_a_group_has_its_own_limit_whoever_asks_there():
    """Its members may still ask in private."""
    budget = QuestionBudget(group=SIX)
    for _ in range(6):
        budget.spend_in_group(-7, 0.0)
    assert refusal(lambda: budget.spend_in_group(-7, 0.0)).scope == "chat"
    budget.spend_in_group(-8, 0.0)


def test_all_together_have_a_limit_too():
    """Whoever comes after a thousand others is asked to come again."""
    budget = QuestionBudget(everybody=SIX)
    for number in range(6):
        budget.spend(number, 0.0)
    assert refusal(lambda: budget.spend(99, 0.0)).scope == "all"


def test_a_question_for_many_tickers_costs_as_many():
    """Four at once are four of six: three more are refused, two more are not."""
    budget = QuestionBudget(person=SIX)
    budget.spend("ann", 0.0, 4)
    assert refusal(lambda: budget.spend("ann", 0.0, 3)).scope == "person"
    budget.spend("ann", 0.0, 2)
