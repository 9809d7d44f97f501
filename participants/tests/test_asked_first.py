"""Replacing and withdrawing ask before they are done, and say what is true: who moves up, who gets a mail."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from participants.models import Registration
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.models import User
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status
SignIn = Callable[[User], Client]
NEW = {"new-given_name": "Litia", "new-family_name": "Seru", "new-email": "litia@fiji.example"}


class Full:
    """Fiji has one seat, taken by Bale; Hina has waited longer than Mele; in Japan somebody waits, too."""

    def __init__(self, world: World, status: Status) -> None:
        world.fiji.quota = 1
        world.fiji.save(update_fields=["quota"])
        self.bale = make_registration(world.fiji, status=status, user=person("Bale", "Fiji"))
        now = timezone.now()
        self.mele = make_registration(
            world.fiji, status=Status.WAITING, user=person("Mele", "Fiji"), waiting_since=now
        )
        self.hina = make_registration(
            world.fiji,
            status=Status.WAITING,
            user=person("Hina", "Fiji"),
            waiting_since=now - timedelta(hours=1),
        )
        make_registration(
            world.japan, status=Status.WAITING, waiting_since=now - timedelta(hours=2)
        )
        self.url = f"/workshops/here/registrations/{self.bale.public_id}"


def person(given: str, family: str) -> User:
    return make_person(f"{given}@x.example".lower(), given_name=given, family_name=family)


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def said(response: Any) -> list[str]:
    return [str(each) for each in response.context["messages"]]


@pytest.mark.parametrize(
    ("status", "mail"),
    [
        (Status.NOMINATED, "Nobody approved yet: the person gets no mail."),
        (Status.CONFIRMED, "Bale Fiji gets a mail."),
    ],
)
def test_withdrawing_asks_and_says_who_moved_up(
    world: World, sign_in: SignIn, status: Status, mail: str
) -> None:
    full = Full(world, status)
    client = sign_in(world.fiji_contact)

    asked = client.post(f"{full.url}/withdraw/", {"withdraw-reason": "Ill"})

    full.bale.refresh_from_db()
    assert (asked.status_code, full.bale.status, OutgoingMail.objects.count()) == (200, status, 0)
    assert "Withdraw Bale Fiji?" in words(asked)
    assert mail in words(asked)
    assert "The seat falls free; Hina Fiji moves up from the waiting list." in words(asked)
    assert 'name="confirmed" value="1"' in words(asked)
    assert "Ill</textarea>" in words(asked)

    data = {"withdraw-reason": "Ill", "confirmed": "1"}
    done = client.post(f"{full.url}/withdraw/", data, follow=True)

    assert said(done) == ["Bale Fiji is withdrawn. From the waiting list moves up: Hina Fiji."]
    full.hina.refresh_from_db()
    assert full.hina.status == Status.NOMINATED


def test_nobody_moves_up_where_nobody_takes_the_seat(world: World, sign_in: SignIn) -> None:
    full = Full(world, Status.NOMINATED)
    client = sign_in(world.fiji_contact)
    url = f"/workshops/here/registrations/{full.mele.public_id}"

    page = client.get(f"{url}/change/")
    done = client.post(f"{url}/withdraw/", {"confirmed": "1"}, follow=True)

    assert "The place on the waiting list falls free." in words(page)
    assert said(done) == ["Mele Fiji is withdrawn."]
    lone = make_registration(world.fiji_elsewhere)
    lone_page = sign_in(world.secretariat).get(
        f"/workshops/elsewhere/registrations/{lone.public_id}/change/"
    )
    assert "nobody of this delegation waits for it." in words(lone_page)


@pytest.mark.parametrize(
    ("status", "told", "mails"),
    [
        (Status.NOMINATED, "Neither gets a mail before the secretariat approves.", 0),
        (Status.APPROVED, "Both get a mail.", 2),
    ],
)
def test_replacing_asks_and_says_who_is_told(
    world: World, sign_in: SignIn, status: Status, told: str, mails: int
) -> None:
    full = Full(world, status)
    client = sign_in(world.fiji_contact)

    asked = client.post(f"{full.url}/replace/", NEW)

    full.bale.refresh_from_db()
    assert (asked.status_code, full.bale.status, OutgoingMail.objects.count()) == (200, status, 0)
    assert f"<b>Replace Bale Fiji by Litia Seru?</b> {told}" in words(asked)
    assert "Withdraw" not in words(asked)

    done = client.post(f"{full.url}/replace/", NEW | {"confirmed": "1"}, follow=True)

    assert said(done) == [f"Litia Seru takes the seat of Bale Fiji. {told}"]
    assert OutgoingMail.objects.count() == mails


def test_what_is_wrong_is_said_before_it_is_asked(world: World, sign_in: SignIn) -> None:
    full = Full(world, Status.NOMINATED)
    response = sign_in(world.fiji_contact).post(f"{full.url}/replace/", NEW | {"new-email": "x"})
    assert (response.status_code, response.context["asked"]) == (422, "")


def test_each_pasted_row_says_what_happens_to_it(world: World, sign_in: SignIn) -> None:
    world.fiji.quota = 2
    world.fiji.save(update_fields=["quota"])
    rows = [f"{name},Vula,{name}@fiji.example" for name in ("Ana", "Ben", "Cai", "Dan")]
    client = sign_in(world.fiji_contact)

    shown = words(client.post("/workshops/here/delegations/FJ/paste/", {"rows": "\n".join(rows)}))
    wrong = words(
        client.post("/workshops/here/delegations/FJ/paste/", {"rows": "\n".join([*rows, rows[0]])})
    )

    body = shown[shown.index("<tbody>") : shown.index("</tbody>")]
    assert (body.count("Gets a seat"), body.count("Waiting list"), body.count("Fine")) == (2, 2, 0)
    assert body.rindex("Gets a seat") < body.index("Waiting list")
    assert "Gets a seat" not in wrong
