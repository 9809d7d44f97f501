"""Nobody is disappointed twice while another never was: what an earlier round gave counts in the next one."""

import pytest

from breakouts.actions.plans import request_assignment, run_assignment
from breakouts.instances.building import build_instance, gather
from breakouts.instances.figures import worst_off
from breakouts.instances.wording import say_outcome
from breakouts.models import Group, Plan, Preference, Topic
from breakouts.solver.parse import parse_instance
from breakouts.solver.score import score
from breakouts.tests.test_reasons import rank
from breakouts.tests.worlds import BreakoutWorld, make_group, make_round, make_topic


class TwoRounds(BreakoutWorld):
    """Ana and Cho sat in group 1, Ben and Dai in group 2. In round 2 all but Dai wish for topic 4, where two find a seat.

    Who met in round 1 would sit together again if it were Ana who gets the seat.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self.publish()
        self.third, self.fourth = make_topic(self.here), make_topic(self.here)
        self.later = make_round(self.here)
        self.groups = [make_group(self.later, topic) for topic in (self.third, self.fourth)]
        for name in ("ana", "ben", "cho"):
            rank(self, name, self.fourth, held=self.later)


@pytest.fixture
def rounds(db: None) -> TwoRounds:
    return TwoRounds()


def assigned(rounds: TwoRounds) -> Plan:
    plan = run_assignment(request_assignment(round=rounds.later, by=rounds.organiser)).plan
    assert plan is not None
    return plan


def glad(rounds: TwoRounds, plan: Plan) -> set[str]:
    """Who discusses topic 4."""
    names = {person.pk: name for name, person in rounds.people.items()}
    seats = plan.assignments.filter(group__topic=rounds.fourth)
    return {names[key] for key in seats.values_list("registration", flat=True)}


def test_without_a_disappointment_people_meet_new_ones(rounds: TwoRounds) -> None:
    assert glad(rounds, assigned(rounds)) == {"ben", "cho"}


def test_who_was_disappointed_is_not_disappointed_again(rounds: TwoRounds) -> None:
    rank(rounds, "ana", rounds.second)

    plan = assigned(rounds)

    assert glad(rounds, plan) - {"ben", "cho"} == {"ana"}
    kept = plan.assignments.get(registration=rounds.people["ana"]).reasons
    assert (kept["rank"], kept["best_rank"], kept["blocked"]) == (1, 1, [])


def test_where_it_cannot_be_helped_each_is_disappointed_once_more(rounds: TwoRounds) -> None:
    """All three were disappointed alike: it is as if nobody had been."""
    for name in ("ana", "cho"):
        rank(rounds, name, rounds.second)
    rank(rounds, "ben", rounds.first)

    assert glad(rounds, assigned(rounds)) == {"ben", "cho"}


def test_the_figures_are_those_of_this_round_alone(rounds: TwoRounds) -> None:
    rank(rounds, "ana", rounds.second)

    figures = assigned(rounds).figures

    assert (figures["ranked"], figures["by_rank"]) == (3, {"0": 1, "1": 2})
    assert (figures["first"]["value"], figures["first"]["bound"]) == (2, 2)
    assert (figures["wishes"]["value"], figures["wishes"]["bound"]) == (7, 7)
    assert (figures["met_before"]["value"], figures["met_before"]["bound"]) == (2, 0)
    assert say_outcome(figures)[0].startswith("67 % of those who answered discuss their first")
    [last] = worst_off(gather(rounds.later))
    assert (last.rank, last.cost) == (0, 7)


@pytest.mark.parametrize(
    ("place", "is_missed"), [(1, False), (2, False), (3, False), (4, True), (5, True), (0, True)]
)
def test_the_fourth_choice_or_worse_is_a_disappointment(
    world: BreakoutWorld, place: int, is_missed: bool
) -> None:
    topics = [make_topic(world.here) for _each in range(5)]
    for topic in topics[:-1]:
        make_group(world.round, topic)
    world.publish()
    ranked: list[Topic] = [*topics[:4]]
    if place:
        ranked.insert(place - 1, world.first)
    rank(world, "ana", *ranked)
    later = make_round(world.here)
    make_group(later, topics[0])
    rank(world, "ana", topics[0], held=later)

    material = gather(later)

    ana = world.people["ana"].pk
    assert material.missed == {world.round.pk: {ana} if is_missed else set()}
    instance = parse_instance(build_instance(material))
    word = "missed" if is_missed else "past"
    assert instance.preferences == {str(ana): (f"{word}-1", f"topic-{topics[0].pk}")}
    answer = {
        rule.round: dict.fromkeys(rule.delegates, rule.room)
        for rule in instance.rules
        if rule.id == f"past:1:{ana}"
    }
    assert score(instance, answer).preference == (7 if is_missed else 0)


def test_a_topic_that_no_group_worked_on_is_no_choice(world: BreakoutWorld) -> None:
    nobodys = [make_topic(world.here) for _each in range(3)]
    world.publish()
    rank(world, "ana", *nobodys, world.first)
    rank(world, "cho", *nobodys)
    later = make_round(world.here)

    assert gather(later).missed == {world.round.pk: set()}
    Group.objects.filter(pk=world.one.pk).update(topic=world.second)
    assert gather(later).missed == {world.round.pk: set()}  # first was offered to nobody then
    Preference.objects.create(
        round=world.round, registration=world.people["cho"], topic=world.second, rank=9
    )
    assert gather(later).missed == {world.round.pk: set()}
