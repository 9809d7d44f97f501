"""What is said of who left a published plan, and where a repair is offered."""

import pytest
from django.test import Client

from breakouts.models import Group
from breakouts.tests.test_repair import REPAIR, ROUND, late
from breakouts.tests.worlds import BreakoutWorld, SignIn, move_person
from participants.actions.changes import (
    correct_address,
    replace_registration,
    withdraw_registration,
)
from participants.actions.nominations import Nominee
from participants.models import Registration
from workshop_portal.audit.models import Entry


@pytest.fixture
def organiser(world: BreakoutWorld, sign_in: SignIn) -> Client:
    return sign_in(world.organiser)


def since(client: Client) -> tuple[int, int, bool]:
    """Who left, who was replaced, and whether a repair is offered: on the round's page and on the board alike."""
    found = []
    for page in (ROUND, f"{ROUND}board/"):
        response = client.get(page)
        damage, text = response.context["damage"], response.content.decode()
        assert ("there is nothing to repair." in text) is (bool(damage) and not damage.needs_repair)
        found.append((damage.left, damage.replaced, REPAIR in text))
    assert found[0] == found[1]
    return found[0]


def test_where_a_repair_would_change_nothing_none_is_offered(
    world: BreakoutWorld, organiser: Client
) -> None:
    """One left and one was replaced, and every rule holds."""
    Group.objects.update(minimum=1, maximum=4)
    world.publish()
    withdraw_registration(registration=world.people["dai"], by=world.secretariat)
    assert since(organiser) == (1, 0, False)
    nominee = Nominee(email="fay@customs.example")
    replace_registration(registration=world.people["cho"], person=nominee, by=world.secretariat)
    assert since(organiser) == (1, 1, False)
    world.two.minimum = 2
    world.two.save()
    assert since(organiser) == (1, 1, True)


def test_who_sat_in_a_draft_alone_did_not_leave(world: BreakoutWorld, organiser: Client) -> None:
    Group.objects.update(minimum=1, maximum=4)
    published = world.publish()
    gus = late(world)
    move_person(plan=published, registration=gus, to=world.two, by=world.organiser)
    withdraw_registration(registration=gus, by=world.secretariat)
    assert since(organiser) == (0, 0, False)
    withdraw_registration(registration=world.people["dai"], by=world.secretariat)
    assert since(organiser) == (1, 0, False)  # from the published plan and from the draft


def test_a_corrected_address_is_the_same_person(world: BreakoutWorld, organiser: Client) -> None:
    world.publish()
    cho = world.people["cho"]
    Registration.objects.filter(pk=cho.pk).update(status="approved", confirmed_at=None)
    correct_address(registration=cho, email="cho.m@customs.example", by=world.secretariat)

    assert Entry.objects.filter(action="breakouts.seat_passed_on").count() == 1
    assert since(organiser) == (0, 0, False)
