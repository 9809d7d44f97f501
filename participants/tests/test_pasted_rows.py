"""Nominations as pasted rows: shown first, errors at their row, one receipt."""

from collections.abc import Callable

import pytest
from django.test import Client

from participants.models import Registration
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.models import User
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status
SignIn = Callable[[User], Client]
FIJI = "/workshops/here/delegations/FJ/"
PASTE = f"{FIJI}paste/"
ROWS = (
    "Given names\tFamily name\tE-mail\tPosition\tAs\n"
    "Ana\tVula\tana@fiji.example\tTrainer\tHead of delegation\n"
    "Ben\tTora\tBEN@fiji.example\t\t\n"
)


def test_rows_are_shown_first(world: World, sign_in: SignIn) -> None:
    response = sign_in(world.fiji_contact).post(PASTE, {"rows": ROWS})

    people = response.context["people"]
    assert [(person.name, person.email, person.role, person.problems) for person in people] == [
        ("Ana Vula", "ana@fiji.example", "head", []),
        ("Ben Tora", "ben@fiji.example", "delegate", []),
    ]
    assert (response.context["ready"], Registration.objects.count()) == (True, 0)


def test_confirmed_rows_are_nominated_with_one_receipt(world: World, sign_in: SignIn) -> None:
    rows = ROWS + "C\tC\tc@fiji.example\nD\tD\td@fiji.example\n"

    response = sign_in(world.fiji_contact).post(
        PASTE, {"rows": rows, "confirmed": "1"}, follow=True
    )

    assert [row.user.email[0] for row in response.context["rows"]] == ["a", "b", "c", "d"]
    assert [row.user.email[0] for row in response.context["waiting"]] == ["d"]
    assert OutgoingMail.objects.count() == 1


def test_where_all_wait_the_receipt_names_a_seat_as_the_next_step(
    world: World, sign_in: SignIn
) -> None:
    rows = "".join(f"A,B,p{number}@fiji.example\n" for number in range(3))
    client = sign_in(world.fiji_contact)

    seated = client.post(PASTE, {"rows": rows, "confirmed": "1"}, follow=True)
    waits = client.post(PASTE, {"rows": ROWS, "confirmed": "1"}, follow=True)

    assert [
        [(str(step["text"]), step["state"]) for step in page.context["steps"][1:-1]]
        for page in (seated, waits)
    ] == [
        [("The secretariat approves", "now")],
        [
            ("A seat of your delegation falls free", "now"),
            ("The secretariat approves", "ahead"),
        ],
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("Ana,Vula,ana,Trainer,delegate", "not an e-mail address"),
        (",,x@fiji.example", "Given name and family name"),
        ("Ana,Vula,x@fiji.example,Trainer,king", "fifth column is one of"),
        (f"{'x' * 81},Vula,x@fiji.example", "too long"),
        ("Ana,Vula,x@fiji.example,T,delegate,more", "more than five columns"),
        ("Ana,Vula,taken@fiji.example", "is nominated already."),
        ("Ana,Vula,other@japan.example", "Ask the secretariat"),
        ("Ana,Vula,good@fiji.example", "there twice"),
        ("Ana,Vula,x@fiji.example,T,head", "has a head already"),
    ],
)
def test_each_error_is_at_its_row_and_nothing_is_sent(
    world: World, sign_in: SignIn, row: str, problem: str
) -> None:
    make_registration(world.fiji, user=make_person("taken@fiji.example"))
    make_registration(world.japan, user=make_person("other@japan.example"))
    rows = f"Good,Row,good@fiji.example,,head\n{row}"

    response = sign_in(world.fiji_contact).post(PASTE, {"rows": rows, "confirmed": "1"})

    assert response.status_code == 422
    [last] = [person for person in response.context["people"] if person.number == 2]
    assert problem in " ".join(last.problems)
    assert Registration.objects.count() == 2
    assert "good@fiji.example" in response.content.decode()


@pytest.mark.parametrize("rows", ["", "\0", "no people here", "x" * 100_001, '"', "\u202e,,"])
def test_rows_without_people_are_refused(world: World, sign_in: SignIn, rows: str) -> None:
    response = sign_in(world.fiji_contact).post(PASTE, {"rows": rows, "confirmed": "1"})

    assert (response.status_code, Registration.objects.count()) == (422, 0)
