"""What the mails of the plan say, and how everybody is told of a cancelled or postponed workshop."""

from datetime import date, timedelta
from typing import Any

import pytest
from i18nfield.strings import LazyI18nString

from events.actions.life import cancel_workshop, postpone_workshop, resume_workshop
from events.models import Workshop
from participants.models import Registration
from participants.tests.plans import (
    JOIN,
    NOMINATIONS,
    NOW,
    PROFILE,
    STARTS_AT,
    at,
    everyone,
    hours_before,
    make_scene,
    outcome,
    plan,
    planned_mail,
    send,
    taking_part,
)
from participants.tests.worlds import (
    World,
    make_registration,
)
from workshop_portal.accounts.models import SignInLink
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status


@pytest.fixture
def world(db: None) -> World:
    return make_scene()


# Cancelled, postponed -----------------------------------------------------------------------------


def test_everybody_is_told_once_of_a_cancelled_workshop(
    world: World, mailoutbox: list[Any]
) -> None:
    everyone(world)
    make_registration(world.japan, status=Status.CONFIRMED, user=world.japan_contact)
    make_registration(world.fiji_elsewhere, status=Status.CONFIRMED)
    hours_before(world.here, 24)
    plan(STARTS_AT - timedelta(hours=24))
    with at(NOW):
        cancel_workshop(workshop=world.here, reason="<b>Storm</b>", by=world.organiser)

    send(NOW)

    assert sorted(mail.to[0] for mail in mailoutbox) == [
        "approved@fiji.example",
        "confirmed@fiji.example",
        "contact@fiji.example",
        "contact@japan.example",
    ]
    assert {mail.subject for mail in mailoutbox} == {"Cancelled: Workshop here"}
    joins = OutgoingMail.objects.filter(template=JOIN).values_list("status", flat=True)
    assert set(joins) == {"superseded"}
    mail = next(each for each in mailoutbox if each.to == ["confirmed@fiji.example"])
    assert "The reason: <b>Storm</b>" in mail.body
    assert "&lt;b&gt;Storm&lt;/b&gt;" in mail.alternatives[0][0]
    calendar = mail.attachments[0]
    assert (calendar[0], "SEQUENCE:1" in calendar[1], "METHOD:CANCEL" in calendar[1]) == (
        "cancelled.ics",
        True,
        True,
    )
    focal_point = next(each for each in mailoutbox if each.to == ["contact@fiji.example"])
    assert focal_point.attachments == []


def test_one_who_postponed_twice_is_told_twice(world: World, mailoutbox: list[Any]) -> None:
    taking_part(world.fiji, "ana@fiji.example")
    Workshop.objects.update(status=Workshop.Status.PUBLISHED)
    with at(NOW):
        postpone_workshop(workshop=world.here, reason="Storm", by=world.organiser)
    send(NOW)
    with at(NOW + timedelta(days=1)):
        resume_workshop(workshop=world.here, starts_on=date(2022, 7, 1), by=world.organiser)
        postpone_workshop(workshop=world.here, reason="Flood", by=world.organiser)
    send(NOW + timedelta(days=1))

    mine = [mail for mail in mailoutbox if mail.to == ["ana@fiji.example"]]
    assert [mail.subject for mail in mine] == ["Postponed: Workshop here"] * 2
    assert ["Storm" in mine[0].body, "Flood" in mine[1].body] == [True, True]


def test_the_news_of_the_end_is_needless_once_it_takes_place(world: World) -> None:
    taking_part(world.fiji)
    Workshop.objects.update(status=Workshop.Status.PUBLISHED)
    with at(NOW):
        postpone_workshop(workshop=world.here, reason="Storm", by=world.organiser)
        resume_workshop(workshop=world.here, starts_on=date(2022, 7, 1), by=world.organiser)
    send(NOW)

    news = OutgoingMail.objects.filter(kind="workshop_cancelled")
    assert set(news.values_list("status", flat=True)) == {"superseded"}


# What it says -------------------------------------------------------------------------------------


def test_language_and_zone_are_the_recipient_s(world: World, mailoutbox: list[Any]) -> None:
    world.here.title = LazyI18nString({"en": "Training", "fr": "Formation"})
    world.here.save()
    taking_part(world.fiji, "ana@nc.example", language="fr", time_zone="Pacific/Noumea")
    hours_before(world.here, 24)
    due = STARTS_AT - timedelta(hours=24)

    plan(due)
    send(due)

    [mail] = mailoutbox
    begins = "mardi 24 mai 2022, 12:00 Noumea (UTC+11); 08:00 Bangkok (UTC+7)"
    assert f"«\xa0Formation\xa0» commence le {begins}." in mail.body
    assert begins in mail.alternatives[0][0]
    assert mail.extra_headers["Content-Language"] == "fr"
    calendar = mail.attachments[0]
    assert (calendar[0], calendar[2]) == ("workshop.ics", "text/calendar; method=REQUEST")
    assert "UID:registration-" in calendar[1]


def test_each_link_signs_in_to_the_own_page(world: World, mailoutbox: list[Any]) -> None:
    registration = make_registration(world.fiji, status=Status.APPROVED)
    Workshop.objects.update(nominations_close_at=None)
    for template, audience in [
        (NOMINATIONS, "nominations_missing"),
        (PROFILE, "profile_missing"),
        (JOIN, "participants"),
    ]:
        hours_before(world.here, 24, template=template, audience=audience)
    due = STARTS_AT - timedelta(hours=24)

    plan(due)
    send(due)

    links = SignInLink.objects.order_by("path").values_list("path", "user", "subject")
    person = registration.user_id
    assert list(links) == [
        ("/workshops/here/delegations/JP/", world.japan_contact.pk, f"delegation:{world.japan.pk}:{world.japan_contact.pk}"),
        ("/workshops/here/my/", person, f"registration:{registration.pk}"),
        ("/workshops/here/my/profile/", person, f"registration:{registration.pk}"),
    ]  # fmt: skip
    kept = list(OutgoingMail.objects.values_list("body", flat=True))
    assert (len(mailoutbox), len(kept)) == (3, 3)
    for body in kept:
        assert "[link for one use, not kept]" in body
        assert "/sign-in/" not in body


def test_names_that_people_typed_stay_text(world: World, mailoutbox: list[Any]) -> None:
    world.here.title = LazyI18nString({"en": "Train\r\nBcc: x@evil.example <i>\u202e{{ link }}"})
    world.here.save()
    world.jp.name = "Japan http://evil.example/\r\n<script>"
    world.jp.save()
    world.japan_contact.given_name = "Ken\r\nBcc: x@evil.example"
    world.japan_contact.family_name = "<script>alert(1)</script>"
    world.japan_contact.save()
    mail = planned_mail(world)

    assert outcome(mail) == "done"

    [sent] = mailoutbox
    html = sent.alternatives[0][0]
    assert (sent.to, sent.bcc, "\n" in sent.subject) == (["contact@japan.example"], [], False)
    assert ("<script" in html, "\u202e" in sent.subject + sent.body) == (False, False)
    assert ("http://evil" in sent.body, "x@evil.example" in sent.body) == (False, False)
