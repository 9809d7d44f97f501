"""Opening a ranking tells everybody who is to sit in a group: once, in their language and zone, while it is open."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone
from i18nfield.strings import LazyI18nString

from breakouts.actions.absences import end_absence, note_absence
from breakouts.actions.rankings import save_ranking
from breakouts.actions.rounds import close_ranking, open_ranking
from breakouts.facts import round_tasks
from breakouts.models import Absence, Round
from breakouts.tests.worlds import (
    CONFIRMED,
    BreakoutWorld,
    SignIn,
    broken,
    mailed,
    make_role,
    state,
)
from events.actions.life import cancel_workshop
from participants.actions.changes import (
    correct_address,
    replace_registration,
    withdraw_registration,
)
from participants.actions.nominations import Nominee
from participants.actions.profiles import Profile, confirm_registration
from participants.actions.registrations import approve_registration
from participants.models import Registration
from participants.tests.worlds import make_registration
from workshop_portal.leases import SupersededError
from workshop_portal.mail.delivery import send_due
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.registry import TEMPLATES
from workshop_portal.mail.rendering import RenderedMail, render_mail

TEMPLATE = "breakouts/ranking_opened"
UNTIL = datetime(2050, 5, 24, 9, 0, tzinfo=UTC)


def opened(world: BreakoutWorld, **kwargs: Any) -> None:
    open_ranking(round=world.round, by=world.organiser, **kwargs)


def mail_to(world: BreakoutWorld, name: str) -> OutgoingMail:
    return OutgoingMail.objects.get(template=TEMPLATE, recipient=world.user(name))


def rendered(world: BreakoutWorld, name: str) -> RenderedMail:
    return render_mail(mail_to(world, name), with_links=True)


def test_everybody_who_is_to_sit_in_a_group_is_told(world: BreakoutWorld) -> None:
    world.crowd(0)  # more seats for Fiji
    for other in (
        {"status": Registration.Status.NOMINATED},
        {"status": Registration.Status.WITHDRAWN},
        {"status": Registration.Status.CONFIRMED, "role": Registration.Role.RESOURCE_PERSON},
    ):
        make_registration(world.fiji, **other)

    opened(world)

    names = ("ana", "ben", "cho", "dai")
    assert mailed() == [(TEMPLATE, f"{name}@customs.example") for name in names]
    mail = mail_to(world, "ana")
    ana = world.people["ana"]
    assert mail.params == {"round": world.round.pk, "registration": ana.pk}
    assert mail.key.startswith(f"ranking_opened:{world.round.pk}:{ana.pk}:")
    assert (mail.reply_to, mail.context_id) == ("desk@rocb.example", str(world.here.pk))
    assert str(TEMPLATES[TEMPLATE].title) == "Rank the topics of a break-out"


def test_the_mail_says_what_until_when_and_where(world: BreakoutWorld) -> None:
    user = world.user("ana")
    user.time_zone = "Pacific/Fiji"
    user.save()
    opened(world, closes_at=UNTIL)

    mail = rendered(world, "ana")

    assert mail.subject == "Round 1: which topics would you like to discuss?"
    address = reverse("breakouts:ranking-edit", args=["here", 1])
    for text in (mail.text, mail.html):
        assert "Topic 1" in text
        assert "Topic 2" in text
        assert address in text
        assert "Tuesday 24 May 2050, 21:00 Suva (UTC+12)" in text


def test_titles_are_in_the_language_of_the_person_and_harmless(world: BreakoutWorld) -> None:
    user = world.user("ana")
    user.language = "fr"
    user.save()
    world.first.title = LazyI18nString({"en": "English title", "fr": "<b>Titre</b> www.x.example"})
    world.first.save()
    opened(world)

    mail = rendered(world, "ana")

    assert "English title" not in mail.text
    assert "<b>Titre</b>" in mail.text
    assert "www.x.example" not in mail.text  # a mail program would make a link of it
    assert "&lt;b&gt;Titre&lt;/b&gt;" in mail.html
    assert "English title" in rendered(world, "ben").text


@pytest.mark.parametrize("what", ["closed", "past", "withdrawn", "another person", "cancelled"])
def test_it_is_not_sent_when_it_makes_no_sense_any_more(world: BreakoutWorld, what: str) -> None:
    opened(world, closes_at=UNTIL)
    mail = mail_to(world, "ana")
    if what == "closed":
        close_ranking(round=world.round, by=world.organiser)
    elif what == "past":
        Round.objects.update(ranking_closes_at=timezone.now())
    elif what == "withdrawn":
        withdraw_registration(registration=world.people["ana"], by=world.secretariat)
    elif what == "cancelled":
        cancel_workshop(workshop=world.here, reason="Storm", by=world.organiser)
    else:
        Registration.objects.filter(pk=world.people["ana"].pk).update(user=world.stranger)

    with pytest.raises(SupersededError):
        render_mail(mail, with_links=True)


def test_a_ranking_that_is_opened_again_is_told_to_who_has_not_ranked(
    world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(world)
    save_ranking(
        round=world.round,
        registration=world.people["ben"],
        topics=[world.first],
        by=world.user("ben"),
    )
    close_ranking(round=world.round, by=world.organiser)
    later = timezone.now() + timedelta(minutes=1)
    monkeypatch.setattr("breakouts.actions.rounds.timezone.now", lambda: later)

    opened(world)

    told = [
        OutgoingMail.objects.filter(recipient=world.user(name)).count() for name in ("ana", "ben")
    ]
    assert told == [2, 1]


def latecomer(world: BreakoutWorld, **values: Any) -> Registration:
    """Nominated, not approved yet."""
    return make_registration(world.fiji, **values)


def asked(row: Registration) -> int:
    """How many mails ask the person to rank."""
    return mailed().count((TEMPLATE, row.user.email))


def test_who_is_approved_while_the_ranking_is_open_is_asked_at_once(world: BreakoutWorld) -> None:
    world.crowd(0)
    early, late = latecomer(world), latecomer(world)
    approve_registration(registration=early, by=world.secretariat)
    assert asked(early) == 0
    opened(world, closes_at=UNTIL)
    assert (asked(early), asked(late)) == (1, 0)

    approve_registration(registration=late, by=world.secretariat)

    assert (asked(early), asked(late)) == (1, 1)
    mail = OutgoingMail.objects.get(recipient=late.user, template=TEMPLATE)
    assert (mail.params["round"], mail.actor) == (world.round.pk, world.secretariat)
    for row in (early, late):
        confirm_registration(registration=row, profile=Profile(), by=row.user)
    assert (asked(early), asked(late)) == (1, 1)


def test_who_takes_over_a_seat_is_asked_at_once_unless_a_ranking_comes_with_it(
    world: BreakoutWorld,
) -> None:
    opened(world, closes_at=UNTIL)
    ben = world.people["ben"]
    save_ranking(round=world.round, registration=ben, topics=[world.first], by=ben.user)
    found = []
    for name, email in (("ben", "nia@customs.example"), ("ana", "fay@customs.example")):
        person = Nominee(email=email, given_name="New", family_name="Vula")
        old = world.people[name]
        new = replace_registration(registration=old, person=person, by=world.secretariat)
        found.append(asked(new))

    assert found == [0, 1]


def test_a_corrected_address_is_asked_anew(world: BreakoutWorld) -> None:
    opened(world, closes_at=UNTIL)
    Registration.objects.filter(pk=world.people["ana"].pk).update(status="approved")
    row = correct_address(
        registration=world.people["ana"], email="right@customs.example", by=world.secretariat
    )

    assert asked(row) == 1


def test_who_is_in_the_round_again_is_asked_unless_that_was_done(world: BreakoutWorld) -> None:
    """Ana was out of it as the ranking opened, Ben as his mail was to go out; Cho had hers, Dai has ranked."""

    def leave(name: str) -> Absence:
        row = world.people[name]
        return note_absence(round=world.round, registration=row, by=world.organiser)

    away = [leave("ana")]
    early = timezone.now() - timedelta(minutes=1)
    with mock.patch("breakouts.actions.rounds.timezone.now", return_value=early):
        opened(world, closes_at=UNTIL)
    dai = world.people["dai"]
    save_ranking(round=world.round, registration=dai, topics=[world.first], by=dai.user)
    away += [leave("ben")]
    send_due()
    away += [leave("cho"), leave("dai")]
    before = len(mailed())

    for absence in away:
        end_absence(absence=absence, by=world.secretariat)

    assert mailed()[before:] == [
        (TEMPLATE, "ana@customs.example"),
        (TEMPLATE, "ben@customs.example"),
    ]


@pytest.mark.parametrize("what", ["not open", "past", "resource person", "elsewhere"])
def test_who_is_approved_and_has_nothing_to_rank_is_not_asked(
    world: BreakoutWorld, what: str
) -> None:
    world.crowd(0)
    if what != "not open":
        opened(world, closes_at=UNTIL)
    if what == "past":
        Round.objects.update(ranking_closes_at=timezone.now())
    if what == "elsewhere":
        Round.objects.update(workshop=world.elsewhere)
    role = "resource_person" if what == "resource person" else "delegate"
    row = latecomer(world, role=role)

    approve_registration(registration=row, by=world.secretariat)

    assert asked(row) == 0


def test_nothing_is_left_behind_when_the_mails_cannot_be_queued(
    world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    with broken(monkeypatch, "rounds", "queue_mails"):
        opened(world)


@pytest.mark.parametrize("number", [1, 25])
def test_the_queries_do_not_grow_with_the_people(
    world: BreakoutWorld, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    world.crowd(number)

    # savepoint, round, workshop, topics, update, record, people, mails, release
    with django_assert_num_queries(9):
        opened(world)


def test_a_resource_person_is_neither_asked_nor_silent(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    """Also where one has a role, and so a group, or wished for something all the same."""
    world.crowd(0)
    experts = [
        make_registration(world.fiji, role="resource_person", status=CONFIRMED)
        for _each in range(2)
    ]
    make_role(world.one, experts[0].user, "facilitator")
    url = reverse("breakouts:round-detail", args=["here", 1])
    organiser = sign_in(world.organiser)
    assert "Opening it mails 4 people." in organiser.get(url).text
    opened(world)
    for who in (experts[0], world.people["ana"]):
        save_ranking(round=world.round, registration=who, topics=[world.first], by=who.user)

    ranking = organiser.get(url).context["ranking"]

    assert ranking["words"] == "1 of 4 people answered"
    assert {person.user.given_name for person in ranking["silent"]} == {"Ben", "Cho", "Dai"}
    assert ranking["bars"] == [("Topic 1", 1), ("Topic 2", 0)]
    now = timezone.now()
    asked = [[task.kind for task in round_tasks(row, now)] for row in experts]
    assert asked == [["done"], []]
    assert [task.kind for task in round_tasks(world.people["ben"], now)] == ["wait"]


def test_the_page_says_how_many_are_mailed_before_it_is_opened(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    organiser = sign_in(world.organiser)
    page = organiser.get(reverse("breakouts:round-detail", args=["here", 1])).content.decode()
    assert "Opening it mails 4 people." in page

    url = reverse("breakouts:ranking-open", args=["here", 1])
    before = state()
    asked = organiser.post(url)

    text = " ".join(asked.content.decode().split())
    assert "You are about to mail 4 people of 2 administrations" in text
    assert "Open the ranking and mail 4 people" in text
    ana = world.user("ana")
    assert asked.context["mass"]["samples"][0] == {
        "to": f"{ana} <ana@customs.example>, Fiji",
        "subject": "Round 1: which topics would you like to discuss?",
    }
    assert len(asked.context["mass"]["samples"]) == 3
    assert state() == before

    response = organiser.post(url, {"confirmed": "1"}, follow=True)

    assert "Who has not ranked yet is told by mail." in response.content.decode()
    assert len(mailed()) == 4


def test_where_nobody_is_mailed_or_it_cannot_open_nothing_is_asked(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    organiser = sign_in(world.organiser)
    url = reverse("breakouts:ranking-open", args=["here", 1])
    for person in world.people.values():
        person.preferences.create(round=world.round, topic=world.first, rank=1)
    world.round.groups.update(topic=world.first)
    refusal = organiser.post(url, follow=True)
    assert "there is nothing to rank yet" in refusal.content.decode()
    world.round.groups.filter(pk=world.two.pk).update(topic=world.second)

    assert organiser.post(url).status_code == 302

    world.round.refresh_from_db()
    assert (world.round.status, mailed()) == ("ranking", [])
