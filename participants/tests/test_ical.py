"""Calendar files: one UID for ever, a rising sequence, cancelled once it ended; read without signing in."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone
from i18nfield.strings import LazyI18nString
from icalendar import Calendar

from events.models import Workshop
from participants import ical, tabs
from participants.actions.changes import replace_registration, withdraw_registration
from participants.actions.nominations import Nominee
from participants.actions.registrations import approve_registration
from participants.models import Registration
from participants.tests.test_home import make_session
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.mail.delivery import send_due

Status = Registration.Status
MORNING = datetime(2026, 5, 24, 2, 0, tzinfo=UTC)


def events_of(content: bytes) -> list[dict[str, Any]]:
    calendar = Calendar.from_ical(content)
    return [
        {
            "uid": str(event["uid"]),
            "sequence": int(event["sequence"]),
            "status": str(event["status"]),
            "start": event["dtstart"].dt,
            "summary": str(event["summary"]),
            "url": str(event.get("url", "")),
        }
        for event in calendar.walk("VEVENT")
    ]


@pytest.fixture
def ana(world: World) -> Registration:
    world.here.join_url = "https://join.example/all"
    world.here.save()
    return make_registration(world.fiji, status=Status.CONFIRMED)


def read(client: Client, registration: Registration) -> list[dict[str, Any]]:
    response = client.get(f"/calendar/{registration.calendar_token}.ics")
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return events_of(response.content)


def test_a_moved_session_keeps_its_uid_and_raises_the_sequence(
    ana: Registration, client: Client
) -> None:
    session = make_session(ana.workshop, MORNING, title="Opening")
    [before] = read(client, ana)
    session.starts_at += timedelta(hours=1)
    session.ends_at += timedelta(hours=1)
    session.revision += 1
    session.save()
    [after] = read(client, ana)

    assert (after["uid"], after["sequence"]) == (before["uid"], before["sequence"] + 1)
    assert (before["start"], after["start"]) == (MORNING, MORNING + timedelta(hours=1))
    assert (before["status"], before["url"]) == ("CONFIRMED", "https://join.example/all")


def test_withdrawal_cancels_with_a_higher_sequence_and_no_link(
    world: World, ana: Registration, client: Client
) -> None:
    make_session(ana.workshop, MORNING)
    [before] = read(client, ana)

    withdraw_registration(registration=ana, by=world.fiji_contact)

    [after] = read(client, ana)
    assert (after["uid"], after["status"]) == (before["uid"], "CANCELLED")
    assert after["sequence"] > before["sequence"]
    assert "join.example" not in after["url"]


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_what_does_not_take_place_leaves_the_calendar_with_its_link(
    ana: Registration, client: Client, status: str
) -> None:
    make_session(ana.workshop, MORNING)
    Workshop.objects.update(status=status)

    [event] = read(client, ana)

    assert (event["status"], "join.example" in event["url"]) == ("CANCELLED", False)


def test_a_substitute_has_an_own_feed(world: World, ana: Registration, client: Client) -> None:
    make_session(ana.workshop, MORNING)

    new = replace_registration(
        registration=ana, person=Nominee(email="new@fiji.example"), by=world.fiji_contact
    )

    assert [event["status"] for event in read(client, ana)] == ["CANCELLED"]
    assert [event["status"] for event in read(client, new)] == ["CONFIRMED"]


def test_the_own_group_is_in_the_feed(
    ana: Registration, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_session(ana.workshop, MORNING, title="Round 1")
    detail = tabs.SessionDetail(text="group 3", join_url="https://join.example/3")
    monkeypatch.setattr(tabs, "SESSION_DETAILS", [lambda _row, _sessions: {session.pk: detail}])

    [event] = read(client, ana)

    assert (event["summary"], event["url"]) == ("Round 1: group 3", "https://join.example/3")


def test_the_feed_is_in_the_person_s_language(
    ana: Registration, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_session(ana.workshop, MORNING)
    session.title = LazyI18nString({"en": "Opening", "fr": "Ouverture"})
    session.save()
    type(ana.user).objects.filter(pk=ana.user_id).update(language="fr")

    response = client.get(f"/calendar/{ana.calendar_token}.ics", headers={"Accept-Language": "en"})

    assert [event["summary"] for event in events_of(response.content)] == ["Ouverture"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd"])
def test_only_web_addresses_become_links(ana: Registration, client: Client, url: str) -> None:
    make_session(ana.workshop, MORNING, join_url=url)

    [event] = read(client, ana)

    assert event["url"].startswith("http")


def test_only_the_own_workshop_is_in_it(world: World, ana: Registration, client: Client) -> None:
    make_session(world.elsewhere, MORNING)

    assert read(client, ana) == []


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "..%2f"])
def test_an_unknown_address_is_not_found(world: World, client: Client, token: str) -> None:
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_a_draft_is_not_read(ana: Registration, client: Client) -> None:
    Workshop.objects.update(status=Workshop.Status.DRAFT, published_at=None, published_by=None)

    assert client.get(f"/calendar/{ana.calendar_token}.ics").status_code == 404


# In mails -----------------------------------------------------------------------------------------


def attached(message: EmailMessage) -> Calendar:
    [(_name, content, kind)] = message.attachments  # type: ignore[attr-defined]  # Django's own
    assert kind.startswith("text/calendar")
    return Calendar.from_ical(content)


def test_the_invitation_and_its_cancellation_are_one_event(world: World) -> None:
    row = make_registration(world.fiji, user=make_person("ana@fiji.example", family_name='V"\r\nX'))
    approve_registration(registration=row, by=world.secretariat)
    send_due()
    withdraw_registration(registration=row, by=world.secretariat)
    send_due()

    asked, ended = [attached(message) for message in outbox.outbox]

    [first], [second] = asked.walk("VEVENT"), ended.walk("VEVENT")
    assert (str(asked["method"]), str(ended["method"])) == ("REQUEST", "CANCEL")
    assert first["uid"] == second["uid"]
    assert (int(first["sequence"]), int(second["sequence"])) == (0, 1)
    assert str(first["attendee"]) == "mailto:ana@fiji.example"
    assert first["dtend"].dt == world.here.ends_on + timedelta(days=1)


def test_hostile_names_stay_on_their_line(world: World) -> None:
    person = make_person("ana@fiji.example", given_name="A\r\nX-EVIL:1", family_name="B;C:D,E")
    row = make_registration(world.fiji, user=person, status=Status.APPROVED)

    content = ical.invitation(row, now=timezone.now())

    assert b"\r\nX-EVIL" not in content
    assert len(Calendar.from_ical(content).walk("VEVENT")) == 1


def test_an_invitation_names_an_organiser_also_without_a_contact(
    world: World, settings: Any
) -> None:
    settings.DEFAULT_FROM_EMAIL = "Workshop Portal <desk@portal.example>"
    row = make_registration(world.fiji, status=Status.APPROVED)

    def organiser() -> str:
        [event] = Calendar.from_ical(ical.invitation(row, now=timezone.now())).walk("VEVENT")
        return str(event["organizer"])

    assert organiser() == "mailto:desk@rocb.example"
    row.workshop.contact_email = ""
    assert organiser() == "mailto:desk@portal.example"
