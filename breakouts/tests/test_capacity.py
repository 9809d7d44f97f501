"""What a round's page counts before anybody asks for a plan."""

from typing import Any

import pytest
from django.urls import reverse

from breakouts.actions.groups import name_group_role
from breakouts.actions.moves import set_lock
from breakouts.actions.seating_rules import add_pair_rule, add_place_rule
from breakouts.instances.building import build_instance, gather
from breakouts.instances.capacity import Capacity, check_capacity
from breakouts.instances.wording import say_rules
from breakouts.models import Group, GroupRole, Round
from breakouts.solver.conflicts import find_conflict
from breakouts.solver.model import Instance
from breakouts.tests.worlds import BreakoutWorld, SignIn, make_group, make_plan, make_round
from events.models import Workshop
from participants.models import Registration


def counted(world: BreakoutWorld) -> Capacity:
    return check_capacity(gather(world.round))


def said(world: BreakoutWorld) -> list[tuple[str, str, bool]]:
    return [(each.label, each.text, each.is_ok) for each in counted(world).checks]


def change(group: Group, **fields: Any) -> None:
    Group.objects.filter(pk=group.pk).update(**fields)


def person(world: BreakoutWorld, name: str, **fields: Any) -> None:
    Registration.objects.filter(pk=world.people[name].pk).update(**fields)


def test_enough_seats_for_everybody(world: BreakoutWorld) -> None:
    found = counted(world)

    assert (found.is_possible, found.people, found.seats, found.problems) == (True, 4, 4, [])
    assert said(world)[0] == ("Seats in all", "4 people, 4 seats.", True)


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        ({"maximum": 1, "minimum": 0}, "4 people, but 2 seats."),
        ({"minimum": 3, "maximum": 5}, "4 people, but the groups need 6 at least."),
    ],
)
def test_too_few_or_too_many_seats(world: BreakoutWorld, limits: dict[str, int], text: str) -> None:
    world.round.groups.update(**limits)

    found = counted(world)
    page = reverse("breakouts:round-detail", args=["here", 1])
    assert not found.is_possible
    assert said(world)[0] == ("Seats in all", text, False)
    assert found.checks[0].url == f"{page}#groups"
    assert page not in {each.url for each in found.problems}  # each leads to where it is changed


@pytest.mark.parametrize(
    ("limits", "sizes"),
    [
        ({}, [(2, 2), (2, 2)]),
        ({"maximum": 1}, [(1, 1), (3, 3)]),
        ({"minimum": 3}, [(3, 3), (1, 1)]),
        ({"minimum": 0, "maximum": 1}, [(0, 1), (3, 3)]),
        ({"minimum": 1, "maximum": 4}, [(1, 4), (2, 2)]),
        ({"minimum": 9}, [(9, 9), (0, 0)]),
    ],
)
def test_groups_without_limits_share_what_the_others_leave(
    world: BreakoutWorld, limits: dict[str, int], sizes: list[tuple[int, int]]
) -> None:
    change(world.one, **limits)

    material = gather(world.round)
    assert [material.limits[group.pk] for group in material.groups] == sizes
    rooms = build_instance(material, with_past=False)["rounds"][-1]["rooms"]
    unset = [(None, None)] * 2  # the solver's own even share
    assert [(room["min"], room["max"]) for room in rooms] == (sizes if limits else unset)


def test_a_group_of_its_own_size_leaves_everybody_a_seat(world: BreakoutWorld) -> None:
    change(world.one, minimum=0, maximum=1)

    found = counted(world)
    assert (found.is_possible, found.people, found.seats) == (True, 4, 4)


def test_who_speaks_one_language_needs_a_seat_in_it(world: BreakoutWorld) -> None:
    for name in ("ana", "ben", "cho"):
        person(world, name, speaks=["fr"])
    person(world, "dai", speaks=["en", "fr"])
    change(world.one, languages=["en"])

    assert said(world)[1:3] == [
        ("Speak only French", "3 people, but 2 seats.", False),
        ("Groups in English", "1 person, but the groups need 2 at least.", False),
    ]
    edit = reverse("breakouts:group-edit", args=["here", 1, 1])
    assert counted(world).checks[2].url == edit  # the one group that would have to change
    change(world.one, minimum=0)
    change(world.two, maximum=3)
    found = counted(world)
    assert (found.is_possible, [check.is_ok for check in found.checks[:3]]) == (True, [True] * 3)


def test_who_comes_needs_a_group_on_site(world: BreakoutWorld) -> None:
    Workshop.objects.update(format="hybrid")
    for name in world.people:
        person(world, name, attends=Registration.Attends.ON_SITE)
    person(world, "ana", attends=Registration.Attends.ONLINE)
    change(world.two, format="on_site")

    modes = [each for each in said(world) if each[0].startswith("Take part")]
    assert modes == [
        ("Take part online", "1 person, but the groups need 2 at least.", False),
        ("Take part on site", "3 people, but 2 seats.", False),
    ]


