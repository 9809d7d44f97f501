"""Points that say the same: one stands for both. Both texts, and who said them, stay on record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts.actions.plenary import Locked, PointMergedError, lock_groups
from breakouts.actions.points import PointGoneError
from breakouts.models import Point
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import record
from workshop_portal.refusals import Refusal

INSTANT = timedelta(microseconds=1)
MERGED = ("merged_into", "merged_at", "merged_by")


class SamePointError(Refusal):
    """A point is not like itself."""

    message = _("Choose another point: this one is the same.")


class ForeignPointError(Refusal):
    """Only points of one workshop are brought together."""

    message = _("These points belong to two workshops.")


class MergedMeanwhileError(Refusal):
    """Somebody merged one of the two at the same moment."""

    message = _("Somebody merged one of these points a moment ago. Look again.")


class SplitTooLateError(Refusal):
    """A merge is taken back for ten minutes."""

    message = _("These points were merged more than ten minutes ago: that stays.")


@dataclass(frozen=True, kw_only=True)
class _Pair:
    """Two points and what was merged into the first, locked."""

    locked: Locked
    point: Point
    into: Point
    """Itself, or what stands for it."""
    children: list[Point]


@transaction.atomic
def merge_points(*, point: Point, into: Point, by: User) -> Point:
    """Let `into` stand for `point`, and for all that was merged into that one; a mark goes along.

    Where another point stands for `into`, that one stands for all: there are no chains. Merging the same
    again changes nothing. Locks: the groups by their keys, then the points by theirs. Raises:
    SamePointError, ForeignPointError, PointMergedError, MergedMeanwhileError, PointGoneError and the
    refusals of `lock_groups`. Returns: what stands for both.
    """
    pair = _lock(point, into)
    row, target = pair.point, pair.into
    if row.is_merged:
        if row.merged_into_id == target.pk:
            return target
        raise PointMergedError
    if row.pk == target.pk:
        raise PointMergedError
    was = row.merged_into_id
    now = _after_all(target, timezone.now())
    for each in (row, *pair.children):
        each.merged_into, each.merged_at, each.merged_by = target, now, by
        pair.locked.save(each, *MERGED)
    if row.marked_at is not None and target.marked_at is None:
        target.marked_at, target.marked_by = row.marked_at, row.marked_by
    target.merged_into = target.merged_at = target.merged_by = None  # what stood for it was removed
    pair.locked.save(target, "marked_at", "marked_by", *MERGED)
    record(
        "breakouts.points_merged",
        by=by,
        target=row,
        context=row.group.round.workshop,
        changes={"merged_into": (was, target.pk)},
    )
    return target


@transaction.atomic
def split_point(*, point: Point, by: User) -> Point:
    """Take a merge back within ten minutes: what came along comes back, and so does the mark.

    Locks: as `merge_points`. Raises: SplitTooLateError, PointGoneError and the refusals of `lock_groups`.
    """
    seen = Point.objects.filter(pk=point.pk).order_by("pk").first()
    if seen is None:
        raise PointGoneError
    if seen.merged_into_id is None:
        return seen
    keys = {point.pk, seen.merged_into_id, *_moved_with(seen)}
    locked = lock_groups(_groups_of(keys))
    rows = locked.points(keys)
    if point.pk not in rows:
        raise PointGoneError
    row = rows[point.pk]
    if row.merged_into_id is None:
        return row
    if (row.merged_into_id, row.merged_at) != (seen.merged_into_id, seen.merged_at):
        raise MergedMeanwhileError
    target = rows[row.merged_into_id]
    now = timezone.now()
    if not row.can_be_split(now):
        raise SplitTooLateError
    for key in _moved_with(row):
        rows[key].merged_into, rows[key].merged_at, rows[key].merged_by = row, now, by
        locked.save(rows[key], *MERGED)
    row.merged_into = row.merged_at = row.merged_by = None
    locked.save(row, *MERGED)
    if target.marked_at is not None and _mark(target) == _mark(row):
        target.marked_at = target.marked_by = None
    locked.save(target, "marked_at", "marked_by")
    record(
        "breakouts.point_split",
        by=by,
        target=row,
        context=row.group.round.workshop,
        changes={"merged_into": (target.pk, None)},
    )
    return row


@transaction.atomic
def mark_distinct(*, point: Point, other: Point, by: User) -> None:
    """Say that they are not the same, so that nobody is asked again. Locks and raises as `merge_points`."""
    pair = _lock(point, other, exact=True)
    if pair.point.distinct_from.filter(pk=pair.into.pk).exists():
        return
    pair.point.distinct_from.add(pair.into)
    for row in (pair.point, pair.into):
        pair.locked.save(row)
    record(
        "breakouts.points_distinct",
        by=by,
        target=pair.point,
        context=pair.point.group.round.workshop,
        changes={"distinct_from": (None, pair.into.pk)},
    )


def _lock(point: Point, into: Point, *, exact: bool = False) -> _Pair:
    """Both locked, with what was merged into the first. `exact`: the second itself, whatever stands for it."""
    if point.pk == into.pk:
        raise SamePointError
    seen = _family(point.pk, into.pk)
    locked = lock_groups(_groups_of(seen))
    now = _family(point.pk, into.pk)  # nobody joins it any more: its groups are locked
    if not now <= seen:
        raise MergedMeanwhileError
    rows = locked.points(now)
    if any(key not in rows or rows[key].removed_at is not None for key in (point.pk, into.pk)):
        raise PointGoneError
    row, other = rows[point.pk], rows[into.pk]
    if row.group.round.workshop_id != other.group.round.workshop_id:
        raise ForeignPointError
    above = other.merged_into_id
    if above is not None and other.is_merged and not exact:
        other = rows[above]
    children = [each for each in rows.values() if each.merged_into_id == row.pk]
    return _Pair(locked=locked, point=row, into=other, children=children)


def _family(first: int, second: int) -> set[int]:
    """The two, what stands for either, and what was merged into the first."""
    rows = Point.objects.filter(Q(pk__in=(first, second)) | Q(merged_into=first))
    keys = {first, second}
    for key, into in rows.order_by("pk").values_list("pk", "merged_into"):
        keys |= {key, into} if into is not None else {key}
    return keys


def _groups_of(keys: Iterable[int]) -> set[int]:
    rows = Point.objects.filter(pk__in=set(keys)).order_by("pk")
    return set(rows.values_list("group", flat=True))


def _after_all(target: Point, now: datetime) -> datetime:
    """A moment that no other merge into the target bears: by it `split_point` knows what came along."""
    times = target.merged.filter(merged_at__gte=now).order_by("-merged_at", "pk")
    last = times.values_list("merged_at", flat=True).first()
    return last + INSTANT if last is not None else now


def _moved_with(row: Point) -> list[int]:
    """What came along when the point was merged."""
    same = Point.objects.filter(merged_into=row.merged_into_id, merged_at=row.merged_at)
    return list(same.exclude(pk=row.pk).order_by("pk").values_list("pk", flat=True))


def _mark(row: Point) -> tuple[datetime | None, int | None]:
    return row.marked_at, row.marked_by_id
