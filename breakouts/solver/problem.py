"""The hard rules of an instance in index form, whole or with some rules left out.

Delegates, rounds and rooms become numbers (rooms are numbered through all rounds). Every hard
rule has an id; `build_problem` takes the ids in force, which is how `conflicts.py` asks what a
subset of the rules allows.
"""

from __future__ import annotations

from dataclasses import dataclass

from breakouts.solver.model import (
    Instance,
    Room,
    Round,
    chairs,
    facilitators,
    fits_mode,
    shares_language,
    size_limits,
)


@dataclass(slots=True)
class Problem:
    """Hard rules in index form. A slot is round * delegates + delegate."""

    delegate_count: int
    round_count: int
    topics: list[str]
    room_ids: list[str]
    room_round: list[int]
    room_topic: list[int]
    room_min: list[int]
    room_max: list[int]
    first_room: list[int]
    """Per round, and one more at the end."""
    present: list[list[int]]
    domain: dict[int, list[int]]
    """Slot to the rooms that H3, H4, H6 and H7 leave, ascending; present slots only.

    Slots with the same needs share one list, which nobody changes.
    """
    blocks: list[list[list[int]]]
    """Per round, the sets of two or more delegates who must sit together."""
    apart: list[list[tuple[int, int]]]
    """Per round, pairs of present delegates who must not sit together."""
    once: list[bool]
    """Per delegate, whether H8 binds."""
    lost: list[str]
    """Ids of rules that ask an absent delegate to sit somewhere."""
    short_of_seats: list[str]
    """`seats:ROUND` where fewer seats than present delegates exist."""

    def slot(self, round_index: int, delegate_index: int) -> int:
        """Return the number of a delegate's placement in a round."""
        return round_index * self.delegate_count + delegate_index

    def rooms_of(self, round_index: int) -> range:
        """Return the numbers of the round's rooms."""
        return range(self.first_room[round_index], self.first_room[round_index + 1])


def rule_ids(instance: Instance) -> list[str]:
    """Return the ids of all hard rules, explicit and implicit, in the order of the instance.

    Implicit ids are given where they bind: a language only where some group of the round lacks it.
    """
    ids: list[str] = []
    for one_round in instance.rounds:
        ids.append(f"seats:{one_round.id}")
        for room in one_round.rooms:
            ids += [f"max:{one_round.id}:{room.id}", f"min:{one_round.id}:{room.id}"]
            if chairs(room):
                ids.append(f"facilitator:{one_round.id}:{room.id}")
        for delegate in instance.present(one_round.id):
            if not all(shares_language(delegate, room) for room in one_round.rooms):
                ids.append(f"language:{delegate.id}:{one_round.id}")
            if not all(fits_mode(delegate, room) for room in one_round.rooms):
                ids.append(f"mode:{delegate.id}:{one_round.id}")
    return ids + [rule.id for rule in instance.rules]


