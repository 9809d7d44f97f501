"""Reads of registrations, each in an explicit order that ends with the key."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from participants.models import Delegation, Registration
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.authorization import scope

ROW = (
    "user",
    "workshop",
    "delegation__administration",
    "nominated_by",
    "approved_by",
    "ended_by",
)
"""What one row of the review queue shows, read with it."""


def list_registrations(user: User, *, workshop: Any) -> QuerySet[Registration]:
    """The registrations of a workshop that the person may see, last change first."""
    rows = scope(Registration, "participants.view_registration", user).filter(workshop=workshop)
    return rows.select_related(*ROW).order_by("-changed_at", "-pk")


def list_reviewable(user: User, *, workshop: Any) -> QuerySet[Registration]:
    """Those that the person may approve or decline, in no order: what posted ids are looked up in."""
    rows = scope(Registration, "participants.approve_registration", user)
    return rows.filter(workshop=workshop).select_related("user")


def list_administrations(*, workshop: Any) -> QuerySet[Administration]:
    """Those on the list of a workshop, by name."""
    return Administration.objects.filter(delegations__workshop=workshop).order_by("name", "pk")


def list_active_by_address(*, workshop: Any, addresses: Iterable[str]) -> dict[str, Registration]:
    """Who of these addresses has a registration in the workshop that has not ended. Queries: 1."""
    rows = Registration.objects.active().filter(workshop=workshop, user__email__in=list(addresses))
    found = rows.select_related("user", "delegation").order_by("pk")
    return {row.user.email: row for row in found}


def get_places_in_line(registrations: Iterable[Registration]) -> dict[int, int]:
    """For each that waits: its place in its administration's own line. Queries: 1, or none."""
    delegations = {row.delegation_id for row in registrations if row.status == row.Status.WAITING}
    if not delegations:
        return {}
    waiting = (
        Registration.objects.filter(delegation__in=delegations, status=Registration.Status.WAITING)
        .order_by("delegation", "waiting_since", "pk")
        .values_list("delegation", "pk")
    )
    places: dict[int, int] = {}
    counted: dict[int, int] = {}
    for delegation, pk in waiting:
        counted[delegation] = places[pk] = counted.get(delegation, 0) + 1
    return places


def list_delegation(*, delegation: Delegation) -> list[Registration]:
    """Everybody of a delegation who has not ended: seats in the order they were taken, then who waits."""
    rows = Registration.objects.active().filter(delegation=delegation)
    found = rows.select_related("user", "workshop").order_by("nominated_at", "pk")
    waiting = Registration.Status.WAITING
    return sorted(
        found,
        key=lambda row: (row.status == waiting, row.waiting_since or row.nominated_at, row.pk),
    )


def list_past_people(*, delegation: Delegation) -> list[Registration]:
    """Who took part for the administration in earlier workshops and is not registered here, the last time first."""
    here = Registration.objects.active().filter(workshop=delegation.workshop)
    rows = (
        Registration.objects.taking_part()
        .filter(delegation__administration=delegation.administration_id)
        .exclude(workshop=delegation.workshop)
        .exclude(user__in=here.values("user"))
        .select_related("user", "workshop")
        .order_by("-workshop__starts_on", "user__family_name", "pk")
    )
    last: dict[int, Registration] = {}
    for row in rows[:500]:
        last.setdefault(row.user_id, row)
    return list(last.values())


def list_of_submission(registration: Registration) -> QuerySet[Registration]:
    """What came in one act with this one, in its order."""
    same = Registration.objects.filter(
        delegation=registration.delegation_id,
        nominated_at=registration.nominated_at,
        nominated_by=registration.nominated_by_id,
        replaces=None,
    )
    return same.select_related("user", "workshop", "delegation__administration").order_by("pk")
