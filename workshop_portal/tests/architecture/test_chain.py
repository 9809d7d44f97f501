"""What import-linter cannot see: packages outside its list, string foreign keys, URL tags, module names."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

from workshop_portal.authorization import AccessMiddleware, access, declaration
from workshop_portal.tests.architecture.sources import (
    OURS,
    ROOT,
    files,
    height,
    layers,
    name_of,
    our_models,
    product_files,
)

BELOW_ALL_LAYERS = {"apps", "celery", "settings", "settings_test", "wsgi"}
"""Modules of `workshop_portal` that Django and Celery load themselves."""
NOT_LAYERED = {"tests", "templatetags", "locale", "migrations"}
BANNED = {
    "utils",
    "helpers",
    "common",
    "core",
    "misc",
    "base",
    "managers",
    "handlers",
    "processors",
}
URL_TAG = re.compile(r"{%-?\s*(?:url|files)\s+[\"']([\w:-]+)[\"']")


def outside_the_chain(names: list[str]) -> list[str]:
    """Of the top-level packages and modules of the project, those in no layer."""
    return [name for name in names if name not in layers()]


def points_up(source: str, target: str) -> bool:
    """Whether a reference from one module to another leads up the chain, or sideways in a layer."""
    low, high = height(source), height(target)
    if low is None or high is None or source == target:
        return False
    siblings = low == high and not (source.startswith(target) or target.startswith(source))
    return high > low or siblings


def upward_url_tags(folder: str, text: str) -> list[str]:
    """URL names in a template of `templates/<folder>/` that lead up the chain."""
    own = _module_of(folder)
    if own is None:
        return []
    found = [name for name in URL_TAG.findall(text) if ":" in name]
    return [name for name in found if (to := _module_of(name.split(":")[0])) and points_up(own, to)]


def _module_of(label: str) -> str | None:
    try:
        return str(apps.get_app_config(label).name)
    except LookupError:
        return None


def _views(resolver: URLResolver) -> list[URLPattern]:
    found: list[URLPattern] = []
    for entry in resolver.url_patterns:
        found += _views(entry) if isinstance(entry, URLResolver) else [entry]
    return found


def test_no_package_stands_outside_the_chain() -> None:
    packages = [path.parent for path in product_files() if path.name == "__init__.py"]
    top = [package.name for package in packages if package.parent == ROOT]
    inner = [
        path
        for path in (ROOT / "workshop_portal").iterdir()
        if (path / "__init__.py").is_file() or path.suffix == ".py"
    ]
    names = [f"workshop_portal.{path.stem}" for path in inner]
    known = {f"workshop_portal.{name}" for name in BELOW_ALL_LAYERS | NOT_LAYERED | {"__init__"}}
    assert outside_the_chain(sorted({*top, *names} - known - {"workshop_portal"})) == []


def test_a_package_outside_the_chain_is_seen() -> None:
    assert outside_the_chain(["events", "extras"]) == ["extras"]


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_relations_point_down(model: type[Model]) -> None:
    own = model._meta.app_config.name
    related = [
        field for field in model._meta.get_fields() if field.many_to_one or field.many_to_many
    ]
    upward = [
        field.name
        for field in related
        if not field.auto_created
        and field.related_model is not None
        and points_up(own, field.related_model._meta.app_config.name)
    ]
    assert upward == []


def test_a_relation_that_points_up_is_seen() -> None:
    assert points_up("events", "participants")
    assert points_up("workshop_portal.accounts", "events")
    assert not points_up("participants", "events")
    assert not points_up("events", "workshop_portal.accounts")
    assert not points_up("events", "events")


def test_url_tags_point_down() -> None:
    upward = {
        name_of(path): found
        for path in files(".html", ".txt")
        if path.is_relative_to(ROOT / "templates")
        and (
            found := upward_url_tags(
                path.relative_to(ROOT / "templates").parts[0], path.read_text()
            )
        )
    }
    assert upward == {}


def test_a_url_tag_that_points_up_is_seen() -> None:
    text = '<a href="{% url "participants:registration-detail" 3 %}"> {% url \'events:agenda\' %}'
    assert upward_url_tags("events", text) == ["participants:registration-detail"]
    assert upward_url_tags("participants", text) == []
    assert upward_url_tags("components", text) == []


def banned_names(paths: list[Path]) -> list[str]:
    return [name_of(path) for path in paths if path.stem in BANNED or path.parent.name in BANNED]


def test_modules_are_named_by_what_they_hold() -> None:
    assert banned_names(product_files()) == []


def test_a_banned_name_is_seen() -> None:
    bad = [ROOT / "events" / "utils.py", ROOT / "reports" / "core" / "text.py"]
    assert banned_names([*bad, ROOT / "events" / "actions.py"]) == [name_of(path) for path in bad]


def undeclared_views(patterns: list[URLPattern]) -> list[str]:
    """Views of ours without `@access`."""
    return [
        f"{pattern.callback.__module__}.{pattern.callback.__name__}"
        for pattern in patterns
        if declaration(pattern.callback) is None
        and not pattern.callback.__module__.startswith(AccessMiddleware.THIRD_PARTY)
    ]


def test_every_view_declares_its_access() -> None:
    patterns = _views(get_resolver())
    assert any(pattern.callback.__module__.startswith(OURS) for pattern in patterns)
    assert undeclared_views(patterns) == []


def test_a_view_without_access_is_seen() -> None:
    def open_view(request: object) -> None: ...

    declared = access("events.view_workshop")(open_view)  # type: ignore[type-var]  # no real view
    patterns = [URLPattern("a", open_view), URLPattern("b", declared)]  # type: ignore[arg-type]  # as above
    assert undeclared_views(patterns) == [f"{__name__}.open_view"]


def test_only_the_tag_of_a_groups_page_vouches_for_a_right() -> None:
    """ADR 7."""
    calls = [name_of(path) for path in product_files() if "vouch(" in path.read_text()]
    assert calls == ["breakouts/views/tags.py", "workshop_portal/authorization.py"]
