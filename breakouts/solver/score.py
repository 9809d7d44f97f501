"""The scorer: instance and assignment in, terms and broken rules out.

Written from the definitions, by counting pairs of people, and on purpose without a line of the
kernel or of the index form: it is what the kernel is checked against.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations

from breakouts.solver.model import (
    Assignment,
    Delegate,
    Instance,
    Round,
    Weights,
    chairs,
    facilitators,
    fits_mode,
    is_bad,
    preference_cost,
    shares_language,
    size_limits,
)

PAIR_OF_BAD = 6
"""Preference points per pair of bad placements of one delegate."""


@dataclass(frozen=True, slots=True)
class Score:
    """The soft terms (P, A, S in two parts, M, C) and the ids of the hard rules that are broken."""

    preference: int
    administration: int
    sub_region: int
    seniority: int
    repeats: int
    changes: int
    broken: tuple[str, ...]

    @property
    def spread(self) -> int:
        """S: both attributes together."""
        return self.sub_region + self.seniority

    def total(self, weights: Weights) -> int:
        """Return the weighted sum of the soft terms."""
        return (
            weights.preference * self.preference
            + weights.administration * self.administration
            + weights.spread * self.spread
            + weights.repeats * self.repeats
            + weights.change * self.changes
        )


def preference_by_delegate(instance: Instance, assignment: Assignment) -> dict[str, int]:
    """Return each delegate's share of P: the cost of the ranks and of every pair of bad ones."""
    points = dict.fromkeys((delegate.id for delegate in instance.delegates), 0)
    bad = dict(points)
    for one_round in instance.rounds:
        topics = {room.id: room.topic for room in one_round.rooms}
        for delegate_id, room_id in assignment.get(one_round.id, {}).items():
            if delegate_id in points and room_id in topics:
                points[delegate_id] += preference_cost(instance, delegate_id, topics[room_id])[0]
                bad[delegate_id] += is_bad(instance, delegate_id, topics[room_id])
    for delegate_id, count in bad.items():
        points[delegate_id] += PAIR_OF_BAD * (count * (count - 1) // 2)
    return points


def members_by_room(
    instance: Instance, one_round: Round, assignment: Assignment
) -> dict[str, list[Delegate]]:
    """Return who of the present delegates sits in each room of a round."""
    members: dict[str, list[Delegate]] = {room.id: [] for room in one_round.rooms}
    placed = assignment.get(one_round.id, {})
    for delegate in instance.present(one_round.id):
        room_id = placed.get(delegate.id, "")
        if room_id in members:
            members[room_id].append(delegate)
    return members


def outside_share(values: list[str], totals: Counter[str]) -> int:
    """Return the distance of a room's counts from [floor, ceil] of the proportional share."""
    counts, present = Counter(values), totals.total()
    distance = 0
    for value, total in totals.items():
        share = total * len(values)
        floor, ceiling = share // present, -(-share // present)
        distance += max(0, counts[value] - ceiling) + max(0, floor - counts[value])
    return distance


def score(instance: Instance, assignment: Assignment, baseline: Assignment | None = None) -> Score:
    """Score an assignment; `baseline` is the published one that changes are counted against."""
    overflow = sub_region = seniority = 0
    met: Counter[tuple[str, str]] = Counter()
    for one_round in instance.rounds:
        present = instance.present(one_round.id)
        delegation = Counter(delegate.administration for delegate in present)
        regions = Counter(delegate.sub_region for delegate in present)
        seniorities = Counter(str(delegate.seniority) for delegate in present)
        for people in members_by_room(instance, one_round, assignment).values():
            for name, count in Counter(person.administration for person in people).items():
                overflow += max(0, count - -(-delegation[name] // len(one_round.rooms)))
            sub_region += outside_share([person.sub_region for person in people], regions)
            seniority += outside_share([str(person.seniority) for person in people], seniorities)
            met.update(combinations(sorted(person.id for person in people), 2))
    return Score(
        preference=sum(preference_by_delegate(instance, assignment).values()),
        administration=overflow,
        sub_region=sub_region,
        seniority=seniority,
        repeats=sum(times * (times - 1) // 2 for times in met.values()),
        changes=len(changed_placements(assignment, baseline or {})),
        broken=tuple(broken_rules(instance, assignment)),
    )


def changed_placements(assignment: Assignment, baseline: Assignment) -> list[tuple[str, str]]:
    """Return (round, delegate) of every placement that differs from the published one."""
    return [
        (round_id, delegate_id)
        for round_id, placed in baseline.items()
        for delegate_id, room_id in placed.items()
        if assignment.get(round_id, {}).get(delegate_id, room_id) != room_id
    ]


def broken_rules(instance: Instance, assignment: Assignment) -> list[str]:
    """Return the ids of the broken hard rules (H1 as `unplaced:` and `absent:DELEGATE:ROUND`)."""
    broken: list[str] = []
    for one_round in instance.rounds:
        broken += _broken_placements(instance, one_round, assignment)
        broken += _broken_sizes(instance, one_round, assignment)
    return broken + _broken_topics(instance, assignment) + _broken_by_rule(instance, assignment)


def _broken_placements(instance: Instance, one_round: Round, assignment: Assignment) -> list[str]:
    placed = assignment.get(one_round.id, {})
    rooms = {room.id: room for room in one_round.rooms}
    present = {delegate.id: delegate for delegate in instance.present(one_round.id)}
    broken = [f"absent:{person}:{one_round.id}" for person in placed if person not in present]
    for delegate in present.values():
        room = rooms.get(placed.get(delegate.id, ""))
        if room is None:
            broken.append(f"unplaced:{delegate.id}:{one_round.id}")
            continue
        if not shares_language(delegate, room):
            broken.append(f"language:{delegate.id}:{one_round.id}")
        if not fits_mode(delegate, room):
            broken.append(f"mode:{delegate.id}:{one_round.id}")
    return broken


def _broken_sizes(instance: Instance, one_round: Round, assignment: Assignment) -> list[str]:
    placed = assignment.get(one_round.id, {})
    members = members_by_room(instance, one_round, assignment)
    present = len(instance.present(one_round.id))
    broken: list[str] = []
    for room in one_round.rooms:
        minimum, maximum = size_limits(room, present, len(one_round.rooms))
        if len(members[room.id]) > maximum:
            broken.append(f"max:{one_round.id}:{room.id}")
        if len(members[room.id]) < minimum:
            broken.append(f"min:{one_round.id}:{room.id}")
        if any(placed.get(person) != room.id for person in chairs(room)):
            broken.append(f"facilitator:{one_round.id}:{room.id}")
    return broken


def _broken_topics(instance: Instance, assignment: Assignment) -> list[str]:
    once = [rule.id for rule in instance.rules if rule.kind == "topic_once"]
    if not once:
        return []
    exempt = facilitators(instance)
    seen: Counter[tuple[str, str]] = Counter()
    for one_round in instance.rounds:
        topics = {room.id: room.topic for room in one_round.rooms}
        for delegate_id, room_id in assignment.get(one_round.id, {}).items():
            if delegate_id not in exempt and room_id in topics:
                seen[delegate_id, topics[room_id]] += 1
    return once * sum(count > 1 for count in seen.values())


def _broken_by_rule(instance: Instance, assignment: Assignment) -> list[str]:
    broken: list[str] = []
    for rule in instance.rules:
        for one_round in instance.rounds:
            placed = assignment.get(one_round.id, {})
            rooms = [placed[person] for person in rule.delegates if person in placed]
            concerned = rule.round == one_round.id
            if (
                (rule.kind == "together" and len(set(rooms)) > 1)
                or (rule.kind == "apart" and len(set(rooms)) < len(rooms))
                or (rule.kind == "forbid" and concerned and rule.room in rooms)
                or (
                    rule.kind == "pin"
                    and concerned
                    and any(placed.get(person) != rule.room for person in rule.delegates)
                )
            ):
                broken.append(rule.id)
    return broken
