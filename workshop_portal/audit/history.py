"""The record as people read it: lines with names, words and links, filtered and in pages."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.paginator import Page, Paginator
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from workshop_portal.audit.actions import type_name
from workshop_portal.audit.filters import RecordFilter
from workshop_portal.audit.models import Entry
from workshop_portal.audit.presenters import KINDS, PRESENTERS, Field, field_of
from workshop_portal.audit.queries import list_entries, list_entries_of

USER = "accounts.user"
ON_A_PAGE = 50
TITLES = ("title", "heading", "name", "text", "meeting", "administration", "family_name")
"""Fields that say what an object was called that is no longer there."""
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d\S*)?")

Reference = tuple[str, str]
"""Type and id."""


@dataclass(frozen=True, kw_only=True)
class Thing:
    """An object as the record calls it; `url` is empty where the reader has no page of it."""

    name: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One field, before and after, in words; empty where there was nothing."""

    label: str
    before: str
    after: str

    @property
    def is_long(self) -> bool:
        """Whether its text is better opened than read in the list."""
        return max(len(self.before), len(self.after)) > 120

    def __str__(self) -> str:
        words = {"field": self.label, "before": self.before, "after": self.after or _("nothing")}
        if not self.before:
            return _("%(field)s: %(after)s") % words
        return _("%(field)s: %(before)s → %(after)s") % words


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry. `thing` is what it happened to; None on the page of that thing itself."""

    at: datetime
    actor: str
    sentence: str
    thing: Thing | None
    changes: list[Change]

    @property
    def day(self) -> date:
        """In the reader's zone."""
        return timezone.localtime(self.at).date()


@dataclass(frozen=True, kw_only=True)
class History:
    """One page of a record, and what it can be filtered by."""

    filter: RecordFilter
    page: "Page[Entry]"
    lines: list[Line]


class Names:
    """What objects are called. Queries: 1 for each type that is asked for."""

    def __init__(self, *, for_staff: bool = False) -> None:
        self.for_staff = for_staff
        self._things: dict[Reference, Thing] = {}

    def read(self, references: Iterable[Reference]) -> None:
        wanted: dict[str, set[str]] = {}
        for kind, key in references:
            if kind in KINDS and (kind, key) not in self._things:
                wanted.setdefault(kind, set()).add(key)
        for kind, keys in sorted(wanted.items()):
            self._read_kind(kind, keys)

    def _read_kind(self, kind: str, keys: set[str]) -> None:
        how = KINDS[kind]
        model: Any = apps.get_model(kind)
        rows = model.objects.filter(pk__in=keys).order_by("pk")
        for row in rows.select_related(*how.related) if how.related else rows:
            is_linked = how.url is not None and (self.for_staff or not how.staff_only)
            url = how.url(row) if how.url is not None and is_linked else ""
            self._things[kind, str(row.pk)] = Thing(name=str(how.name(row)), url=url)

    def find(self, kind: str, key: str) -> Thing | None:
        return self._things.get((kind, key))

    def actor(self, actor_id: int | None) -> str:
        if actor_id is None:
            return _("The system")
        found = self.find(USER, str(actor_id))
        return found.name if found else _("A person no longer known")


def read_history(*, of: Sequence[Model], asked: Any, reader: Any) -> History:
    """A page of the record of a workshop and of what else is given, newest first.

    `asked`: the query of the address. Queries: 3, 1 for the people, 1 for each further type of object on the page.
    """
    found, names = _filtered(of, asked, reader)
    page = Paginator(found.qs, ON_A_PAGE).get_page(asked.get("page"))
    return History(filter=found, page=page, lines=list_lines(list(page), own=of[0], names=names))


def read_whole_history(*, of: Sequence[Model], asked: Any, reader: Any) -> list[Line]:
    """All pages of it. Queries: 2, 1 for the people, 1 for each further type of object."""
    found, names = _filtered(of, asked, reader)
    return list_lines(list(found.qs), own=of[0], names=names)


