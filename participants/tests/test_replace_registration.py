"""Withdraw, replace, correct the address, a new link: what moves with the seat and who is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from events.models import Workshop
from participants.actions.changes import (
    AlreadyConfirmedError,
    NotApprovedError,
    WorkshopOffError,
    correct_address,
    replace_registration,
    send_new_link,
    withdraw_registration,
)
from participants.actions.nominations import AlreadyRegisteredError, Nominee
from participants.models import Registration
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.links import create_link
from workshop_portal.accounts.models import SignInLink
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status


Role = Registration.Role


NEW = Nominee(email="new@fiji.example", given_name="New", family_name="Person")


# Withdraw and replace -----------------------------------------------------------------------------


def test_withdrawing_tells_the_person_ends_the_link_and_raises_the_calendar(
    world: World, said: list[tuple[str, dict[str, Any]]]
) -> None:
    row = make_registration(world.fiji, status=Status.CONFIRMED)
    create_link(
        user=row.user, path="/", subject=f"registration:{row.pk}", valid_for=timedelta(days=1)
    )

    withdraw_registration(registration=row, reason="Ill", by=world.fiji_contact)

    row.refresh_from_db()
    [mail] = OutgoingMail.objects.all()
    [(name, heard)] = said
    assert (mail.template, mail.recipient) == ("participants/cancelled", row.user)
    assert SignInLink.objects.get().revoked_at is not None
    assert row.calendar_revision == 1
    assert (name, heard["registration"], heard["replacement"]) == ("withdrawn", row, None)


def test_who_was_not_told_is_not_told_of_the_end(
    world: World, said: list[tuple[str, dict[str, Any]]]
) -> None:
    row = make_registration(world.fiji)

    withdraw_registration(registration=row, by=world.fiji_contact)

    assert (OutgoingMail.objects.count(), said) == (0, [])


def test_the_new_person_takes_seat_part_and_approval(
    world: World, said: list[tuple[str, dict[str, Any]]]
) -> None:
    old = make_registration(world.fiji, status=Status.CONFIRMED, role=Role.HEAD)

    new = replace_registration(registration=old, person=NEW, by=world.fiji_contact)

    old.refresh_from_db()
    new.refresh_from_db()
    world.fiji.refresh_from_db()
    assert (new.status, new.role, new.replaces, new.approved_by) == (
        Status.APPROVED,
        Role.HEAD,
        old,
        old.approved_by,
    )
    assert world.fiji.seats_taken == 1
    mails = OutgoingMail.objects.order_by("pk").values_list("template", "recipient__email")
    assert list(mails) == [
        ("participants/cancelled", old.user.email),
        ("participants/approved", "new@fiji.example"),
    ]
    [(name, heard)] = said
    assert (name, heard["registration"], heard["replacement"]) == ("withdrawn", old, new)
    [entry] = Entry.objects.filter(target_id=str(new.pk))
    assert entry.action == "participants.registration_took_seat"


def test_a_waiting_seat_keeps_its_place(world: World) -> None:
    since = timezone.now() - timedelta(days=2)
    old = make_registration(world.fiji, status=Status.WAITING, waiting_since=since)

    new = replace_registration(registration=old, person=NEW, by=world.fiji_contact)

    assert (new.status, new.waiting_since) == (Status.WAITING, since)


def test_nobody_replaces_who_is_registered_already(world: World) -> None:
    old = make_registration(world.fiji)
    make_registration(world.japan, user=make_person("new@fiji.example"))

    with pytest.raises(AlreadyRegisteredError):
        replace_registration(registration=old, person=NEW, by=world.fiji_contact)


# Address and link ---------------------------------------------------------------------------------


def test_a_corrected_address_gets_a_new_link_and_the_old_one_dies(world: World) -> None:
    wrong = make_person("wrong@fiji.example", given_name="Ana", family_name="Vula")
    row = make_registration(world.fiji, user=wrong, status=Status.APPROVED)
    create_link(user=wrong, path="/", subject=f"registration:{row.pk}", valid_for=timedelta(days=1))

    correct_address(registration=row, email=" Right@fiji.example", by=world.fiji_contact)

    row.refresh_from_db()
    wrong.refresh_from_db()
    [mail] = OutgoingMail.objects.all()
    assert (row.user.email, row.user.full_name) == ("right@fiji.example", "Ana Vula")
    assert wrong.email == "wrong@fiji.example", "nobody gets into an account by correcting it"
    assert (mail.template, mail.recipient) == ("participants/approved", row.user)
    assert SignInLink.objects.get().revoked_at is not None


def test_a_confirmed_address_is_the_person_s_own(world: World) -> None:
    row = make_registration(world.fiji, status=Status.CONFIRMED)

    with pytest.raises(AlreadyConfirmedError):
        correct_address(registration=row, email="new@fiji.example", by=world.fiji_contact)


def test_a_corrected_address_may_not_be_registered_here(world: World) -> None:
    row = make_registration(world.fiji)
    other = make_registration(world.japan)

    with pytest.raises(AlreadyRegisteredError):
        correct_address(registration=row, email=other.user.email, by=world.fiji_contact)


def test_asking_twice_for_a_link_sends_one(world: World) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)

    assert [send_new_link(registration=row, by=None) for _each in range(3)] == [True, False, False]

    assert (OutgoingMail.objects.count(), Entry.objects.count()) == (1, 1)


def test_there_is_no_link_before_the_approval(world: World) -> None:
    with pytest.raises(NotApprovedError):
        send_new_link(registration=make_registration(world.fiji), by=world.fiji_contact)


def test_whose_act_a_passed_on_seat_is(world: World) -> None:
    row = make_registration(
        world.fiji, status=Status.APPROVED, approved_at=timezone.now() - timedelta(days=9)
    )

    new = replace_registration(registration=row, person=NEW, by=world.fiji_contact)

    row.refresh_from_db()
    assert (new.approved_by, new.changed_by) == (row.approved_by, world.fiji_contact)
    assert row.changed_by == world.fiji_contact


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_there_is_no_link_to_what_does_not_take_place(world: World, status: str) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    Workshop.objects.update(status=status)

    with pytest.raises(WorkshopOffError):
        send_new_link(registration=row, by=world.fiji_contact)
    assert (OutgoingMail.objects.count(), Entry.objects.count()) == (0, 0)
