"""Nobody gets a topic that they had in an earlier round, unless the round allows it; who facilitates may."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from breakouts.actions.plans import publish_plan, request_assignment, run_assignment
from breakouts.instances.boarding import draw_board
from breakouts.instances.building import gather
from breakouts.instances.capacity import check_capacity
from breakouts.instances.comparing import compare
from breakouts.instances.effects import weigh_targets
from breakouts.instances.faults import list_faults
from breakouts.instances.figures import measure
from breakouts.instances.placing import explain_place
from breakouts.instances.reasons import say_own_place
from breakouts.models import AssignmentRun, Group, Plan, Round
from breakouts.queries.places import list_own_groups
from breakouts.tests.test_reasons import rank
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    make_group,
    make_plan,
    make_role,
    make_round,
    make_topic,
)
from workshop_portal.leases import WorkStatus

SWITCH = "/workshops/here/breakouts/2/edit/#id_topic_once"
RULE = "Nobody gets a topic twice: who had the topic of "
ADVICE = "Switch off that nobody gets a topic twice, or add groups on another topic."


class SecondRound(BreakoutWorld):
    """Ana and Cho had topic 1, Ben and Dai topic 2. Round 2 has a group on each again, of one to three people."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.publish()
        self.later = make_round(self.here)
        self.again = [make_group(self.later, topic) for topic in (self.first, self.second)]
        self.later.groups.update(minimum=1, maximum=3)

    def switch(self, **fields: Any) -> None:
        Round.objects.filter(pk=self.later.pk).update(**fields)
        self.later.refresh_from_db()


@pytest.fixture
def rounds(db: None) -> SecondRound:
    return SecondRound()


def run(rounds: SecondRound) -> AssignmentRun:
    return run_assignment(request_assignment(round=rounds.later, by=rounds.organiser))


def numbers(rounds: SecondRound, plan: Plan | None) -> dict[str, int]:
    """Who sits in the group of which number."""
    assert plan is not None
    names = {person.pk: name for name, person in rounds.people.items()}
    seats = plan.assignments.values_list("registration", "group__ordinal")
    return {names[person]: number for person, number in seats}


def wish_again(rounds: SecondRound) -> None:
    """Ana and Cho wish for the topic that they had."""
    for who in ("ana", "cho"):
        rank(rounds, who, rounds.first, rounds.second, held=rounds.later)


def seat_again(rounds: SecondRound, **fields: Any) -> Plan:
    """Ana sits in group 1 again, the others on a new topic."""
    p, (one, two) = rounds.people, rounds.again
    seats = {one: [p["ana"], p["ben"], p["dai"]], two: [p["cho"]]}
    return make_plan(rounds.later, seats, rounds.organiser, **fields)


# The plan -----------------------------------------------------------------------------------------


def test_everybody_gets_a_new_topic_and_is_told_why(rounds: SecondRound) -> None:
    wish_again(rounds)

    plan = run(rounds).plan

    assert numbers(rounds, plan) == {"ana": 2, "ben": 1, "cho": 2, "dai": 1}
    assert plan is not None
    kept = plan.assignments.get(registration=rounds.people["ana"]).reasons
    assert (kept["rank"], kept["best_rank"], kept["blocked"]) == (2, 2, [[1, "met"]])
    figures = plan.figures
    assert (figures["first"]["value"], figures["first"]["bound"]) == (0, 0)  # none could be given
    assert (figures["met_before"]["value"], figures["met_before"]["bound"]) == (2, 2)
    assert (figures["wishes"]["value"], figures["wishes"]["bound"]) == (2, 2)
    publish_plan(plan=plan, by=rounds.organiser)
    place = list_own_groups(rounds.people["ana"])[1]
    assert say_own_place(place).startswith(
        "Your second choice; you had the first in an earlier round."
    )


@pytest.mark.parametrize("fields", [{"topic_once": False}, {"mode": Round.Mode.SAME}])
def test_where_the_round_allows_it_they_get_what_they_wish(
    rounds: SecondRound, fields: dict[str, Any]
) -> None:
    wish_again(rounds)
    rounds.switch(**fields)

    assert gather(rounds.later).had == {}
    found = numbers(rounds, run(rounds).plan)
    assert (found["ana"], found["cho"]) == (1, 1)


