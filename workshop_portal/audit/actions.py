"""Writing the record. Called by every action, inside its transaction."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, Protocol

from django.db.models import Model
from django.utils import timezone

from workshop_portal.audit.models import Entry
from workshop_portal.audit.presenters import PERSONAL_FIELDS


class Actor(Protocol):
    """Whoever acts: a person. None stands for the system."""

    pk: Any


Changes = Mapping[str, tuple[Any, Any]]


def record(
    action: str,
    *,
    by: Actor | None,
    target: Model,
    context: Model | None = None,
    changes: Changes | None = None,
    now: datetime | None = None,
) -> None:
    """Append one entry. `context` is what the target belongs to, usually the workshop or the edition."""
    entry(action, by=by, target=target, context=context, changes=changes, now=now).save(
        force_insert=True
    )


def record_many(entries: Iterable[Entry]) -> None:
    """Append the entries of a bulk action, made by `entry()`."""
    Entry.objects.bulk_create(entries, batch_size=500)


def entry(
    action: str,
    *,
    by: Actor | None,
    target: Model,
    context: Model | None = None,
    changes: Changes | None = None,
    now: datetime | None = None,
) -> Entry:
    """An entry, not saved yet."""
    known = {field: [_plain(old), _plain(new)] for field, (old, new) in (changes or {}).items()}
    personal_names = PERSONAL_FIELDS.get(type_name(target), frozenset())
    personal = {field: pair for field, pair in known.items() if field in personal_names}
    return Entry(
        at=now or timezone.now(),
        action=action,
        actor_id=by.pk if by is not None else None,
        target_type=type_name(target),
        target_id=str(target.pk),
        context_type=type_name(context) if context is not None else "",
        context_id=str(context.pk) if context is not None else "",
        changes={field: pair for field, pair in known.items() if field not in personal},
        personal=personal or None,
    )


def changed(row: Model, **values: Any) -> dict[str, tuple[Any, Any]]:
    """Set the values on the row, unsaved, and tell which differ: {field: (before, after)}."""
    changes: dict[str, tuple[Any, Any]] = {}
    for field, after in values.items():
        before = getattr(row, field)
        if before != after:
            changes[field] = (before, after)
            setattr(row, field, after)
    return changes


def type_name(row: Model | type[Model]) -> str:
    """`participants.registration`."""
    return row._meta.label_lower


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value)
