"""The mail of an invitation, its letter and its link."""

import io
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.utils import timezone
from i18nfield.strings import LazyI18nString

from events.models import Mandate, Organiser, Workshop
from participants.actions.invitations import (
    decline_invitation,
    resend_invitation,
)
from participants.letters import build_letter, letter_pdf
from participants.models import Delegation
from participants.tests.worlds import (
    World,
    make_administration,
    make_listed,
)
from workshop_portal.accounts.models import SignInLink, User
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.leases import SupersededError
from workshop_portal.mail.delivery import send_due
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.rendering import render_mail

Status = Delegation.Status


def make_mail(world: World, **values: Any) -> OutgoingMail:
    User.objects.filter(pk=world.fiji_contact.pk).update(time_zone="Pacific/Fiji", **values)
    Workshop.objects.filter(pk=world.here.pk).update(
        time_zone="Asia/Bangkok",
        nominations_close_at=timezone.now().replace(hour=5, minute=0) + timedelta(days=3),
    )
    resend_invitation(delegation=world.fiji, by=world.secretariat)
    return OutgoingMail.objects.order_by("-pk").first()


def test_the_mail_carries_link_deadline_in_both_zones_and_letter(world: World) -> None:
    rendered = render_mail(make_mail(world), with_links=True)

    link = SignInLink.objects.get()
    assert rendered.subject == "Invitation: Workshop here"
    assert [attachment.name for attachment in rendered.attachments] == ["invitation-here-FJ.pdf"]
    assert rendered.attachments[0].content.startswith(b"%PDF")
    assert link.expires_at - link.created_at == timedelta(days=30)
    for words in ("17:00 Suva (UTC+12)", "12:00 Bangkok (UTC+7)", "3 seats are kept", "desk@"):
        assert words in rendered.text


@pytest.mark.parametrize(
    ("form", "venue", "said"),
    [
        ("online", "", "takes place online, "),
        ("on_site", "Conference Centre", "takes place at Conference Centre, "),
        ("hybrid", "Conference Centre", "takes place at Conference Centre, and online, "),
        ("hybrid", "", "takes place at a place to be announced, and online, "),
    ],
)
def test_letter_and_mail_say_where(world: World, form: str, venue: str, said: str) -> None:
    Workshop.objects.filter(pk=world.here.pk).update(format=form, venue=venue)
    world.fiji.refresh_from_db()

    first: Any = build_letter(world.fiji).body[0]
    mail = render_mail(make_mail(world), with_links=False).text

    assert said in first.runs[0].text
    assert said.removeprefix("takes place ").removesuffix(", ") in mail


def test_a_preview_makes_no_link(world: World) -> None:
    render_mail(make_mail(world), with_links=False)

    assert SignInLink.objects.count() == 0


@pytest.mark.parametrize("cause", ["declined", "ended"])
def test_a_mail_that_makes_no_sense_any_more_is_not_sent(world: World, cause: str) -> None:
    mail = make_mail(world)
    if cause == "declined":
        decline_invitation(delegation=world.fiji, reason="No", by=world.fiji_contact)
    else:
        Workshop.objects.update(status=Workshop.Status.CANCELLED)

    with pytest.raises(SupersededError):
        render_mail(mail, with_links=True)


def test_a_late_invitation_signs_nobody_in_who_left_office(
    world: World, mailoutbox: list[Any]
) -> None:
    make_mail(world)
    FocalPoint.objects.filter(user=world.fiji_contact).update(ends_at=timezone.now())

    send_due()

    assert (mailoutbox, SignInLink.objects.count()) == ([], 0)
    assert OutgoingMail.objects.get().status == "superseded"


def test_the_letter_says_who_invites_why_when_how_many_and_until_when(world: World) -> None:
    office = make_administration("ROCB", name="ROCB A/P", kind="regional_office")
    wco = make_administration("WCO", name="WCO Secretariat", kind="partner")
    Organiser.objects.create(workshop=world.here, administration=office, role="organiser")
    Organiser.objects.create(
        workshop=world.here, administration=wco, role="co_organiser", ordinal=2
    )
    Mandate.objects.create(
        workshop=world.here,
        meeting="19th A/P RTC Heads Meeting",
        decided_in="October 2021",
        decision=LazyI18nString({"en": "To hold a regional workshop."}),
    )
    letter = build_letter(world.fiji)

    text = repr(letter)
    assert (letter.senders, letter.addressee, letter.reference, letter.is_draft) == (
        ("ROCB A/P", "WCO Secretariat"),
        ("Customs of FJ", "Fiji"),
        "here/FJ",
        False,
    )
    for words in (
        "Fiji is invited to take part in “Workshop here”",
        "ROCB A/P in cooperation with WCO Secretariat",
        "19th A/P RTC Heads Meeting, October 2021. To hold a regional workshop.",
        "3 seats are kept for your delegation.",
        "Please nominate by ",
        "/workshops/here/delegations/FJ/",
        "desk@rocb.example",
    ):
        assert words in text


def test_the_letter_is_a_tagged_pdf_whatever_the_names_hold(world: World) -> None:
    world.fiji.administration.name = '#import "x" <b> \\ $x$ \u202e]'
    world.fiji.administration.official_name = "ຄະນະ 海关 جمارك"

    with pikepdf.open(io.BytesIO(letter_pdf(world.fiji))) as pdf:
        assert "/MarkInfo" in pdf.Root
        assert str(pdf.Root.Lang) == "en"


def test_a_letter_not_sent_yet_is_a_draft(world: World) -> None:
    assert build_letter(make_listed(world, "KR")).is_draft
