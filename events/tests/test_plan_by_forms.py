"""The secretariat plans, publishes and holds a workshop through the pages alone."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.forms.workshops import DeadlineForm
from events.models import (
    Instrument,
    Mandate,
    Session,
    SessionSpeaker,
    Speaker,
    Workshop,
    WorkshopSeries,
)
from events.tabs import STAGES
from events.tests.worlds import (
    World,
    actions_on_record,
    at,
    client_of,
    english,
    make_administration,
    make_instrument,
    make_secretariat,
    make_session,
    make_speaker,
    make_workshop,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_parts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Upper apps count their own queries."""
    for name in ("WAITING", "PANELS"):
        monkeypatch.setattr(f"events.views.overview.{name}", [])
    monkeypatch.setattr("events.views.overview.STAGES", {"set_up": STAGES["set_up"]})
    monkeypatch.setattr("events.actions.copying.COPIERS", [])


@pytest.fixture
def world() -> World:
    return World()


def post(client: Client, name: str, *args: Any, follow: bool = True, **values: Any) -> Any:
    response = client.post(reverse(f"events:{name}", args=args), values, follow=follow)
    assert response.status_code == 200, response.content.decode()
    return response


def plan_by_form(client: Client) -> str:
    """A workshop in a new series; its slug."""
    post(
        client,
        "workshop-new",
        series_title="Training Management",
        title="Training Management in the new normal",
        short_title="Online 2022",
        starts_on="2022-05-24",
        ends_on="2022-05-26",
        format="online",
        time_zone="Asia/Bangkok",
    )
    return Workshop.objects.get().slug


def test_the_secretariat_plans_publishes_and_the_public_sees_it() -> None:
    secretariat, body = make_secretariat(), make_administration("ROCB", name="ROCB A/P")
    client = client_of(secretariat)
    slug = plan_by_form(client)
    post(client, "workshop-mandate", slug, meeting="19th Meeting", decided_in="October 2021")
    post(client, "organiser-list", slug, administration=body.code, role="organiser")
    post(client, "team-add", slug, email="desk@rocb.example", role="organiser")
    response = post(
        client, "session-new", slug,
        kind="instrument_briefing", title="The Guide", day="2022-05-24", starts="9:00", ends="09:20",
    )  # fmt: skip
    assert "The Guide: Tuesday 24 May 2022, 09:00 to 09:20 Bangkok (UTC+7)" in (
        response.content.decode()
    )
    session = Session.objects.get()
    assert session.starts_at == at(9)
    post(client, "speaker-new", slug, title="Dr.", given_name="Hua", family_name="Tong",
         administration="ROCB", is_resource_person="on", email="tong@x.example")  # fmt: skip
    speaker = Speaker.objects.get()
    post(
        client, "part-add", slug, session.public_id,
        speaker=speaker.public_id, role="speaker", key_message="Share more.",
    )  # fmt: skip
    post(client, "instrument-new", title="Guide to HRM", year="2019", is_active="on")
    instrument = Instrument.objects.get()
    post(client, "briefing-add", slug, session.public_id, instrument=instrument.pk)
    post(client, "session-move", slug, session.public_id, day="2022-05-24", starts="10:00")
    public = reverse("events:workshop-detail", args=[slug])
    assert Client().get(public).status_code == 404
    post(client, "workshop-publish", slug)
    text = Client().get(public).content.decode()
    for words in ("Dr. Hua Tong", "Guide to HRM", "ROCB A/P", "19th Meeting", "10:00", "The Guide"):
        assert words in text
    post(client, "workshop-nominations", slug, closes_on="")
    post(client, "nominations-close", slug)
    post(client, "workshop-start", slug)
    post(client, "workshop-conclude", slug)
    history = client.get(reverse("events:workshop-history", args=[slug])).content.decode()
    for words in ("Workshop planned", "Mandate written", "Session moved", "Workshop published"):
        assert words in history


def test_the_next_workshop_says_what_it_took_over() -> None:
    client = client_of(make_secretariat())
    workshop = make_workshop(short_title=english("Online 2022"))
    make_session(workshop)
    workshop.organisers.create(administration=make_administration(), role="organiser")
    Mandate.objects.create(workshop=workshop, meeting="19th")
    response = post(
        client, "workshop-next", workshop.series.slug,
        source=workshop.slug, starts_on="2023-05-23", title="", short_title="Next",
    )  # fmt: skip
    text = response.content.decode()
    assert "Taken over" in text
    assert "Not taken over" in text
    assert "Organising bodies" in text
    assert "Organising team" not in text  # there was none
    made = Workshop.objects.get(copied_from=workshop)
    assert made.sessions.count() == 1
    assert (
        "What was taken over"
        in client.get(reverse("events:workshop-overview", args=[made.slug])).content.decode()
    )


