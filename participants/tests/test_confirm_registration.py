"""Confirming: the profile and the consents, one by one and many at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError

from events.models import Workshop
from participants import mails
from participants.actions.delegations import set_quota
from participants.actions.profiles import (
    NotTakingPartError,
    Profile,
    confirm_many,
    confirm_registration,
    withdraw_consents,
)
from participants.actions.registrations import (
    decline_registration,
)
from participants.models import Consent, Registration
from participants.tests.worlds import World, make_registration
from workshop_portal.accounts.links import create_link
from workshop_portal.accounts.models import SignInLink
from workshop_portal.audit.history import list_lines
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status


def test_confirming_keeps_profile_and_consents(world: World) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    profile = Profile(
        person={"given_name": "Ana", "language": "fr"},
        speaks=["fr", "en"],
        consents=frozenset({Consent.Purpose.PARTICIPANT_LIST}),
        language="fr",
    )

    confirm_registration(registration=row, profile=profile, by=row.user)

    row.refresh_from_db()
    assert (row.status, row.speaks, row.user.language) == (Status.CONFIRMED, ["fr", "en"], "fr")
    [consent] = Consent.objects.all()
    assert (consent.purpose, consent.text_version, consent.language, consent.withdrawn_at) == (
        Consent.Purpose.PARTICIPANT_LIST,
        Consent.TEXT_VERSION,
        "fr",
        None,
    )


def test_a_consent_taken_back_keeps_its_row_and_can_be_given_again(world: World) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    listed = frozenset({Consent.Purpose.PARTICIPANT_LIST})

    for consents in (listed, frozenset(), listed):
        confirm_registration(
            registration=row, profile=Profile(consents=frozenset(consents)), by=row.user
        )

    rows = Consent.objects.order_by("pk")
    assert [consent.withdrawn_at is None for consent in rows] == [False, True]
    assert Entry.objects.filter(action="participants.consents_changed").count() == 3


def test_one_open_consent_per_purpose(world: World) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    values = {"purpose": "recording", "text_version": "1", "language": "en"}
    Consent.objects.create(registration=row, **values)

    with pytest.raises(IntegrityError, match=ONE_OPEN):
        Consent.objects.create(registration=row, **values)


ONE_OPEN = "participants_consent_one_open_per_purpose|consent.registration_id, .*purpose"


def test_saving_the_same_twice_records_nothing_more(world: World) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    confirm_registration(registration=row, profile=Profile(speaks=["en"]), by=row.user)
    entries = Entry.objects.count()

    confirm_registration(registration=row, profile=Profile(speaks=["en"]), by=row.user)

    assert Entry.objects.count() == entries


@pytest.mark.parametrize("state", ["concluded", "archived", "cancelled"])
def test_once_it_has_ended_consents_are_taken_back_and_none_is_given(
    world: World, state: str
) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    purpose = Consent.Purpose
    given = [purpose.RECORDING, purpose.LATER_CONTACT]
    for each in given:
        Consent.objects.create(registration=row, purpose=each, text_version="1", language="en")
    Workshop.objects.update(status=state)

    withdraw_consents(
        registration=row, keep=[purpose.LATER_CONTACT, purpose.PUBLIC_LIST], by=row.user
    )

    kept = row.consents.filter(withdrawn_at=None).values_list("purpose", flat=True)
    assert list(kept) == [purpose.LATER_CONTACT]
    [entry] = Entry.objects.all()
    assert (entry.action, entry.changes) == (
        "participants.consents_changed",
        {"recording": [True, False]},
    )
    row.refresh_from_db()
    assert row.status == Status.APPROVED


def test_who_takes_no_part_any_more_takes_nothing_back_here(world: World) -> None:
    row = make_registration(world.fiji, status=Status.WITHDRAWN)

    with pytest.raises(NotTakingPartError):
        withdraw_consents(registration=row, keep=[], by=row.user)


def test_of_a_gender_the_record_says_only_that_it_changed(world: World) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)

    for gender in ("woman", "another", "another", ""):
        confirm_registration(registration=row, profile=Profile(gender=gender), by=row.user)

        row.refresh_from_db()
        assert row.gender == gender
    entries = list(Entry.objects.order_by("pk"))
    assert [(entry.action.rpartition("_")[2], entry.personal) for entry in entries] == [
        ("confirmed", {"gender": [None, True]}),
        ("changed", {"gender": [None, True]}),
        ("changed", {"gender": [None, True]}),
    ]
    assert all("gender" not in entry.changes for entry in entries)
    assert [str(each) for each in list_lines([entries[1]])[0].changes] == ["Gender: changed"]


@pytest.mark.parametrize("number", [1, 3])
def test_many_are_confirmed_at_once(
    world: World, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    rows = [make_registration(world.fiji, status=Status.APPROVED) for _ in range(number)]

    with django_assert_num_queries(9):
        confirm_many(
            registrations=rows, consents=[Consent.Purpose.PARTICIPANT_LIST], by=world.secretariat
        )

    assert Registration.objects.filter(status=Status.CONFIRMED).count() == number


def test_declining_ends_the_personal_link(world: World) -> None:
    row = make_registration(world.fiji, status=Registration.Status.APPROVED)
    subject = mails.link_subject(row)
    create_link(user=row.user, path="/", subject=subject, valid_for=timedelta(days=1))
    decline_registration(registration=row, reason="No", by=world.secretariat)
    assert not SignInLink.objects.filter(subject=subject, revoked_at=None).exists()


def test_a_raised_quota_tells_who_moved_up(world: World) -> None:
    make_registration(world.fiji, status=Registration.Status.WAITING)
    set_quota(delegation=world.fiji, quota=9, by=world.secretariat)
    assert OutgoingMail.objects.filter(template="participants/moved_up").count() == 1
