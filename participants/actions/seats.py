"""Seats: the one lock they are counted under, taking and freeing them, moving up from the waiting list.

Every act that takes or frees a seat holds the row of the delegation from its first read to its commit,
so that two submissions at the same moment are served one after the other.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, QuerySet

from events.models import Workshop
from participants.models import Delegation, Registration
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import entry, record_many

Status = Registration.Status


def lock_delegation(delegation: Delegation) -> Delegation:
    """Read the delegation again and hold it until the end of the transaction; its workshop as it is then."""
    return _held().get(pk=delegation.pk)


def lock_delegations(pks: Iterable[int]) -> dict[int, Delegation]:
    """Hold several, in the order of their keys so that two acts cannot wait for each other."""
    return {row.pk: row for row in _held().filter(pk__in=set(pks)).order_by("pk")}


def hold_people(workshop: Workshop) -> None:
    """Lock all delegations of a workshop, then their registrations: who ends it waits for what was begun. Queries: 2."""
    rows = Delegation.objects.select_for_update(of=("self",), no_key=True)
    list(rows.filter(workshop=workshop).order_by("pk").values_list("pk"))
    people = Registration.objects.select_for_update(of=("self",), no_key=True)
    list(people.filter(workshop=workshop).order_by("pk").values_list("pk"))


def _held() -> QuerySet[Delegation]:
    """The workshop is read after the wait for the lock: what is joined is read as it was before."""
    rows = Delegation.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("administration").prefetch_related("workshop")


def take_seats(delegation: Delegation, number: int) -> None:
    """Count seats as taken. Past the quota the constraint of the table refuses, should a lock ever miss."""
    if number:
        rows = Delegation.objects.filter(pk=delegation.pk)
        rows.update(seats_taken=F("seats_taken") + number)
        delegation.seats_taken += number


def free_seats(delegation: Delegation, number: int) -> None:
    take_seats(delegation, -number)


def move_up(delegation: Delegation, *, by: User, now: datetime) -> list[Registration]:
    """Give free seats to those who wait longest in the same delegation. The delegation is held.

    Also for a raised quota. Queries: 1 where nobody waits or nothing is free, else 4.
    """
    if delegation.seats_free <= 0:
        return []
    waiting = delegation.registrations.select_for_update(of=("self",)).filter(status=Status.WAITING)
    rows = list(
        waiting.select_related("user", "workshop", "nominated_by").order_by("waiting_since", "pk")[
            : delegation.seats_free
        ]
    )
    if not rows:
        return []
    for row in rows:
        row.status, row.changed_at = Status.NOMINATED, now
    Registration.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=Status.NOMINATED, changed_at=now
    )
    take_seats(delegation, len(rows))
    record_many(
        entry(
            "participants.registration_moved_up",
            by=by,
            target=row,
            context=row.workshop,
            changes={"status": (Status.WAITING, Status.NOMINATED)},
            now=now,
        )
        for row in rows
    )
    return rows
