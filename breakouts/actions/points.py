"""What groups note. One lock a group: its row carries the sequence that pages ask for changes by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts.actions.locks import ForeignThemeError, GroupGoneError, ThemeGoneError
from breakouts.models import Group, Point, Round, Theme
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
    theme: Theme | None = None
    idempotency_key: UUID | None = None


def add_point(
    *,
    group: Group,
    kind: str,
    text: str,
    administrations: Iterable[Administration] = (),
    theme: Theme | None = None,
    idempotency_key: UUID | None = None,
    by: User,
) -> Point:
    """Note one; see `add_points`."""
    new = NewPoint(
        kind=kind,
        text=text,
        administrations=list(administrations),
        theme=theme,
        idempotency_key=idempotency_key,
    )
    return add_points(group=group, points=[new], by=by)[0]


@transaction.atomic
def add_points(*, group: Group, points: Sequence[NewPoint], by: User) -> list[Point]:
    """Note points at the end of the group's list.

    A key that was used for the same words of the same person in this group gives the point that is there,
    whatever became of it since; with other words it is a new point, so that nothing typed is lost. Where all are
    there nothing is refused: neither a round that was closed meanwhile nor a theme that was removed.
    Locks: the group. Raises: GroupNotOpenError, GroupGoneError, PointEmptyError, ThemeGoneError,
    ForeignThemeError. Queries: the same for any number up to 500.
    """
    keys = [_stored_key(group, new, by) for new in points]
    known = _find_stored(keys)
    if all(key in known for key in keys):
        return [known[key] for key in keys]
    group = lock_group(group)
    if any(not new.text.strip() for new in points):
        raise PointEmptyError
    _guard_themes(group, {new.theme.pk for new in points if new.theme is not None})
    known = _find_stored(keys)  # again: the same may have come twice at once
    last = group.points.aggregate(last=Max("ordinal"))["last"] or 0
    result: list[Point] = []
    made: list[tuple[Point, NewPoint]] = []
    for new, key in zip(points, keys, strict=True):
        if key and key in known:
            result.append(known[key])
            continue
        group.point_sequence += 1
        last += 1
        point = Point(
            group=group,
            kind=new.kind,
            text=new.text.strip(),
            theme=new.theme,
            ordinal=last,
            sequence=group.point_sequence,
            idempotency_key=key,
            created_by=by,
        )
        if key:
            known[key] = point
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
    theme: Theme | None,
    version: int,
    by: User,
) -> Point:
    """Change it, where `version` is the one the person saw.

    Raises: PointChangedError with the row as it stands, PointGoneError, PointEmptyError, GroupNotOpenError,
    ThemeGoneError, ForeignThemeError.
    """
    if not text.strip():
        raise PointEmptyError
    group = lock_group(point.group)
    row = _lock_point(group, point)
    if row.removed_at is not None:
        raise PointGoneError
    if row.version != version:
        raise PointChangedError(row)
    _guard_themes(group, {theme.pk} if theme is not None else set())
    was = set(row.administrations.order_by("pk").values_list("pk", flat=True))
    wanted = list(administrations)
    theme_id = theme.pk if theme is not None else None
    changes = changed(row, kind=kind, text=text.strip(), theme_id=theme_id)
    if was == {each.pk for each in wanted} and not changes:
        return row
    row.administrations.set(wanted)
    if was != {each.pk for each in wanted}:
        changes["administrations"] = (sorted(was), sorted(each.pk for each in wanted))
    row.version += 1
    _save_as_next(group, row, "kind", "text", "theme", "version")
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


def find_noted(
    *, group: Group, kind: str, text: str, idempotency_key: UUID, by: User
) -> Point | None:
    """The point that a request stored before, whatever became of it since."""
    new = NewPoint(kind=kind, text=text, idempotency_key=idempotency_key)
    key = _stored_key(group, new, by)
    return _find_stored([key]).get(key)


def lock_group(group: Group) -> Group:
    """The group as it is now, locked. Raises: GroupGoneError, GroupNotOpenError, WorkshopFrozenError. Queries: 2."""
    rows = Group.objects.select_for_update(no_key=True)
    locked = rows.filter(pk=group.pk).order_by("pk").first()
    if locked is None:
        raise GroupGoneError
    # Read after the wait for the lock: joined to it, the round would be as it was before.
    locked.round = Round.objects.select_related("workshop").get(pk=locked.round_id)
    if locked.round.workshop.is_frozen:
        raise WorkshopFrozenError
    if locked.round.status != Round.Status.PUBLISHED:
        raise GroupNotOpenError
    return locked


def _guard_themes(group: Group, keys: set[int]) -> None:
    """Each is there, and of the group's topic. Removing a theme locks the groups of its topic first."""
    if not keys:
        return
    topics = dict(Theme.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "topic"))
    if set(topics) != keys:
        raise ThemeGoneError
    if set(topics.values()) != {group.topic_id}:
        raise ForeignThemeError


def _lock_point(group: Group, point: Point) -> Point:
    row = group.points.select_for_update().filter(pk=point.pk).order_by("pk").first()
    if row is None:
        raise PointGoneError
    return row


def _stored_key(group: Group, new: NewPoint, by: User) -> UUID | None:
    """What the row keeps of a key: with the words that were sent, since an edit may change the row's own."""
    if new.idempotency_key is None:
        return None
    return uuid5(new.idempotency_key, f"{group.pk} {by.pk} {new.kind} {new.text.strip()}")


def _find_stored(keys: Sequence[UUID | None]) -> dict[UUID | None, Point]:
    """The points of these keys. Queries: 1, without keys 0."""
    wanted = [key for key in keys if key]
    there = Point.objects.filter(idempotency_key__in=wanted) if wanted else ()
    return {row.idempotency_key: row for row in there}


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
