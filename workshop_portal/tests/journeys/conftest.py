"""One unbroken thread of work, from an empty database to the exported report, by clicking in Chromium alone.

The tests of this folder are the rows of the job in their order, first `test_rows_1_to_4.py`, then
`test_rows_5_to_8.py`. They share one world, and each goes on where the one before ended: the first that fails
ends the thread, and the rest are left out. No row of the database is written or read but by the pages; each
link and code is taken from the mail that a real SMTP server received.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from workshop_portal.tests.journeys.world import World


@pytest.fixture(scope="package")
def world(browser: "Browser", tmp_path_factory: pytest.TempPathFactory) -> "Iterator[World]":
    from workshop_portal.tests.journeys.world import (  # noqa: PLC0415 needs requirements-dev.txt
        open_world,
    )

    with open_world(browser, tmp_path_factory.mktemp("thread")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _unbroken(request: pytest.FixtureRequest, world: "World") -> Iterator[None]:
    """Leave out what follows a test that failed: it would only say the same once more."""
    if world.broken:
        pytest.skip("the thread broke before")
    failed = request.session.testsfailed
    yield
    world.broken = request.session.testsfailed > failed
