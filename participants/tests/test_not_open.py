"""Before nominations are open the tracker leads to where they are opened."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from events.models import Workshop
from participants.tests.worlds import World
from workshop_portal.accounts.models import User

SignIn = Callable[[User], Client]
SETTINGS = "/workshops/here/settings/"


@pytest.mark.parametrize(
    ("status", "link"),
    [
        ("draft", f'<a href="{SETTINGS}">To the settings</a>'),
        ("published", f'<a href="{SETTINGS}nominations/">Open nominations</a>'),
        ("nominations_closed", f'<a href="{SETTINGS}nominations/">Extend nominations</a>'),
    ],
)
def test_it_leads_to_the_act(world: World, sign_in: SignIn, status: str, link: str) -> None:
    published_at, by = (None, None) if status == "draft" else (timezone.now(), world.organiser)
    Workshop.objects.filter(pk=world.here.pk).update(
        status=status, published_at=published_at, published_by=by
    )

    text = sign_in(world.organiser).get("/workshops/here/delegations/").text

    assert link in text
