"""Reading the registry."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from workshop_portal.accounts.involvements import Involvement
from workshop_portal.accounts.models import User
from workshop_portal.administrations.access import view_focal_point
from workshop_portal.administrations.imports import FIELDS, Problem, Row, row_of
from workshop_portal.administrations.models import Administration, FocalPoint, RegistryImport


def list_administrations(*, now: datetime) -> QuerySet[Administration]:
    """The registry by name, with the people in office as `in_office`. Queries: 2."""
    current = FocalPoint.objects.current(now)
    return (
        Administration.objects.select_related("parent")
        .annotate(has_focal_point=Exists(current.filter(administration=OuterRef("pk"))))
        .prefetch_related(
            Prefetch("focal_points", queryset=_in_office(current), to_attr="in_office")
        )
        .order_by("name", "pk")
    )


def list_focal_points(*, administration: Administration) -> QuerySet[FocalPoint]:
    """Every term, the open ones first, the newest before the older."""
    terms = FocalPoint.objects.filter(administration=administration)
    return terms.select_related("user", "granted_by").order_by("-starts_at", "-pk")


def list_current_focal_points(
    *, administrations: Iterable[Administration], now: datetime
) -> QuerySet[FocalPoint]:
    """Who is in office, the focal point before deputies."""
    return _in_office(FocalPoint.objects.current(now).filter(administration__in=administrations))


def find_offices(people: Sequence[User], by: User) -> Iterator[tuple[int, Involvement]]:
    """The administrations that people are in office for now. Queries: 1."""
    current = FocalPoint.objects.current(timezone.now())
    terms = current.filter(view_focal_point(by), user__in=people)
    for term in terms.select_related("administration").order_by("administration__name", "pk"):
        name = term.administration.name
        url = reverse("administrations:administration-detail", args=[term.administration.code])
        office = _("%(kind)s of %(name)s") % {"kind": term.get_kind_display(), "name": name}
        yield term.user_id, Involvement(place="administration", text=name, url=url)
        yield term.user_id, Involvement(place="role", text=office, url=url)


def list_training_centres(*, administration: Administration) -> QuerySet[Administration]:
    return administration.training_centres.order_by("name", "pk")


def list_imports() -> QuerySet[RegistryImport]:
    """Newest first."""
    rows = RegistryImport.objects.exclude(status=RegistryImport.Status.SHOWN)
    return rows.select_related("created_by").order_by("-created_at", "-pk")


def list_sub_regions() -> list[str]:
    names = Administration.objects.exclude(sub_region="").order_by("sub_region")
    return list(names.values_list("sub_region", flat=True).distinct())


def _in_office(terms: QuerySet[FocalPoint]) -> QuerySet[FocalPoint]:
    return terms.select_related("user").order_by("-kind", "starts_at", "pk")


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What saving one row of a list would do. `state`: new, changed or unchanged."""

    row: Row
    state: str
    changes: list[tuple[str, str, str]]
    """Shape: (field, before, after)."""

    @property
    def labelled(self) -> list[tuple[str, str, str]]:
        """The changes under the names of the form."""
        return [
            (str(Administration._meta.get_field(name).verbose_name), before, after)  # type: ignore[union-attr]  # no relation from the other side
            for name, before, after in self.changes
        ]


def compare_rows(
    rows: Sequence[Row], *, lock: bool = False
) -> tuple[list[Comparison], list[Problem]]:
    """Each row beside the registry, and where a name is taken by another code. Queries: 1.

    What the file leaves out stays as it is. Locks: the registry, when `lock`.
    """
    registry = Administration.objects.select_related("parent").order_by("pk")
    if lock:
        registry = registry.select_for_update(of=("self",))
    known = {administration.code: administration for administration in registry}
    problems: list[Problem] = []
    compared = [_compare(row, known.get(row["code"])) for row in rows]
    final = {code: (one.name.casefold(), one.kind) for code, one in known.items()}
    final |= {one.row["code"]: _identity(one.row, known.get(one.row["code"])) for one in compared}
    holders: dict[tuple[str, str], list[str]] = {}
    for code, identity in final.items():
        holders.setdefault(identity, []).append(code)
    for one in compared:
        others = [code for code in holders[final[one.row["code"]]] if code != one.row["code"]]
        if others and others[0] in known:
            problems.append(_taken(one.row, others[0]))
    return compared, problems


def digest(compared: Sequence[Comparison]) -> str:
    """A short name for what was shown: it differs when saving would do something else."""
    plain = [[one.row["code"], one.state, one.changes] for one in compared]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:32]


def _identity(row: Row, known: Administration | None) -> tuple[str, str]:
    kind = row.get("kind") or (known.kind if known else Administration.Kind.MEMBER.value)
    return row["name"].casefold(), str(kind)


def _taken(row: Row, code: str) -> Problem:
    message = _("The registry has this name under the code %(code)s.") % {"code": code}
    return Problem(line=row["line"], column="name", value=row["name"], message=message)


def _compare(row: Row, known: Administration | None) -> Comparison:
    if known is None:
        return Comparison(row=row, state="new", changes=[])
    before: dict[str, Any] = dict(row_of(known))
    told = {name: row[name] for name in (*FIELDS, "parent") if row.get(name)}
    changes = [(name, before[name], value) for name, value in told.items() if before[name] != value]
    return Comparison(row=row, state="changed" if changes else "unchanged", changes=changes)


def has_office() -> bool:
    """Whether a regional office is in use, which workshops name as their organiser. Queries: 1."""
    offices = Administration.objects.filter(kind=Administration.Kind.REGIONAL_OFFICE)
    return offices.filter(is_active=True).exists()
