"""Every view that takes an id from a form: what is posted there, with the id of something that lies elsewhere."""

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from django import forms
from django.db.models import Model

from workshop_portal.tests.access_world import AccessWorld

APPS = ("events", "participants", "breakouts", "reports", "workshop_portal")
REFUSED, NOT_FOUND = "refused", "not found"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A POST that is right but for one value, which names something that lies elsewhere."""

    url: str
    field: str
    foreign: Callable[[AccessWorld], Any]
    data: Callable[[AccessWorld], dict[str, Any]] = lambda _world: {}
    role: str = "organiser"
    answer: str = "error"
    """`error`: at the field. `refused`: said on the page that it leads back to. `not found`: 404."""
    query: Callable[[AccessWorld], str] = field(default=lambda _world: "")

    def __str__(self) -> str:
        return f"{self.url} {self.field}"


def _group(world: AccessWorld) -> dict[str, Any]:
    return {"topic": 1, "format": "online", "seen": ""}


def _move(world: AccessWorld) -> dict[str, Any]:
    return {
        "p": world.people["ana"].public_id,
        "to": 2,
        "plan": world.own.plan.pk,
        "revision": world.own.plan.revision,
    }


def _point(world: AccessWorld) -> dict[str, Any]:
    return {"kind": "challenge", "text": "The line is thin.", "version": 1}


def _round(world: AccessWorld) -> dict[str, Any]:
    return {"title": "Morning", "minutes": 45, "mode": "mix", "seen": ""}


def _contribution(world: AccessWorld) -> dict[str, Any]:
    return {"kind": "challenge", "title": "A", "attribution": "named", "version": 1}


def _edition(world: AccessWorld) -> dict[str, Any]:
    return {"title": "Second", "workshop": "here"}


def _vanuatu(world: AccessWorld) -> str:
    return world.vanuatu.code


CASES = (
    Case(
        url="breakouts:board-move",
        field="p",
        foreign=lambda world: world.people["eve"].public_id,
        data=_move,
        answer=REFUSED,
    ),
    Case(url="breakouts:board-move", field="to", foreign=lambda _: 7, data=_move, answer=REFUSED),
    Case(
        url="breakouts:board-move",
        field="plan",
        foreign=lambda world: world.other.plan.pk,
        data=_move,
        answer=NOT_FOUND,
    ),
    Case(
        url="breakouts:round-publish",
        field="plan",
        foreign=lambda world: world.other.plan.pk,
        data=lambda _: {"revision": 0},
        answer=NOT_FOUND,
    ),
    Case(
        url="breakouts:point-add", field="said_by", foreign=_vanuatu, data=_point, role="delegate"
    ),
    Case(
        url="breakouts:point-edit", field="said_by", foreign=_vanuatu, data=_point, role="delegate"
    ),
    Case(
        url="breakouts:point-theme",
        field="theme",
        foreign=lambda world: world.other.theme.pk,
        answer=REFUSED,
    ),
    Case(
        url="breakouts:point-merge",
        field="other",
        foreign=lambda world: world.other.point.public_id,
        data=lambda _: {"stands": "this"},
    ),
    Case(
        url="breakouts:point-distinct",
        field="other",
        foreign=lambda world: world.other.point.public_id,
        answer=REFUSED,
    ),
    Case(url="breakouts:group-add", field="topic", foreign=lambda _: 7, data=_group),
    Case(url="breakouts:group-edit", field="topic", foreign=lambda _: 7, data=_group),
    Case(
        url="breakouts:group-roles",
        field="facilitator",
        foreign=lambda world: world.user("eve").public_id,
    ),
    Case(
        url="breakouts:round-add",
        field="session",
        foreign=lambda world: world.other.session.public_id,
        data=_round,
    ),
    Case(
        url="breakouts:round-edit",
        field="session",
        foreign=lambda world: world.other.session.public_id,
        data=_round,
    ),
    Case(url="breakouts:ranking-edit", field="choice_1", foreign=lambda _: 7, role="delegate"),
    Case(
        url="events:part-add",
        field="speaker",
        foreign=lambda world: world.other.speaker.public_id,
        data=lambda _: {"role": "chair"},
    ),
    Case(
        url="participants:delegation-invite",
        field="delegation",
        foreign=lambda world: world.fiji_elsewhere.pk,
        answer=REFUSED,
    ),
    Case(
        url="participants:delegation-invite",
        field="confirmed",
        foreign=lambda _: 1,
        query=lambda world: f"?delegation={world.fiji_elsewhere.pk}",
        answer=REFUSED,
    ),
    Case(
        url="participants:registration-approve-many",
        field="chosen",
        foreign=lambda world: world.people["eve"].public_id,
        answer=REFUSED,
    ),
    Case(
        url="participants:registration-decline-many",
        field="chosen",
        foreign=lambda world: world.people["eve"].public_id,
        data=lambda _: {"reason": "Why not"},
        answer=REFUSED,
    ),
    Case(
        url="reports:contribution-accept-many",
        field="chosen",
        foreign=lambda world: world.other.contribution.public_id,
        answer=REFUSED,
    ),
    Case(
        url="reports:point-take",
        field="chosen",
        foreign=lambda world: world.other.point.public_id,
        answer=REFUSED,
    ),
    Case(
        url="reports:contribution-claim",
        field="administration",
        foreign=lambda _: "JP",
        role="focal_point",
        answer=REFUSED,
    ),
    Case(
        url="reports:contribution-new",
        field="administration",
        foreign=_vanuatu,
        data=_contribution,
    ),
    Case(
        url="reports:contribution-new",
        field="topic",
        foreign=lambda _: 7,
        data=_contribution,
        role="focal_point",
    ),
    Case(
        url="reports:contribution-edit",
        field="topic",
        foreign=lambda _: 7,
        data=_contribution,
        role="focal_point",
    ),
    Case(
        url="reports:edition-new",
        field="workshop",
        foreign=lambda _: "elsewhere",
        data=_edition,
    ),
    Case(url="reports:edition-new", field="based_on", foreign=lambda _: 7, data=_edition),
)

OPEN_FIELDS = {
    "administrations.forms.AdministrationForm.parent": "the secretariat's, of the whole registry",
    "events.forms.sessions.AttachForm.instrument": "the library of instruments is everybody's",
    "events.forms.sessions.SpeakerForm.administration": "a speaker may be of any body",
    "events.forms.workshops.NextWorkshopForm.source": "the secretariat's, of all workshops",
    "events.forms.workshops.OrganiserForm.administration": "any body may organise",
    "events.forms.workshops.PlanForm.series": "the secretariat's, of all series",
    "participants.forms.delegations.AddDelegationsForm.administrations": "any body may be asked",
    "breakouts.forms.points.NewPointForm.key": "made by the page; only its repetition is looked for",
}
"""Fields that take an id of anything there is, and why nothing lies elsewhere."""


OPEN_VIEWS = {
    "administrations.views.registry.administration_edit": "AdministrationForm",
    "administrations.views.registry.administration_new": "AdministrationForm",
    "breakouts.views.points.group_detail": "shows NewPointForm, takes no POST",
    "events.views.agenda.briefing_add": "AttachForm",
    "events.views.agenda.session_detail": "shows PartForm, takes no POST",
    "events.views.agenda.session_move": "shows PartForm beside its own",
    "events.views.agenda.session_remove": "shows PartForm beside its own",
    "events.views.series.workshop_new": "PlanForm",
    "events.views.series.workshop_next": "NextWorkshopForm",
    "events.views.settings.organiser_list": "OrganiserForm",
    "events.views.speakers.speaker_edit": "SpeakerForm",
    "events.views.speakers.speaker_new": "SpeakerForm",
    "participants.views.delegations.delegation_add": "AddDelegationsForm",
}
"""Views that take ids by such fields alone, or none."""

WORDS_READ_BY_HAND = {
    "pages.has_typed: typed_name": "the name, typed again",
    "participants.views.registrations.roster_export: format": "pdf or xlsx",
    "reports.views.proposals.proposal_move: to": "up or down",
    "reports.views.sections.section_move: to": "up or down",
    "breakouts.views.board.board_move: copy": "BoardForm with what the address says",
    "breakouts.views.board.round_publish: plan": "an id, among the cases",
    "breakouts.views.board.round_publish: revision": "a number",
    "errors.kept_form: lists": "shows a form again",
    "http.next_url: next": "an address, checked",
}
"""What is read from a POST without a form, and what it is."""


def list_modules() -> list[str]:
    """Ours, without tests, migrations and commands."""
    return [
        info.name
        for app in APPS
        for info in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}.")
        if not {"tests", "migrations", "management"} & set(info.name.split("."))
    ]


def list_forms() -> list[type[forms.BaseForm]]:
    """Every form class of ours."""
    for module in list_modules():
        importlib.import_module(module)

    def below(kind: type[Any]) -> Iterator[type[Any]]:
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    found = {each for each in below(forms.BaseForm) if each.__module__.startswith(APPS)}
    return sorted(found, key=_name)


def list_id_fields() -> dict[str, str]:
    """Fields that look rows up, by `app.forms.Class.field`; and forms that make their choices of rows."""
    kinds = (forms.ModelChoiceField, forms.UUIDField)
    found = {
        f"{_name(form)}.{name}": form.__name__
        for form in list_forms()
        for name, each in getattr(form, "base_fields", {}).items()
        if isinstance(each, kinds)
    }
    return found | {
        f"{_short(module)}.{node.name}": node.name
        for module, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and _makes_fields(node)
    }


def list_id_views() -> set[str]:
    """Views that use a form with such a field, themselves or through a function of their module."""
    names = set(list_id_fields().values())
    found = set()
    for module, tree in _trees():
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        for name, node in functions.items():
            is_view = any("access(" in ast.unparse(each) for each in node.decorator_list)
            if is_view and _reached(node, functions) & names:
                found.add(f"{_short(module)}.{name}")
    return found


def list_read_by_hand() -> set[str]:
    """`module.function: name` of every use of `request.POST` that is no form's argument."""
    return {
        f"{_short(module)}.{function.name}: {read}"
        for module, tree in _trees()
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if (read := _read(node))
    }


