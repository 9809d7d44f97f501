"""Saving a list of administrations that was shown, and taking it back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, ProtectedError, RestrictedError, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshop_portal.accounts.models import User
from workshop_portal.administrations.imports import FIELDS, Problem, Row, row_of
from workshop_portal.administrations.models import Administration, RegistryImport
from workshop_portal.administrations.queries import Comparison, compare_rows, digest
from workshop_portal.audit.actions import entry, record, record_many
from workshop_portal.audit.models import Entry
from workshop_portal.refusals import Refusal

Status = RegistryImport.Status


class ListHasProblemsError(Refusal):
    """Something in the list cannot be saved. `problems` says what, where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems

    message = _("The registry has changed, and the list no longer fits. Upload it again.")


class RegistryChangedError(Refusal):
    """Saving would do something else than was shown."""

    message = _("The registry has changed in the meantime. Look at the list again, then save it.")


class ImportNotOpenError(Refusal):
    """The list was saved already."""

    message = _("This list was saved already.")


class UndoNotPossibleError(Refusal):
    """Ten minutes are over, or the list was not saved or was taken back already."""

    message = _("A list can be taken back only within ten minutes after it was saved.")


class ChangedSinceError(Refusal):
    """An administration of the list was edited or used since: undoing would undo that too."""

    def __init__(self, administration: Administration) -> None:
        super().__init__(administration.pk)
        self.message = _("%(name)s was edited or used since. Nothing was taken back.") % {
            "name": administration.name
        }


