"""What a run reached, in sentences beside the best possible and a random deal, and whose wishes are met least."""

from typing import Any

import pytest
from django.urls import reverse

from breakouts.actions.plans import publish_plan
from breakouts.instances.boarding import draw_board
from breakouts.instances.building import gather
from breakouts.instances.figures import worst_off
from breakouts.instances.wording import say_outcome
from breakouts.models import Preference, Round
from breakouts.tests.test_assign import assign
from breakouts.tests.test_reasons import rank
from breakouts.tests.worlds import BreakoutWorld, SignIn, make_topic, move_person


def term(value: int, bound: int, random: int) -> dict[str, int]:
    return {"value": value, "bound": bound, "random": random}


RUN: dict[str, Any] = {
    "people": 60,
    "ranked": 50,
    "by_rank": {"0": 1, "1": 32, "2": 10, "3": 5, "4": 2},
    "first": term(32, 35, 12),
    "colleagues": term(2, 2, 20),
    "met_before": term(30, 24, 61),
    "rules": term(0, 0, 9),
}


def test_a_run_in_words() -> None:
    assert say_outcome(RUN) == [
        (
            "64 % of those who answered discuss their first choice, 94 % one of their first three; no plan gives "
            "more than 70 % their first, and drawing lots gives 24 %."
        ),
        (
            "Colleagues are spread evenly but for 2 people, and no plan does better; by drawing lots it would be 20."
        ),
        (
            "30 pairs who met in an earlier round meet again; at least 24 must, and drawing lots gives 61."
        ),
        "Every rule holds.",
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"colleagues": term(0, 0, 9)},
            "Colleagues are spread evenly over the groups; by drawing lots 9 people would sit with too many.",
        ),
        (
            {"colleagues": term(3, 1, 9)},
            (
                "Colleagues are spread evenly but for 3 people; no plan has fewer than 1, and by drawing lots it "
                "would be 9."
            ),
        ),
        (
            {"colleagues": term(1, 0, 9)},
            "Colleagues are spread evenly but for 1 person; by drawing lots it would be 9.",
        ),
        ({"rules": term(2, 0, 9)}, "2 rules do not hold."),
    ],
)
def test_other_outcomes(changes: dict[str, Any], words: str) -> None:
    assert words in say_outcome(RUN | changes)


def test_nothing_is_said_of_what_there_was_not() -> None:
    first_round = RUN | {"ranked": 0, "met_before": term(0, 0, 0), "rules": None}
    assert len(say_outcome(first_round)) == 1
    assert say_outcome({}) == []


def test_whose_wishes_are_met_least(world: BreakoutWorld) -> None:
    third = make_topic(world.here)
    world.publish()
    rank(world, "ana", world.second)
    rank(world, "ben", world.first, world.second)
    rank(world, "cho", world.first)
    rank(world, "dai", world.first, third, world.second)

    found = worst_off(gather(world.round))

    p = world.people
    assert [(each.person.pk, each.group, each.rank, each.cost) for each in found] == [
        (p["ana"].pk, world.one, 0, 7),
        (p["ben"].pk, world.two, 2, 1),
        (p["dai"].pk, world.two, 2, 1),
    ]
    assert len(worst_off(gather(world.round), most=1)) == 1


def outcome(world: BreakoutWorld, sign_in: SignIn) -> list[str]:
    page = sign_in(world.organiser).get(reverse("breakouts:round-detail", args=["here", 1]))
    found: list[str] = page.context["outcome"]
    return found


def first_figure(world: BreakoutWorld) -> Any:
    return draw_board(gather(world.round)).figures[0]["label"]


def test_lots_give_half_of_six_people_their_first_choice_of_two(world: BreakoutWorld) -> None:
    """Not what one draw happens to give: that may be all."""
    people = [*(world.people[who] for who in ("ana", "ben", "cho", "dai")), *world.crowd(2)]
    for number, person in enumerate(people):
        topic = (world.first, world.second)[number % 2]
        Preference.objects.create(round=world.round, registration=person, topic=topic, rank=1)

    plan = assign(world).plan

    assert plan is not None
    first = plan.figures["first"]
    assert (first["value"], first["bound"], round(first["random"])) == (6, 6, 3)


def test_a_figure_that_cannot_be_another_one_stands_alone(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    world.two.delete()
    rank(world, "ana", world.first)
    assert assign(world).plan is not None
    assert first_figure(world) == "in their first choice"
    words = "100 % of those who answered discuss their first choice."
    assert outcome(world, sign_in)[0] == words


def test_what_is_moved_by_hand_counts_at_once(world: BreakoutWorld, sign_in: SignIn) -> None:
    plan = assign(world).plan
    assert plan is not None
    assert outcome(world, sign_in)[-1] == "Every rule holds."

    material = gather(world.round)
    chosen = next(each for each in material.people if material.places[each.pk] == world.one.pk)
    move_person(plan=plan, registration=chosen, to=world.two, by=world.organiser)

    assert outcome(world, sign_in)[-1] == "2 rules do not hold."


def test_who_ranked_after_the_run_is_not_held_against_what_it_could_reach(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    assert assign(world).plan is not None
    rank(world, "ana", world.first)
    assert first_figure(world) == "in their first choice"
    assert len(outcome(world, sign_in)) == 2

    assert assign(world).plan is not None
    assert first_figure(world).startswith("in their first choice; at most 100 % possible, ")
    assert outcome(world, sign_in)[0].startswith("100 % of those who answered")


def test_a_draft_from_before_a_ranking_says_what_it_does_not_know(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    def said() -> bool:
        page = sign_in(world.organiser).get(reverse("breakouts:round-detail", args=["here", 1]))
        return "1 person has ranked the topics since this draft was made" in page.content.decode()

    assert assign(world).plan is not None
    assert said() is False
    rank(world, "ana", world.first)
    assert said() is True
    world.enter(Round.Status.RANKING)
    assert said() is False  # more may rank: nothing is assigned now
    world.enter(Round.Status.CLOSED)
    assert said() is False  # nor now
    world.enter(Round.Status.ASSIGNING)
    plan = assign(world).plan
    assert plan is not None
    assert said() is False
    publish_plan(plan=plan, by=world.organiser)
    rank(world, "ben", world.first)
    assert said() is False


def test_the_page_tells_both_and_leads_to_the_reasons(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    for who in ("ana", "ben", "cho"):
        rank(world, who, world.first, world.second)
    assert assign(world).plan is not None

    page = sign_in(world.organiser).get(reverse("breakouts:round-detail", args=["here", 1]))

    text = page.content.decode()
    assert "67 % of those who answered discuss their first choice, 100 % one of their first" in text
    [last] = page.context["worst_off"]
    assert reverse("breakouts:placement-detail", args=["here", 1, last.person.public_id]) in text
