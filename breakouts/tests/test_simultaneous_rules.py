"""Rules that say the opposite, added by two organisers at the same moment: one is there, the others are told."""

from collections import Counter
from collections.abc import Callable

import pytest

from breakouts.actions.seating_rules import (
    RuleContradictionError,
    RuleTwiceError,
    add_pair_rule,
    remove_seating_rule,
)
from breakouts.models import SeatingRule
from breakouts.tests import test_simultaneous_merges
from breakouts.tests.test_simultaneous_merges import at_once
from breakouts.tests.worlds import BreakoutWorld

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PEOPLE = 10


@pytest.fixture
def world(erasable_record: None) -> BreakoutWorld:
    return BreakoutWorld()


def test_of_opposite_rules_one_is_there(
    world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = (RuleContradictionError, RuleTwiceError)
    monkeypatch.setattr(test_simultaneous_merges, "TOLD", told)

    def add(kind: str) -> Callable[[], object]:
        return lambda: add_pair_rule(
            round=world.round,
            kind=kind,
            first=world.people["ana"],
            second=world.people["cho"],
            by=world.organiser,
        )

    answers = Counter(at_once([add("together"), add("apart")] * (PEOPLE // 2)))

    half = PEOPLE // 2
    assert answers == {"done": 1, "RuleTwiceError": half - 1, "RuleContradictionError": half}
    rule = SeatingRule.objects.get()
    remove_seating_rule(rule=rule, round=world.round, by=world.organiser)
