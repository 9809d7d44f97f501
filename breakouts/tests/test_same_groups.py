"""A round with the same groups as the round before: who stays, whatever happened in between."""

import pytest

from breakouts.actions.plans import request_assignment, run_assignment
from breakouts.actions.seating_rules import add_place_rule
from breakouts.instances.building import gather
from breakouts.instances.capacity import check_capacity
from breakouts.models import Assignment, Group, GroupRole, Plan, Round
from breakouts.tests.worlds import BreakoutWorld, make_group, make_role, make_round
from participants.actions.changes import withdraw_registration
from participants.models import Registration
from workshop_portal.leases import WorkStatus


class SameGroups(BreakoutWorld):
    """Ten people: Ana, Cho and three more in group 1, Ben, Dai and three in group 2. Round 2 keeps the groups."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.more = self.crowd(6)
        plan = self.publish()
        for number, person in enumerate(self.more):
            group = self.one if number < 3 else self.two
            Assignment.objects.create(plan=plan, group=group, registration=person)
        self.later = make_round(self.here, mode=Round.Mode.SAME)
        self.again = [make_group(self.later, topic) for topic in (self.first, self.second)]


@pytest.fixture
def same(db: None) -> SameGroups:
    return SameGroups()


def numbers(plan: Plan | None) -> dict[int, int]:
    assert plan is not None
    return dict(plan.assignments.order_by("pk").values_list("registration", "group__ordinal"))


def sizes(same: SameGroups) -> list[tuple[int, int]]:
    material = gather(same.later)
    return [material.limits[group.pk] for group in material.groups]


def assigned(same: SameGroups) -> dict[int, int]:
    """Who sits in which number of round 2; the page said before that it works."""
    assert check_capacity(gather(same.later)).is_possible
    run = run_assignment(request_assignment(round=same.later, by=same.organiser))
    assert (run.status, run.conflict) == (WorkStatus.DONE, [])
    return numbers(run.plan)


def before(same: SameGroups) -> dict[int, int]:
    return numbers(same.round.plans.get())


def leave(same: SameGroups, *people: Registration) -> None:
    for person in people:
        withdraw_registration(registration=person, by=same.secretariat)


def test_everybody_stays_where_two_left_one_group(same: SameGroups) -> None:
    leave(same, *same.more[:2])

    assert sizes(same) == [(3, 4), (4, 5)]  # an even share is four
    assert assigned(same) == before(same)


def test_a_newcomer_fills_the_hole(same: SameGroups) -> None:
    leave(same, *same.more[:2])
    stayed = before(same)
    [newcomer] = same.crowd(1)

    found = assigned(same)

    assert found.pop(newcomer.pk) == 1
    assert found == stayed


@pytest.mark.parametrize("role", GroupRole.Role.values)
def test_who_has_a_role_in_another_group_goes_there(same: SameGroups, role: str) -> None:
    make_role(same.again[1], same.user("ana"), role)

    assert sizes(same) == [(4, 5), (5, 6)]
    assert assigned(same) == before(same) | {same.people["ana"].pk: 2}


def test_who_is_asked_to_sit_elsewhere_does(same: SameGroups) -> None:
    ana = same.people["ana"]
    add_place_rule(round=same.later, kind="pin", person=ana, group=same.again[1], by=same.organiser)

    assert assigned(same) == before(same) | {ana.pk: 2}


def test_a_group_keeps_the_limit_that_it_has(same: SameGroups) -> None:
    """Three stay in group 1, which needs no least number of its own; group 2 takes four, and five sit there."""
    leave(same, *same.more[:2])
    Group.objects.filter(pk=same.again[0].pk).update(maximum=9)
    Group.objects.filter(pk=same.again[1].pk).update(maximum=4)

    assert sizes(same) == [(3, 9), (4, 4)]
    assert "Group 2 takes 4 people at most." in {
        each.text for each in check_capacity(gather(same.later)).problems
    }
