"""The mail plan at work: when a mail is due, who gets it, what it says, what makes it needless."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from events.actions.workshops import edit_workshop
from events.models import Session, Workshop
from participants.actions.mail_plan import plan_due_reminders, switch_reminder, use_usual_plan
from participants.actions.registrations import approve_registration
from participants.audiences import AUDIENCES
from participants.models import Delegation, PlannedReminder, Registration
from participants.queries.reminders import get_moments
from participants.reminders import due_at
from participants.tasks import plan_reminders
from participants.tests.plans import (
    NOMINATIONS,
    NOW,
    STARTS_AT,
    at,
    everyone,
    hours_before,
    make_reminder,
    make_scene,
    make_session,
    outcome,
    plan,
    planned_mail,
    send,
    taking_part,
    told,
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
from workshop_portal.celery import SWEEPS
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status


@pytest.fixture
def world(db: None) -> World:
    return make_scene()


# When ---------------------------------------------------------------------------------------------


def test_a_day_before_and_the_day_before_differ_when_clocks_change(world: World) -> None:
    zone = ZoneInfo("Europe/Paris")  # summer time begins on 27 March 2022 at 02:00
    Session.objects.all().delete()
    make_session(world.here, datetime(2022, 3, 28, 9, 0, tzinfo=zone))
    moments = get_moments([world.here])[world.here.pk]
    elapsed = PlannedReminder(timing="elapsed", offset=timedelta(days=-2))
    by_clock = PlannedReminder(timing="wall_clock", offset=timedelta(days=-2), at=time(9))

    due = [due_at(each, moments, zone) for each in (elapsed, by_clock)]

    assert due == [
        datetime(2022, 3, 26, 7, 0, tzinfo=UTC),  # 08:00 in Paris: 48 hours before
        datetime(2022, 3, 26, 8, 0, tzinfo=UTC),  # 09:00 in Paris: 47 hours before
    ]


@pytest.mark.parametrize(
    ("day", "hour", "due"),
    [
        # An hour that the clock skips comes when the skipped hour would have ended.
        (date(2022, 3, 27), time(2, 30), datetime(2022, 3, 27, 1, 30, tzinfo=UTC)),
        # Of an hour that comes twice it is the first.
        (date(2022, 10, 30), time(2, 30), datetime(2022, 10, 30, 0, 30, tzinfo=UTC)),
    ],
)
def test_hours_that_come_never_or_twice(world: World, day: date, hour: time, due: datetime) -> None:
    zone = ZoneInfo("Europe/Paris")
    moments = {"start": datetime.combine(day, time(12), zone)}
    row = PlannedReminder(anchor="start", timing="wall_clock", offset=timedelta(0), at=hour)

    assert due_at(row, moments, zone) == due


def test_the_day_is_that_of_the_recipient(world: World) -> None:
    """08:00 on 24 May in Bangkok is 21:00 on 23 May in New York: the day before is the 22nd there."""
    moments = get_moments([world.here])[world.here.pk]
    row = PlannedReminder(timing="wall_clock", offset=timedelta(days=-1), at=time(9))

    assert [
        due_at(row, moments, ZoneInfo(zone)) for zone in ("Asia/Bangkok", "America/New_York")
    ] == [
        datetime(2022, 5, 23, 2, 0, tzinfo=UTC),
        datetime(2022, 5, 22, 13, 0, tzinfo=UTC),
    ]


def test_what_rows_count_from(world: World) -> None:
    moments = get_moments([world.here, world.elsewhere])

    assert moments[world.here.pk] == {
        "start": STARTS_AT,
        "end": STARTS_AT + timedelta(hours=1),
        "nominations_close": datetime(2022, 5, 10, 10, 0, tzinfo=UTC),
    }
    elsewhere = world.elsewhere
    assert moments[elsewhere.pk]["start"] == datetime.combine(
        elsewhere.starts_on, time(9), elsewhere.zone
    )


def test_without_a_close_of_nominations_nothing_is_due(world: World) -> None:
    taking_part(world.fiji)
    make_reminder(world.here, anchor="nominations_close", offset=timedelta(0))
    Workshop.objects.update(nominations_close_at=None)

    assert plan(STARTS_AT) == 0


def test_wall_clock_mails_are_due_zone_by_zone(world: World) -> None:
    world.fiji.quota = 5
    world.fiji.save()
    for zone in ("Pacific/Fiji", "Asia/Tokyo", "Europe/Paris"):
        city = zone.split("/")[1].lower()
        taking_part(world.fiji, f"{city}@x.example", time_zone=zone)
    make_reminder(world.here)  # 17 May, 09:00

    planned = [
        (plan(datetime(2022, 5, day, hour, 59, tzinfo=UTC)), told())
        for day, hour in [(16, 20), (16, 21), (16, 22), (17, 0), (17, 6), (17, 7), (18, 23)]
    ]

    fiji, tokyo, paris = "fiji@x.example", "tokyo@x.example", "paris@x.example"
    assert planned == [
        (0, []),
        (1, [fiji]),  # UTC+12
        (0, [fiji]),
        (1, [fiji, tokyo]),  # UTC+9
        (0, [fiji, tokyo]),
        (1, [fiji, paris, tokyo]),  # UTC+2
        (0, [fiji, paris, tokyo]),
    ]


def test_planning_again_writes_nothing_again(world: World) -> None:
    registration = taking_part(world.fiji)
    row = hours_before(world.here, 24)
    due = STARTS_AT - timedelta(hours=24)

    assert plan(due) == 1
    PlannedReminder.objects.update(planned_until=NOW)  # as if the worker had died before
    plan(due + timedelta(minutes=1))
    with at(due + timedelta(minutes=2)):
        plan_reminders()

    mail = OutgoingMail.objects.get()
    assert mail.key == f"reminder_join:{world.here.pk}:r{registration.pk}:20220523T010000Z"
    assert (mail.due_at, mail.context_id, mail.reply_to) == (
        due,
        str(world.here.pk),
        "desk@rocb.example",
    )
    row.refresh_from_db()
    assert row.planned_until == due + timedelta(minutes=1)


def test_the_sweep_is_on_the_clock() -> None:
    assert plan_reminders.name in SWEEPS


def test_after_a_stand_still_it_is_sent_unless_too_late(world: World) -> None:
    taking_part(world.fiji)
    hours_before(world.here, 24)
    make_reminder(world.here)

    assert plan(datetime(2022, 5, 19, 0, 0, tzinfo=UTC)) == 1  # the agenda, two days late
    assert plan(STARTS_AT - timedelta(hours=17)) == 0  # the join link, seven hours late


def test_a_row_added_late_sends_nothing_after_the_event(world: World) -> None:
    make_delegation(world.here, make_administration("TO"))
    with at(datetime(2022, 5, 15, tzinfo=UTC)):
        use_usual_plan(workshop=world.here, by=world.organiser)

    assert plan(datetime(2022, 5, 15, 0, 1, tzinfo=UTC)) == 0


@pytest.mark.parametrize("status", ["draft", "postponed", "cancelled"])
def test_the_plan_rests(world: World, status: str) -> None:
    taking_part(world.fiji)
    hours_before(world.here, 24)
    values = {"published_at": None, "published_by": None} if status == "draft" else {}
    Workshop.objects.filter(pk=world.here.pk).update(status=status, **values)

    assert plan(STARTS_AT - timedelta(hours=24)) == 0


def test_what_is_switched_off_is_not_sent(world: World) -> None:
    taking_part(world.fiji)
    row = hours_before(world.here, 24)
    with at(NOW):
        switch_reminder(reminder=row, is_active=False, by=world.organiser)

    assert plan(STARTS_AT - timedelta(hours=24)) == 0


def test_the_invitation_is_never_sent_by_the_plan(world: World) -> None:
    Delegation.objects.update(status="listed", invited_at=None, invited_by=None)
    make_reminder(world.here, template="participants/invitation", audience="to_invite")

    assert plan(datetime(2022, 5, 18, tzinfo=UTC)) == 0


def test_what_waits_for_release_stands_in_the_outbox_two_days_before(world: World) -> None:
    world.fiji.quota = 5
    world.fiji.save()
    taking_part(world.fiji, "early@x.example")
    row = hours_before(world.here, 24, needs_release=True)
    due = STARTS_AT - timedelta(hours=24)

    assert plan(due - timedelta(days=2)) == 1
    early = OutgoingMail.objects.get()
    taking_part(world.fiji, "late@x.example")
    assert plan(due - timedelta(days=1)) == 0
    plan(due)

    assert (early.status, early.due_at, early.batch) == ("held", due, f"reminder:{row.pk}")
    assert told() == ["early@x.example", "late@x.example"]
    assert set(OutgoingMail.objects.values_list("status", flat=True)) == {"held"}


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

    assert OutgoingMail.objects.get().status == "superseded"
    assert plan(due + timedelta(days=6)) == 0
    assert plan(due + timedelta(days=7)) == 1
    send(due + timedelta(days=7))
    statuses = OutgoingMail.objects.order_by("pk").values_list("status", flat=True)
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
