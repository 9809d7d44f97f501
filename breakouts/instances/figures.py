"""What a plan is worth: each figure beside the best possible and beside a random deal, and its broken rules."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from breakouts.instances.building import (
    RANKS,
    UNRANKED,
    Material,
    build_instance,
    from_answer,
    to_answer,
)
from breakouts.models import Group
from breakouts.solver.bounds import lower_bounds
from breakouts.solver.model import Instance, size_limits
from breakouts.solver.parse import parse_instance
from breakouts.solver.problem import Problem, build_problem
from breakouts.solver.score import Score, score
from breakouts.solver.solve import Solution, deal_at_random
from participants.models import Registration

Places = Mapping[int, int]
"""Registration id to group id."""

APART = 7919
"""Draws from seeds that lie close together resemble each other."""

ENOUGH_DRAWN = 600
"""Lots are drawn for about so many people in all: for few people many times, for many once."""


@dataclass(frozen=True, kw_only=True)
class Worth:
    """The counts of one way to seat people in one round."""

    firsts: int
    """How many discuss their first choice."""
    by_rank: dict[int, int]
    """Rank of the topic to people; 0 where it was not ranked."""
    colleagues: int
    """People beyond their administration's fair share of a group."""
    met_before: int
    """Pairs who sat together in an earlier round, counted once for each time."""
    wishes: int
    spread: int
    broken: tuple[str, ...]


def measure(material: Material, places: Places, alone: Instance | None = None) -> Worth:
    """Count what places are worth. No queries: the material holds all."""
    alone = alone or parse_instance(build_instance(material, with_past=False))
    answer = to_answer(material, places)
    found: Score = score(alone, answer)
    topics = {group.pk: group.topic_id for group in material.groups}
    by_rank: Counter[int] = Counter()
    for person, ranked in material.rankings.items():
        topic = topics.get(places.get(person, 0))
        if topic is not None:
            by_rank[ranked.index(topic) + 1 if topic in ranked else 0] += 1
    return Worth(
        firsts=by_rank[1],
        by_rank=dict(sorted(by_rank.items())),
        colleagues=found.administration,
        met_before=_met_before(material, places),
        wishes=found.preference,
        spread=found.spread,
        broken=found.broken,
    )


@dataclass(frozen=True, kw_only=True)
class Disappointed:
    """Somebody who does not discuss their first choice. `rank`: 0 where the topic was not ranked at all."""

    person: Registration
    group: Group
    rank: int
    cost: int


def worst_off(material: Material, *, most: int = 10) -> list[Disappointed]:
    """Whose wishes the plan on the board meets least, the worst first. No queries."""
    groups = {group.pk: group for group in material.groups}
    found = []
    for person in material.people:
        ranked = material.rankings.get(person.pk)
        group = groups.get(material.places.get(person.pk, 0))
        if not ranked or group is None:
            continue
        rank = ranked.index(group.topic_id) + 1 if group.topic_id in ranked else 0
        cost = (RANKS[rank - 1] if rank <= len(RANKS) else UNRANKED - 1) if rank else UNRANKED
        if cost:
            found.append(Disappointed(person=person, group=group, rank=rank, cost=cost))
    found.sort(key=lambda each: (-each.cost, _name(each.person), each.person.pk))
    return found[:most]


def _name(person: Registration) -> tuple[str, str]:
    return person.delegation.administration.name, str(person.user)


def figures_of(material: Material, solution: Solution, full: Instance) -> dict[str, Any]:
    """What is stored with a plan. Shape: {"people", "ranked", term: {"value", "bound", "random"}}."""
    alone = parse_instance(build_instance(material, with_past=False))
    reached = measure(material, from_answer(material, solution.assignment), alone)
    random = _draw(material, alone, solution.seed)
    problem = build_problem(alone)
    bounds = lower_bounds(alone, problem)
    return {
        "people": len(material.people),
        "ranked": sum(reached.by_rank.values()),
        "by_rank": {str(rank): number for rank, number in reached.by_rank.items()},
        "first": _term(reached.firsts, _most_firsts(material, full), random["first"]),
        "wishes": _term(reached.wishes, bounds.preference, random["wishes"]),
        "colleagues": _term(reached.colleagues, bounds.administration, random["colleagues"]),
        "met_before": _term(
            reached.met_before, _least_met(material, problem), random["met_before"]
        ),
        "spread": _term(reached.spread, 0, random["spread"]),
        "rules": _term(len(reached.broken), 0, random["rules"]),
        "weights": solution.weights.name,
        "solver": solution.version,
    }


