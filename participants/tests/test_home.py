"""My workshop: what counts now, the join button, the own zone across clock changes, each state of the workshop."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from i18nfield.strings import LazyI18nString

from events.models import Material, MaterialVersion, Session, Workshop
from participants import tabs
from participants.models import Registration
from participants.queries.home import get_now_next, list_own_days
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.models import User

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


def test_the_contact_stands_there_once(ana: Registration, sign_in: SignIn) -> None:
    text = sign_in(ana.user).get(HOME).text

    assert (text.count("Questions:"), text.count("mailto:desk@rocb.example")) == (1, 1)