def test_who_facilitates_may_have_the_topic_again(rounds: SecondRound) -> None:
    make_role(rounds.again[0], rounds.user("ana"), "facilitator")

    assert numbers(rounds, run(rounds).plan) == {"ana": 1, "ben": 1, "cho": 2, "dai": 1}


def test_only_earlier_rounds_that_are_published_count(rounds: SecondRound) -> None:
    p = rounds.people
    assert gather(rounds.later).had == {
        p["ana"].pk: {rounds.first.pk: 1},
        p["ben"].pk: {rounds.second.pk: 1},
        p["cho"].pk: {rounds.first.pk: 1},
        p["dai"].pk: {rounds.second.pk: 1},
    }
    Plan.objects.update(is_current=False)
    seat_again(rounds, is_current=True, published_at=timezone.now(), published_by=rounds.organiser)
    assert (gather(rounds.round).had, gather(rounds.later).had) == ({}, {})


# Told before Assign -------------------------------------------------------------------------------


def problems(rounds: SecondRound) -> list[tuple[str, str]]:
    found = check_capacity(gather(rounds.later))
    assert not found.is_possible
    return [(each.text, each.url) for each in found.failed]


def test_too_few_topics_are_told_before_assign_with_the_switch(
    rounds: SecondRound, sign_in: SignIn
) -> None:
    Group.objects.filter(pk=rounds.again[1].pk).update(topic=rounds.first)

    text = "2 people had every topic of this round in an earlier one, among them "
    [(said, url)] = problems(rounds)
    assert (said, url) == (f"{text}{rounds.user('ana')} (Fiji). {ADVICE}", SWITCH)
    page = sign_in(rounds.organiser).get(reverse("breakouts:round-detail", args=["here", 2]))
    body = page.content.decode()
    assert f'<a href="{SWITCH}">Nobody gets a topic twice: {text}' in body
    assert f"{RULE}one of the groups 1 and 2 in an earlier round sits elsewhere." in body
    rounds.switch(topic_once=False)
    assert check_capacity(gather(rounds.later)).is_possible


def test_too_few_seats_on_other_topics_are_told(rounds: SecondRound) -> None:
    Group.objects.filter(pk=rounds.again[1].pk).update(maximum=1)

    assert problems(rounds) == [
        (
            f"2 people had “Topic 1” in an earlier round; seats in groups on other topics: 1. {ADVICE}",
            SWITCH,
        )
    ]


def test_too_few_for_whom_a_topic_is_new_are_told(rounds: SecondRound) -> None:
    Group.objects.filter(pk=rounds.again[0].pk).update(minimum=3)

    assert problems(rounds) == [
        (
            f"“Topic 1”: 3 must sit there at least, and 2 people did not have it in an earlier round. {ADVICE}",
            SWITCH,
        )
    ]


