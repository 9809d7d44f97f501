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
from events.forms.workshops import WorkshopForm
from events.models import Instrument, Material, Session, SessionSpeaker, Speaker, Workshop
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
    make_session,
    make_speaker,
    make_workshop,
    make_zone,
)

pytestmark = pytest.mark.django_db

HIDDEN = {
    "NUL": "a\0b",
    "turned around": "abc\u202edcba",
    "bell": "a\x07b",
}
ONE_LINE = {**HIDDEN, "CR and LF": "a\r\nBcc: x@x.example", "tab": "a\tb"}
HARMLESS = {
    "HTML": "<script>alert(1)</script>",
    "formula": "=HYPERLINK(0)",
    "quotes": "\"'`{{ 7*7 }}{% url %}",
    "data": '{"en": 1}',
    "scripts": "培训 تدريب प्रशिक्षण 🙂",
}
WRONG_CHOICE = ("nonsense", "0", "<b>", "\0")


class Case:
    """A form with values that it takes, and its fields by kind."""

    def __init__(self, name: str, **kinds: Any) -> None:
        self.name = name
        self.lines: dict[str, int] = kinds.get("lines", {})
        self.words: dict[str, int] = kinds.get("words", {})
        self.required: list[str] = kinds.get("required", [])
        self.choices: list[str] = kinds.get("choices", [])
        self.wrong: dict[str, list[str]] = kinds.get("wrong", {})
        self.good: dict[str, Any] = kinds["good"]

    def url(self, world: World) -> str:
        one = ["here", world.session.public_id]
        speaker = world.here.speakers.get()
        material = Material.objects.get(session=world.session)
        args: dict[str, list[Any]] = {
            "series-new": [],
            "series-edit": [world.here.series.slug],
            "workshop-new": [],
            "workshop-next": [world.here.series.slug],
            "instrument-new": [],
            "instrument-edit": [Instrument.objects.get().pk],
            "session-edit": one,
            "session-move": one,
            "part-add": one,
            "part-edit": [*one, speaker.public_id],
            "briefing-add": one,
            "material-list": one,
            "material-edit": ["here", material.public_id],
            "version-new": ["here", material.public_id],
            "speaker-edit": ["here", speaker.public_id],
        }
        return reverse(f"events:{self.name}", args=args.get(self.name, ["here"]))


NOT_DATES = ["", "tomorrow", "2022-13-40", "0001-01-01", "99999-01-01", "24/24/2022", "\0"]
NOT_TIMES = ["", "noon", "25:00", "9", "\0", "09:00+05:00"]
NOT_ADDRESSES = [
    "nobody",
    "a@b",
    "a b@x.example",
    "a@x.example\r\nBcc: b@x.example",
    "\0@x.example",
]
NOT_LINKS = ["javascript:alert(1)", "ftp://x.example", "data:text/html,x", "https://", "\0", "//"]
SESSION = {
    "kind": "opening",
    "title": "Opening",
    "day": "2022-05-24",
    "starts": "09:00",
    "ends": "09:20",
}

