"""Decline, withdraw, replace, correct the address, a new link, confirm: each edge of the state machine."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from events.models import Workshop
from participants import mails
from participants.actions.changes import (
    AlreadyConfirmedError,
    NotApprovedError,
    RegistrationEndedError,
    correct_address,
    replace_registration,
    send_new_link,
    withdraw_registration,
)
from participants.actions.delegations import set_quota
from participants.actions.nominations import AlreadyRegisteredError, Nominee
from participants.actions.profiles import (
    NotTakingPartError,
    Profile,
    confirm_many,
    confirm_registration,
)
from participants.actions.registrations import (
    NotToReviewError,
    ReasonMissingError,
    WorkshopEndedError,
    approve_registration,
    decline_registration,
    decline_registrations,
)
from participants.models import Consent, Registration
from participants.signals import registration_confirmed, registration_withdrawn
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.links import create_link
from workshop_portal.accounts.models import SignInLink, User
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status
Role = Registration.Role
NEW = Nominee(email="new@fiji.example", given_name="New", family_name="Person")

ACTS: dict[Status, Callable[[Registration, User], Registration]] = {
    Status.APPROVED: lambda row, by: approve_registration(registration=row, by=by),
    Status.DECLINED: lambda row, by: decline_registration(registration=row, reason="Full", by=by),
    Status.WITHDRAWN: lambda row, by: withdraw_registration(registration=row, by=by),
    Status.REPLACED: lambda row, by: replace_registration(registration=row, person=NEW, by=by),
    Status.CONFIRMED: lambda row, by: confirm_registration(
        registration=row, profile=Profile(attends=row.attends), by=row.user
    ),
}
BY_ITSELF = {(Status.NOMINATED, Status.WAITING), (Status.WAITING, Status.NOMINATED)}
"""The waiting list moves without an act of its own; `test_the_first_who_waits_moves_up`."""

EDGES = [
    (before, after)
    for before, targets in Registration.TRANSITIONS.items()
    for after in targets
    if (before, after) not in BY_ITSELF
]
NO_EDGES = [
    (before, after)
    for before in Status
    for after in ACTS
    if after not in Registration.TRANSITIONS[before] and before != after
]


@pytest.fixture
def said() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """What was announced."""
    heard: list[tuple[str, dict[str, Any]]] = []

    def on_confirmed(**kwargs: Any) -> None:
        heard.append(("confirmed", kwargs))

    def on_withdrawn(**kwargs: Any) -> None:
        heard.append(("withdrawn", kwargs))

    registration_confirmed.connect(on_confirmed)
    registration_withdrawn.connect(on_withdrawn)
    yield heard
    registration_confirmed.disconnect(on_confirmed)
    registration_withdrawn.disconnect(on_withdrawn)


@pytest.mark.parametrize(("before", "after"), EDGES)
def test_each_edge_leaves_one_entry(world: World, before: Status, after: Status) -> None:
    row = make_registration(world.fiji, status=before)

    ACTS[after](row, world.secretariat)

    row.refresh_from_db()
    assert row.status == after
    [entry] = Entry.objects.filter(target_id=str(row.pk))
    assert (entry.action, entry.changes["status"]) == (
        f"participants.registration_{after}",
        [before, after],
    )


@pytest.mark.parametrize(("before", "after"), NO_EDGES)
def test_what_is_no_edge_is_refused(world: World, before: Status, after: Status) -> None:
    row = make_registration(world.fiji, status=before)
    taken = world.fiji.seats_taken

    with pytest.raises((NotToReviewError, RegistrationEndedError, NotTakingPartError)):
        ACTS[after](row, world.secretariat)

    row.refresh_from_db()
    world.fiji.refresh_from_db()
    assert (row.status, world.fiji.seats_taken) == (before, taken)
    assert (Entry.objects.count(), OutgoingMail.objects.count()) == (0, 0)


@pytest.mark.parametrize("after", list(ACTS))
def test_an_error_at_the_end_leaves_nothing_behind(
    world: World, monkeypatch: pytest.MonkeyPatch, after: Status
) -> None:
    row = make_registration(
        world.fiji, status=Status.NOMINATED if after == Status.APPROVED else Status.APPROVED
    )
    before = row.status

    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    for module in ("registrations", "changes"):
        monkeypatch.setattr(f"participants.actions.{module}.queue_mails", fail)
    monkeypatch.setattr("participants.actions.profiles.send_registration_confirmed", fail)

    with pytest.raises(RuntimeError):
        ACTS[after](row, world.secretariat)

    row.refresh_from_db()
    world.fiji.refresh_from_db()
    assert (row.status, world.fiji.seats_taken, Entry.objects.count()) == (before, 1, 0)


@pytest.mark.parametrize("after", list(ACTS))
def test_nothing_changes_after_the_end(world: World, after: Status) -> None:
    row = make_registration(
        world.fiji, status=Status.NOMINATED if after == Status.APPROVED else Status.APPROVED
    )
    Workshop.objects.update(status=Workshop.Status.CONCLUDED)

    with pytest.raises(WorkshopEndedError):
        ACTS[after](row, world.secretariat)


# The waiting list ---------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [Status.WITHDRAWN, Status.DECLINED])
def test_the_first_who_waits_moves_up(world: World, after: Status) -> None:
    rows = [make_registration(world.fiji) for _ in range(3)]
    now = timezone.now()
    second = make_registration(world.fiji, status=Status.WAITING, waiting_since=now)
    first = make_registration(
        world.fiji, status=Status.WAITING, waiting_since=now - timedelta(hours=1)
    )
    other = make_registration(world.japan, status=Status.WAITING)

    ACTS[after](rows[0], world.secretariat)

    for each in (first, second, other):
        each.refresh_from_db()
    world.fiji.refresh_from_db()
    assert [each.status for each in (first, second, other)] == [
        Status.NOMINATED,
        Status.WAITING,
        Status.WAITING,
    ]
    assert world.fiji.seats_taken == 3
    [entry] = Entry.objects.filter(target_id=str(first.pk))
    assert entry.action == "participants.registration_moved_up"
    [mail] = OutgoingMail.objects.filter(template="participants/moved_up")
    assert (mail.recipient, mail.params) == (first.nominated_by, {"registration": first.pk})


def test_who_leaves_the_waiting_list_frees_no_seat(world: World) -> None:
    for _ in range(3):
        make_registration(world.fiji)
    first = make_registration(world.fiji, status=Status.WAITING)
    second = make_registration(world.fiji, status=Status.WAITING)

    withdraw_registration(registration=first, by=world.fiji_contact)

    second.refresh_from_db()
    world.fiji.refresh_from_db()
    assert (second.status, world.fiji.seats_taken) == (Status.WAITING, 3)


# Decline ------------------------------------------------------------------------------------------


def test_declining_tells_the_nominator_why(world: World) -> None:
    row = make_registration(world.fiji, nominated_by=world.fiji_contact)

    decline_registration(registration=row, reason="Not of the field", by=world.secretariat)

    row.refresh_from_db()
    assert (row.end_reason, row.ended_by) == ("Not of the field", world.secretariat)
    [mail] = OutgoingMail.objects.all()
    assert (mail.template, mail.recipient) == ("participants/declined", world.fiji_contact)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_declining_needs_a_reason(world: World, reason: str) -> None:
    row = make_registration(world.fiji)

    with pytest.raises(ReasonMissingError):
        decline_registration(registration=row, reason=reason, by=world.secretariat)


def test_many_are_declined_all_or_none(world: World) -> None:
    good = make_registration(world.fiji)
    gone = make_registration(world.japan, status=Status.CONFIRMED)

    with pytest.raises(NotToReviewError):
        decline_registrations(registrations=[good, gone], reason="Full", by=world.secretariat)

    good.refresh_from_db()
    assert (good.status, Entry.objects.count()) == (Status.NOMINATED, 0)


def test_declined_has_a_reason(world: World) -> None:
    row = make_registration(world.fiji, status=Status.DECLINED)

    with pytest.raises(IntegrityError, match="participants_registration_declined_has_reason"):
        Registration.objects.filter(pk=row.pk).update(end_reason="")


def test_ended_has_its_time(world: World) -> None:
    row = make_registration(world.fiji)

    with pytest.raises(IntegrityError, match="participants_registration_ended_has_time"):
        Registration.objects.filter(pk=row.pk).update(status=Status.WITHDRAWN)


def test_ended_at_needs_its_person(world: World) -> None:
    row = make_registration(world.fiji, status=Status.WITHDRAWN)

    with pytest.raises(IntegrityError, match="participants_registration_ended_at_with_by"):
        Registration.objects.filter(pk=row.pk).update(ended_by=None)


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


# Confirm ------------------------------------------------------------------------------------------


def test_confirming_keeps_profile_and_consents(
    world: World, said: list[tuple[str, dict[str, Any]]]
) -> None:
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
    assert [name for name, _heard in said] == ["confirmed"]


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


@pytest.mark.parametrize("number", [1, 3])
def test_many_are_confirmed_at_once(
    world: World, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    rows = [make_registration(world.fiji, status=Status.APPROVED) for _ in range(number)]

    with django_assert_num_queries(8):
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
