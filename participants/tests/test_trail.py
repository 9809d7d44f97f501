"""Where the trail above a page of who does not run the workshop leads: to what they can see, in their language."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from participants.models import Registration
from participants.tests.worlds import World, make_registration
from workshop_portal.accounts.models import User

SignIn = Callable[[User], Client]
HERE = "/workshops/here/"


def trail_of(client: Client, address: str) -> list[str]:
    """The links of the trail, without that to the series."""
    text = client.get(address).content.decode()
    found = re.search(r'<nav class="trail".*?</nav>', text, re.DOTALL)
    assert found
    return re.findall(r'href="([^"]*)"', found[0])[1:]


def test_a_delegate_s_leads_to_my_workshop(world: World, sign_in: SignIn) -> None:
    row = make_registration(world.fiji, status=Registration.Status.APPROVED)

    assert trail_of(sign_in(row.user), f"{HERE}my/profile/") == [f"{HERE}my/"]


@pytest.mark.parametrize(("page", "step"), [("", []), ("paste/", [f"{HERE}delegations/FJ/"])])
def test_a_focal_point_s_leads_to_the_public_page_in_the_own_language(
    world: World, sign_in: SignIn, page: str, step: list[str]
) -> None:
    User.objects.filter(pk=world.fiji_contact.pk).update(language="fr")
    client = sign_in(world.fiji_contact)

    found = trail_of(client, f"{HERE}delegations/FJ/{page}")

    assert found == [f"{HERE}own-zone/", *step]
    assert "language=fr" in client.get(found[0]).headers["Location"]


def test_a_visitor_s_leads_to_the_public_page(world: World, client: Client) -> None:
    address = reverse("participants:link-request", args=["here"])

    assert trail_of(client, address) == [HERE]
