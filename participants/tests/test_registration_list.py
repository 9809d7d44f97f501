"""The review queue: what it shows, to whom, and in how many queries."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from participants.models import Registration
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.models import User

Status = Registration.Status
SignIn = Callable[[User], Client]
QUEUE = "/workshops/here/registrations/"


def test_it_shows_this_workshop_only_last_change_first(world: World, sign_in: SignIn) -> None:
    older = make_registration(world.fiji)
    newer = make_registration(world.japan)
    make_registration(world.fiji_elsewhere)

    response = sign_in(world.organiser).get(QUEUE)

    assert list(response.context["page"]) == [newer, older]


@pytest.mark.parametrize(
    ("who", "status"),
    [("secretariat", 200), ("organiser", 200), ("fiji_contact", 404), ("stranger", 404)],
)
def test_who_sees_it(world: World, sign_in: SignIn, who: str, status: int) -> None:
    assert sign_in(getattr(world, who)).get(QUEUE).status_code == status


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=kele", ["kele"]),
        ("q=mere+fiji.example", ["mere"]),
        ("q=%00", ["ken", "kele", "mere"]),
        ("status=waiting", ["mere"]),
        ("administration=JP", ["ken"]),
        ("role=observer", ["kele"]),
        ("sort=administration", ["kele", "mere", "ken"]),
        ("status=waiting&administration=JP", []),
        ("status=no-such&sort=%27", ["ken", "kele", "mere"]),
    ],
)
def test_filters_live_in_the_address(
    world: World, sign_in: SignIn, query: str, found: list[str]
) -> None:
    people = {
        name: make_person(f"{name}@{land}.example", family_name=name.title())
        for name, land in [("mere", "fiji"), ("kele", "fiji"), ("ken", "japan")]
    }
    make_registration(world.fiji, user=people["mere"], status=Status.WAITING)
    make_registration(world.fiji, user=people["kele"], role=Registration.Role.OBSERVER)
    make_registration(world.japan, user=people["ken"])

    response = sign_in(world.secretariat).get(f"{QUEUE}?{query}")

    assert [row.user.email.split("@")[0] for row in response.context["page"]] == found


def test_the_place_in_line_counts_within_the_administration(world: World, sign_in: SignIn) -> None:
    now = timezone.now()
    second = make_registration(world.fiji, status=Status.WAITING, waiting_since=now)
    first = make_registration(
        world.fiji, status=Status.WAITING, waiting_since=now - timedelta(hours=1)
    )
    other = make_registration(world.japan, status=Status.WAITING)

    response = sign_in(world.secretariat).get(QUEUE)

    assert response.context["places"] == {first.pk: 1, second.pk: 2, other.pk: 1}


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_rows(
    world: World,
    sign_in: SignIn,
    rows: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    world.fiji.quota = 50
    world.fiji.save()
    for _ in range(rows):
        make_registration(world.fiji, status=Status.WAITING)
    client = sign_in(world.secretariat)

    with django_assert_num_queries(8):
        client.get(QUEUE)


def test_one_registration_shows_its_history(world: World, sign_in: SignIn) -> None:
    registration = make_registration(world.fiji)
    client = sign_in(world.secretariat)
    address = reverse("participants:registration-approve", args=["here", registration.public_id])

    client.post(address)
    response = client.get(f"{QUEUE}{registration.public_id}/")

    assert [(line.sentence, line.actor) for line in response.context["lines"]] == [
        ("Registration approved", str(world.secretariat))
    ]
