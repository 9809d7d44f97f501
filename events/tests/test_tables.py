"""The lists of a workshop as files: what the page shows, nothing of another workshop, no formula."""

from typing import Any

import pytest

from events.models import Session, SessionSpeaker
from events.tests.worlds import (
    World,
    at,
    client_of,
    make_administration,
    make_instrument,
    make_material,
    make_session,
    make_speaker,
)
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import record
from workshop_portal.templatetags.portal import FORMATS

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def read(by: User, path: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client_of(by).get(path).json()
    return rows


def test_the_agenda(world: World) -> None:
    session = make_session(
        world.here, title="=Opening", kind=Session.Kind.OPENING, venue="Hall", starts_at=at(7)
    )
    speaker = make_speaker(world.here, given_name="Hua", family_name="Tong")
    SessionSpeaker.objects.create(session=session, speaker=speaker, role="chair")
    session.session_instruments.create(instrument=make_instrument(title="Guide"))
    make_material(session, world.organiser)
    make_session(world.here, title="Later", starts_at=at(11), ends_at=at(12))
    make_session(world.elsewhere, title="Not ours")

    found = read(world.organiser, "/workshops/here/agenda.json")
    text = client_of(world.organiser).get("/workshops/here/agenda.csv").getvalue().decode()

    assert found[0] == {
        "Starts, Bangkok": "2022-05-24 07:00",
        "Ends, Bangkok": "2022-05-24 10:00",
        "Minutes": 180,
        "Session": "=Opening",
        "Kind": "Opening",
        "Format": "Online",
        "Room": "Hall",
        "Speakers": "Hua Tong (Chair)",
        "Instruments": "Guide",
        "Materials": 1,
    }
    assert [row["Session"] for row in found[1:]] == [str(world.session.title), "Later"]
    assert ('"\'=Opening"' in text, "Not ours" in text) == (True, False)


def test_the_speakers(world: World) -> None:
    speaker = make_speaker(
        world.here,
        given_name="Hua",
        family_name="Tong",
        position="=1+1",
        administration=make_administration(name="Fiji"),
        accreditation="ACE",
        is_resource_person=True,
    )
    session = make_session(world.here, title="Opening")
    SessionSpeaker.objects.create(session=session, speaker=speaker, role="presenter")
    make_speaker(world.elsewhere, family_name="Foreign")

    text = client_of(world.organiser).get("/workshops/here/speakers.csv").getvalue().decode()

    assert read(world.organiser, "/workshops/here/speakers.json") == [
        {
            "Speaker": "Hua Tong",
            "Position": "=1+1",
            "Administration": "Fiji",
            "Accreditation": "ACE",
            "Resource person": "Yes",
            "Parts": "Opening (Presenter)",
        }
    ]
    assert ('"\'=1+1"' in text, "Foreign" in text) == (True, False)


def test_the_instruments(world: World) -> None:
    used = make_instrument(title="=Guide", year=2019, edition="2nd", url="https://x.example/")
    make_instrument(title="Old", is_active=False)
    make_session(world.here).session_instruments.create(instrument=used)

    text = client_of(world.secretariat).get("/instruments.csv").getvalue().decode()

    assert read(world.secretariat, "/instruments.json") == [
        {
            "Title": "=Guide",
            "Edition": "2nd",
            "Year": 2019,
            "Link": "https://x.example/",
            "Introduced in": world.here.name,
            "State": "Offered",
        },
        {
            "Title": "Old",
            "Edition": "",
            "Year": "",
            "Link": "",
            "Introduced in": "",
            "State": "Not offered",
        },
    ]
    assert '"\'=Guide"' in text


def test_the_history_as_filtered_and_of_all_pages(world: World) -> None:
    for n in range(60):
        changes: dict[str, Any] = {"venue": (f"Hall {n}", f"=Hall {n + 1}")}
        record(
            "events.workshop_edited",
            by=world.organiser,
            target=world.here,
            context=world.here,
            changes=changes,
        )
    record("events.workshop_published", by=world.secretariat, target=world.here, context=world.here)
    record(
        "events.workshop_edited",
        by=world.organiser,
        target=world.elsewhere,
        context=world.elsewhere,
    )
    query = f"?what=act:events.workshop_edited&who={world.organiser.pk}"

    client = client_of(world.organiser)
    page = client.get(f"/workshops/here/history/{query}").context["history"]
    rows = read(world.organiser, f"/workshops/here/history.json{query}")

    assert (page.page.paginator.count, len(rows)) == (60, 60)
    told = [
        (line.actor, line.sentence, [str(each) for each in line.changes]) for line in page.lines
    ]
    assert [(row["Who"], row["What"], [row["Changes"]]) for row in rows[:50]] == told
    everything = read(world.organiser, "/workshops/here/history.json")
    assert len(everything) == 61


def test_the_links_follow_the_filter(world: World) -> None:
    client = client_of(world.organiser)
    make_session(world.here)
    part = client.get("/workshops/here/history/?since=2022-05-24", headers={"HX-Request": "true"})
    shown = [(f"/workshops/here/history.{each}?since=2022-05-24" in part.text) for each in FORMATS]
    assert ("hx-swap-oob" in part.text, shown) == (True, [True] * 3)
    agenda = client.get("/workshops/here/agenda/").text
    assert [f'href="/workshops/here/agenda.{each}"' in agenda for each in FORMATS] == [True] * 3


@pytest.mark.parametrize("name", ["agenda", "speakers", "history"])
def test_who_gets_a_file_of_a_workshop(world: World, name: str) -> None:
    answers = {
        (who, slug, each): client_of(person).get(f"/workshops/{slug}/{name}.{each}").status_code
        for who, person in (("stranger", world.stranger), ("organiser", world.organiser))
        for slug in ("here", "elsewhere")
        for each in (*FORMATS, "pdf")
    }
    open_to_all = {key for key, status in answers.items() if status == 200}
    assert open_to_all == {("organiser", "here", each) for each in FORMATS}
    assert {status for status in answers.values() if status != 200} == {404}
