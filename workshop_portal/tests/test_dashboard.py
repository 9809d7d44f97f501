"""The first page, by who looks."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from breakouts.models import Plan, Round
from breakouts.tests.worlds import (
    BreakoutWorld,
    make_group,
    make_plan,
    make_role,
    make_round,
    make_topic,
)
from events.models import Workshop
from events.tests.worlds import make_material
from participants.models import Registration
from participants.tests.worlds import (
    World,
    make_administration,
    make_delegation,
    make_person,
    make_registration,
    make_workshop,
)
from reports.models import ReportSeries
from workshop_portal.accounts.models import StaffRole, User
from workshop_portal.administrations.models import Administration, FocalPoint
from workshop_portal.tests.access_world import AccessWorld

pytestmark = pytest.mark.django_db
NOT_INVITED = {"status": "listed", "invited_at": None, "invited_by": None}


def body_for(user: User | None) -> str:
    client = Client()
    if user is not None:
        client.force_login(user)
    response = client.get("/")
    assert response.status_code == 200
    return response.content.decode()


def test_visitors_see_published_workshops_only() -> None:
    World()
    make_workshop("hidden", status="draft", published_at=None, published_by=None)
    body = body_for(None)
    assert "Workshop here" in body
    assert "Workshop hidden" not in body


def test_each_person_sees_the_own_side() -> None:
    world = World()
    delegate = make_registration(world.fiji, status=Registration.Status.CONFIRMED).user
    organiser, focal_point = body_for(world.organiser), body_for(world.fiji_contact)
    assert "Workshop here" in organiser
    assert "Workshop elsewhere" not in organiser
    assert "Fiji: Workshop here" in focal_point
    assert "Japan" not in focal_point
    own = body_for(delegate)
    assert ("Workshop here" in own, ", for Fiji, Confirmed</p>" in own) == (True, True)
    assert "You take part in no workshop" in body_for(world.stranger)


@pytest.mark.parametrize(
    ("status", "is_over", "is_shown"),
    [
        ("assigning", False, False),
        ("published", False, True),
        ("closed", False, True),
        ("published", True, False),
    ],
)
def test_who_only_facilitates_finds_the_group(status: str, is_over: bool, is_shown: bool) -> None:
    """Somebody of the team, or a speaker: without a registration."""
    world = BreakoutWorld()
    make_role(world.two, world.facilitator, "facilitator")
    make_role(world.one, world.organiser, "rapporteur")
    assert "You take part in no workshop" in body_for(world.facilitator)
    world.enter(status)
    if is_over:
        Workshop.objects.filter(pk=world.here.pk).update(status=Workshop.Status.CONCLUDED)

    body = body_for(world.facilitator)

    link = reverse("breakouts:group-detail", args=["here", 1, 2])
    shown = (link in body, "Facilitator, Round 1, Workshop here" in body)
    assert shown == (is_shown, is_shown)
    assert ("You take part in no workshop" in body) is not is_shown
    assert reverse("breakouts:group-detail", args=["here", 1, 1]) not in body


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_first_page_do_not_grow_with_roles(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    world = BreakoutWorld()
    for _each in range(rows):
        held = make_round(world.here, status=Round.Status.PUBLISHED)
        make_role(make_group(held, world.first), world.facilitator)
    client = Client()
    client.force_login(world.facilitator)
    with django_assert_num_queries(6):
        assert client.get("/").text.count("Rapporteur, Round") == rows


def test_the_secretariat_may_start_empty() -> None:
    world = World()
    body = body_for(world.secretariat)
    assert "Workshop elsewhere" in body


def prepare(slug: str, world: World, centre: Administration, reports: ReportSeries) -> None:
    """A workshop in which one of each kind waits, and in which the organiser takes part for Fiji."""
    workshop = make_workshop(slug, status=Workshop.Status.PUBLISHED, by=world.organiser)
    workshop.team.create(user=world.organiser, role="organiser", granted_by=world.secretariat)
    fiji = make_delegation(workshop, world.fj, by=world.organiser)
    make_registration(fiji, user=world.organiser)
    make_delegation(workshop, centre, by=world.organiser, **NOT_INVITED)
    make_group(make_round(workshop), make_topic(workshop))
    make_round(
        workshop, status=Round.Status.RANKING, ranking_closes_at=timezone.now() - timedelta(days=1)
    )
    edition = reports.editions.create(number=workshop.pk, title=slug, workshop=workshop)
    edition.contributions.create(
        administration=world.fj,
        kind="trend",
        title="Trend",
        status="submitted",
        created_by=world.organiser,
        submitted_at=timezone.now(),
        submitted_by=world.organiser,
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_what_is_prepared(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Session, person; workshops; who cannot be invited, what is to review, groups, rankings, editions, what is
    submitted; own delegations, their editions, own registrations and roles."""
    world = World()
    Workshop.objects.update(status=Workshop.Status.CONCLUDED)
    FocalPoint.objects.create(administration=world.fj, user=world.organiser, kind="deputy")
    centre = make_administration("ROCB-X", kind="training_centre")
    reports = ReportSeries.objects.create(slug="report", title="Report")
    for number in range(rows):
        prepare(f"next-{number}", world, centre, reports)
    client = Client()
    client.force_login(world.organiser)
    with django_assert_num_queries(13):
        response = client.get("/")
    shown = response.context
    assert [len(each["items"]) for each in shown["prepared"]] == [6] * rows
    assert (len(shown["delegations"]), len(shown["registrations"])) == (rows, rows)


