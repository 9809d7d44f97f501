"""Finding and naming people."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import and_

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from workshop_portal.accounts.models import StaffRole, User
from workshop_portal.audit.presenters import Line, list_lines
from workshop_portal.audit.queries import list_entries

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


def with_staff_roles(people: QuerySet[User], *, now: datetime) -> QuerySet[User]:
    """Each with `is_secretariat` and `is_technical_admin` as it stands `now`, so that no rule asks again."""
    current = StaffRole.objects.current(now).filter(user=OuterRef("pk"), user__is_active=True)
    return people.annotate(  # type: ignore[no-redef]  # fills the cached properties of these names
        is_secretariat=Exists(current.filter(role=StaffRole.Role.SECRETARIAT)),
        is_technical_admin=Exists(current.filter(role=StaffRole.Role.TECHNICAL_ADMIN)),
    )


def list_staff() -> QuerySet[StaffRole]:
    """Site-wide roles, the current ones first."""
    return StaffRole.objects.select_related("user").order_by("-ends_at", "user__family_name", "pk")


def name_people(ids: Iterable[int | None]) -> dict[int, str]:
    """Names by id, for pages that show who did what. Queries: 1."""
    people = User.objects.filter(pk__in={each for each in ids if each is not None})
    return {person.pk: str(person) for person in people.order_by("pk")}


def list_history(
    *, target: Model | None = None, context: Model | None = None, most: int = 200
) -> list[Line]:
    """The record of an object, or of all that belongs to a workshop or edition, newest first. Queries: 2."""
    entries = list(list_entries(target=target, context=context)[:most])
    return list_lines(entries, name_people(entry.actor_id for entry in entries))
