"""A number that no row can have, in an address or as a posted id: not found or refused, never an error."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from workshop_portal.tests.access_urls import list_patterns
from workshop_portal.tests.access_world import AccessWorld
from workshop_portal.tests.posted_ids import CASES

NUMBERS = ("9" * 18, str(2**63), "9" * 30)
"""Of a size that a key could have, the first one too large for a column, and far too large."""
NAMES = {name: names for name, _route, names in list_patterns()}


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Any) -> AccessWorld:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return AccessWorld()


@pytest.mark.slow
def test_numbers_in_addresses(world: AccessWorld) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(world.secretariat)
    answers = {}
    for name, names in NAMES.items():
        values = world.parameters(name, names, side="own")
        for parameter in [each for each in names if isinstance(values[each], int)]:
            for number in NUMBERS:
                url = reverse(name, kwargs=values | {parameter: int(number)})
                for method in (client.get, client.post):
                    status = method(url).status_code
                    if status not in (403, 404, 405):
                        answers[url, method.__name__] = status

    assert answers == {}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_numbers_as_posted_ids(world: AccessWorld, case: Any) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(world.people_by_role[case.role])
    url = reverse(case.url, kwargs=world.parameters(case.url, NAMES[case.url], side="own"))
    for number in NUMBERS:
        data = case.data(world) | {case.field: number}

        assert client.post(url, data).status_code < 500
