"""Constraints that say what holds. Migrations see plain CheckConstraints and import nothing of ours."""

from collections.abc import Callable
from typing import Any, Self, TypeVar

from django.db.models import CheckConstraint, Model, Q

M = TypeVar("M", bound=type[Model])


class AllOrNone(CheckConstraint):
    """The fields are all null or all set: a time and the person who did it."""

    def __init__(self, *, fields: list[str], name: str) -> None:
        self.fields = fields
        none = Q(**{f"{field}__isnull": True for field in fields})
        every = Q(**{f"{field}__isnull": False for field in fields})
        super().__init__(condition=none | every, name=name)

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        _path, args, kwargs = super().deconstruct()
        return "django.db.models.CheckConstraint", args, kwargs

    def clone(self) -> Self:
        return type(self)(fields=self.fields, name=self.name)


def valid_choices(*fields: str) -> Callable[[M], M]:
    """Back each choice field with a check named `<app>_<model>_<field>_valid`.

    A decorator, since a model's `Meta` cannot see the choices that its body defines.
    """

    def decorate(model: M) -> M:
        options = model._meta
        added = [_valid_choice(model, field) for field in fields]
        options.constraints = [*options.constraints, *added]
        options.original_attrs["constraints"] = options.constraints  # what migrations read
        return model

    return decorate


def _valid_choice(model: type[Model], field: str) -> CheckConstraint:
    choices: Any = model._meta.get_field(field)
    values = [value for value, _label in choices.flatchoices]
    if choices.blank and "" not in values:
        values.append("")
    name = f"{model._meta.app_label}_{model._meta.model_name}_{field}_valid"
    return CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)