CASES = [
    Case("series-new", lines={"title": 200}, words={"description": 5000}, required=["title"],
         good={"title": "Training"}),
    Case("series-edit", lines={"title": 200}, words={"description": 5000}, required=["title"],
         good={"title": "Training"}),
    Case("workshop-new", lines={"title": 200, "short_title": 60, "series_title": 200},
         required=["title", "series_title", "time_zone", "format"],
         choices=["format", "time_zone", "series"],
         wrong={"starts_on": NOT_DATES, "ends_on": [*NOT_DATES, "2022-05-23", "2023-05-24"]},
         good={"title": "Training", "series_title": "Series", "starts_on": "2022-05-24",
               "ends_on": "2022-05-26", "format": "online", "time_zone": "Asia/Bangkok"}),
    Case("workshop-next", lines={"title": 200, "short_title": 60}, required=["source"],
         choices=["source"], wrong={"starts_on": NOT_DATES},
         good={"source": "here", "starts_on": "2023-05-24", "title": "Next"}),
    Case("workshop-edit", lines={"title": 200, "short_title": 60, "venue": 200,
                                 "contact_name": 120},
         words={"summary": 5000, "travel_information": 5000},
         required=["title", "format", "time_zone"], choices=["format", "time_zone"],
         wrong={"starts_on": NOT_DATES, "ends_on": [*NOT_DATES, "2022-05-23"],
                "contact_email": NOT_ADDRESSES, "join_url": NOT_LINKS, "backup_url": NOT_LINKS},
         good={"title": "Training", "format": "hybrid", "time_zone": "Asia/Bangkok",
               "starts_on": "2022-05-24", "ends_on": "2022-05-26"}),
    Case("workshop-mandate", lines={"meeting": 200, "body": 200, "decided_in": 40},
         words={"decision": 5000}, required=["meeting"], wrong={"decided_on": NOT_DATES[1:]},
         good={"meeting": "19th Meeting"}),
    Case("organiser-list", required=["administration", "role"],
         choices=["administration", "role"], good={"administration": "ROCB", "role": "host"}),
    Case("team-add", lines={"given_name": 80, "family_name": 80}, required=["email", "role"],
         choices=["role"], wrong={"email": NOT_ADDRESSES},
         good={"email": "new@x.example", "role": "organiser"}),
    Case("workshop-nominations", wrong={"closes_on": NOT_DATES[1:], "closes_clock": NOT_TIMES[1:]},
         good={"closes_on": "", "closes_clock": ""}),
    Case("workshop-postpone", words={"reason": 2000}, required=["reason"],
         good={"reason": "A storm."}),
    Case("workshop-cancel", words={"reason": 2000}, required=["reason", "typed_name"],
         wrong={"typed_name": ["there", "HERE", "he\0re"]},
         good={"reason": "A storm.", "typed_name": "here"}),
    Case("session-new", lines={"title": 200, "venue": 120}, words={"description": 5000},
         required=["title", "kind"], choices=["kind", "format"],
         wrong={"day": NOT_DATES, "starts": NOT_TIMES, "ends": [*NOT_TIMES, "09:00", "08:00"],
                "join_url": NOT_LINKS},
         good=SESSION),
    Case("session-edit", lines={"title": 200, "venue": 120}, words={"description": 5000},
         required=["title", "kind"], choices=["kind", "format"],
         wrong={"day": NOT_DATES, "starts": NOT_TIMES, "ends": [*NOT_TIMES, "09:00"],
                "join_url": NOT_LINKS},
         good=SESSION),
    Case("session-move", wrong={"day": NOT_DATES, "starts": NOT_TIMES},
         good={"day": "2022-05-25", "starts": "10:00"}),
    Case("part-add", words={"key_message": 2000}, required=["speaker", "role"],
         choices=["speaker", "role"], good={"speaker": "FREE", "role": "chair"}),
    Case("part-edit", words={"key_message": 2000}, required=["role"], choices=["role"],
         good={"role": "chair"}),
    Case("speaker-new", lines={"title": 40, "given_name": 80, "family_name": 80, "position": 120,
                               "accreditation": 120},
         words={"biography": 5000}, required=["family_name"], choices=["administration"],
         wrong={"email": NOT_ADDRESSES}, good={"family_name": "Kuramoto"}),
    Case("speaker-edit", lines={"family_name": 80}, words={"biography": 5000},
         required=["family_name"], wrong={"email": NOT_ADDRESSES},
         good={"family_name": "Kuramoto"}),
    Case("instrument-new", lines={"title": 200, "edition": 40}, required=["title"],
         wrong={"year": ["x", "1066", "3000", "2022.5", "\0"], "url": NOT_LINKS},
         good={"title": "New guide"}),
    Case("instrument-edit", lines={"title": 200, "edition": 40}, required=["title"],
         wrong={"year": ["x"], "url": NOT_LINKS}, good={"title": "New guide"}),
    Case("briefing-add", required=["instrument"], choices=["instrument"],
         good={"instrument": "FREE"}),
    Case("material-list", lines={"title": 200}, required=["title", "language", "audience", "file"],
         choices=["language", "audience"],
         good={"title": "Slides", "language": "en", "audience": "public", "file": "FILE"}),
    Case("material-edit", lines={"title": 200}, required=["title", "language", "audience"],
         choices=["language", "audience"],
         good={"title": "Slides", "language": "fr", "audience": "public"}),
    Case("version-new", required=["file"], good={"file": "FILE"}),
]  # fmt: skip


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


def refused(client: Client, url: str, values: dict[str, Any], field: str) -> None:
    before = state()
    response = client.post(url, values)
    text = response.content.decode()
    assert response.status_code == 422, f"{field}: {values.get(field)!r}"
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


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_values_are_refused_at_their_field(case: Case, client: Client, world: World) -> None:
    url = case.url(world)
    bad = [(name, "") for name in case.required if name != "file"]
    bad += [(name, value) for name in case.lines for value in ONE_LINE.values()]
    bad += [(name, value) for name in case.words for value in HIDDEN.values()]
    bad += [(name, "x" * (size + 1)) for name, size in (case.lines | case.words).items()]
    bad += [(name, value) for name in case.choices for value in WRONG_CHOICE]
    bad += [(name, value) for name, values in case.wrong.items() for value in values]
    for name, value in bad:
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
    for day in ("nonsense", "2022-99-99", "\0"):
        assert client.get(url, {"day": day}).status_code == 200
