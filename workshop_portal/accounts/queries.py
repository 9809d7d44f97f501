"""Finding and naming people."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import and_

from django.db.models import F, FilteredRelation, Q, QuerySet

from workshop_portal.accounts.models import StaffRole, User

FOUND_AT_MOST = 50
"""People that one search shows; a longer list asks for more letters."""


def search_people(words: str) -> QuerySet[User]:
    """People whose name or address holds every word, by name. An empty search finds nobody."""
    parts = words.split()[:6]
    if not parts:
        return User.objects.none()
    matches = [
        Q(email__icontains=part)
        | Q(given_name__icontains=part)
        | Q(family_name__icontains=part)
        | Q(name_in_own_script__icontains=part)
        for part in parts
    ]
    return User.objects.filter(reduce(and_, matches)).order_by("family_name", "given_name", "pk")


def get_with_staff_roles(*, pk: int, now: datetime) -> User | None:
    """The person with `is_secretariat` and `is_technical_admin` as it stands `now`, so that no rule asks again.

    Queries: 1, a row for each role: every request asks it, and a join takes half the time of two sub-queries.
    """
    until = Q(staff_roles__ends_at__isnull=True) | Q(staff_roles__ends_at__gt=now)
    current = FilteredRelation("staff_roles", condition=Q(staff_roles__starts_at__lte=now) & until)
    rows = User.objects.filter(pk=pk).annotate(held=current, held_role=F("held__role"))
    held = {row.held_role: row for row in rows.order_by()}
    if not held:
        return None
    person = next(iter(held.values()))
    person.is_secretariat = StaffRole.Role.SECRETARIAT in held
    person.is_technical_admin = StaffRole.Role.TECHNICAL_ADMIN in held
    return person


def list_staff() -> QuerySet[StaffRole]:
    """Site-wide roles, the current ones first."""
    rows = StaffRole.objects.select_related("user")
    return rows.order_by(F("ends_at").desc(nulls_first=True), "user__family_name", "pk")


def name_people(ids: Iterable[int | None]) -> dict[int, str]:
    """Names by id, for pages that show who did what. Queries: 1."""
    people = User.objects.filter(pk__in={each for each in ids if each is not None})
    return {person.pk: str(person) for person in people.order_by("pk")}
