"""Reads of points."""

from collections import defaultdict
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from breakouts.models import Group, Point, Theme
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


@dataclass(frozen=True)
class NotedPoint:
    """A point as its group's page shows it, without its row."""

    public_id: UUID
    created_by_id: int
    kind: str
    text: str
    created_at: datetime
    _: KW_ONLY
    theme: str
    """Its title; empty without one."""
    sayers: tuple[str, ...]
    """Names of administrations."""


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


def list_noted_in(*, group: Group) -> list[NotedPoint]:
    """What the group noted, in its own order. Queries: 2, without the models: each page that sees a change asks it."""
    sayers: dict[int, list[str]] = defaultdict(list)
    tags = Point.administrations.through.objects.filter(point__group=group)
    named = tags.order_by("administration__name", "administration_id")
    for key, name in named.values_list("point_id", "administration__name"):
        sayers[key].append(name)
    points = group.points.filter(removed_at__isnull=True).order_by("ordinal", "pk")
    shown = ("public_id", "created_by_id", "kind", "text", "created_at")
    return [
        NotedPoint(*values, theme=theme or "", sayers=tuple(sayers[key]))
        for key, theme, *values in points.values_list("pk", "theme__title", *shown)
    ]


def list_offered_themes(*, group: Group) -> list[Theme]:
    """Under which a point of the group can be noted, by number. Queries: 1."""
    return list(Theme.objects.filter(topic=group.topic_id).order_by("ordinal", "pk"))


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
