"""Every change of a mail plan, and what it does: mails into the outbox when their time comes.

Sweeps, receivers and the next workshop of a series come here too. A mail of the plan is a row of the
outbox under a key that names its time, so planning twice writes it once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.actions.writing import lock_workshop
from events.models import Workshop
from events.tabs import Copied, Copy
from participants import reminders
from participants.audiences import REMINDER_MAILS
from participants.models import PlannedReminder, Registration
from participants.queries.news import END, JOINING, NEW_DAYS, Told, read_news
from participants.queries.reminders import (
    UNSENT,
    get_moments,
    list_active_reminders,
    list_reminders,
    list_told,
)
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, entry, record, record_many, type_name
from workshop_portal.audit.models import Entry
from workshop_portal.mail.actions import queue_mails, send_test_mail, supersede_mails
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.refusals import Refusal

USUAL_HOUR = time(9)
FARTHEST = timedelta(days=730)


class ReminderRefusedError(Refusal):
    """A row that a plan cannot hold."""


class UnknownMailError(ReminderRefusedError):
    """No mail of that name, or not for these people."""

    message = gettext_lazy("Choose a mail of the list.")


class SentByHandError(ReminderRefusedError):
    """Its own page shows samples before it is sent; or the mail is of an earlier version."""

    message = gettext_lazy("This mail is sent by hand and cannot be tried out here.")


class PlannedAlreadyError(ReminderRefusedError):
    """The same mail, to the same people, at the same distance."""

    message = gettext_lazy("This mail is in the plan already, at this distance.")


class HourMissingError(ReminderRefusedError):
    """On a day of the recipient needs an hour of it."""

    message = gettext_lazy("Say at which hour of the recipient’s day.")


class NotWholeDaysError(ReminderRefusedError):
    """On a day of the recipient counts in days."""

    message = gettext_lazy("An hour of the recipient’s day is counted in whole days.")


class TooFarAwayError(ReminderRefusedError):
    """More than two years before or after."""

    message = gettext_lazy("Two years are the farthest.")


class ReminderGoneError(ReminderRefusedError):
    """Somebody else took the row out at the same time."""

    message = gettext_lazy("This mail was taken out of the plan in the meantime.")


@dataclass(frozen=True, kw_only=True)
class ReminderDetails:
    """What is said of a row of the plan."""

    template: str
    audience: str
    anchor: str
    timing: str
    offset: timedelta
    at: time | None = None
    needs_release: bool = False


@transaction.atomic
def add_reminder(*, workshop: Workshop, details: ReminderDetails, by: User) -> PlannedReminder:
    """Put a row into the plan; what lies before now is not sent after the event.

    Locks: the workshop. Raises: ReminderRefusedError (its kinds), WorkshopFrozenError.
    """
    workshop = lock_workshop(workshop)
    details = _checked(details)
    _guard_new(workshop, details, None)
    row = _row(workshop, details, timezone.now())
    row.save(force_insert=True)
    record_many([_added(row, workshop, by)])
    return row


@transaction.atomic
def edit_reminder(
    *, reminder: PlannedReminder, details: ReminderDetails, by: User
) -> PlannedReminder:
    """Change a row. Its mails that wait in the outbox end; the new time plans them again.

    Locks: the workshop. Raises: as `add_reminder`.
    """
    workshop = lock_workshop(reminder.workshop)
    row = _locked(reminder)
    details = _checked(details)
    _guard_new(workshop, details, row)
    changes = changed(row, **vars(details))
    if not changes:
        return row
    row.planned_until = timezone.now()
    row.save(update_fields=[*changes, "planned_until"])
    record("participants.reminder_edited", by=by, target=row, context=workshop, changes=changes)
    _end_waiting(workshop, Q(params__reminder=row.pk), _("The mail plan was changed."), by)
    return row


@transaction.atomic
def remove_reminder(*, reminder: PlannedReminder, by: User) -> None:
    """Take a row out of the plan, with its mails that wait. Locks: the workshop. Raises: WorkshopFrozenError."""
    workshop = lock_workshop(reminder.workshop)
    row = _locked(reminder)
    record(
        "participants.reminder_removed",
        by=by,
        target=row,
        context=workshop,
        changes={name: (getattr(row, name), None) for name in ("template", "audience", "offset")},
    )
    _end_waiting(workshop, Q(params__reminder=row.pk), _("Taken out of the mail plan."), by)
    row.delete()


@transaction.atomic
def switch_reminder(*, reminder: PlannedReminder, is_active: bool, by: User) -> PlannedReminder:
    """Let a row rest, or run again; what was due while it rested is not sent. Raises: WorkshopFrozenError."""
    workshop = lock_workshop(reminder.workshop)
    row = _locked(reminder)
    changes = changed(row, is_active=is_active)
    if not changes:
        return row
    row.planned_until = timezone.now()
    row.save(update_fields=["is_active", "planned_until"])
    record("participants.reminder_switched", by=by, target=row, context=workshop, changes=changes)
    if not is_active:
        words = _("Switched off in the mail plan.")
        _end_waiting(workshop, Q(params__reminder=row.pk), words, by)
    return row


@transaction.atomic
def use_usual_plan(*, workshop: Workshop, by: User) -> int:
    """Add the rows of the usual plan that are not there yet; their number.

    Locks: the workshop. Raises: WorkshopFrozenError. Queries: 4.
    """
    workshop = lock_workshop(workshop)
    usual = [
        ReminderDetails(
            template=each.template,
            audience=each.audience,
            anchor=each.anchor,
            timing=each.timing,
            offset=each.offset,
            at=USUAL_HOUR if each.timing == PlannedReminder.Timing.WALL_CLOCK else None,
            needs_release=each.needs_release,
        )
        for each in reminders.USUAL_PLAN
    ]
    there = {_same(row) for row in list_reminders(workshop=workshop)}
    now = timezone.now()
    rows = [_row(workshop, each, now) for each in usual if _same(each) not in there]
    _save_new(rows, workshop, by)
    return len(rows)


def send_test_reminder(*, reminder: PlannedReminder, by: User) -> None:
    """Send the mail of a row to oneself, now, in one's own language and zone. Raises: SentByHandError."""
    known = REMINDER_MAILS.get(reminder.template)
    if known is None or known.is_manual:
        raise SentByHandError
    workshop = reminder.workshop
    send_test_mail(
        template=reminder.template, params={"workshop": workshop.pk}, context=workshop, by=by
    )


