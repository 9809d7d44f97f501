"""The public page and its calendar file: what they show, to whom, at what cost."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from i18nfield.strings import LazyI18nString
from icalendar import Calendar

from events.actions.sessions import edit_session, move_session
from events.actions.workshops import edit_workshop
from events.models import Mandate, Organiser, SessionInstrument, SessionSpeaker, Workshop
from events.tabs import PublicAction, PublicPart
from events.tests.worlds import (
    at,
    client_of,
    english,
    make_administration,
    make_instrument,
    make_material,
    make_person,
    make_secretariat,
    make_session,
    make_speaker,
    make_workshop,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_parts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Upper apps test what they add. Nothing is kept from another test."""
    monkeypatch.setattr("events.views.public.PUBLIC_PARTS", [])
    monkeypatch.setattr("events.views.public.PUBLIC_ACTIONS", [])
    cache.clear()


def url(workshop: Workshop, query: str = "") -> str:
    return reverse("events:workshop-detail", args=[workshop.slug]) + query


def text(workshop: Workshop, query: str = "", **headers: str) -> str:
    response = Client().get(url(workshop, query), headers=headers)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def make_full_workshop(sessions: int = 1) -> Workshop:
    workshop = make_workshop(
        title=english("Training Management"),
        summary=english("Three mornings."),
        join_url="https://secret.example/call",
    )
    for name, role in (("ROCB A/P", "organiser"), ("the WCO Secretariat", "co_organiser")):
        Organiser.objects.create(
            workshop=workshop, administration=make_administration(name=name), role=role
        )
    Mandate.objects.create(workshop=workshop, meeting="19th Meeting", decided_in="October 2021")
    for number in range(sessions):
        session = make_session(
            workshop, starts_at=at(9, day=number % 3), ends_at=at(10, day=number % 3)
        )
        speaker = make_speaker(workshop, accreditation="ACE, HRMD", biography=english("An expert."))
        SessionSpeaker.objects.create(session=session, speaker=speaker)
        SessionInstrument.objects.create(session=session, instrument=make_instrument())
        make_material(session, make_person())
    return workshop


def test_it_says_what_when_where_by_whom_and_why() -> None:
    workshop = make_full_workshop()
    page = text(workshop)
    session = workshop.sessions.get()
    instrument = session.session_instruments.get().instrument
    material = session.materials.get()
    for words in (
        "Training Management</h1>",
        "Three mornings.",
        "Online; the link is on your own page",
        "ROCB A/P in cooperation with the WCO Secretariat",
        "the decision of the 19th Meeting, October 2021",
        str(session.title),
        "Tuesday 24 May 2022",
        "<b>09:00</b>",
        workshop.speakers.get().full_name,
        "ACE, HRMD",
        "An expert.",
        instrument.title,
        material.title,
        "desk@rocb.example",
    ):
        assert words in page, words
    assert "secret.example" not in page


@pytest.mark.parametrize("person", ["visitor", "stranger", "secretariat"])
def test_a_draft_is_404(person: str) -> None:
    workshop = make_workshop(status="draft")
    user = {"visitor": None, "stranger": make_person(), "secretariat": make_secretariat()}[person]
    assert client_of(user).get(url(workshop)).status_code == 404
    ics = reverse("events:workshop-calendar", args=[workshop.slug])
    assert client_of(user).get(ics).status_code == 404


@pytest.mark.parametrize(
    ("format_", "shown", "hidden"),
    [
        ("online", [], ["Kashiwa", "By train."]),
        ("on_site", ["Kashiwa", "By train."], ["the link is on"]),
        ("hybrid", ["Kashiwa", "By train.", "the link is on"], []),
    ],
)
def test_the_format_decides_about_travel(format_: str, shown: list[str], hidden: list[str]) -> None:
    page = text(
        make_workshop(format=format_, venue="Kashiwa", travel_information=english("By train."))
    )
    assert [words for words in shown if words not in page] == []
    assert [words for words in hidden if words in page] == []


def test_materials_of_narrower_audiences_are_not_named() -> None:
    workshop = make_full_workshop()
    session = workshop.sessions.get()
    make_material(session, make_person(), audience="participants", title="For participants")
    make_material(session, make_person(), audience="focal_points", title="For focal points")
    page = text(workshop)
    assert "For participants" not in page
    assert "For focal points" not in page


def test_a_visitor_chooses_a_zone_and_the_address_keeps_it() -> None:
    workshop = make_full_workshop()
    page = text(workshop, "?zone=Pacific/Fiji")
    assert "<b>14:00</b>" in page
    assert "<span>09:00</span>" in page
    assert "<b>Suva</b> <span>Bangkok</span>" in page
    assert '<option value="Pacific/Fiji" selected>Suva, UTC+12</option>' in page