def test_cancelling_asks_for_the_name_and_a_reason(world: World) -> None:
    client = client_of(world.secretariat)
    url = reverse("events:workshop-cancel", args=["here"])
    wrong = client.post(url, {"reason": "A storm.", "typed_name": "there"})
    assert wrong.status_code == 422
    assert "A storm." in wrong.content.decode()
    assert client.post(url, {"reason": "", "typed_name": "here"}).status_code == 422
    assert client.post(url, {"reason": "A storm.", "typed_name": "here"}).status_code == 302
    world.here.refresh_from_db()
    assert (world.here.status, world.here.ended_reason) == ("cancelled", "A storm.")


def test_removing_a_session_or_a_speaker_asks_for_the_name(world: World) -> None:
    client, speaker = client_of(world.secretariat), make_speaker(world.here)
    session = reverse("events:session-remove", args=["here", world.session.public_id])
    person = reverse("events:speaker-remove", args=["here", speaker.public_id])
    assert client.post(session, {"typed_name": "x"}).status_code == 422
    client.post(person, {"typed_name": "x"})
    assert (world.here.sessions.count(), world.here.speakers.count()) == (1, 1)
    client.post(session, {"typed_name": str(world.session.title)})
    client.post(person, {"typed_name": speaker.family_name})
    assert (world.here.sessions.count(), world.here.speakers.count()) == (0, 0)


def test_a_step_that_is_not_possible_is_told(world: World) -> None:
    response = post(client_of(world.secretariat), "workshop-conclude", "here")
    assert "cannot become “Concluded”" in response.content.decode()
    assert actions_on_record() == []


def test_an_unused_instrument_is_removed_and_a_used_one_stays(world: World) -> None:
    client = client_of(world.secretariat)
    used, unused = make_instrument(), make_instrument()
    world.session.session_instruments.create(instrument=used)
    post(client, "instrument-remove", unused.pk)
    response = post(client, "instrument-remove", used.pk)
    assert "stays on record" in response.content.decode()
    assert list(Instrument.objects.all()) == [used]


def test_a_series_is_made_edited_and_made_once() -> None:
    client = client_of(make_secretariat())
    post(client, "series-new", title="Training", description="About")
    again = client.post(reverse("events:series-new"), {"title": "Training"})
    assert again.status_code == 422
    series = WorkshopSeries.objects.get()
    post(client, "series-edit", series.slug, title="Learning", description="About")
    series.refresh_from_db()
    assert str(series.title) == "Learning"


def test_parts_bodies_and_team_are_taken_off_again(world: World) -> None:
    client, speaker = client_of(world.secretariat), make_speaker(world.here)
    SessionSpeaker.objects.create(session=world.session, speaker=speaker)
    one = ["here", world.session.public_id, speaker.public_id]
    post(client, "part-edit", *one, role="chair", key_message="Yes.")
    assert SessionSpeaker.objects.get().role == "chair"
    post(client, "part-remove", *one)
    body = make_administration("ROCB")
    world.here.organisers.create(administration=body, role="host")
    post(client, "organiser-remove", "here", "ROCB", "host")
    post(client, "team-end", "here", world.here.team.get().pk)
    assert SessionSpeaker.objects.count() == world.here.organisers.count() == 0
    gone = client_of(world.organiser).get(reverse("events:workshop-overview", args=["here"]))
    assert gone.status_code == 404


def test_an_hour_of_the_deadline_asks_for_its_day() -> None:
    workshop = make_workshop()
    for values, wrong in (({"closes_clock": "09:00"}, ["closes_on"]), ({}, [])):
        form = DeadlineForm(values, workshop=workshop, submit="Open nominations")
        assert list(form.errors) == wrong


@pytest.mark.parametrize(("code", "zone"), [("FJ", "Pacific/Fiji"), ("", "Asia/Tokyo")])
def test_a_speaker_who_gets_an_account_reads_hours_at_home(code: str, zone: str) -> None:
    """In the zone of the administration, else of the workshop, until they choose another one."""
    workshop = make_workshop(time_zone="Asia/Tokyo")
    make_administration("FJ", time_zone="Pacific/Fiji")
    values = {"family_name": "Tong", "email": "tong@x.example", "administration": code}
    post(client_of(make_secretariat()), "speaker-new", workshop.slug, **values)
    person = Speaker.objects.get().user
    assert person is not None
    assert str(person.time_zone) == zone
