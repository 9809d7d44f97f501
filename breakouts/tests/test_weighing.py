"""What counts most in a round, in words."""

from dataclasses import replace

import pytest
from django.urls import reverse

from breakouts.instances.weighing import say_all_weightings, say_weighting, weights_of
from breakouts.models import Round
from breakouts.solver.model import WEIGHTS
from breakouts.tests.test_assign import assign
from breakouts.tests.worlds import BreakoutWorld, SignIn


def test_each_choice_is_one_that_the_solver_knows() -> None:
    assert sorted(Round.Weighting.values) == sorted(WEIGHTS)
    for name in Round.Weighting.values:
        assert weights_of(Round(weighting=name)) == WEIGHTS[name]


def test_the_words_are_the_solvers_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    prices = {
        "topics_first": replace(
            WEIGHTS["topics_first"], preference=1000, administration=300, repeats=20
        ),
        "balanced": replace(WEIGHTS["balanced"], preference=200, administration=200, repeats=20),
        "mixing_first": replace(WEIGHTS["mixing_first"], preference=100, administration=200),
    }
    monkeypatch.setattr("breakouts.instances.weighing.WEIGHTS", prices)

    assert say_weighting("topics_first") == (
        "One person’s step from one wish to the next weighs as much as 3.3 colleagues too many in a group, or as "
        "50 pairs who meet again."
    )
    assert say_all_weightings().endswith(
        ": 3.3 with topics first, 1 balanced, 0.5 with mixing first."
    )


def test_the_page_of_the_round_says_what_counts_most(world: BreakoutWorld, sign_in: SignIn) -> None:
    Round.objects.filter(pk=world.round.pk).update(weighting="topics_first")
    page = sign_in(world.organiser).get(reverse("breakouts:round-detail", args=["here", 1]))
    text = page.content.decode()
    assert "What counts most: Topics first: what people asked for." in text
    assert say_weighting("topics_first") in text


def test_a_run_is_solved_by_it(world: BreakoutWorld) -> None:
    for name in (Round.Weighting.TOPICS_FIRST, Round.Weighting.MIXING_FIRST):
        Round.objects.filter(pk=world.round.pk).update(weighting=name)
        plan = assign(world).plan
        assert plan is not None
        assert plan.figures["weights"] == name