def test_days_follow_the_zone_of_the_reader() -> None:
    workshop = make_workshop()
    make_session(workshop, starts_at=at(20), ends_at=at(21))
    assert "Wednesday 25 May 2022" in text(workshop, "?zone=Pacific/Fiji")
    assert "Tuesday 24 May 2022" in text(workshop)


@pytest.mark.parametrize(
    "zone", ["", "Mars/Base", "../../etc/passwd", "<script>", "\0", "localtime"]
)
def test_an_unknown_zone_is_the_workshop_s(zone: str) -> None:
    workshop = make_full_workshop()
    response = Client().get(url(workshop), {"zone": zone})
    assert response.status_code == 200
    assert "<script>" not in response.content.decode()
    assert "<b>Bangkok</b>" in response.content.decode()


def test_an_agenda_over_the_change_to_winter_time_is_right_on_both_days() -> None:
    """Auckland leaves summer time on 5 April 2026: 09:00 in Bangkok is 15:00, then 14:00."""
    first = date(2026, 4, 4)
    workshop = make_workshop(starts_on=first, ends_on=first + timedelta(days=1))
    for day in (0, 1):
        start = at(9, day=day, workshop=workshop)
        make_session(workshop, starts_at=start, ends_at=start + timedelta(hours=1))
    page = text(workshop, "?zone=Pacific/Auckland")
    assert page.index("<b>15:00</b>") < page.index("<b>14:00</b>")


def test_the_language_comes_from_address_or_browser_and_what_is_missing_is_said() -> None:
    workshop = make_workshop(title=LazyI18nString({"en": "Training", "fr": "Formation"}))
    assert '<html lang="fr"' in text(workshop, "?language=fr")
    assert "Formation</h1>" in text(workshop, **{"Accept-Language": "fr-CA, en;q=0.5"})
    chinese = text(workshop, "?language=zh-hans")
    assert '<span lang="en">Training</span></h1>' in chinese
    assert 'class="fallback"' in chinese
    assert '<html lang="en"' in text(workshop, "?language=xx")


def test_each_address_keeps_its_own_choice_and_nobody_else_s() -> None:
    """Zone and language of these pages are the same; what their links and forms carry on is not."""
    workshop = make_full_workshop()
    french = {"Accept-Language": "fr"}
    asked_language = '<input type="hidden" name="language" value="fr">'
    asked_zone = '<a href="?language=en&amp;zone=Asia/Bangkok"'

    def kept(query: str) -> tuple[bool, bool]:
        page = text(workshop, query, **french)
        return asked_language in page, asked_zone in page

    assert kept("?zone=Nowhere&language=xx") == (False, False)
    assert kept("") == (False, False)
    assert kept("?language=fr") == (True, False)
    assert kept("?zone=Asia/Bangkok") == (False, True)
    assert kept("?language=fr&zone=Asia/Bangkok") == (True, True)
    assert kept("") == (False, False)


def test_it_varies_on_no_cookie_and_sets_none() -> None:
    workshop = make_full_workshop()
    visitor, person = Client(), client_of(make_person(language="fr", time_zone="Asia/Tokyo"))
    one, other = visitor.get(url(workshop)), person.get(url(workshop))
    assert one.content == other.content
    assert one["Vary"] == "Accept-Language"
    assert other["Vary"] == "Accept-Language"
    assert not one.cookies


