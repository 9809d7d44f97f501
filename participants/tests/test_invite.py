"""Inviting administrations, sending again, opening, declining; the mail and its letter."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from i18nfield.strings import LazyI18nString

from events.models import Mandate, Organiser, Workshop
from participants.actions.delegations import (
    AlreadyDeclinedError,
    HasNominationsError,
    NoFocalPointError,
    NominationsNotOpenError,
    NotInvitedError,
    NotToInviteError,
    ReasonMissingError,
    decline_invitation,
    invite_delegations,
    record_opened,
    resend_invitation,
)
from participants.actions.registrations import WorkshopEndedError
from participants.letters import build_letter, letter_pdf
from participants.models import Delegation, Registration
from participants.tests.worlds import (
    World,
    make_administration,
    make_delegation,
    make_person,
    make_registration,
)
from workshop_portal.accounts.models import SignInLink, User
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.audit.models import Entry
from workshop_portal.leases import SupersededError
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.rendering import render_mail

SignIn = Callable[[User], Client]
Status = Delegation.Status


def make_listed(world: World, code: str, *, contact: bool = True, **fields: Any) -> Delegation:
    """A delegation that waits for its invitation."""
    administration = make_administration(code, **fields)
    if contact:
        FocalPoint.objects.create(administration=administration, user=make_person())
    return Delegation.objects.create(workshop=world.here, administration=administration)


# The actions --------------------------------------------------------------------------------------


def test_inviting_notes_who_and_when_with_one_entry_and_one_mail(world: World) -> None:
    korea = make_listed(world, "KR")

    invite_delegations(delegations=[korea], by=world.secretariat)

    korea.refresh_from_db()
    assert (korea.status, korea.invited_by, korea.opened_at) == (
        Status.INVITED,
        world.secretariat,
        None,
    )
    [entry] = Entry.objects.all()
    assert (entry.action, entry.actor_id, entry.target_id, entry.context_id) == (
        "participants.delegation_invited",
        world.secretariat.pk,
        str(korea.pk),
        str(world.here.pk),
    )
    [mail] = OutgoingMail.objects.all()
    assert (mail.template, mail.recipient, mail.reply_to, SignInLink.objects.count()) == (
        "participants/invitation",
        FocalPoint.objects.get(administration=korea.administration).user,
        "desk@rocb.example",
        0,
    )


def test_deputies_are_mailed_only_where_there_is_no_focal_point(world: World) -> None:
    korea, samoa = make_listed(world, "KR"), make_listed(world, "WS", contact=False)
    deputies = [make_person(), make_person()]
    for administration in (korea.administration, samoa.administration):
        for deputy in deputies:
            FocalPoint.objects.create(administration=administration, user=deputy, kind="deputy")

    invite_delegations(delegations=[korea, samoa], by=world.secretariat)

    mailed = OutgoingMail.objects.order_by("pk").values_list("params__delegation", "recipient")
    main = FocalPoint.objects.get(administration=korea.administration, kind="focal_point").user
    assert list(mailed) == [
        (korea.pk, main.pk),
        (samoa.pk, deputies[0].pk),
        (samoa.pk, deputies[1].pk),
    ]


def test_many_are_invited_all_or_none(world: World) -> None:
    korea = make_listed(world, "KR")

    for other, refusal in (
        (world.fiji, NotToInviteError),
        (make_listed(world, "WS", contact=False), NoFocalPointError),
    ):
        with pytest.raises(refusal) as refused:
            invite_delegations(delegations=[korea, other], by=world.secretariat)
        assert other.administration.name in refused.value.message

    korea.refresh_from_db()
    assert korea.status == Status.LISTED
    assert (Entry.objects.count(), OutgoingMail.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "values",
    [
        {"status": Workshop.Status.PUBLISHED},
        {"status": Workshop.Status.NOMINATIONS_CLOSED},
        {"nominations_close_at": timezone.now() - timedelta(minutes=1)},
    ],
)
def test_nobody_is_invited_who_could_not_nominate(world: World, values: dict[str, Any]) -> None:
    korea = make_listed(world, "KR")
    Workshop.objects.filter(pk=world.here.pk).update(**values)

    with pytest.raises(NominationsNotOpenError):
        invite_delegations(delegations=[korea], by=world.secretariat)

    assert (Entry.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_nothing_is_left_behind_when_the_mail_cannot_be_queued(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    korea = make_listed(world, "KR")

    def fail(*_args: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("participants.actions.delegations.queue_mails", fail)
    with pytest.raises(RuntimeError):
        invite_delegations(delegations=[korea], by=world.secretariat)

    korea.refresh_from_db()
    assert (korea.status, Entry.objects.count()) == (Status.LISTED, 0)


@pytest.mark.parametrize("number", [1, 20])
def test_the_queries_do_not_grow_with_the_number(
    world: World, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    rows = [make_listed(world, f"A{each}") for each in range(number)]

    with django_assert_num_queries(7):  # savepoint, rows, in office, update, record, mails, release
        invite_delegations(delegations=rows, by=world.secretariat)


def test_inviting_once_more_sends_a_new_mail_and_asks_again_who_declined(world: World) -> None:
    decline_invitation(delegation=world.fiji, reason="No travel", by=world.fiji_contact)
    OutgoingMail.objects.all().delete()

    for _time in range(2):
        resend_invitation(delegation=world.fiji, by=world.organiser)

    world.fiji.refresh_from_db()
    assert (
        world.fiji.status,
        world.fiji.invited_by,
        world.fiji.declined_at,
        world.fiji.decline_reason,
    ) == (Status.INVITED, world.organiser, None, "")
    assert OutgoingMail.objects.count() == 2


def test_who_was_never_invited_is_not_invited_once_more(world: World) -> None:
    with pytest.raises(NotInvitedError):
        resend_invitation(delegation=make_listed(world, "KR"), by=world.secretariat)


def test_a_new_invitation_ends_the_earlier_link(world: World) -> None:
    for _time in range(2):
        resend_invitation(delegation=world.fiji, by=world.secretariat)
    for mail in OutgoingMail.objects.order_by("pk"):
        render_mail(mail, with_links=True)

    links = SignInLink.objects.order_by("pk").values_list("user", "path", "subject")
    subject = f"delegation:{world.fiji.pk}:{world.fiji_contact.pk}"
    assert list(links) == [(world.fiji_contact.pk, "/workshops/here/delegations/FJ/", subject)] * 2
    assert [link.revoked_at is None for link in SignInLink.objects.order_by("pk")] == [False, True]


def test_the_first_look_of_somebody_in_office_is_noted_once(world: World) -> None:
    assert not record_opened(delegation=world.fiji, by=world.organiser)
    assert not record_opened(delegation=world.fiji, by=world.japan_contact)
    assert record_opened(delegation=world.fiji, by=world.fiji_contact)
    assert not record_opened(delegation=world.fiji, by=world.fiji_contact)

    [entry] = Entry.objects.all()
    assert (entry.action, entry.actor_id) == (
        "participants.invitation_opened",
        world.fiji_contact.pk,
    )


def test_declining_notes_who_when_and_why(world: World) -> None:
    decline_invitation(delegation=world.fiji, reason=" No travel \n", by=world.fiji_contact)

    world.fiji.refresh_from_db()
    assert (world.fiji.status, world.fiji.declined_by, world.fiji.decline_reason) == (
        Status.DECLINED,
        world.fiji_contact,
        "No travel",
    )
    [entry] = Entry.objects.all()
    assert entry.action == "participants.invitation_declined"


def test_what_stands_against_declining(world: World) -> None:
    with pytest.raises(ReasonMissingError):
        decline_invitation(delegation=world.fiji, reason=" \n", by=world.fiji_contact)

    registration = make_registration(world.fiji)
    with pytest.raises(HasNominationsError):
        decline_invitation(delegation=world.fiji, reason="No", by=world.fiji_contact)

    decline_invitation(delegation=world.japan, reason="No", by=world.japan_contact)
    with pytest.raises(AlreadyDeclinedError):
        decline_invitation(delegation=world.japan, reason="No", by=world.japan_contact)

    Registration.objects.filter(pk=registration.pk).delete()
    Workshop.objects.update(status=Workshop.Status.CONCLUDED)
    with pytest.raises(WorkshopEndedError):
        decline_invitation(delegation=world.fiji, reason="No", by=world.fiji_contact)


# The mail and the letter --------------------------------------------------------------------------


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
    for words in ("17:00 Fiji (UTC+12)", "12:00 Bangkok (UTC+7)", "3 seats are kept", "desk@"):
        assert words in rendered.text


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


# The pages ----------------------------------------------------------------------------------------


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

    sent = client.post(shown.context["send_url"], {"confirmed": "1"}, follow=True)
    assert "4 administrations are invited" in sent.content.decode()
    assert OutgoingMail.objects.count() == 4


def test_all_that_were_not_invited_are_chosen_by_one_button(world: World, sign_in: SignIn) -> None:
    rows = [make_listed(world, f"A{each}") for each in range(3)]

    shown = sign_in(world.secretariat).post(
        reverse("participants:delegation-invite", args=["here"]), {"all": "1"}
    )

    assert shown.context["administrations"] == len(rows)


@pytest.mark.parametrize("posted", [{}, {"delegation": "x"}, {"delegation": "999999"}])
def test_choosing_nobody_is_told(world: World, sign_in: SignIn, posted: dict[str, str]) -> None:
    response = sign_in(world.secretariat).post(
        reverse("participants:delegation-invite", args=["here"]), posted, follow=True
    )

    assert "Choose at least one administration." in response.content.decode()


def test_another_workshop_s_delegation_cannot_be_posted(world: World, sign_in: SignIn) -> None:
    Delegation.objects.filter(pk=world.fiji_elsewhere.pk).update(status=Status.LISTED)
    address = reverse("participants:delegation-invite", args=["here"])

    sign_in(world.secretariat).post(
        f"{address}?delegation={world.fiji_elsewhere.pk}", {"confirmed": "1"}
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


# Constraints --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (
            {"declined_at": timezone.now(), "status": "declined", "decline_reason": "No"},
            "participants_delegation_declined_at_with_by",
        ),
        ({"invited_by": None}, "participants_delegation_invited_at_with_by"),
        (
            {"invited_by": None, "invited_at": None},
            "participants_delegation_invited_has_time",
        ),
        ({"seats_taken": 4}, "participants_delegation_within_quota"),
    ],
)
def test_what_a_delegation_can_never_be(world: World, values: dict[str, Any], name: str) -> None:
    with pytest.raises(IntegrityError, match=name):
        Delegation.objects.filter(pk=world.fiji.pk).update(**values)


def test_a_declined_delegation_says_when_and_why(world: World) -> None:
    with pytest.raises(IntegrityError, match="participants_delegation_declined_says_when_and_why"):
        Delegation.objects.filter(pk=world.fiji.pk).update(
            status="declined", declined_at=timezone.now(), declined_by=world.fiji_contact
        )


def test_a_delegation_has_a_known_state(world: World) -> None:
    listed = make_listed(world, "KR")

    with pytest.raises(IntegrityError, match="participants_delegation_status_valid"):
        Delegation.objects.filter(pk=listed.pk).update(status="lost")


def test_an_administration_is_once_on_the_list(world: World) -> None:
    # participants_delegation_one_per_administration
    with pytest.raises(IntegrityError, match=r"one_per_administration|delegation\.workshop_id"):
        make_delegation(world.here, world.fj)