def test_a_large_round_is_told_by_counting_alone(
    rounds: SecondRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("breakouts.instances.capacity.CHECKED_UP_TO", 3)
    rounds.later.groups.update(topic=rounds.first)

    assert len(problems(rounds)) == 1
    assert check_capacity(gather(rounds.later)).problems == []


def test_the_conflict_of_a_run_leads_to_the_switch(rounds: SecondRound) -> None:
    make_role(rounds.again[0], rounds.user("ana"), "rapporteur")

    found = run(rounds)

    assert (found.status, found.plan) == (WorkStatus.FAILED, None)
    assert [(each["text"], each["url"]) for each in found.conflict] == [
        (
            "Who facilitates or reports for group 1 sits in it.",
            reverse("breakouts:group-roles", args=["here", 2, 1]),
        ),
        (f"{RULE}group 1 in an earlier round sits elsewhere.", SWITCH),
    ]


# On the board -------------------------------------------------------------------------------------


def test_the_board_says_who_sits_on_a_topic_for_the_second_time(rounds: SecondRound) -> None:
    seat_again(rounds)
    material = gather(rounds.later)

    board = draw_board(material)

    assert [column.notes for column in board.columns] == [
        ["1 had this topic before.", "2 from Fiji, an even share is 1."],
        [],
    ]
    said = f"{RULE}group 1 in an earlier round sits elsewhere."
    assert [(each.text, each.url) for each in board.broken] == [(said, SWITCH)]
    assert said in {each.text for each in list_faults(material)}
    assert measure(material, material.places).broken == ("had:1",)
    rounds.switch(topic_once=False)
    material = gather(rounds.later)
    assert measure(material, material.places).broken == ()


def test_a_move_says_it_first(rounds: SecondRound) -> None:
    seat_again(rounds)
    material = gather(rounds.later)
    people = {person.pk: person for person in material.people}
    p = rounds.people

    def words(*names: str) -> list[list[str]]:
        chosen = [people[p[name].pk] for name in names]
        return [effect.broken for effect in weigh_targets(material, chosen)]

    assert words("ben") == [[], ["had the topic before"]]
    assert words("ben", "dai")[1][-1] == "2 had the topic before"
    assert words("ben", "cho") == [
        ["full", "too few left in group 2", "1 had the topic before"],
        ["1 had the topic before"],
    ]


def test_the_page_of_a_place_says_which_round_it_was(rounds: SecondRound) -> None:
    wish_again(rounds)
    assert run(rounds).plan is not None
    material = gather(rounds.later)
    ana = next(each for each in material.people if each.pk == rounds.people["ana"].pk)

    found = explain_place(material, ana)

    assert [(each.why, each.url) for each in found.choices] == [
        ("They had it in round 1.", SWITCH),
        ("", ""),
    ]
    assert (found.is_forced, found.swap) == (True, "")


def test_who_moves_for_a_new_topic_is_told_so(rounds: SecondRound) -> None:
    seat_again(
        rounds,
        is_current=True,
        published_at=timezone.now(),
        published_by=rounds.organiser,
    )
    Round.objects.filter(pk=rounds.later.pk).update(status=Round.Status.PUBLISHED)
    run(rounds)

    [mover] = compare(gather(rounds.later)).movers

    assert mover.person.pk == rounds.people["ana"].pk
    assert mover.why == "Had the topic of group 1 in an earlier round."


# The ranking and the form -------------------------------------------------------------------------


def test_what_was_had_is_not_ranked_again(rounds: SecondRound, sign_in: SignIn) -> None:
    rounds.switch(status=Round.Status.RANKING)
    client = sign_in(rounds.user("ana"))
    url = reverse("breakouts:ranking-edit", args=["here", 2])

    page = client.get(url)
    assert (page.context["topics"], page.context["had"]) == ([rounds.second], [rounds.first])
    assert "so these are left out: Topic 1." in page.content.decode()
    assert client.post(url, {"choice_1": "1"}).status_code == 422
    rounds.switch(topic_once=False)
    assert client.post(url, {"choice_1": "1"}).status_code == 302


def test_where_all_was_had_everything_is_ranked(rounds: SecondRound, sign_in: SignIn) -> None:
    rounds.later.groups.update(topic=rounds.first)
    rounds.switch(status=Round.Status.RANKING)

    page = sign_in(rounds.user("ana")).get(reverse("breakouts:ranking-edit", args=["here", 2]))

    assert (page.context["topics"], page.context["had"]) == ([rounds.first], [])


def test_the_form_offers_the_switch(rounds: SecondRound, sign_in: SignIn) -> None:
    make_topic(rounds.here)
    client = sign_in(rounds.organiser)
    url = reverse("breakouts:round-edit", args=["here", 2])
    assert client.get(reverse("breakouts:round-add", args=["here"])).context["form"].initial == {}
    assert client.get(url).context["form"].initial["topic_once"] is True
    words = "Nobody gets a topic that they had in an earlier round."
    page = reverse("breakouts:round-detail", args=["here", 2])
    assert words in client.get(page).content.decode()

    values = {"title": "New", "minutes": "45", "mode": "mix", "weighting": "balanced"}
    assert client.post(url, values).status_code == 302

    rounds.later.refresh_from_db()
    assert rounds.later.topic_once is False
    assert words not in client.get(page).content.decode()
    client.post(url, values | {"topic_once": "on"})
    rounds.later.refresh_from_db()
    assert rounds.later.topic_once is True
