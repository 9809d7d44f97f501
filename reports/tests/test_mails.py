"""Who is reminded of a missing contribution, and who reads that one was sent back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from participants.actions.mail_plan import use_usual_plan
from participants.audiences import AUDIENCES
from participants.models import Delegation, PlannedReminder
from participants.tests.plans import NOW, at, hours_before, plan, send, told
from participants.tests.worlds import (
    make_administration,
    make_delegation,
    make_person,
    make_registration,
)
from reports.actions.contributions import submit_contribution
from reports.actions.review import send_back_contribution
from reports.mails import MISSING, SENT_BACK
from reports.models import Contribution
from reports.tests.editions import EditionWorld
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.mail.actions import send_test_mail
from workshop_portal.mail.delivery import send_due
from workshop_portal.mail.models import OutgoingMail

AUDIENCE = AUDIENCES["contribution_missing"]


@pytest.fixture
def world(db: None) -> EditionWorld:
    with at(NOW):
        return EditionWorld()


def asked(world: EditionWorld) -> list[str]:
    return sorted(each.user.email for each in AUDIENCE.find(world.workshop, NOW))


# Missing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "people", "words"),
    [
        ("draft", ["contact@fiji.example"], "1 of 2 administrations"),
        ("withdrawn", ["contact@fiji.example"], "1 of 2 administrations"),
        ("submitted", [], "0 of 2 administrations"),
        ("accepted", [], "0 of 2 administrations"),
    ],
)
def test_exactly_those_that_gave_nothing_are_asked(
    world: EditionWorld, status: str, people: list[str], words: str
) -> None:
    Contribution.objects.filter(pk=world.practice.pk).update(status=status)
    world.add(title="Japan's own", kind="trend")
    _uninvited(world)

    assert asked(world) == people
    assert AUDIENCE.size(world.workshop, NOW).words == words


def test_who_contributed_to_an_earlier_edition_only_is_asked(world: EditionWorld) -> None:
    earlier = world.series.editions.create(number=21, workshop=world.before, title="Before")
    Contribution.objects.filter(pk=world.practice.pk).update(edition=earlier)
    world.add(title="Japan's own", kind="trend")

    assert asked(world) == ["contact@fiji.example"]


def test_without_an_open_edition_nobody_is_asked(world: EditionWorld) -> None:
    Contribution.objects.all().delete()
    world.edition.contributions_close_at = NOW
    world.edition.save(update_fields=["contributions_close_at"])
    closed = asked(world), AUDIENCE.size(world.workshop, NOW).count
    world.edition.delete()

    assert (closed, asked(world)) == (([], 0), [])


def test_who_has_contributed_meanwhile_is_not_reminded(
    world: EditionWorld, mailoutbox: list[Any]
) -> None:
    world.practice.status = Contribution.Status.DRAFT
    world.practice.submitted_at = world.practice.submitted_by = None
    world.practice.save(update_fields=["status", "submitted_at", "submitted_by"])
    hours_before(world.workshop, 0, template=MISSING, audience=AUDIENCE.name)
    starts_at = world.workshop.sessions.earliest("starts_at").starts_at
    plan(starts_at)
    planned = told()
    submit_contribution(contribution=world.practice, by=world.people.fiji_contact)

    send(starts_at)

    assert planned == ["contact@fiji.example", "contact@japan.example"]
    assert [message.to for message in mailoutbox] == [["contact@japan.example"]]
    assert "has no contribution of Japan yet" in mailoutbox[0].body


def test_it_stands_in_the_usual_plan(world: EditionWorld) -> None:
    use_usual_plan(workshop=world.workshop, by=world.by)

    row = PlannedReminder.objects.get(template=MISSING)
    assert (row.audience, row.anchor, row.offset) == (AUDIENCE.name, "end", timedelta(days=14))


def test_the_test_mail_names_no_administration(world: EditionWorld, mailoutbox: list[Any]) -> None:
    send_test_mail(
        template=MISSING,
        params={"workshop": world.workshop.pk},
        context=world.workshop,
        by=world.by,
    )
    send_due()

    assert "has no contribution of your administration yet" in mailoutbox[0].body


# Sent back ----------------------------------------------------------------------------------------


def test_who_submitted_it_and_who_is_in_office_read_why(
    world: EditionWorld, mailoutbox: list[Any]
) -> None:
    author = make_person("author@fiji.example")
    Delegation.objects.filter(pk=world.people.fiji.pk).update(quota=9)
    make_registration(world.people.fiji, status="confirmed", user=author)
    row = world.add(
        administration=world.fiji,
        title="Video",
        kind="trend",
        status="submitted",
        submitted_by=author,
    )

    send_back_contribution(contribution=row, comment="Name the <b>year</b>.", by=world.by)
    send_due()

    assert sorted(message.to[0] for message in mailoutbox) == [
        "author@fiji.example",
        "contact@fiji.example",
    ]
    message = mailoutbox[0]
    assert message.subject == "Please look at it again: Video"
    assert "Name the <b>year</b>." in message.body
    assert "Name the &lt;b&gt;year&lt;/b&gt;." in message.alternatives[0].content
    assert f"/contributions/{row.public_id}/" in message.body


def test_who_sends_back_what_they_submitted_gets_no_mail(world: EditionWorld) -> None:
    row = world.add(administration=None, title="Video", kind="trend", status="submitted")

    send_back_contribution(contribution=row, comment="Name the year.", by=world.by)

    assert not OutgoingMail.objects.exists()


def test_whose_term_has_ended_reads_nothing(world: EditionWorld, mailoutbox: list[Any]) -> None:
    row = world.add(administration=world.fiji, title="Video", kind="trend", status="submitted")
    send_back_contribution(contribution=row, comment="Name the year.", by=world.by)
    FocalPoint.objects.filter(user=world.people.fiji_contact).update(ends_at=NOW)

    send_due()

    states = OutgoingMail.objects.filter(template=SENT_BACK).values_list("status", flat=True)
    assert (list(states), mailoutbox) == (["superseded"], [])


def test_what_was_submitted_again_makes_the_mail_needless(world: EditionWorld) -> None:
    row = world.add(administration=world.fiji, title="Video", kind="trend", status="submitted")
    send_back_contribution(contribution=row, comment="Name the year.", by=world.by)
    row.refresh_from_db()
    submit_contribution(contribution=row, by=world.people.fiji_contact)

    send_due()

    states = OutgoingMail.objects.filter(template=SENT_BACK).values_list("status", flat=True)
    assert (list(states), mail.outbox) == (["superseded"], [])


def _uninvited(world: EditionWorld) -> None:
    samoa = make_administration("WS")
    FocalPoint.objects.create(administration=samoa, user=make_person(), starts_at=NOW)
    make_delegation(world.workshop, samoa, status="listed", invited_at=None, invited_by=None)
