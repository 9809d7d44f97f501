"""Why somebody sits where they sit: what is kept with a place, and what the person is told."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from breakouts.actions.live import start_round
from breakouts.actions.plans import publish_plan
from breakouts.actions.seating_rules import add_place_rule
from breakouts.instances.reasons import my_groups, say_own_place
from breakouts.models import Assignment, Group, Plan, Preference, Round
from breakouts.queries.places import list_own_groups
from breakouts.tests.test_assign import assign
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    make_group,
    make_plan,
    make_role,
    make_round,
    move_person,
)
from participants.models import Registration


def rank(world: BreakoutWorld, who: str, *topics: Any, held: Round | None = None) -> None:
    for number, topic in enumerate(topics, 1):
        Preference.objects.create(
            round=held or world.round,
            registration=world.people[who],
            topic=topic,
            rank=number,
        )


def told(world: BreakoutWorld, who: str) -> list[str]:
    return [say_own_place(group) for group in list_own_groups(world.people[who])]


def keep(plan: Plan, world: BreakoutWorld, who: str, **reasons: Any) -> None:
    Assignment.objects.filter(plan=plan, registration=world.people[who]).update(reasons=reasons)


def test_a_run_keeps_why_and_the_person_is_told(world: BreakoutWorld) -> None:
    for who in ("ana", "ben", "cho"):
        rank(world, who, world.first, world.second)
    rank(world, "dai", world.second, world.first)
    add_place_rule(
        round=world.round,
        kind="pin",
        person=world.people["ana"],
        group=world.two,
        note="A secret",
        by=world.organiser,
    )
    plan = assign(world).plan
    assert plan is not None

    kept = plan.assignments.get(registration=world.people["ana"]).reasons

    assert kept == {
        "rank": 2,
        "best_rank": 2,
        "blocked": [[1, "seated"]],
        "colleagues": 0,
        "met_before": 0,
    }
    assert told(world, "ana") == []
    publish_plan(plan=plan, by=world.organiser)
    assert told(world, "ana") == [
        "Your second choice; the first was not possible. 1 colleague sits in another group."
    ]
    assert told(world, "ben") == ["Your first choice. 1 colleague sits in another group."]


REASONS = {
    "full": "the first was full",
    "balance": "a seat in the first would have cost others more",
    "no_group": "no group works on the first",
    "language": "no group on the first is in a language of yours",
    "mode": "no group on the first meets the way you take part",
    "met": "you had the first in an earlier round",
    "apart": "the first was not possible",
    "rule": "the first was not possible",
}


def test_what_stood_in_the_way_is_said_without_the_rules_of_others(world: BreakoutWorld) -> None:
    rank(world, "ana", world.second, world.first)
    plan = world.publish()
    world.one.roles.all().delete()

    for reason, words in REASONS.items():
        keep(plan, world, "ana", rank=2, best_rank=1, blocked=[[1, reason]])
        assert told(world, "ana") == [
            f"Your second choice; {words}. 1 colleague sits in another group."
        ]


def test_roles_wishes_and_colleagues(world: BreakoutWorld) -> None:
    plan = world.publish()
    make_role(world.two, world.user("ben"), "facilitator")
    rank(world, "cho", world.second)
    rank(world, "dai", world.second)
    for person in world.crowd(2):
        Assignment.objects.create(plan=plan, group=world.one, registration=person)

    assert told(world, "ana") == [
        (
            "You report for this group. You ranked no topics, so any topic was as good as another. "
            "Colleagues in this group: 2; in other groups: 1."
        )
    ]
    assert told(world, "ben")[0].startswith("You facilitate this group. You ranked no topics")
    assert told(world, "cho") == [
        "None of the topics that you ranked. 1 colleague sits in another group."
    ]
    Group.objects.filter(pk=world.two.pk).update(topic=world.first)
    assert told(world, "dai")[0].startswith("None of the topics that you ranked.")


def test_who_was_moved_by_hand_is_told_so(world: BreakoutWorld) -> None:
    rank(world, "dai", world.first, world.second)
    plan = world.publish()
    keep(plan, world, "dai", rank=2, best_rank=1, blocked=[[1, "full"]])
    move = move_person(
        plan=plan, registration=world.people["dai"], to=world.one, by=world.organiser
    )
    publish_plan(plan=move.plan, by=world.organiser)

    assert told(world, "dai") == [
        "The organisers placed you here. Your first choice. 1 colleague sits here, too."
    ]


def test_in_a_later_round_the_ranks_are_those_that_people_gave(world: BreakoutWorld) -> None:
    world.publish()
    later = make_round(world.here, topic_once=False)
    make_group(later, world.first)
    make_group(later, world.second)
    for who in ("ana", "ben", "cho", "dai"):
        rank(world, who, world.first, world.second, held=later)
    world.round = later

    plan = assign(world).plan

    assert plan is not None
    kept = sorted(
        (seat.reasons["rank"], seat.reasons["blocked"]) for seat in plan.assignments.all()
    )
    assert kept == [(1, []), (1, []), (2, [[1, "full"]]), (2, [[1, "full"]])]


def test_my_workshop_says_why_in_every_published_round(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    world.publish()
    make_round(world.here)
    text = sign_in(world.user("dai")).get(reverse("participants:home", args=["here"]))
    body = text.content.decode()

    assert body.count("Why am I here?") == 1
    assert "1 colleague sits in another group." in body


def test_the_group_that_meets_now_comes_first_on_my_workshop(world: BreakoutWorld) -> None:
    world.publish()
    later = make_round(world.here, status=Round.Status.PUBLISHED)
    group = make_group(later, world.second)
    plan = make_plan(later, {group: [world.people["ana"]]}, world.organiser)
    publish_plan(plan=plan, by=world.organiser)

    def shown() -> list[tuple[Group, bool]]:
        ana = Registration.objects.get(pk=world.people["ana"].pk)  # each page reads the row anew
        found = my_groups(ana, timezone.now())
        assert found is not None
        return [(each, is_live) for each, _why, is_live in found["places"]]

    assert shown() == [(world.one, False), (group, False)]
    start_round(round=later, minutes=45, by=world.organiser)
    assert shown() == [(group, True), (world.one, False)]
