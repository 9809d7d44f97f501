"""What all actions of this package share: the lock, the version of the public page, texts in languages."""

from typing import Any, TypeAlias

from django.utils.translation import gettext_lazy as _
from i18nfield.strings import LazyI18nString

from events.models import Workshop
from workshop_portal.refusals import Refusal

Text: TypeAlias = str | LazyI18nString
"""A text as a form gives it (English) or as the demo does (several languages)."""


class WorkshopFrozenError(Refusal):
    """The workshop is cancelled or in the archive."""

    message = _("This workshop is cancelled or in the archive: nothing of it can be changed.")


def lock_workshop(workshop: Workshop) -> Workshop:
    """The row as it is now, locked until the transaction ends. Raises: WorkshopFrozenError."""
    locked = Workshop.objects.select_for_update(no_key=True).get(pk=workshop.pk)
    if locked.is_frozen:
        raise WorkshopFrozenError
    return locked


def show_change(workshop: Workshop, *fields: str) -> None:
    """Save `fields` of a locked workshop, and raise the version by which its public page is cached."""
    workshop.version += 1
    workshop.save(update_fields=[*fields, "version"])


def in_languages(text: Text, was: Any = None) -> LazyI18nString:
    """A text typed in English beside the other languages that are there already."""
    if isinstance(text, LazyI18nString):
        return text
    data = getattr(was, "data", was)
    known: dict[str, Any] = dict(data) if isinstance(data, dict) else {}
    if not text and not any(known.values()):
        return was if isinstance(was, LazyI18nString) else LazyI18nString("")
    if not isinstance(data, dict) and data == text and isinstance(was, LazyI18nString):
        return was
    return LazyI18nString({**known, "en": text})


def with_languages(row: Any, values: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """The values of a form with its texts joined to what the row has in other languages."""
    return {
        name: in_languages(value, getattr(row, name)) if name in fields else value
        for name, value in values.items()
    }
