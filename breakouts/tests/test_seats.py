"""What happens to places, roles and rankings when a person leaves, is replaced, or has another address."""

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from breakouts.actions.groups import remove_group
from breakouts.actions.moves import set_lock
from breakouts.actions.plans import publish_plan, request_assignment, run_assignment
from breakouts.actions.points import add_point, edit_point
from breakouts.actions.rankings import save_ranking
from breakouts.actions.rounds import TopicInUseError, close_round, open_ranking, remove_topic
from breakouts.actions.seats import pass_on_seats
from breakouts.models import Assignment, AssignmentRun, Plan, Preference
from breakouts.queries.plans import list_members
from breakouts.solver.solve import solve
from breakouts.tests.test_assign import assign
from breakouts.tests.worlds import (
    BreakoutWorld,
    broken,
    mailed,
    make_group,
    make_plan,
    make_role,
    make_round,
    recorded,
)
from participants.actions.changes import (
    correct_address,
    replace_registration,
    withdraw_registration,
)
from participants.actions.nominations import Nominee
from participants.models import Registration
from participants.tests.worlds import make_registration
from workshop_portal.audit.models import Entry


def places(world: BreakoutWorld) -> dict[str, int]:
    seats = Assignment.objects.filter(plan__is_current=True).select_related("registration__user")
    return {each.registration.user.email: each.group.ordinal for each in seats}


def test_a_withdrawn_person_leaves_place_and_role(world: BreakoutWorld) -> None:
    plan = world.publish()
    withdraw_registration(registration=world.people["ana"], by=world.secretariat)
    assert sorted(places(world)) == [f"{each}@customs.example" for each in ("ben", "cho", "dai")]
    assert not world.one.roles.filter(ends_at=None).exists()
    plan.refresh_from_db()
    assert plan.revision == 1


def test_pages_of_the_groups_learn_who_left(world: BreakoutWorld) -> None:
    world.publish()
    withdraw_registration(registration=world.people["ana"], by=world.secretariat)
    world.round.refresh_from_db()
    assert world.round.live_sequence == 1


def test_a_successor_takes_place_role_and_ranking(world: BreakoutWorld) -> None:
    open_ranking(round=world.round, by=world.organiser)
    ana = world.people["ana"]
    save_ranking(round=world.round, registration=ana, topics=[world.second], by=ana.user)
    world.publish()
    new = replace_registration(
        registration=ana, person=Nominee(email="fay@customs.example"), by=world.secretariat
    )
    assert places(world)["fay@customs.example"] == 1
    assert world.one.roles.get(ends_at=None).user == new.user
    assert Preference.objects.get().registration == new


def test_a_corrected_address_takes_the_role_from_the_wrong_account(world: BreakoutWorld) -> None:
    eli = make_registration(world.fiji, status=Registration.Status.APPROVED)
    plan = world.publish()
    Assignment.objects.create(plan=plan, group=world.two, registration=eli)
    world.two.roles.create(user=eli.user, role="rapporteur")
    token = eli.calendar_token
    fixed = correct_address(registration=eli, email="eli@right.example", by=world.secretariat)
    assert places(world)["eli@right.example"] == 2
    assert world.two.roles.get(ends_at=None).user == fixed.user
    assert fixed.calendar_token != token


def test_who_withdraws_while_it_is_solved_gets_no_place(world: BreakoutWorld) -> None:
    def slow(*args: object, **options: object) -> object:
        found = solve(*args, **options)
        withdraw_registration(registration=world.people["ana"], by=world.secretariat)
        return found

    with mock.patch("breakouts.actions.plans.solve", slow):
        plan = assign(world).plan
    assert plan.assignments.filter(registration=world.people["ana"]).count() == 0
    publish_plan(plan=plan, by=world.organiser)
    assert world.people["ana"] not in [
        *list_members(group=world.one),
        *list_members(group=world.two),
    ]


def test_a_lock_set_while_it_is_solved_is_not_lost(world: BreakoutWorld) -> None:
    draft = assign(world).plan
    ana = world.people["ana"]

    def slow(*args: object, **options: object) -> object:
        set_lock(plan=draft, registration=ana, is_locked=True, by=world.organiser)
        return solve(*args, **options)

    with mock.patch("breakouts.actions.plans.solve", slow):
        run = run_assignment(request_assignment(round=world.round, by=world.organiser))
    assert run.status == AssignmentRun.Status.SUPERSEDED
    assert "A colleague changed the groups" in run.last_error
    assert [plan.pk for plan in world.round.plans.all()] == [draft.pk]


@pytest.mark.parametrize("change", ["closed", "group removed"])
def test_what_changed_while_it_was_solved_is_said(world: BreakoutWorld, change: str) -> None:
    world.publish()

    def slow(*args: object, **options: object) -> object:
        found = solve(*args, **options)
        if change == "closed":
            close_round(round=world.round, by=world.organiser)
        else:
            Assignment.objects.filter(group=world.two).delete()
            remove_group(group=world.two, by=world.organiser)
        return found

    with mock.patch("breakouts.actions.plans.solve", slow):
        run = run_assignment(request_assignment(round=world.round, by=world.organiser))
    assert run.status == AssignmentRun.Status.SUPERSEDED
    assert ("closed" if change == "closed" else "Assign again") in run.last_error
    assert world.round.plans.count() == 1


