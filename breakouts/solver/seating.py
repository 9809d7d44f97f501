"""The start of a search: round after round seated at least preference cost, by a min-cost flow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from breakouts.solver.flow import BREACH, FILL, FlowNetwork
from breakouts.solver.problem import Problem


def start_by_flow(
    problem: Problem, cost: list[list[int]], bad: list[list[bool]], bad_step: int, kept: list[int]
) -> list[int]:
    """Return a placement per slot (-1 when absent), round after round at least preference cost.

    `cost[delegate][topic]` and `bad` price a placement, `bad_step` each further bad one of a
    delegate. `kept` holds the room of slots that stay where they are (-1: free). Sets that must
    sit together are seated first. The result obeys H1, H3, H4, H6 and H7; H2, H5 and H8 are
    obeyed as far as the flow can see them.
    """
    place = list(kept)
    met: list[set[int]] = [set() for _ in range(problem.delegate_count)]
    disappointed = [0] * problem.delegate_count
    for slot, room in enumerate(kept):
        if room >= 0:
            delegate, topic = slot % problem.delegate_count, problem.room_topic[room]
            met[delegate].add(topic)
            disappointed[delegate] += bad[delegate][topic]
    for round_index in range(problem.round_count):

        def price(delegate: int, topic: int) -> int:
            extra = bad_step * disappointed[delegate] if bad[delegate][topic] else 0
            twice = BREACH if problem.once[delegate] and topic in met[delegate] else 0
            return cost[delegate][topic] + extra + twice

        free = [d for d in problem.present[round_index] if kept[problem.slot(round_index, d)] < 0]
        _seat_round(_Seating(problem, round_index, place, price), free)
        for delegate in free:
            topic = problem.room_topic[place[problem.slot(round_index, delegate)]]
            met[delegate].add(topic)
            disappointed[delegate] += bad[delegate][topic]
    return place


@dataclass(slots=True)
class _Seating:
    """One round being seated: `used` counts the seats taken per room."""

    problem: Problem
    round_index: int
    place: list[int]
    price: Callable[[int, int], int]
    used: dict[int, int] = field(default_factory=dict)


def _seat_round(seating: _Seating, free: list[int]) -> None:
    """Seat the free delegates of one round: sets first, then everybody else by one flow."""
    problem, round_index, place = seating.problem, seating.round_index, seating.place
    seating.used = dict.fromkeys(problem.rooms_of(round_index), 0)
    waiting = set(free)
    for delegate in problem.present[round_index]:
        slot = problem.slot(round_index, delegate)
        if delegate in waiting and len(problem.domain[slot]) == 1:
            place[slot] = problem.domain[slot][0]
            waiting.discard(delegate)
        if delegate not in waiting:
            seating.used[place[slot]] += 1
    for block in sorted(problem.blocks[round_index], key=len, reverse=True):
        if waiting.isdisjoint(block):
            continue
        room = _room_for_block(seating, block)
        for delegate in block:
            slot = problem.slot(round_index, delegate)
            if delegate not in waiting:
                seating.used[place[slot]] -= 1
            waiting.discard(delegate)
            place[slot] = room
            seating.used[room] += 1
    _Singles(seating, [delegate for delegate in free if delegate in waiting]).seat()


def _room_for_block(seating: _Seating, block: list[int]) -> int:
    """Return the room for a set: free seats first, then the least price, then the emptiest."""
    problem, used = seating.problem, seating.used
    domains = [problem.domain[problem.slot(seating.round_index, delegate)] for delegate in block]
    shared = sorted(set(domains[0]).intersection(*domains[1:])) or domains[0]
    return min(
        shared,
        key=lambda room: (
            max(0, used[room] + len(block) - problem.room_max[room]),
            sum(seating.price(delegate, problem.room_topic[room]) for delegate in block),
            used[room],
            room,
        ),
    )


class _Singles:
    """The network that seats people one by one at least price, within the limits of the groups.

    A price depends on the topic alone, so people flow to the pair of their choice (who may sit in
    the same rooms) and a topic, and from there to rooms. Most topics cost a person the same: these
    are reached through one hub for all who share the choice and the topics that cost more.
    """

    def __init__(self, seating: _Seating, people: list[int]) -> None:
        self.seating = seating
        self.people = people
        self.network = FlowNetwork(2)
        self.pairs: dict[tuple[int, int], int] = {}
        self.hubs: dict[tuple[int, frozenset[int]], int] = {}
        self.to_topic: dict[int, list[tuple[int, int]]] = {}
        """Per person or hub, the arcs to a pair and the pair's topic."""
        self.to_room: dict[int, list[tuple[int, int]]] = {}
        """Per pair, the arcs to rooms."""
        self.topics: dict[int, dict[int, list[int]]] = {}
        """Per choice, the rooms by topic."""

    def seat(self) -> None:
        """Send everybody and write down where they sit."""
        source, sink = 0, 1
        network, seating, problem = self.network, self.seating, self.seating.problem
        self.rooms = {room: network.add_node() for room in problem.rooms_of(seating.round_index)}
        for room, node in self.rooms.items():
            least = max(0, problem.room_min[room] - seating.used[room])
            most = max(least, problem.room_max[room] - seating.used[room])
            network.add_arc(node, sink, least)
            network.add_arc(node, sink, most - least, FILL)
            network.add_arc(node, sink, len(self.people), BREACH)
        ways = []
        for delegate in self.people:
            node = network.add_node()
            network.add_arc(source, node, 1)
            ways.append((delegate, node, *self._connect(delegate, node)))
        network.send(source, sink)
        for delegate, node, hub, choice in ways:
            topic = self._take(self.to_topic[node])
            if topic < 0:
                topic = self._take(self.to_topic[hub])
            room = self._take(self.to_room[self.pairs[choice, topic]])
            seating.place[problem.slot(seating.round_index, delegate)] = room

    def _connect(self, delegate: int, node: int) -> tuple[int, int]:
        """Join a person to topics, the usual price through a hub; return (hub, choice)."""
        problem, network = self.seating.problem, self.network
        domain = problem.domain[problem.slot(self.seating.round_index, delegate)]
        choice = id(domain)
        if choice not in self.topics:
            by_topic: dict[int, list[int]] = {}
            for room in domain:
                by_topic.setdefault(problem.room_topic[room], []).append(room)
            self.topics[choice] = by_topic
        prices = {topic: self.seating.price(delegate, topic) for topic in self.topics[choice]}
        counts = Counter(prices.values())
        usual = min(counts, key=lambda price: (-counts[price], price))
        dearer = frozenset(topic for topic, price in prices.items() if price > usual)
        if (choice, dearer) not in self.hubs:
            hub = self.hubs[choice, dearer] = network.add_node()
            self.to_topic[hub] = [
                (network.add_arc(hub, self._pair(choice, topic), len(self.people)), topic)
                for topic in prices
                if topic not in dearer
            ]
        hub = self.hubs[choice, dearer]
        network.add_arc(node, hub, 1, usual)
        self.to_topic[node] = [
            (network.add_arc(node, self._pair(choice, topic), 1, price), topic)
            for topic, price in prices.items()
            if price != usual
        ]
        return hub, choice

    def _pair(self, choice: int, topic: int) -> int:
        """Return the node of a choice's topic, joined to its rooms when it is new."""
        if (choice, topic) not in self.pairs:
            pair = self.pairs[choice, topic] = self.network.add_node()
            self.to_room[pair] = [
                (self.network.add_arc(pair, self.rooms[room], len(self.people)), room)
                for room in self.topics[choice][topic]
            ]
        return self.pairs[choice, topic]

    def _take(self, arcs: list[tuple[int, int]]) -> int:
        """Take one unit out of the first arc that has one; return where it leads, or -1."""
        for arc, leads_to in arcs:
            if self.network.flow(arc):
                self.network.capacity[arc ^ 1] -= 1
                return leads_to
        return -1