# What runs by itself ------------------------------------------------------------------------------


def plan_due_reminders(*, now: datetime | None = None) -> int:
    """Write the mails whose time has come, of every workshop; their number.

    Each row of a plan in a transaction of its own, which a killed worker leaves undone and the next
    minute repeats. Queries: 2 while nothing is due; for a row that is due 5, the audience's, and 1 per
    batch of mails (500, fewer on SQLite).
    """
    now = now or timezone.now()
    rows = list(list_active_reminders())
    moments = get_moments({row.workshop for row in rows}) if rows else {}
    due = [row for row in rows if reminders.may_be_due(row, moments[row.workshop_id], now)]
    return sum(_plan(row, now) for row in due)


@transaction.atomic
def _plan(reminder: PlannedReminder, now: datetime) -> int:
    locked = list_active_reminders().select_for_update(of=("self",)).filter(pk=reminder.pk)
    row = locked.first()
    if row is None:
        return 0
    moments = get_moments([row.workshop])[row.workshop_id]
    mails = reminders.mails_due(row, moments, now)
    queue_mails(mails, by=None)
    row.planned_until = max(now, row.planned_until or now)
    row.save(update_fields=["planned_until"])
    return len(mails)


def move_reminders(*, workshop: Workshop, by: User) -> None:
    """The workshop has other days: what waits in the outbox ends, and is planned again for its new time.

    What would have been due before now stays unsent. Calendars replace what they have at the next file.
    Runs in the transaction of the move.
    """
    workshop.planned_reminders.update(planned_until=timezone.now())
    _raise_calendars(workshop)
    kinds = [mail.kind for mail in REMINDER_MAILS.values() if not mail.is_manual]
    _end_waiting(workshop, Q(kind__in=kinds), _("The workshop was moved."), by)


def tell_new_days(*, workshop: Workshop, shift: timedelta, by: User) -> None:
    """Moved, or held after all: everybody who counts on it is told once, from which day to which days.

    Whom such a mail has not reached yet is told from the day that they know; that mail ends. Who knows the
    new first day, and last heard that it takes place, has nothing to be told. Nobody is told of a draft,
    while it is postponed, or once it has ended. Runs in the transaction of the act.
    """
    if workshop.status in UNSENT or workshop.is_ended:
        return
    now = timezone.now()
    known, unsettled = read_news(_told(workshop))
    _end_waiting(workshop, Q(kind__in=[NEW_DAYS, END]), _("The workshop was moved again."), by)
    before, first = (workshop.starts_on - shift).isoformat(), workshop.starts_on.isoformat()
    queue_mails(
        [
            reminders.new_days_mail(workshop, each, was, now)
            for each in list_told(workshop, now)
            if (was := known.get(each.user.pk, before)) != first or each.user.pk in unsettled
        ],
        by=by,
    )


