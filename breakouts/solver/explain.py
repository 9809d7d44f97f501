"""Reasons: why each delegate sits where they sit, and what a run's numbers are worth.

Codes and ids only. The words, in the reader's language, are the page's.
"""

from __future__ import annotations

from dataclasses import dataclass

from breakouts.solver.bounds import Bounds, lower_bounds
from breakouts.solver.cells import Tables
from breakouts.solver.changes import HARD, relocate, swap_change
from breakouts.solver.model import (
    BALANCED,
    Assignment,
    Delegate,
    Instance,
    Room,
    Round,
    Weights,
    chairs,
    fits_mode,
    is_bad,
    preference_cost,
    shares_language,
)
from breakouts.solver.problem import Problem, build_problem
from breakouts.solver.score import Score, members_by_room, preference_by_delegate, score
from breakouts.solver.tables import baseline_rooms, build_tables

WORST_OFF = 10


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why a better topic was not given.

    `reason`: no_group, language, mode, rule (`detail` is its id), seated (pinned elsewhere),
    met (`detail` is the round that has the topic), apart (`detail` is the rule), full (`detail` is
    the room), balance (there was a seat; giving it would have cost others more).
    """

    topic: str
    rank: int
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Swap:
    """The cheapest change of one placement that would give the delegate a better topic.

    `gain` and `partner_loss` are preference points; `price` is what the plan's total would rise by
    (in weighted points; below zero it would have been better). `partner` is empty for a free seat.
    """

    room: str
    partner: str
    gain: int
    partner_loss: int
    price: int


@dataclass(frozen=True, slots=True)
class Reasons:
    """Everything known about one placement."""

    round: str
    delegate: str
    room: str
    topic: str
    rank: int
    cost: int
    best_rank: int
    """The best rank open to the delegate alone in this round; 0 is unranked."""
    forced: bool
    """Whether language, mode and rules left one topic."""
    seated_by: tuple[str, ...]
    """Ids of the pins, the chair (`facilitator:`) and the sets that hold the delegate here."""
    blocked: tuple[Blocked, ...]
    bad_placements: int
    colleagues: tuple[str, ...]
    colleagues_allowed: int
    """How many of the administration may sit here before it counts as an overflow, self included."""
    met_before: tuple[str, ...]
    moved_from: str
    """The published room, where it differs."""
    swap: Swap | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Reasons per placement and the run's numbers beside their bounds."""

    placements: tuple[Reasons, ...]
    score: Score
    bounds: Bounds
    worst_off: tuple[tuple[str, int], ...]
    """(delegate, points) of those whose placements cost most, the worst first."""


def explain(
    instance: Instance,
    assignment: Assignment,
    *,
    baseline: Assignment | None = None,
    weights: Weights = BALANCED,
) -> Explanation:
    """Return the reasons for a complete assignment that keeps to every delegate's rooms.

    The assignment may be an organiser's own: a placement outside H3, H4, H6 or H7 gets no swap.
    """
    published = instance.baseline if baseline is None else baseline
    points = preference_by_delegate(instance, assignment)
    ranking = sorted(points.items(), key=lambda item: (-item[1], item[0]))
    return Explanation(
        placements=tuple(_Explainer(instance, assignment, published or {}, weights).placements()),
        score=score(instance, assignment, published),
        bounds=lower_bounds(instance),
        worst_off=tuple(item for item in ranking[:WORST_OFF] if item[1] > 0),
    )


def explain_placement(
    instance: Instance,
    assignment: Assignment,
    *,
    round_id: str,
    delegate_id: str,
    weights: Weights = BALANCED,
) -> Reasons | None:
    """Return the reasons for one placement of a complete assignment; None where the delegate has no place."""
    explainer = _Explainer(instance, assignment, instance.baseline or {}, weights)
    return explainer.placement(round_id, delegate_id)


