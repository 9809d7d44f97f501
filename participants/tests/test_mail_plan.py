"""The mail plan as people change it: rows, the usual plan, the page, who may."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from events.actions.copying import plan_next_workshop
from events.actions.writing import WorkshopFrozenError
from events.models import Workshop
from participants.actions.delegations import set_seat_policy
from participants.actions.mail_plan import (
    HourMissingError,
    NotWholeDaysError,
    PlannedAlreadyError,
    ReminderGoneError,
    ReminderRefusedError,
    SentByHandError,
    TooFarAwayError,
    UnknownMailError,
    add_reminder,
    edit_reminder,
    remove_reminder,
    send_test_reminder,
    switch_reminder,
    use_usual_plan,
)
from participants.models import PlannedReminder, Registration
from participants.tests.plans import AGENDA, JOIN, details, make_row, reload
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.audit.models import Entry
from workshop_portal.mail.delivery import send_due
from workshop_portal.mail.models import OutgoingMail


def waiting_mail(world: World, reminder: PlannedReminder, key: str = "a") -> OutgoingMail:
    return OutgoingMail.objects.create(
        key=f"reminder_agenda:{key}",
        kind="reminder_agenda",
        template=AGENDA,
        params={"reminder": reminder.pk},
        recipient=make_person(),
        context_type="events.workshop",
        context_id=str(reminder.workshop_id),
        status="held",
    )


# The actions --------------------------------------------------------------------------------------


def test_adding_stores_the_row_and_one_entry(world: World) -> None:
    before = timezone.now()

    add_reminder(workshop=world.here, details=details(), by=world.organiser)

    row = PlannedReminder.objects.get()
    assert (row.workshop, row.template, row.audience, row.offset, row.at) == (
        world.here,
        AGENDA,
        "participants",
        timedelta(days=-7),
        time(9),
    )
    assert row.planned_until is not None
    assert row.planned_until >= before
    [entry] = Entry.objects.all()
    assert (entry.action, entry.actor_id, entry.target_id, entry.context_id) == (
        "participants.reminder_added",
        world.organiser.pk,
        str(row.pk),
        str(world.here.pk),
    )
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"template": "participants/approved"}, UnknownMailError),
        ({"template": JOIN, "audience": "focal_points"}, UnknownMailError),
        ({"audience": "no_such"}, UnknownMailError),
        ({"at": None}, HourMissingError),
        ({"offset": timedelta(hours=-5)}, NotWholeDaysError),
        ({"offset": timedelta(days=-731)}, TooFarAwayError),
    ],
)
def test_what_a_plan_cannot_hold(
    world: World, wrong: dict[str, Any], refusal: type[ReminderRefusedError]
) -> None:
    with pytest.raises(refusal):
        add_reminder(workshop=world.here, details=details(**wrong), by=world.organiser)

    assert (PlannedReminder.objects.count(), Entry.objects.count()) == (0, 0)


def test_a_mail_is_planned_once_at_a_distance(world: World) -> None:
    add_reminder(workshop=world.here, details=details(), by=world.organiser)

    with pytest.raises(PlannedAlreadyError):
        add_reminder(workshop=world.here, details=details(at=time(8)), by=world.organiser)

    add_reminder(workshop=world.elsewhere, details=details(), by=world.secretariat)
    assert PlannedReminder.objects.count() == 2


def test_a_frozen_workshop_s_plan_stays(world: World) -> None:
    row = add_reminder(workshop=world.here, details=details(), by=world.organiser)
    Workshop.objects.update(status=Workshop.Status.ARCHIVED)

    for act in (
        lambda: add_reminder(workshop=world.here, details=details(at=time(8)), by=world.organiser),
        lambda: edit_reminder(reminder=row, details=details(at=time(8)), by=world.organiser),
        lambda: remove_reminder(reminder=row, by=world.organiser),
        lambda: switch_reminder(reminder=row, is_active=False, by=world.organiser),
        lambda: use_usual_plan(workshop=world.here, by=world.organiser),
    ):
        with pytest.raises(WorkshopFrozenError):
            act()
    assert Entry.objects.count() == 1


def test_editing_says_what_changed_and_ends_what_waits(world: World) -> None:
    row = add_reminder(workshop=world.here, details=details(), by=world.organiser)
    other = add_reminder(
        workshop=world.here, details=details(offset=timedelta(days=-3)), by=world.organiser
    )
    mine, others = waiting_mail(world, row), waiting_mail(world, other, "b")

    edit_reminder(reminder=row, details=details(at=time(8)), by=world.secretariat)

    assert [mail.status for mail in (reload(mine), reload(others))] == ["superseded", "held"]
    entry = Entry.objects.get(action="participants.reminder_edited")
    assert entry.changes == {"at": ["09:00:00", "08:00:00"]}


def test_editing_nothing_writes_nothing(world: World) -> None:
    row = add_reminder(workshop=world.here, details=details(), by=world.organiser)
    mail = waiting_mail(world, row)

    edit_reminder(reminder=row, details=details(), by=world.secretariat)

    assert (Entry.objects.count(), reload(mail).status) == (1, "held")


def test_elapsed_time_has_no_hour(world: World) -> None:
    row = add_reminder(
        workshop=world.here,
        details=details(timing="elapsed", offset=timedelta(minutes=-15)),
        by=world.organiser,
    )

    assert row.at is None


def test_switching_off_ends_what_waits_and_on_starts_from_now(world: World) -> None:
    row = add_reminder(workshop=world.here, details=details(), by=world.organiser)
    mail = waiting_mail(world, row)

    switch_reminder(reminder=row, is_active=False, by=world.organiser)
    switch_reminder(reminder=row, is_active=False, by=world.organiser)
    off_at = reload(row).planned_until
    switch_reminder(reminder=row, is_active=True, by=world.organiser)

    assert reload(mail).status == "superseded"
    assert reload(row).planned_until > off_at
    switched = Entry.objects.filter(action="participants.reminder_switched").order_by("pk")
    assert [entry.changes for entry in switched] == [
        {"is_active": [True, False]},
        {"is_active": [False, True]},
    ]


def test_removing_leaves_the_record_and_no_mail(world: World) -> None:
    row = add_reminder(workshop=world.here, details=details(), by=world.organiser)
    mail = waiting_mail(world, row)

    remove_reminder(reminder=row, by=world.organiser)

    assert (PlannedReminder.objects.count(), reload(mail).status) == (0, "superseded")
    assert Entry.objects.filter(action="participants.reminder_removed").count() == 1
    with pytest.raises(ReminderGoneError):
        remove_reminder(reminder=row, by=world.organiser)


def test_the_usual_plan_is_added_once(world: World) -> None:
    assert use_usual_plan(workshop=world.here, by=world.organiser) == 8
    remove_reminder(
        reminder=PlannedReminder.objects.get(template="participants/reminder_thanks"),
        by=world.organiser,
    )
    assert use_usual_plan(workshop=world.here, by=world.organiser) == 1
    assert use_usual_plan(workshop=world.here, by=world.organiser) == 0

    rows = PlannedReminder.objects.order_by("offset", "anchor")
    assert [(row.offset, row.template.split("/")[1], row.audience) for row in rows] == [
        (timedelta(days=-60), "invitation", "to_invite"),
        (timedelta(days=-21), "reminder_nominations", "nominations_missing"),
        (timedelta(days=-7), "reminder_agenda", "participants"),
        (timedelta(hours=-24), "reminder_join", "participants"),
        (timedelta(minutes=-15), "reminder_join", "participants"),
        (timedelta(days=1), "reminder_thanks", "participants"),
        (timedelta(days=14), "reminder_contribution", "contribution_missing"),
        (timedelta(days=180), "reminder_follow_up", "participants"),
    ]
    assert Entry.objects.filter(action="participants.reminder_added").count() == 9


def test_the_next_workshop_gets_the_same_plan(world: World) -> None:
    use_usual_plan(workshop=world.here, by=world.organiser)
    resting = PlannedReminder.objects.get(template=AGENDA)
    switch_reminder(reminder=resting, is_active=False, by=world.organiser)

    following = plan_next_workshop(
        source=world.here,
        starts_on=world.here.starts_on + timedelta(days=700),
        by=world.secretariat,
    )

    def shape(workshop: Workshop) -> set[tuple[Any, ...]]:
        names = ("template", "audience", "anchor", "timing", "offset", "at", "is_active")
        return set(workshop.planned_reminders.values_list(*names))

    assert shape(following) == shape(world.here)
    lines = [(line["what"], line["count"]) for line in following.copied]
    assert ("Rows of the mail plan", 8) in lines


def test_the_next_workshop_gives_as_many_seats(world: World) -> None:
    set_seat_policy(
        workshop=world.here, seats=4, host_seats=8, online_extra_seats=2, by=world.organiser
    )
    make_registration(world.fiji)

    following = plan_next_workshop(
        source=world.here,
        starts_on=world.here.starts_on + timedelta(days=700),
        by=world.secretariat,
    )

    policy = following.seat_policy
    assert (policy.seats, policy.host_seats, policy.online_extra_seats) == (4, 8, 2)
    lines = [(line["what"], line["count"], line["taken"]) for line in following.copied]
    assert ("Usual seats", 1, True) in lines
    assert ("Delegations and registrations", 3, False) in lines
    assert following.delegations.count() == 0


def test_the_test_mail_goes_to_oneself_and_names_nobody(
    world: World, mailoutbox: list[Any], settings: Any
) -> None:
    make_registration(
        world.fiji, status=Registration.Status.CONFIRMED, user=make_person("ana@fiji.example")
    )
    use_usual_plan(workshop=world.here, by=world.organiser)
    tried = PlannedReminder.objects.exclude(template="participants/invitation")

    for row in tried:
        send_test_reminder(reminder=row, by=world.organiser)
    send_due()

    assert [(mail.status, mail.last_error) for mail in OutgoingMail.objects.all()] == [
        ("done", "")
    ] * 7
    assert {mail.to[0] for mail in mailoutbox} == {world.organiser.email}
    assert not any("ana@fiji.example" in mail.body for mail in mailoutbox)
    with_calendar = [mail for mail in mailoutbox if mail.attachments]
    assert len(with_calendar) == 2


def test_what_is_sent_by_hand_has_no_test_mail(world: World) -> None:
    use_usual_plan(workshop=world.here, by=world.organiser)
    row = PlannedReminder.objects.get(template="participants/invitation")

    with pytest.raises(SentByHandError):
        send_test_reminder(reminder=row, by=world.organiser)


# The table ----------------------------------------------------------------------------------------


def test_a_row_stands_in_a_plan_once(world: World) -> None:
    make_row(world)
    with pytest.raises(IntegrityError, match=UNIQUE):
        make_row(world, at=time(8))


UNIQUE = "participants_plannedreminder_once|UNIQUE constraint failed: participants_plannedreminder"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("participants_plannedreminder_wall_clock_has_hour", {"at": None}),
        ("participants_plannedreminder_anchor_valid", {"anchor": "lunch"}),
        # Both checks look at the kind of time.
        (
            "participants_plannedreminder_timing_valid|participants_plannedreminder_wall_clock_has_hour",
            {"timing": "sundial"},
        ),
    ],
)
def test_what_is_never_stored(world: World, name: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name):
        make_row(world, **wrong)
