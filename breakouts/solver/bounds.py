"""What no assignment can beat: lower bounds of P, A and M, shown beside every run.

Each is a relaxation, so giving the search more room (a seat, a language, one rule less) never
raises one. P: seats of a topic pooled over the rounds. A: each round by itself. M: pigeonhole.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from breakouts.solver.flow import FILL, UNREACHED, FlowNetwork
from breakouts.solver.model import Instance, Weights
from breakouts.solver.problem import Problem, build_problem
from breakouts.solver.tables import BAD_STEP, preference_tables

POOLED_ABOVE = 100_000
"""People times topics from which on the bound of P pools a delegate's unranked topics."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Lower bounds of preference, administration overflow and repeats."""

    preference: int
    administration: int
    repeats: int

    def total(self, weights: Weights) -> int:
        """Return what no weighted sum of the soft terms can be below."""
        return (
            weights.preference * self.preference
            + weights.administration * self.administration
            + weights.repeats * self.repeats
        )


def lower_bounds(instance: Instance, problem: Problem | None = None) -> Bounds:
    """Return the bounds of a feasible instance."""
    problem = problem or build_problem(instance)
    return Bounds(
        preference=preference_bound(instance, problem),
        administration=sum(
            administration_bound(instance, problem, number) for number in range(problem.round_count)
        ),
        repeats=repeats_bound(problem),
    )


