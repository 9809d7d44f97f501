"""The exemplar: what `docs/patterns.md` describes. Approving, from the rule in the database to the mail."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import Workshop
from participants.actions.registrations import (
    NotToReviewError,
    WorkshopEndedError,
    WorkshopRestsError,
    approve_registration,
    approve_registrations,
)
from participants.models import Registration
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.models import SignInLink, User
from workshop_portal.audit.models import Entry
from workshop_portal.mail.delivery import send_due
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status
SignIn = Callable[[User], Client]


# The action ---------------------------------------------------------------------------------------


def test_approving_notes_who_and_when_and_one_entry(world: World) -> None:
    registration = make_registration(world.fiji)

    approved = approve_registration(registration=registration, by=world.secretariat)

    row = Registration.objects.get()
    assert approved == row
    assert (row.status, row.approved_by, row.changed_at) == (
        Status.APPROVED,
        world.secretariat,
        row.approved_at,
    )
    [entry] = Entry.objects.all()
    assert (entry.action, entry.actor_id, entry.target_id, entry.context_id, entry.changes) == (
        "participants.registration_approved",
        world.secretariat.pk,
        str(row.pk),
        str(world.here.pk),
        {"status": ["nominated", "approved"]},
    )


def test_approving_is_announced_once(world: World, said: list[tuple[str, dict[str, Any]]]) -> None:
    rows = [make_registration(world.fiji), make_registration(world.japan)]

    approve_registrations(registrations=rows, by=world.secretariat)

    [(name, heard)] = said
    assert (name, heard["registrations"], heard["by"]) == ("approved", rows, world.secretariat)


def test_approving_queues_one_mail_whose_link_is_made_when_it_is_sent(
    world: World,
    django_capture_on_commit_callbacks: Callable[..., object],
    mailoutbox: list[object],
) -> None:
    registration = make_registration(world.fiji, user=make_person("ana@fiji.example"))

    approve_registration(registration=registration, by=world.secretariat)

    [queued] = OutgoingMail.objects.all()
    assert (queued.template, queued.recipient, queued.reply_to, SignInLink.objects.count()) == (
        "participants/approved",
        registration.user,
        "desk@rocb.example",
        0,
    )


@pytest.mark.parametrize("status", [each for each in Status if each != Status.NOMINATED])
def test_only_what_is_to_review_is_approved(world: World, status: Status) -> None:
    registration = make_registration(world.fiji, status=status)

    with pytest.raises(NotToReviewError, match=str(registration.user)):
        approve_registration(registration=registration, by=world.secretariat)

    assert Registration.objects.get().status == status
    assert (Entry.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_many_are_approved_all_or_none(world: World) -> None:
    good = make_registration(world.fiji)
    gone = make_registration(world.japan, status=Status.WITHDRAWN)

    with pytest.raises(NotToReviewError):
        approve_registrations(registrations=[good, gone], by=world.secretariat)

    good.refresh_from_db()
    assert good.status == Status.NOMINATED
    assert (Entry.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_nothing_is_left_behind_when_the_mail_cannot_be_queued(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    registration = make_registration(world.fiji)
    monkeypatch.setattr("participants.actions.registrations.queue_mails", _fail)

    with pytest.raises(RuntimeError):
        approve_registration(registration=registration, by=world.secretariat)

    registration.refresh_from_db()
    assert (registration.status, Entry.objects.count()) == (Status.NOMINATED, 0)


def test_nobody_is_approved_after_the_end(world: World) -> None:
    registration = make_registration(world.fiji)
    Workshop.objects.update(status=Workshop.Status.CONCLUDED)

    with pytest.raises(WorkshopEndedError):
        approve_registration(registration=registration, by=world.secretariat)


@pytest.mark.parametrize(
    ("status", "words"),
    [("draft", "is a draft. Publish it"), ("postponed", "is postponed. Approve people once")],
)
def test_nobody_is_approved_while_the_workshop_rests(
    world: World, sign_in: SignIn, status: str, words: str
) -> None:
    registration = make_registration(world.fiji)
    publication = {"published_at": None, "published_by": None} if status == "draft" else {}
    Workshop.objects.update(status=status, **publication)

    with pytest.raises(WorkshopRestsError):
        approve_registration(registration=registration, by=world.secretariat)

    response = sign_in(world.secretariat).post(address(registration), follow=True)
    registration.refresh_from_db()
    assert (words in response.text, registration.status) == (True, Status.NOMINATED)
    assert (Entry.objects.count(), OutgoingMail.objects.count()) == (0, 0)


@pytest.mark.parametrize("status", ["draft", "postponed", "cancelled"])
def test_nobody_is_called_to_what_does_not_take_place(world: World, status: str) -> None:
    approve_registration(registration=make_registration(world.fiji), by=world.secretariat)
    publication = {"published_at": None, "published_by": None} if status == "draft" else {}
    Workshop.objects.update(status=status, **publication)

    send_due()

    [mail] = OutgoingMail.objects.all()
    assert (mail.status, mail.last_error) == (
        "superseded",
        "The workshop does not take place then.",
    )


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow_with_the_number(
    world: World, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    world.fiji.quota = 30
    world.fiji.save()
    rows = [make_registration(world.fiji) for _ in range(number)]

    # savepoint, rows, workshop, update, record, mails, one asks the break-outs for an open ranking, release
    with django_assert_num_queries(8):
        approve_registrations(registrations=rows, by=world.secretariat)


def test_approved_at_needs_its_person(world: World) -> None:
    registration = make_registration(world.fiji)

    with pytest.raises(IntegrityError, match="participants_registration_approved_at_with_by"):
        Registration.objects.filter(pk=registration.pk).update(approved_at=timezone.now())


# The view -----------------------------------------------------------------------------------------


def test_approving_returns_to_the_page_it_came_from(world: World, sign_in: SignIn) -> None:
    registration = make_registration(world.fiji)
    queue = reverse("participants:registration-list", args=["here"]) + "?status=nominated"

    response = sign_in(world.secretariat).post(address(registration), {"next": queue})

    assert (response.status_code, response.headers["Location"]) == (302, queue)
    registration.refresh_from_db()
    assert registration.status == Status.APPROVED


def test_a_refusal_is_said_and_changes_nothing(world: World, sign_in: SignIn) -> None:
    registration = make_registration(world.fiji, status=Status.WITHDRAWN)

    response = sign_in(world.secretariat).post(address(registration), follow=True)

    assert f"{registration.user} is not to review any more" in response.content.decode()


def test_of_who_waits_it_says_that_a_seat_is_missing(world: World, sign_in: SignIn) -> None:
    registration = make_registration(world.fiji, status=Status.WAITING)

    response = sign_in(world.secretariat).post(address(registration), follow=True)

    said = [str(message) for message in response.context["messages"]]
    assert said == [
        f"Nothing was changed: {registration.user} waits for a seat, and is to review once one falls free."
    ]


def test_htmx_gets_the_part_of_the_page(world: World, sign_in: SignIn) -> None:
    registration = make_registration(world.fiji)

    response = sign_in(world.secretariat).post(
        address(registration), headers={"HX-Request": "true"}
    )

    text = response.content.decode()
    assert ("<html" in text, 'id="state"' in text, "Approved" in text) == (False, True, True)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("secretariat", 302),
        ("organiser", 302),
        ("fiji_contact", 403),  # sees the registration, may not approve it
        ("japan_contact", 404),  # another administration's
        ("stranger", 404),
    ],
)
def test_who_may_approve(world: World, sign_in: SignIn, who: str, status: int) -> None:
    registration = make_registration(world.fiji)

    assert sign_in(getattr(world, who)).post(address(registration)).status_code == status


def test_another_workshop_s_registration_is_not_found(world: World, sign_in: SignIn) -> None:
    registration = make_registration(world.fiji_elsewhere)

    assert sign_in(world.organiser).post(address(registration, "elsewhere")).status_code == 404
    assert sign_in(world.secretariat).post(address(registration, "here")).status_code == 404


def test_it_is_a_post(world: World, sign_in: SignIn) -> None:
    registration = make_registration(world.fiji)

    assert sign_in(world.secretariat).get(address(registration)).status_code == 405


def address(registration: Registration, slug: str = "here") -> str:
    return reverse("participants:registration-approve", args=[slug, registration.public_id])


def _fail(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError
