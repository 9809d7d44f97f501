"""The pages of the invitation round: invite, resend, regrets, the letter."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from participants.models import Delegation, Registration
from participants.tests.worlds import (
    World,
    make_listed,
    make_registration,
)
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.mail.models import OutgoingMail

SignIn = Callable[[User], Client]


Status = Delegation.Status


def test_first_it_is_shown_whom_it_would_mail(world: World, sign_in: SignIn) -> None:
    ready = [make_listed(world, f"A{each}") for each in range(4)]
    alone = make_listed(world, "WS", contact=False)
    client = sign_in(world.organiser)
    address = reverse("participants:delegation-invite", args=["here"])

    shown = client.post(address, {"delegation": [row.pk for row in [*ready, alone, world.fiji]]})

    assert (shown.status_code, OutgoingMail.objects.count()) == (200, 0)
    assert "You are about to mail 4 people of 4 administrations" in shown.content.decode()
    assert len(shown.context["samples"]) == 3
    assert (shown.context["unreachable"], shown.context["invited_before"]) == (
        [alone],
        [world.fiji],
    )

    assert shown.context["hidden"] == [("delegation", row.pk) for row in ready]
    chosen = {"delegation": [row.pk for row in ready], "confirmed": "1"}
    sent = client.post(address, chosen, follow=True)
    assert "4 administrations are invited" in sent.content.decode()
    assert OutgoingMail.objects.count() == 4


def test_all_that_were_not_invited_are_chosen_by_one_button(world: World, sign_in: SignIn) -> None:
    rows = [make_listed(world, f"A{each}") for each in range(3)]
    make_registration(make_listed(world, "BY"))  # by letter: nominated, so not asked any more

    shown = sign_in(world.secretariat).post(
        reverse("participants:delegation-invite", args=["here"]), {"all": "1"}
    )

    assert shown.context["administrations"] == len(rows)


@pytest.mark.parametrize(
    "posted", [{}, {"delegation": "x"}, {"delegation": "999999"}, {"delegation": str(10**30)}]
)
def test_choosing_nobody_is_told(world: World, sign_in: SignIn, posted: dict[str, str]) -> None:
    response = sign_in(world.secretariat).post(
        reverse("participants:delegation-invite", args=["here"]), posted, follow=True
    )

    assert "Choose at least one administration." in response.content.decode()


def test_another_workshop_s_delegation_cannot_be_posted(world: World, sign_in: SignIn) -> None:
    Delegation.objects.filter(pk=world.fiji_elsewhere.pk).update(status=Status.LISTED)
    address = reverse("participants:delegation-invite", args=["here"])

    sign_in(world.secretariat).post(
        address, {"delegation": world.fiji_elsewhere.pk, "confirmed": "1"}
    )

    assert OutgoingMail.objects.count() == 0


def test_declining_by_form_keeps_the_text_of_a_refused_one(world: World, sign_in: SignIn) -> None:
    make_registration(world.fiji)
    address = reverse("participants:delegation-regrets", args=["here", "FJ"])
    client = sign_in(world.fiji_contact)

    refused = client.post(address, {"reason": "<i>No</i> travel"})
    assert (refused.status_code, "&lt;i&gt;No&lt;/i&gt; travel" in refused.content.decode()) == (
        422,
        True,
    )
    assert client.post(address, {"reason": "x" * 2001}).status_code == 422
    assert client.post(address, {"reason": "a\x00b"}).status_code == 422

    Registration.objects.all().delete()
    assert client.post(address, {"reason": "No travel"}).status_code == 302
    world.fiji.refresh_from_db()
    assert world.fiji.status == Status.DECLINED


@pytest.mark.parametrize(
    ("who", "many", "resend", "letter", "regrets"),
    [
        ("secretariat", 302, 302, 200, 200),
        ("organiser", 302, 302, 200, 200),
        ("fiji_contact", 404, 403, 200, 200),
        ("japan_contact", 404, 404, 404, 404),
        ("stranger", 404, 404, 404, 404),
    ],
)
def test_who_may_do_what(  # noqa: PLR0917 the columns of the table
    world: World, sign_in: SignIn, who: str, many: int, resend: int, letter: int, regrets: int
) -> None:
    client = sign_in(getattr(world, who))

    def address(name: str, *args: str) -> str:
        return reverse(f"participants:{name}", args=["here", *args])

    assert client.post(address("delegation-invite")).status_code == many
    assert client.post(address("delegation-resend", "FJ")).status_code == resend
    assert client.get(address("delegation-letter", "FJ")).status_code == letter
    assert client.get(address("delegation-regrets", "FJ")).status_code == regrets


def test_an_administration_not_invited_yet_sees_nothing(world: World, sign_in: SignIn) -> None:
    korea = make_listed(world, "KR")
    contact = FocalPoint.objects.get(administration=korea.administration).user

    for name in ("delegation-letter", "delegation-regrets", "delegation-edit"):
        address = reverse(f"participants:{name}", args=["here", "KR"])
        assert sign_in(contact).get(address).status_code == 404


def test_verbs_are_posts(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.secretariat)
    addresses = [
        reverse("participants:delegation-invite", args=["here"]),
        reverse("participants:delegation-resend", args=["here", "FJ"]),
        reverse("participants:delegation-remove", args=["here", "FJ"]),
    ]

    assert [client.get(address).status_code for address in addresses] == [405, 405, 405]