def preference_bound(instance: Instance, problem: Problem) -> int:
    """Return the least P when a topic's seats of all rounds are one pool (a min-cost flow).

    Placements with one room left are counted as they are; the others flow from the delegate to a
    topic, bad ones through arcs that grow dearer (the fairness term is convex). In large workshops
    the unranked topics are one arc, where a topic may come twice: a little lower, much sooner.
    """
    cost, bad = preference_tables(instance, problem)
    topics, people = len(problem.topics), problem.delegate_count
    source, sink = topics + 2 * people, topics + 2 * people + 1
    network = FlowNetwork(topics + 2 * people + 2)
    anywhere = _Anywhere(instance, network) if topics * people > POOLED_ABOVE else None
    taken = [0] * topics
    total = units = 0
    for delegate in range(people):
        fixed, open_topics, free = _choices(problem, delegate)
        for topic in fixed:
            taken[topic] += 1
        disappointed = sum(bad[delegate][topic] for topic in fixed)
        total += sum(cost[delegate][topic] for topic in fixed)
        total += BAD_STEP * (disappointed * (disappointed - 1) // 2)
        units += free
        node, bad_node = topics + delegate, topics + people + delegate
        network.add_arc(source, node, free)
        for step in range(free):
            network.add_arc(node, bad_node, 1, BAD_STEP * (disappointed + step))
        ranked = open_topics
        if anywhere is not None and free:
            ranked = anywhere.join(delegate, node, bad_node, open_topics, problem.topics)
        for topic, rounds in sorted(ranked.items()):
            times = int(topic not in fixed) if problem.once[delegate] else rounds
            tail = bad_node if bad[delegate][topic] else node
            network.add_arc(tail, topic, times, cost[delegate][topic])
    filled = 0
    for topic in range(topics):
        rooms = [room for room, of in enumerate(problem.room_topic) if of == topic]
        least = max(0, sum(problem.room_min[room] for room in rooms) - taken[topic])
        most = max(least, sum(problem.room_max[room] for room in rooms) - taken[topic])
        filled += least
        network.add_arc(topic, sink, least)
        network.add_arc(topic, sink, most - least, FILL)
    return total + network.send(source, sink)[1] - FILL * (units - filled)


class _Anywhere:
    """For each set of open topics a node that leads to all of them: the way of the unranked ones."""

    def __init__(self, instance: Instance, network: FlowNetwork) -> None:
        self.instance = instance
        self.network = network
        self.nodes: dict[frozenset[int], int] = {}

    def join(
        self, delegate: int, node: int, bad_node: int, open_topics: dict[int, int], names: list[str]
    ) -> dict[int, int]:
        """Join a delegate to any open topic at the usual price; return those that need an own arc."""
        key = frozenset(open_topics)
        if key not in self.nodes:
            self.nodes[key] = self.network.add_node()
            for topic in sorted(key):
                self.network.add_arc(self.nodes[key], topic, UNREACHED)
        ranked = self.instance.preferences.get(self.instance.delegates[delegate].id)
        if ranked is None:
            self.network.add_arc(node, self.nodes[key], UNREACHED)
            return {}
        self.network.add_arc(bad_node, self.nodes[key], UNREACHED, self.instance.costs.unranked)
        return {topic: rounds for topic, rounds in open_topics.items() if names[topic] in ranked}


def _choices(problem: Problem, delegate: int) -> tuple[list[int], dict[int, int], int]:
    """Return (topics of placements with one room left, open topics with their rounds, the rest)."""
    fixed: list[int] = []
    open_topics: dict[int, int] = {}
    free = 0
    for round_index in range(problem.round_count):
        domain = problem.domain.get(problem.slot(round_index, delegate), [])
        topics = {problem.room_topic[room] for room in domain}
        if len(topics) == 1:
            fixed += topics
            continue
        free += bool(topics)
        for topic in topics:
            open_topics[topic] = open_topics.get(topic, 0) + 1
    return fixed, open_topics, free


def administration_bound(instance: Instance, problem: Problem, round_index: int) -> int:
    """Return the least A of one round: (administration, choice of rooms) to rooms, a laminar flow.

    Rooms of one size that are open to the same people count as one: people can always be dealt to
    them as evenly as their sums allow, so the bound stays as it is.
    """
    present = problem.present[round_index]
    rooms = problem.rooms_of(round_index)
    delegation: Counter[str] = Counter()
    classes: Counter[tuple[str, int]] = Counter()
    choices: dict[int, list[int]] = {}
    for delegate in present:
        name = instance.delegates[delegate].administration
        domain = problem.domain[problem.slot(round_index, delegate)]
        choices[id(domain)] = domain
        delegation[name] += 1
        classes[name, id(domain)] += 1
    source, sink = 0, 1
    network = FlowNetwork(2)
    groups = {group: network.add_node() for group in classes}
    for group, people in classes.items():
        network.add_arc(source, groups[group], people)
    filled = 0
    for (least, most, open_to), count in _alike_rooms(problem, rooms, choices).items():
        filled += least * count
        node = network.add_node()
        network.add_arc(node, sink, least * count)
        network.add_arc(node, sink, (most - least) * count, FILL)
        pairs = {name: network.add_node() for name in delegation}
        for name, people in delegation.items():
            network.add_arc(pairs[name], node, -(-people // len(rooms)) * count)
            network.add_arc(pairs[name], node, people, 1)
        for (name, choice), start in groups.items():
            if choice in open_to:
                network.add_arc(start, pairs[name], classes[name, choice])
    return network.send(source, sink)[1] - FILL * (len(present) - filled)


def _alike_rooms(
    problem: Problem, rooms: range, choices: dict[int, list[int]]
) -> Counter[tuple[int, int, frozenset[int]]]:
    """Count the rooms by (least size, greatest size, choices that they are in)."""
    open_to: dict[int, set[int]] = {room: set() for room in rooms}
    for choice, domain in choices.items():
        for room in domain:
            open_to[room].add(choice)
    return Counter(
        (problem.room_min[room], problem.room_max[room], frozenset(open_to[room])) for room in rooms
    )


def repeats_bound(problem: Problem) -> int:
    """Return the least M: those present twice, spread evenly over the pairs of rooms.

    Whoever may not meet a topic twice has no place in a pair of rooms with one topic.
    """
    total = 0
    for first in range(problem.round_count):
        here = set(problem.present[first])
        for second in range(first + 1, problem.round_count):
            pairs = [
                problem.room_topic[one] != problem.room_topic[two]
                for one in problem.rooms_of(first)
                for two in problem.rooms_of(second)
            ]
            both = [delegate for delegate in problem.present[second] if delegate in here]
            once = sum(problem.once[delegate] for delegate in both)
            total += max(_even(len(both), len(pairs)), _even(once, sum(pairs)))
    return total


def _even(people: int, cells: int) -> int:
    """Return the least number of pairs when people are spread over cells."""
    if not cells:
        return 0
    each, more = divmod(people, cells)
    return cells * (each * (each - 1) // 2) + more * each
