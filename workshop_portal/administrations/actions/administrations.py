"""Adding and editing administrations one by one."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.audit.actions import changed, record
from workshop_portal.refusals import Refusal

EDITABLE = (
    "code",
    "kind",
    "name",
    "official_name",
    "sub_region",
    "language",
    "time_zone",
    "official_address",
    "parent",
    "is_active",
)


class CodeTakenError(Refusal):
    """Another administration has that code."""

    message = _("Another administration has this code.")


class NameTakenError(Refusal):
    """Another administration of the same kind has that name."""

    message = _("Another administration of this kind has this name.")


class ParentNotAllowedError(Refusal):
    """The parent is itself under another administration, or under this one."""

    message = _("A training centre lies under a Member, not under another centre or itself.")


@transaction.atomic
def create_administration(
    *, values: Mapping[str, Any], by: User, is_demo: bool = False
) -> Administration:
    """Raises: KeyError for a field outside EDITABLE; CodeTakenError; NameTakenError; ParentNotAllowedError."""
    _refuse_unknown(values)
    administration = Administration(**values, is_demo=is_demo)
    _guard(administration)
    administration.save(force_insert=True)
    record("administrations.administration_created", by=by, target=administration)
    return administration


@transaction.atomic
def edit_administration(
    *, administration: Administration, values: Mapping[str, Any], by: User
) -> Administration:
    """As `create_administration`. Locks: the row. An edit that changes nothing leaves no record."""
    _refuse_unknown(values)
    locked = Administration.objects.select_for_update().get(pk=administration.pk)
    changes = changed(locked, **values)
    if changes:
        _guard(locked)
        locked.save(update_fields=list(changes))
        record("administrations.administration_edited", by=by, target=locked, changes=changes)
    return locked


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))


def _guard(administration: Administration) -> None:
    others = Administration.objects.exclude(pk=administration.pk)
    if others.filter(code=administration.code).exists():
        raise CodeTakenError
    if others.filter(name__iexact=administration.name, kind=administration.kind).exists():
        raise NameTakenError
    parent = administration.parent
    if parent is not None and (
        parent.parent_id is not None
        or parent.pk == administration.pk
        or others.filter(parent_id=administration.pk or 0).exists()
    ):
        raise ParentNotAllowedError
