"""Reading agendas: days, totals, clashes, and the number of queries."""

from datetime import date
from typing import Any

import pytest

from events.models import Mandate, Session, SessionSpeaker, Workshop
from events.queries import (
    days_of,
    get_next_start,
    list_checks,
    list_clashes,
    list_days,
    list_introduced,
    list_sessions,
    list_speaking,
    list_workshops_for,
)
from events.tests.worlds import (
    FIRST_DAY,
    World,
    at,
    english,
    make_administration,
    make_instrument,
    make_material,
    make_person,
    make_session,
    make_speaker,
    make_workshop,
    make_zone,
)

pytestmark = pytest.mark.django_db


def clashes(workshop: Workshop) -> list[tuple[str, list[Session]]]:
    sessions = list_sessions(workshop, user=make_person())
    return [(clash.kind, clash.sessions) for clash in list_clashes(workshop, sessions)]


def give_part(session: Session, speaker: Any) -> None:
    SessionSpeaker.objects.create(session=session, speaker=speaker)


def test_a_good_agenda_has_no_clash() -> None:
    workshop = make_workshop()
    opening = make_session(workshop, kind="opening")
    give_part(opening, make_speaker(workshop))
    make_session(workshop, starts_at=at(10), ends_at=at(11))
    make_session(workshop, kind="closing", starts_at=at(9, day=2), ends_at=at(10, day=2))
    give_part(workshop.sessions.get(kind="closing"), make_speaker(workshop))
    assert clashes(workshop) == []


def test_sessions_that_overlap_are_named_both() -> None:
    workshop = make_workshop()
    first = make_session(workshop, ends_at=at(11))
    second = make_session(workshop, starts_at=at(10), ends_at=at(12))
    make_session(workshop, starts_at=at(12), ends_at=at(13))
    assert clashes(workshop) == [("overlap", [first, second])]


def test_a_long_session_overlaps_every_one_inside() -> None:
    workshop = make_workshop()
    long = make_session(workshop, ends_at=at(12))
    inside = make_session(workshop, starts_at=at(9, 30), ends_at=at(10))
    later = make_session(workshop, starts_at=at(11), ends_at=at(11, 30))
    assert clashes(workshop) == [("overlap", [long, inside]), ("overlap", [long, later])]


def test_a_speaker_in_two_places_is_double_booked_though_listed_twice() -> None:
    workshop = make_workshop()
    first, second = make_session(workshop), make_session(workshop, starts_at=at(9, 30))
    person = make_person()
    give_part(first, make_speaker(workshop, user=person))
    give_part(second, make_speaker(workshop, user=person))
    assert clashes(workshop) == [("speaker", [first, second]), ("overlap", [first, second])]
    words = list_clashes(workshop, list_sessions(workshop, user=person))[0].words
    assert words.startswith("Hua Tong")
    assert str(first.title) in words
    assert str(second.title) in words


@pytest.mark.parametrize(
    ("kind", "is_clash"),
    [
        ("opening", True),
        ("instrument_briefing", True),
        ("member_presentation", True),
        ("rtc_presentation", True),
        ("closing", True),
        ("discussion", False),
        ("breakout", False),
        ("report_back", False),
        ("break", False),
    ],
)
def test_where_somebody_should_speak_somebody_does(kind: str, is_clash: bool) -> None:
    workshop = make_workshop()
    session = make_session(workshop, kind=kind)
    assert clashes(workshop) == ([("nobody", [session])] if is_clash else [])


@pytest.mark.parametrize(
    ("start", "end", "is_outside"),
    [
        (at(9, day=-1), at(10, day=-1), True),
        (at(9, day=3), at(10, day=3), True),
        (at(23, day=2), at(1, day=3), True),
        (at(23, day=2), at(0, day=3), False),
        (at(0), at(1), False),
    ],
)
def test_sessions_lie_inside_the_days(start: Any, end: Any, is_outside: bool) -> None:
    workshop = make_workshop()
    session = make_session(workshop, starts_at=start, ends_at=end)
    assert clashes(workshop) == ([("outside", [session])] if is_outside else [])


