"""Another administration registers the person between our look and our write: a refusal at the field, no error."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from participants.actions.nominations import (
    AlreadyRegisteredError,
    Nominee,
    lost_races_refused,
    nominate_many,
)
from participants.models import Delegation, Registration
from participants.queries.registrations import list_active_by_address
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.models import User
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status
SignIn = Callable[[User], Client]
Faster = Callable[[int], None]
ROWS = "/workshops/here/registrations/"
FIJI = "/workshops/here/delegations/FJ/"
EMAIL = "eve@shared.example"
PERSON = {"given_name": "Eve", "family_name": "Shared", "email": EMAIL}
TAKEN = f"{EMAIL} is registered for this workshop already."


@pytest.fixture
def faster(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Japan has registered Eve; so many looks are from before that."""
    make_registration(world.japan, user=make_person(EMAIL))

    def set_looks(number: int) -> None:
        outdated: Iterator[dict[str, Registration]] = iter([{}] * number)

        def look(**asked: Any) -> dict[str, Registration]:
            known = next(outdated, None)
            return list_active_by_address(**asked) if known is None else known

        for module in ("forms.nominations", "actions.nominations", "actions.changes"):
            monkeypatch.setattr(f"participants.{module}.list_active_by_address", look)

    return set_looks


def rows() -> list[Any]:
    """All that the acts could write."""
    return [
        *Registration.objects.order_by("pk").values(),
        *Delegation.objects.order_by("pk").values("seats_taken"),
        Entry.objects.count(),
        OutgoingMail.objects.count(),
    ]


@pytest.mark.parametrize(("form", "looks"), [("replace", 2), ("address", 1)])
def test_a_seat_is_not_given_to_who_was_registered_meanwhile(
    world: World, sign_in: SignIn, faster: Faster, form: str, looks: int
) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    before = rows()
    faster(looks)
    data = {f"{each}-{name}": PERSON[name] for each in ("new", "address") for name in PERSON}

    response = sign_in(world.fiji_contact).post(
        f"{ROWS}{row.public_id}/{form}/", data | {"confirmed": "1"}
    )

    assert (response.status_code, response.context[form].errors) == (422, {"email": [TAKEN]})
    assert rows() == before


@pytest.mark.parametrize("verb", ["", "record/"])
def test_nobody_is_nominated_who_was_registered_meanwhile(
    world: World, sign_in: SignIn, faster: Faster, verb: str
) -> None:
    before = rows()
    faster(2)
    client = sign_in(world.organiser if verb else world.fiji_contact)

    response = client.post(f"{FIJI}{verb}", PERSON | {"role": "delegate"})

    assert (response.status_code, response.context["form"].errors) == (422, {"email": [TAKEN]})
    assert rows() == before


def test_of_several_the_one_is_named(world: World, faster: Faster) -> None:
    people = [Nominee(email=EMAIL), Nominee(email="new@fiji.example")]
    before = rows()
    faster(1)
    with pytest.raises(AlreadyRegisteredError) as refusal:
        nominate_many(delegation=world.fiji, people=people, by=world.fiji_contact)
    assert (refusal.value.addresses, rows()) == ([EMAIL], before)


def test_what_is_no_lost_race_stays_an_error(world: World) -> None:
    make_registration(world.fiji)
    with (
        pytest.raises(IntegrityError, match="registration_waiting_has_since"),
        lost_races_refused(world.here, ["nobody@fiji.example"]),
    ):
        Registration.objects.update(status=Status.WAITING)
