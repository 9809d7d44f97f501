"""When the rows of a mail plan are due, and for whom. What their mails say: `notices`.

Two kinds of time: `elapsed` adds hours to a moment; `wall_clock` is an hour on a day of the recipient,
counted in days from the day that the moment has there. They differ across a daylight-saving change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone

from events.models import Workshop
from participants.audiences import AUDIENCES, REMINDER_MAILS, Recipient
from participants.models import PlannedReminder, Registration
from participants.queries.news import END, NEW_DAYS
from participants.queries.reminders import UNSENT, Moments, get_moments
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.mail.actions import Mail
from workshop_portal.mail.models import OutgoingMail

HELD_FROM = timedelta(days=2)
"""So long before their time mails that wait for release stand in the outbox."""
LATE_BY = timedelta(days=3)
LATE_BY_WITHIN_A_DAY = timedelta(hours=6)
"""How late a mail may still be sent: a join link of yesterday helps nobody."""
WORLD = timedelta(days=2)
"""More than any two zones can be apart at one hour of the clock, their days included."""

Anchor, Timing = PlannedReminder.Anchor, PlannedReminder.Timing


@dataclass(frozen=True, kw_only=True)
class UsualRow:
    """One row of the plan that most workshops want."""

    template: str
    audience: str
    offset: timedelta
    anchor: str = Anchor.START
    timing: str = Timing.WALL_CLOCK
    needs_release: bool = False


def days(number: int) -> timedelta:
    return timedelta(days=number)


USUAL_PLAN = [
    UsualRow(template="participants/invitation", audience="to_invite", offset=days(-60)),
    UsualRow(
        template="participants/reminder_nominations",
        audience="nominations_missing",
        offset=days(-21),
    ),
    UsualRow(template="participants/reminder_agenda", audience="participants", offset=days(-7)),
    UsualRow(
        template="participants/reminder_join",
        audience="participants",
        offset=timedelta(hours=-24),
        timing=Timing.ELAPSED,
    ),
    UsualRow(
        template="participants/reminder_join",
        audience="participants",
        offset=timedelta(minutes=-15),
        timing=Timing.ELAPSED,
    ),
    UsualRow(
        template="participants/reminder_thanks",
        audience="participants",
        offset=days(1),
        anchor=Anchor.END,
    ),
    UsualRow(
        template="participants/reminder_follow_up",
        audience="participants",
        offset=days(180),
        anchor=Anchor.END,
        needs_release=True,
    ),
]
"""Upper apps add theirs in `AppConfig.ready`."""


# When ---------------------------------------------------------------------------------------------


def due_at(reminder: PlannedReminder, moments: Moments, zone: ZoneInfo) -> datetime | None:
    """When it is due for a person who lives in `zone`, in UTC; None while nothing is there to count from."""
    moment = moments[reminder.anchor]
    if moment is None:
        return None
    if reminder.timing == Timing.ELAPSED or reminder.at is None:
        return moment.astimezone(UTC) + reminder.offset
    day = moment.astimezone(zone).date() + reminder.offset
    return datetime.combine(day, reminder.at, zone).astimezone(UTC)


def valid_until(reminder: PlannedReminder, due: datetime) -> datetime:
    """Until when it may still be sent, after a time without the worker or the mail server."""
    return due + (LATE_BY if abs(reminder.offset) > timedelta(days=1) else LATE_BY_WITHIN_A_DAY)


def is_over(reminder: PlannedReminder, moments: Moments, now: datetime) -> bool:
    """Whether its time has passed everywhere."""
    last = [due for zone in _zones_of(reminder) if (due := due_at(reminder, moments, zone))]
    return bool(last) and max(last) <= now


def may_be_due(reminder: PlannedReminder, moments: Moments, now: datetime) -> bool:
    """Whether its time came somewhere since it was last looked at. Costs no query."""
    middle = due_at(reminder, moments, ZoneInfo("UTC"))
    if middle is None or not middle - HELD_FROM - WORLD < now < middle + LATE_BY + WORLD:
        return False
    dues = {due_at(reminder, moments, zone) for zone in _zones_of(reminder)}
    return any(_has_come(reminder, due, now) for due in dues)


def _has_come(reminder: PlannedReminder, due: datetime | None, now: datetime) -> bool:
    """Whether a time for planning lies after `planned_until` and not after now."""
    if due is None or now > valid_until(reminder, due):
        return False
    since = reminder.planned_until
    times = (due - HELD_FROM, due) if reminder.needs_release else (due,)
    return any(at <= now and (since is None or at > since) for at in times)


def _zones_of(reminder: PlannedReminder) -> Iterable[ZoneInfo]:
    return _zones() if reminder.timing == Timing.WALL_CLOCK else (ZoneInfo("UTC"),)


@cache
def _zones() -> tuple[ZoneInfo, ...]:
    """One for each clock that a person can live by. Aliases are left in: they cost little."""
    return tuple(ZoneInfo(name) for name in sorted(available_timezones()))


# For whom -----------------------------------------------------------------------------------------


def mails_due(reminder: PlannedReminder, moments: Moments, now: datetime) -> list[Mail]:
    """The mails of one row whose time has come, to who is in its audience now. Queries: the audience's."""
    audience = AUDIENCES.get(reminder.audience)
    known = REMINDER_MAILS.get(reminder.template)
    if audience is None or known is None or known.is_manual:
        return []
    dues: dict[str, datetime | None] = {}
    mails = []
    for recipient in audience.find(reminder.workshop, now):
        name = str(recipient.user.time_zone)
        if name not in dues:
            dues[name] = due_at(reminder, moments, ZoneInfo(name))
        due = dues[name]
        if due is not None and recipient.user.is_active and _has_come(reminder, due, now):
            mails.append(_mail(reminder, known.kind, recipient, due))
    return mails