def test_a_day_counts_its_minutes_without_breaks() -> None:
    workshop = make_workshop()
    make_session(workshop, ends_at=at(9, 50))
    make_session(workshop, kind="break", starts_at=at(9, 50), ends_at=at(10, 5))
    make_session(workshop, starts_at=at(9, day=1), ends_at=at(9, 30, day=1))
    days = days_of(list_sessions(workshop, user=make_person()), workshop.zone)
    assert [(each.day, each.minutes, each.pause_minutes) for each in days] == [
        (FIRST_DAY, 50, 15),
        (date(2022, 5, 25), 30, 0),
    ]


def test_days_are_parted_by_the_midnight_of_the_zone() -> None:
    workshop = make_workshop()
    make_session(workshop, starts_at=at(18), ends_at=at(18, 30))  # 23:00 in Fiji
    make_session(workshop, starts_at=at(20), ends_at=at(20, 30))  # 01:00 in Fiji
    sessions = list_sessions(workshop, user=make_person())
    assert [each.day.day for each in days_of(sessions, workshop.zone)] == [24]
    assert [each.day.day for each in days_of(sessions, make_zone("Pacific/Fiji"))] == [24, 25]


def test_the_next_session_begins_where_the_last_one_ends() -> None:
    workshop = make_workshop()
    make_session(workshop, ends_at=at(10, 40))
    assert get_next_start(workshop, FIRST_DAY) == at(10, 40)
    assert get_next_start(workshop, date(2022, 5, 25)) is None
    assert list_days(workshop) == [date(2022, 5, n) for n in (24, 25, 26)]


def fill(workshop: Workshop, count: int) -> None:
    for hour in range(count):
        session = make_session(workshop, starts_at=at(9 + hour), ends_at=at(10 + hour))
        give_part(session, make_speaker(workshop))
        session.session_instruments.create(instrument=make_instrument())
        make_material(session, make_person())


@pytest.mark.parametrize("count", [1, 3])
def test_an_agenda_is_four_queries(count: int, django_assert_num_queries: Any) -> None:
    workshop, user = make_workshop(), make_person()
    fill(workshop, count)
    user.is_secretariat  # noqa: B018 asked once for each request
    with django_assert_num_queries(4):
        sessions = list_sessions(workshop, user=user)
        assert len(list_introduced(sessions)) == len(list_speaking(sessions)) == count
        assert [len(session.documents) for session in sessions] == [1] * count
        assert {session.documents[0].number for session in sessions} == {1}
        assert list_clashes(workshop, sessions) == []


def test_an_instrument_of_two_sessions_is_listed_once() -> None:
    workshop, instrument = make_workshop(), make_instrument()
    for hour in (9, 10):
        session = make_session(workshop, starts_at=at(hour), ends_at=at(hour, 30))
        session.session_instruments.create(instrument=instrument)
    assert list_introduced(list_sessions(workshop, user=make_person())) == [instrument]


def test_resource_persons_are_listed_first() -> None:
    workshop = make_workshop()
    guest, expert = make_speaker(workshop), make_speaker(workshop, is_resource_person=True)
    for hour, speaker in ((9, guest), (10, expert)):
        give_part(make_session(workshop, starts_at=at(hour), ends_at=at(hour, 30)), speaker)
    assert list_speaking(list_sessions(workshop, user=make_person())) == [expert, guest]


def test_everybody_sees_the_published_and_organisers_their_drafts() -> None:
    world = World()
    found = {
        name: [(w.slug, getattr(w, "is_mine", False)) for w in list_workshops_for(person)]
        for name, person in (
            ("stranger", world.stranger),
            ("organiser", world.organiser),
            ("secretariat", world.secretariat),
        )
    }
    assert found == {
        "stranger": [("here", False)],
        "organiser": [("here", True)],
        "secretariat": [("elsewhere", True), ("here", True)],
    }


def test_the_checklist_tells_what_is_missing() -> None:
    workshop = make_workshop(summary="", contact_email="", status="draft")
    assert [check.is_done for check in list_checks(workshop)] == [False] * 8
    assert "Nothing clashes" not in [check.words for check in list_checks(workshop)]
    full = make_workshop(summary=english("About"), join_url="https://call.example")
    full.organisers.create(administration=make_administration(), role="organiser")
    Mandate.objects.create(workshop=full, meeting="19th")
    make_session(full)
    assert all(check.is_done for check in list_checks(full))
