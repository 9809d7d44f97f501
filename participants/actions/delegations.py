"""The list of the invitation round: who is on it, and how many seats each has. Inviting is in `invitations`."""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from events.models import Workshop
from participants import mails
from participants.actions.registrations import WorkshopEndedError
from participants.actions.seats import lock_delegation, move_up
from participants.models import Delegation, SeatPolicy
from participants.queries.delegations import find_hosts, get_seat_policy
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.audit.actions import changed, entry, record, record_many
from workshop_portal.mail.actions import queue_mails
from workshop_portal.refusals import Refusal

Status = Delegation.Status


class QuotaBelowSeatsTakenError(Refusal):
    """Fewer seats than are taken."""

    def __init__(self, taken: int) -> None:
        self.message = ngettext(
            "%(count)d seat is taken. Withdraw somebody first.",
            "%(count)d seats are taken. Withdraw somebody first.",
            taken,
        ) % {"count": taken}


class DelegationInUseError(Refusal):
    """Invited, or with registrations: it stays on record."""

    message = _("It was invited or has registrations, and stays on record.")


@transaction.atomic
def list_delegations(
    *, workshop: Workshop, administrations: Iterable[Administration], by: User
) -> list[Delegation]:
    """Put administrations on the list, with the seats that the policy gives; those on it stay as they are.

    Locks: the workshop. Raises: WorkshopEndedError.
    """
    workshop = _lock_workshop(workshop)
    usual = _usual_seats(workshop, get_seat_policy(workshop))
    known = set(workshop.delegations.order_by("pk").values_list("administration", flat=True))
    made = Delegation.objects.bulk_create(
        Delegation(workshop=workshop, administration=administration, quota=usual(administration.pk))
        for administration in administrations
        if administration.pk not in known
    )
    record_many(
        entry(
            "participants.delegation_listed",
            by=by,
            target=row,
            context=workshop,
            changes={"quota": (None, row.quota)},
        )
        for row in made
    )
    return made


@transaction.atomic
def remove_delegation(*, delegation: Delegation, by: User) -> None:
    """Take an administration off the list that was not invited yet. Raises: DelegationInUseError, WorkshopEndedError."""
    delegation = _lock(delegation)
    if delegation.status != Status.LISTED or delegation.registrations.exists():
        raise DelegationInUseError
    record(
        "participants.delegation_removed",
        by=by,
        target=delegation,
        context=delegation.workshop,
        changes={"administration": (delegation.administration.code, None)},
    )
    delegation.delete()


@transaction.atomic
def set_seat_policy(
    *,
    workshop: Workshop,
    seats: int,
    host_seats: int,
    online_extra_seats: int,
    apply: bool = False,
    by: User,
) -> SeatPolicy:
    """Say how many seats an administration has by default.

    With `apply`, delegations get it, never below what they have taken, unless they were given a number of their
    own. Without, those on the list keep what they have, also when hosts or format change. Locks: the workshop,
    its delegations. Raises: WorkshopEndedError.
    """
    workshop = _lock_workshop(workshop)
    policy = get_seat_policy(workshop)
    is_new = policy.pk is None
    values = {"seats": seats, "host_seats": host_seats, "online_extra_seats": online_extra_seats}
    changes = changed(policy, **values)
    if changes or is_new:
        policy.save()
        record(
            "participants.seat_policy_set",
            by=by,
            target=policy,
            context=workshop,
            changes=changes,
        )
    if apply:
        usual = _usual_seats(workshop, policy)
        for row in _keep(workshop, False):
            _set_quota(row, max(usual(row.administration_id), row.seats_taken), by)
    elif changes:
        _keep(workshop, True)
    return policy


def follow_workshop(workshop: Workshop, by: User) -> None:
    """After another format or other hosts: the usual number of seats for each. Who was invited keeps what was promised.

    So does whom the usual numbers were not applied to. Called in the act, which holds the workshop. Locks: its
    delegations.
    """
    if workshop.is_ended:
        return
    usual = _usual_seats(workshop, get_seat_policy(workshop))
    for row in _without_own_number(workshop).filter(keeps_quota=False):
        least = row.seats_taken if row.status == Status.LISTED else row.quota
        _set_quota(row, max(usual(row.administration_id), least), by)


@transaction.atomic
def set_quota(*, delegation: Delegation, quota: int, by: User) -> Delegation:
    """Give a delegation its own number of seats, or again the usual one. More seats go at once to those who wait longest.

    Locks: the delegation. Raises: QuotaBelowSeatsTakenError, WorkshopEndedError.
    """
    delegation = _lock(delegation)
    if quota < delegation.seats_taken:
        raise QuotaBelowSeatsTakenError(delegation.seats_taken)
    workshop = delegation.workshop
    usual = _usual_seats(workshop, get_seat_policy(workshop))(delegation.administration_id)
    delegation.has_own_quota, delegation.keeps_quota = quota != usual, False
    delegation.save(update_fields=["has_own_quota", "keeps_quota"])
    _set_quota(delegation, quota, by)
    return delegation


def _usual_seats(workshop: Workshop, policy: SeatPolicy) -> Callable[[int], int]:
    """How many an administration gets by its key, as hosts and format are now. Queries: 1."""
    hosts, is_online = find_hosts(workshop), not workshop.has_venue
    return lambda key: policy.seats_for(is_host=key in hosts, is_online=is_online)


def _without_own_number(workshop: Workshop) -> QuerySet[Delegation]:
    """Those whose number was not given on purpose, held, in the order of their keys."""
    rows = workshop.delegations.select_for_update(of=("self",)).select_related("workshop")
    return rows.filter(has_own_quota=False).order_by("pk")


def _keep(workshop: Workshop, keeps: bool) -> list[Delegation]:
    """Say of those without a number of their own whether they keep what they have; they are held."""
    rows = list(_without_own_number(workshop))
    Delegation.objects.filter(pk__in=[row.pk for row in rows]).update(keeps_quota=keeps)
    return rows


def _lock_workshop(workshop: Workshop) -> Workshop:
    """Raises: WorkshopEndedError."""
    workshop = Workshop.objects.select_for_update(of=("self",), no_key=True).get(pk=workshop.pk)
    if workshop.is_ended:
        raise WorkshopEndedError
    return workshop


def _lock(delegation: Delegation) -> Delegation:
    """Raises: WorkshopEndedError."""
    locked = lock_delegation(delegation)
    if locked.workshop.is_ended:
        raise WorkshopEndedError
    return locked


def _set_quota(delegation: Delegation, quota: int, by: User) -> None:
    changes = changed(delegation, quota=quota)
    if not changes:
        return
    delegation.save(update_fields=["quota"])
    record(
        "participants.quota_set",
        by=by,
        target=delegation,
        context=delegation.workshop,
        changes=changes,
    )
    now = timezone.now()
    moved = move_up(delegation, by=by, now=now)
    queue_mails(mails.moved_up(moved, now), by=by)
