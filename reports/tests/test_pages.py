"""Pages of the report: what they cost, the way from a workshop's tab, and what is said of the draft."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from breakouts.models import Point
from events.models import TeamMember
from participants.tests.worlds import make_administration, make_delegation
from reports.actions.compilation import compile_now
from reports.actions.review import accept_contributions
from reports.actions.sections import add_section, remove_section, write_section
from reports.models import Contribution, Edition, Proposal, ReportSeries, Section
from reports.tests.editions import EditionWorld

pytestmark = pytest.mark.django_db

EDITION = "/reports/good-practice/editions/22/"


@pytest.fixture
def world() -> EditionWorld:
    return EditionWorld()


@pytest.fixture
def client(world: EditionWorld) -> Client:
    client = Client()
    client.force_login(world.by)
    return client


# What they cost -----------------------------------------------------------------------------------

COSTS = {
    "report-list": 5,
    "series-new": 2,
    "edition-new": 6,
    "workshop-report": 5,
    "edition-detail": 14,
    "edition-edit": 3,
    "edition-history": 9,
    "edition-history-table": 8,
    "section-detail": 15,
    "section-new": 3,
    "section-edit": 3,
    "section-history": 4,
    "revision-detail": 4,
    "revision-compare": 5,
    "proposal-list": 4,
    "proposal-new": 3,
    "proposal-edit": 3,
    "contribution-list": 8,
    "contribution-table": 4,
    "contribution-mine": 6,
    "contribution-new": 6,
    "contribution-detail": 7,
    "contribution-edit": 5,
    "contribution-submitted": 4,
    "point-list": 7,
    "compilation-detail": 7,
    "edition-exports": 5,
}
OF_THE_FOCAL_POINT = ("contribution-mine", "contribution-edit", "contribution-submitted")


def fill(world: EditionWorld, count: int) -> dict[str, list[Any]]:
    """`count` of each kind that the pages list. Returns: what addresses hold beside the edition."""
    draft, given = [], []
    for number in range(count):
        land = make_administration(f"X{number}")
        make_delegation(world.workshop, land, by=world.by)
        for row in ({"administration": land}, {"administration": world.japan}):
            draft.append(world.add(kind="trend", title=f"D{number}", status="draft", **row))
            row |= {"is_entered": True}
            given.append(world.add(kind="challenge", title=f"S{number}", status="submitted", **row))
        world.add(kind="trend", title=f"U{number}", administration=None, status="submitted")
        point = Point.objects.create(
            group=world.group, kind="trend", text="P", ordinal=9 + number, created_by=world.by
        )
        point.administrations.add(land, world.fiji)
        Proposal.objects.create(
            edition=world.edition, ordinal=9 + number, title=f"P{number}", text="T",
            created_by=world.by,
        )  # fmt: skip
        series = ReportSeries.objects.create(slug=f"series-{number}", title=f"Series {number}")
        Edition.objects.create(
            series=series, number=1, title="First", workshop=world.people.elsewhere
        )
        compile_now(edition=world.edition, by=world.by)
        own = add_section(edition=world.edition, heading=f"Own {number}", by=world.by)
        remove_section(section=own, by=world.by)
        world.add(kind="trend", title=f"N{number}", status="submitted")
    section = world.edition.sections.get(kind="topic", topic=world.topic)
    for number in range(count):
        section.refresh_from_db()
        write_section(
            section=section, heading="H", text=f"T{number}", version=section.version, by=world.by
        )
    return {
        "section": [section.pk],
        "version": [section.pk, 1],
        "proposal": [Proposal.objects.order_by("pk")[0].pk],
        "draft": [draft[1].public_id],
        "given": [given[1].public_id],
    }


def address(name: str, more: dict[str, list[Any]]) -> str:
    edition: list[Any] = ["good-practice", 22]
    args: dict[str, list[Any]] = {
        "contribution-table": [*edition, "json"],
        "edition-history-table": [*edition, "json"],
        "report-list": [],
        "series-new": [],
        "edition-new": ["good-practice"],
        "workshop-report": ["rtc-japan"],
        "section-detail": [*edition, *more["section"]],
        "section-edit": [*edition, *more["section"]],
        "section-history": [*edition, *more["section"]],
        "revision-compare": [*edition, *more["section"]],
        "revision-detail": [*edition, *more["version"]],
        "proposal-edit": [*edition, *more["proposal"]],
        "contribution-detail": [*edition, *more["given"]],
        "contribution-submitted": [*edition, *more["given"]],
        "contribution-edit": [*edition, *more["draft"]],
    }
    return reverse(f"reports:{name}", args=args.get(name, edition))


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", COSTS)
def test_a_page_costs_the_same_for_one_row_and_three(
    world: EditionWorld, client: Client, name: str, count: int, django_assert_num_queries: Any
) -> None:
    url = address(name, fill(world, count))
    if name in OF_THE_FOCAL_POINT:
        client.force_login(world.people.japan_contact)

    with django_assert_num_queries(COSTS[name]):
        response = client.get(url, {"old": 1} if name == "revision-compare" else {})

    assert response.status_code == 200


def test_no_page_costs_more_than_fifteen() -> None:
    assert max(COSTS.values()) <= 15


# From the tab of a workshop -----------------------------------------------------------------------


def tabs(page: str) -> list[str]:
    """The tabs of the page; the current one in brackets."""
    found = re.search(r'<nav class="tabs.*?</nav>', page, re.DOTALL)
    links = re.findall(r"<a [^>]*>.*?</a>", found[0], re.DOTALL) if found else []
    return [
        f"[{words}]" if "aria-current" in link else words
        for link in links
        for words in [unescape(re.sub(r"<[^>]+>", "", link)).strip()]
    ]


def test_a_report_is_started_from_the_workshop_in_two_forms(
    world: EditionWorld, client: Client
) -> None:
    first = client.get(reverse("reports:workshop-report", args=["elsewhere"])).content.decode()
    new = f"{reverse('reports:series-new')}?workshop=elsewhere"
    assert f'href="{new}"' in first

    form = client.get(new).content.decode()
    assert 'value="Good practice report: Training Management"' in form
    assert 'value="good-practice-report-training-management"' in form
    made = client.post(new, {"title": "Atlas", "slug": "atlas"})
    second = client.get(made["Location"]).content.decode()
    assert made["Location"] == "/reports/atlas/editions/new/?workshop=elsewhere"
    assert '<option value="elsewhere" selected>' in second
    assert 'value="Atlas"' in second
    done = client.post(made["Location"], {"title": "Atlas", "workshop": "elsewhere"})
    assert done["Location"] == "/reports/atlas/editions/1/"
    assert Edition.objects.get(series__slug="atlas").workshop == world.people.elsewhere
    last = client.get(done["Location"]).content.decode()
    expected = tabs(first)
    assert "[Report]" in expected
    assert [tabs(page) for page in (form, second, last)] == [expected] * 3


@pytest.mark.parametrize("workshop", ["", "nowhere", "\0", "<b>"])
def test_without_a_workshop_the_forms_are_empty(client: Client, workshop: str) -> None:
    for url in (
        reverse("reports:series-new"),
        reverse("reports:edition-new", args=["good-practice"]),
    ):
        response = client.get(url, {"workshop": workshop})
        page = response.content.decode()
        assert (response.status_code, tabs(page)) == (200, [])
        assert 'href="/reports/">Reports</a>' in page


def test_the_workshop_of_somebody_else_is_not_named(world: EditionWorld) -> None:
    TeamMember.objects.create(
        workshop=world.people.elsewhere, user=world.people.stranger, role="organiser"
    )
    client = Client()
    client.force_login(world.people.stranger)
    url = reverse("reports:edition-new", args=["good-practice"])

    page = client.get(url, {"workshop": "here"}).content.decode()

    assert tabs(page) == []
    assert "Online 2022" not in page


@pytest.mark.parametrize("name", ["compilation-detail", "edition-exports", "proposal-list"])
def test_the_tabs_stay_on_the_pages_of_the_edition(client: Client, name: str) -> None:
    page = client.get(reverse(f"reports:{name}", args=["good-practice", 22])).content.decode()

    assert "[Report]" in tabs(page)


# Proposals and places -----------------------------------------------------------------------------


def acts(page: str, kind: str) -> list[str]:
    """The buttons that move something of a kind: "row up"."""
    found = re.findall(rf'/{kind}s/(\d+)/move/"(.*?)</form>', page, re.DOTALL)
    return [
        f"{row} {way}"
        for row, form in found
        for way in re.findall(r'name="to" value="(\w+)"', form)
    ]


def test_nothing_is_moved_beyond_the_first_and_the_last(
    world: EditionWorld, client: Client
) -> None:
    compile_now(edition=world.edition, by=world.by)
    first, second, *_others, last = world.edition.sections.order_by("ordinal")

    for section, ways in ((first, ["down"]), (second, ["up", "down"]), (last, ["up"])):
        page = client.get(f"{EDITION}sections/{section.pk}/").content.decode()
        assert acts(page, "section") == [f"{section.pk} {way}" for way in ways]

    one = world.edition.proposals.get()
    assert acts(client.get(f"{EDITION}proposals/").content.decode(), "proposal") == []
    two = Proposal.objects.create(
        edition=world.edition, ordinal=2, title="P", text="T", created_by=world.by
    )
    page = client.get(f"{EDITION}proposals/").content.decode()
    assert acts(page, "proposal") == [f"{one.pk} down", f"{two.pk} up"]


def test_a_form_of_a_proposal_leads_back_to_the_proposals(
    world: EditionWorld, client: Client
) -> None:
    for url in ("new/", f"{world.edition.proposals.get().pk}/edit/"):
        page = client.get(f"{EDITION}proposals/{url}").content.decode()
        assert f'href="{EDITION}proposals/">Cancel' in page
    assert f'href="{EDITION}">Cancel' in client.get(f"{EDITION}sections/new/").content.decode()


@pytest.mark.parametrize(("compiled", "what"), [(False, "draft"), (True, "draft again")])
def test_a_new_proposal_says_how_it_gets_printed(
    world: EditionWorld, client: Client, compiled: bool, what: str
) -> None:
    if compiled:
        compile_now(edition=world.edition, by=world.by)
    one = f"{EDITION}proposals/{world.edition.proposals.get().pk}/edit/"

    for url, did in ((f"{EDITION}proposals/new/", "Added"), (one, "Saved")):
        page = client.post(url, {"title": did, "text": "T"}, follow=True).content.decode()
        assert f"{did}. Compile the {what} to print it." in page


# What the draft lacks -----------------------------------------------------------------------------


def test_nobody_is_told_of_an_adoption_that_is_not_there(
    world: EditionWorld, client: Client
) -> None:
    compile_now(edition=world.edition, by=world.by)

    bench, exports = (client.get(url).content.decode() for url in (EDITION, f"{EDITION}exports/"))

    assert "What the draft lacks" in bench
    assert "The text as it stands now. Each page is marked as a draft." in exports
    assert "final" not in bench
    assert "adopted" not in exports


def test_what_stands_in_the_draft_unaccepted_is_said_with_its_link(
    world: EditionWorld, client: Client
) -> None:
    waits = world.add(kind="trend", title="Waits for the reader", status="submitted")
    world.add(kind="trend", title="Accepted", status="accepted")
    world.add(kind="trend", title="Unprinted", status="submitted", attribution="secretariat")
    world.add(kind="trend", title="A draft", status="draft")
    compile_now(edition=world.edition, by=world.by)
    world.add(kind="trend", title="Later, not in the draft", status="submitted")

    bench = client.get(EDITION).content.decode()
    checks = client.get(f"{EDITION}compilation/").content.decode().split('id="lacks"')[1]

    assert "1 contribution is not accepted" in bench
    assert f'<a href="{EDITION}contributions/?status=submitted">Read and accept</a>' in bench
    assert "1 contribution stands in the draft and is not accepted" in checks
    links = re.findall(r'<li><a href="([^"]+)">([^<]+)</a>', checks)
    assert links == [(f"{EDITION}contributions/{waits.public_id}/", "Waits for the reader")]

    accept_contributions(contributions=[waits], by=world.by)
    assert "not accepted" not in client.get(EDITION).content.decode()
    assert "not accepted" not in client.get(f"{EDITION}compilation/").content.decode()


def test_a_section_says_what_it_is_made_of(world: EditionWorld, client: Client) -> None:
    compile_now(edition=world.edition, by=world.by)

    def shown(kind: str) -> str:
        section = Section.objects.get(kind=kind)
        return client.get(f"{EDITION}sections/{section.pk}/").content.decode()

    assert "Made of 1 contribution<" in shown("topic")
    assert "Made of" not in shown("foreword")
    assert "Compiled from the records of the workshop and the report." in shown("foreword")


def test_the_page_counts_what_the_report_is_made_of(world: EditionWorld, client: Client) -> None:
    compile_now(edition=world.edition, by=world.by)
    Contribution.objects.filter(pk=world.practice.pk).update(status="submitted")

    page = client.get(EDITION).content.decode()
    found = re.search(r'<p class="label"><a href=.*?</p>', page, re.DOTALL)

    assert found is not None
    words = unescape(re.sub(r"<[^>]+>", "", found[0])).strip()
    assert words == "2 contributions, 1 to read · 0 points not used · Proposals · History"


# Taking a text with what it was made of -----------------------------------------------------------


def beside(client: Client, section: Section) -> str:
    return client.get(f"{EDITION}sections/{section.pk}/").content.decode()


def titles(page: str, heading: str) -> list[str]:
    """What stands in the list under a heading of the workbench that begins so."""
    found = re.search(rf"<h2[^>]*>{heading}.*?<ul[^>]*>(.*?)</ul>", page, re.DOTALL)
    return re.findall(r"<li>(.*?)<br>", found[1]) if found else []


def test_the_offered_text_is_taken_with_its_sources(world: EditionWorld, client: Client) -> None:
    compile_now(edition=world.edition, by=world.by)
    section = Section.objects.get(kind="topic", topic=world.topic)
    words = {"heading": section.heading, "text": f"By hand.\n\n{section.text}"}
    section = write_section(section=section, **words, version=1, by=world.by)
    world.add(kind="trend", title="News", background="Video calls grew.", status="submitted")
    compile_now(edition=world.edition, by=world.by)
    kept = beside(client, section)
    assert titles(kept, "Made of 1 contribution") == ["Trainers lack time."]
    assert titles(kept, "Not used yet") == ["News"]

    client.post(f"{EDITION}sections/{section.pk}/versions/3/restore/")

    taken = beside(client, section)
    assert titles(taken, "Made of 2 contributions") == ["Trainers lack time.", "News"]
    assert "Not used yet" not in taken
    paragraph = re.search(r'<div class="para">\s*<p>Video calls grew.*?</div>', taken, re.DOTALL)
    assert paragraph is not None
    assert ">Contribution</a>" in paragraph[0]

    client.post(f"{EDITION}sections/{section.pk}/versions/2/restore/")

    back = beside(client, section)
    assert titles(back, "Made of 1 contribution") == ["Trainers lack time."]
    assert titles(back, "Not used yet") == ["News"]


def test_the_fingerprint_of_a_version_is_folded_away(world: EditionWorld, client: Client) -> None:
    compile_now(edition=world.edition, by=world.by)
    revision = Section.objects.get(kind="topic").revisions.get()

    page = client.get(f"{EDITION}sections/{revision.section_id}/versions/1/").content.decode()

    folded = re.search(r'<details class="label">.*?</details>', page, re.DOTALL)
    assert folded is not None
    assert "<summary>Fingerprint of this text</summary>" in folded[0]
    assert f"<code>{revision.sha256}</code>" in folded[0]
    assert page.count(revision.sha256) == 1