def _filtered(of: Sequence[Model], asked: Any, reader: Any) -> tuple[RecordFilter, Names]:
    """The record, narrowed, and the names of those who acted."""
    entries = list_entries_of(of)
    names = Names(for_staff=reader.is_secretariat)
    acts = set(entries.order_by().values_list("target_type", "action", "actor_id").distinct())
    names.read((USER, str(actor)) for _type, _action, actor in acts if actor is not None)
    found = RecordFilter(
        asked,
        queryset=entries,
        acts={(kind, action) for kind, action, _actor in acts},
        people={
            "system" if actor is None else str(actor): names.actor(actor) for _t, _a, actor in acts
        },
    )
    return found, names


def list_history(
    *, target: Model | None = None, context: Model | None = None, most: int = 200
) -> list[Line]:
    """The record of an object, or of all that belongs to a workshop or edition, newest first.

    Queries: 1, 1 for the people, 1 for each further type that its values name.
    """
    entries = list(list_entries(target=target, context=context)[:most])
    return list_lines(entries, own=target or context)


def list_lines(
    entries: Sequence[Entry], *, own: Model | None = None, names: Names | None = None
) -> list[Line]:
    """The entries in words. `own`: the object on whose page they stand, which they do not name."""
    names = names or Names()
    named = (type_name(own), str(own.pk)) if own is not None else None
    names.read(each for entry in entries for each in _references(entry, named))
    return [_line(entry, named, names) for entry in entries]


def _line(entry: Entry, named: Reference | None, names: Names) -> Line:
    target = (entry.target_type, entry.target_id)
    thing = None if target == named else names.find(*target) or _was_called(entry)
    told = thing.name if thing else None
    return Line(
        at=entry.at,
        actor=names.actor(entry.actor_id),
        sentence=str(PRESENTERS.get(entry.action, entry.action)),
        thing=thing,
        changes=[each for each in _changes(entry, names) if each.before or each.after != told],
    )


def _fields(entry: Entry) -> Iterator[tuple[Field, str, list[Any]]]:
    """Each field with the id that its name holds, and the pair, by name: PostgreSQL keeps no order in JSON."""
    for name, pair in sorted((entry.changes | (entry.personal or {})).items()):
        word, _space, key = name.partition(" ")
        yield field_of(entry.target_type, f"{word} *" if key else word), key, pair


def _references(entry: Entry, named: Reference | None) -> Iterator[Reference]:
    if (entry.target_type, entry.target_id) != named:
        yield entry.target_type, entry.target_id
    if entry.actor_id is not None:
        yield USER, str(entry.actor_id)
    for field, key, pair in _fields(entry):
        if key:
            yield field.keyed, key
        for value in pair:
            for each in value if isinstance(value, list) else [value]:
                if field.of and _is_id(each):
                    yield field.of, str(each)


def _changes(entry: Entry, names: Names) -> Iterator[Change]:
    """Without those that say nothing, such as a plan that stays what it was."""
    for field, key, pair in _fields(entry):
        before, after = (_words(field, value, names) for value in pair)
        if before == after:
            continue
        named = names.find(field.keyed, key) if key else None
        label = named.name if named else capfirst(str(field.label))
        yield Change(label=label, before=before, after=after)


def _words(field: Field, value: Any, names: Names) -> str:
    if value is None or value in ("", []):
        return ""
    if isinstance(value, list):
        return ", ".join(_words(field, each, names) for each in value)
    if field.show is not None:
        return str(field.show(value))
    if field.of and _is_id(value):
        found = names.find(field.of, str(value))
        return found.name if found else _("no longer kept")
    return _plain_words(field, value)


def _plain_words(field: Field, value: Any) -> str:
    if field.choices and value in field.choices:
        return str(field.choices[value])
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return _moment(value)
    return str(value)


def _moment(value: str) -> str:
    """A day, or a time in the reader's zone, whatever zone it was stored in."""
    day_format = pgettext("date format", "j F Y")
    try:
        if len(value) == len("2022-05-24"):
            return date_format(date.fromisoformat(value), day_format)
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value  # words that look like a day
    if timezone.is_naive(moment):
        return date_format(moment, f"{day_format}, H:i")
    return date_format(timezone.localtime(moment), f"{day_format}, H:i")


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _was_called(entry: Entry) -> Thing | None:
    """What the entry itself says about an object that is no longer there."""
    told = {**entry.changes, **(entry.personal or {})}
    for title in TITLES:
        for value in told.get(title, ()):
            if isinstance(value, str) and value:
                return Thing(name=value)
    return None
