"""A workshop with its plan on fixed days, and what happens to it at a moment."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import time_machine
from i18nfield.strings import LazyI18nString

from events.models import Session, Workshop
from participants.actions.mail_plan import ReminderDetails, plan_due_reminders
from participants.models import Delegation, PlannedReminder, Registration
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.mail.delivery import send_due
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status
NOMINATIONS, JOIN = "participants/reminder_nominations", "participants/reminder_join"
AGENDA, PROFILE = "participants/reminder_agenda", "participants/reminder_profile"
NOW = datetime(2022, 5, 1, 0, 0, tzinfo=UTC)
STARTS_AT = datetime(2022, 5, 24, 1, 0, tzinfo=UTC)  # 08:00 in Bangkok


def make_scene() -> World:
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


def planned_mail(world: World) -> OutgoingMail:
    """ "Nominations missing" to Japan, planned; Fiji has nominated."""
    make_registration(world.fiji)
    hours_before(world.here, 500, template=NOMINATIONS, audience="nominations_missing")
    assert plan(STARTS_AT - timedelta(hours=500)) == 1
    return OutgoingMail.objects.get()


def outcome(mail: OutgoingMail) -> str:
    send(STARTS_AT - timedelta(hours=499))
    return OutgoingMail.objects.get(pk=mail.pk).status


def details(**fields: Any) -> ReminderDetails:
    values: dict[str, Any] = {
        "template": AGENDA,
        "audience": "participants",
        "anchor": "start",
        "timing": "wall_clock",
        "offset": timedelta(days=-7),
        "at": time(9),
    }
    return ReminderDetails(**(values | fields))


def make_row(world: World, **fields: Any) -> PlannedReminder:
    values = {"template": AGENDA, "audience": "participants", "at": time(9)}
    return PlannedReminder.objects.create(workshop=world.here, **(values | fields))


def reload(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)
