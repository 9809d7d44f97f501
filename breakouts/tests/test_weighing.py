"""What counts most in a round, in words."""

from dataclasses import replace

import pytest
from django.urls import reverse

from breakouts.instances.weighing import ALIKE, say_all_weightings, say_weighting, weights_of
from breakouts.models import Round
from breakouts.solver.model import WEIGHTS
from breakouts.tests.test_assign import assign
from breakouts.tests.worlds import BreakoutWorld, SignIn


def test_each_choice_is_one_that_the_solver_knows() -> None:
    assert sorted(Round.Weighting.values) == sorted(WEIGHTS)
    for name in Round.Weighting.values:
        assert weights_of(Round(weighting=name)) == WEIGHTS[name]


@pytest.mark.parametrize(
    ("administration", "words"),
    [
        (
            300,
            "Where topic and mixing collide, people get the topic they asked for and sit with colleagues.",
        ),
        (
            900,
            "A better topic for one person and a colleague less in a group count about the same.",
        ),
        (
            2000,
            "Where topic and mixing collide, colleagues sit apart and somebody gets a topic further down the list.",
        ),
    ],
)
def test_the_words_follow_the_solvers_prices(
    monkeypatch: pytest.MonkeyPatch, administration: int, words: str
) -> None:
    weights = replace(
        WEIGHTS["topics_first"], preference=1000, administration=administration, repeats=20
    )
    monkeypatch.setattr("breakouts.instances.weighing.WEIGHTS", {"topics_first": weights})

    said = say_weighting("topics_first")

    assert said.startswith(f"{words} In numbers: one step down in somebody’s choices counts as ")
    assert said.endswith(" colleagues too many in a group, or as 50 pairs who meet again.")
    assert ("as 3.3 colleagues" in said) is (administration == 300)


def test_each_choice_means_what_its_name_says() -> None:
    ratios = [
        WEIGHTS[name].preference / WEIGHTS[name].administration
        for name in ("topics_first", "balanced", "mixing_first")
    ]
    assert ratios[0] > ALIKE[1] > ratios[1] > ALIKE[0] > ratios[2]
    assert "Topics first: choices count more than sitting apart." in say_all_weightings()


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
