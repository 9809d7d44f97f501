"""The invitation round: inviting those on the list, opening, declining. The list itself is in `delegations`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from participants.actions.registrations import ReasonMissingError, WorkshopEndedError
from participants.actions.seats import lock_delegation
from participants.invitations import invitations_of
from participants.models import Delegation
from participants.queries.delegations import recipients_of
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.audit.actions import changed, entry, record, record_many
from workshop_portal.mail.actions import queue_mails
from workshop_portal.refusals import Refusal

Status = Delegation.Status


class NominationsNotOpenError(Refusal):
    """Who is invited now could not nominate."""

    message = _("Nominations are not open. Open them, then invite.")


class NotToInviteError(Refusal):
    """Some were invited already, or declined; nobody was mailed."""

    def __init__(self, delegations: Sequence[Delegation]) -> None:
        self.message = ngettext(
            "Nobody was mailed: %(names)s was invited already.",
            "Nobody was mailed: %(count)d administrations were invited already, among them %(names)s.",
            len(delegations),
        ) % {"names": _names(delegations), "count": len(delegations)}


class NoFocalPointError(Refusal):
    """Some have nobody in office to be mailed; nobody was mailed."""

    def __init__(self, delegations: Sequence[Delegation]) -> None:
        self.message = ngettext(
            "Nobody was mailed: %(names)s has no focal point.",
            "Nobody was mailed: %(count)d administrations have no focal point, among them %(names)s.",
            len(delegations),
        ) % {"names": _names(delegations), "count": len(delegations)}


class NotInvitedError(Refusal):
    """It was never invited: there is nothing to send again."""

    message = _("This administration was not invited yet.")


class AlreadyDeclinedError(Refusal):
    """It declined before."""

    message = _("This administration has declined already.")


class HasNominationsError(Refusal):
    """It has nominated: who declines withdraws them first."""

    message = _("There are nominations. Withdraw them first, then decline.")


@transaction.atomic
def invite_delegations(
    *, delegations: Iterable[Delegation], by: User, now: datetime | None = None
) -> list[Delegation]:
    """Invite administrations, all or none: letter and link go to the focal point, else to the deputies.

    Locks: the delegations. Sends: an invitation to each person. Queries: 7, whatever the number up to 500.
    Raises: NominationsNotOpenError, NotToInviteError, NoFocalPointError.
    """
    now = now or timezone.now()
    rows = _lock(delegations, now)
    _guard_open(rows, now)
    if strangers := [row for row in rows if row.status != Status.LISTED]:
        raise NotToInviteError(strangers)
    _guard_reachable(rows)
    Delegation.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=Status.INVITED, invited_at=now, invited_by=by
    )
    record_many(
        entry(
            "participants.delegation_invited",
            by=by,
            target=row,
            context=row.workshop,
            changes=_shown(changed(row, status=Status.INVITED, invited_at=now, invited_by=by)),
            now=now,
        )
        for row in rows
    )
    queue_mails([mail for row in rows for mail in invitations_of(row)], by=by)
    return rows


@transaction.atomic
def resend_invitation(
    *, delegation: Delegation, by: User, now: datetime | None = None
) -> Delegation:
    """Invite once more: a new link, the old one ends. Whoever declined is asked again.

    Locks: the delegation. Sends: an invitation to each person in office.
    Raises: NominationsNotOpenError, NotInvitedError, NoFocalPointError.
    """
    now = now or timezone.now()
    [row] = _lock([delegation], now)
    _guard_open([row], now)
    if row.status == Status.LISTED:
        raise NotInvitedError
    _guard_reachable([row])
    values: dict[str, Any] = {
        "status": Status.INVITED,
        "invited_at": now,
        "invited_by": by,
        "declined_at": None,
        "declined_by": None,
        "decline_reason": "",
    }
    changes = changed(row, **values)
    row.save(update_fields=list(values))
    record(
        "participants.invitation_resent",
        by=by,
        target=row,
        context=row.workshop,
        changes=_shown(changes),
        now=now,
    )
    queue_mails(invitations_of(row, again_at=now), by=by)
    return row


@transaction.atomic
def record_opened(*, delegation: Delegation, by: User, now: datetime | None = None) -> bool:
    """Note that somebody in office of an invited administration opened its page; only the first time counts.

    Called on each look at the page. Queries: none after the first time. Returns: whether it was noted.
    """
    if delegation.opened_at is not None or delegation.status == Status.LISTED:
        return False
    now = now or timezone.now()
    terms = FocalPoint.objects.current(now).filter(user=by)
    rows = Delegation.objects.filter(
        pk=delegation.pk,
        opened_at=None,
        administration__in=terms.values("administration"),
    )
    if not rows.update(opened_at=now):
        return False
    delegation.opened_at = now
    record(
        "participants.invitation_opened",
        by=by,
        target=delegation,
        context=delegation.workshop,
        now=now,
    )
    return True


@transaction.atomic
def decline_invitation(
    *, delegation: Delegation, reason: str, by: User, now: datetime | None = None
) -> Delegation:
    """Note that nobody comes, and why: said by the focal point, or recorded from a letter.

    Locks: the delegation. Raises: AlreadyDeclinedError, HasNominationsError, ReasonMissingError, WorkshopEndedError.
    """
    now = now or timezone.now()
    delegation = lock_delegation(delegation)
    if delegation.workshop.is_ended:
        raise WorkshopEndedError
    if delegation.status == Status.DECLINED:
        raise AlreadyDeclinedError
    if delegation.registrations.active().exists():
        raise HasNominationsError
    if not reason.strip():
        raise ReasonMissingError
    values: dict[str, Any] = {
        "status": Status.DECLINED,
        "declined_at": now,
        "declined_by": by,
        "decline_reason": reason.strip(),
    }
    changes = changed(delegation, **values)
    delegation.save(update_fields=list(values))
    record(
        "participants.invitation_declined",
        by=by,
        target=delegation,
        context=delegation.workshop,
        changes=_shown(changes),
        now=now,
    )
    return delegation


def _shown(changes: dict[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """Without who and when, which the entry says itself."""
    return {name: change for name, change in changes.items() if not name.endswith(("_at", "_by"))}


def _lock(delegations: Iterable[Delegation], now: datetime) -> list[Delegation]:
    """Read again and hold, in the order of their keys; with who is in office and their workshop as it is then."""
    rows = Delegation.objects.select_for_update(of=("self",), no_key=True).select_related(
        "administration"
    )
    in_office = FocalPoint.objects.current(now).select_related("user")
    return list(
        rows.filter(pk__in=[each.pk for each in delegations])
        .prefetch_related(
            "workshop",
            Prefetch(
                "administration__focal_points",
                queryset=in_office.order_by("-kind", "starts_at", "pk"),
                to_attr="in_office",
            ),
        )
        .order_by("pk")
    )


def _guard_open(rows: Sequence[Delegation], now: datetime) -> None:
    if not all(row.workshop.takes_nominations(now) for row in rows):
        raise NominationsNotOpenError


def _guard_reachable(rows: Sequence[Delegation]) -> None:
    if unreachable := [row for row in rows if not recipients_of(row)]:
        raise NoFocalPointError(unreachable)


def _names(delegations: Sequence[Delegation]) -> str:
    return ", ".join(each.administration.name for each in delegations[:5])
