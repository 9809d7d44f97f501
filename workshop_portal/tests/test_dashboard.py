"""The first page, by who looks."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from participants.models import Registration
from participants.tests.worlds import World, make_registration, make_workshop
from workshop_portal.accounts.models import User
from workshop_portal.tests.access_world import AccessWorld

pytestmark = pytest.mark.django_db


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
    assert "Workshop here" in body_for(delegate)
    assert "You take part in no workshop" in body_for(world.stranger)


def test_the_secretariat_may_start_empty() -> None:
    world = World()
    body = body_for(world.secretariat)
    assert "Workshop elsewhere" in body


def test_a_focal_point_finds_where_to_write_contributions() -> None:
    world = AccessWorld()
    mine = reverse("reports:contribution-mine", args=["report", 1])
    assert mine in body_for(world.fiji_contact)
    assert mine not in body_for(world.stranger)


def test_a_delegate_s_contribution_leads_to_no_page_that_is_closed_to_them() -> None:
    world = AccessWorld()
    url = reverse("reports:contribution-detail", args=["report", 1, world.contribution.public_id])
    client = Client()
    client.force_login(world.user("ana"))
    assert "/administrations/" not in client.get(url).content.decode()
    client.force_login(world.secretariat)
    assert "/administrations/FJ/" in client.get(url).content.decode()


def test_queries_of_my_workshop_with_all_that_upper_apps_add(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """Session, person, role, registration, agenda, materials; then rankings, groups and the edition."""
    world = AccessWorld()
    client = Client()
    client.force_login(world.user("ana"))
    url = reverse("participants:home", args=["here"])
    client.get(url)
    with django_assert_num_queries(9):
        assert client.get(url).status_code == 200
