"""How the record is read: each app registers the sentence of each action in `AppConfig.ready`."""

from collections.abc import Iterable
from typing import Any

PRESENTERS: dict[str, Any] = {}
"""Action to its lazy sentence, such as `participants.registration_approved`: "Registration approved"."""

PERSONAL_FIELDS: dict[str, frozenset[str]] = {}
"""Type name (`participants.registration`) to the fields whose values must be erasable."""


def present(sentences: dict[str, Any]) -> None:
    """Register the sentences of an app's actions."""
    PRESENTERS.update(sentences)


def mark_personal(type_name: str, fields: Iterable[str]) -> None:
    """Say which fields of a type hold personal values."""
    PERSONAL_FIELDS[type_name] = frozenset(fields)
