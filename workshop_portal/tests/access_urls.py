"""Every URL as a row of the access matrix, and what a person is answered there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from workshop_portal.tests.access_world import AccessWorld

IN_A_PLACE = ("workshops/<slug:slug>", "editions/<int:number>", "documents/<uuid:public_id>")
"""Where these stand in a route, the object lies in a workshop: it has a side `elsewhere`."""

HOLDERS = ("slug", "code")
"""Parameters that name what holds the object."""


class Cell(NamedTuple):
    """A row of the matrix: one URL, method and side."""

    name: str
    method: str
    side: str
    names: tuple[str, ...]
    """Its parameters."""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.name, self.method, self.side


def list_patterns() -> list[tuple[str, str, tuple[str, ...]]]:
    """Every URL: name with namespace, route, names of its parameters. Those of allauth, too: `account_login`."""
    found = []

    def walk(patterns: list[Any], prefix: str, namespace: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                walk(pattern.url_patterns, prefix + str(pattern.pattern), inner)
            elif isinstance(pattern, URLPattern):
                names = tuple(pattern.pattern.converters)
                found.append((f"{namespace}{pattern.name}", prefix + str(pattern.pattern), names))

    walk(get_resolver().url_patterns, "/", "")
    return sorted(found)


def list_cells() -> list[Cell]:
    """Own, and elsewhere for what lies in a workshop."""
    return [
        Cell(name, method, side, names)
        for name, route, names in list_patterns()
        for side in (
            ("own", "elsewhere") if any(part in route for part in IN_A_PLACE) else ("own",)
        )
        for method in ("GET", "POST")
    ]


def list_nested() -> list[tuple[Cell, str]]:
    """Each own row with each of its parameters that names an object inside another one."""
    return [
        (cell, nested)
        for cell in list_cells()
        if cell.side == "own" and set(cell.names) & set(HOLDERS)
        for nested in cell.names
        if nested not in {cell.names[0], "format", "role"}
    ]


def answer(world: AccessWorld, cell: Cell, role: str, *, foreign: str = "") -> str:
    """The status that a person gets, in words: `sign in` for the redirect there. Nothing is kept.

    `foreign`: this parameter is taken from the place elsewhere.
    """
    values = world.parameters(cell.name, cell.names, side=cell.side)
    if foreign:
        values |= _foreign(world, cell, foreign)
    url = reverse(cell.name, kwargs=values) + world.query(cell.name, side=cell.side)
    client = Client(raise_request_exception=False)
    person = world.people_by_role[role]
    with _undone():
        if person is not None:
            client.force_login(person)
        response = client.get(url) if cell.method == "GET" else client.post(url, {})
        leads_to = response.headers.get("Location", "")
        return "sign in" if leads_to.startswith("/accounts/login/") else str(response.status_code)


def _foreign(world: AccessWorld, cell: Cell, nested: str) -> dict[str, Any]:
    if nested == "code":
        return {"code": world.vanuatu.code}
    if cell.name.startswith("administrations:"):
        return {"public_id": world.jp.focal_points.get().public_id}
    return {nested: world.parameters(cell.name, (nested,), side="elsewhere")[nested]}


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
