"""Taking the demo out again, whole, and nothing else.

What goes is found by following the tables: from the workshops and people marked `is_demo` to every row that cannot
be without them. A row among these that belongs to a workshop or person of the user's own ends it: nothing is removed.
The record stays, since it is only ever appended; so do the registry of administrations and the instruments, which
are real.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import CASCADE, PROTECT, SET_NULL, FileField, Model, Q, QuerySet
from django.db.models.fields.related import ForeignKey
from django.utils import timezone

from events.models import Workshop, WorkshopSeries
from participants.models import Registration
from reports.models import Edition, ReportSeries
from workshop_portal.accounts.models import StaffRole, User
from workshop_portal.administrations.models import Administration
from workshop_portal.audit.actions import entry, record_many, type_name
from workshop_portal.mail.folder import delete_folder_mails
from workshop_portal.mail.models import OutgoingMail

AT_ONCE = 500
"""Keys that one query takes."""
MARKED: tuple[type[Model], ...] = (Workshop, User, Administration)
"""The models that say `is_demo` of themselves and that others hang on."""

Keys = dict[type[Model], set[Any]]


class RealDataError(Exception):
    """Something of the user's own hangs on the demo. `found`: what, in words."""

    def __init__(self, found: list[str]) -> None:
        self.found = found
        super().__init__("\n".join(found))


class NobodyLeftError(Exception):
    """Without the demo the site would have no secretariat."""


@dataclass(frozen=True, kw_only=True)
class Removal:
    """What hangs together as the demo."""

    keys: Keys

    @property
    def workshops(self) -> list[Workshop]:
        return list(Workshop.objects.filter(pk__in=self.keys.get(Workshop, ())).order_by("pk"))

    def lines(self) -> list[str]:
        """How many rows of each kind, by name."""
        shown = {model._meta: len(keys) for model, keys in self.keys.items()}
        return sorted(
            f"{count:6} {meta.verbose_name_plural}"
            for meta, count in shown.items()
            if not meta.auto_created
        )


def find_demo() -> Removal:
    """All that is the demo's. Raises: NobodyLeftError; RealDataError."""
    staff = StaffRole.objects.current(timezone.now()).filter(
        role=StaffRole.Role.SECRETARIAT, user__is_active=True, user__is_demo=False
    )
    if not staff.exists():
        raise NobodyLeftError
    keys = _closure(
        {model: _keys(_rows(model).filter(is_demo=True)) for model in MARKED} | _mails()
    )
    if found := list(_real(keys)):
        raise RealDataError(found)
    for series, held in ((WorkshopSeries, Workshop), (ReportSeries, Edition)):
        rows = _rows(held).filter(pk__in=keys.get(held, ())).values_list("series", flat=True)
        others = _rows(held).exclude(pk__in=keys.get(held, ())).values_list("series", flat=True)
        if emptied := set(rows) - set(others):
            keys[series] = emptied
    return Removal(keys=keys)


@transaction.atomic
def remove_demo(removal: Removal) -> None:
    """Remove these rows, their files and the mails in the mailbox of this machine. The record gets an entry for each workshop and keeps all it has.

    Not through `delete()`: the tables protect their rows from each other, and all of them go.
    """
    record_many(
        entry("events.workshop_removed_with_demo", by=None, target=workshop)
        for workshop in removal.workshops
    )
    files = [file for model, keys in removal.keys.items() for file in _files(model, keys)]
    message_ids = _values(OutgoingMail, "message_id", removal.keys)
    addresses = _values(User, "email", removal.keys)
    for model, keys in removal.keys.items():
        for relation in _relations(model):
            if relation.on_delete is SET_NULL:
                for some in _parts(keys):
                    _rows(relation.related_model).filter(
                        **{f"{relation.field.name}__in": some}
                    ).update(**{relation.field.name: None})
    for model, keys in removal.keys.items():
        for some in _parts(keys):
            rows: Any = _rows(model).filter(pk__in=some)
            rows._raw_delete(rows.db)  # noqa: SLF001 delete() refuses protected rows
    transaction.on_commit(lambda: _delete_files(files))
    transaction.on_commit(lambda: delete_folder_mails(message_ids=message_ids, addresses=addresses))


