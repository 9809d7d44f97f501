"""Contradictions that are seen in milliseconds, each a proof that no assignment exists.

Each check relaxes the problem to something that is decided exactly: an empty choice, a matching, a
flow. Passing all of them proves nothing; what they cannot see is left to `search.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from breakouts.solver.flow import FlowNetwork, seats_suffice
from breakouts.solver.problem import Problem


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Where the rules collide: `conflicts.py` looks for the smallest set in there.

    `ids` names the rules outright. Otherwise they are those about the rounds and delegates given
    (None: about any).
    """

    ids: tuple[str, ...] = ()
    rounds: frozenset[int] | None = None
    delegates: frozenset[int] | None = None


def find_contradiction(problem: Problem) -> Contradiction | None:
    """Return the first contradiction of a relaxation, or None."""
    if problem.lost:
        return Contradiction(ids=(problem.lost[0],))
    if problem.short_of_seats:
        return Contradiction(ids=(problem.short_of_seats[0],))
    for round_index in range(problem.round_count):
        found = (
            _empty_choice(problem, round_index)
            or _block_without_room(problem, round_index)
            or _sizes(problem, round_index)
            or _clique_without_rooms(problem, round_index)
        )
        if found:
            return found
    return _too_few_topics(problem) or _topic_sizes(problem)


def _empty_choice(problem: Problem, round_index: int) -> Contradiction | None:
    for delegate in problem.present[round_index]:
        if not problem.domain[problem.slot(round_index, delegate)]:
            return Contradiction(rounds=frozenset({round_index}), delegates=frozenset({delegate}))
    return None


def block_domain(problem: Problem, round_index: int, block: list[int]) -> list[int]:
    """Return the rooms open to every member of a set that must sit together."""
    domains = [problem.domain[problem.slot(round_index, delegate)] for delegate in block]
    shared = set(domains[0]).intersection(*domains[1:])
    return [room for room in domains[0] if room in shared and problem.room_max[room] >= len(block)]


def _block_without_room(problem: Problem, round_index: int) -> Contradiction | None:
    """H5 against itself, or a set that no room takes whole."""
    for block in problem.blocks[round_index]:
        members = set(block)
        torn = any(a in members and b in members for a, b in problem.apart[round_index])
        if torn or not block_domain(problem, round_index, block):
            return Contradiction(rounds=frozenset({round_index}), delegates=frozenset(block))
    return None


def _sizes(problem: Problem, round_index: int) -> Contradiction | None:
    """H2 with H3, H4, H6 and H7: a flow of everybody present."""
    rooms = problem.rooms_of(round_index)
    shared: dict[int, tuple[int, ...]] = {}
    alike: dict[int, tuple[int, ...]] = {}
    for delegate in problem.present[round_index]:
        rooms_open = problem.domain[problem.slot(round_index, delegate)]
        if id(rooms_open) not in alike:
            alike[id(rooms_open)] = tuple(room - rooms[0] for room in rooms_open)
    for block in problem.blocks[round_index]:
        domain = tuple(room - rooms[0] for room in block_domain(problem, round_index, block))
        shared.update(dict.fromkeys(block, domain))
    choices = [
        (
            1,
            shared.get(delegate) or alike[id(problem.domain[problem.slot(round_index, delegate)])],
        )
        for delegate in problem.present[round_index]
    ]
    if seats_suffice(
        choices,
        [problem.room_min[room] for room in rooms],
        [problem.room_max[room] for room in rooms],
    ):
        return None
    return Contradiction(rounds=frozenset({round_index}))


def _clique_without_rooms(problem: Problem, round_index: int) -> Contradiction | None:
    """More people who must all be apart than rooms open to them (a matching decides)."""
    partners: dict[int, set[int]] = {}
    for first, second in problem.apart[round_index]:
        partners.setdefault(first, set()).add(second)
        partners.setdefault(second, set()).add(first)
    rooms = problem.rooms_of(round_index)
    by_degree = sorted(partners, key=lambda delegate: (-len(partners[delegate]), delegate))
    for seed in by_degree:
        clique = [seed]
        for delegate in by_degree:
            if all(delegate in partners[member] for member in clique):
                clique.append(delegate)
        domains = [problem.domain[problem.slot(round_index, member)] for member in clique]
        if len(clique) <= min(map(len, domains)):
            continue  # as many rooms for each as there are people: one after the other finds one
        choices = [(1, tuple(room - rooms[0] for room in domain)) for domain in domains]
        if not seats_suffice(choices, [0] * len(rooms), [1] * len(rooms)):
            return Contradiction(rounds=frozenset({round_index}), delegates=frozenset(clique))
    return None


def _topic_choices(problem: Problem) -> dict[tuple[bool, tuple[tuple[int, ...], ...]], list[int]]:
    """Return the delegates by (bound by H8, topics open in each round that they attend)."""
    alike: dict[int, tuple[int, ...]] = {}
    for domain in problem.domain.values():
        if id(domain) not in alike:
            alike[id(domain)] = tuple(sorted({problem.room_topic[room] for room in domain}))
    groups: dict[tuple[bool, tuple[tuple[int, ...], ...]], list[int]] = {}
    for delegate, once in enumerate(problem.once):
        slots = [problem.slot(number, delegate) for number in range(problem.round_count)]
        choices = tuple(alike[id(problem.domain[slot])] for slot in slots if slot in problem.domain)
        groups.setdefault((once, choices), []).append(delegate)
    return groups


def _too_few_topics(problem: Problem) -> Contradiction | None:
    """H8: a delegate who attends more rounds than there are topics open (a matching decides)."""
    topics = len(problem.topics)
    for (once, choices), delegates in _topic_choices(problem).items():
        open_topics = [(1, choice) for choice in choices]
        if once and not seats_suffice(open_topics, [0] * topics, [1] * topics):
            return Contradiction(delegates=frozenset(delegates[:1]))
    return None


def _topic_sizes(problem: Problem) -> Contradiction | None:
    """H8 with H2: each topic's seats of all rounds as one pool, each delegate in it once."""
    topics = len(problem.topics)
    if not any(problem.once):
        return None
    least, most = [0] * topics, [0] * topics
    for room, topic in enumerate(problem.room_topic):
        least[topic] += problem.room_min[room]
        most[topic] += problem.room_max[room]
    groups = _topic_choices(problem)
    source, sink = topics + len(groups), topics + len(groups) + 1
    network = FlowNetwork(topics + len(groups) + 2)
    seats = [network.add_arc(topic, sink, least[topic]) for topic in range(topics)]
    for number, ((once, choices), delegates) in enumerate(groups.items()):
        network.add_arc(source, topics + number, len(choices) * len(delegates))
        for topic in sorted({topic for open_topics in choices for topic in open_topics}):
            times = 1 if once else sum(topic in open_topics for open_topics in choices)
            network.add_arc(topics + number, topic, times * len(delegates))
    filled = network.send(source, sink)[0]
    for topic, arc in enumerate(seats):
        network.capacity[arc] += most[topic] - least[topic]
    seated = filled + network.send(source, sink)[0]
    if filled == sum(least) and seated == len(problem.domain):
        return None
    return Contradiction()
