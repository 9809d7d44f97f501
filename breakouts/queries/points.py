"""Reads of points."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from breakouts.models import Group, Point
from events.models import Workshop
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.authorization import scope

NAMED = Prefetch("administrations", queryset=Administration.objects.order_by("name", "pk"))

STANDING = Q(removed_at__isnull=True) & (
    Q(merged_into__isnull=True) | Q(merged_into__removed_at__isnull=False)
)
"""Points that nobody removed and for which no other one stands: each of these counts once."""

PLACED = ("group__round__ordinal", "group__ordinal", "ordinal", "pk")
"""By round, group and their order there."""

_MERGED = (
    Point.objects.filter(removed_at__isnull=True).select_related("group__round").order_by(*PLACED)
)
ALSO = Prefetch("merged", queryset=_MERGED.prefetch_related(NAMED), to_attr="also")
"""What was merged into a point, with who said it: `list_also` reads it. Queries: up to 2."""


def also_by(path: str) -> Prefetch[Any]:
    """What was merged into the points that rows refer to by `path`, without who said it. Queries: 1."""
    return Prefetch(f"{path}__merged", queryset=_MERGED, to_attr="also")


def sources_by(path: str) -> list[Prefetch[Any]]:
    """`NAMED` and `ALSO` of the points that rows refer to by `path`. Queries: up to 3."""
    named = Administration.objects.order_by("name", "pk")
    return [
        Prefetch(f"{path}__administrations", queryset=named),
        Prefetch(f"{path}__merged", queryset=_MERGED.prefetch_related(NAMED), to_attr="also"),
    ]


def list_also(point: Point) -> list[Point]:
    """What was merged into a point that was read with `ALSO`, or by `also_by`."""
    also: list[Point] = point.also  # type: ignore[attr-defined]  # prefetched
    return also


def list_sayers(point: Point) -> list[Administration]:
    """Who said it, there or in a point merged into it, each once, by name. Needs `ALSO` and `NAMED`."""
    rows = {
        each.pk: each for one in (point, *list_also(point)) for each in one.administrations.all()
    }
    return sorted(rows.values(), key=lambda each: (each.name, each.pk))


def list_places(point: Point) -> list[Group]:
    """The groups in which it was said, its own first, each once. Needs what `list_also` needs."""
    rows = {one.group_id: one.group for one in (point, *list_also(point))}
    return list(rows.values())


def list_points(*, group: Group) -> QuerySet[Point]:
    """What the group noted, in its own order. Queries: 2."""
    noted = group.points.filter(removed_at__isnull=True).select_related("created_by")
    return noted.prefetch_related(NAMED).order_by("ordinal", "pk")


def list_editable(user: User, *, group: Group) -> set[int]:
    """The keys of those that the person may change. Queries: 1."""
    own = scope(Point, "breakouts.edit_point", user).filter(group=group)
    return set(own.order_by("pk").values_list("pk", flat=True))


def list_findings(user: User, *, workshop: Workshop) -> QuerySet[Point]:
    """All points of a workshop, merged ones too, by round, group and their order there. Queries: 4."""
    seen = scope(Point, "breakouts.view_point", user).filter(
        group__round__workshop=workshop, removed_at__isnull=True
    )
    return (
        seen.select_related(
            "group__round__workshop",
            "group__topic",
            "created_by",
            "theme",
            "merged_into__group__round",
        )
        .prefetch_related(NAMED, ALSO)
        .order_by(*PLACED)
    )


def list_taggable(*, workshop: Workshop, point: Point | None = None) -> QuerySet[Administration]:
    """Who a point can be said by, by name: administrations with somebody who takes part, and those it names already."""
    coming = Registration.objects.taking_part().filter(workshop=workshop)
    said = Q(pk__in=coming.values("delegation__administration"))
    if point is not None:
        said |= Q(pk__in=point.administrations.values("pk"))
    return Administration.objects.filter(said).order_by("name", "pk")
