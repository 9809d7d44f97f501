"""My workshop: what counts now, the join button, the own zone across clock changes, profile, new link."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from i18nfield.strings import LazyI18nString

from events.models import Material, MaterialVersion, Session, Workshop
from participants import tabs
from participants.models import Consent, Registration
from participants.queries.home import get_now_next, list_own_days
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.models import User
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status
SignIn = Callable[[User], Client]
HOME = "/workshops/here/my/"
NOON = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)


def make_session(workshop: Workshop, start: datetime, minutes: int = 60, **fields: Any) -> Session:
    title = LazyI18nString({"en": fields.pop("title", "A session")})
    end = start + timedelta(minutes=minutes)
    return Session.objects.create(
        workshop=workshop, title=title, starts_at=start, ends_at=end, **fields
    )


@pytest.fixture
def ana(world: World) -> Registration:
    """A delegate of Fiji, confirmed, who reads in Lisbon: its clock changes on 29 March 2026."""
    person = make_person("ana@fiji.example", time_zone="Europe/Lisbon")
    Workshop.objects.filter(pk=world.here.pk).update(join_url="https://join.example/all")
    world.here.refresh_from_db()
    world.fiji.workshop = world.here
    return make_registration(world.fiji, user=person, status=Status.CONFIRMED)


@pytest.fixture
def registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty, as if this app stood alone."""
    for name in ("HOME_PANELS", "HOME_TASKS", "SESSION_DETAILS"):
        monkeypatch.setattr(tabs, name, [])
        if name != "SESSION_DETAILS":
            monkeypatch.setattr(f"participants.views.home.{name}", getattr(tabs, name))


# Now and next -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "title", "is_running", "is_open"),
    [
        (-16, "First", False, False),
        (-15, "First", False, True),
        (0, "First", True, True),
        (59, "First", True, True),
        (60, "Second", False, False),  # the break before it
        (75, "Second", False, True),
        (90, "Second", True, True),
        (150, None, False, False),
    ],
)
def test_join_turns_live_fifteen_minutes_before(
    ana: Registration, minutes: int, title: str | None, is_running: bool, is_open: bool
) -> None:
    make_session(ana.workshop, NOON, title="First")
    make_session(ana.workshop, NOON + timedelta(minutes=60), 30, kind=Session.Kind.BREAK)
    make_session(ana.workshop, NOON + timedelta(minutes=90), title="Second")
    sessions = list(ana.workshop.sessions.order_by("starts_at"))
    now = NOON + timedelta(minutes=minutes)

    found = get_now_next(ana, sessions, {}, now=now)

    shown = str(found.session.title) if found.session else None
    if 60 <= minutes < 75:
        assert found.session is not None
        assert found.session.kind == Session.Kind.BREAK
        return
    assert (shown, found.is_running, found.is_join_open) == (title, is_running, is_open)


def test_the_nearest_link_is_the_one_to_join(ana: Registration) -> None:
    session = make_session(ana.workshop, NOON)
    detail = tabs.SessionDetail(text="group 3", url="/group/", join_url="https://join.example/3")

    def url(details: dict[int, tabs.SessionDetail]) -> str:
        return get_now_next(ana, [session], details, now=NOON).join_url

    assert url({}) == "https://join.example/all"
    session.join_url = "https://join.example/session"
    assert url({}) == "https://join.example/session"
    assert url({session.pk: detail}) == "https://join.example/3"
    ana.attends = Registration.Attends.ON_SITE
    assert url({session.pk: detail}) == "https://join.example/3", "the workshop is online for all"
    ana.workshop.format = "hybrid"
    assert url({session.pk: detail}) == ""


