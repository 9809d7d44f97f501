"""What the secretariat does to registrations: approve and decline, many at once.

Nominating is in `nominations`, what changes one person's seat in `changes`, what the delegate does in
`profiles`. Seats are counted under one lock, the row of the delegation (`seats`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from events.models import Workshop
from participants import mails
from participants.actions.seats import free_seats, lock_delegations, move_up
from participants.models import Delegation, Registration
from participants.queries.reminders import UNSENT
from participants.signals import send_registration_withdrawn, send_registrations_approved
from workshop_portal.accounts.links import revoke_links
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, entry, record_many
from workshop_portal.mail.actions import queue_mails
from workshop_portal.refusals import Refusal

Status = Registration.Status


class WorkshopEndedError(Refusal):
    """Concluded, archived or cancelled: nobody is approved or nominated any more."""

    message = _("This workshop has ended.")


class WorkshopRestsError(Refusal):
    """A draft, or postponed: who were told that they take part could come to nothing yet."""

    def __init__(self, workshop: Workshop) -> None:
        self.message = (
            _("This workshop is postponed. Approve people once it has new days.")
            if workshop.is_off
            else _("This workshop is a draft. Publish it, then approve people.")
        )


class ReasonMissingError(Refusal):
    """Who declines people, or an invitation, says why."""

    message = _("Say why, in a few words.")


class NotToReviewError(Refusal):
    """Some of the registrations are not in the state that the act starts from; none was changed."""

    def __init__(self, registrations: Sequence[Registration]) -> None:
        names = ", ".join(str(each.user) for each in registrations[:5])
        number = len(registrations)
        if all(each.status == Status.WAITING for each in registrations):
            words = ngettext(
                "Nothing was changed: %(names)s waits for a seat, and is to review once one falls free.",
                "Nothing was changed: %(count)d people wait for a seat, and are to review once one falls free, "
                "among them %(names)s.",
                number,
            )
        else:
            words = ngettext(
                "Nothing was changed: %(names)s is not to review any more.",
                "Nothing was changed: %(count)d people are not to review any more, among them %(names)s.",
                number,
            )
        self.message = words % {"names": names, "count": number}


def approve_registration(*, registration: Registration, by: User) -> Registration:
    """Approve one; see `approve_registrations`."""
    return approve_registrations(registrations=[registration], by=by)[0]


@transaction.atomic
def approve_registrations(*, registrations: Iterable[Registration], by: User) -> list[Registration]:
    """Let people take part, all or none. They hold their seats since the nomination, so none is taken here.

    Locks: the registrations. Sends: to each person the mail with the one-time link; registrations_approved.
    Raises: NotToReviewError, WorkshopEndedError, WorkshopRestsError.
    Queries: 5 and the receivers', whatever the number up to 500.
    """
    rows = lock_registrations(registrations)
    guard_not_ended(rows)
    guard_not_resting(rows)
    if strangers := [row for row in rows if row.status != Status.NOMINATED]:
        raise NotToReviewError(strangers)
    now = timezone.now()
    entries = []
    for row in rows:
        changes = changed(row, status=Status.APPROVED, approved_at=now, approved_by=by)
        row.changed_at = now
        entries.append(
            entry(
                "participants.registration_approved",
                by=by,
                target=row,
                context=row.workshop,
                changes={"status": changes["status"]},
                now=now,
            )
        )
    Registration.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=Status.APPROVED, approved_at=now, approved_by=by, changed_at=now
    )
    record_many(entries)
    queue_mails([mails.approved(row) for row in rows], by=by)
    send_registrations_approved(registrations=rows, by=by)
    return rows


def decline_registration(*, registration: Registration, reason: str, by: User) -> Registration:
    """Decline one; see `decline_registrations`."""
    return decline_registrations(registrations=[registration], reason=reason, by=by)[0]


@transaction.atomic
def decline_registrations(
    *, registrations: Iterable[Registration], reason: str, by: User
) -> list[Registration]:
    """Decline people with one reason, all or none. Their seats go to those who wait in their delegation.

    Locks: the delegations, then the registrations. Sends: to who is in office who was declined and why; to a
    person approved before, the cancellation. Raises: ReasonMissingError, NotToReviewError, WorkshopEndedError.
    """
    if not reason.strip():
        raise ReasonMissingError
    registrations = list(registrations)
    delegations = lock_delegations(each.delegation_id for each in registrations)
    rows = lock_registrations(registrations)
    guard_not_ended(rows)
    if strangers := [
        row for row in rows if Status.DECLINED not in Registration.TRANSITIONS[Status(row.status)]
    ]:
        raise NotToReviewError(strangers)
    now = timezone.now()
    told = [row for row in rows if row.is_taking_part]
    end(rows, Status.DECLINED, reason=reason, delegations=delegations, by=by, now=now)
    queue_mails([*mails.declined(rows, now), *(mails.cancelled(row) for row in told)], by=by)
    for row in told:
        send_registration_withdrawn(registration=row, by=by)
    return rows


def end(
    rows: Sequence[Registration],
    status: Status,
    *,
    reason: str,
    delegations: Mapping[int, Delegation],
    by: User,
    now: datetime,
) -> None:
    """End held registrations, free their seats and let those who wait move up. The delegations are held."""
    freed: Counter[int] = Counter()
    entries = []
    for row in rows:
        freed[row.delegation_id] += row.status in Registration.SEATED
        was = row.status
        row.status, row.ended_at, row.ended_by, row.end_reason = status, now, by, reason
        row.changed_at = now
        row.calendar_revision += 1
        entries.append(
            entry(
                f"participants.registration_{status}",
                by=by,
                target=row,
                context=row.workshop,
                changes={"status": (was, status), "end_reason": ("", reason)},
                now=now,
            )
        )
    Registration.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=status,
        ended_at=now,
        ended_by=by,
        end_reason=reason,
        changed_at=now,
        calendar_revision=F("calendar_revision") + 1,
    )
    for row in rows:
        revoke_links(subject=mails.link_subject(row), now=now)
    record_many(entries)
    for delegation in delegations.values():
        free_seats(delegation, freed[delegation.pk])
        moved = move_up(delegation, by=by, now=now)
        queue_mails(mails.moved_up(moved, now), by=by)


def lock_registrations(registrations: Iterable[Registration]) -> list[Registration]:
    """Read the rows again and hold them, in the order of their keys so that two cannot wait for each other.

    Their workshop is read after the wait: what is joined is read as it was before. Queries: 2.
    """
    rows = Registration.objects.select_for_update(of=("self",), no_key=True).select_related(
        "user", "delegation__administration", "nominated_by"
    )
    wanted = rows.filter(pk__in=[each.pk for each in registrations])
    return list(wanted.prefetch_related("workshop").order_by("pk"))


def guard_not_ended(rows: Iterable[Registration]) -> None:
    if any(row.workshop.is_ended for row in rows):
        raise WorkshopEndedError


def guard_not_resting(rows: Iterable[Registration]) -> None:
    if resting := [row.workshop for row in rows if row.workshop.status in UNSENT]:
        raise WorkshopRestsError(resting[0])
