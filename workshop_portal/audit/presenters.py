"""How the record is read: what each app registers in `AppConfig.ready` from its `naming.py`.

The sentence of each action, how the objects of each type are called and where they stand, and the words of
fields and values. The record holds ids; the words are found when it is read, so that they follow the
reader's language and end with the data that they speak of.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext

PRESENTERS: dict[str, Any] = {}
"""Action to its lazy sentence, such as `participants.registration_approved`: "Registration approved"."""

PERSONAL_FIELDS: dict[str, frozenset[str]] = {}
"""Type name (`participants.registration`) to the fields whose values must be erasable."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How the objects of one type are called in the record. `label` is their plural, such as "Registrations"."""

    label: Any
    name: Callable[[Any], Any] = str
    url: Callable[[Any], str] | None = None
    """Where the object stands, or "" where it has no page any more."""
    related: tuple[str, ...] = ()
    """What `name` and `url` read, so that all objects of a type take one query."""
    staff_only: bool = False
    """Whether only the secretariat may open `url`."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """What a field of the record is called, and how its values are said."""

    label: Any = ""
    of: str = ""
    """The type whose ids the values are."""
    keyed: str = ""
    """The type of the id in a name such as `registration 12`, registered as `registration *`: that object is the label."""
    choices: Mapping[Any, Any] | None = None
    show: Callable[[Any], Any] | None = None


KINDS: dict[str, Kind] = {}
FIELDS: dict[str, Field] = {}
"""By field (`minimum`), or by type and field (`breakouts.round.plan`), which goes first."""


def present(sentences: Mapping[str, Any]) -> None:
    """Register the sentences of an app's actions."""
    PRESENTERS.update(sentences)


def mark_personal(type_name: str, fields: Iterable[str]) -> None:
    """Say which fields of a type hold personal values."""
    PERSONAL_FIELDS[type_name] = frozenset(fields)


def describe(kinds: Mapping[str, Kind], fields: Mapping[str, Field]) -> None:
    """Register how an app's objects and fields are called."""
    KINDS.update(kinds)
    FIELDS.update(fields)


@cache
def field_of(type_name: str, name: str) -> Field:
    """The field as registered; what that leaves open is what the model says."""
    registered = FIELDS.get(f"{type_name}.{name}") or FIELDS.get(name) or Field()
    try:
        known: Any = apps.get_model(type_name)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return replace(registered, label=registered.label or name.replace("_", " "))
    related = known.related_model._meta.label_lower if known.related_model else ""
    called = getattr(known, "_verbose_name", None)
    label = called if isinstance(called, Promise) else name.replace("_", " ")
    return replace(
        registered,
        label=registered.label or label,
        of=registered.of or related,
        choices=registered.choices or dict(getattr(known, "flatchoices", ())) or None,
    )


def language_name(code: str) -> str:
    """A language by its name in the reader's language; a code that nobody knows stays as it is."""
    try:
        return gettext(get_language_info(code)["name_translated"])
    except KeyError:
        return code
