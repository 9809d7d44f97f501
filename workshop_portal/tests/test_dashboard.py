"""The first page, by who looks."""

import pytest
from django.test import Client

from participants.models import Registration
from participants.tests.worlds import World, make_registration, make_workshop
from workshop_portal.accounts.models import User

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
