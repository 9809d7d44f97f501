"""Reads of registrations, each in an explicit order that ends with the key."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet

from participants.models import Delegation, Registration
from participants.queries.reminders import UNSENT
from workshop_portal.accounts.models import User
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


def list_reviewable(
    user: User, *, workshop: Any, to: str = "participants.approve_registration"
) -> QuerySet[Registration]:
    """Those that the person may approve or decline, in no order: what posted ids are looked up in."""
    return scope(Registration, to, user).filter(workshop=workshop).select_related("user")


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The registrations of a workshop in numbers, ended ones left out of `people`."""

    people: int
    administrations: list[tuple[str, str]]
    """Code and name of those that registered anybody, by name."""
    active_administrations: int
    to_review: int
    taking_part: int
    waiting: int
    confirmed: int
    """Of those taking part."""
    ended: int


def summarise(*, workshop: Any) -> Summary:
    """Counts by state, and who there is to filter by. Queries: 1."""
    code, name = "delegation__administration__code", "delegation__administration__name"
    rows = Registration.objects.filter(workshop=workshop).values_list("status", code, name)
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    active: set[str] = set()
    for status, code_of, name_of, count in rows.annotate(count=Count("pk")).order_by(name, code):
        counts[status] += count
        names[code_of] = name_of
        if status not in Registration.ENDED:
            active.add(code_of)
    status_of = Registration.Status
    return Summary(
        people=sum(count for status, count in counts.items() if status not in Registration.ENDED),
        administrations=list(names.items()),
        active_administrations=len(active),
        to_review=counts[status_of.NOMINATED],
        taking_part=counts[status_of.APPROVED] + counts[status_of.CONFIRMED],
        waiting=counts[status_of.WAITING],
        confirmed=counts[status_of.CONFIRMED],
        ended=sum(counts[status] for status in Registration.ENDED),
    )


def count_to_review(*, workshops: Iterable[Any]) -> dict[int, tuple[int, datetime]]:
    """By workshop how many are to review, and since when the first of them is. Queries: 1."""
    rows = Registration.objects.filter(workshop__in=workshops, status=Registration.Status.NOMINATED)
    found = rows.values("workshop").annotate(count=Count("pk"), oldest=Min("changed_at"))
    return {
        each["workshop"]: (each["count"], each["oldest"]) for each in found.order_by("workshop")
    }


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


def find_next_in_line(registration: Registration) -> Registration | None:
    """Who gets the seat when the person is withdrawn. Queries: 1, or none."""
    delegation = registration.delegation
    if registration.status not in Registration.SEATED:
        return None
    waiting = delegation.registrations.filter(status=Registration.Status.WAITING)
    return waiting.select_related("user").order_by("waiting_since", "pk").first()


def list_moved_up_by(ended: Registration) -> list[Registration]:
    """Who left the waiting list in the act that ended this one. Queries: 1."""
    rows = Registration.objects.filter(
        delegation=ended.delegation_id,
        status=Registration.Status.NOMINATED,
        waiting_since__isnull=False,
        changed_at=ended.changed_at,
    )
    return list(rows.select_related("user").order_by("waiting_since", "pk"))


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
    """Who took part for the administration in earlier workshops and is not registered here, the last time first.

    Of any series, as an administration sends its people to several; not those of what was never held.
    """
    here = Registration.objects.active().filter(workshop=delegation.workshop)
    rows = (
        Registration.objects.taking_part()
        .filter(
            delegation__administration=delegation.administration_id,
            workshop__starts_on__lt=delegation.workshop.starts_on,
        )
        .exclude(workshop=delegation.workshop)
        .exclude(workshop__status__in=UNSENT)
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
