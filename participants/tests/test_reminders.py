"""The mail plan at work: when a mail is due, who gets it, what it says, what makes it needless."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from i18nfield.strings import LazyI18nString

from events.actions.life import cancel_workshop, postpone_workshop, resume_workshop
from events.actions.workshops import edit_workshop
from events.models import Session, Workshop
from participants.actions.mail_plan import plan_due_reminders, switch_reminder, use_usual_plan
from participants.actions.registrations import approve_registration
from participants.audiences import AUDIENCES
from participants.models import Delegation, PlannedReminder, Registration
from participants.queries.reminders import get_moments
from participants.reminders import due_at
from participants.tasks import plan_reminders
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
from workshop_portal.mail.delivery import send_due
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status
NOMINATIONS, JOIN = "participants/reminder_nominations", "participants/reminder_join"
AGENDA, PROFILE = "participants/reminder_agenda", "participants/reminder_profile"
NOW = datetime(2022, 5, 1, 0, 0, tzinfo=UTC)
STARTS_AT = datetime(2022, 5, 24, 1, 0, tzinfo=UTC)  # 08:00 in Bangkok


@pytest.fixture
def world(db: None) -> World:
    """The workshop `here` begins on 24 May 2022 at 08:00 in Bangkok; it is 1 May."""
    with time_machine.travel(NOW, tick=False):
        made = World()
        made.here.starts_on, made.here.ends_on = date(2022, 5, 24), date(2022, 5, 26)
        made.here.nominations_close_at = datetime(2022, 5, 10, 10, 0, tzinfo=UTC)
        made.here.save()
        make_session(made.here, STARTS_AT)
        return made


def make_session(workshop: Workshop, starts_at: datetime) -> Session:
    return Session.objects.create(
        workshop=workshop,
        title=LazyI18nString({"en": "Opening"}),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
    )


def make_reminder(workshop: Workshop, **fields: Any) -> PlannedReminder:
    values: dict[str, Any] = {
        "template": AGENDA,
        "audience": "participants",
        "offset": timedelta(days=-7),
        "at": time(9),
        "planned_until": NOW,
    }
    return PlannedReminder.objects.create(workshop=workshop, **(values | fields))


def hours_before(workshop: Workshop, hours: float, **fields: Any) -> PlannedReminder:
    offset = -timedelta(hours=hours)
    values = {"template": JOIN, "timing": "elapsed", "offset": offset, "at": None}
    return make_reminder(workshop, **(values | fields))


def at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


def plan(moment: datetime) -> int:
    with at(moment):
        return plan_due_reminders()


def send(moment: datetime) -> None:
    with at(moment):
        send_due()


def taking_part(delegation: Delegation, email: str = "", **person: Any) -> Registration:
    user = make_person(email, **person)
    return make_registration(delegation, status=Status.CONFIRMED, user=user)


def told() -> list[str]:
    return sorted(mail.recipient.email for mail in OutgoingMail.objects.all() if mail.recipient)


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


def everyone(world: World) -> dict[str, Registration]:
    """One registration in each state, all of Fiji; Japan has not answered."""
    world.fiji.quota = 20
    world.fiji.save()
    return {
        status.value: make_registration(
            world.fiji, status=status, user=make_person(f"{status.value}@fiji.example")
        )
        for status in Status
    }


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


def planned_mail(world: World) -> OutgoingMail:
    """ "Nominations missing" to Japan, planned; Fiji has nominated."""
    make_registration(world.fiji)
    hours_before(world.here, 500, template=NOMINATIONS, audience="nominations_missing")
    assert plan(STARTS_AT - timedelta(hours=500)) == 1
    return OutgoingMail.objects.get()


def outcome(mail: OutgoingMail) -> str:
    send(STARTS_AT - timedelta(hours=499))
    return OutgoingMail.objects.get(pk=mail.pk).status


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


# Cancelled, postponed -----------------------------------------------------------------------------


def test_everybody_is_told_once_of_a_cancelled_workshop(
    world: World, mailoutbox: list[Any]
) -> None:
    everyone(world)
    make_registration(world.japan, status=Status.CONFIRMED, user=world.japan_contact)
    make_registration(world.fiji_elsewhere, status=Status.CONFIRMED)
    hours_before(world.here, 24)
    plan(STARTS_AT - timedelta(hours=24))
    with at(NOW):
        cancel_workshop(workshop=world.here, reason="<b>Storm</b>", by=world.organiser)

    send(NOW)

    assert sorted(mail.to[0] for mail in mailoutbox) == [
        "approved@fiji.example",
        "confirmed@fiji.example",
        "contact@fiji.example",
        "contact@japan.example",
    ]
    assert {mail.subject for mail in mailoutbox} == {"Cancelled: Workshop here"}
    joins = OutgoingMail.objects.filter(template=JOIN).values_list("status", flat=True)
    assert set(joins) == {"superseded"}
    mail = next(each for each in mailoutbox if each.to == ["confirmed@fiji.example"])
    assert "The reason: <b>Storm</b>" in mail.body
    assert "&lt;b&gt;Storm&lt;/b&gt;" in mail.alternatives[0][0]
    calendar = mail.attachments[0]
    assert (calendar[0], "SEQUENCE:1" in calendar[1], "METHOD:CANCEL" in calendar[1]) == (
        "cancelled.ics",
        True,
        True,
    )
    focal_point = next(each for each in mailoutbox if each.to == ["contact@fiji.example"])
    assert focal_point.attachments == []


def test_one_who_postponed_twice_is_told_twice(world: World, mailoutbox: list[Any]) -> None:
    taking_part(world.fiji, "ana@fiji.example")
    Workshop.objects.update(status=Workshop.Status.PUBLISHED)
    with at(NOW):
        postpone_workshop(workshop=world.here, reason="Storm", by=world.organiser)
    send(NOW)
    with at(NOW + timedelta(days=1)):
        resume_workshop(workshop=world.here, starts_on=date(2022, 7, 1), by=world.organiser)
        postpone_workshop(workshop=world.here, reason="Flood", by=world.organiser)
    send(NOW + timedelta(days=1))

    mine = [mail for mail in mailoutbox if mail.to == ["ana@fiji.example"]]
    assert [mail.subject for mail in mine] == ["Postponed: Workshop here"] * 2
    assert ["Storm" in mine[0].body, "Flood" in mine[1].body] == [True, True]


def test_the_news_of_the_end_is_needless_once_it_takes_place(world: World) -> None:
    taking_part(world.fiji)
    Workshop.objects.update(status=Workshop.Status.PUBLISHED)
    with at(NOW):
        postpone_workshop(workshop=world.here, reason="Storm", by=world.organiser)
        resume_workshop(workshop=world.here, starts_on=date(2022, 7, 1), by=world.organiser)
    send(NOW)

    assert set(OutgoingMail.objects.values_list("status", flat=True)) == {"superseded"}


# What it says -------------------------------------------------------------------------------------


def test_language_and_zone_are_the_recipient_s(world: World, mailoutbox: list[Any]) -> None:
    world.here.title = LazyI18nString({"en": "Training", "fr": "Formation"})
    world.here.save()
    taking_part(world.fiji, "ana@nc.example", language="fr", time_zone="Pacific/Noumea")
    hours_before(world.here, 24)
    due = STARTS_AT - timedelta(hours=24)

    plan(due)
    send(due)

    [mail] = mailoutbox
    begins = "mardi 24 mai 2022, 12:00 Noumea (UTC+11); 08:00 Bangkok (UTC+7)"
    assert f"“Formation” begins on {begins}." in mail.body
    assert begins in mail.alternatives[0][0]
    assert mail.extra_headers["Content-Language"] == "fr"
    calendar = mail.attachments[0]
    assert (calendar[0], calendar[2]) == ("workshop.ics", "text/calendar; method=REQUEST")
    assert "UID:registration-" in calendar[1]


def test_each_link_signs_in_to_the_own_page(world: World, mailoutbox: list[Any]) -> None:
    registration = make_registration(world.fiji, status=Status.APPROVED)
    for template, audience in [
        (NOMINATIONS, "nominations_missing"),
        (PROFILE, "profile_missing"),
        (JOIN, "participants"),
    ]:
        hours_before(world.here, 24, template=template, audience=audience)
    due = STARTS_AT - timedelta(hours=24)

    plan(due)
    send(due)

    links = SignInLink.objects.order_by("path").values_list("path", "user", "subject")
    person = registration.user_id
    assert list(links) == [
        ("/workshops/here/delegations/JP/", world.japan_contact.pk, f"delegation:{world.japan.pk}:{world.japan_contact.pk}"),
        ("/workshops/here/my/", person, f"registration:{registration.pk}"),
        ("/workshops/here/my/profile/", person, f"registration:{registration.pk}"),
    ]  # fmt: skip
    bodies = OutgoingMail.objects.values_list("body", flat=True)
    assert (len(mailoutbox), set(bodies)) == (3, {""})


def test_names_that_people_typed_stay_text(world: World, mailoutbox: list[Any]) -> None:
    world.here.title = LazyI18nString({"en": "Train\r\nBcc: x@evil.example <i>\u202e{{ link }}"})
    world.here.save()
    world.jp.name = "Japan http://evil.example/\r\n<script>"
    world.jp.save()
    world.japan_contact.given_name = "Ken\r\nBcc: x@evil.example"
    world.japan_contact.family_name = "<script>alert(1)</script>"
    world.japan_contact.save()
    mail = planned_mail(world)

    assert outcome(mail) == "done"

    [sent] = mailoutbox
    html = sent.alternatives[0][0]
    assert (sent.to, sent.bcc, "\n" in sent.subject) == (["contact@japan.example"], [], False)
    assert ("<script" in html, "\u202e" in sent.subject + sent.body) == (False, False)
    assert ("http://evil" in sent.body, "x@evil.example" in sent.body) == (False, False)


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
