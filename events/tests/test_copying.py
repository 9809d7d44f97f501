"""The next workshop of a series: what comes along, what stays behind, and the list that says so."""

from datetime import date, timedelta
from unittest.mock import patch

import pytest

from events import tabs
from events.actions.copying import plan_next_workshop
from events.actions.workshops import WorkshopExistsError
from events.models import Mandate, Organiser, Session, SessionInstrument, TeamMember, Workshop
from events.tabs import Copied, Copy
from events.tests.worlds import (
    actions_on_record,
    at,
    english,
    make_administration,
    make_instrument,
    make_material,
    make_person,
    make_session,
    make_speaker,
    make_workshop,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_parts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Upper apps test their own copiers."""
    monkeypatch.setattr("events.actions.copying.COPIERS", [])


def make_source() -> Workshop:
    workshop = make_workshop(
        title=english("Training"),
        summary=english("About"),
        join_url="https://call.example",
        status="concluded",
        nominations_close_at=at(23, day=-6),
    )
    session = make_session(workshop, kind="instrument_briefing", title=english("Guide"))
    make_session(workshop, kind="break", starts_at=at(10), ends_at=at(10, 15))
    SessionInstrument.objects.create(session=session, instrument=make_instrument())
    Organiser.objects.create(
        workshop=workshop, administration=make_administration("ROCB"), role="organiser"
    )
    Mandate.objects.create(workshop=workshop, meeting="19th")
    make_speaker(workshop)
    TeamMember.objects.create(workshop=workshop, user=make_person(), role="organiser")
    make_material(session, make_person())
    return workshop


def test_the_shape_comes_along_with_every_date_moved() -> None:
    source = make_source()
    made = plan_next_workshop(source=source, starts_on=date(2023, 5, 23), by=make_person())
    assert (made.status, made.number, made.copied_from) == ("draft", source.number + 1, source)
    assert (made.starts_on, made.ends_on) == (date(2023, 5, 23), date(2023, 5, 25))
    assert (str(made.title), str(made.summary)) == ("Training", "About")
    assert made.nominations_close_at == at(23, day=358)
    moved = timedelta(days=364)
    assert list(
        made.sessions.order_by("starts_at").values_list("kind", "starts_at", "ends_at")
    ) == [
        ("instrument_briefing", at(9) + moved, at(10) + moved),
        ("break", at(10) + moved, at(10, 15) + moved),
    ]
    assert [o.administration.code for o in made.organisers.all()] == ["ROCB"]
    assert SessionInstrument.objects.filter(session__workshop=made).count() == 1
    assert actions_on_record()[-1] == "events.next_workshop_planned"


def test_people_and_what_belongs_to_them_stay_behind() -> None:
    made = plan_next_workshop(source=make_source(), starts_on=date(2023, 5, 23), by=make_person())
    assert made.speakers.count() == made.team.count() == 0
    assert not Mandate.objects.filter(workshop=made).exists()
    assert Session.objects.filter(workshop=made, materials__isnull=False).count() == 0
    assert (made.join_url, made.published_at) == ("", None)


def test_a_list_says_what_was_copied_and_what_was_not() -> None:
    made = plan_next_workshop(source=make_source(), starts_on=date(2023, 5, 23), by=make_person())
    assert [(line["what"], line["count"], line["taken"]) for line in made.copied] == [
        ("Texts, format, zone and contact", 7, True),
        ("Organising bodies", 1, True),
        ("Sessions", 2, True),
        ("Instruments of sessions", 1, True),
        ("Mandate", 1, False),
        ("Speakers and their parts", 1, False),
        ("Organising team", 1, False),
        ("Materials", 1, False),
        ("Join links", 1, False),
    ]


def test_upper_apps_copy_their_own_parts_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Copy] = []

    def copy_rounds(copy: Copy) -> list[Copied]:
        seen.append(copy)
        return [Copied(what="Rounds", count=2)]

    copiers: list[object] = []
    monkeypatch.setattr("events.tabs.COPIERS", copiers)
    monkeypatch.setattr("events.actions.copying.COPIERS", copiers)
    tabs.add_copier(copy_rounds, order=10)
    source = make_source()
    by = make_person()
    made = plan_next_workshop(source=source, starts_on=date(2023, 5, 23), by=by)
    (copy,) = seen
    assert (copy.source, copy.target, copy.by) == (source, made, by)
    assert copy.shift == timedelta(days=364)
    assert set(copy.sessions) == set(source.sessions.values_list("pk", flat=True))
    assert {s.pk for s in copy.sessions.values()} == set(made.sessions.values_list("pk", flat=True))
    assert copy.moved(at(9)) == at(9) + timedelta(days=364)
    assert "Rounds" in [line["what"] for line in made.copied]


def test_sent_twice_it_is_one() -> None:
    source = make_source()
    plan_next_workshop(source=source, starts_on=date(2023, 5, 23), by=make_person())
    with pytest.raises(WorkshopExistsError):
        plan_next_workshop(source=source, starts_on=date(2023, 5, 23), by=make_person())
    assert Workshop.objects.count() == 2


def test_a_failing_copier_leaves_nothing_behind() -> None:
    source = make_source()
    broken = [(1, lambda copy: 1 / 0)]
    with (
        patch("events.actions.copying.COPIERS", broken),
        pytest.raises(ZeroDivisionError),
    ):
        plan_next_workshop(source=source, starts_on=date(2023, 5, 23), by=make_person())
    assert (Workshop.objects.count(), Session.objects.count()) == (1, 2)
