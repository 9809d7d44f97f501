"""Reading the record."""

from collections.abc import Sequence

from django.db.models import Model, Q, QuerySet

from workshop_portal.audit.actions import type_name
from workshop_portal.audit.models import Entry


def list_entries(*, target: Model | None = None, context: Model | None = None) -> QuerySet[Entry]:
    """Newest first: those of one object, or all that belong to a workshop or edition (itself included)."""
    entries = list_entries_of([context]) if context is not None else _newest_first()
    if target is not None:
        entries = entries.filter(target_type=type_name(target), target_id=str(target.pk))
    return entries


def list_entries_of(contexts: Sequence[Model]) -> QuerySet[Entry]:
    """Newest first: all that belong to any of these, themselves included."""
    belongs = Q(pk__in=[])
    for context in contexts:
        kind, key = type_name(context), str(context.pk)
        belongs |= Q(context_type=kind, context_id=key) | Q(target_type=kind, target_id=key)
    return _newest_first().filter(belongs)


def list_entries_about(kind: str) -> QuerySet[Entry]:
    """Newest first: those of every object of a kind, such as `accounts.user`, whatever they belong to."""
    return _newest_first().filter(target_type=kind)


def _newest_first() -> QuerySet[Entry]:
    return Entry.objects.order_by("-at", "-pk")
