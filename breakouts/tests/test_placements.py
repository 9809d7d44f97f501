"""The organiser's page about one person's place: wishes and what stood in the way, rules, colleagues, what would help."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from breakouts.actions.groups import name_group_role
from breakouts.actions.moves import set_lock
from breakouts.actions.seating_rules import add_pair_rule, add_place_rule
from breakouts.instances.building import gather
from breakouts.instances.placing import Placement, explain_place
from breakouts.models import Assignment, Group, Round
from breakouts.tests.test_reasons import rank
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    make_group,
    make_plan,
    make_round,
    move_person,
)


def explained(world: BreakoutWorld, who: str) -> Placement:
    material = gather(world.round)
    person = next(each for each in material.people if each.pk == world.people[who].pk)
    return explain_place(material, person)


def page(world: BreakoutWorld, sign_in: SignIn, who: str) -> str:
    args = ["here", world.round.ordinal, world.people[who].public_id]
    url = reverse("breakouts:placement-detail", args=args)
    return " ".join(sign_in(world.organiser).get(url).content.decode().split())


def named(world: BreakoutWorld, who: str) -> str:
    person = world.people[who]
    return f"{person.user} ({person.delegation.administration.name})"


@pytest.fixture
def seated(world: BreakoutWorld) -> BreakoutWorld:
    """Ana and Cho in group 1, Ben and Dai in group 2; all but Dai wish for topic 2, Ana for nothing else."""
    rank(world, "ana", world.second)
    rank(world, "ben", world.second, world.first)
    rank(world, "cho", world.second, world.first)
    world.publish()
    world.one.roles.all().delete()
    return world


def test_wishes_with_what_stood_in_the_way_and_what_would_help(seated: BreakoutWorld) -> None:
    found = explained(seated, "cho")

    assert (found.group, found.rank, found.has_ranked, found.is_forced) == (
        seated.one,
        2,
        True,
        False,
    )
    assert [(c.rank, c.topic, c.is_here, c.why) for c in found.choices] == [
        (1, seated.second, False, "Group 2 is full with 2."),
        (2, seated.first, True, ""),
    ]
    assert found.swap == (
        f"An exchange with {named(seated, 'dai')} of group 2 would give choice 1; they would lose nothing. "
        "The plan as a whole would be none the worse."
    )


def test_the_price_of_help_is_said(seated: BreakoutWorld) -> None:
    rank(seated, "dai", seated.second, seated.first)
    found = explained(seated, "cho")

    assert found.swap.startswith("An exchange with ")
    assert "they would go from choice 1 to choice 2." in found.swap
    assert explained(seated, "ben").swap == ""


def test_a_rule_in_the_way_is_named_and_linked(seated: BreakoutWorld) -> None:
    barred = add_place_rule(
        round=seated.round,
        kind="forbid",
        person=seated.people["cho"],
        group=seated.two,
        note="Wrote it",
        by=seated.organiser,
    )
    found = explained(seated, "cho")

    url = reverse("breakouts:round-detail", args=["here", 1]) + f"#rule-{barred.pk}"
    assert (found.choices[0].why, found.choices[0].url) == (
        f"{named(seated, 'cho')} does not sit in group 2.",
        url,
    )
    assert (found.rules, found.is_forced) == ([barred], True)
    assert found.swap == ""


def test_roles_locks_and_rules_that_hold_somebody(seated: BreakoutWorld) -> None:
    ana, dai = seated.people["ana"], seated.people["dai"]
    name_group_role(group=seated.one, user=ana.user, role="facilitator", by=seated.organiser)
    set_lock(plan=seated.round.plans.get(), registration=dai, is_locked=True, by=seated.organiser)
    kept = add_pair_rule(
        round=seated.round, kind="apart", first=ana, second=dai, by=seated.organiser
    )

    roles = reverse("breakouts:group-roles", args=["here", 1, 1])
    assert [(said.text, said.url) for said in explained(seated, "ana").held] == [
        ("Who facilitates or reports for group 1 sits in it.", roles)
    ]
    found = explained(seated, "dai")
    assert [said.text for said in found.held] == [f"{dai.user}, Japan is locked by hand."]
    assert found.rules == [kept]


def test_colleagues_and_whom_they_met(seated: BreakoutWorld) -> None:
    later = make_round(seated.here)
    groups = [make_group(later, seated.first), make_group(later, seated.second)]
    p = seated.people
    make_plan(
        later,
        {groups[0]: [p["ana"], p["ben"], p["cho"]], groups[1]: [p["dai"]]},
        seated.organiser,
    )
    seated.round = later

    found = explained(seated, "ana")

    assert [(each.pk, group) for each, group in found.colleagues] == [(p["ben"].pk, groups[0])]
    assert (found.colleagues_here, found.colleagues_allowed) == (1, 1)
    assert [(each.pk, rounds) for each, rounds in found.met] == [
        (p["cho"].pk, [Round.objects.get(ordinal=1)])
    ]


def test_a_better_topic_without_a_way_and_other_reasons(seated: BreakoutWorld) -> None:
    third = make_group(seated.round, seated.first)
    Group.objects.filter(pk=third.pk).update(minimum=0, maximum=0)
    Group.objects.filter(pk=seated.two.pk).update(languages=["fr"])
    type(seated.people["ben"]).objects.filter(pk=seated.people["ben"].pk).update(speaks=["fr"])

    found = explained(seated, "cho")

    assert found.choices[0].why == "No group on it is in a language of theirs."
    assert found.swap == ""
    Group.objects.filter(pk=seated.two.pk).update(languages=[], format="on_site")
    assert explained(seated, "cho").choices[0].why == (
        "No group on it meets the way they take part."
    )


def test_somebody_without_a_place_has_a_page(seated: BreakoutWorld, sign_in: SignIn) -> None:
    Assignment.objects.filter(registration=seated.people["cho"]).delete()

    assert explained(seated, "cho").group is None
    assert explained(seated, "ana").group == seated.one
    assert "No group yet." in page(seated, sign_in, "cho")


def test_the_page_says_who_moved_the_person_and_links_back(
    seated: BreakoutWorld, sign_in: SignIn
) -> None:
    move_person(
        plan=seated.round.plans.get(),
        registration=seated.people["dai"],
        to=seated.one,
        by=seated.organiser,
    )
    text = page(seated, sign_in, "dai")

    assert f"Moved to group 1 by {seated.organiser}" in text
    assert "By the published plan the place is in group 2." in text
    assert "By draft 2." in text
    board = sign_in(seated.organiser).get(reverse("breakouts:round-board", args=["here", 1]))
    for who in ("ana", "ben", "cho", "dai"):
        args = ["here", 1, seated.people[who].public_id]
        assert reverse("breakouts:placement-detail", args=args) in board.content.decode()


def test_a_person_of_another_workshop_has_no_page_here(
    seated: BreakoutWorld, sign_in: SignIn
) -> None:
    url = reverse("breakouts:placement-detail", args=["here", 1, seated.people["eve"].public_id])
    assert sign_in(seated.organiser).get(url).status_code == 404
    own = reverse("breakouts:placement-detail", args=["here", 1, seated.people["ana"].public_id])
    assert sign_in(seated.user("ana")).get(own).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queries_do_not_grow(
    seated: BreakoutWorld,
    sign_in: SignIn,
    rows: int,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for person in seated.crowd(rows):
        add_pair_rule(
            round=seated.round,
            kind="apart",
            first=seated.people["ana"],
            second=person,
            by=seated.organiser,
        )
        Assignment.objects.create(
            plan=seated.round.plans.get(), group=seated.two, registration=person
        )
    client = sign_in(seated.organiser)
    url = reverse("breakouts:placement-detail", args=["here", 1, seated.people["ana"].public_id])
    with django_assert_num_queries(12):
        assert client.get(url).status_code == 200
