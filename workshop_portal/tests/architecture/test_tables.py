"""What the models owe: proof of each constraint, times with their persons, no hidden order."""

import re
from collections.abc import Iterable

import pytest
from django.db.models import CheckConstraint, Field, Model, Q, UniqueConstraint

from workshop_portal.constraints import AllOrNone
from workshop_portal.tests.architecture.sources import is_test, our_models, python_files

PAIR = re.compile(r"(\w+)_at")


def constraint_names() -> list[str]:
    return [
        constraint.name
        for model in our_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint | UniqueConstraint)
    ]


def unnamed_in(text: str, names: Iterable[str]) -> list[str]:
    """Constraints that no test names."""
    words = set(re.findall(r"\w+", text))
    return sorted(name for name in names if name not in words)


def pairs(model: type[Model]) -> list[tuple[Field, Field]]:
    """`x_at` with `x_by` where one of them may be empty."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    found = [
        (field, fields[f"{match[1]}_by"])
        for name, field in fields.items()
        if (match := PAIR.fullmatch(name)) and f"{match[1]}_by" in fields
    ]
    return [(at, by) for at, by in found if at.null or by.null]


def holds_together(constraint: object, names: set[str]) -> bool:
    """Whether it is an `AllOrNone` over these fields, perhaps with others."""
    if not isinstance(constraint, CheckConstraint) or not isinstance(constraint.condition, Q):
        return False
    leaves = [name for name, _value in _leaves(constraint.condition)]
    fields = list(dict.fromkeys(name.removesuffix("__isnull") for name in leaves))
    return (
        names <= set(fields)
        and constraint.condition == AllOrNone(fields=fields, name="x").condition
    )


def _leaves(condition: Q) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for child in condition.children:
        found += _leaves(child) if isinstance(child, Q) else [child]
    return found


def test_each_constraint_is_violated_by_a_test_that_names_it() -> None:
    own = "tests/architecture/"
    tests = [p.read_text() for p in python_files() if is_test(p) and own not in p.as_posix()]
    assert unnamed_in("\n".join(tests), constraint_names()) == []


def test_a_constraint_without_a_test_is_seen() -> None:
    text = 'with violates("events_workshop_ends_after_start"): ...'
    names = ["events_workshop_ends_after_start", "events_workshop_ends"]
    assert unnamed_in(text, names) == ["events_workshop_ends"]


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_a_time_and_its_person_are_set_together(model: type[Model]) -> None:
    loose = [
        at.name
        for at, by in pairs(model)
        if not any(holds_together(c, {at.name, by.name}) for c in model._meta.constraints)
    ]
    assert loose == []


def test_only_all_or_none_holds_a_pair_together() -> None:
    both = AllOrNone(fields=["sent_at", "sent_by"], name="a").clone()
    half = CheckConstraint(condition=Q(sent_at__isnull=True) | Q(sent_by__isnull=False), name="b")
    assert holds_together(both, {"sent_at", "sent_by"})
    assert not holds_together(half, {"sent_at", "sent_by"})
    assert not holds_together(both, {"sent_at", "read_by"})


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_no_model_orders_by_default(model: type[Model]) -> None:
    assert not model._meta.ordering