def _draw(material: Material, alone: Instance, seed: int) -> dict[str, float]:
    """What drawing lots gives on the average: one draw of six people may happen to give all their first choice.

    First choices as a fraction: of few people half a person is much.
    """
    draws = max(1, ENOUGH_DRAWN // max(1, len(material.people)))
    sums: Counter[str] = Counter()
    for number in range(draws):
        dealt = from_answer(material, deal_at_random(alone, seed + APART * number))
        worth = measure(material, dealt, alone)
        sums.update(
            first=worth.firsts,
            wishes=worth.wishes,
            colleagues=worth.colleagues,
            met_before=worth.met_before,
            spread=worth.spread,
            rules=len(worth.broken),
        )
    means = {name: round(total / draws) for name, total in sums.items()}
    return means | {"first": round(sums["first"] / draws, 2)}


def figures_now(material: Material) -> dict[str, Any]:
    """What is stored with the latest plan, counted again as people sit now. No queries.

    Without the first choices where others have ranked since: their bound is that of the run.
    """
    stored = material.latest.figures if material.latest else {}
    if not stored:
        return {}
    worth = measure(material, material.places)
    values = {
        "first": worth.firsts,
        "colleagues": worth.colleagues,
        "met_before": worth.met_before,
        "rules": len(worth.broken),
    }
    counted = {
        name: stored[name] | {"value": value} for name, value in values.items() if stored.get(name)
    }
    if sum(worth.by_rank.values()) != stored.get("ranked"):
        counted["first"] = {}
    by_rank = {str(rank): number for rank, number in worth.by_rank.items()}
    return stored | counted | {"by_rank": by_rank}


def count_unheard(material: Material) -> int:
    """How many more have ranked than when the draft on the board was made. No queries."""
    draft = material.latest
    if draft is None or not draft.is_draft or not draft.figures:
        return 0
    answered = sum(person.pk in material.rankings for person in material.people)
    return max(0, answered - int(draft.figures.get("ranked", 0)))


def _term(value: int, bound: int, random: float) -> dict[str, float]:
    return {"value": value, "bound": bound, "random": random}


def _met_before(material: Material, places: Places) -> int:
    together: Counter[tuple[int, int]] = Counter()
    for _earlier, past in material.past:
        together.update(_pairs(past))
    return sum(together[pair] for pair in _pairs(places))


def _pairs(places: Places) -> list[tuple[int, int]]:
    members: dict[int, list[int]] = {}
    for person, group in sorted(places.items()):
        members.setdefault(group, []).append(person)
    return [pair for people in members.values() for pair in combinations(people, 2)]


def _most_firsts(material: Material, full: Instance) -> int:
    """No plan gives more first choices: of each topic as many as want it, may have it and find a seat."""
    rooms = full.rounds[-1].rooms
    seats: Counter[str] = Counter()
    for room in rooms:
        seats[room.topic] += size_limits(room, len(material.people), len(rooms))[1]
    known = {person.pk for person in material.people}
    wanted = Counter(
        f"topic-{ranked[0]}"
        for person, ranked in material.rankings.items()
        if ranked and person in known and ranked[0] not in material.had.get(person, {})
    )
    return sum(min(number, seats[topic]) for topic, number in wanted.items())


def _least_met(material: Material, problem: Problem) -> int:
    """No plan has fewer pairs who meet again: who sat in one group spreads at best evenly over what is open to them.

    `problem`: of this round alone.
    """
    open_to = {person.pk: problem.domain[number] for number, person in enumerate(material.people)}
    least = 0
    for _earlier, past in material.past:
        members: dict[int, list[int]] = {}
        for person, group in past.items():
            if person in open_to:
                members.setdefault(group, []).append(person)
        for people in members.values():
            rooms = len({room for person in people for room in open_to[person]})
            each, more = divmod(len(people), rooms)
            least += rooms * (each * (each - 1) // 2) + more * each
    return least
