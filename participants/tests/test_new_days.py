"""How everybody who counts on a workshop is told that it was moved, or takes place after all."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from events.actions.life import cancel_workshop, postpone_workshop, resume_workshop
from events.actions.workshops import edit_workshop
from events.forms.workshops import WorkshopForm
from events.models import Workshop
from participants.actions.changes import (
    correct_address,
    replace_registration,
    withdraw_registration,
)
from participants.actions.invitations import resend_invitation
from participants.actions.nominations import Nominee
from participants.models import Registration
from participants.tests.plans import NOW, at, everyone, make_scene, reload, send, taking_part
from participants.tests.worlds import World, make_registration
from workshop_portal.accounts.models import SignInLink
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status


@pytest.fixture
def world(db: None) -> World:
    return make_scene()


def move(world: World, days: int) -> None:
    shift = timedelta(days=days)
    edit_workshop(
        workshop=world.here,
        starts_on=reload(world.here).starts_on + shift,
        ends_on=reload(world.here).ends_on + shift,
        by=world.organiser,
    )


def test_everybody_is_told_once_of_new_days(world: World, mailoutbox: list[Any]) -> None:
    everyone(world)
    make_registration(world.fiji_elsewhere, status=Status.CONFIRMED)
    with at(NOW):
        move(world, 7)
    send(NOW)

    assert sorted(mail.to[0] for mail in mailoutbox) == [
        "approved@fiji.example",
        "confirmed@fiji.example",
        "contact@fiji.example",
        "contact@japan.example",
    ]
    assert {mail.subject for mail in mailoutbox} == {"New days: Workshop here"}
    mail = next(each for each in mailoutbox if each.to == ["confirmed@fiji.example"])
    assert (
        "“Workshop here” has new days: Tuesday 31 May 2022 to Thursday 2 June 2022. "
        "It was planned to begin on Tuesday 24 May 2022." in mail.body
    )
    [(name, content, kind)] = mail.attachments
    assert (name, kind) == ("workshop.ics", "text/calendar; method=REQUEST")
    assert ["SEQUENCE:1" in content, "20220531" in content] == [True, True]
    focal_point = next(each for each in mailoutbox if each.to == ["contact@fiji.example"])
    assert focal_point.attachments == []
    assert list(SignInLink.objects.order_by("path").values_list("path", flat=True)) == [
        "/workshops/here/delegations/FJ/",
        "/workshops/here/delegations/JP/",
        "/workshops/here/my/",
        "/workshops/here/my/",
    ]


def test_moved_twice_the_days_that_people_know_are_named(
    world: World, mailoutbox: list[Any]
) -> None:
    taking_part(world.fiji, "ana@fiji.example")
    with at(NOW):
        move(world, 7)
    late = taking_part(world.fiji, "ben@fiji.example")
    with at(NOW + timedelta(minutes=1)):
        move(world, 7)
    send(NOW + timedelta(minutes=1))

    mine = {mail.to[0]: mail.body for mail in mailoutbox}
    assert "begin on Tuesday 24 May 2022" in mine["ana@fiji.example"]
    assert "begin on Tuesday 31 May 2022" in mine[late.user.email]
    assert [text.count("7 June 2022") for text in mine.values()] == [1] * len(mine)
    mails = OutgoingMail.objects.filter(kind="new_days")
    assert sorted(mails.values_list("status", flat=True)) == ["done"] * 4 + ["superseded"] * 3


def test_held_after_all_is_told_with_the_new_days(world: World, mailoutbox: list[Any]) -> None:
    taking_part(world.fiji, "ana@fiji.example")
    Workshop.objects.update(status=Workshop.Status.PUBLISHED)
    with at(NOW):
        postpone_workshop(workshop=world.here, reason="Storm", by=world.organiser)
    send(NOW)
    with at(NOW):
        resume_workshop(workshop=world.here, starts_on=date(2022, 7, 1), by=world.organiser)
    send(NOW)

    mine = [mail for mail in mailoutbox if mail.to == ["ana@fiji.example"]]
    assert [mail.subject for mail in mine] == [
        "Postponed: Workshop here",
        "New days: Workshop here",
    ]
    cancelled, invited = (mail.attachments[0][1] for mail in mine)
    assert ["METHOD:CANCEL" in cancelled, "SEQUENCE:1" in cancelled] == [True, True]
    assert ["METHOD:REQUEST" in invited, "SEQUENCE:2" in invited, "20220701" in invited] == [
        True,
        True,
        True,
    ]


def test_held_on_the_same_days_it_takes_place_after_all(
    world: World, mailoutbox: list[Any]
) -> None:
    Workshop.objects.update(status=Workshop.Status.PUBLISHED)
    with at(NOW):
        postpone_workshop(workshop=world.here, reason="Storm", by=world.organiser)
    send(NOW)
    mailoutbox.clear()
    with at(NOW):
        resume_workshop(workshop=world.here, starts_on=date(2022, 5, 24), by=world.organiser)
    send(NOW)

    assert {mail.subject for mail in mailoutbox} == {"It takes place: Workshop here"}
    assert "takes place after all, on its days: Tuesday 24 May 2022" in mailoutbox[0].body


def postpone(world: World, moment: datetime) -> None:
    with at(moment):
        postpone_workshop(workshop=world.here, reason="Storm", by=world.organiser)


def resume(world: World, moment: datetime, starts_on: date = date(2022, 5, 24)) -> None:
    with at(moment):
        resume_workshop(workshop=world.here, starts_on=starts_on, by=world.organiser)


def minutes(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


def subjects_to(mailoutbox: list[Any], email: str) -> list[str]:
    return [mail.subject for mail in mailoutbox if mail.to == [email]]


def test_who_took_over_a_seat_while_it_was_postponed_hears_that_it_takes_place(
    world: World, mailoutbox: list[Any]
) -> None:
    ana = taking_part(world.fiji, "ana@fiji.example")
    Workshop.objects.update(status=Workshop.Status.PUBLISHED)
    postpone(world, NOW)
    send(NOW)
    ben = Nominee(email="ben@fiji.example", given_name="Ben", family_name="Tui")
    with at(minutes(1)):
        replace_registration(registration=ana, person=ben, by=world.fiji_contact)
    send(minutes(1))
    resume(world, minutes(2))
    send(minutes(2))

    assert subjects_to(mailoutbox, "ben@fiji.example") == ["It takes place: Workshop here"]


def test_whose_address_was_corrected_while_it_was_postponed_hears_that_it_takes_place(
    world: World, mailoutbox: list[Any]
) -> None:
    ana = make_registration(world.fiji, status=Status.APPROVED)
    Workshop.objects.update(status=Workshop.Status.PUBLISHED)
    postpone(world, NOW)
    with at(minutes(1)):
        correct_address(registration=ana, email="ana@fiji.example", by=world.fiji_contact)
    send(minutes(1))
    resume(world, minutes(2))
    send(minutes(2))

    assert subjects_to(mailoutbox, "ana@fiji.example") == ["It takes place: Workshop here"]


def test_whose_invitation_was_held_back_hears_that_it_takes_place(
    world: World, mailoutbox: list[Any]
) -> None:
    with at(NOW):
        resend_invitation(delegation=world.fiji, by=world.organiser)
    Workshop.objects.update(status=Workshop.Status.PUBLISHED)
    postpone(world, minutes(1))
    resume(world, minutes(2))
    send(minutes(2))

    told = {mail.to[0]: mail.subject for mail in mailoutbox}
    assert told == {"contact@fiji.example": "It takes place: Workshop here"}


def test_the_day_that_was_edited_while_it_was_postponed_is_not_the_one_that_people_know(
    world: World, mailoutbox: list[Any]
) -> None:
    Workshop.objects.update(status=Workshop.Status.PUBLISHED)
    postpone(world, NOW)
    send(NOW)
    mailoutbox.clear()
    with at(minutes(1)):
        move(world, 14)
    resume(world, minutes(2), date(2022, 6, 7))
    send(minutes(2))

    assert {mail.subject for mail in mailoutbox} == {"New days: Workshop here"}
    assert "It was planned to begin on Tuesday 24 May 2022." in mailoutbox[0].body


def test_moved_and_postponed_before_anybody_read_of_it_names_the_days_that_people_know(
    world: World, mailoutbox: list[Any]
) -> None:
    Workshop.objects.update(status=Workshop.Status.PUBLISHED)
    with at(NOW):
        move(world, 7)
    postpone(world, minutes(1))
    send(minutes(1))
    resume(world, minutes(2), date(2022, 5, 31))
    send(minutes(2))

    postponed, after = (mail for mail in mailoutbox if mail.to == ["contact@fiji.example"])
    assert "planned for Tuesday 24 May 2022 to Thursday 26 May 2022, is postponed" in postponed.body
    assert after.subject == "New days: Workshop here"
    assert "It was planned to begin on Tuesday 24 May 2022." in after.body


def test_postponed_and_cancelled_before_anybody_read_of_it_is_told_once(
    world: World, mailoutbox: list[Any]
) -> None:
    Workshop.objects.update(status=Workshop.Status.PUBLISHED)
    postpone(world, NOW)
    with at(minutes(1)):
        cancel_workshop(workshop=world.here, reason="Storm", by=world.organiser)
    send(minutes(1))

    assert subjects_to(mailoutbox, "contact@fiji.example") == ["Cancelled: Workshop here"]


def test_who_heard_since_that_it_takes_place_has_nothing_to_be_told(
    world: World, mailoutbox: list[Any]
) -> None:
    Workshop.objects.update(status=Workshop.Status.PUBLISHED)
    postpone(world, NOW)
    send(NOW)
    resume(world, minutes(1))
    send(minutes(1))
    mailoutbox.clear()
    for minute, days in ((2, 7), (3, -7)):
        with at(minutes(minute)):
            move(world, days)
    send(minutes(4))

    assert mailoutbox == []


def test_moved_and_moved_back_before_anybody_read_of_it_tells_nobody(
    world: World, mailoutbox: list[Any]
) -> None:
    taking_part(world.fiji)
    for minute, days in enumerate((7, -7)):
        with at(NOW + timedelta(minutes=minute)):
            move(world, days)
    send(NOW + timedelta(minutes=2))

    assert mailoutbox == []
    statuses = OutgoingMail.objects.values_list("kind", "status")
    assert list(statuses) == [("new_days", "superseded")] * 3


@pytest.mark.parametrize("status", ["draft", "postponed", "concluded"])
def test_nobody_is_told_while_it_rests_or_has_ended(world: World, status: str) -> None:
    taking_part(world.fiji)
    publication = {"published_at": None, "published_by": None} if status == "draft" else {}
    Workshop.objects.update(status=status, **publication)

    move(world, 7)

    assert OutgoingMail.objects.count() == 0


def test_who_has_no_part_in_it_any_more_is_not_told(world: World, mailoutbox: list[Any]) -> None:
    gone = taking_part(world.fiji, "ana@fiji.example")
    with at(NOW):
        move(world, 7)
        withdraw_registration(registration=gone, by=world.fiji_contact)
        FocalPoint.objects.filter(user=world.japan_contact).update(ends_at=NOW)
    send(NOW)

    told_of_days = [mail.to[0] for mail in mailoutbox if mail.subject.startswith("New days")]
    assert told_of_days == ["contact@fiji.example"]


# The question before it ---------------------------------------------------------------------------

EDIT = "/workshops/here/settings/details/"


def test_other_days_ask_before_they_mail(world: World, client: Client) -> None:
    taking_part(world.fiji)
    client.force_login(world.organiser)
    values = WorkshopForm.values_of(world.here)
    data = {name: str(value) for name, value in values.items() if value}
    data |= {"starts_on": "2022-05-25", "ends_on": "2022-05-27"}

    asked = client.post(EDIT, data)

    assert asked.status_code == 200
    assert "You are about to mail 3 people." in asked.text
    assert 'name="confirmed"' in asked.text
    assert (reload(world.here).starts_on, OutgoingMail.objects.count()) == (date(2022, 5, 24), 0)
    assert client.post(EDIT, data | {"confirmed": "1"}).status_code == 302
    assert (reload(world.here).starts_on, OutgoingMail.objects.count()) == (date(2022, 5, 25), 3)


def test_what_moves_nobody_asks_nothing(world: World, client: Client) -> None:
    client.force_login(world.organiser)
    values = WorkshopForm.values_of(world.here)
    data = {name: str(value) for name, value in values.items() if value}

    assert client.post(EDIT, data | {"title": "Another"}).status_code == 302
    Workshop.objects.update(status=Workshop.Status.DRAFT, published_at=None, published_by=None)
    assert client.post(EDIT, data | {"starts_on": "2022-05-23"}).status_code == 302
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize("verb", ["postpone", "cancel", "resume"])
def test_whom_an_act_would_mail_is_counted_before(world: World, client: Client, verb: str) -> None:
    client.force_login(world.organiser)
    page = client.get(f"/workshops/here/{verb}/")

    assert "You are about to mail 2 people." in page.text