def test_the_first_set_up_begins_with_the_own_office() -> None:
    desk = make_person()
    StaffRole.objects.create(user=desk, role=StaffRole.Role.SECRETARIAT)
    page = body_for(desk)
    assert "Begin with your own office" in page
    assert page.count("btn-primary") == 1

    client = Client()
    client.force_login(desk)
    form = client.get("/administrations/new/?kind=regional_office").context["form"]
    assert form["kind"].value() == "regional_office"

    make_administration("ROCB", kind="regional_office", is_active=False)
    assert "Begin with your own office" in body_for(desk)
    make_administration("ROCB-AP", kind="regional_office")
    page = body_for(desk)
    assert ("Begin with your own office" in page, "Plan a workshop" in page) == (False, True)
    assert "Begin with your own office" not in body_for(make_person())


def test_a_focal_point_finds_where_to_write_contributions() -> None:
    world = AccessWorld()
    mine = reverse("reports:contribution-mine", args=["report-1", 1])
    assert mine in body_for(world.fiji_contact)
    assert mine not in body_for(world.stranger)


def test_a_delegate_s_contribution_leads_to_no_page_that_is_closed_to_them() -> None:
    world = AccessWorld()
    url = reverse(
        "reports:contribution-detail", args=["report-1", 1, world.own.contribution.public_id]
    )
    client = Client()
    client.force_login(world.user("ana"))
    assert "/administrations/" not in client.get(url).content.decode()
    client.force_login(world.secretariat)
    assert "/administrations/FJ/" in client.get(url).content.decode()


def add_all_kinds(world: AccessWorld) -> None:
    """One more of each thing that My workshop shows to Ana: session with file, ranking, group, contribution."""
    number = world.here.sessions.count() + 1
    starts_at = world.own.session.starts_at + timedelta(hours=number)
    session = world.here.sessions.create(
        title=f"Session {number}", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
    )
    make_material(session, world.organiser)
    make_round(world.here, status=Round.Status.RANKING)
    held = make_round(world.here, status=Round.Status.PUBLISHED, session=session)
    group = make_group(held, world.first)
    plan = make_plan(held, {group: [world.people["ana"]]}, world.organiser)
    Plan.objects.filter(pk=plan.pk).update(
        is_current=True, published_at=timezone.now(), published_by=world.organiser
    )
    world.own.edition.contributions.create(
        administration=world.fj, kind="trend", title=f"Trend {number}", created_by=world.organiser
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_my_workshop_with_all_that_upper_apps_add(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Session, person, registration, agenda, materials; then rankings, groups and the edition."""
    world = AccessWorld()
    for _each in range(rows):
        add_all_kinds(world)
    client = Client()
    client.force_login(world.user("ana"))
    url = reverse("participants:home", args=["here"])
    with django_assert_num_queries(8):
        response = client.get(url)
    shown = response.context
    counts = [
        len(shown["materials"]),
        len(shown["tasks"]),
        len(shown["panels"][0]["context"]["places"]),
    ]
    assert counts == [1 + rows, 2 + rows, 1 + rows]  # of the tasks one is her role
    assert shown["panels"][1]["context"]["edition"].total == 1 + rows


@pytest.mark.parametrize(
    ("who", "path", "count"),
    [("organiser", "/workshops/here/overview/", 3), ("ana", "/workshops/here/my/", 5)],
)
def test_links_down_the_page_lead_somewhere(who: str, path: str, count: int) -> None:
    world = AccessWorld()
    client = Client()
    client.force_login(world.organiser if who == "organiser" else world.user(who))
    page = client.get(path).content.decode()
    jump = page[page.index('<nav class="jump"') :].partition("</nav>")[0]
    targets = re.findall(r'href="#([^"]+)"', jump)
    assert (len(targets), [page.count(f'id="{each}"') for each in targets]) == (count, [1] * count)
