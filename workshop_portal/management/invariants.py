"""What must hold across rows, tables and files: asked of the whole database by `check_invariants`.

The database refuses a single row that breaks a constraint; these are the facts that span several rows, and
what a restore or a hand-written UPDATE could have broken.
"""

from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import connection
from django.db.models import (
    BooleanField,
    CheckConstraint,
    Count,
    ExpressionWrapper,
    F,
    FileField,
    Q,
)

from participants.models import Delegation, Registration

INVARIANTS: dict[str, Callable[[], Iterator[str]]] = {}
"""Name to a function that yields each violation, in words."""


def invariant(name: str) -> Callable[[Callable[[], Iterator[str]]], Callable[[], Iterator[str]]]:
    """Register a function under the sentence that it checks."""

    def register(check: Callable[[], Iterator[str]]) -> Callable[[], Iterator[str]]:
        INVARIANTS[name] = check
        return check

    return register


@invariant("each row keeps the constraints of its table")
def broken_constraints() -> Iterator[str]:
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if not isinstance(constraint, CheckConstraint):
                continue
            holds = ExpressionWrapper(Q(constraint.condition), output_field=BooleanField())
            broken = model._default_manager.annotate(holds=holds).filter(holds=False).count()
            if broken:
                yield f"{broken} rows of {model._meta.label} break {constraint.name}"


@invariant("each reference leads to a row")
def dangling_references() -> Iterator[str]:
    if connection.vendor != "sqlite":
        return  # PostgreSQL cannot store one
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, parent, _index in cursor.fetchall():
            yield f"row {row} of {table} refers to a missing row of {parent}"


@invariant("each file that a row names exists")
def missing_files() -> Iterator[str]:
    for model in apps.get_models():
        for field in model._meta.fields:
            if not isinstance(field, FileField):
                continue
            rows = model._default_manager.exclude(**{field.name: ""}).order_by("pk")
            for row in rows.iterator():
                file = getattr(row, field.name)
                if file and not file.storage.exists(file.name):
                    yield f"{model._meta.label} {row.pk}: {file.name} is missing"


@invariant("each delegation counts its taken seats")
def miscounted_seats() -> Iterator[str]:
    seated = Count("registrations", filter=Q(registrations__status__in=Registration.SEATED))
    counted = Delegation.objects.annotate(seated=seated).exclude(seated=F("seats_taken"))
    for delegation in counted.order_by("pk"):
        yield f"{delegation}: {delegation.seats_taken} noted, {delegation.seated} found"
