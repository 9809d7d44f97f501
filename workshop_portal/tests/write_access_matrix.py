"""`python -m workshop_portal.tests.write_access_matrix`: rows of new URLs, filled with what is answered now.

Rows that are there stay as they are, since they are the rule; those of URLs that are gone leave. Read the new
ones before you commit them: each must be what ought to be answered.
"""

import csv
import os
import tempfile
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workshop_portal.settings_test")

import django

django.setup()

from django.test.utils import (  # noqa: E402 once the apps are ready
    override_settings,
    setup_databases,
    setup_test_environment,
    teardown_databases,
)

from workshop_portal.tests.access_urls import answer, list_cells  # noqa: E402 as above
from workshop_portal.tests.access_world import ROLES, AccessWorld  # noqa: E402 as above

MATRIX = Path(__file__).with_name("access_matrix.csv")


def write() -> int:
    """How many rows are new. Needs a database to write in."""
    with MATRIX.open(newline="") as file:
        known = {tuple(row[:3]): row for row in csv.reader(file)}
    cells = list_cells()
    new = [cell for cell in cells if cell.key not in known]
    world = AccessWorld() if new else None
    for cell in new:
        assert world is not None
        known[cell.key] = [*cell.key, *(answer(world, cell, role) for role in ROLES)]
        print(*known[cell.key], sep=",")  # noqa: T201 to be read
    lines = [["url", "method", "side", *ROLES], *(known[cell.key] for cell in cells)]
    draft = MATRIX.with_suffix(".part")
    with draft.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
    draft.replace(MATRIX)
    return len(new)


def main() -> None:
    """Work in a database and folders of its own."""
    setup_test_environment()
    made = setup_databases(verbosity=0, interactive=False)
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(MEDIA_ROOT=Path(folder) / "media", EMAIL_FILE_PATH=Path(folder) / "mail"),
    ):
        print(f"{write()} new rows")  # noqa: T201 a command's answer
    teardown_databases(made, verbosity=0)


if __name__ == "__main__":
    main()
