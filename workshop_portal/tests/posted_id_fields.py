"""Where the code takes ids from a form: by the fields of forms, by views, read by hand. And where that is harmless."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from django import forms

APPS = ("events", "participants", "breakouts", "reports", "workshop_portal")

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
    "breakouts.views.publishing.round_publish: plan": "an id, among the cases",
    "breakouts.views.publishing.round_publish: revision": "a number",
    "breakouts.views.live.announcement_send: kind": "five minutes left, or own words",
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