def test_nobody_is_named_for_two_groups(world: BreakoutWorld) -> None:
    ana = world.people["ana"]
    role = GroupRole.Role.FACILITATOR
    name_group_role(group=world.one, user=ana.user, role=role, by=world.organiser)
    assert said(world)[-1] == (
        "Named for a group",
        "1 person, each in one group that has the seats.",
        True,
    )
    plan = make_plan(world.round, {world.two: [ana]}, world.organiser)
    set_lock(plan=plan, registration=ana, is_locked=True, by=world.organiser)

    [failed] = counted(world).failed
    assert failed.text == (
        f"{ana.user} (Fiji) cannot be in two groups: facilitates group 1 and is locked in group 2."
    )
    assert failed.url == reverse("breakouts:round-board", args=["here", 1])


def test_no_more_are_named_for_a_group_than_fit(world: BreakoutWorld) -> None:
    for name in ("ana", "ben", "cho"):
        add_place_rule(
            round=world.round,
            kind="pin",
            person=world.people[name],
            group=world.two,
            by=world.organiser,
        )

    found = counted(world)

    [failed] = found.failed
    assert failed.text == "3 people are named for group 2, which takes 2."
    assert failed.url == reverse("breakouts:group-edit", args=["here", 1, 2])
    page = reverse("breakouts:round-detail", args=["here", 1])
    assert {each.url for each in found.problems} == {failed.url} | {
        f"{page}#rule-{rule.pk}" for rule in gather(world.round).rules
    }


def test_the_fewest_are_searched_once_as_long_as_nothing_changes(
    world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = []

    def search(instance: Instance) -> list[str]:
        searched.append(instance)
        return find_conflict(instance)

    monkeypatch.setattr("breakouts.instances.capacity.find_conflict", search)
    world.crowd(2)
    world.round.groups.update(minimum=0, maximum=2)

    first = counted(world).problems
    assert (counted(world).problems, len(searched)) == (first, 1)
    change(world.one, maximum=1)
    assert (counted(world).problems == first, len(searched)) == (False, 2)
    change(world.one, maximum=4)
    assert (counted(world).problems, len(searched)) == ([], 2)


def test_the_page_is_red_with_the_rules_that_collide_before_assign(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    people = world.people
    rules = [
        add_pair_rule(
            round=world.round, kind="apart", first=people[a], second=people[b], by=world.organiser
        )
        for a, b in (("ana", "ben"), ("ben", "cho"), ("cho", "ana"))
    ]
    organiser = sign_in(world.organiser)
    url = reverse("breakouts:round-detail", args=["here", 1])

    text = organiser.get(url).content.decode()

    assert "This cannot work:" in text
    for rule in rules:
        assert f'href="{url}#rule-{rule.pk}"' in text
        assert f'id="rule-{rule.pk}"' in text
    button = '<button class="btn btn-primary" disabled aria-describedby="not-now">Assign</button>'
    assert button in text
    assert '<a href="#cannot">this cannot work yet</a>' in text
    make_group(world.round, world.first)
    world.crowd(2)
    text = organiser.get(url).content.decode()
    assert "This cannot work:" not in text
    assert '<button class="btn btn-primary">Assign</button>' in text


def test_many_who_need_the_same_are_one_line(world: BreakoutWorld) -> None:
    for name in ("ana", "ben", "cho", "dai"):
        person(world, name, speaks=["fr"])
    world.round.groups.update(languages=["en"])
    names = [f"language:{each.pk}:round-1" for each in list(world.people.values())[:4]]

    material = gather(world.round)
    assert [said.text for said in say_rules(material, [*names, "max:round-1:group-1"])] == [
        (
            f"4 people speak French and need a group in that language: {world.user('ana')}, Fiji and others."
        ),
        "Group 1 takes 2 people at most.",
    ]
    assert len(say_rules(material, names[:3])) == 3


def test_of_a_crowd_the_page_says_only_that_rules_collide(
    world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = world.people
    for a, b in (("ana", "ben"), ("ben", "cho"), ("cho", "ana")):
        add_pair_rule(
            round=world.round, kind="apart", first=people[a], second=people[b], by=world.organiser
        )
    monkeypatch.setattr("breakouts.instances.capacity.NAMED_UP_TO", 3)
    [said] = counted(world).problems
    assert said.text.endswith("Assign says which of them collide.")
    monkeypatch.setattr("breakouts.instances.capacity.CHECKED_UP_TO", 3)
    assert counted(world).problems == []


def test_nothing_is_counted_without_people_or_groups_or_once_it_is_over(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    assert check_capacity(gather(make_round(world.here))).checks == []
    world.enter(Round.Status.CLOSED)
    page = sign_in(world.organiser).get(reverse("breakouts:round-detail", args=["here", 1]))
    assert page.context["capacity"] is None
