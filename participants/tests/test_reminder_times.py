"""When a planned mail is due: hours on the clock, elapsed hours, summer time, moved workshops."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from events.actions.workshops import edit_workshop
from events.models import Session, Workshop
from participants.actions.mail_plan import edit_reminder, switch_reminder, use_usual_plan
from participants.models import Delegation, PlannedReminder
from participants.queries.reminders import get_moments
from participants.reminders import due_at
from participants.tasks import plan_reminders
from participants.tests.plans import (
    NOW,
    STARTS_AT,
    at,
    details,
    hours_before,
    make_reminder,
    make_scene,
    make_session,
    plan,
    taking_part,
    told,
)
from participants.tests.worlds import (
    World,
    make_administration,
    make_delegation,
)
from workshop_portal.celery import SWEEPS
from workshop_portal.mail.models import OutgoingMail


@pytest.fixture
def world(db: None) -> World:
    return make_scene()


def test_a_day_before_and_the_day_before_differ_when_clocks_change(world: World) -> None:
    zone = ZoneInfo("Europe/Paris")  # summer time begins on 27 March 2022 at 02:00
    moments = {"start": datetime(2022, 3, 28, 9, 0, tzinfo=zone)}
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
        "end": datetime(2022, 5, 26, 10, 0, tzinfo=UTC),  # 17:00 in Bangkok on the last day
        "nominations_close": datetime(2022, 5, 10, 10, 0, tzinfo=UTC),
    }
    elsewhere = world.elsewhere
    assert moments[elsewhere.pk]["start"] == datetime.combine(
        elsewhere.starts_on, time(9), elsewhere.zone
    )


@pytest.mark.parametrize(
    ("days", "start", "end"),
    [
        ([24], (24, 1), (26, 10)),  # 08:00 by the agenda, 17:00 as usual, both in Bangkok
        ([25], (24, 2), (26, 10)),
        ([26], (24, 2), (26, 2)),
        ([24, 25, 26], (24, 1), (26, 2)),
    ],
)
def test_an_agenda_without_the_first_or_last_day_moves_neither(
    world: World, days: list[int], start: tuple[int, int], end: tuple[int, int]
) -> None:
    Session.objects.all().delete()
    for day in days:
        make_session(world.here, STARTS_AT.replace(day=day))

    moments = get_moments([world.here])[world.here.pk]

    assert (moments["start"], moments["end"]) == (
        datetime(2022, 5, *start, tzinfo=UTC),
        datetime(2022, 5, *end, tzinfo=UTC),
    )


def test_a_last_session_until_midnight_ends_the_last_day(world: World) -> None:
    make_session(world.here, datetime(2022, 5, 26, 16, 0, tzinfo=UTC))  # 23:00 in Bangkok

    assert get_moments([world.here])[world.here.pk]["end"] == datetime(2022, 5, 26, 17, tzinfo=UTC)


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


def _switch_off_and_on(world: World, row: PlannedReminder) -> None:
    for is_active in (False, True):
        switch_reminder(reminder=row, is_active=is_active, by=world.organiser)


def _edit_and_edit_back(world: World, row: PlannedReminder) -> None:
    for hour in (time(8), time(9)):
        edit_reminder(
            reminder=row, details=details(at=hour, needs_release=True), by=world.organiser
        )


def _move_and_move_back(world: World, _row: PlannedReminder) -> None:
    for first in (date(2022, 5, 25), date(2022, 5, 24)):
        edit_workshop(
            workshop=world.here,
            starts_on=first,
            ends_on=first + timedelta(days=2),
            by=world.organiser,
        )


@pytest.mark.parametrize("act", [_switch_off_and_on, _edit_and_edit_back, _move_and_move_back])
def test_what_was_taken_back_within_the_two_days_is_planned_again(
    world: World, act: Callable[[World, PlannedReminder], None]
) -> None:
    taking_part(world.fiji)
    row = make_reminder(world.here, needs_release=True)
    due = datetime(2022, 5, 17, 9, 0, tzinfo=UTC)
    assert plan(due - timedelta(days=2)) == 1

    with at(due - timedelta(days=1)):
        act(world, row)

    assert plan(due) == 1
    mails = OutgoingMail.objects.filter(template=row.template).order_by("pk")
    assert list(mails.values_list("status", "due_at")) == [("superseded", due), ("held", due)]
