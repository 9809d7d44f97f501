"""Lists that htmx filters: the files offered above a list are always those of the rows shown."""

import re
from html import unescape

import pytest
from django.test import Client

from reports.tests.editions import EditionWorld

pytestmark = pytest.mark.django_db

LISTS = [
    ("/workshops/here/registrations/?administration=FJ", "registrations"),
    ("/workshops/here/delegations/?q=fiji", "delegations"),
    ("/administrations/?q=fiji", "administrations"),
    ("/reports/good-practice/editions/22/contributions/?kind=challenge", "contributions"),
]


@pytest.mark.parametrize(("url", "name"), LISTS, ids=[name for _url, name in LISTS])
def test_the_files_are_those_of_the_swapped_list(url: str, name: str) -> None:
    world = EditionWorld()
    client = Client()
    client.force_login(world.by)
    path, _mark, query = url.partition("?")

    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    whole = client.get(url).content.decode()

    for shown, swap in ((part, ' hx-swap-oob="true"'), (whole, "")):
        [files] = re.findall(rf'<span class="acts" id="exports"{swap}>.*?</span>', shown)
        assert {file.split("?")[1] for file in re.findall(r'<a [^>]*href="([^"]+)"', files)} == {
            query
        }
    if name == "registrations":
        assert "Export these 3" in part
    assert f'hx-get="{path}"' in unescape(whole), "the form alone says what the address becomes"
