"""Every URL x role x method x side answers as `access_matrix.csv` says; a URL without a row fails."""

import csv
from pathlib import Path

import pytest

from workshop_portal.tests.access_world import ROLES, AccessWorld, answer, list_cells

MATRIX = Path(__file__).with_name("access_matrix.csv")
LEAKS = {"200", "302"}
"""Answers that show something or do something."""

Row = dict[str, str]


def read_matrix() -> dict[tuple[str, str, str], Row]:
    with MATRIX.open(newline="") as file:
        return {(row["url"], row["method"], row["side"]): row for row in csv.DictReader(file)}


def test_every_url_has_its_rows_and_every_row_its_url() -> None:
    assert sorted(read_matrix()) == sorted(cell[:3] for cell in list_cells())


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_cells(role: str) -> None:
    world = AccessWorld()
    matrix = read_matrix()
    wrong = {
        cell[:3]: (expected, observed)
        for cell in list_cells()
        if (observed := answer(world, cell, role)) != (expected := matrix[cell[:3]][role])
    }
    assert wrong == {}


def test_no_cell_is_an_error() -> None:
    rows = read_matrix().values()
    assert [row for row in rows if any(row[role].startswith("5") for role in ROLES)] == []


def test_another_workshop_is_closed_to_all_but_the_secretariat() -> None:
    open_to_all = {
        "events:workshop-detail",
        "events:workshop-calendar",
        "participants:link-request",
    }
    open_to_all |= {"events:workshop-own-zone"}
    own = {"elsewhere_delegate", "focal_point", "secretariat"}  # people whom it concerns
    leaks = [
        (row["url"], row["method"], role)
        for row in read_matrix().values()
        if row["side"] == "elsewhere" and row["url"] not in open_to_all
        for role in ROLES
        if role not in own and row[role] in LEAKS
    ]
    assert leaks == []
