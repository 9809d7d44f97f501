"""What the secretariat and the focal point do to a registration: approve, decline, withdraw, replace.

Nominating is in `nominations`, what the delegate does in `profiles`. Seats are counted here and there
under one lock, the row of the delegation.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from participants import mails
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, entry, record_many
from workshop_portal.mail.actions import queue_mails

Status = Registration.Status


class WorkshopEndedError(Exception):
    """Concluded, archived or cancelled: nobody is approved or nominated any more."""

    message = _("This workshop has ended.")


class NotToReviewError(Exception):
    """Some of the registrations are not in the state that the act starts from; none was changed."""

    def __init__(self, registrations: Sequence[Registration]) -> None:
        names = ", ".join(str(each.user) for each in registrations[:5])
        self.message = ngettext(
            "Nothing was changed: %(names)s is not to review any more.",
            "Nothing was changed: %(count)d people are not to review any more, among them %(names)s.",
            len(registrations),
        ) % {"names": names, "count": len(registrations)}
        super().__init__(self.message)


def approve_registration(*, registration: Registration, by: User) -> Registration:
    """Approve one; see `approve_registrations`."""
    return approve_registrations(registrations=[registration], by=by)[0]


@transaction.atomic
def approve_registrations(*, registrations: Iterable[Registration], by: User) -> list[Registration]:
    """Let people take part, all or none. They hold their seats since the nomination, so none is taken here.

    Locks: the registrations. Sends: to each person the mail with the one-time link.
    Raises: NotToReviewError, WorkshopEndedError. Queries: 4, whatever the number up to 500.
    """
    rows = _lock(registrations)
    _guard_not_ended(rows)
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
    return rows


def _lock(registrations: Iterable[Registration]) -> list[Registration]:
    """Read the rows again and hold them, in the order of their keys so that two cannot wait for each other."""
    rows = Registration.objects.select_for_update(of=("self",)).select_related(
        "user", "workshop", "delegation__administration"
    )
    return list(rows.filter(pk__in=[each.pk for each in registrations]).order_by("pk"))


def _guard_not_ended(rows: Iterable[Registration]) -> None:
    if any(row.workshop.is_ended for row in rows):
        raise WorkshopEndedError