class NameTakenSinceError(Refusal):
    """An administration outside the list got a name that undoing would give back."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.message = _(
            "Another administration has had the name %(name)s since then. Nothing was taken back."
        ) % {"name": name}


@transaction.atomic
def show_import(*, rows: Sequence[Row], file_name: str, by: User) -> RegistryImport:
    """Keep a list without problems, so that it can be looked at and saved. Nothing else changes."""
    shown = RegistryImport.objects.create(
        rows=list(rows), file_name=file_name[:200], created_by=by, created_at=timezone.now()
    )
    record("administrations.import_shown", by=by, target=shown)
    return shown


@transaction.atomic
def save_import(
    *, registry_import: RegistryImport, expected: str, by: User, now: datetime | None = None
) -> list[Comparison]:
    """Write the list: all of it or nothing. `expected`: the digest of what was shown. One audit row each.

    Raises: ImportNotOpenError; ListHasProblemsError; RegistryChangedError. Locks: the import, the registry.
    """
    now = now or timezone.now()
    registry_import = _lock(registry_import)
    if registry_import.status != Status.SHOWN:
        raise ImportNotOpenError
    compared, problems = compare_rows(registry_import.rows, lock=True)
    if problems:
        raise ListHasProblemsError(problems)
    if digest(compared) != expected:
        raise RegistryChangedError
    before: dict[str, Any] = {}
    entries: list[Entry] = []
    _free_names(one.row["code"] for one in compared if one.state == "changed")
    for one in compared:
        if one.state == "unchanged":
            continue
        before[one.row["code"]] = (
            {name: was for name, was, _new in one.changes} if one.state == "changed" else None
        )
        entries.append(_write(one, registry_import, by, now))
    registry_import.before = before
    registry_import.status = Status.SAVED
    registry_import.saved_at, registry_import.saved_by = now, by
    registry_import.save(update_fields=["before", "status", "saved_at", "saved_by"])
    record_many(entries)
    record("administrations.import_saved", by=by, target=registry_import, now=now)
    return compared


@transaction.atomic
def undo_import(
    *, registry_import: RegistryImport, by: User, now: datetime | None = None
) -> RegistryImport:
    """The inverse: new administrations go, changed ones get back what they had. All or nothing.

    Raises: UndoNotPossibleError; ChangedSinceError; NameTakenSinceError. Locks: the import, the registry.
    """
    now = now or timezone.now()
    registry_import = _lock(registry_import)
    if not registry_import.can_be_undone(now):
        raise UndoNotPossibleError
    rows = {row["code"]: row for row in registry_import.rows}
    registry = Administration.objects.select_related("parent").select_for_update(of=("self",))
    known = list(registry.order_by("pk"))
    changed = [each for each in known if each.code in registry_import.before]
    _guard_names(known, registry_import.before)
    _free_names(each.code for each in changed)
    entries = []
    for administration in sorted(changed, key=lambda each: each.parent_id is None):
        was = registry_import.before[administration.code]
        entries.append(
            entry(
                "administrations.administration_import_undone",
                by=by,
                target=administration,
                context=registry_import,
                now=now,
            )
        )
        _refuse_edited(administration, rows[administration.code], was)
        if was is None:
            _remove(administration)
        else:
            _set(administration, {"name": administration.name, **was})
    registry_import.status = Status.UNDONE
    registry_import.undone_at, registry_import.undone_by = now, by
    registry_import.save(update_fields=["status", "undone_at", "undone_by"])
    record_many(entries)
    record("administrations.import_undone", by=by, target=registry_import, now=now)
    return registry_import


def _lock(registry_import: RegistryImport) -> RegistryImport:
    return RegistryImport.objects.select_for_update(of=("self",)).get(pk=registry_import.pk)


def _write(one: Comparison, registry_import: RegistryImport, by: User, now: datetime) -> Entry:
    """Write one row; its entry of the audit record."""
    if one.state == "new":
        values = {name: one.row[name] for name in FIELDS if one.row.get(name)}
        administration = Administration.objects.create(
            code=one.row["code"], parent=_parent(one.row["parent"]), **values
        )
        action = "administrations.administration_created"
    else:
        administration = Administration.objects.get(code=one.row["code"])
        values = {name: after for name, _before, after in one.changes}
        _set(administration, {**values, "name": one.row["name"]})
        action = "administrations.administration_edited"
    changes = {name: (was, new) for name, was, new in one.changes}
    return entry(
        action, by=by, target=administration, context=registry_import, changes=changes, now=now
    )


def _free_names(codes: Iterable[str]) -> None:
    """Give names away that no list can hold, so that those of a list may change places in any order."""
    taken = Administration.objects.filter(code__in=list(codes))
    taken.update(name=Concat(Value("<"), F("code"), Value(">")))


def _guard_names(registry: Iterable[Administration], before: dict[str, Any]) -> None:
    """Raises: NameTakenSinceError."""
    names = {
        (each.name.casefold(), each.kind): each.name for each in registry if each.code not in before
    }
    for administration in registry:
        if was := before.get(administration.code):
            name, kind = was.get("name", administration.name), was.get("kind", administration.kind)
            if (name.casefold(), kind) in names:
                raise NameTakenSinceError(name)


def _set(administration: Administration, values: dict[str, str]) -> None:
    for name, value in values.items():
        setattr(administration, name, _parent(value) if name == "parent" else value)
    administration.save(update_fields=list(values))


def _parent(code: str) -> Administration | None:
    return Administration.objects.get(code=code) if code else None


def _refuse_edited(administration: Administration, row: Row, was: dict[str, str] | None) -> None:
    """Raises: ChangedSinceError where a field no longer says what saving the list left there."""
    now_says = row_of(administration)
    if was is None:
        fresh = row_of(Administration())
        expected = {name: row.get(name) or fresh[name] for name in [*FIELDS, "parent"]}
    else:
        expected = {name: row[name] for name in was}
    if any(now_says[name] != value for name, value in expected.items()):
        raise ChangedSinceError(administration)


def _remove(administration: Administration) -> None:
    """Raises: ChangedSinceError where something refers to it."""
    try:
        administration.delete()
    except (ProtectedError, RestrictedError) as error:
        raise ChangedSinceError(administration) from error
