"""Asking for a plan and publishing it: what is stored, told and refused, and what it costs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from breakouts.actions.groups import end_group_role
from breakouts.actions.locks import RoundClosedError, RoundStateError
from breakouts.actions.moves import StalePlanError
from breakouts.actions.plans import (
    NobodyToSeatError,
    NothingToPublishError,
    RankingOpenError,
    publish_plan,
    request_assignment,
)
from breakouts.models import Assignment, AssignmentRun, Plan, Round
from breakouts.tests.worlds import (
    BreakoutWorld,
    broken,
    mailed,
    make_plan,
    make_role,
    make_round,
    recorded,
    refused,
)
from events.actions.writing import WorkshopFrozenError
from events.models import Workshop
from participants.models import Registration
from participants.tests.worlds import make_registration
from workshop_portal.leases import SupersededError
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.rendering import render_mail

Status = Round.Status


@pytest.fixture
def plan(world: BreakoutWorld) -> Plan:
    """A draft: Ana and Cho in group 1, Ben in group 2."""
    people = world.people
    seats = {world.one: [people["ana"], people["cho"]], world.two: [people["ben"]]}
    world.enter(Status.ASSIGNING)
    return make_plan(world.round, seats, world.organiser)


def told(*names: str) -> list[tuple[str, str]]:
    return [("breakouts/group_published", f"{name}@customs.example") for name in names]


# Asking -------------------------------------------------------------------------------------------


def test_a_run_is_asked_for_once(world: BreakoutWorld) -> None:
    run = request_assignment(round=world.round, seed=7, by=world.organiser)
    again = request_assignment(round=world.round, seed=8, by=world.secretariat)

    assert (again, AssignmentRun.objects.count()) == (run, 1)
    assert (run.seed, run.requested_by, run.key) == (
        7,
        world.organiser,
        f"assign:{world.round.pk}:1",
    )
    assert recorded() == [
        (
            "breakouts.assignment_requested",
            world.organiser.pk,
            f"breakouts.round {world.round.pk}",
            str(world.here.pk),
            {"status": ["draft", "assigning"], "seed": [None, 7]},
        )
    ]
    assert mailed() == []


def test_a_ranking_past_its_deadline_is_closed_by_asking(world: BreakoutWorld) -> None:
    world.enter(Status.RANKING)
    with refused(RankingOpenError, match="still open"):
        request_assignment(round=world.round, by=world.organiser)
    later = timezone.now() + timedelta(minutes=1)
    Round.objects.filter(pk=world.round.pk).update(ranking_closes_at=later)
    with refused(RankingOpenError):
        request_assignment(round=world.round, by=world.organiser)
    Round.objects.filter(pk=world.round.pk).update(ranking_closes_at=timezone.now())

    request_assignment(round=world.round, by=world.organiser)

    [(action, _by, _of, _in, changes)] = recorded()
    assert (action, changes["status"]) == (
        "breakouts.assignment_requested",
        ["ranking", "assigning"],
    )


def test_asking_again_for_a_published_round_keeps_its_state(world: BreakoutWorld) -> None:
    world.publish()

    request_assignment(round=world.round, by=world.organiser)

    world.round.refresh_from_db()
    assert world.round.status == Status.PUBLISHED
    assert recorded()[0][4] == {"seed": [None, 1]}


def test_asking_is_refused_without_groups_and_at_the_end(world: BreakoutWorld) -> None:
    empty = make_round(world.here)
    with refused(NobodyToSeatError, match="Add a group first"):
        request_assignment(round=empty, by=world.organiser)
    world.enter(Status.CLOSED)
    with refused(RoundClosedError):
        request_assignment(round=world.round, by=world.organiser)
    Workshop.objects.filter(pk=world.here.pk).update(status=Workshop.Status.CANCELLED)
    with refused(WorkshopFrozenError):
        request_assignment(round=world.round, by=world.organiser)


# Publishing ---------------------------------------------------------------------------------------


def test_a_plan_is_published_and_everybody_told(world: BreakoutWorld, plan: Plan) -> None:
    publish_plan(plan=plan, revision=0, by=world.organiser)

    plan.refresh_from_db()
    assert (plan.is_current, plan.published_by, plan.published_at is None) == (
        True,
        world.organiser,
        False,
    )
    assert recorded() == [
        (
            "breakouts.plan_published",
            world.organiser.pk,
            f"breakouts.round {world.round.pk}",
            str(world.here.pk),
            {"plan": [None, 1], "status": ["assigning", "published"]},
        )
    ]
    assert mailed() == told("ana", "cho", "ben")


def test_a_newer_version_tells_only_those_whose_group_is_new(
    world: BreakoutWorld, plan: Plan
) -> None:
    publish_plan(plan=plan, by=world.organiser)
    people = world.people
    seats = {world.one: [people["ana"]], world.two: [people["ben"], people["cho"], people["dai"]]}
    newer = make_plan(world.round, seats, world.organiser)

    publish_plan(plan=newer, by=world.organiser)

    plan.refresh_from_db()
    assert (plan.is_current, plan.published_at is None) == (False, False)
    assert recorded()[1][4] == {"plan": [1, 2]}
    assert mailed()[3:] == told("cho", "dai")


def test_a_mail_that_waits_says_the_group_that_a_newer_version_left_as_it_was(
    world: BreakoutWorld, plan: Plan
) -> None:
    """The server is silent while two versions are published: who stays is told by the first, who moves by the second."""
    publish_plan(plan=plan, by=world.organiser)
    people = world.people
    seats = {world.one: [people["ana"]], world.two: [people["ben"], people["cho"]]}
    publish_plan(plan=make_plan(world.round, seats, world.organiser), by=world.organiser)

    said = []
    for mail in OutgoingMail.objects.order_by("pk"):
        try:
            said.append((str(mail.recipient), render_mail(mail, with_links=True).subject))
        except SupersededError:
            said.append((str(mail.recipient), ""))

    ana, ben, cho = (str(world.user(name)) for name in ("ana", "ben", "cho"))
    one, two = "Your group: 1, Topic 1", "Your group: 2, Topic 2"
    assert said == [(ana, one), (cho, ""), (ben, two), (cho, "Your group is now 2: Topic 2")]


def test_who_is_moved_reads_from_which_group(world: BreakoutWorld) -> None:
    world.publish()
    people = world.people
    seats = {world.one: [people["ana"], people["ben"], people["cho"]], world.two: [people["dai"]]}

    publish_plan(plan=make_plan(world.round, seats, world.organiser), by=world.organiser)

    text = " ".join(render_mail(OutgoingMail.objects.get(), with_links=True).text.split())
    assert "you are now in group 1: Topic 1. Until now you were in group 2." in text


def test_pages_of_the_groups_learn_of_a_newer_version(world: BreakoutWorld, plan: Plan) -> None:
    world.publish()
    seats = {world.one: [], world.two: [world.people["ana"]]}

    publish_plan(plan=make_plan(world.round, seats, world.organiser), by=world.organiser)

    world.round.refresh_from_db()
    assert world.round.live_sequence == 1


def test_who_no_longer_takes_part_gets_neither_place_nor_mail(
    world: BreakoutWorld, plan: Plan
) -> None:
    Registration.objects.filter(pk=world.people["ana"].pk).update(
        status="withdrawn", ended_at=timezone.now(), ended_by=world.secretariat, end_reason="Ill"
    )

    publish_plan(plan=plan, by=world.organiser)

    assert not Assignment.objects.filter(registration=world.people["ana"]).exists()
    assert mailed() == told("cho", "ben")


def test_a_resource_person_whose_role_ended_gets_neither_place_nor_mail(
    world: BreakoutWorld, plan: Plan
) -> None:
    experts = [
        make_registration(delegation, status="confirmed", role="resource_person")
        for delegation in (world.fiji, world.japan)
    ]
    for expert in experts:
        plan.assignments.create(registration=expert, group=world.two)
    make_role(world.one, experts[0].user, "facilitator")
    make_role(world.two, experts[1].user, "facilitator")
    end_group_role(group=world.two, role="facilitator", by=world.organiser)

    publish_plan(plan=plan, by=world.organiser)

    people = [world.people["ana"], world.people["cho"], world.people["ben"], experts[0]]
    seats = Assignment.objects.filter(plan=plan).order_by("pk")
    assert [seat.registration for seat in seats] == people
    assert mailed() == [
        *told("ana", "cho", "ben"),
        ("breakouts/group_published", experts[0].user.email),
        ("breakouts/role_named", experts[0].user.email),
    ]


def test_publishing_is_refused_twice_stale_or_in_another_state(
    world: BreakoutWorld, plan: Plan
) -> None:
    with refused(StalePlanError):
        publish_plan(plan=plan, revision=1, by=world.organiser)
    world.enter(Status.RANKING)
    with refused(RankingOpenError, match="Close it first"):
        publish_plan(plan=plan, by=world.organiser)
    world.enter(Status.DRAFT)
    with refused(RoundStateError):
        publish_plan(plan=plan, by=world.organiser)
    world.enter(Status.ASSIGNING)
    publish_plan(plan=plan, by=world.organiser)
    with refused(NothingToPublishError, match="published already"):
        publish_plan(plan=plan, by=world.organiser)
    make_plan(world.round, {}, world.organiser)
    with refused(StalePlanError):
        publish_plan(plan=plan, by=world.organiser)


# All or nothing, and what it costs ----------------------------------------------------------------


def test_all_or_nothing(world: BreakoutWorld, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    with broken(monkeypatch, "plans"):
        request_assignment(round=world.round, by=world.organiser)
    with broken(monkeypatch, "plans"):
        publish_plan(plan=plan, by=world.organiser)
    with broken(monkeypatch, "plans", "queue_mails"):
        publish_plan(plan=plan, by=world.organiser)


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow_with_the_people(
    world: BreakoutWorld, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    people = world.crowd(number)
    world.enter(Status.ASSIGNING)
    publish_plan(
        plan=make_plan(world.round, {world.one: people}, world.organiser), by=world.organiser
    )
    newer = make_plan(world.round, {world.two: people}, world.organiser)

    # savepoint, round, workshop, plan, its round, newest, who left, current, its places, no longer, publish, the round's sequence, record, seats, mails, release
    with django_assert_num_queries(16):
        publish_plan(plan=newer, by=world.organiser)
    # savepoint, round, workshop, run under way, groups, newest plan, runs, run, record, release
    with django_assert_num_queries(10):
        request_assignment(round=world.round, by=world.organiser)
