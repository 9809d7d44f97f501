"""How often the public page sends a personal link: by address and by client, and nobody can tell."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from participants.models import Registration
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail

NEW_LINK = "/workshops/here/new-link/"
LONGER_THAN_ONE_MAIL_LASTS = timedelta(minutes=6)


@pytest.fixture(autouse=True)
def _limits(settings: Any, world: World) -> Iterator[None]:
    """Nothing counted before and after; limits small enough to reach. Ana, Ben and Cho take part."""
    settings.ACCOUNT_RATE_LIMITS = {"new_link": "3/h/ip,2/h/key"}
    for name in ("ana", "ben", "cho"):
        person = make_person(f"{name}@f.example")
        make_registration(world.fiji, status=Registration.Status.APPROVED, user=person)
    caches["limits"].clear()
    yield
    caches["limits"].clear()


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(timezone.now().replace(minute=0, second=0), tick=False) as moved:
        yield moved


def ask(clock: Any, *names: str, client: Client | None = None) -> list[str]:
    """Ask for each in turn, far enough apart. Returns: the answers without the address that each repeats."""
    answers = []
    for name in names:
        clock.shift(LONGER_THAN_ONE_MAIL_LASTS)
        email = f"{name}@f.example"
        response = (client or Client()).post(NEW_LINK, {"email": email})
        assert response.status_code == 200
        answers.append(response.content.decode().replace(email, "ADDRESS"))
    return answers


def mailed() -> list[str]:
    """Whom a link was queued for, oldest first; each is on record once."""
    rows = OutgoingMail.objects.order_by("pk").values_list("recipient__email", flat=True)
    found = [str(email).partition("@")[0] for email in rows]
    assert Entry.objects.filter(action="participants.registration_link_sent").count() == len(found)
    return found


def test_an_address_has_its_fill(clock: Any) -> None:
    answers = ask(clock, "ana", "ana", "ana", "nobody")

    assert (mailed(), len(set(answers))) == (["ana", "ana"], 1)


def test_a_client_has_its_fill_and_another_one_has_not(clock: Any) -> None:
    ask(clock, "ana", "ana", "ben", "cho")
    assert mailed() == ["ana", "ana", "ben"]

    ask(clock, "cho", client=Client(REMOTE_ADDR="192.0.2.7"))
    assert mailed() == ["ana", "ana", "ben", "cho"]


def test_only_a_mail_counts(clock: Any) -> None:
    ask(clock, "nobody", "no-one", "nobody", "ana")
    client = Client()
    for _each in range(3):  # within the time that one mail lasts
        client.post(NEW_LINK, {"email": "ana@f.example"})
    ask(clock, "ana", "ben")

    assert mailed() == ["ana", "ana", "ben"]


def test_after_an_hour_it_begins_anew(clock: Any) -> None:
    ask(clock, "ana", "ana", "ana")
    clock.shift(timedelta(hours=1))
    ask(clock, "ana")

    assert mailed() == ["ana", "ana", "ana"]


def test_an_address_behind_a_forged_header_is_the_same_client(clock: Any) -> None:
    for number, name in enumerate(("ana", "ben", "cho", "ana")):
        forged = Client(headers={"X-Forwarded-For": f"192.0.2.{number}"})
        ask(clock, name, client=forged)

    assert mailed() == ["ana", "ben", "cho"]


def test_limits_are_counted_where_all_processes_look(clock: Any) -> None:
    ask(clock, "ana", "ana")
    caches["default"].clear()
    ask(clock, "ana")
    assert mailed() == ["ana", "ana"]

    caches["limits"].clear()
    ask(clock, "ana")
    assert mailed() == ["ana", "ana", "ana"]
