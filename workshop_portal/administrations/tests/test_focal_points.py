"""Naming focal points and deputies, ending terms, sending access."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from workshop_portal.accounts.models import SignInLink, User
from workshop_portal.administrations.actions.focal_points import (
    AlreadyFocalPointError,
    EndInPastError,
    FocalPointInPlaceError,
    TermEndedError,
    end_focal_point,
    name_by_address,
    name_focal_point,
    send_access,
)
from workshop_portal.administrations.models import Administration, FocalPoint
from workshop_portal.administrations.tests.worlds import World, make_administration, make_person
from workshop_portal.audit.models import Entry
from workshop_portal.leases import SupersededError
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.rendering import render_mail

SignIn = Callable[[User], Client]
Kind = FocalPoint.Kind


def in_office(administration: Administration) -> list[tuple[str, User]]:
    terms = FocalPoint.objects.filter(administration=administration).current(timezone.now())
    return [(term.kind, term.user) for term in terms.order_by("pk")]


def test_naming_opens_a_term_with_one_entry(world: World) -> None:
    korea = make_administration("KR")
    person = make_person()

    term = name_focal_point(administration=korea, person=person, by=world.secretariat)

    assert (term.kind, term.granted_by, term.ends_at) == ("focal_point", world.secretariat, None)
    assert in_office(korea) == [("focal_point", person)]
    [entry] = Entry.objects.all()
    assert (entry.action, entry.context_id, entry.changes, entry.personal) == (
        "administrations.focal_point_named",
        str(korea.pk),
        {"kind": [None, "focal_point"]},
        {"person": [None, str(person)]},
    )


def test_a_second_focal_point_has_to_take_over(world: World) -> None:
    successor = make_person()

    with pytest.raises(FocalPointInPlaceError):
        name_focal_point(administration=world.fiji, person=successor, by=world.secretariat)
    assert in_office(world.fiji) == [("focal_point", world.fiji_contact)]

    name_focal_point(
        administration=world.fiji, person=successor, takes_over=True, by=world.secretariat
    )
    assert in_office(world.fiji) == [("focal_point", successor)]
    assert FocalPoint.objects.filter(administration=world.fiji).count() == 2


def test_access_ends_with_the_term(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.fiji_contact)
    address = reverse("administrations:administration-detail", args=["FJ"])
    assert client.get(address).status_code == 200

    end_focal_point(focal_point=world.fiji_term, by=world.secretariat)

    assert client.get(address).status_code == 404


def test_a_deputy_stands_beside_and_becomes_focal_point(world: World) -> None:
    deputy = make_person()
    name_focal_point(
        administration=world.fiji, person=deputy, kind=Kind.DEPUTY, by=world.secretariat
    )
    assert in_office(world.fiji) == [("focal_point", world.fiji_contact), ("deputy", deputy)]

    with pytest.raises(AlreadyFocalPointError):
        name_focal_point(
            administration=world.fiji, person=deputy, kind=Kind.DEPUTY, by=world.secretariat
        )
    name_focal_point(
        administration=world.fiji, person=deputy, takes_over=True, by=world.secretariat
    )
    assert in_office(world.fiji) == [("focal_point", deputy)]


def test_one_person_may_act_for_two_administrations(world: World) -> None:
    korea = make_administration("KR")

    name_focal_point(administration=korea, person=world.fiji_contact, by=world.secretariat)

    assert in_office(korea) == [("focal_point", world.fiji_contact)]


def test_a_term_ends_later_or_at_once_but_never_before_now(world: World) -> None:
    now = timezone.now()
    with pytest.raises(EndInPastError):
        end_focal_point(
            focal_point=world.fiji_term, ends_at=now - timedelta(days=1), by=world.secretariat
        )
    end_focal_point(
        focal_point=world.fiji_term, ends_at=now + timedelta(days=1), by=world.secretariat
    )
    assert in_office(world.fiji) == [("focal_point", world.fiji_contact)]

    end_focal_point(focal_point=world.fiji_term, by=world.secretariat)
    assert in_office(world.fiji) == []
    with pytest.raises(TermEndedError):
        end_focal_point(focal_point=world.fiji_term, by=world.secretariat)


def test_access_is_one_mail_whose_link_is_made_when_it_is_sent(world: World) -> None:
    send_access(focal_point=world.fiji_term, by=world.secretariat)

    [mail] = OutgoingMail.objects.all()
    assert (mail.template, mail.recipient, mail.is_secret, SignInLink.objects.count()) == (
        "administrations/access",
        world.fiji_contact,
        True,
        0,
    )
    shown = render_mail(mail, with_links=True)
    link = SignInLink.objects.get()
    assert (shown.subject, link.user, link.path) == (
        "Your access as focal point: Fiji",
        world.fiji_contact,
        "/administrations/FJ/",
    )
    assert (f"{reverse('accounts:sign-in-link', args=['x'])[:-2]}" in shown.text) is True


def test_access_after_the_end_is_refused_and_a_waiting_mail_makes_no_sense(world: World) -> None:
    send_access(focal_point=world.fiji_term, by=world.secretariat)
    end_focal_point(focal_point=world.fiji_term, by=world.secretariat)
    world.fiji_term.refresh_from_db()

    with pytest.raises(TermEndedError):
        send_access(focal_point=world.fiji_term, by=world.secretariat)
    with pytest.raises(SupersededError):
        render_mail(OutgoingMail.objects.get(), with_links=True)


# The pages ----------------------------------------------------------------------------------------


def test_the_form_names_a_person_not_known_yet_without_a_password(
    world: World, sign_in: SignIn
) -> None:
    make_administration("KR", language="fr", time_zone="Asia/Seoul")

    response = sign_in(world.secretariat).post(
        reverse("administrations:focal-point-new", args=["KR"]),
        {
            "email": " Kim@Customs.example ",
            "given_name": "Kim",
            "family_name": "Yuna (demo)",
            "kind": "focal_point",
            "with_access": "on",
        },
    )

    person = User.objects.get(email="kim@customs.example")
    assert response.status_code == 302
    assert (
        person.has_usable_password(),
        person.language,
        str(person.time_zone),
        person.family_name,
    ) == (False, "fr", "Asia/Seoul", "Yuna (demo)")
    assert list(OutgoingMail.objects.values_list("recipient", "template")) == [
        (person.pk, "administrations/access")
    ]


def test_a_refusal_makes_no_account_and_sends_nothing(world: World, sign_in: SignIn) -> None:
    people, entries = User.objects.count(), Entry.objects.count()

    response = sign_in(world.secretariat).post(
        reverse("administrations:focal-point-new", args=["FJ"]),
        {
            "email": "kim@customs.example",
            "given_name": "Kim",
            "family_name": "Yuna",
            "kind": "focal_point",
            "with_access": "on",
        },
    )

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["takes_over"])
    assert (User.objects.count(), Entry.objects.count(), OutgoingMail.objects.count()) == (
        people,
        entries,
        0,
    )


def test_naming_is_all_or_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    module = "workshop_portal.administrations.actions.focal_points"

    def fail(**_values: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(f"{module}.queue_mail", fail)
    people, entries = User.objects.count(), Entry.objects.count()

    with pytest.raises(RuntimeError):
        name_by_address(
            administration=make_administration("KR"),
            email="kim@customs.example",
            kind=Kind.FOCAL_POINT,
            with_access=True,
            by=world.secretariat,
            family_name="Yuna",
        )

    assert (User.objects.count(), Entry.objects.count()) == (people, entries)
    assert FocalPoint.objects.filter(administration__code="KR").count() == 0


def test_a_known_person_keeps_the_name_already_given(world: World, sign_in: SignIn) -> None:
    known = make_person("kim@customs.example", given_name="Kim", family_name="Known")
    make_administration("KR")

    sign_in(world.secretariat).post(
        reverse("administrations:focal-point-new", args=["KR"]),
        {
            "email": "kim@customs.example",
            "given_name": "Other",
            "family_name": "Name",
            "kind": "deputy",
        },
    )

    known.refresh_from_db()
    assert (known.family_name, OutgoingMail.objects.count()) == ("Known", 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "no address"),
        ("email", f"{'a' * 250}@b.example"),
        ("email", "a@b.example\r\nBcc: c@d.example"),
        ("given_name", "<img src=x>"),
        ("family_name", "a\x00b"),
        ("family_name", "x" * 81),
        ("position", "=cmd"),
        ("kind", "king"),
        ("takes_over", ""),
    ],
)
def test_a_wrong_value_is_told_at_its_place(
    world: World, sign_in: SignIn, field: str, value: str
) -> None:
    values = {
        "email": "kim@customs.example",
        "given_name": "Kim",
        "family_name": "Yuna",
        "kind": "focal_point",
        "takes_over": "on",
    }
    response = sign_in(world.secretariat).post(
        reverse("administrations:focal-point-new", args=["FJ"]), values | {field: value}
    )

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert in_office(world.fiji) == [("focal_point", world.fiji_contact)]


def test_ending_and_access_by_button(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.secretariat)
    args: list[Any] = ["FJ", world.fiji_term.public_id]

    client.post(reverse("administrations:focal-point-access", args=args))
    assert OutgoingMail.objects.count() == 1
    client.post(reverse("administrations:focal-point-end", args=args), {"ends_on": "not a day"})
    assert in_office(world.fiji) == [("focal_point", world.fiji_contact)]
    client.post(reverse("administrations:focal-point-end", args=args), {"ends_on": ""})
    assert in_office(world.fiji) == []


@pytest.mark.parametrize("days", [0, 30])
def test_a_later_end_is_told_with_its_day(world: World, sign_in: SignIn, days: int) -> None:
    last = timezone.now().date() + timedelta(days=days)

    said = _end(sign_in(world.secretariat), world.fiji_term, last.isoformat())

    assert f"The term of {world.fiji_contact} ends on {last:%-d %B %Y}." in said
    assert in_office(world.fiji) == [("focal_point", world.fiji_contact)]


@pytest.mark.parametrize(
    ("last_day", "words"),
    [
        ("", "is ended."),
        ("2022-05-23", "A term cannot end on a day that is over."),
        ("0001-01-01", "That is not a day."),
        ("9999-12-31", "That is not a day."),
    ],
)
def test_an_end_is_told_as_it_is(world: World, sign_in: SignIn, last_day: str, words: str) -> None:
    FocalPoint.objects.update(starts_at=timezone.now() - timedelta(days=9000))

    assert words in _end(sign_in(world.secretariat), world.fiji_term, last_day)


def _end(client: Client, term: FocalPoint, last_day: str) -> str:
    """What the page says then."""
    url = reverse("administrations:focal-point-end", args=["FJ", term.public_id])
    return client.post(url, {"ends_on": last_day}, follow=True).content.decode()


@pytest.mark.parametrize(
    ("who", "new", "end"),
    [("fiji_contact", 403, 403), ("japan_contact", 404, 404), ("stranger", 404, 404)],
)
def test_only_the_secretariat_names_and_ends(
    world: World, sign_in: SignIn, who: str, new: int, end: int
) -> None:
    client = sign_in(getattr(world, who))
    args: list[Any] = ["FJ", world.fiji_term.public_id]

    assert client.get(reverse("administrations:focal-point-new", args=["FJ"])).status_code == new
    for verb in ("end", "access"):
        address = reverse(f"administrations:focal-point-{verb}", args=args)
        assert client.post(address).status_code == end
        assert client.get(address).status_code == 405
    assert in_office(world.fiji) == [("focal_point", world.fiji_contact)]


def test_a_term_is_not_found_under_another_administration(world: World, sign_in: SignIn) -> None:
    address = reverse("administrations:focal-point-end", args=["JP", world.fiji_term.public_id])

    assert sign_in(world.secretariat).post(address).status_code == 404


# Constraints --------------------------------------------------------------------------------------


def test_a_person_has_one_open_term_in_an_administration(world: World) -> None:
    # administrations_focalpoint_one_open_per_person
    with pytest.raises(IntegrityError, match=r"one_open_per_person|focalpoint\.user_id"):
        FocalPoint.objects.create(
            administration=world.fiji, user=world.fiji_contact, kind=Kind.DEPUTY
        )


def test_an_administration_has_one_focal_point(world: World) -> None:
    # administrations_focalpoint_one_main_per_administration
    with pytest.raises(IntegrityError, match=r"one_main_per_administration|focalpoint\.admin"):
        FocalPoint.objects.create(administration=world.fiji, user=make_person())


def test_a_term_ends_after_it_began(world: World) -> None:
    with pytest.raises(IntegrityError, match="administrations_focalpoint_ends_after_start"):
        FocalPoint.objects.filter(pk=world.fiji_term.pk).update(
            ends_at=world.fiji_term.starts_at - timedelta(seconds=1)
        )


def test_an_office_is_of_a_known_kind(world: World) -> None:
    with pytest.raises(IntegrityError, match="administrations_focalpoint_kind_valid"):
        FocalPoint.objects.filter(pk=world.fiji_term.pk).update(kind="king")
