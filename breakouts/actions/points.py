"""What groups note. One lock a group: its row carries the sequence that pages ask for changes by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts.actions.locks import GroupGoneError
from breakouts.models import Group, Point, Round
from events.actions.writing import WorkshopFrozenError
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.audit.actions import changed, entry, record, record_many
from workshop_portal.refusals import Refusal


class GroupNotOpenError(Refusal):
    """Groups note points from the publication of the round until it is closed."""

    message = _("Points are noted from the day the groups are published until the round is closed.")


class PointEmptyError(Refusal):
    """Without words it is no point."""

    message = _("Write the point in a sentence.")


class PointChangedError(Refusal):
    """Somebody saved it since the person began; `point` is how it stands now."""

    message = _("Somebody changed this point while you were writing. Both texts are below.")

    def __init__(self, point: Point) -> None:
        self.point = point
        super().__init__(point.pk)


class PointGoneError(Refusal):
    """It was removed, or it was removed too long ago to be put back."""

    message = _("This point was removed.")


@dataclass(frozen=True, kw_only=True)
class NewPoint:
    """One of many points to add."""

    kind: str
    text: str
    administrations: Sequence[Administration] = ()
    idempotency_key: UUID | None = None


def add_point(
    *,
    group: Group,
    kind: str,
    text: str,
    administrations: Iterable[Administration] = (),
    idempotency_key: UUID | None = None,
    by: User,
) -> Point:
    """Note one; see `add_points`."""
    new = NewPoint(
        kind=kind,
        text=text,
        administrations=list(administrations),
        idempotency_key=idempotency_key,
    )
    return add_points(group=group, points=[new], by=by)[0]


@transaction.atomic
def add_points(*, group: Group, points: Sequence[NewPoint], by: User) -> list[Point]:
    """Note points at the end of the group's list.

    A key that was used for the same words of the same person gives the point that is there; with other
    words it is a new point, so that nothing typed is lost. Locks: the group. Raises: GroupNotOpenError,
    GroupGoneError, PointEmptyError. Queries: the same for any number up to 500.
    """
    group = lock_group(group)
    if any(not new.text.strip() for new in points):
        raise PointEmptyError
    keys = [new.idempotency_key for new in points if new.idempotency_key]
    known = {row.idempotency_key: row for row in Point.objects.filter(idempotency_key__in=keys)}
    last = group.points.aggregate(last=Max("ordinal"))["last"] or 0
    result: list[Point] = []
    made: list[tuple[Point, NewPoint]] = []
    for new in points:
        text = new.text.strip()
        there = known.get(new.idempotency_key) if new.idempotency_key else None
        if there is not None and _is_repeat(there, group, new, by):
            result.append(there)
            continue
        group.point_sequence += 1
        last += 1
        point = Point(
            group=group,
            kind=new.kind,
            text=text,
            ordinal=last,
            sequence=group.point_sequence,
            idempotency_key=None if there is not None else new.idempotency_key,
            created_by=by,
        )
        if point.idempotency_key:
            known[point.idempotency_key] = point
        made.append((point, new))
        result.append(point)
    _write(group, made, by)
    return result


@transaction.atomic
def edit_point(
    *,
    point: Point,
    kind: str,
    text: str,
    administrations: Iterable[Administration],
    version: int,
    by: User,
) -> Point:
    """Change it, where `version` is the one the person saw.

    Raises: PointChangedError with the row as it stands, PointGoneError, PointEmptyError, GroupNotOpenError.
    """
    if not text.strip():
        raise PointEmptyError
    group = lock_group(point.group)
    row = _lock_point(group, point)
    if row.removed_at is not None:
        raise PointGoneError
    if row.version != version:
        raise PointChangedError(row)
    was = set(row.administrations.order_by("pk").values_list("pk", flat=True))
    wanted = list(administrations)
    changes = changed(row, kind=kind, text=text.strip())
    if was == {each.pk for each in wanted} and not changes:
        return row
    row.administrations.set(wanted)
    if was != {each.pk for each in wanted}:
        changes["administrations"] = (sorted(was), sorted(each.pk for each in wanted))
    row.version += 1
    _save_as_next(group, row, "kind", "text", "version")
    record(
        "breakouts.point_edited", by=by, target=row, context=group.round.workshop, changes=changes
    )
    return row


@transaction.atomic
def remove_point(*, point: Point, by: User) -> Point:
    """Take it out; for ten minutes it can be put back. Raises: PointGoneError, GroupNotOpenError."""
    group = lock_group(point.group)
    row = _lock_point(group, point)
    if row.removed_at is not None:
        raise PointGoneError
    row.removed_at, row.removed_by = timezone.now(), by
    row.version += 1
    _save_as_next(group, row, "removed_at", "removed_by", "version")
    record("breakouts.point_removed", by=by, target=row, context=group.round.workshop)
    return row


@transaction.atomic
def restore_point(*, point: Point, by: User) -> Point:
    """Put it back. Raises: PointGoneError after ten minutes, GroupNotOpenError."""
    group = lock_group(point.group)
    row = _lock_point(group, point)
    if row.removed_at is None:
        return row
    if not row.can_be_restored(timezone.now()):
        raise PointGoneError
    row.removed_at = row.removed_by = None
    row.version += 1
    _save_as_next(group, row, "removed_at", "removed_by", "version")
    record("breakouts.point_restored", by=by, target=row, context=group.round.workshop)
    return row


@transaction.atomic
def reorder_point(*, point: Point, up: bool, by: User) -> Point:
    """Change places with the one above or below; at the end of the list nothing happens."""
    group = lock_group(point.group)
    rows = list(group.points.select_for_update().filter(removed_at=None).order_by("ordinal", "pk"))
    places = [row.pk for row in rows]
    if point.pk not in places:
        raise PointGoneError
    here = places.index(point.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return rows[here]
    row, other = rows[here], rows[there]
    row.ordinal, other.ordinal = other.ordinal, row.ordinal
    _save_as_next(group, row, "ordinal")
    other.sequence = row.sequence
    other.save(update_fields=["ordinal", "sequence"])
    record("breakouts.point_moved", by=by, target=row, context=group.round.workshop)
    return row


def lock_group(group: Group) -> Group:
    """The group as it is now, locked. Raises: GroupGoneError, GroupNotOpenError, WorkshopFrozenError."""
    rows = Group.objects.select_for_update(of=("self",)).select_related("round__workshop")
    locked = rows.filter(pk=group.pk).order_by("pk").first()
    if locked is None:
        raise GroupGoneError
    if locked.round.workshop.is_frozen:
        raise WorkshopFrozenError
    if locked.round.status != Round.Status.PUBLISHED:
        raise GroupNotOpenError
    return locked


def _lock_point(group: Group, point: Point) -> Point:
    row = group.points.select_for_update().filter(pk=point.pk).order_by("pk").first()
    if row is None:
        raise PointGoneError
    return row


def _is_repeat(there: Point, group: Group, new: NewPoint, by: User) -> bool:
    is_own = (there.group_id, there.created_by_id) == (group.pk, by.pk)
    return is_own and (there.kind, there.text) == (new.kind, new.text.strip())


def _write(group: Group, made: Sequence[tuple[Point, NewPoint]], by: User) -> None:
    if not made:
        return
    Point.objects.bulk_create([point for point, _new in made])
    named = Point.administrations.through
    named.objects.bulk_create(
        named(point_id=point.pk, administration_id=each.pk)
        for point, new in made
        for each in dict.fromkeys(new.administrations)
    )
    group.save(update_fields=["point_sequence"])
    workshop = group.round.workshop
    record_many(
        entry("breakouts.point_added", by=by, target=point, context=workshop)
        for point, _new in made
    )


def _save_as_next(group: Group, row: Point, *fields: str) -> None:
    """Save the fields under the next number of the group's sequence. The group is locked."""
    group.point_sequence += 1
    row.sequence = group.point_sequence
    row.save(update_fields=[*fields, "sequence"])
    group.save(update_fields=["point_sequence"])