def _read(node: ast.AST) -> str:
    """The name that `request.POST.get(name)` or `request.POST[name]` reads, or the method it calls."""
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "request.POST":
        return ast.unparse(node.slice).strip("'")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if ast.unparse(node.func.value) != "request.POST":
            return ""
        first = node.args[0] if node.args else None
        return str(first.value) if isinstance(first, ast.Constant) else node.func.attr
    return ""


def _reached(node: ast.FunctionDef, functions: dict[str, ast.FunctionDef]) -> set[str]:
    """Names used by a function and by those of its module that it uses."""
    names: set[str] = set()
    waiting = [node]
    while waiting:
        used = {each.id for each in ast.walk(waiting.pop()) if isinstance(each, ast.Name)} - names
        names |= used
        waiting += [functions[name] for name in used if name in functions]
    return names


def _makes_fields(node: ast.ClassDef) -> bool:
    return any(
        isinstance(each, ast.Assign)
        and isinstance(each.targets[0], ast.Subscript)
        and ast.unparse(each.targets[0].value) == "self.fields"
        for each in ast.walk(node)
    )


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for name in list_modules():
        module: ModuleType = importlib.import_module(name)
        yield name, ast.parse(Path(str(module.__file__)).read_text())


def _name(form: type[forms.BaseForm]) -> str:
    return f"{_short(form.__module__)}.{form.__name__}"


def _short(module: str) -> str:
    return module.removeprefix("workshop_portal.")


def snapshot(models: list[type[Model]]) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as stored."""
    return {
        model._meta.label: sorted(model._default_manager.values_list(), key=repr)
        for model in models
    }
