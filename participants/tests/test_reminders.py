"""The mail plan at work: when a mail is due, who gets it, what it says, what makes it needless."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from events.actions.workshops import edit_workshop
from events.models import Workshop
from participants.actions.mail_plan import plan_due_reminders, use_usual_plan
from participants.actions.registrations import approve_registration
from participants.audiences import AUDIENCES
from participants.models import Registration
from participants.tests.plans import (
    JOIN,
    NOMINATIONS,
    NOW,
    STARTS_AT,
    at,
    everyone,
    hours_before,
    make_reminder,
    make_scene,
    outcome,
    plan,
    planned_mail,
    send,
    taking_part,
)
from participants.tests.worlds import (
    World,
    make_administration,
    make_delegation,
    make_person,
    make_registration,
)
from workshop_portal.accounts.models import SignInLink, User
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status


@pytest.fixture
def world(db: None) -> World:
    return make_scene()


# To whom ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "people", "words"),
    [
        ("nominations_missing", ["contact@japan.example"], "1 of 2 administrations"),
        ("focal_points", ["contact@fiji.example", "contact@japan.example"], "2 administrations"),
        ("participants", ["approved@fiji.example", "confirmed@fiji.example"], "2 people"),
        ("profile_missing", ["approved@fiji.example"], "1 of 2 people"),
        ("to_invite", ["contact@samoa.example"], "1 of 4 administrations"),
    ],
)
def test_exactly_who_has_not_acted(
    world: World, audience: str, people: list[str], words: str
) -> None:
    everyone(world)
    make_registration(world.fiji_elsewhere, status=Status.APPROVED)
    samoa = make_administration("WS")
    FocalPoint.objects.create(
        administration=samoa, user=make_person("contact@samoa.example"), starts_at=NOW
    )
    make_delegation(world.here, samoa, status="listed", invited_at=None, invited_by=None)
    declined = make_administration("TO")
    FocalPoint.objects.create(administration=declined, user=make_person(), starts_at=NOW)
    make_delegation(
        world.here,
        declined,
        status="declined",
        declined_at=NOW,
        declined_by=world.organiser,
        decline_reason="Budget",
    )

    found = AUDIENCES[audience]
    recipients = list(found.find(world.here, NOW))

    assert sorted(each.user.email for each in recipients) == people
    assert found.size(world.here, NOW).words == words
    assert all(found.includes(world.here, each, NOW) for each in recipients)
    assert not any(found.includes(world.elsewhere, each, NOW) for each in recipients)


@pytest.mark.parametrize("status", ["withdrawn", "declined", "replaced"])
def test_an_ended_nomination_counts_as_none(world: World, status: str) -> None:
    make_registration(world.fiji, status=Status(status))
    make_registration(world.japan, status=Status.WAITING)

    found = AUDIENCES["nominations_missing"].find(world.here, NOW)

    assert [each.user for each in found] == [world.fiji_contact]


def test_the_deputy_is_asked_where_nobody_else_is_in_office(world: World) -> None:
    deputy = make_person("deputy@fiji.example")
    FocalPoint.objects.create(administration=world.fj, user=deputy, kind="deputy", starts_at=NOW)
    find = AUDIENCES["nominations_missing"].find
    with_main = [each.user for each in find(world.here, NOW) if each.user != world.japan_contact]
    FocalPoint.objects.filter(user=world.fiji_contact).update(ends_at=NOW)
    without = [each.user for each in find(world.here, NOW) if each.user != world.japan_contact]

    assert (with_main, without) == ([world.fiji_contact], [deputy])


def test_nobody_is_asked_to_nominate_once_nominations_are_closed(
    world: World, mailoutbox: list[Any]
) -> None:
    found = AUDIENCES["nominations_missing"]
    [first, *_others] = found.find(world.here, NOW)
    mail = planned_mail(world)
    Workshop.objects.update(status=Workshop.Status.NOMINATIONS_CLOSED)
    world.here.refresh_from_db()

    assert (list(found.find(world.here, NOW)), found.includes(world.here, first, NOW)) == (
        [],
        False,
    )
    size = found.size(world.here, NOW)
    assert (size.count, size.words) == (0, "Nominations are not open.")
    assert (outcome(mail), mailoutbox) == ("superseded", [])


@pytest.mark.parametrize(
    ("audience", "count", "words"),
    [
        ("nominations_missing", 1, "1 of 2 administrations, 1 without a focal point"),
        ("focal_points", 1, "1 administration, 1 without a focal point"),
        ("to_invite", 0, "0 of 3 administrations, 1 without a focal point"),
    ],
)
def test_whom_no_mail_can_reach_is_said_apart(
    world: World, audience: str, count: int, words: str
) -> None:
    make_delegation(
        world.here, make_administration("WS"), status="listed", invited_at=None, invited_by=None
    )
    FocalPoint.objects.filter(user=world.japan_contact).update(ends_at=NOW)

    size = AUDIENCES[audience].size(world.here, NOW)

    assert (size.count, size.words) == (count, words)
    assert len({each.user for each in AUDIENCES[audience].find(world.here, NOW)}) == count


def test_closed_accounts_get_nothing(world: World) -> None:
    taking_part(world.fiji, is_active=False)
    hours_before(world.here, 24)

    assert plan(STARTS_AT - timedelta(hours=24)) == 0


# What makes it needless ---------------------------------------------------------------------------


def test_a_mail_that_still_stands_is_sent(world: World, mailoutbox: list[Any]) -> None:
    assert outcome(planned_mail(world)) == "done"
    assert [mail.to for mail in mailoutbox] == [["contact@japan.example"]]


def test_who_has_acted_meanwhile_gets_nothing(world: World, mailoutbox: list[Any]) -> None:
    mail = planned_mail(world)
    make_registration(world.japan)

    assert (outcome(mail), mailoutbox, SignInLink.objects.count()) == ("superseded", [], 0)


def test_who_left_office_gets_nothing(world: World) -> None:
    mail = planned_mail(world)
    FocalPoint.objects.filter(user=world.japan_contact).update(ends_at=NOW)

    assert outcome(mail) == "superseded"


def test_another_deadline_makes_it_needless(world: World) -> None:
    """No signal tells of it: the mail asks for its time when it is sent."""
    make_reminder(
        world.here,
        template=NOMINATIONS,
        audience="nominations_missing",
        anchor="nominations_close",
        offset=timedelta(hours=-24),
        timing="elapsed",
    )
    assert plan(datetime(2022, 5, 9, 10, 0, tzinfo=UTC)) == 2
    Workshop.objects.update(nominations_close_at=datetime(2022, 5, 12, 10, 0, tzinfo=UTC))
    send(datetime(2022, 5, 9, 10, 5, tzinfo=UTC))

    assert set(OutgoingMail.objects.values_list("status", flat=True)) == {"superseded"}
    assert plan(datetime(2022, 5, 11, 10, 0, tzinfo=UTC)) == 2


def test_another_zone_of_the_person_does_not(world: World) -> None:
    registration = taking_part(world.fiji, time_zone="Asia/Tokyo")
    make_reminder(world.here)
    due = datetime(2022, 5, 17, 0, 0, tzinfo=UTC)
    assert plan(due) == 1
    User.objects.filter(pk=registration.user_id).update(time_zone="Pacific/Fiji")

    send(due)

    assert OutgoingMail.objects.get().status == "done"


def test_moving_the_workshop_moves_what_is_not_sent(world: World) -> None:
    taking_part(world.fiji)
    hours_before(world.here, 24)
    due = STARTS_AT - timedelta(hours=24)
    plan(due)
    with at(due):
        edit_workshop(
            workshop=world.here,
            starts_on=date(2022, 5, 31),
            ends_on=date(2022, 6, 2),
            by=world.organiser,
        )

    joins = OutgoingMail.objects.filter(template=JOIN).order_by("pk")
    assert joins.get().status == "superseded"
    assert plan(due + timedelta(days=6)) == 0
    assert plan(due + timedelta(days=7)) == 1
    send(due + timedelta(days=7))
    statuses = joins.values_list("status", flat=True)
    assert list(statuses) == ["superseded", "done"]


def test_moving_it_forward_sends_nothing_late(world: World) -> None:
    taking_part(world.fiji)
    make_reminder(world.here)  # would have been due two days ago by the new days
    moved_at = datetime(2022, 5, 10, 12, 0, tzinfo=UTC)
    with at(moved_at):
        edit_workshop(
            workshop=world.here,
            starts_on=date(2022, 5, 15),
            ends_on=date(2022, 5, 17),
            by=world.organiser,
        )

    assert plan(moved_at + timedelta(hours=1)) == 0


# How much it costs --------------------------------------------------------------------------------


def test_nothing_due_costs_two_queries(
    world: World, django_assert_num_queries: Callable[..., object]
) -> None:
    taking_part(world.fiji)
    with at(NOW):
        use_usual_plan(workshop=world.here, by=world.organiser)
        use_usual_plan(workshop=world.elsewhere, by=world.secretariat)

    with at(NOW), django_assert_num_queries(2):
        assert plan_due_reminders() == 0


@pytest.mark.parametrize("people", [1, 1100])
def test_reminders_are_written_in_batches(
    world: World, people: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    now = timezone.now()
    users = User.objects.bulk_create(
        User(email=f"p{number}@many.example", password="!") for number in range(people)
    )
    Registration.objects.bulk_create(
        Registration(
            workshop=world.here,
            delegation=world.fiji,
            user=user,
            status=Status.CONFIRMED,
            nominated_by=world.organiser,
            approved_at=now,
            approved_by=world.organiser,
        )
        for user in users
    )
    hours_before(world.here, 24)
    due = STARTS_AT - timedelta(hours=24)

    fields = [field for field in OutgoingMail._meta.concrete_fields if not field.primary_key]
    batch = min(500, connection.ops.bulk_batch_size(fields, [None] * 500))  # SQLite: 999 values
    batches = ceil(people / batch)
    # rows, moments; savepoint, row, moments, people, mails, row, release
    with at(due), django_assert_num_queries(8 + batches):
        assert plan_due_reminders() == people
    assert OutgoingMail.objects.count() == people


def test_the_approved_are_reminded_from_then_on(world: World) -> None:
    registration = make_registration(world.fiji)
    hours_before(world.here, 24)
    approve_registration(registration=registration, by=world.organiser)

    assert plan(STARTS_AT - timedelta(hours=24)) == 1
    assert Entry.objects.count() == 1
