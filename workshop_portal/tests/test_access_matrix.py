"""Every URL x role x method x side answers as `access_matrix.csv` says; a URL without a row fails."""

import csv
from pathlib import Path
from typing import Any

import pytest

from workshop_portal.tests.access_urls import answer, list_cells, list_nested
from workshop_portal.tests.access_world import ROLES, AccessWorld

MATRIX = Path(__file__).with_name("access_matrix.csv")
ANSWERS = {"200", "302", "405", "422"}
CLOSED = {"403", "404", "405", "sign in"}

CLOSED_TO_ALL = [("documents:export-repeat", "POST", "elsewhere")]
"""Only who asked for a file asks again, and that person is none of the roles."""

OPEN_ELSEWHERE = {
    "events:workshop-calendar": "the agenda of a published workshop",
    "events:workshop-detail": "its public page",
    "events:workshop-own-zone": "its hours in another zone",
    "participants:link-request": "asks for a new link and tells nothing",
}
CONCERNED_ELSEWHERE = {"elsewhere_delegate", "focal_point", "secretariat"}
"""Eve takes part for Fiji, the focal point of Fiji is invited."""

OPEN_TO_OTHERS = {
    "accounts:sign-in-link": "the address is the secret",
    "events:material-file": "the slides are for participants of both",
    "mail:folder-detail": "the mailbox of the embedded mode is this machine's",
    "mail:folder-file": "as above",
    "mail:folder-html": "as above",
    "participants:calendar-feed": "the address is the secret",
    "reports:contribution-claim": "an unnamed one is nobody's yet",
}
"""URLs that name an object and answer people of another administration, and why."""

REFUSED_BEFORE_LOOKING = {"organiser": {("events:team-end", "POST", "member"): "403"}}
"""A right of the secretariat alone, whoever the member is."""

Row = dict[str, str]


@pytest.fixture(autouse=True)
def _mailbox_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"


def read_matrix() -> dict[tuple[str, str, str], Row]:
    with MATRIX.open(newline="") as file:
        return {(row["url"], row["method"], row["side"]): row for row in csv.DictReader(file)}


def test_every_url_has_its_rows_and_every_row_its_url() -> None:
    assert sorted(read_matrix()) == sorted(cell.key for cell in list_cells())


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_cells(role: str) -> None:
    world = AccessWorld()
    matrix = read_matrix()
    wrong = {
        cell.key: (expected, observed)
        for cell in list_cells()
        if (observed := answer(world, cell, role)) != (expected := matrix[cell.key][role])
    }
    assert wrong == {}


def test_no_cell_is_an_error() -> None:
    rows = read_matrix().values()
    assert [row for row in rows if any(row[role].startswith("5") for role in ROLES)] == []


def test_every_object_is_there_for_somebody() -> None:
    """A row that nobody gets an answer from would prove nothing about who is refused."""
    closed = [
        (row["url"], row["method"], row["side"])
        for row in read_matrix().values()
        if not {row[role] for role in ROLES} & ANSWERS
    ]
    assert closed == CLOSED_TO_ALL


def test_another_workshop_is_closed_to_all_but_the_secretariat() -> None:
    leaks = [
        (row["url"], row["method"], role)
        for row in read_matrix().values()
        if row["side"] == "elsewhere" and row["url"] not in OPEN_ELSEWHERE
        for role in ROLES
        if role not in CONCERNED_ELSEWHERE and row[role] not in CLOSED
    ]
    assert leaks == []


def test_what_belongs_to_an_administration_is_closed_to_another() -> None:
    """Of Fiji is every object that the URL names inside the workshop or report that both share."""
    names = {cell.name: set(cell.names) for cell in list_cells()}
    answered = {
        row["url"]
        for row in read_matrix().values()
        if row["side"] == "own" and names[row["url"]] & {"code", "public_id", "token", "name"}
        for role in ("other_delegate", "other_focal_point")
        if row[role] not in CLOSED
    }
    assert answered == set(OPEN_TO_OTHERS)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_what_lies_elsewhere_is_not_found_here(role: str) -> None:
    """Each id inside a workshop, report or administration, taken from another one."""
    world = AccessWorld()
    found = {
        (cell.name, cell.method, nested): observed
        for cell, nested in list_nested()
        if (observed := answer(world, cell, role, foreign=nested)) not in CLOSED - {"403"}
    }
    assert found == REFUSED_BEFORE_LOOKING.get(role, {})