def test_days_part_at_the_person_s_midnight_across_a_clock_change(ana: Registration) -> None:
    before = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # 23:30 in Lisbon, winter
    after = datetime(2026, 3, 29, 23, 30, tzinfo=UTC)  # 00:30 of the 30th in Lisbon, summer
    sessions = [make_session(ana.workshop, at, 15) for at in (before, after)]

    days = list_own_days(sessions, {}, zone=ana.user.zone, now=before)

    assert [(day.day.isoformat(), len(day.items)) for day in days] == [
        ("2026-03-28", 1),
        ("2026-03-30", 1),
    ]


def test_the_page_says_both_clocks(ana: Registration, sign_in: SignIn) -> None:
    make_session(ana.workshop, datetime(2030, 7, 1, 9, 0, tzinfo=UTC), title="Opening")

    text = sign_in(ana.user).get(HOME).content.decode()

    assert ("10:00 Lisbon" in text, "16:00 Bangkok" in text) == (True, True)


# The page -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["stranger", "fiji_contact", "secretariat", "organiser"])
def test_it_is_the_delegate_s_own(
    world: World, ana: Registration, sign_in: SignIn, who: str
) -> None:
    assert sign_in(getattr(world, who)).get(HOME).status_code == 404
    assert sign_in(ana.user).get("/workshops/elsewhere/my/").status_code == 404
    assert sign_in(ana.user).get(HOME).status_code == 200


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (Status.NOMINATED, 200, "The secretariat decides next"),
        (Status.WAITING, 200, "its seats are taken"),
        (Status.APPROVED, 200, "Complete my profile"),
        (Status.WITHDRAWN, 404, ""),
        (Status.REPLACED, 404, ""),
        (Status.DECLINED, 404, ""),
    ],
)
def test_each_state_says_what_is_next(
    world: World, sign_in: SignIn, status: Status, code: int, words: str
) -> None:
    row = make_registration(world.fiji, status=status)

    response = sign_in(row.user).get(HOME)

    assert (response.status_code, words in response.content.decode()) == (code, True)


@pytest.mark.parametrize("status", [Status.WAITING, Status.APPROVED])
@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("cancelled", "This workshop does not take place."),
        ("postponed", "told the new ones by mail"),
    ],
)
@pytest.mark.usefixtures("registries")
def test_what_does_not_take_place_says_why_and_asks_nothing(
    world: World, sign_in: SignIn, status: Status, state: str, words: str
) -> None:
    row = make_registration(world.fiji, status=status)
    make_session(row.workshop, timezone.now() + timedelta(minutes=5))
    Workshop.objects.update(status=state, ended_reason="A storm", join_url="https://join.example/")
    tabs.add_home_tasks(lambda _row, _now: [tabs.HomeTask(text="Rank", status="Due", kind="late")])

    response = sign_in(row.user).get(HOME)

    text = response.text
    assert [each in text for each in (f"<b>{state.title()}.</b> A storm", words)] == [True, True]
    assert ["join.example" in text, "Begins" in text] == [False, False]
    assert (response.context["tasks"], response.context["days"]) == ([], [])


@pytest.mark.usefixtures("registries")
def test_once_ended_nothing_is_to_be_joined_or_completed(world: World, sign_in: SignIn) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    make_session(row.workshop, timezone.now() + timedelta(minutes=5))
    Workshop.objects.update(status=Workshop.Status.CONCLUDED, join_url="https://join.example/")

    response = sign_in(row.user).get(HOME)

    assert "This workshop is over." in response.text
    assert ("join.example" in response.text, response.context["tasks"]) == (False, [])


