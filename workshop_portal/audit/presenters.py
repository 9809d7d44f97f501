"""How the record is read: each app registers the sentence of each action in `AppConfig.ready`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from workshop_portal.audit.models import Entry

PRESENTERS: dict[str, Any] = {}
"""Action to its lazy sentence, such as `participants.registration_approved`: "Registration approved"."""

PERSONAL_FIELDS: dict[str, frozenset[str]] = {}
"""Type name (`participants.registration`) to the fields whose values must be erasable."""

SHOWN_AT_MOST = 80
"""Characters of a value that a line of the history shows."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry as people read it."""

    at: datetime
    actor: str
    sentence: str
    changes: list[str]


def present(sentences: Mapping[str, Any]) -> None:
    """Register the sentences of an app's actions."""
    PRESENTERS.update(sentences)


def mark_personal(type_name: str, fields: Iterable[str]) -> None:
    """Say which fields of a type hold personal values."""
    PERSONAL_FIELDS[type_name] = frozenset(fields)


def list_lines(entries: Iterable[Entry], names: Mapping[int, str]) -> list[Line]:
    """The entries as sentences. `names`: people by id, made by `accounts.queries.name_people`."""
    return [
        Line(
            at=entry.at,
            actor=_name(entry.actor_id, names),
            sentence=str(PRESENTERS.get(entry.action, entry.action)),
            changes=[_change(field, pair) for field, pair in _pairs(entry)],
        )
        for entry in entries
    ]


def _name(actor_id: int | None, names: Mapping[int, str]) -> str:
    if actor_id is None:
        return _("The system")
    return names.get(actor_id) or _("A person no longer known")


def _pairs(entry: Entry) -> list[tuple[str, list[Any]]]:
    return [*entry.changes.items(), *(entry.personal or {}).items()]


def _change(field: str, pair: list[Any]) -> str:
    before, after = (_short(value) for value in pair)
    label = field.replace("_", " ")
    return _("%(field)s: %(before)s → %(after)s") % {
        "field": label,
        "before": before,
        "after": after,
    }


def _short(value: Any) -> str:
    text = _("nothing") if value in (None, "") else str(value)
    return text if len(text) <= SHOWN_AT_MOST else text[:SHOWN_AT_MOST] + "…"
