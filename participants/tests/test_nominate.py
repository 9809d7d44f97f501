"""Nominating: seats first, the rest waits, nobody is lost; and every refusal."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.utils import timezone

from events.models import Workshop
from participants.actions.nominations import (
    AlreadyRegisteredError,
    DelegationDeclinedError,
    HeadAlreadyNamedError,
    NominationsClosedError,
    Nominee,
    RepeatedAddressError,
    nominate,
    nominate_many,
    record_nomination,
)
from participants.actions.registrations import WorkshopEndedError
from participants.models import Delegation, Registration
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.models import User
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status
Role = Registration.Role


def people(*names: str) -> list[Nominee]:
    return [
        Nominee(email=f"{name}@fiji.example", given_name=name, family_name="Vula") for name in names
    ]


def counts() -> tuple[int, int, int, int]:
    return (
        Registration.objects.count(),
        Entry.objects.count(),
        OutgoingMail.objects.count(),
        User.objects.filter(email__endswith="@fiji.example").exclude(email__startswith="contact").count(),
    )  # fmt: skip


def test_the_fourth_of_three_waits(world: World) -> None:
    rows = nominate_many(
        delegation=world.fiji, people=people("a", "b", "c", "d"), by=world.fiji_contact
    )

    assert [(row.user.email[0], row.status) for row in rows] == [
        ("a", Status.NOMINATED),
        ("b", Status.NOMINATED),
        ("c", Status.NOMINATED),
        ("d", Status.WAITING),
    ]
    world.fiji.refresh_from_db()
    assert (world.fiji.seats_taken, rows[3].waiting_since) == (3, rows[3].nominated_at)
    assert counts() == (4, 4, 1, 4)
    assert list(Entry.objects.order_by("pk").values_list("action", flat=True)) == [
        "participants.registration_nominated",
        "participants.registration_nominated",
        "participants.registration_nominated",
        "participants.registration_put_on_waiting_list",
    ]


def test_a_new_person_starts_with_the_administration_s_zone_and_no_password(world: World) -> None:
    row = nominate(
        delegation=world.fiji,
        person=Nominee(email=" Ana@FIJI.example ", given_name="Ana", family_name="Vula"),
        by=world.fiji_contact,
    )

    user = User.objects.get(pk=row.user.pk)
    assert (user.email, str(user.time_zone), user.has_usable_password()) == (
        "ana@fiji.example",
        "Pacific/Fiji",
        False,
    )


def test_a_known_person_keeps_their_own_data(world: World) -> None:
    known = make_person("ana@fiji.example", given_name="Ana", position="Director")

    row = nominate(
        delegation=world.fiji,
        person=Nominee(email="ANA@fiji.example", given_name="Eve", position="Intruder"),
        by=world.fiji_contact,
    )

    known.refresh_from_db()
    assert (row.user, known.given_name, known.position) == (known, "Ana", "Director")


def test_a_focal_point_may_be_a_delegate_too(world: World) -> None:
    row = nominate(
        delegation=world.fiji,
        person=Nominee(email=world.fiji_contact.email, role=Role.HEAD),
        by=world.fiji_contact,
    )

    assert (row.user, row.role) == (world.fiji_contact, Role.HEAD)


def test_who_ended_may_be_nominated_again(world: World) -> None:
    ana = make_person("ana@fiji.example")
    make_registration(world.fiji, user=ana, status=Status.WITHDRAWN)

    nominate(delegation=world.fiji, person=Nominee(email=ana.email), by=world.fiji_contact)

    assert Registration.objects.active().count() == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"status": Workshop.Status.PUBLISHED}, NominationsClosedError),
        ({"status": Workshop.Status.NOMINATIONS_CLOSED}, NominationsClosedError),
        ({"nominations_close_at": timezone.now() - timedelta(minutes=1)}, NominationsClosedError),
    ],
)
def test_closed_is_closed(
    world: World, change: dict[str, object], refusal: type[Exception]
) -> None:
    Workshop.objects.filter(pk=world.here.pk).update(**change)

    with pytest.raises(refusal):
        nominate_many(delegation=world.fiji, people=people("a"), by=world.fiji_contact)

    assert counts() == (0, 0, 0, 0)


def test_a_late_letter_is_recorded_with_its_scan(world: World) -> None:
    Workshop.objects.update(status=Workshop.Status.NOMINATIONS_CLOSED)

    [row] = record_nomination(
        delegation=world.fiji,
        people=people("a"),
        letter=ContentFile(b"%PDF-1.7"),
        letter_name="Letter of Fiji.pdf",
        by=world.secretariat,
    )

    row.refresh_from_db()
    assert (row.origin, row.letter.read(), row.letter_name, row.nominated_by) == (
        Registration.Origin.RECORDED,
        b"%PDF-1.7",
        "Letter of Fiji.pdf",
        world.secretariat,
    )
    assert OutgoingMail.objects.count() == 0


def test_nothing_is_recorded_after_the_end(world: World) -> None:
    Workshop.objects.update(status=Workshop.Status.CONCLUDED)

    with pytest.raises(WorkshopEndedError):
        record_nomination(delegation=world.fiji, people=people("a"), by=world.secretariat)


def test_who_declined_asks_first(world: World) -> None:
    Delegation.objects.filter(pk=world.fiji.pk).update(
        status=Delegation.Status.DECLINED,
        declined_at=timezone.now(),
        declined_by=world.fiji_contact,
        decline_reason="No funds",
    )

    with pytest.raises(DelegationDeclinedError):
        nominate_many(delegation=world.fiji, people=people("a"), by=world.fiji_contact)


def test_one_submission_names_nobody_twice(world: World) -> None:
    twice = [*people("a", "b"), Nominee(email="A@fiji.example ")]

    with pytest.raises(RepeatedAddressError) as refusal:
        nominate_many(delegation=world.fiji, people=twice, by=world.fiji_contact)

    assert (refusal.value.addresses, counts()) == (["a@fiji.example"], (0, 0, 0, 0))


def test_nobody_is_registered_twice_whatever_the_administration(world: World) -> None:
    make_registration(world.japan, user=make_person("b@fiji.example"))

    with pytest.raises(AlreadyRegisteredError) as refusal:
        nominate_many(delegation=world.fiji, people=people("a", "b"), by=world.fiji_contact)

    assert (refusal.value.addresses, counts()) == (["b@fiji.example"], (1, 0, 0, 1))


def test_a_delegation_has_one_head(world: World) -> None:
    make_registration(world.fiji, role=Role.HEAD, status=Status.WITHDRAWN)
    head = Nominee(email="a@fiji.example", role=Role.HEAD)
    second = Nominee(email="b@fiji.example", role=Role.HEAD)

    with pytest.raises(HeadAlreadyNamedError):
        nominate_many(delegation=world.fiji, people=[head, second], by=world.fiji_contact)
    nominate(delegation=world.fiji, person=head, by=world.fiji_contact)
    with pytest.raises(HeadAlreadyNamedError):
        nominate(delegation=world.fiji, person=second, by=world.fiji_contact)


def test_an_error_at_the_end_leaves_nothing_behind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("participants.actions.nominations.queue_mails", fail)

    with pytest.raises(RuntimeError):
        nominate_many(delegation=world.fiji, people=people("a"), by=world.fiji_contact)

    world.fiji.refresh_from_db()
    assert (counts(), world.fiji.seats_taken) == ((0, 0, 0, 0), 0)


@pytest.mark.parametrize("number", [1, 3, 39])
def test_the_queries_do_not_grow_with_the_number(
    world: World, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    names = people(*(f"p{n}" for n in range(number)))

    with django_assert_num_queries(14):
        nominate_many(delegation=world.fiji, people=names, by=world.fiji_contact)


def test_seats_taken_stay_within_the_quota(world: World) -> None:
    with pytest.raises(IntegrityError, match="participants_delegation_within_quota"):
        Delegation.objects.filter(pk=world.fiji.pk).update(seats_taken=4)


def test_one_active_registration_per_person(world: World) -> None:
    ana = make_person()
    make_registration(world.fiji, user=ana)

    with pytest.raises(IntegrityError, match=ONE_ACTIVE):
        make_registration(world.japan, user=ana)


def test_one_head_per_delegation(world: World) -> None:
    make_registration(world.fiji, role=Role.HEAD)

    with pytest.raises(IntegrityError, match=ONE_HEAD):
        make_registration(world.fiji, role=Role.HEAD)


# SQLite names the columns of a unique index, PostgreSQL the constraint.
ONE_ACTIVE = "participants_registration_one_active_per_person|registration.workshop_id, .*user_id"
ONE_HEAD = "participants_registration_one_head_per_delegation|registration.delegation_id"


def test_who_waits_has_a_time(world: World) -> None:
    row = make_registration(world.fiji)

    with pytest.raises(IntegrityError, match="participants_registration_waiting_has_since"):
        Registration.objects.filter(pk=row.pk).update(status=Status.WAITING)