def test_materials_are_those_of_the_own_audience_and_workshop(
    world: World, ana: Registration, sign_in: SignIn
) -> None:
    here = make_session(ana.workshop, NOON)
    there = make_session(world.elsewhere, NOON)
    for session, audience, title in [
        (here, "participants", "For us"),
        (here, "focal_points", "For contacts"),
        (there, "participants", "Of another workshop"),
    ]:
        material = Material.objects.create(
            session=session, title=title, audience=audience, created_by=world.secretariat
        )
        for number in (1, 2):
            MaterialVersion.objects.create(
                material=material, number=number, name="a.pdf", content_type="application/pdf",
                size=1, sha256="0" * 64, uploaded_by=world.secretariat,
            )  # fmt: skip

    def shown(user: User) -> list[tuple[str, int]]:
        materials = sign_in(user).get(HOME).context["materials"]
        return [(version.material.title, version.number) for version in materials]

    waiting = make_registration(world.fiji, status=Status.WAITING)
    assert shown(ana.user) == [("For us", 2)]
    assert shown(waiting.user) == []


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.usefixtures("registries")
def test_queries_do_not_grow_with_rows(
    ana: Registration, sign_in: SignIn, rows: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for number in range(rows):
        make_session(ana.workshop, NOON + timedelta(days=number))
    client = sign_in(ana.user)

    with django_assert_num_queries(5):
        client.get(HOME)


@pytest.mark.usefixtures("registries")
def test_upper_apps_add_panels_tasks_and_details(ana: Registration, sign_in: SignIn) -> None:
    session = make_session(ana.workshop, timezone.now() + timedelta(minutes=5))
    tabs.add_home_tasks(lambda _row, _now: [tabs.HomeTask(text="Rank", status="Due", kind="late")])
    tabs.add_session_details(
        lambda _row, _sessions: {session.pk: tabs.SessionDetail(text="group 3", url="/g/3/")}
    )

    response = sign_in(ana.user).get(HOME)

    assert [task.text for task in response.context["tasks"]] == ["Profile complete", "Rank"]
    assert "Join group 3" in response.content.decode()


@pytest.mark.parametrize(("kind", "is_first"), [("wait", True), ("done", False)])
@pytest.mark.usefixtures("registries")
def test_what_is_to_do_stands_before_the_agenda(
    ana: Registration, sign_in: SignIn, kind: Any, is_first: bool
) -> None:
    make_session(ana.workshop, timezone.now() + timedelta(days=1))
    tabs.add_home_tasks(lambda _row, _now: [tabs.HomeTask(text="Rank", status="X", kind=kind)])

    text = sign_in(ana.user).get(HOME).text

    assert (text.index('id="tasks"') < text.index('id="agenda"')) is is_first
    assert text.count('id="tasks"') == 1


# Profile and consents -----------------------------------------------------------------------------

PROFILE = f"{HOME}profile/"
DATA = {
    "given_name": "Ana",
    "family_name": "Vula",
    "language": "en",
    "time_zone": "Pacific/Fiji",
    "speaks": "fr",
    "speaks_also": ["en", "fr"],
    "consents": ["participant_list"],
}


def test_confirming_leads_to_a_page_with_the_reference(world: World, sign_in: SignIn) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    client = sign_in(row.user)

    asked = client.get(PROFILE)
    assert 'name="consents"' in asked.content.decode()
    assert asked.context["form"].initial["consents"] == [], "nothing is ticked before"
    response = client.post(PROFILE, DATA, follow=True)

    row.refresh_from_db()
    assert row.reference in response.content.decode()
    assert (row.status, row.speaks, str(row.user.time_zone)) == (
        Status.CONFIRMED,
        ["fr", "en"],
        "Pacific/Fiji",
    )
    assert list(row.consents.values_list("purpose", flat=True)) == ["participant_list"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given_name", ""),
        ("family_name", "x" * 81),
        ("language", "xx"),
        ("time_zone", "Mars/Base"),
        ("speaks", "tlh"),
        ("speaks_also", ["tlh"]),
        ("consents", ["everything"]),
        ("gender", "odd"),
        ("gender", "woman\0"),
    ],
)
def test_bad_input_is_said_at_its_place_and_changes_nothing(
    world: World, sign_in: SignIn, field: str, value: object
) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)

    response = sign_in(row.user).post(PROFILE, DATA | {field: value})

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    row.refresh_from_db()
    assert (row.status, Consent.objects.count()) == (Status.APPROVED, 0)