def test_a_ranked_topic_stays(world: BreakoutWorld) -> None:
    open_ranking(round=world.round, by=world.organiser)
    ana = world.people["ana"]
    save_ranking(round=world.round, registration=ana, topics=[world.second], by=ana.user)
    remove_group(group=world.two, by=world.organiser)
    with pytest.raises(TopicInUseError):
        remove_topic(topic=world.second, by=world.organiser)
    assert Preference.objects.count() == 1


def test_the_record_says_who_is_said_to_have_said_it(world: BreakoutWorld) -> None:
    world.publish()
    ana = world.user("ana")
    point = add_point(group=world.one, kind="trend", text="So", administrations=[world.fj], by=ana)
    values: dict[str, Any] = {"administrations": [world.jp], "theme": None, "version": 1}
    edit_point(point=point, kind="trend", text="So", by=ana, **values)
    entry = Entry.objects.get(action="breakouts.point_edited")
    assert entry.changes == {"administrations": [[world.fj.pk], [world.jp.pk]]}


# What it leaves behind and what it costs ----------------------------------------------------------


def test_a_freed_seat_leaves_its_entries(world: BreakoutWorld) -> None:
    world.publish()
    ana = world.people["ana"]
    pass_on_seats(registration=ana, replacement=None, by=world.secretariat)

    by, context = world.secretariat.pk, str(world.here.pk)
    assert recorded() == [
        (
            "breakouts.seat_freed",
            by,
            f"breakouts.round {world.round.pk}",
            context,
            {
                "plan": [1, 1],
                "revision": [0, 1],
                "group": [world.one.pk, None],
                "registration": [ana.pk, None],
            },
        ),
        (
            "breakouts.role_ended",
            by,
            f"breakouts.group {world.one.pk}",
            context,
            {"rapporteur": [ana.user.pk, None]},
        ),
    ]
    assert mailed() == []


def test_a_successor_is_told_and_both_changes_are_on_record(world: BreakoutWorld) -> None:
    world.publish()
    ana = world.people["ana"]
    [new] = world.crowd(1)
    pass_on_seats(registration=ana, replacement=new, by=world.secretariat)

    assert [(action, changes) for action, _by, _of, _in, changes in recorded()] == [
        (
            "breakouts.seat_passed_on",
            {
                "plan": [1, 1],
                "revision": [0, 1],
                "group": [world.one.pk, world.one.pk],
                "registration": [ana.pk, new.pk],
            },
        ),
        ("breakouts.role_named", {"rapporteur": [ana.user.pk, new.user.pk]}),
    ]
    assert mailed() == [("breakouts/group_published", new.user.email)]


def test_only_plans_that_hold_and_drafts_on_boards_change(world: BreakoutWorld) -> None:
    """An overtaken draft, an earlier version and a closed round are the record."""
    ana = world.people["ana"]
    stale = make_plan(world.round, {world.one: [ana]}, world.secretariat)
    current = world.publish()
    draft = make_plan(world.round, {world.two: [ana]}, world.secretariat)
    over = make_round(world.here, status="closed")
    closed = make_plan(
        over,
        {make_group(over, world.first): [ana]},
        world.secretariat,
        published_at=timezone.now(),
        published_by=world.secretariat,
        is_current=True,
    )

    pass_on_seats(registration=ana, replacement=None, by=world.secretariat)

    left = Assignment.objects.filter(registration=ana).order_by("pk")
    assert [seat.plan for seat in left] == [stale, closed]
    revisions = {
        plan: Plan.objects.get(pk=plan.pk).revision for plan in (stale, current, draft, closed)
    }
    assert revisions == {stale: 0, current: 1, draft: 1, closed: 0}


@pytest.mark.parametrize("last", ["record_many", "queue_mails"])
def test_all_or_nothing(world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch, last: str) -> None:
    world.publish()
    [new] = world.crowd(1)
    with broken(monkeypatch, "seats", last):
        pass_on_seats(registration=world.people["ana"], replacement=new, by=world.secretariat)


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow_with_the_rounds(
    world: BreakoutWorld, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    ana, ben = world.people["ana"], world.people["ben"]
    for _each in range(number):
        held = make_round(world.here)
        group = make_group(held, world.first)
        make_role(group, ana.user)
        make_plan(held, {group: [ana, ben]}, world.secretariat)
    [new] = world.crowd(1)

    # savepoint, rounds, seats, update, revisions, sequences, roles, their end, new roles, rankings, record, mails, release
    with django_assert_num_queries(12):
        pass_on_seats(registration=ana, replacement=new, by=world.secretariat)
    # savepoint, rounds, seats, delete, revisions, sequences, roles, record, mails, release
    with django_assert_num_queries(9):
        pass_on_seats(registration=ben, replacement=None, by=world.secretariat)
