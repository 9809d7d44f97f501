"""One letter of the administration with several pasted rows: kept with each, said in the receipt, and every refusal."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from participants.actions.changes import replace_registration, withdraw_registration
from participants.actions.nominations import Nominee
from participants.forms.nominations import LARGEST_LETTER
from participants.models import Registration
from participants.tests.worlds import World
from workshop_portal.accounts.models import User
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.rendering import render_mail

SignIn = Callable[[User], Client]
PASTE = "/workshops/here/delegations/FJ/paste/"
ROWS = "Ana,Vula,ana@fiji.example,Trainer,Head of delegation\nBen,Tora,ben@fiji.example\n"


def test_one_letter_is_kept_with_all_of_the_rows(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.fiji_contact)
    letter = SimpleUploadedFile("Letter.pdf", b"%PDF-1.7 scan")
    stands = 'name="letter"'

    first, shown = client.get(PASTE), client.post(PASTE, {"rows": ROWS})
    sent = client.post(PASTE, {"rows": ROWS, "confirmed": "1", "letter": letter}, follow=True)

    assert [stands in page.content.decode() for page in (first, shown)] == [False, True]
    rows = list(Registration.objects.order_by("pk"))
    assert [(row.letter_name, row.letter.read()) for row in rows] == [
        ("Letter.pdf", b"%PDF-1.7 scan")
    ] * 2
    assert len({row.letter.name for row in rows}) == 1  # one file, both refer to it
    said = "The letter “Letter.pdf” is kept with them."
    assert said in sent.content.decode()
    mail = render_mail(OutgoingMail.objects.get(), with_links=True)
    assert [said in text.replace("\u2060", "") for text in (mail.text, mail.html)] == [True, True]


def test_it_stays_with_the_others_whatever_becomes_of_one(world: World, sign_in: SignIn) -> None:
    letter = SimpleUploadedFile("Letter.pdf", b"%PDF-1.7 scan")
    contact, organiser = sign_in(world.fiji_contact), sign_in(world.organiser)
    contact.post(PASTE, {"rows": ROWS, "confirmed": "1", "letter": letter})
    ana, ben = Registration.objects.order_by("pk")

    withdraw_registration(registration=ana, by=world.fiji_contact)
    fay = Nominee(given_name="Fay", family_name="Ito", email="fay@fiji.example")
    new = replace_registration(registration=ben, person=fay, by=world.fiji_contact)

    for row in (ana, ben, new):
        address = reverse("participants:registration-letter", args=["here", row.public_id])
        sent = organiser.get(address)
        assert b"".join(sent.streaming_content) == b"%PDF-1.7 scan"
        assert contact.get(address).status_code == 403


def test_without_a_letter_the_receipt_says_nothing_of_one(world: World, sign_in: SignIn) -> None:
    sent = sign_in(world.fiji_contact).post(PASTE, {"rows": ROWS, "confirmed": "1"}, follow=True)

    assert [row.letter_name for row in Registration.objects.all()] == ["", ""]
    assert "The letter" not in sent.content.decode()
    assert "The letter" not in render_mail(OutgoingMail.objects.get(), with_links=True).text


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("letter.pdf", b"MZ no", "not a readable PDF file"),
        ("letter.exe", b"%PDF-1.7", "Choose a file of one of these kinds"),
        ("letter.docx", b"PK", "not a readable DOCX file"),
        ("letter.pdf", b"", "empty"),
        ("letter.pdf", b"%PDF-1.7" + b"x" * LARGEST_LETTER, "at most 10 MB"),
    ],
)
def test_a_refused_letter_nominates_none_of_the_rows(
    world: World, sign_in: SignIn, name: str, content: bytes, reason: str
) -> None:
    data = {"rows": ROWS, "confirmed": "1", "letter": SimpleUploadedFile(name, content)}

    response = sign_in(world.fiji_contact).post(PASTE, data)

    assert (response.status_code, response.context["ready"]) == (422, True)
    assert reason in response.context["letter"].errors["letter"][0]
    assert 'href="#id_letter"' in response.content.decode()
    assert (Registration.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_where_a_row_is_refused_the_letter_is_asked_for_again(
    world: World, sign_in: SignIn
) -> None:
    letter = SimpleUploadedFile("Letter.pdf", b"%PDF-1.7 scan")
    data = {"rows": f"{ROWS}Ana,Vula,ana\n", "confirmed": "1"}
    client = sign_in(world.fiji_contact)

    with_letter, without = client.post(PASTE, data | {"letter": letter}), client.post(PASTE, data)

    assert [
        "Attach the letter again" in page.content.decode() for page in (with_letter, without)
    ] == [True, False]
    assert Registration.objects.count() == 0