class _Builder:
    """Collects the tables of one problem; `active` None means that every rule is in force."""

    def __init__(self, instance: Instance, active: frozenset[str] | None) -> None:
        self.instance = instance
        self.active = active
        self.index = {delegate.id: i for i, delegate in enumerate(instance.delegates)}
        self.count = len(instance.delegates)
        self.lost: list[str] = []

    def in_force(self, identifier: str) -> bool:
        return self.active is None or identifier in self.active

    def wanted_rooms(self, one_round: Round) -> dict[str, list[set[str]]]:
        """Return, per delegate, the room sets that pins, forbids and chairs leave (H6, H7)."""
        rooms = {room.id for room in one_round.rooms}
        present = {delegate.id for delegate in self.instance.present(one_round.id)}
        wanted: dict[str, list[set[str]]] = {}
        demands = [
            (f"facilitator:{one_round.id}:{room.id}", person, {room.id}, True)
            for room in one_round.rooms
            for person in chairs(room)
        ]
        for rule in self.instance.rules:
            if rule.round == one_round.id and rule.kind in ("pin", "forbid"):
                pinned = rule.kind == "pin"
                kept = {rule.room} if pinned else rooms - {rule.room}
                demands += [(rule.id, person, kept, pinned) for person in rule.delegates]
        for identifier, person, kept, needed in demands:
            if not self.in_force(identifier):
                continue
            if person in present:
                wanted.setdefault(person, []).append(kept)
            elif needed:
                self.lost.append(identifier)
        return wanted

    def domains(self, round_index: int, first_room: int) -> dict[int, list[int]]:
        """Return the rooms left for each present slot of the round; who needs the same shares a list."""
        one_round = self.instance.rounds[round_index]
        wanted = self.wanted_rooms(one_round)
        domains: dict[int, list[int]] = {}
        alike: dict[object, list[int]] = {}
        for delegate in self.instance.present(one_round.id):
            speaks = self.in_force(f"language:{delegate.id}:{one_round.id}")
            sits = self.in_force(f"mode:{delegate.id}:{one_round.id}")
            kept = wanted.get(delegate.id, [])
            needs = (
                speaks and delegate.languages,
                sits and delegate.mode,
                frozenset(frozenset(rooms) for rooms in kept),
            )
            if needs not in alike:
                alike[needs] = [
                    first_room + number
                    for number, room in enumerate(one_round.rooms)
                    if (not speaks or shares_language(delegate, room))
                    and (not sits or fits_mode(delegate, room))
                    and all(room.id in rooms for rooms in kept)
                ]
            domains[round_index * self.count + self.index[delegate.id]] = alike[needs]
        return domains

    def limits(self, one_round: Round, room: Room, present: int) -> tuple[int, int]:
        """Return the size limits in force; a limit left out binds nobody."""
        minimum, maximum = size_limits(room, present, len(one_round.rooms))
        if not self.in_force(f"min:{one_round.id}:{room.id}"):
            minimum = 0
        if not self.in_force(f"max:{one_round.id}:{room.id}"):
            maximum = max(minimum, present)
        return minimum, maximum

    def pairs(self, kind: str, one_round: Round) -> list[tuple[int, int]]:
        """Return the pairs of a together or apart rule where both are present (H5)."""
        present = {delegate.id for delegate in self.instance.present(one_round.id)}
        found: dict[tuple[int, int], None] = {}
        for rule in self.instance.rules:
            if rule.kind != kind or not self.in_force(rule.id):
                continue
            here = sorted(self.index[person] for person in rule.delegates if person in present)
            for position, first in enumerate(here):
                for second in here[position + 1 :]:
                    found[first, second] = None
        return list(found)

    def short_of_seats(self) -> list[str]:
        """Return `seats:ROUND` for each round with fewer seats than delegates."""
        short = []
        for one_round in self.instance.rounds:
            present = len(self.instance.present(one_round.id))
            seats = sum(
                size_limits(room, present, len(one_round.rooms))[1] for room in one_round.rooms
            )
            identifier = f"seats:{one_round.id}"
            if seats < present and self.in_force(identifier):
                short.append(identifier)
        return short


def connected(pairs: list[tuple[int, int]]) -> list[list[int]]:
    """Return the connected sets of two or more, each ascending, in order of their first member."""
    parent: dict[int, int] = {}

    def root(item: int) -> int:
        while parent.setdefault(item, item) != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for first, second in pairs:
        parent[root(second)] = root(first)
    groups: dict[int, list[int]] = {}
    for item in sorted(parent):
        groups.setdefault(root(item), []).append(item)
    return sorted(groups.values())


def build_problem(instance: Instance, active: frozenset[str] | None = None) -> Problem:
    """Return the hard rules in force as index tables."""
    builder = _Builder(instance, active)
    topics = sorted({room.topic for one_round in instance.rounds for room in one_round.rooms})
    topic_index = {topic: number for number, topic in enumerate(topics)}
    problem = Problem(
        delegate_count=builder.count,
        round_count=len(instance.rounds),
        topics=topics,
        room_ids=[],
        room_round=[],
        room_topic=[],
        room_min=[],
        room_max=[],
        first_room=[0],
        present=[],
        domain={},
        blocks=[],
        apart=[],
        once=_bound_to_topic_once(instance, builder),
        lost=builder.lost,
        short_of_seats=builder.short_of_seats(),
    )
    for round_index, one_round in enumerate(instance.rounds):
        problem.domain.update(builder.domains(round_index, problem.first_room[-1]))
        present = [builder.index[delegate.id] for delegate in instance.present(one_round.id)]
        problem.present.append(present)
        for room in one_round.rooms:
            minimum, maximum = builder.limits(one_round, room, len(present))
            problem.room_ids.append(room.id)
            problem.room_round.append(round_index)
            problem.room_topic.append(topic_index[room.topic])
            problem.room_min.append(minimum)
            problem.room_max.append(maximum)
        problem.first_room.append(len(problem.room_ids))
        problem.blocks.append(connected(builder.pairs("together", one_round)))
        problem.apart.append(builder.pairs("apart", one_round))
    return problem


def _bound_to_topic_once(instance: Instance, builder: _Builder) -> list[bool]:
    """Return, per delegate, whether a topic may not come twice (H8; facilitators are exempt)."""
    binds = any(rule.kind == "topic_once" and builder.in_force(rule.id) for rule in instance.rules)
    exempt = facilitators(instance)
    return [binds and delegate.id not in exempt for delegate in instance.delegates]
