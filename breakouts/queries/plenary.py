"""Reads of the report-back: points with what was merged into them, themes, and pairs said to differ."""

from collections.abc import Iterable

from django.db.models import Count, Prefetch, Q, QuerySet

from breakouts.models import Group, Point, Round, Theme, Topic
from breakouts.queries.points import NAMED
from events.models import Workshop
from workshop_portal.administrations.models import Administration

STANDING = Q(removed_at__isnull=True) & (
    Q(merged_into__isnull=True) | Q(merged_into__removed_at__isnull=False)
)
"""Points that nobody removed and for which no other one stands: each of these counts once."""

PLACED = ("group__round__ordinal", "group__ordinal", "ordinal", "pk")
"""By round, group and their order there."""

ALSO = Prefetch(
    "merged",
    queryset=Point.objects.filter(removed_at__isnull=True)
    .select_related("group__round")
    .prefetch_related(NAMED)
    .order_by(*PLACED),
    to_attr="also",
)
"""What was merged into a point, with who said it: `list_also` reads it. Queries: 2."""


def list_also(point: Point) -> list[Point]:
    """What was merged into a point that was read with `ALSO`."""
    also: list[Point] = point.also  # type: ignore[attr-defined]  # prefetched
    return also


def list_sayers(point: Point) -> list[Administration]:
    """Who said it, there or in a point merged into it, each once, by name. Needs `ALSO` and `NAMED`."""
    rows = {
        each.pk: each for one in (point, *list_also(point)) for each in one.administrations.all()
    }
    return sorted(rows.values(), key=lambda each: (each.name, each.pk))


def list_places(point: Point) -> list[Group]:
    """The groups in which it was said, its own first, each once. Needs `ALSO`."""
    rows = {one.group_id: one.group for one in (point, *list_also(point))}
    return list(rows.values())


def list_noted(*, round: Round) -> QuerySet[Point]:
    """What the groups of a round noted, merged ones too. Queries: 4."""
    rows = Point.objects.filter(group__round=round, removed_at__isnull=True)
    read = rows.select_related("group__topic", "theme", "merged_into__group__round")
    return read.prefetch_related(NAMED, ALSO).order_by(*PLACED)


def list_standing(*, workshop: Workshop) -> QuerySet[Point]:
    """Each point of a workshop once. Queries: 4."""
    rows = Point.objects.filter(STANDING, group__round__workshop=workshop)
    read = rows.select_related("group__round", "group__topic", "merged_into")
    return read.prefetch_related(NAMED, ALSO).order_by(*PLACED)


def list_distinct(*, points: Iterable[Point]) -> list[tuple[int, int]]:
    """The keys of pairs said not to be the same, each pair both ways round. Queries: 1."""
    pairs = Point.distinct_from.through.objects.filter(
        from_point__in=[point.pk for point in points]
    )
    return list(pairs.order_by("pk").values_list("from_point", "to_point"))


def list_themes(*, workshop: Workshop) -> QuerySet[Theme]:
    """By topic and number. Queries: 1."""
    rows = Theme.objects.filter(topic__workshop=workshop).select_related("topic")
    return rows.order_by("topic__ordinal", "ordinal", "pk")


def list_themes_of(*, topic: Topic) -> QuerySet[Theme]:
    """By number, with how many points stand under each as `point_count`. Queries: 1."""
    standing = Q(points__removed_at__isnull=True) & (
        Q(points__merged_into__isnull=True) | Q(points__merged_into__removed_at__isnull=False)
    )
    counted = topic.themes.annotate(point_count=Count("points", filter=standing))
    return counted.order_by("ordinal", "pk")


def list_reported(*, round: Round) -> QuerySet[Group]:
    """The groups of a round by number with their topics. Queries: 1."""
    rows = Group.objects.filter(round=round).select_related("topic")
    return rows.order_by("ordinal", "pk")