class _Explainer:
    """Holds what the reasons of one assignment share."""

    def __init__(
        self, instance: Instance, assignment: Assignment, published: Assignment, weights: Weights
    ) -> None:
        self.instance = instance
        self.assignment = assignment
        self.published = published
        self.problem: Problem = build_problem(instance)
        self.once = any(rule.kind == "topic_once" for rule in instance.rules)
        self.tables: Tables = build_tables(
            instance,
            self.problem,
            weights,
            baseline_rooms(instance, self.problem, assignment),
            baseline_rooms(instance, self.problem, published),
        )
        self.members = {
            one_round.id: members_by_room(instance, one_round, assignment)
            for one_round in instance.rounds
        }
        self.topics: dict[str, dict[str, str]] = {
            delegate.id: {} for delegate in instance.delegates
        }
        for one_round in instance.rounds:
            topics = {room.id: room.topic for room in one_round.rooms}
            for delegate_id, room_id in assignment.get(one_round.id, {}).items():
                if delegate_id in self.topics and room_id in topics:
                    self.topics[delegate_id][one_round.id] = topics[room_id]

    def placements(self) -> list[Reasons]:
        """Return the reasons round by round, in the order of the instance."""
        reasons = []
        for round_index, one_round in enumerate(self.instance.rounds):
            rooms = {room.id: room for room in one_round.rooms}
            for index, delegate in enumerate(self.instance.delegates):
                room = rooms.get(self.assignment.get(one_round.id, {}).get(delegate.id, ""))
                if room is not None and one_round.id in delegate.available:
                    reasons.append(self._reasons(round_index, index, delegate, room))
        return reasons

    def placement(self, round_id: str, delegate_id: str) -> Reasons | None:
        """Return the reasons for one delegate in one round."""
        number = next(i for i, row in enumerate(self.instance.rounds) if row.id == round_id)
        index = next(i for i, row in enumerate(self.instance.delegates) if row.id == delegate_id)
        rooms = {room.id: room for room in self.instance.rounds[number].rooms}
        room = rooms.get(self.assignment.get(round_id, {}).get(delegate_id, ""))
        if room is None:
            return None
        return self._reasons(number, index, self.instance.delegates[index], room)

    def _reasons(self, round_index: int, index: int, delegate: Delegate, room: Room) -> Reasons:
        one_round = self.instance.rounds[round_index]
        cost, rank = preference_cost(self.instance, delegate.id, room.topic)
        slot = self.problem.slot(round_index, index)
        open_topics = {
            self.problem.topics[self.problem.room_topic[r]] for r in self.problem.domain[slot]
        }
        ranked = self.instance.preferences.get(delegate.id, ())
        best = next((number + 1 for number, topic in enumerate(ranked) if topic in open_topics), 0)
        here = self.members[one_round.id][room.id]
        was = self.published.get(one_round.id, {}).get(delegate.id, room.id)
        return Reasons(
            round=one_round.id,
            delegate=delegate.id,
            room=room.id,
            topic=room.topic,
            rank=rank,
            cost=cost,
            best_rank=best,
            forced=len(open_topics) == 1,
            seated_by=tuple(self._seated_by(one_round, room, delegate.id)),
            blocked=tuple(self._blocked(one_round, room, delegate)),
            bad_placements=self._bad(delegate.id),
            colleagues=tuple(
                person.id
                for person in here
                if person.id != delegate.id and person.administration == delegate.administration
            ),
            colleagues_allowed=self._allowed(one_round, delegate),
            met_before=tuple(self._met_before(round_index, here, delegate.id)),
            moved_from="" if was == room.id else was,
            swap=self._cheapest_swap(slot) if best and rank != best else None,
        )

    def _allowed(self, one_round: Round, delegate: Delegate) -> int:
        """Return ceil(present / groups) of the delegate's administration."""
        present = sum(
            person.administration == delegate.administration
            for person in self.instance.present(one_round.id)
        )
        return -(-present // len(one_round.rooms))

    def _bad(self, delegate_id: str) -> int:
        topics = self.topics[delegate_id].values()
        return sum(is_bad(self.instance, delegate_id, topic) for topic in topics)

    def _seated_by(self, one_round: Round, room: Room, delegate_id: str) -> list[str]:
        ids = [f"facilitator:{one_round.id}:{room.id}"] if delegate_id in chairs(room) else []
        return ids + [
            rule.id
            for rule in self.instance.rules
            if delegate_id in rule.delegates
            and (
                (rule.kind == "pin" and (rule.round, rule.room) == (one_round.id, room.id))
                or rule.kind == "together"
            )
        ]

    def _met_before(self, round_index: int, here: list[Delegate], delegate_id: str) -> list[str]:
        earlier = {
            person.id
            for one_round in self.instance.rounds[:round_index]
            for people in self.members[one_round.id].values()
            if any(member.id == delegate_id for member in people)
            for person in people
        }
        return [person.id for person in here if person.id in earlier and person.id != delegate_id]

    def _blocked(self, one_round: Round, room: Room, delegate: Delegate) -> list[Blocked]:
        """Return, for every topic ranked above the one given, what stood in its way."""
        ranked = self.instance.preferences.get(delegate.id, ())
        above = ranked[: ranked.index(room.topic)] if room.topic in ranked else ranked
        return [
            self._why_not(one_round, delegate, topic, rank + 1) for rank, topic in enumerate(above)
        ]

    def _why_not(self, one_round: Round, delegate: Delegate, topic: str, rank: int) -> Blocked:
        rooms = [room for room in one_round.rooms if room.topic == topic]
        if not rooms:
            return Blocked(topic, rank, "no_group")
        met = [r for r, t in self.topics[delegate.id].items() if t == topic and r != one_round.id]
        if self.once and met:
            return Blocked(topic, rank, "met", met[0])
        reasons = [self._closed(one_round, room, delegate) for room in rooms]
        order = ("balance", "full", "apart", "rule", "mode", "language", "seated")
        reason, detail = min(reasons, key=lambda found: order.index(found[0]))
        return Blocked(topic, rank, reason, detail)

    def _closed(self, one_round: Round, room: Room, delegate: Delegate) -> tuple[str, str]:
        """Return what keeps the delegate out of one room: (reason, detail)."""
        members = self.members[one_round.id][room.id]
        number = self.problem.rooms_of(self.instance.rounds.index(one_round))[
            one_round.rooms.index(room)
        ]
        reason, detail = self._closed_by_rule(one_round, room, delegate)
        if reason:
            return reason, detail
        if not shares_language(delegate, room):
            return "language", room.id
        if not fits_mode(delegate, room):
            return "mode", room.id
        full = len(members) >= self.problem.room_max[number]
        return "full" if full else "balance", room.id

    def _closed_by_rule(self, one_round: Round, room: Room, delegate: Delegate) -> tuple[str, str]:
        """Return the rule that keeps the delegate out of a room, or two empty texts."""
        own = self.assignment[one_round.id][delegate.id]
        seat = next((r for r in one_round.rooms if r.id == own), room)
        held = self._seated_by(one_round, seat, delegate.id)
        if held:
            return "seated", held[0]
        here = {person.id for person in self.members[one_round.id][room.id]}
        for rule in self.instance.rules:
            if delegate.id not in rule.delegates:
                continue
            if rule.kind == "forbid" and (rule.round, rule.room) == (one_round.id, room.id):
                return "rule", rule.id
            if rule.kind == "apart" and not here.isdisjoint(rule.delegates):
                return "apart", rule.id
        return "", ""

    def _cheapest_swap(self, slot: int) -> Swap | None:
        """Return the least dear way to a better topic by a free seat or one exchange."""
        t = self.tables
        home = t.place[slot]
        if t.in_block[slot] or not t.allowed[t.choice[slot] + home]:
            return None
        best: Swap | None = None
        row = slot % t.delegates * t.topics
        for target in self.problem.domain[slot]:
            gain = t.preference[row + t.room_topic[home]] - t.preference[row + t.room_topic[target]]
            if gain <= 0:
                continue
            for found in self._ways(slot, home, target):
                if found.price < HARD // 2 and (best is None or found.price < best.price):
                    best = found
        return best

    def _ways(self, slot: int, home: int, target: int) -> list[Swap]:
        """Return the free seat and every exchange that bring a slot to another room."""
        t = self.tables
        ways = [self._way(slot, home, target, -1, self._shift_price(slot, home, target))]
        for seat in range(t.size[target]):
            partner = t.members[target * t.stride + seat]
            if not t.in_block[partner] and t.allowed[t.choice[partner] + home]:
                price = swap_change(t, slot, partner)
                ways.append(self._way(slot, home, target, partner, price))
        return ways

    def _shift_price(self, slot: int, home: int, target: int) -> int:
        t = self.tables
        if t.size[target] >= t.stride:
            return HARD
        price = relocate(t, slot, target)
        relocate(t, slot, home)
        return price

    def _way(self, slot: int, home: int, target: int, partner: int, price: int) -> Swap:
        loss = self._points(partner, home) - self._points(partner, target) if partner >= 0 else 0
        return Swap(
            room=self.problem.room_ids[target],
            partner=self.instance.delegates[partner % self.tables.delegates].id
            if partner >= 0
            else "",
            gain=self._points(slot, home) - self._points(slot, target),
            partner_loss=loss,
            price=price,
        )

    def _points(self, slot: int, room: int) -> int:
        delegate = self.instance.delegates[slot % self.tables.delegates].id
        topic = self.problem.topics[self.problem.room_topic[room]]
        return preference_cost(self.instance, delegate, topic)[0]
