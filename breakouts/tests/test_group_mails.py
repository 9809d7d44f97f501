"""The mails that lead people to their groups: who gets one, what it says, and when it is not sent any more."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from i18nfield.strings import LazyI18nString

from breakouts.actions.groups import end_group_role, name_group_role, name_group_roles
from breakouts.actions.plans import publish_plan
from breakouts.actions.rounds import close_round
from breakouts.models import Group, Round
from breakouts.tests.worlds import BreakoutWorld, broken, mailed, make_plan, make_role, move_person
from events.actions.life import cancel_workshop
from events.models import Session, Workshop
from participants.actions.changes import replace_registration
from participants.actions.nominations import Nominee
from workshop_portal.leases import SupersededError
from workshop_portal.mail.delivery import send_due
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.registry import TEMPLATES
from workshop_portal.mail.rendering import RenderedMail, render_mail

GROUP, ROLE = "breakouts/group_published", "breakouts/role_named"


def publish(world: BreakoutWorld) -> None:
    """Ana and Cho sit in group 1, Ben and Dai in group 2; all are told."""
    people = world.people
    seats = {world.one: [people["ana"], people["cho"]], world.two: [people["ben"], people["dai"]]}
    world.enter("assigning")
    publish_plan(plan=make_plan(world.round, seats, world.organiser), by=world.organiser)
    world.round.refresh_from_db()


def rendered(**lookup: object) -> RenderedMail:
    return render_mail(OutgoingMail.objects.get(**lookup), with_links=True)


# Your group ---------------------------------------------------------------------------------------


def close(world: BreakoutWorld) -> None:
    close_round(round=world.round, by=world.organiser)


def cancel(world: BreakoutWorld) -> None:
    cancel_workshop(workshop=world.here, reason="Storm", by=world.organiser)


def archive(world: BreakoutWorld) -> None:
    Workshop.objects.filter(pk=world.here.pk).update(status=Workshop.Status.ARCHIVED)


@pytest.mark.parametrize("end", [close, cancel, archive])
def test_a_group_is_not_told_once_nothing_of_it_is_to_come(
    world: BreakoutWorld, end: Callable[[BreakoutWorld], None]
) -> None:
    publish(world)
    assert rendered(recipient=world.user("ana")).subject == "Your group: 1, Topic 1"
    end(world)

    with pytest.raises(SupersededError):
        rendered(recipient=world.user("ana"), template="breakouts/group_published")
    send_due()
    states = OutgoingMail.objects.filter(template="breakouts/group_published")
    assert set(states.values_list("status", flat=True)) == {"superseded"}


def test_a_mail_promises_a_link_where_the_page_has_one(world: BreakoutWorld) -> None:
    publish(world)
    name(world, world.one, "facilitator")
    mails = [{"recipient": world.user("ana"), "template": GROUP}, {"template": ROLE}]

    def promises() -> list[bool]:
        return ["its link" in rendered(**lookup).text for lookup in mails]

    assert promises() == [False, False]
    for row in (world.here, world.one):
        type(row).objects.filter(pk=row.pk).update(join_url="https://call.example/a")
        assert promises() == [True, True]
        type(row).objects.filter(pk=row.pk).update(join_url="")


# What you do in a group ---------------------------------------------------------------------------


def told(template: str) -> list[str]:
    return sorted(email for name, email in mailed() if name == template)


def name(world: BreakoutWorld, group: Group, who: str, role: str = "facilitator") -> None:
    user = world.facilitator if who == "facilitator" else world.user(who)
    name_group_role(group=group, user=user, role=role, by=world.organiser)


def test_who_is_named_after_publication_is_told_at_once(world: BreakoutWorld) -> None:
    publish(world)
    name(world, world.two, "facilitator")
    name(world, world.two, "facilitator")  # holds it already

    assert told(ROLE) == ["facilitator@wco.example"]
    mail = OutgoingMail.objects.get(template=ROLE)
    role = world.two.roles.get()
    assert (mail.key, mail.params) == (f"role_named:{role.pk}", {"role": role.pk})
    assert (mail.reply_to, mail.context_id) == ("desk@rocb.example", str(world.here.pk))
    assert str(TEMPLATES[ROLE].title) == "You facilitate a group, or report for it"


def test_who_is_named_before_is_told_by_the_publication_alone(world: BreakoutWorld) -> None:
    """Ana sits in the group for which she reports: the mail of her place says it."""
    name(world, world.two, "facilitator")
    name(world, world.one, "ana", "rapporteur")
    assert mailed() == []

    publish(world)

    assert told(ROLE) == ["facilitator@wco.example"]
    assert len(told(GROUP)) == 4
    ana = rendered(recipient=world.user("ana"))
    assert "You report for this group." in ana.text
    assert "You report for this group." in ana.html
    assert "for this group" not in rendered(recipient=world.user("ben")).text


def test_who_has_a_role_in_another_group_than_the_place_is_told_of_both(
    world: BreakoutWorld,
) -> None:
    name(world, world.two, "ana", "deputy")
    publish(world)

    assert (told(ROLE), told(GROUP).count("ana@customs.example")) == (["ana@customs.example"], 1)


def test_a_later_version_tells_nobody_of_a_role_again(world: BreakoutWorld) -> None:
    name(world, world.two, "facilitator")
    name(world, world.one, "ana", "rapporteur")
    publish(world)
    plan = world.round.plans.get()
    move = move_person(
        plan=plan, registration=world.people["dai"], to=world.one, by=world.organiser
    )
    publish_plan(plan=move.plan, by=world.organiser)

    assert told(ROLE) == ["facilitator@wco.example"]


def test_each_role_that_is_named_is_one_mail(world: BreakoutWorld) -> None:
    publish(world)
    people = {"facilitator": world.facilitator, "rapporteur": world.user("ana"), "deputy": None}
    for _twice in range(2):
        name_group_roles(group=world.one, people=people, by=world.organiser)

    assert told(ROLE) == ["ana@customs.example", "facilitator@wco.example"]


@pytest.mark.parametrize(
    ("role", "subject"),
    [
        ("facilitator", "You facilitate group 2: Topic 2"),
        ("rapporteur", "You report for group 2: Topic 2"),
        ("deputy", "You are deputy rapporteur of group 2: Topic 2"),
    ],
)
def test_it_says_what_where_and_when_in_the_own_zone(
    world: BreakoutWorld, role: str, subject: str
) -> None:
    at = datetime(2050, 5, 24, 9, tzinfo=UTC)
    session = Session.objects.create(
        workshop=world.here, title="Hour", starts_at=at, ends_at=at + timedelta(hours=1)
    )
    Round.objects.filter(pk=world.round.pk).update(session=session)
    world.facilitator.time_zone = "Pacific/Fiji"
    world.facilitator.save()
    publish(world)
    name(world, world.two, "facilitator", role)

    mail = rendered(template=ROLE)

    assert mail.subject == subject
    for text in (mail.text, mail.html):
        assert reverse("breakouts:group-detail", args=["here", 1, 2]) in text
        assert "Why 2?" in text
        assert "Tuesday 24 May 2050, 21:00 Suva (UTC+12)" in text


def test_it_is_in_the_language_of_the_person_and_harmless(world: BreakoutWorld) -> None:
    world.facilitator.language = "fr"
    world.facilitator.save()
    world.second.title = LazyI18nString({"en": "English title", "fr": "<b>Titre</b> www.x.example"})
    world.second.save()
    publish(world)
    name(world, world.two, "facilitator")

    mail = rendered(template=ROLE)

    assert "<b>Titre</b>" in mail.text
    assert "www.x.example" not in mail.text
    assert "&lt;b&gt;Titre&lt;/b&gt;" in mail.html


@pytest.mark.parametrize("what", ["released", "another", "closed", "cancelled", "group gone"])
def test_it_is_not_sent_when_the_role_is_over(world: BreakoutWorld, what: str) -> None:
    publish(world)
    name(world, world.two, "facilitator")
    assert rendered(template=ROLE, recipient=world.facilitator).subject
    if what == "released":
        end_group_role(group=world.two, role="facilitator", by=world.organiser)
    elif what == "another":
        name(world, world.two, "ben")
    elif what == "closed":
        close(world)
    elif what == "cancelled":
        cancel(world)
    else:
        world.two.roles.all().delete()

    with pytest.raises((SupersededError, ObjectDoesNotExist)):
        rendered(template=ROLE, recipient=world.facilitator)


def test_who_takes_over_a_seat_is_told_of_its_roles(world: BreakoutWorld) -> None:
    """Ana reports for the group of her place, which its mail says; and stands in for another group."""
    publish(world)
    make_role(world.one, world.user("ana"), "rapporteur")
    make_role(world.two, world.user("ana"), "deputy")
    OutgoingMail.objects.all().delete()
    person = Nominee(given_name="Fay", family_name="Ito", email="fay@customs.example")
    fay = replace_registration(
        registration=world.people["ana"], person=person, by=world.secretariat
    )

    assert (told(GROUP), told(ROLE)) == (["fay@customs.example"], ["fay@customs.example"])
    assert "You report for this group." in rendered(template=GROUP, recipient=fay.user).text
    deputy = "You are deputy rapporteur of group 2: Topic 2"
    assert rendered(template=ROLE, recipient=fay.user).subject == deputy


def test_a_role_in_a_round_that_is_not_published_is_passed_on_in_silence(
    world: BreakoutWorld,
) -> None:
    make_role(world.one, world.user("ana"))
    person = Nominee(given_name="Fay", family_name="Ito", email="fay@customs.example")
    replace_registration(registration=world.people["ana"], person=person, by=world.secretariat)

    assert (told(GROUP), told(ROLE)) == ([], [])


def test_nothing_is_left_behind_when_it_cannot_be_queued(
    world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(world)
    with broken(monkeypatch, "groups", "queue_mails"):
        name(world, world.two, "facilitator")
