"""Points marked for the report, in the report-back or afterwards."""

from django.db import transaction
from django.utils import timezone

from breakouts.actions.plenary import lock_standing
from breakouts.models import Point
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import record


@transaction.atomic
def mark_point(*, point: Point, by: User) -> Point:
    """For the report. Marking again changes nothing: the first one who marked it stays on record.

    Locks: its group, then itself. Raises: PointGoneError, PointMergedError and the refusals of `lock_groups`.
    """
    locked, row = lock_standing(point)
    if row.marked_at is not None:
        return row
    row.marked_at, row.marked_by = timezone.now(), by
    locked.save(row, "marked_at", "marked_by")
    record("breakouts.point_marked", by=by, target=row, context=row.group.round.workshop)
    return row


@transaction.atomic
def unmark_point(*, point: Point, by: User) -> Point:
    """Not for the report after all. Locks and raises as `mark_point`."""
    locked, row = lock_standing(point)
    if row.marked_at is None:
        return row
    row.marked_at = row.marked_by = None
    locked.save(row, "marked_at", "marked_by")
    record("breakouts.point_unmarked", by=by, target=row, context=row.group.round.workshop)
    return row
