"""A speaker or an instrument made from a session's page has its place in that session, and leads back there."""

from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from events.models import Instrument, Session, Speaker
from events.tests.worlds import World, actions_on_record, client_of, make_session, make_workshop

pytestmark = pytest.mark.django_db
SPEAKER = {"given_name": "Hua", "family_name": "Tong"}
GUIDE = {"title": "Guide to HRM", "is_active": "on"}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def session(world: World) -> Session:
    return make_session(world.here)


def page_of(session: Session) -> str:
    return reverse("events:session-detail", args=[session.workshop.slug, session.public_id])


def new(name: str, *args: str, session: Any = None) -> str:
    address = reverse(f"events:{name}-new", args=args)
    return f"{address}?session={session}" if session else address


def test_a_speaker_gets_a_part(world: World, session: Session) -> None:
    client = client_of(world.organiser)
    url = new("speaker", "here", session=session.public_id)
    assert url in client.get(page_of(session)).content.decode()
    assert page_of(session) in client.get(url).content.decode()

    response = client.post(url, SPEAKER)

    assert response["Location"] == page_of(session)
    assert [(part.speaker.family_name, part.role) for part in session.session_speakers.all()] == [
        ("Tong", "speaker")
    ]
    assert actions_on_record() == ["events.speaker_added", "events.speaker_assigned"]


def test_an_instrument_is_introduced(world: World, session: Session) -> None:
    client = client_of(world.secretariat)
    url = new("instrument", session=session.public_id)
    body = client.get(page_of(session)).content.decode()
    assert (url in body, reverse("events:instrument-list") in body) == (True, True)

    response = client.post(url, GUIDE)

    assert response["Location"] == page_of(session)
    assert [link.instrument.title for link in session.session_instruments.all()] == ["Guide to HRM"]
    assert actions_on_record() == ["events.instrument_added", "events.instrument_attached"]


def test_an_organiser_is_told_who_adds_instruments(world: World, session: Session) -> None:
    body = client_of(world.organiser).get(page_of(session)).content.decode()
    assert "The library has no other instrument. The secretariat adds to it." in body
    assert new("instrument") not in body


@pytest.mark.parametrize("asked", ["x", "\0", "1", str(UUID(int=0))])
def test_what_is_no_session_is_404(world: World, asked: str) -> None:
    client = client_of(world.secretariat)
    for url, data in ((new("speaker", "here"), SPEAKER), (new("instrument"), GUIDE)):
        assert client.get(url, {"session": asked}).status_code == 404
        assert client.post(f"{url}?session={asked}", data).status_code == 404
    assert (Speaker.objects.count(), Instrument.objects.count()) == (0, 0)


def test_nobody_writes_into_the_session_of_another_workshop(world: World) -> None:
    other = make_session(world.elsewhere)
    refused = client_of(world.organiser).post(
        new("speaker", "here", session=other.public_id), SPEAKER
    )
    told = client_of(world.secretariat).post(
        new("speaker", "here", session=other.public_id), SPEAKER
    )
    assert (refused.status_code, told.status_code, Speaker.objects.count()) == (404, 422, 0)


def test_all_or_nothing_where_the_workshop_is_over(world: World) -> None:
    session = make_session(make_workshop(status="archived"))
    response = client_of(world.secretariat).post(
        new("instrument", session=session.public_id), GUIDE
    )
    assert (response.status_code, Instrument.objects.count()) == (422, 0)
