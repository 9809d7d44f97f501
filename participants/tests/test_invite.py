"""Inviting administrations, sending again, opening, declining; the mail and its letter."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from events.models import Workshop
from participants.actions.invitations import (
    AlreadyDeclinedError,
    HasNominationsError,
    NoFocalPointError,
    NominationsNotOpenError,
    NotInvitedError,
    NotToInviteError,
    decline_invitation,
    invite_delegations,
    record_opened,
    resend_invitation,
)
from participants.actions.registrations import ReasonMissingError, WorkshopEndedError
from participants.models import Delegation, Registration
from participants.tests.worlds import (
    World,
    make_delegation,
    make_listed,
    make_person,
    make_registration,
)
from workshop_portal.accounts.models import SignInLink
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.rendering import render_mail

Status = Delegation.Status


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

    monkeypatch.setattr("participants.actions.invitations.queue_mails", fail)
    with pytest.raises(RuntimeError):
        invite_delegations(delegations=[korea], by=world.secretariat)

    korea.refresh_from_db()
    assert (korea.status, Entry.objects.count()) == (Status.LISTED, 0)


@pytest.mark.parametrize("number", [1, 20])
def test_the_queries_do_not_grow_with_the_number(
    world: World, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    rows = [make_listed(world, f"A{each}") for each in range(number)]

    # savepoint, rows, workshops, in office, update, record, mails, release
    with django_assert_num_queries(8):
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
