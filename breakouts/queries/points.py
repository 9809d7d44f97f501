"""Reads of points."""

from django.db.models import Prefetch, Q, QuerySet

from breakouts.models import Group, Point
from events.models import Workshop
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.authorization import scope

NAMED = Prefetch("administrations", queryset=Administration.objects.order_by("name", "pk"))


def list_points(*, group: Group) -> QuerySet[Point]:
    """What the group noted, in its own order. Queries: 2."""
    noted = group.points.filter(removed_at__isnull=True).select_related("created_by")
    return noted.prefetch_related(NAMED).order_by("ordinal", "pk")


def list_editable(user: User, *, group: Group) -> set[int]:
    """The keys of those that the person may change. Queries: 1."""
    own = scope(Point, "breakouts.edit_point", user).filter(group=group)
    return set(own.order_by("pk").values_list("pk", flat=True))


def list_findings(user: User, *, workshop: Workshop) -> QuerySet[Point]:
    """All points of a workshop, by round, group and their order there. Queries: 2."""
    seen = scope(Point, "breakouts.view_point", user).filter(
        group__round__workshop=workshop, removed_at__isnull=True
    )
    return (
        seen.select_related("group__round__workshop", "group__topic", "created_by")
        .prefetch_related(NAMED)
        .order_by("group__round__ordinal", "group__ordinal", "ordinal", "pk")
    )


def list_taggable(*, workshop: Workshop, point: Point | None = None) -> QuerySet[Administration]:
    """Who a point can be said by, by name: administrations with somebody who takes part, and those it names already."""
    coming = Registration.objects.taking_part().filter(workshop=workshop)
    said = Q(pk__in=coming.values("delegation__administration"))
    if point is not None:
        said |= Q(pk__in=point.administrations.values("pk"))
    return Administration.objects.filter(said).order_by("name", "pk")
