"""Publishing asks first where something is not right; the round's page shows only what is news."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from i18nfield.strings import LazyI18nString

from breakouts.actions.plans import publish_plan, request_assignment
from breakouts.actions.rounds import close_ranking, open_ranking
from breakouts.models import AssignmentRun, Group, Plan, Round, Topic
from breakouts.tests.test_assign import assign
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    mailed,
    make_plan,
    make_role,
    move_person,
    state,
)
from participants.tests.worlds import make_person
from workshop_portal.leases import WorkStatus

PUBLISH = "/workshops/here/breakouts/1/publish/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def plan(world: BreakoutWorld) -> Plan:
    """A draft of two in each group, as the rules want it; nobody has a role yet."""
    people = world.people
    seats = {world.one: [people["ana"], people["cho"]], world.two: [people["ben"], people["dai"]]}
    world.enter(Round.Status.ASSIGNING)
    return make_plan(world.round, seats, world.organiser)


@pytest.fixture
def organiser(world: BreakoutWorld, sign_in: SignIn) -> Client:
    return sign_in(world.organiser)


@pytest.fixture
def rooms(world: BreakoutWorld) -> None:
    """Group 1 has a link, group 2 a room."""
    Group.objects.filter(pk=world.one.pk).update(join_url="https://calls.example/1")
    Group.objects.filter(pk=world.two.pk).update(venue="Room 2")


def name_all(world: BreakoutWorld) -> None:
    for group, people in ((world.one, ("ana", "cho")), (world.two, ("ben", "dai"))):
        for name, role in zip(people, ("facilitator", "rapporteur"), strict=True):
            make_role(group, world.user(name), role)


def sent(plan: Plan, **more: Any) -> dict[str, Any]:
    return {"plan": plan.pk, "revision": plan.revision, **more}


def test_whom_it_mails_is_said_before_a_plan_without_faults_is_published(
    world: BreakoutWorld, plan: Plan, rooms: None, organiser: Client
) -> None:
    name_all(world)
    before = state()

    asked = organiser.post(PUBLISH, sent(plan))

    text = " ".join(asked.content.decode().split())
    assert "You are about to mail 4 people of 2 administrations" in text
    assert "Publish and mail 4 people" in text
    assert "Not everything is right yet" not in text
    cho = world.user("cho")
    assert {
        "to": f"{cho} <cho@customs.example>, Japan",
        "subject": "Your group: 1, Topic 1",
    } in asked.context["mass"]["samples"]
    assert state() == before

    assert organiser.post(PUBLISH, sent(plan, confirmed="1")).status_code == 302
    plan.refresh_from_db()
    assert (plan.is_current, len(mailed())) == (True, 4)


def test_a_draft_that_mails_nobody_is_published_at_once(
    world: BreakoutWorld, plan: Plan, rooms: None, organiser: Client
) -> None:
    name_all(world)
    publish_plan(plan=plan, by=world.organiser)
    people = world.people
    seats = {world.one: [people["ana"], people["cho"]], world.two: [people["ben"], people["dai"]]}
    same = make_plan(world.round, seats, world.organiser)

    assert organiser.post(PUBLISH, sent(same)).status_code == 302

    same.refresh_from_db()
    assert (same.is_current, len(mailed())) == (True, 4)


def test_only_who_changes_the_group_is_mailed_and_each_sample_is_in_the_persons_language(
    world: BreakoutWorld, plan: Plan, rooms: None, organiser: Client
) -> None:
    name_all(world)
    publish_plan(plan=plan, by=world.organiser)
    people = world.people
    seats = {world.one: [people["ana"]], world.two: [people["ben"], people["cho"], people["dai"]]}
    draft = make_plan(world.round, seats, world.organiser)
    Topic.objects.filter(pk=world.second.pk).update(
        title=LazyI18nString({"en": "Topic 2", "fr": "Sujet 2"})
    )
    cho = world.user("cho")
    cho.language = "fr"
    cho.save(update_fields=["language"])

    mass = organiser.post(PUBLISH, sent(draft)).context["mass"]

    [sample] = mass["samples"]
    assert (mass["count"], mass["administrations"]) == (1, 1)
    assert sample["to"] == f"{cho} <cho@customs.example>, Japan"
    assert sample["subject"] == "Votre groupe est désormais le 2 : Sujet 2"


def test_groups_without_roles_are_named_and_nothing_is_done_until_it_is_confirmed(
    world: BreakoutWorld, plan: Plan, rooms: None, organiser: Client
) -> None:
    make_role(world.one, make_person(), "facilitator")
    make_role(world.two, make_person(), "rapporteur")
    before = state()

    response = organiser.post(PUBLISH, sent(plan))

    text = response.content.decode()
    assert response.status_code == 200
    assert state() == before
    said = response.context["faults"]
    assert [(each.text, each.url) for each in said] == [
        ("Group 2 has no facilitator.", "/workshops/here/breakouts/1/groups/2/roles/"),
        ("Group 1 has no rapporteur.", "/workshops/here/breakouts/1/groups/1/roles/"),
    ]
    assert "You are about to mail 6 people of 2 administrations" in text
    assert text.index("Group 2 has no facilitator") < text.index("You are about to mail")
    assert text.count("btn-primary") == 1

    assert organiser.post(PUBLISH, sent(plan, confirmed="1")).status_code == 302
    plan.refresh_from_db()
    assert (plan.is_current, len(mailed())) == (True, 6)  # with the two who have a role


def test_several_groups_and_broken_rules_are_said(
    world: BreakoutWorld, plan: Plan, organiser: Client
) -> None:
    move_person(plan=plan, registration=world.people["ana"], to=world.two, by=world.organiser)
    plan.refresh_from_db()
    plan.assignments.filter(registration=world.people["dai"]).delete()
    world.one.minimum = 2
    world.one.save()

    said = [each.text for each in organiser.post(PUBLISH, sent(plan)).context["faults"]]

    assert said == [
        f"{world.user('dai')}, Japan has no group.",
        "Group 1 needs 2 people at least.",
        "Groups 1 and 2 have no facilitator.",
        "Groups 1 and 2 have no rapporteur.",
        "Groups 1 and 2 have neither a link nor a room.",
    ]


def test_a_group_that_meets_nowhere_is_said_with_its_page(
    world: BreakoutWorld, plan: Plan, rooms: None, organiser: Client
) -> None:
    name_all(world)
    Group.objects.filter(pk=world.two.pk).update(venue="", backup_url="https://calls.example/2")
    before = state()

    [said] = organiser.post(PUBLISH, sent(plan)).context["faults"]

    assert (said.text, said.url) == (
        "Group 2 has neither a link nor a room.",
        "/workshops/here/breakouts/1/groups/2/edit/",
    )
    assert state() == before
    text = organiser.get(reverse("breakouts:round-detail", args=["here", 1])).content.decode()
    assert text.count("No link or room") == 1


def test_what_a_colleague_changed_meanwhile_is_not_confirmed(
    world: BreakoutWorld, plan: Plan, organiser: Client
) -> None:
    shown = sent(plan, confirmed="1")
    move_person(plan=plan, registration=world.people["ana"], to=world.two, by=world.organiser)

    response = organiser.post(PUBLISH, shown, follow=True)

    assert "A colleague changed the groups" in response.content.decode()
    assert mailed() == []


# The board and the round's page -------------------------------------------------------------------


def test_a_group_without_facilitator_is_said_once(
    world: BreakoutWorld, plan: Plan, organiser: Client
) -> None:
    make_role(world.one, world.facilitator, "facilitator")
    text = organiser.get(reverse("breakouts:round-board", args=["here", 1])).content.decode()

    assert text.count("Nobody to facilitate yet") == 1
    assert text.count("Name one") == 1
    assert "No facilitator" not in text


def test_the_button_says_what_is_saved(world: BreakoutWorld, organiser: Client) -> None:
    text = organiser.get(reverse("breakouts:group-roles", args=["here", 1, 1])).content.decode()

    assert 'value="Save facilitator and rapporteur"' in text


def shows_run(organiser: Client) -> bool:
    response = organiser.get(reverse("breakouts:round-detail", args=["here", 1]))
    return 'id="job"' in response.content.decode()


def test_a_run_is_shown_until_somebody_acted_on_its_end(
    world: BreakoutWorld, organiser: Client
) -> None:
    assert not shows_run(organiser)
    request_assignment(round=world.round, by=world.organiser)
    assert shows_run(organiser)
    AssignmentRun.objects.all().delete()
    plan = assign(world).plan
    assert plan is not None
    assert shows_run(organiser)
    publish_plan(plan=plan, by=world.organiser)
    assert not shows_run(organiser)
    ana = world.people["ana"]
    other = world.round.groups.exclude(assignments__registration=ana).get()
    move_person(plan=plan, registration=ana, to=other, by=world.organiser)
    assert not shows_run(organiser)


def test_a_failure_is_shown_until_there_is_a_newer_plan(
    world: BreakoutWorld, organiser: Client
) -> None:
    make_plan(world.round, {}, world.organiser)
    request_assignment(round=world.round, by=world.organiser)
    AssignmentRun.objects.update(status=WorkStatus.FAILED, finished_at=timezone.now())
    assert shows_run(organiser)
    make_plan(world.round, {}, world.organiser)
    assert not shows_run(organiser)


def test_the_whole_page_is_loaded_again_when_the_run_ends(
    world: BreakoutWorld, organiser: Client
) -> None:
    """The banner "The groups are being made" and the buttons of before are gone with it."""
    request_assignment(round=world.round, by=world.organiser)
    progress = reverse("breakouts:round-progress", args=["here", 1])
    while_running = organiser.get(progress, headers=HTMX)
    assert "HX-Refresh" not in while_running
    assert 'id="job"' in while_running.content.decode()
    AssignmentRun.objects.update(status=WorkStatus.DONE, finished_at=timezone.now())

    assert organiser.get(progress, headers=HTMX)["HX-Refresh"] == "true"


def ranking_of(organiser: Client) -> list[bool]:
    """Of the round's page: says that no ranking was held; offers to open it; to open it again."""
    response = organiser.get(reverse("breakouts:round-detail", args=["here", 1]))
    text = response.content.decode()
    assert "anking closed" not in text
    said = ("The ranking was not held", "Open the ranking", "Open again")
    return [words in text for words in said]


def test_a_round_assigned_without_a_ranking_says_that_none_was_held(
    world: BreakoutWorld, organiser: Client
) -> None:
    assert ranking_of(organiser) == [False, True, False]
    plan = assign(world).plan
    assert plan is not None
    assert ranking_of(organiser) == [True, True, False]
    publish_plan(plan=plan, by=world.organiser)
    assert ranking_of(organiser) == [True, False, False]


def test_a_ranking_that_nobody_answered_was_held(world: BreakoutWorld, organiser: Client) -> None:
    open_ranking(round=world.round, by=world.organiser)
    close_ranking(round=world.round, by=world.organiser)
    assert ranking_of(organiser) == [False, False, True]


def test_a_ranking_closed_before_its_deadline_does_not_close_in_two_days(
    world: BreakoutWorld, organiser: Client
) -> None:
    Round.objects.update(ranking_closes_at=timezone.now() + timedelta(days=2))
    url = reverse("breakouts:round-detail", args=["here", 1])
    open_ranking(round=world.round, by=world.organiser)
    assert "in 2 days" in organiser.get(url).content.decode()
    close_ranking(round=world.round, by=world.organiser)
    assert "in 2 days" not in organiser.get(url).content.decode()