def tell_of_the_end(*, workshop: Workshop, by: User) -> None:
    """Cancelled or postponed: everybody who counts on it is told once, and the plan's mails end.

    Runs in the transaction of the act. Queries: 8, and 1 per batch of mails.
    """
    now = timezone.now()
    known, _unsettled = read_news(_told(workshop))
    kinds = [NEW_DAYS, END, *(mail.kind for mail in REMINDER_MAILS.values())]
    _end_waiting(workshop, Q(kind__in=kinds), _("The workshop does not take place then."), by)
    _raise_calendars(workshop)
    first = workshop.starts_on.isoformat()
    queue_mails(
        [
            reminders.end_mail(workshop, each, known.get(each.user.pk, first), now)
            for each in list_told(workshop, now)
        ],
        by=by,
    )


def copy_mail_plan(copy: Copy) -> list[Copied]:
    """The next workshop gets the same plan: distances move along by themselves."""
    rows = [
        _row(copy.target, _details_of(row), timezone.now(), is_active=row.is_active)
        for row in list_reminders(workshop=copy.source)
    ]
    _save_new(rows, copy.target, copy.by)
    return [Copied(what=gettext_lazy("Rows of the mail plan"), count=len(rows))]


# Parts --------------------------------------------------------------------------------------------


def _checked(details: ReminderDetails) -> ReminderDetails:
    known = REMINDER_MAILS.get(details.template)
    if known is None or details.audience not in known.audiences:
        raise UnknownMailError
    if abs(details.offset) > FARTHEST:
        raise TooFarAwayError
    if details.timing == PlannedReminder.Timing.ELAPSED:
        return replace(details, at=None)
    if details.at is None:
        raise HourMissingError
    if details.offset % timedelta(days=1):
        raise NotWholeDaysError
    return details


def _same(row: PlannedReminder | ReminderDetails) -> tuple[Any, ...]:
    """What may be in a plan once."""
    return row.template, row.audience, row.anchor, row.offset


def _guard_new(workshop: Workshop, details: ReminderDetails, own: PlannedReminder | None) -> None:
    others = list_reminders(workshop=workshop)
    if own is not None:
        others = others.exclude(pk=own.pk)
    if _same(details) in {_same(row) for row in others}:
        raise PlannedAlreadyError


def _row(
    workshop: Workshop, details: ReminderDetails, now: datetime, *, is_active: bool = True
) -> PlannedReminder:
    values = vars(details)
    return PlannedReminder(workshop=workshop, planned_until=now, is_active=is_active, **values)


def _details_of(row: PlannedReminder) -> ReminderDetails:
    names = ReminderDetails.__dataclass_fields__
    return ReminderDetails(**{name: getattr(row, name) for name in names})


def _save_new(rows: list[PlannedReminder], workshop: Workshop, by: User) -> None:
    PlannedReminder.objects.bulk_create(rows)
    record_many(_added(row, workshop, by) for row in rows)


def _added(row: PlannedReminder, workshop: Workshop, by: User) -> Entry:
    return entry(
        "participants.reminder_added",
        by=by,
        target=row,
        context=workshop,
        changes={name: (None, value) for name, value in vars(_details_of(row)).items()},
    )


def _locked(reminder: PlannedReminder) -> PlannedReminder:
    """Raises: ReminderGoneError."""
    row = PlannedReminder.objects.select_for_update().filter(pk=reminder.pk).first()
    if row is None:
        raise ReminderGoneError
    return row


def _end_waiting(workshop: Workshop, which: Q, reason: str, by: User) -> None:
    mails = OutgoingMail.objects.filter(_of(workshop), which)
    supersede_mails(mails=mails, reason=reason, by=by)


def _told(workshop: Workshop) -> QuerySet[OutgoingMail, Told]:
    """For `read_news`. Queries: 1."""
    rows = OutgoingMail.objects.filter(_of(workshop), kind__in=[NEW_DAYS, END, *JOINING])
    rows = rows.filter(recipient__isnull=False).order_by("pk")
    return rows.values_list("recipient", "kind", "status", "params__was")


def _of(workshop: Workshop) -> Q:
    """The mails that are filed under the workshop."""
    return Q(context_type=type_name(workshop), context_id=str(workshop.pk))


def _raise_calendars(workshop: Workshop) -> None:
    """So that the next calendar file replaces the earlier one."""
    rows = Registration.objects.filter(workshop=workshop).taking_part()
    rows.update(calendar_revision=F("calendar_revision") + 1)