def test_a_gender_is_kept_if_given_and_can_be_taken_back(world: World, sign_in: SignIn) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    client = sign_in(row.user)

    for gender in ("another", ""):
        assert client.post(PROFILE, DATA | {"gender": gender}).status_code == 302
        row.refresh_from_db()
        assert row.gender == gender
        assert client.get(PROFILE).context["form"].initial["gender"] == gender


def test_a_posted_field_that_is_not_in_the_form_changes_nothing(
    world: World, sign_in: SignIn
) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    extra = {"email": "x@y.example", "role": "head", "is_staff": "1", "status": "declined"}

    sign_in(row.user).post(PROFILE, DATA | extra | {"attends": "on_site"})

    email, role = row.user.email, row.role
    row.refresh_from_db()
    assert (row.user.email, row.role, row.user.is_staff, row.attends) == (
        email, role, False, Registration.Attends.ONLINE,
    )  # fmt: skip


def test_what_was_agreed_to_is_taken_back_after_the_end(world: World, sign_in: SignIn) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    Consent.objects.create(registration=row, purpose="recording", text_version="1", language="en")
    Workshop.objects.update(status=Workshop.Status.CONCLUDED)
    client = sign_in(row.user)

    form = client.get(PROFILE).context["form"]
    assert (list(form.fields), form.initial) == (["consents"], {"consents": ["recording"]})
    refused = client.post(PROFILE, DATA | {"consents": ["recording", "participant_list"]})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["consents"])
    assert client.post(PROFILE, {}).status_code == 302

    row.refresh_from_db()
    assert (row.status, row.consents.filter(withdrawn_at=None).count()) == (Status.APPROVED, 0)
    assert "there is nothing to take back" in client.get(PROFILE).text


@pytest.mark.parametrize(("status", "code"), [(Status.NOMINATED, 403), (Status.WITHDRAWN, 404)])
def test_only_who_takes_part_confirms(
    world: World, sign_in: SignIn, status: Status, code: int
) -> None:
    row = make_registration(world.fiji, status=status)

    assert sign_in(row.user).post(PROFILE, DATA).status_code == code


# Send me a new link -------------------------------------------------------------------------------

NEW_LINK = "/workshops/here/new-link/"


def test_known_and_unknown_addresses_get_the_same_answer(world: World, client: Client) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED, user=make_person("a@f.example"))
    make_registration(world.fiji, status=Status.WAITING, user=make_person("w@f.example"))

    answers = {
        client.post(NEW_LINK, {"email": email}).content.decode().replace(email, "ADDRESS")
        for email in ("a@f.example", "w@f.example", "nobody@f.example")
    }

    assert len(answers) == 1
    [mail] = OutgoingMail.objects.all()
    assert (mail.template, mail.recipient) == ("participants/approved", row.user)


@pytest.mark.parametrize("email", ["", "x", "a\r\nBcc: b@c.example", "\0@x.example"])
def test_what_is_no_address_is_said(world: World, client: Client, email: str) -> None:
    assert client.post(NEW_LINK, {"email": email}).status_code == 422
    assert OutgoingMail.objects.count() == 0


def test_a_draft_has_no_such_page(world: World, client: Client) -> None:
    Workshop.objects.filter(pk=world.here.pk).update(
        status=Workshop.Status.DRAFT, published_at=None, published_by=None
    )

    assert client.get(NEW_LINK).status_code == 404


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_no_link_goes_out_to_what_does_not_take_place(
    world: World, client: Client, status: str
) -> None:
    make_registration(world.fiji, status=Status.APPROVED, user=make_person("a@f.example"))
    Workshop.objects.update(status=status, ended_reason="A storm")

    answers = {
        client.post(NEW_LINK, {"email": email}).text
        for email in ("a@f.example", "nobody@f.example")
    }

    assert len(answers | {client.get(NEW_LINK).text}) == 1
    assert "A storm" in answers.pop()
    assert OutgoingMail.objects.count() == 0
