"""Decline, withdraw, replace, correct the address, a new link, confirm: each edge of the state machine."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from events.models import Workshop
from participants.actions.changes import (
    RegistrationEndedError,
    replace_registration,
    withdraw_registration,
)
from participants.actions.nominations import Nominee
from participants.actions.profiles import (
    NotTakingPartError,
    Profile,
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
from participants.models import Registration
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.audit.models import Entry
from workshop_portal.mail.delivery import send_due
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status
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
BY_ITSELF = (Status.WAITING, Status.NOMINATED)
"""The waiting list moves without an act of its own; `test_the_first_who_waits_moves_up`."""

EDGES = [
    (before, after)
    for before, targets in Registration.TRANSITIONS.items()
    for after in targets
    if (before, after) != BY_ITSELF
]
NO_EDGES = [
    (before, after)
    for before in Status
    for after in ACTS
    if after not in Registration.TRANSITIONS[before] and before != after
]


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
    monkeypatch.setattr("participants.actions.profiles._set_consents", fail)

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
    assert (mail.recipient, mail.params) == (world.fiji_contact, {"registration": first.pk})


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


def test_declining_tells_who_is_in_office_now_word_for_word(
    world: World, mailoutbox: list[Any]
) -> None:
    FocalPoint.objects.filter(user=world.fiji_contact).update(ends_at=timezone.now())
    new = make_person("new@fiji.example")
    FocalPoint.objects.create(administration=world.fj, user=new)
    row = make_registration(world.fiji, nominated_by=world.fiji_contact)
    reason = ("Not of the field. " * 110).strip()

    decline_registration(registration=row, reason=reason, by=world.secretariat)
    send_due()

    [mail] = mailoutbox
    assert mail.to == ["new@fiji.example"]
    assert " ".join(mail.body.replace("\u2060", "").split()).count("Not of the field.") == 110


def test_where_nobody_is_in_office_the_nominator_is_told(world: World) -> None:
    FocalPoint.objects.filter(user=world.fiji_contact).update(ends_at=timezone.now())
    row = make_registration(world.fiji, nominated_by=world.organiser)

    decline_registration(registration=row, reason="Full", by=world.secretariat)

    assert OutgoingMail.objects.get().recipient == world.organiser


@pytest.mark.parametrize("number", [1, 3])
def test_the_queries_of_declining_do_not_grow(
    world: World, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    rows = [make_registration(world.fiji) for _ in range(number)]

    with django_assert_num_queries(12 + number):  # one more for the links of each
        decline_registrations(registrations=rows, reason="Full", by=world.secretariat)


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