def test_who_has_the_page_gets_304_until_it_changes() -> None:
    workshop = make_full_workshop()
    first = Client().get(url(workshop))
    same = Client().get(url(workshop), headers={"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    edit_session(session=workshop.sessions.get(), by=make_person(), title="Renamed")
    changed = Client().get(url(workshop), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "Renamed" in changed.content.decode()


def test_the_answer_to_nominations_follows_the_clock_not_the_cache() -> None:
    workshop = make_workshop(
        status="nominations_open", nominations_close_at=timezone.now() + timedelta(hours=1)
    )
    assert "Nominations" in text(workshop)
    Workshop.objects.update(nominations_close_at=timezone.now() - timedelta(seconds=1))
    assert "Nominations" not in text(workshop)


@pytest.mark.parametrize("sessions", [1, 3])
def test_the_page_costs_eight_queries_at_most_and_one_where_it_is_kept(
    sessions: int, django_assert_num_queries: Any
) -> None:
    workshop = make_full_workshop(sessions)
    Client().get(url(workshop))
    Workshop.objects.update(version=99)
    with django_assert_num_queries(7):
        Client().get(url(workshop))
    with django_assert_num_queries(1):
        Client().get(url(workshop))


def test_a_cancelled_workshop_says_so_and_why() -> None:
    page = text(make_workshop(status="cancelled", ended_reason="A storm."))
    assert "Cancelled.</b> A storm." in page


def test_the_series_stands_on_the_rail_without_drafts_and_cancelled_ones() -> None:
    workshop = make_workshop(short_title=english("Online"))
    for status, name in (("concluded", "Japan"), ("draft", "Secret"), ("cancelled", "Storm")):
        make_workshop(series=workshop.series, status=status, short_title=english(name))
    page = text(workshop)
    assert "Japan" in page
    assert "Secret" not in page
    assert "Storm" not in page


def test_upper_apps_add_sections_and_buttons(monkeypatch: pytest.MonkeyPatch) -> None:
    part = PublicPart(
        name="themes", title="Themes", text="Why & how", items=[("Training <b>", "/t/")]
    )
    action = PublicAction(label="Register", url="/register/")
    monkeypatch.setattr("events.views.public.PUBLIC_PARTS", [(1, lambda workshop: [part])])
    monkeypatch.setattr("events.views.public.PUBLIC_ACTIONS", [(1, lambda w, now: action)])
    page = text(make_workshop())
    assert (
        '<p>Why &amp; how</p><ul class="rows"><li><a href="/t/">Training &lt;b&gt;</a></li>' in page
    )
    assert '<a class="btn btn-primary btn-lg" href="/register/">Register</a>' in page


def test_what_people_type_is_escaped() -> None:
    evil = "<script>alert(1)</script>"
    workshop = make_workshop(title=english(evil), summary=english(evil), contact_name=evil)
    session = make_session(workshop, title=english(evil), description=english(evil))
    speaker = make_speaker(workshop, family_name=evil, biography=english(evil))
    SessionSpeaker.objects.create(session=session, speaker=speaker)
    assert evil not in text(workshop)


def test_the_own_zone_is_one_link_away() -> None:
    workshop = make_workshop()
    person = make_person(time_zone="Asia/Tokyo", language="fr")
    own = reverse("events:workshop-own-zone", args=[workshop.slug])
    response = client_of(person).get(own)
    assert response["Location"] == f"{url(workshop)}?zone=Asia%2FTokyo&language=fr"
    assert client_of(None).get(own).status_code == 302


# The calendar file --------------------------------------------------------------------------------


def calendar(workshop: Workshop) -> Any:
    response = Client().get(reverse("events:workshop-calendar", args=[workshop.slug]))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content)


def events_of(workshop: Workshop) -> list[Any]:
    return list(calendar(workshop).walk("VEVENT"))


def test_the_calendar_holds_each_session_without_its_join_link() -> None:
    workshop = make_full_workshop(3)
    found = events_of(workshop)
    sessions = list(workshop.sessions.order_by("starts_at", "pk"))
    assert [event.decoded("dtstart") for event in found] == [s.starts_at for s in sessions]
    assert [event.decoded("dtend") for event in found] == [s.ends_at for s in sessions]
    assert [str(event["uid"]) for event in found] == [
        f"{session.public_id}@testserver" for session in sessions
    ]
    assert {str(event["status"]) for event in found} == {"CONFIRMED"}
    assert b"secret.example" not in calendar(workshop).to_ical()


def test_a_moved_session_keeps_its_uid_and_raises_its_sequence() -> None:
    workshop = make_full_workshop()
    (before,) = events_of(workshop)
    move_session(session=workshop.sessions.get(), starts_at=at(14), by=make_person())
    (after,) = events_of(workshop)
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after.decoded("dtstart") == at(14)


def test_a_moved_workshop_moves_its_calendar() -> None:
    workshop = make_full_workshop()
    edit_workshop(
        workshop=workshop,
        by=make_person(),
        starts_on=workshop.starts_on + timedelta(days=7),
        ends_on=workshop.ends_on + timedelta(days=7),
    )
    (event,) = events_of(workshop)
    assert (event.decoded("dtstart"), event["sequence"]) == (at(9, day=7), 1)


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_what_does_not_take_place_is_cancelled_in_calendars(status: str) -> None:
    workshop = make_workshop(status=status)
    make_session(workshop)
    assert [str(event["status"]) for event in events_of(workshop)] == ["CANCELLED"]


def test_no_title_can_add_a_line_to_the_calendar() -> None:
    workshop = make_workshop()
    evil = "Opening\r\nATTACH:https://evil.example\nBEGIN:VALARM"
    make_session(workshop, title=english(evil), description=english(evil), venue="a;b,c\nX-EVIL:1")
    lines = calendar(workshop).to_ical().decode().replace("\r\n ", "").split("\r\n")
    names = {line.split(":")[0].split(";")[0] for line in lines if line}
    assert names & {"ATTACH", "X-EVIL"} == set()
    assert len(events_of(workshop)) == 1
    assert "BEGIN:VALARM" not in lines
