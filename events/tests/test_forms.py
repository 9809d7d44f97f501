"""Bad input into each form: an error at its place, the text kept, nothing changed, never a 500."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from events.forms.fields import moment, said_back
from events.forms.sessions import SessionForm
from events.forms.workshops import PlanForm, WorkshopForm
from events.models import Session, SessionSpeaker, Speaker, Workshop
from events.tests.form_cases import CASES, SESSION, Case
from events.tests.worlds import (
    PDF,
    World,
    actions_on_record,
    at,
    client_of,
    make_administration,
    make_instrument,
    make_material,
    make_person,
    make_secretariat,
    make_session,
    make_speaker,
    make_workshop,
    make_zone,
)
from workshop_portal.tests.hostile import HARMLESS, HIDDEN, ONE_LINE, WRONG_CHOICE, at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = World()
    make_administration("ROCB")
    SessionSpeaker.objects.create(session=world.session, speaker=make_speaker(world.here))
    make_material(world.session, world.secretariat)
    make_instrument()
    return world


@pytest.fixture
def client(world: World) -> Client:
    return client_of(world.secretariat)


def filled(case: Case, **changes: Any) -> dict[str, Any]:
    values = {**case.good, **changes}
    if values.get("speaker") == "FREE":
        values["speaker"] = make_speaker(Workshop.objects.get(slug="here")).public_id
    if values.get("instrument") == "FREE":
        values["instrument"] = make_instrument().pk
    if values.get("file") == "FILE":
        values["file"] = SimpleUploadedFile("a.pdf", PDF + b" new")
    return values


def state() -> tuple[Any, ...]:
    """All that a form of this app may write."""
    models = [
        kind.model_class() for kind in ContentType.objects.filter(app_label="events").order_by("pk")
    ]
    rows = [list(model._default_manager.order_by("pk").values()) for model in models if model]
    return (*rows, actions_on_record())


def refused(client: Client, url: str, values: dict[str, Any], *fields: str) -> None:
    before = state()
    response = client.post(url, values)
    text = response.content.decode()
    assert response.status_code == 422, f"{fields}: {values!r}"
    for field in fields:
        assert f'id="id_{field}_error"' in text, f"{field}: {values.get(field)!r}"
    assert 'class="error-sum"' in text
    assert state() == before


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_good_values_are_taken(case: Case, client: Client, world: World) -> None:
    response = client.post(case.url(world), filled(case))
    assert response.status_code == 302, response.content.decode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_at_all_is_no_error_of_the_server(case: Case, client: Client, world: World) -> None:
    assert client.post(case.url(world), {}).status_code in {302, 422}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_values_are_refused_at_their_field(case: Case, client: Client, world: World) -> None:
    url = case.url(world)
    bad: dict[str, list[Any]] = {name: [] for name in (*case.lines, *case.words, *case.required)}
    for name, size in case.lines.items():
        bad[name] += [*ONE_LINE.values(), "x" * (size + 1)]
    for name, size in case.words.items():
        bad[name] += [*HIDDEN.values(), "x" * (size + 1)]
    for name in case.required:
        bad[name] += [""] if name != "file" else []
    bad |= {name: [*bad.get(name, []), *WRONG_CHOICE] for name in case.choices}
    for values in at_once(bad):
        refused(client, url, filled(case, **values), *values)
    for name, alone in case.wrong.items():
        for value in alone:
            refused(client, url, filled(case, **{name: value}), name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_text_stays_where_something_else_is_wrong(case: Case, client: Client, world: World) -> None:
    fields = [*case.lines, *case.words]
    breaking = [name for name in (*case.wrong, *case.required) if name not in fields]
    if not fields or not breaking:
        return
    value = {"file": ""}.get(breaking[0], "nonsense")
    changes = dict.fromkeys(fields, "Kept & <b>") | {breaking[0]: value}
    response = client.post(case.url(world), filled(case, **changes))
    assert response.status_code == 422
    assert response.content.decode().count("Kept &amp; &lt;b&gt;") >= len(fields)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_harmless_text_is_kept_as_it_was_typed_and_shown_escaped(
    case: Case, client: Client, world: World
) -> None:
    fields = [name for name in (*case.lines, *case.words) if case.lines.get(name, 99) > 41]
    for value in HARMLESS.values():
        response = client.post(case.url(world), filled(case, **dict.fromkeys(fields, value)))
        assert response.status_code in {302, 422}
        if response.status_code == 302:
            page = client.get(response["Location"]).content.decode()
            assert "<script>alert" not in page
            break


def test_a_link_of_another_scheme_is_never_stored(client: Client, world: World) -> None:
    case = next(case for case in CASES if case.name == "workshop-edit")
    client.post(case.url(world), filled(case, join_url="javascript:alert(1)"))
    world.here.refresh_from_db()
    assert world.here.join_url == ""


# Ids of others ------------------------------------------------------------------------------------


def test_a_speaker_of_another_workshop_cannot_be_posted(client: Client, world: World) -> None:
    foreign = make_speaker(world.elsewhere)
    url = reverse("events:part-add", args=["here", world.session.public_id])
    refused(client, url, {"speaker": foreign.public_id, "role": "chair"}, "speaker")


def test_a_workshop_of_another_series_is_no_source(client: Client, world: World) -> None:
    url = reverse("events:workshop-next", args=[world.here.series.slug])
    refused(client, url, {"source": "elsewhere", "starts_on": "2023-05-24"}, "source")


def test_an_instrument_no_longer_offered_cannot_be_posted(client: Client, world: World) -> None:
    retired = make_instrument(is_active=False)
    url = reverse("events:briefing-add", args=["here", world.session.public_id])
    refused(client, url, {"instrument": retired.pk}, "instrument")


MORE_FIELDS = {
    "status": "concluded",
    "version": "99",
    "slug": "stolen",
    "number": "77",
    "published_at": "2022-01-01",
    "is_demo": "on",
    "series": "1",
    "id": "1",
    "public_id": "x",
    "workshop": "2",
    "revision": "99",
}


@pytest.mark.parametrize("name", ["workshop-edit", "session-edit", "speaker-edit"])
def test_only_the_listed_fields_change(name: str, client: Client, world: World) -> None:
    case = next(case for case in CASES if case.name == name)
    response = client.post(case.url(world), MORE_FIELDS | filled(case))
    assert response.status_code == 302
    workshop = Workshop.objects.get(slug="here")
    assert (workshop.status, workshop.version < 9, workshop.is_demo) == ("published", True, False)
    assert (workshop.series, workshop.number) == (world.here.series, world.here.number)
    session = Session.objects.get(pk=world.session.pk)
    assert (session.workshop, session.public_id) == (workshop, world.session.public_id)
    assert session.revision < 9
    assert Speaker.objects.get(workshop=workshop).workshop == workshop


# Duplicates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("series-new", "title"),
        ("workshop-next", "starts_on"),
        ("organiser-list", "administration"),
        ("team-add", "email"),
        ("session-new", "title"),
        ("speaker-new", "family_name"),
        ("instrument-new", "title"),
        ("material-list", "title"),
        ("version-new", "file"),
    ],
)
def test_sent_twice_it_is_done_once(name: str, field: str, client: Client, world: World) -> None:
    case = next(case for case in CASES if case.name == name)
    url = case.url(world)
    assert client.post(url, filled(case)).status_code == 302
    refused(client, url, filled(case), field)


# Two people at one form --------------------------------------------------------------------------------


def test_who_saves_second_sees_both_texts_and_may_save_again(client: Client, world: World) -> None:
    case = next(case for case in CASES if case.name == "session-edit")
    url = case.url(world)
    form = SessionForm(
        workshop=world.here, initial=SessionForm.values_of(world.session, world.here)
    )
    seen = form["seen"].value()
    mine, theirs = filled(case, title="Mine", seen=seen), filled(case, title="Theirs", seen=seen)
    assert client.post(url, theirs).status_code == 302
    response = client.post(url, mine)
    text = response.content.decode()
    assert response.status_code == 422
    assert "Saved by your colleague: Theirs" in text
    assert 'value="Mine"' in text
    world.session.refresh_from_db()
    assert str(world.session.title) == "Theirs"
    fresh = text.split('name="seen" value="')[1].split('"')[0]
    assert client.post(url, mine | {"seen": fresh}).status_code == 302
    world.session.refresh_from_db()
    assert str(world.session.title) == "Mine"


# Times ----------------------------------------------------------------------------------------------


def test_times_are_typed_on_the_clock_of_the_workshop_not_of_the_reader(world: World) -> None:
    person = make_person(time_zone="Pacific/Fiji")
    world.here.team.create(user=person, role="organiser")
    url = reverse("events:session-new", args=["here"])
    assert client_of(person).post(url, SESSION).status_code == 302
    assert Session.objects.get(kind="opening").starts_at == at(9)


def test_an_hour_that_summer_time_skips_is_refused() -> None:
    """Auckland goes from 02:00 to 03:00 on 27 September 2026."""
    workshop = make_workshop(
        "south",
        time_zone="Pacific/Auckland",
        starts_on=date(2026, 9, 27),
        ends_on=date(2026, 9, 27),
    )
    values = SESSION | {"day": "2026-09-27", "starts": "02:30", "ends": "03:30"}
    form = SessionForm(values, workshop=workshop, watch=False)
    assert not form.is_valid()
    assert form.errors == {
        "starts": ["Clocks in Auckland skip 02:30 on that day. Choose another time."]
    }


def test_an_hour_that_comes_twice_is_the_first_one() -> None:
    """Auckland goes from 03:00 back to 02:00 on 5 April 2026."""
    zone = make_zone("Pacific/Auckland")
    found = moment(date(2026, 4, 5), at(2, 30).time(), zone)
    assert found.utcoffset() == timedelta(hours=13)
    assert said_back(found, None, zone) == "Sunday 5 April 2026, 02:30 Auckland (UTC+13)"


def test_a_skipped_hour_is_a_validation_error() -> None:
    with pytest.raises(ValidationError):
        moment(date(2026, 9, 27), at(2, 30).time(), make_zone("Pacific/Auckland"))


@pytest.mark.parametrize(
    ("format_", "kept"),
    [
        ("online", {"join_url": "https://call.example", "venue": ""}),
        ("on_site", {"join_url": "", "venue": "Kashiwa"}),
        ("hybrid", {"join_url": "https://call.example", "venue": "Kashiwa"}),
    ],
)
def test_fields_that_the_format_has_not_are_emptied(format_: str, kept: dict[str, str]) -> None:
    workshop = make_workshop()
    case = next(case for case in CASES if case.name == "workshop-edit")
    values = case.good | {
        "format": format_,
        "join_url": "https://call.example",
        "venue": "Kashiwa",
    }
    form = WorkshopForm(values, initial=WorkshopForm.values_of(workshop))
    assert form.is_valid(), form.errors
    assert {name: form.cleaned_data[name] for name in kept} == kept


def test_an_error_in_a_field_that_is_not_shown_is_none() -> None:
    case = next(case for case in CASES if case.name == "workshop-edit")
    values = case.good | {"format": "on_site", "join_url": "not a link", "venue": "Kashiwa"}
    form = WorkshopForm(values, initial=WorkshopForm.values_of(make_workshop()))
    assert form.is_valid(), form.errors


def test_the_form_for_a_new_session_begins_where_the_day_ends(client: Client, world: World) -> None:
    make_session(world.here, starts_at=at(10), ends_at=at(10, 45))
    url = reverse("events:session-new", args=["here"])
    assert 'value="10:45"' in client.get(url, {"day": "2022-05-24"}).content.decode()
    for day in ("nonsense", "2022-99-99", "\0", "0001-01-01", "9999-12-31"):
        assert client.get(url, {"day": day}).status_code == 200


def test_what_is_wrong_is_told_in_the_order_of_the_fields() -> None:
    form = PlanForm({})

    assert list(form.fields)[:6] == [
        "series",
        "series_title",
        "title",
        "short_title",
        "starts_on",
        "ends_on",
    ]
    assert [field.name for field in form if field.errors] == [
        "series_title",
        "title",
        "starts_on",
        "ends_on",
        "format",
        "time_zone",
    ]


@pytest.mark.parametrize(("zone", "preset"), [("UTC", None), ("Asia/Tokyo", "Asia/Tokyo")])
def test_a_zone_that_nobody_chose_is_not_preset(zone: str, preset: str | None) -> None:
    person = make_secretariat()
    person.time_zone = zone  # type: ignore[assignment]  # as a form gives it
    person.save(update_fields=["time_zone"])

    form = client_of(person).get(reverse("events:workshop-new")).context["form"]

    found = form.initial["time_zone"]
    assert (str(found) if found else None) == preset
