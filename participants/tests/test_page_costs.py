"""What the pages cost that no other test counts: the same number of queries for one row of each kind and three."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.tests.worlds import make_material
from participants.models import Consent, Delegation, Registration
from participants.tests.worlds import (
    World,
    make_administration,
    make_delegation,
    make_person,
    make_registration,
)
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import FocalPoint

Status = Registration.Status
SignIn = Callable[[User], Client]

COSTS = {
    "delegation-table": 5,
    "delegation-add": 5,
    "seat-policy": 4,
    "nomination-paste": 3,
    "nomination-choose": 5,
    "nomination-record": 4,
    "nomination-receipt": 4,
    "delegation-regrets": 4,
    "registration-table": 7,
    "registration-change": 5,
    "home": 8,
    "profile-edit": 4,
    "registration-confirmed": 3,
    "link-request": 3,
    "calendar-feed": 5,
}

OF_THE_FOCAL_POINT = ("nomination-paste", "nomination-receipt", "registration-change")
OWN = ("home", "profile-edit", "registration-confirmed", "link-request", "calendar-feed")


def fill(world: World, count: int) -> Registration:
    """`count` of each kind in the delegation of Fiji and in the workshop. Returns: Ana's own registration."""
    ana = make_registration(world.fiji, status=Status.CONFIRMED, nominated_by=world.fiji_contact)
    world.fiji.quota = 100
    world.fiji.save(update_fields=["quota"])
    for number in range(count):
        other = make_delegation(world.here, make_administration(f"X{number}"), by=world.secretariat)
        listed = make_administration(f"L{number}")
        make_administration(f"N{number}")
        FocalPoint.objects.create(administration=listed, user=make_person())
        Delegation.objects.create(workshop=world.here, administration=listed)
        for delegation in (world.fiji, other):
            for status in (Status.NOMINATED, Status.CONFIRMED, Status.WAITING, Status.WITHDRAWN):
                make_registration(
                    delegation,
                    status=status,
                    nominated_by=world.fiji_contact,
                    nominated_at=ana.nominated_at,
                )
        make_registration(world.fiji_elsewhere, status=Status.CONFIRMED)
        starts_at = timezone.now() + timedelta(days=number)
        session = world.here.sessions.create(
            title=f"Session {number}", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
        )
        make_material(session, world.organiser)
        purpose = list(Consent.Purpose)[number]
        ana.consents.create(purpose=purpose, text_version=1, language="en")
    return ana


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", COSTS)
def test_a_page_costs_the_same_for_one_row_and_three(
    world: World, sign_in: SignIn, name: str, count: int, django_assert_num_queries: Any
) -> None:
    ana = fill(world, count)
    args: dict[str, list[Any]] = {
        "delegation-table": ["here", "json"],
        "registration-table": ["here", "json"],
        "nomination-paste": ["here", "FJ"],
        "nomination-record": ["here", "FJ"],
        "nomination-receipt": ["here", "FJ", ana.public_id],
        "delegation-regrets": ["here", "FJ"],
        "registration-change": ["here", ana.public_id],
        "calendar-feed": [ana.calendar_token],
    }
    clients = dict.fromkeys(OF_THE_FOCAL_POINT, world.fiji_contact) | dict.fromkeys(OWN, ana.user)
    client = sign_in(clients.get(name, world.secretariat))

    with django_assert_num_queries(COSTS[name]):
        response = client.get(reverse(f"participants:{name}", args=args.get(name, ["here"])))
        body = response.getvalue()
    assert (response.status_code, len(body) > 100) == (200, True)