def list_reached(reminder: PlannedReminder, now: datetime) -> list[Recipient]:
    """Whom a row of the plan reaches now, by name. Queries: the audience's, and 1 for the people."""
    audience = AUDIENCES.get(reminder.audience)
    found = audience.find(reminder.workshop, now) if audience else []
    people = User.objects.filter(is_active=True).in_bulk({each.user.pk for each in found})
    active = [replace(each, user=people[each.user.pk]) for each in found if each.user.pk in people]
    return sorted(active, key=lambda each: (str(each.user), each.user.pk, each.mark))


def _mail(reminder: PlannedReminder, kind: str, recipient: Recipient, due: datetime) -> Mail:
    workshop = reminder.workshop
    return Mail(
        key=f"{kind}:{workshop.pk}:{recipient.mark}:{due:%Y%m%dT%H%M%SZ}",
        template=reminder.template,
        to=recipient.user,
        params={**recipient.params, "reminder": reminder.pk, "due": due.isoformat()},
        context=workshop,
        reply_to=workshop.contact_email,
        due_at=due,
        valid_until=valid_until(reminder, due),
        held=reminder.needs_release,
        batch=f"reminder:{reminder.pk}" if reminder.needs_release else "",
    )


def is_still_due(mail: OutgoingMail) -> bool:
    """Asked just before a mail of the plan is sent.

    Not any more: the row was removed, switched off or changed; the workshop was moved, postponed or
    cancelled; the person has acted in the meantime or left.
    """
    rows = PlannedReminder.objects.select_related("workshop")
    reminder = rows.filter(pk=mail.params.get("reminder"), is_active=True).first()
    if reminder is None or mail.recipient is None or reminder.workshop.status in UNSENT:
        return False
    if reminder.template != mail.template or reminder.audience not in AUDIENCES:
        return False
    workshop = reminder.workshop
    moments = get_moments([workshop])[workshop.pk]
    # The zone of the row, not of the person: who moved house meanwhile still gets the mail.
    due = due_at(reminder, moments, ZoneInfo(str(mail.time_zone)))
    if due is None or due.isoformat() != mail.params.get("due"):
        return False
    recipient = Recipient(user=mail.recipient, params=_who(mail.params))
    audience = AUDIENCES[reminder.audience]
    return audience.includes(workshop, recipient, timezone.now())


def still_has_part(mail: OutgoingMail) -> bool:
    """Asked just before an invitation or the news of other days is sent: both sign the person in.

    Whether the person still takes part, or is still in office for the delegation.
    """
    who = _who(mail.params)
    if "registration" in who:
        rows = Registration.objects.taking_part().filter(pk=who["registration"])
        return rows.filter(user=mail.recipient).exists()
    terms = FocalPoint.objects.current(timezone.now()).filter(user=mail.recipient)
    return terms.filter(administration__delegations=who.get("delegation")).exists()


def _who(params: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(params[name]) for name in ("registration", "delegation") if name in params}


def end_mail(workshop: Workshop, recipient: Recipient, was: str, now: datetime) -> Mail:
    """That the workshop is cancelled or postponed: one to each person for each such act. `was`: as below."""
    return Mail(
        key=f"{END}:{workshop.pk}:u{recipient.user.pk}:{now:%Y%m%dT%H%M%S%fZ}",
        template="participants/workshop_cancelled",
        to=recipient.user,
        params={**recipient.params, "workshop": workshop.pk, "was": was},
        context=workshop,
        reply_to=workshop.contact_email,
    )


def new_days_mail(workshop: Workshop, recipient: Recipient, was: str, now: datetime) -> Mail:
    """That the workshop has other days. `was`: the first day that the person knows, in ISO form."""
    return Mail(
        key=f"{NEW_DAYS}:{workshop.pk}:u{recipient.user.pk}:{now:%Y%m%dT%H%M%S%fZ}",
        template="participants/new_days",
        to=recipient.user,
        params={**recipient.params, "was": was},
        context=workshop,
        reply_to=workshop.contact_email,
    )
