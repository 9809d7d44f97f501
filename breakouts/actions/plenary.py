"""What marking, merging and themes share: points of several groups, locked in one order.

Groups are locked by their keys, then points by theirs, so that two people at once wait for each other
and never for ever. The plenary goes on after a round is closed: only an archived workshop stops it.
"""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from breakouts.actions.locks import GroupGoneError
from breakouts.actions.points import PointGoneError
from breakouts.models import Group, Point, Round
from events.actions.writing import WorkshopFrozenError
from workshop_portal.refusals import Refusal


class PlenaryNotOpenError(Refusal):
    """Nothing is reported back before the groups are published."""

    message = _("Points are reported back from the day the groups are published.")


class PointMergedError(Refusal):
    """Another point stands for it."""

    message = _("This point was merged into another one, which stands for both.")


class Locked:
    """Groups and points as they are now, locked until the transaction ends."""

    def __init__(self, groups: dict[int, Group]) -> None:
        self.groups = groups

    def points(self, keys: Iterable[int]) -> dict[int, Point]:
        """Those of the locked groups, by key, with their administrations unread. Queries: 1."""
        rows = Point.objects.select_for_update(of=("self",)).select_related(
            "merged_into", "group__round__workshop"
        )
        found = rows.filter(pk__in=set(keys), group__in=self.groups).order_by("pk")
        return {row.pk: row for row in found}

    def save(self, row: Point, *fields: str) -> None:
        """Save the fields under the next number of its group's sequence."""
        group = self.groups[row.group_id]
        group.point_sequence += 1
        row.sequence = group.point_sequence
        row.save(update_fields=[*fields, "sequence"])
        group.save(update_fields=["point_sequence"])


def lock_groups(keys: Iterable[int]) -> Locked:
    """Raises: GroupGoneError, WorkshopFrozenError, PlenaryNotOpenError. Queries: 2."""
    wanted = set(keys)
    rows = Group.objects.select_for_update().filter(pk__in=wanted)
    found = {group.pk: group for group in rows.order_by("pk")}
    if set(found) != wanted:
        raise GroupGoneError
    # Read after the wait for the locks: joined to them, the rounds would be as they were before.
    rounds = Round.objects.select_related("workshop").in_bulk(
        {group.round_id for group in found.values()}
    )
    for group in found.values():
        group.round = rounds[group.round_id]
        if group.round.workshop.is_frozen:
            raise WorkshopFrozenError
        if not group.round.is_held:
            raise PlenaryNotOpenError
    return Locked(found)


def lock_standing(point: Point) -> tuple[Locked, Point]:
    """One point that was neither removed nor merged. Raises: PointGoneError, PointMergedError too. Queries: 3."""
    locked = lock_groups([point.group_id])
    row = locked.points([point.pk]).get(point.pk)
    if row is None or row.removed_at is not None:
        raise PointGoneError
    if row.is_merged:
        raise PointMergedError
    return locked, row
