"""Terms: roles and offices that a person holds from one moment until another, or until somebody ends them."""

from datetime import datetime
from typing import Self, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class TermQuerySet(models.QuerySet[M]):
    """Rows with `starts_at`, and `ends_at` once it is known."""

    def current(self, now: datetime) -> Self:
        """Begun and not ended: the moment of the end is no part of it."""
        return self.filter(
            models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=now), starts_at__lte=now
        )
