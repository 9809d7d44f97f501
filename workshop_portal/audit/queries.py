"""Reading the record."""

from django.db.models import Model, Q, QuerySet

from workshop_portal.audit.actions import type_name
from workshop_portal.audit.models import Entry


def list_entries(*, target: Model | None = None, context: Model | None = None) -> QuerySet[Entry]:
    """Newest first: those of one object, or all that belong to a workshop or edition (itself included)."""
    entries = Entry.objects.order_by("-at", "-pk")
    if target is not None:
        entries = entries.filter(target_type=type_name(target), target_id=str(target.pk))
    if context is not None:
        kind, key = type_name(context), str(context.pk)
        entries = entries.filter(
            Q(context_type=kind, context_id=key) | Q(target_type=kind, target_id=key)
        )
    return entries
