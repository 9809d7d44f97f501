"""An edition that no workshop feeds: its pages, its mail and its draft, with a closing date and without."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from reports.actions.compilation import compile_now
from reports.actions.editions import add_proposal, create_report_series, start_edition
from reports.actions.review import send_back_contribution
from reports.models import Contribution, Edition
from reports.tests.editions import EditionWorld
from reports.writers import FORMATS, write_format
from workshop_portal.accounts.models import User
from workshop_portal.mail.delivery import send_due

pytestmark = pytest.mark.django_db

CLOSES = datetime(2099, 6, 30, 23, 59, tzinfo=UTC)


@pytest.fixture
def world() -> EditionWorld:
    return EditionWorld()


@pytest.fixture
def edition(world: EditionWorld) -> Edition:
    """Edition 23, with one contribution of Japan in each state that has pages of its own."""
    edition = start_edition(
        series=world.series,
        workshop=None,
        title="Between two workshops",
        contributions_close_at=CLOSES,
        by=world.by,
    )
    for status in ("draft", "submitted"):
        world.add(edition=edition, kind="trend", title=f"Is {status}", status=status, topic=None)
    return edition


def address(name: str, edition: Edition, *more: object) -> str:
    return reverse(f"reports:{name}", args=[edition.series.slug, edition.number, *more])


def read(by: User, url: str) -> str:
    """The page. Raises: AssertionError where it is none."""
    client = Client()
    client.force_login(by)
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


OF_THE_EDITION = [
    "edition-detail",
    "edition-edit",
    "contribution-list",
    "contribution-new",
    "proposal-list",
    "proposal-new",
    "section-new",
    "point-list",
    "compilation-detail",
    "edition-exports",
    "edition-history",
]


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("name", OF_THE_EDITION)
def test_who_runs_it_has_all_its_pages(
    world: EditionWorld, edition: Edition, name: str, compiled: bool
) -> None:
    if compiled:
        compile_now(edition=edition, by=world.by)

    read(world.by, address(name, edition))


@pytest.mark.parametrize("name", ["contribution-mine", "contribution-new"])
def test_administrations_have_theirs(world: EditionWorld, edition: Edition, name: str) -> None:
    read(world.people.japan_contact, address(name, edition))


@pytest.mark.parametrize("name", ["detail", "edit"])
def test_a_contribution_has_its_pages(world: EditionWorld, edition: Edition, name: str) -> None:
    row = edition.contributions.get(status="draft")

    read(world.people.japan_contact, address(f"contribution-{name}", edition, row.public_id))


def test_the_closing_date_stands_in_the_zone_of_the_reader(
    world: EditionWorld, edition: Edition
) -> None:
    for person, name in (
        (world.by, "edition-detail"),
        (world.by, "contribution-list"),
        (world.people.japan_contact, "contribution-mine"),
    ):
        person.time_zone = "Asia/Tokyo"
        person.save(update_fields=["time_zone"])
        page = read(person, address(name, edition))
        assert "<b>Wed 1 Jul 2099, 08:59 Tokyo</b>" in page, name


def test_no_group_is_spoken_of(world: EditionWorld, edition: Edition) -> None:
    points = address("point-list", edition)
    assert points not in read(world.by, address("edition-detail", edition))
    assert points not in read(world.by, address("contribution-list", edition))
    edition.contributions.all().delete()
    assert points not in read(world.by, address("contribution-list", edition))


def test_who_is_asked_for_a_change_reads_until_when(world: EditionWorld, edition: Edition) -> None:
    row = edition.contributions.get(status="submitted")

    send_back_contribution(contribution=row, comment="Name the year.", by=world.by)
    send_due()

    assert "It can be submitted until Tuesday 30 June 2099, 23:59 UTC." in mail.outbox[0].body
    assert Contribution.objects.get(pk=row.pk).is_draft


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_its_draft_is_a_file(world: EditionWorld, edition: Edition, format: str) -> None:
    compile_now(edition=edition, by=world.by)

    headings = list(edition.sections.shown().order_by("ordinal").values_list("heading", flat=True))
    assert headings == [
        "Foreword",
        "Executive summary",
        "Further findings",
        "Good practices by administration",
        "Proposals",
        "Abbreviations",
    ]
    assert write_format(edition, format)


def lines(page: str) -> list[str]:
    """The sentences of the record, with what they are about."""
    found = re.findall(r"<li><b>(.*?)</b>(.*?)<p", page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", sentence + about) for sentence, about in found]


def test_its_record_is_a_page_of_its_own(world: EditionWorld) -> None:
    series = create_report_series(title="Atlas", slug="atlas", by=world.by)
    edition = start_edition(series=series, workshop=None, title="First", by=world.by)
    other = start_edition(series=series, workshop=None, title="Second", by=world.by)
    add_proposal(edition=other, title="Elsewhere", text="T", by=world.by)
    add_proposal(edition=edition, title="Meet again", text="T", by=world.by)
    url = address("edition-history", edition)

    assert f'href="{url}"' in read(world.by, address("edition-detail", edition))
    page = read(world.by, url)
    assert lines(page) == [
        "Proposal added: Meet again",
        "Edition started",
        "Report series created: Atlas",
    ]
    assert lines(read(world.by, f"{url}?what=act:reports.edition_started")) == ["Edition started"]
    rows = json.loads(read(world.by, address("edition-history-table", edition, "json")))
    assert [row["What"] for row in rows] == [
        "Proposal added",
        "Edition started",
        "Report series created",
    ]


@pytest.mark.parametrize("name", ["edition-history", "edition-history-table"])
def test_its_record_is_not_for_administrations(
    world: EditionWorld, edition: Edition, name: str
) -> None:
    more = ["json"] if name.endswith("table") else []
    client = Client()
    client.force_login(world.people.japan_contact)

    assert client.get(address(name, edition, *more)).status_code == 404
