"""How far an administration has come, and what rail and overview say of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from events.models import Workshop
from participants.actions.delegations import (
    list_delegations,
)
from participants.invitations import invite_stage, waiting_for_invitation
from participants.models import Delegation, Registration
from participants.queries import delegations as queries
from participants.queries.delegations import State
from participants.tests.worlds import (
    World,
    make_administration,
    make_listed,
    make_registration,
)

Status = Delegation.Status


def state_of(world: World, delegation: Delegation) -> State:
    workshop = Workshop.objects.get(pk=delegation.workshop_id)
    rows = queries.list_delegations(world.secretariat, workshop=workshop, now=timezone.now())
    return State(rows.get(pk=delegation.pk).state)


# States -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"status": Status.LISTED, "invited_at": None, "invited_by": None}, State.NOT_INVITED),
        ({}, State.INVITED),
        ({"invited_at": timezone.now() - timedelta(days=6, hours=23)}, State.INVITED),
        ({"invited_at": timezone.now() - timedelta(days=7, minutes=1)}, State.SILENT),
        ({"opened_at": timezone.now()}, State.OPENED),
        (
            {"opened_at": timezone.now(), "invited_at": timezone.now() - timedelta(days=30)},
            State.OPENED,
        ),
    ],
)
def test_how_far_an_administration_has_come(
    world: World, values: dict[str, Any], state: State
) -> None:
    Delegation.objects.filter(pk=world.fiji.pk).update(**values)

    assert state_of(world, world.fiji) == state


def test_nominated_is_who_has_somebody_not_ended(world: World) -> None:
    row = make_registration(world.fiji, status=Registration.Status.WAITING)
    assert state_of(world, world.fiji) == State.NOMINATED

    row.delete()
    make_registration(world.fiji, status=Registration.Status.WITHDRAWN)
    assert state_of(world, world.fiji) == State.INVITED


def test_declined_stands_above_all(world: World) -> None:
    Delegation.objects.filter(pk=world.fiji.pk).update(
        status=Status.DECLINED,
        declined_at=timezone.now(),
        declined_by=world.fiji_contact,
        decline_reason="No",
    )

    assert state_of(world, world.fiji) == State.DECLINED


@pytest.mark.parametrize(
    "values",
    [
        {"nominations_close_at": timezone.now() - timedelta(seconds=1)},
        {"status": Workshop.Status.NOMINATIONS_CLOSED},
        {"status": Workshop.Status.RUNNING},
    ],
)
def test_after_nominations_whoever_has_not_answered_is_silent(
    world: World, values: dict[str, Any]
) -> None:
    Delegation.objects.filter(pk=world.fiji.pk).update(opened_at=timezone.now())
    Workshop.objects.filter(pk=world.here.pk).update(**values)

    assert state_of(world, world.fiji) == State.SILENT


def test_the_numbers_are_those_of_this_workshop(world: World) -> None:
    make_registration(world.japan)
    make_registration(world.fiji_elsewhere)
    listed = make_administration("KR")
    Delegation.objects.create(workshop=world.here, administration=listed)

    counts = queries.count_states(workshop=world.here, now=timezone.now())

    assert counts == {
        State.NOT_INVITED: 1,
        State.INVITED: 1,
        State.OPENED: 0,
        State.NOMINATED: 1,
        State.DECLINED: 0,
        State.SILENT: 0,
    }


def test_a_reminder_finds_exactly_those_in_a_state(world: World) -> None:
    make_registration(world.japan)

    rows = queries.list_in_states(
        workshop=world.here, states=[State.INVITED, State.SILENT], now=timezone.now()
    )

    assert [(row, queries.recipients_of(row)) for row in rows] == [
        (world.fiji, [world.fiji_contact])
    ]


# Rail and overview --------------------------------------------------------------------------------


def test_the_stage_says_how_far_the_round_is(world: World) -> None:
    Delegation.objects.filter(workshop=world.here).delete()
    assert (invite_stage(world.here).state, invite_stage(world.here).summary) == (
        "not started",
        "No administration on the list",
    )

    list_delegations(
        workshop=world.here, administrations=[world.fj, world.jp], by=world.secretariat
    )
    assert (invite_stage(world.here).state, invite_stage(world.here).summary) == (
        "not started",
        "2 administrations to invite",
    )

    rows = Delegation.objects.filter(workshop=world.here)
    values: dict[str, Any] = {
        "status": Status.INVITED,
        "invited_at": timezone.now(),
        "invited_by": world.secretariat,
    }
    rows.filter(administration=world.fj).update(**values)
    assert (invite_stage(world.here).state, invite_stage(world.here).summary) == (
        "started",
        "1 invited, 1 to invite",
    )
    rows.update(**values)
    make_registration(rows.get(administration=world.fj))
    assert (invite_stage(world.here).state, invite_stage(world.here).summary) == (
        "done",
        "2 invited, 1 answered",
    )


def test_who_nominated_by_letter_alone_was_not_invited(world: World) -> None:
    row = Delegation.objects.create(
        workshop=world.here, administration=make_administration("KR", name="Korea")
    )
    before = invite_stage(world.here).summary
    make_registration(row)

    assert before == "2 invited, 1 to invite"
    assert invite_stage(world.here).summary == "2 invited, 1 answered"
    assert waiting_for_invitation([world.here], world.secretariat) == {}


def test_who_has_no_focal_point_waits_for_the_organisers(world: World) -> None:
    assert waiting_for_invitation([world.here], world.secretariat) == {}

    Delegation.objects.create(
        workshop=world.here, administration=make_administration("KR", name="Korea")
    )

    [waiting] = waiting_for_invitation([world.here], world.secretariat)[world.here.pk]
    assert (waiting.count, waiting.title, waiting.detail) == (
        1,
        "administration without a focal point",
        "Korea: nobody can be invited.",
    )
    world.here.status = Workshop.Status.CANCELLED
    assert waiting_for_invitation([world.here], world.secretariat) == {}


def test_all_without_a_focal_point_are_counted(world: World) -> None:
    for number in range(51):
        make_listed(world, f"N{number}", contact=False)

    [waiting] = waiting_for_invitation([world.here], world.secretariat)[world.here.pk]

    assert waiting.count == 51
