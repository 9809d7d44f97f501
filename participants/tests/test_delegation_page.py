"""The focal point's page: nominate one, record a letter, the receipt, what may be changed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import Workshop
from participants.models import Delegation, Registration
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.models import User
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status
SignIn = Callable[[User], Client]
FIJI = "/workshops/here/delegations/FJ/"
ANA = {
    "given_name": "Ana",
    "family_name": "Vula",
    "email": "ana@fiji.example",
    "position": "Trainer",
    "role": "delegate",
}
HOSTILE = [
    "<script>x</script>",
    "=HYPERLINK(1)",
    "A\r\nBcc: x@y.example",
    "a\u202eb",
    "a\0b",
    "'\"--",
]


# Who sees it --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "get", "post"),
    [
        ("fiji_contact", 200, 302),
        ("japan_contact", 404, 404),
        ("stranger", 404, 404),
        ("organiser", 200, 403),  # records letters instead
        ("secretariat", 200, 403),
    ],
)
def test_who_sees_and_nominates(
    world: World, sign_in: SignIn, who: str, get: int, post: int
) -> None:
    client = sign_in(getattr(world, who))

    assert (client.get(FIJI).status_code, client.post(FIJI, ANA).status_code) == (get, post)


def test_nothing_of_others_is_shown(world: World, sign_in: SignIn) -> None:
    make_registration(world.japan, user=make_person("x@japan.example", family_name="Secretname"))
    make_registration(
        world.fiji_elsewhere, user=make_person("y@fiji.example", family_name="Elsewhere")
    )

    text = sign_in(world.fiji_contact).get(FIJI).content.decode()

    assert ("Secretname" in text, "Elsewhere" in text) == (False, False)


def test_a_deputy_nominates_too_and_a_former_contact_does_not(
    world: World, sign_in: SignIn
) -> None:
    deputy = make_person("deputy@fiji.example")
    world.fj.focal_points.create(user=deputy, kind="deputy")
    client = sign_in(deputy)

    assert client.post(FIJI, ANA).status_code == 302
    world.fj.focal_points.update(ends_at=timezone.now())
    assert client.get(FIJI).status_code == 404


def test_opening_is_noted_once_for_the_focal_point_only(world: World, sign_in: SignIn) -> None:
    sign_in(world.secretariat).get(FIJI)
    world.fiji.refresh_from_db()
    assert world.fiji.opened_at is None

    sign_in(world.fiji_contact).get(FIJI)
    world.fiji.refresh_from_db()
    assert world.fiji.opened_at is not None


# One ----------------------------------------------------------------------------------------------


def test_one_submit_one_receipt(world: World, sign_in: SignIn) -> None:
    response = sign_in(world.fiji_contact).post(FIJI, ANA, follow=True)

    row = Registration.objects.get()
    text = response.content.decode()
    assert response.redirect_chain == [(f"{FIJI}receipts/{row.public_id}/", 302)]
    assert (row.reference in text, "The secretariat approves" in text) == (True, True)
    assert (row.user.email, row.status, row.user.position) == (
        "ana@fiji.example",
        Status.NOMINATED,
        "Trainer",
    )
    [mail] = OutgoingMail.objects.all()
    assert (mail.template, mail.recipient) == (
        "participants/nomination_receipt",
        world.fiji_contact,
    )


def test_the_letter_of_the_administration_comes_along(world: World, sign_in: SignIn) -> None:
    letter = SimpleUploadedFile("Letter.pdf", b"%PDF-1.7 scan")

    sign_in(world.fiji_contact).post(FIJI, ANA | {"letter": letter})

    row = Registration.objects.get()
    assert (row.origin, row.letter_name, row.letter.read()) == (
        "nominated",
        "Letter.pdf",
        b"%PDF-1.7 scan",
    )
    page = sign_in(world.secretariat).get(f"/workshops/here/registrations/{row.public_id}/")
    assert "Letter.pdf" in page.content.decode()


def test_a_refused_letter_nominates_nobody(world: World, sign_in: SignIn) -> None:
    letter = SimpleUploadedFile("letter.exe", b"MZ")

    response = sign_in(world.fiji_contact).post(FIJI, ANA | {"letter": letter})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["letter"])
    assert Registration.objects.count() == 0


def test_a_taken_address_is_said_at_its_field_and_the_text_kept(
    world: World, sign_in: SignIn
) -> None:
    make_registration(world.fiji, user=make_person("ana@fiji.example", family_name="Vula"))

    response = sign_in(world.fiji_contact).post(FIJI, ANA)

    assert response.status_code == 422
    assert response.context["form"].errors["email"] == ["Ana Vula is nominated already."]
    assert 'value="Trainer"' in response.content.decode()


def test_of_another_administration_s_people_nothing_is_said(world: World, sign_in: SignIn) -> None:
    make_registration(world.japan, user=make_person("ana@fiji.example", family_name="Secretname"))

    response = sign_in(world.fiji_contact).post(FIJI, ANA)

    assert (response.status_code, "Secretname" in response.content.decode()) == (422, False)


@pytest.mark.parametrize("field", ["given_name", "family_name", "position"])
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_words_are_words(world: World, sign_in: SignIn, field: str, value: str) -> None:
    client = sign_in(world.fiji_contact)

    client.post(FIJI, ANA | {field: value})
    page = client.get(FIJI)

    assert page.status_code == 200
    assert Registration.objects.count() == 1
    stored = getattr(User.objects.get(email=ANA["email"]), field)
    assert stored == " ".join(value.replace("\u202e", "").replace("\0", "").split())
    assert "<script>x" not in page.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given_name", ""),
        ("given_name", "x" * 81),
        ("email", ""),
        ("email", "no address"),
        ("email", "a@b.example\r\nBcc: x@y.example"),
        ("email", f"{'x' * 250}@y.example"),
        ("role", "resource_person"),
        ("role", "'"),
    ],
)
def test_bad_input_is_said_at_its_place_and_changes_nothing(
    world: World, sign_in: SignIn, field: str, value: str
) -> None:
    response = sign_in(world.fiji_contact).post(FIJI, ANA | {field: value})

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert (Registration.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_closed_nominations_are_said(world: World, sign_in: SignIn) -> None:
    Workshop.objects.update(status=Workshop.Status.NOMINATIONS_CLOSED)
    client = sign_in(world.fiji_contact)

    response = client.post(FIJI, ANA)

    assert response.status_code == 422
    assert "Nominations are closed" in str(response.context["form"].non_field_errors())
    assert 'name="given_name"' not in client.get(FIJI).content.decode()


def test_who_came_before_fills_the_form(world: World, sign_in: SignIn) -> None:
    ana = make_person("ana@fiji.example", given_name="Ana", position="Head of training")
    past = make_registration(world.fiji_elsewhere, user=ana, status=Status.CONFIRMED)
    before = world.here.starts_on - timedelta(days=700)
    Workshop.objects.filter(pk=world.elsewhere.pk).update(starts_on=before)
    client = sign_in(world.fiji_contact)

    response = client.get(FIJI, {"past": str(past.public_id)})

    assert response.context["past"] == [past]
    assert response.context["form"].initial["position"] == "Head of training"
    assert client.get(FIJI, {"past": "'\0x"}).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_rows(
    world: World, sign_in: SignIn, rows: int, django_assert_num_queries: Callable[..., object]
) -> None:
    Delegation.objects.update(opened_at=timezone.now())
    for _ in range(rows):
        make_registration(world.fiji)
        make_registration(world.fiji_elsewhere, status=Status.CONFIRMED)
    client = sign_in(world.fiji_contact)

    with django_assert_num_queries(8):
        client.get(FIJI)


# Letters ------------------------------------------------------------------------------------------

RECORD = f"{FIJI}record/"


def test_a_letter_is_recorded_and_read_by_who_runs_the_workshop(
    world: World, sign_in: SignIn
) -> None:
    letter = SimpleUploadedFile("..\\Letter.pdf", b"%PDF-1.7 scan")
    secretariat = sign_in(world.secretariat)

    secretariat.post(RECORD, ANA | {"letter": letter})

    row = Registration.objects.get()
    address = f"/workshops/here/registrations/{row.public_id}/letter/"
    response = secretariat.get(address)
    assert (row.origin, row.letter_name) == ("recorded", "Letter.pdf")
    assert (b"".join(response.streaming_content), response["Content-Disposition"]) == (
        b"%PDF-1.7 scan",
        'attachment; filename="Letter.pdf"',
    )
    assert sign_in(world.fiji_contact).get(address).status_code == 403
    assert sign_in(world.japan_contact).get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [("letter.pdf", b"MZ no"), ("letter.exe", b"%PDF-"), ("a.txt", b"x"), ("a.pdf", b"")],
)
def test_only_a_pdf_or_a_picture_is_a_letter(
    world: World, sign_in: SignIn, name: str, content: bytes
) -> None:
    response = sign_in(world.secretariat).post(
        RECORD, ANA | {"letter": SimpleUploadedFile(name, content)}
    )

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["letter"])
    assert Registration.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "status"), [("fiji_contact", 403), ("japan_contact", 404), ("organiser", 200)]
)
def test_who_records(world: World, sign_in: SignIn, who: str, status: int) -> None:
    assert sign_in(getattr(world, who)).get(RECORD).status_code == status


# Changes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("replace", {f"new-{name}": value for name, value in ANA.items()} | {"confirmed": "1"}),
        ("address", {"address-email": "right@fiji.example"}),
        ("withdraw", {"withdraw-reason": "Ill", "confirmed": "1"}),
        ("link", {}),
    ],
)
@pytest.mark.parametrize(
    ("who", "status"),
    [("fiji_contact", 302), ("organiser", 302), ("japan_contact", 404), ("stranger", 404)],
)
def test_who_may_change(
    world: World, sign_in: SignIn, *, who: str, status: int, verb: str, data: dict[str, str]
) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    address = f"/workshops/here/registrations/{row.public_id}/{verb}/"
    client = sign_in(getattr(world, who))

    assert client.post(address, data).status_code == status
    assert client.get(address).status_code == 405


def test_the_delegate_may_not_change_the_seat(world: World, sign_in: SignIn) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    address = f"/workshops/here/registrations/{row.public_id}/withdraw/"

    assert sign_in(row.user).post(address).status_code == 403


def test_a_wrong_address_is_said_at_its_field(world: World, sign_in: SignIn) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    address = reverse("participants:registration-correct", args=["here", row.public_id])

    response = sign_in(world.fiji_contact).post(address, {"address-email": "no address"})

    assert (response.status_code, list(response.context["address"].errors)) == (422, ["email"])
    row.refresh_from_db()
    assert OutgoingMail.objects.count() == 0


def test_the_receipt_is_of_the_own_delegation(world: World, sign_in: SignIn) -> None:
    row = make_registration(world.fiji)
    address = f"{FIJI}receipts/{row.public_id}/"

    assert sign_in(world.fiji_contact).get(address).status_code == 200
    assert sign_in(world.japan_contact).get(address).status_code == 404


def test_a_nominee_does_not_read_who_else_was_nominated(world: World, sign_in: SignIn) -> None:
    ana, ben = make_person("ana@fiji.example"), make_person(family_name="Benedict")
    rows = [
        make_registration(
            world.fiji, user=user, nominated_at=timezone.now(), nominated_by=world.fiji_contact
        )
        for user in (ana, ben)
    ]
    Registration.objects.update(nominated_at=rows[0].nominated_at)
    address = f"{FIJI}receipts/{rows[0].public_id}/"

    refused = sign_in(ana).get(address)

    assert (refused.status_code, "Benedict" in refused.text) == (403, False)
    assert "Benedict" in sign_in(world.fiji_contact).get(address).text
    assert sign_in(world.fiji_contact).get(address.replace("FJ", "JP")).status_code == 404