def _closure(found: Keys) -> Keys:
    """Every row that cannot be without one of these, or whose own such rows cannot."""
    closed: defaultdict[type[Model], set[Any]] = defaultdict(set)
    waiting = dict(found)
    while waiting:
        model, keys = waiting.popitem()
        keys -= closed[model]
        closed[model] |= keys
        for relation in _relations(model) if keys else ():
            if relation.on_delete not in (CASCADE, PROTECT):
                continue
            for some in _parts(keys):
                rows = _rows(relation.related_model).filter(**{f"{relation.field.name}__in": some})
                more = _keys(rows) - closed[relation.related_model]
                waiting.setdefault(relation.related_model, set()).update(more)
    return {model: keys for model, keys in closed.items() if keys}


def _real(keys: Keys) -> Iterator[str]:
    """In words, what among these rows is not the demo's."""
    for model in sorted(keys, key=lambda each: each._meta.label):
        own = _own_condition(model)
        count = sum(
            _rows(model).filter(pk__in=some).filter(own).count() for some in _parts(keys[model])
        )
        if count:
            name = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
            yield f"{count} {name}"


def _own_condition(model: type[Model]) -> Q:
    """When a row of the model is the user's own: of a workshop or a person that is not the demo's."""
    if model in MARKED:
        return Q(is_demo=False)
    own = Q(pk__in=[])
    if path := _path_to_workshop(model):
        own |= ~Q(**{f"{path}__is_demo": True})
    if model is Registration:
        own |= Q(user__is_demo=False)
    if model is OutgoingMail:
        own |= Q(recipient__is_demo=False)
    return own


@cache
def _path_to_workshop(model: type[Model]) -> str:
    """The shortest way by foreign keys that a row always has, as a lookup; empty where there is none."""
    reached: list[tuple[type[Model], str]] = [(model, "")]
    seen = {model}
    for here, path in reached:
        for field in here._meta.get_fields():
            if not isinstance(field, ForeignKey) or (field.null and here is not Edition):
                continue
            there, way = field.related_model, f"{path}__{field.name}".removeprefix("__")
            if there is Workshop:
                return way
            if there not in seen:
                seen.add(there)
                reached.append((there, way))
    return ""


def _mails() -> Keys:
    """Those of the demo's workshops that went to an office and not to a person."""
    workshops = [str(pk) for pk in _keys(_rows(Workshop).filter(is_demo=True))]
    rows = OutgoingMail.objects.filter(
        recipient=None, context_type=type_name(Workshop), context_id__in=workshops
    )
    return {OutgoingMail: _keys(rows)}


def _relations(model: type[Model]) -> list[Any]:
    """What points at the model by a foreign key."""
    fields = model._meta.get_fields(include_hidden=True)
    return [
        field
        for field in fields
        if field.auto_created and not field.concrete and (field.one_to_many or field.one_to_one)
    ]


def _rows(model: type[Model]) -> QuerySet[Any]:
    return model._base_manager.order_by()  # noqa: SLF001 documented by Django


def _values(model: type[Model], field: str, keys: Keys) -> set[str]:
    """What the field holds in those of these rows that are of the model."""
    parts = _parts(keys.get(model, ()))
    rows = (_rows(model).filter(pk__in=some).values_list(field, flat=True) for some in parts)
    return {value for values in rows for value in values}


def _keys(rows: QuerySet[Any]) -> set[Any]:
    return set(rows.values_list("pk", flat=True))


def _parts(keys: Iterable[Any]) -> Iterator[list[Any]]:
    ordered = sorted(keys)
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))


def _files(model: type[Model], keys: set[Any]) -> Iterator[tuple[Storage, str]]:
    for field in model._meta.get_fields():
        if isinstance(field, FileField):
            for some in _parts(keys):
                rows = _rows(model).filter(pk__in=some).exclude(**{field.name: ""})
                names = rows.values_list(field.name, flat=True)
                yield from ((field.storage, name) for name in names if name)


def _delete_files(files: list[tuple[Storage, str]]) -> None:
    for storage, name in files:
        storage.delete(name)
