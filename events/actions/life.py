"""The states of a workshop's life. Only these actions change its status, by `Workshop.TRANSITIONS`."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.actions.workshops import move_times
from events.actions.writing import lock_workshop, show_change
from events.models import Workshop
from events.signals import (
    send_workshop_cancelled,
    send_workshop_published,
    send_workshop_rescheduled,
)
from events.tabs import hold_rows
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, record
from workshop_portal.refusals import Refusal

Status = Workshop.Status


class TransitionRefusedError(Refusal):
    """A workshop in this state cannot get into that one."""

    def __init__(self, workshop: Workshop, to: str) -> None:
        super().__init__(workshop.status, to)
        self.message = _(
            "The workshop is “{before}”; it cannot become “{after}” from there."
        ).format(before=workshop.get_status_display(), after=Status(to).label)


class DeadlinePastError(Refusal):
    """Nominations would close before now."""

    message = gettext_lazy("This moment is over. Name a later one.")


class DeadlineAfterWorkshopError(Refusal):
    """Nominations would close after the workshop."""

    message = gettext_lazy("Nominations cannot close after the last day of the workshop.")


class ReasonMissingError(Refusal):
    """Everybody is told why; so there must be a reason."""

    message = gettext_lazy("Say why. Everybody who was invited is told.")


@transaction.atomic
def publish_workshop(*, workshop: Workshop, by: User) -> Workshop:
    """Show a draft to everybody. Raises: WorkshopFrozenError, TransitionRefusedError. Sends: workshop_published."""
    workshop = _locked(workshop, Status.PUBLISHED, since=Status.DRAFT)
    workshop.published_at, workshop.published_by = timezone.now(), by
    _enter(
        workshop, Status.PUBLISHED, by, "events.workshop_published", "published_at", "published_by"
    )
    send_workshop_published(workshop=workshop, by=by)
    return workshop


@transaction.atomic
def open_nominations(
    *, workshop: Workshop, closes_at: datetime | None, by: User, now: datetime | None = None
) -> Workshop:
    """Let focal points nominate until a moment, or until somebody closes.

    Raises: WorkshopFrozenError, TransitionRefusedError, DeadlinePastError, DeadlineAfterWorkshopError.
    """
    workshop = _locked(workshop, Status.NOMINATIONS_OPEN, since=Status.PUBLISHED)
    _set_deadline(workshop, closes_at, now)
    _enter(
        workshop,
        Status.NOMINATIONS_OPEN,
        by,
        "events.nominations_opened",
        "nominations_close_at",
    )
    return workshop


@transaction.atomic
def extend_nominations(
    *, workshop: Workshop, closes_at: datetime | None, by: User, now: datetime | None = None
) -> Workshop:
    """Another deadline; opens again what was closed. Raises: as `open_nominations`."""
    workshop = lock_workshop(workshop)
    if workshop.status not in {Status.NOMINATIONS_OPEN, Status.NOMINATIONS_CLOSED}:
        raise TransitionRefusedError(workshop, Status.NOMINATIONS_OPEN)
    before = workshop.nominations_close_at
    _set_deadline(workshop, closes_at, now)
    changes = {"nominations_close_at": (before, closes_at)}
    changes |= changed(workshop, status=Status.NOMINATIONS_OPEN)
    show_change(workshop, "status", "nominations_close_at")
    record("events.nominations_extended", by=by, target=workshop, changes=changes)
    return workshop


@transaction.atomic
def close_nominations(*, workshop: Workshop, by: User | None) -> Workshop:
    """Raises: WorkshopFrozenError, TransitionRefusedError."""
    workshop = _locked(workshop, Status.NOMINATIONS_CLOSED)
    _enter(workshop, Status.NOMINATIONS_CLOSED, by, "events.nominations_closed")
    return workshop


@transaction.atomic
def start_workshop(*, workshop: Workshop, by: User | None) -> Workshop:
    """Raises: WorkshopFrozenError, TransitionRefusedError."""
    workshop = _locked(workshop, Status.RUNNING)
    _enter(workshop, Status.RUNNING, by, "events.workshop_started")
    return workshop


@transaction.atomic
def conclude_workshop(*, workshop: Workshop, by: User | None) -> Workshop:
    """Raises: WorkshopFrozenError, TransitionRefusedError."""
    workshop = _locked(workshop, Status.CONCLUDED)
    _enter(workshop, Status.CONCLUDED, by, "events.workshop_concluded")
    return workshop


@transaction.atomic
def archive_workshop(*, workshop: Workshop, by: User) -> Workshop:
    """From here on nothing of it changes. Locks: the workshop, what `hold_rows` holds.

    Raises: WorkshopFrozenError, TransitionRefusedError.
    """
    workshop = _locked(workshop, Status.ARCHIVED)
    hold_rows(workshop)
    _enter(workshop, Status.ARCHIVED, by, "events.workshop_archived")
    return workshop


@transaction.atomic
def postpone_workshop(*, workshop: Workshop, reason: str, by: User) -> Workshop:
    """Raises: WorkshopFrozenError, TransitionRefusedError, ReasonMissingError. Sends: workshop_cancelled."""
    return _end(workshop, Status.POSTPONED, reason, by, "events.workshop_postponed")


@transaction.atomic
def cancel_workshop(*, workshop: Workshop, reason: str, by: User) -> Workshop:
    """Raises: WorkshopFrozenError, TransitionRefusedError, ReasonMissingError. Sends: workshop_cancelled."""
    return _end(workshop, Status.CANCELLED, reason, by, "events.workshop_cancelled")


@transaction.atomic
def resume_workshop(*, workshop: Workshop, starts_on: date, by: User) -> Workshop:
    """Hold a postponed workshop on other days; agenda and deadline move along.

    Raises: WorkshopFrozenError, TransitionRefusedError.
    Sends: workshop_rescheduled.
    """
    workshop = _locked(workshop, Status.PUBLISHED, since=Status.POSTPONED)
    shift = starts_on - workshop.starts_on
    move_times(workshop, shift=shift, zone=workshop.zone)
    workshop.starts_on += shift
    workshop.ends_on += shift
    workshop.ended_reason = ""
    fields = ("starts_on", "ends_on", "nominations_close_at", "ended_reason")
    _enter(workshop, Status.PUBLISHED, by, "events.workshop_resumed", *fields)
    send_workshop_rescheduled(workshop=workshop, by=by, shift=shift)
    return workshop


def _locked(workshop: Workshop, to: str, *, since: str | None = None) -> Workshop:
    """`since`: the one state from which this action leads there."""
    workshop = lock_workshop(workshop)
    allowed = Workshop.TRANSITIONS[Status(workshop.status)]
    if to not in allowed or (since is not None and workshop.status != since):
        raise TransitionRefusedError(workshop, to)
    return workshop


def _enter(workshop: Workshop, to: Status, by: User | None, action: str, *fields: str) -> None:
    changes = changed(workshop, status=to)
    changes |= {name: (None, getattr(workshop, name)) for name in fields if name.endswith("_at")}
    show_change(workshop, "status", *fields)
    record(action, by=by, target=workshop, changes=changes)


def _end(workshop: Workshop, to: Status, reason: str, by: User, action: str) -> Workshop:
    workshop = _locked(workshop, to)
    if not reason.strip():
        raise ReasonMissingError
    hold_rows(workshop)  # so that everybody is told who is approved until now
    workshop.ended_reason = reason.strip()
    changes = changed(workshop, status=to) | {"ended_reason": ("", workshop.ended_reason)}
    show_change(workshop, "status", "ended_reason")
    record(action, by=by, target=workshop, changes=changes)
    send_workshop_cancelled(workshop=workshop, by=by)
    return workshop


def _set_deadline(workshop: Workshop, closes_at: datetime | None, now: datetime | None) -> None:
    if closes_at is not None:
        if closes_at <= (now or timezone.now()):
            raise DeadlinePastError
        if closes_at.astimezone(workshop.zone).date() > workshop.ends_on:
            raise DeadlineAfterWorkshopError
    workshop.nominations_close_at = closes_at
