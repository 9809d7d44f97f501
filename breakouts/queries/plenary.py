"""Reads of the report-back: a round's points, themes, and pairs said to differ."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet, Sum

from breakouts.models import Group, Point, Round, Theme, Topic
from breakouts.queries.points import ALSO, NAMED, PLACED, STANDING
from events.models import Workshop


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


def count_changes_elsewhere(*, round: Round) -> int:
    """How often those groups of other rounds changed whose points say the same as some of this one's. Queries: 1.

    A merge and its undoing change a point of either round, so that this and the round's own changes tell any.
    """
    theirs = Point.objects.filter(
        Q(merged_into__group__round=round) | Q(merged__group__round=round)
    ).values("group")
    groups = Group.objects.filter(pk__in=theirs).exclude(round=round)
    total: int | None = groups.aggregate(total=Sum("point_sequence"))["total"]
    return total or 0
