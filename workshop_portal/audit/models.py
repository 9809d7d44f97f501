"""The audit record: who changed what, when, from what to what. Appended, never edited."""

from django.db import models
from django.utils import timezone


class Entry(models.Model):
    """One change of state.

    It points at nothing, so that it outlives what it speaks of: ids, names of types and of fields.
    Values of personal fields lie apart in `personal`, so that erasing a person's data empties them
    and leaves the record.
    """

    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=80)
    actor_id = models.BigIntegerField(null=True)
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=40)
    context_type = models.CharField(max_length=60, blank=True)
    context_id = models.CharField(max_length=40, blank=True)
    changes = models.JSONField(default=dict)
    """Shape: {field: [before, after]}."""
    personal = models.JSONField(null=True)
    """Shape: as `changes`; null when there was none, or when it was erased."""

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["target_type", "target_id", "-at"], name="audit_entry_by_target"),
            models.Index(
                fields=["context_type", "context_id", "-at"], name="audit_entry_by_context"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target_type} {self.target_id}"
