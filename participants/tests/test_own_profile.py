"""The delegate's own profile with its consents, also after the end; the page that sends a new link."""

from collections.abc import Callable

import pytest
from django.test import Client

from events.models import Workshop
from participants.models import Consent, Registration
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.models import User
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status
SignIn = Callable[[User], Client]
HOME = "/workshops/here/my/"


# Profile and consents -----------------------------------------------------------------------------

PROFILE = f"{HOME}profile/"
DATA = {
    "given_name": "Ana",
    "family_name": "Vula",
    "language": "en",
    "time_zone": "Pacific/Fiji",
    "speaks": "fr",
    "speaks_also": ["en", "fr"],
    "consents": ["participant_list"],
}


def test_confirming_leads_to_a_page_with_the_reference(world: World, sign_in: SignIn) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    client = sign_in(row.user)

    asked = client.get(PROFILE)
    assert 'name="consents"' in asked.content.decode()
    assert asked.context["form"].initial["consents"] == [], "nothing is ticked before"
    response = client.post(PROFILE, DATA, follow=True)

    row.refresh_from_db()
    assert row.reference in response.content.decode()
    assert (row.status, row.speaks, str(row.user.time_zone)) == (
        Status.CONFIRMED,
        ["fr", "en"],
        "Pacific/Fiji",
    )
    assert list(row.consents.values_list("purpose", flat=True)) == ["participant_list"]


@pytest.mark.parametrize(
    ("own", "said", "preset"),
    [
        ("fr", [], ("fr", [])),
        ("zh-hans", [], ("zh-hans", [])),
        ("fr", ["en", "fr"], ("en", ["fr"])),
    ],
)
def test_the_working_language_begins_with_ones_own(
    world: World, sign_in: SignIn, own: str, said: list[str], preset: tuple[str, list[str]]
) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED, speaks=said)
    User.objects.filter(pk=row.user_id).update(language=own)
    row.user.refresh_from_db()

    initial = sign_in(row.user).get(PROFILE).context["form"].initial

    assert (initial["speaks"], initial["speaks_also"]) == preset


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given_name", ""),
        ("family_name", "x" * 81),
        ("language", "xx"),
        ("time_zone", "Mars/Base"),
        ("speaks", "tlh"),
        ("speaks_also", ["tlh"]),
        ("consents", ["everything"]),
        ("gender", "odd"),
        ("gender", "woman\0"),
    ],
)
def test_bad_input_is_said_at_its_place_and_changes_nothing(
    world: World, sign_in: SignIn, field: str, value: object
) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)

    response = sign_in(row.user).post(PROFILE, DATA | {field: value})

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    row.refresh_from_db()
    assert (row.status, Consent.objects.count()) == (Status.APPROVED, 0)


def test_a_gender_is_kept_if_given_and_can_be_taken_back(world: World, sign_in: SignIn) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    client = sign_in(row.user)

    for gender in ("another", ""):
        assert client.post(PROFILE, DATA | {"gender": gender}).status_code == 302
        row.refresh_from_db()
        assert row.gender == gender
        assert client.get(PROFILE).context["form"].initial["gender"] == gender


def test_a_posted_field_that_is_not_in_the_form_changes_nothing(
    world: World, sign_in: SignIn
) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    extra = {"email": "x@y.example", "role": "head", "is_staff": "1", "status": "declined"}

    sign_in(row.user).post(PROFILE, DATA | extra | {"attends": "on_site"})

    email, role = row.user.email, row.role
    row.refresh_from_db()
    assert (row.user.email, row.role, row.user.is_staff, row.attends) == (
        email, role, False, Registration.Attends.ONLINE,
    )  # fmt: skip


def test_what_was_agreed_to_is_taken_back_after_the_end(world: World, sign_in: SignIn) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    Consent.objects.create(registration=row, purpose="recording", text_version="1", language="en")
    Workshop.objects.update(status=Workshop.Status.CONCLUDED)
    client = sign_in(row.user)

    form = client.get(PROFILE).context["form"]
    assert (list(form.fields), form.initial) == (["consents"], {"consents": ["recording"]})
    refused = client.post(PROFILE, DATA | {"consents": ["recording", "participant_list"]})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["consents"])
    assert client.post(PROFILE, {}).status_code == 302

    row.refresh_from_db()
    assert (row.status, row.consents.filter(withdrawn_at=None).count()) == (Status.APPROVED, 0)
    assert "there is nothing to take back" in client.get(PROFILE).text


@pytest.mark.parametrize(("status", "code"), [(Status.NOMINATED, 403), (Status.WITHDRAWN, 404)])
def test_only_who_takes_part_confirms(
    world: World, sign_in: SignIn, status: Status, code: int
) -> None:
    row = make_registration(world.fiji, status=status)

    assert sign_in(row.user).post(PROFILE, DATA).status_code == code


# Send me a new link -------------------------------------------------------------------------------

NEW_LINK = "/workshops/here/new-link/"


def test_known_and_unknown_addresses_get_the_same_answer(world: World, client: Client) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED, user=make_person("a@f.example"))
    make_registration(world.fiji, status=Status.WAITING, user=make_person("w@f.example"))

    answers = {
        client.post(NEW_LINK, {"email": email}).content.decode().replace(email, "ADDRESS")
        for email in ("a@f.example", "w@f.example", "nobody@f.example")
    }

    assert len(answers) == 1
    [mail] = OutgoingMail.objects.all()
    assert (mail.template, mail.recipient) == ("participants/approved", row.user)


@pytest.mark.parametrize("email", ["", "x", "a\r\nBcc: b@c.example", "\0@x.example"])
def test_what_is_no_address_is_said(world: World, client: Client, email: str) -> None:
    assert client.post(NEW_LINK, {"email": email}).status_code == 422
    assert OutgoingMail.objects.count() == 0


def test_a_draft_has_no_such_page(world: World, client: Client) -> None:
    Workshop.objects.filter(pk=world.here.pk).update(
        status=Workshop.Status.DRAFT, published_at=None, published_by=None
    )

    assert client.get(NEW_LINK).status_code == 404


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_no_link_goes_out_to_what_does_not_take_place(
    world: World, client: Client, status: str
) -> None:
    make_registration(world.fiji, status=Status.APPROVED, user=make_person("a@f.example"))
    Workshop.objects.update(status=status, ended_reason="A storm")

    answers = {
        client.post(NEW_LINK, {"email": email}).text
        for email in ("a@f.example", "nobody@f.example")
    }

    assert len(answers | {client.get(NEW_LINK).text}) == 1
    assert "A storm" in answers.pop()
    assert OutgoingMail.objects.count() == 0
