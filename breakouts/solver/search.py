"""Whether the hard rules can be met at all.

Three steps, from cheap to exact: a relaxation refutes; the flow start with the kernel's moves (soft
prices zero) finds a seating; otherwise a depth-first search with forward checking decides, within
a budget of nodes. All three count steps, never seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from breakouts.solver.flow import seats_suffice
from breakouts.solver.kernel import run_moves
from breakouts.solver.model import Instance, Weights
from breakouts.solver.precheck import block_domain, find_contradiction
from breakouts.solver.problem import Problem
from breakouts.solver.seating import start_by_flow
from breakouts.solver.tables import build_tables
from breakouts.solver.totals import broken_rules

NO_SOFT_TERMS = Weights("none", 0, 0, 0, 0, 0)
REPAIR_STEPS = 40
REPAIR_MOVES = 500
NODES = 2_000


class Verdict(Enum):
    """Whether an assignment exists; UNDECIDED when the budget ended first."""

    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNDECIDED = "undecided"


def decide(instance: Instance, problem: Problem) -> tuple[Verdict, list[int]]:
    """Return the verdict and, where feasible, a placement per slot that obeys every hard rule."""
    if find_contradiction(problem) is not None:
        return Verdict.INFEASIBLE, []
    place = find_seating(instance, problem)
    if place:
        return Verdict.FEASIBLE, place
    return _Search(problem).run()


def find_seating(instance: Instance, problem: Problem) -> list[int]:
    """Return a placement that obeys every hard rule, or an empty list when none was found.

    Expects a problem without contradiction in its choices and sets (`find_contradiction`).
    """
    slots = problem.round_count * problem.delegate_count
    nothing = [[0] * len(problem.topics)] * problem.delegate_count
    never = [[False] * len(problem.topics)] * problem.delegate_count
    place = start_by_flow(problem, nothing, never, 0, [-1] * slots)
    tables = build_tables(instance, problem, NO_SOFT_TERMS, place, [-1] * slots)
    seed = 1
    for _ in range(REPAIR_STEPS):
        if not broken_rules(tables):
            return tables.place
        if not tables.movable:
            return []
        seed, _ = run_moves(tables, [0] * 1024, seed, REPAIR_MOVES, 0, 0)
    return [] if broken_rules(tables) else tables.place


@dataclass(slots=True)
class _State:
    """A node: the rooms left per item (as bits), who is seated, how full the rooms are."""

    open_rooms: list[int]
    seated: list[int]
    load: list[int]
    waiting: list[int] = field(default_factory=list)


class _Search:
    """Depth-first search; an item is a delegate or a set that sits together, in one round."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.members: list[list[int]] = []
        self.round: list[int] = []
        self.domain: list[int] = []
        self.item: dict[int, int] = {}
        for round_index, blocks in enumerate(problem.blocks):
            blocked = {delegate for block in blocks for delegate in block}
            singles = [[d] for d in problem.present[round_index] if d not in blocked]
            for members in blocks + singles:
                self._add_item(round_index, members)
        self.apart: list[list[int]] = [[] for _ in self.members]
        for round_index, pairs in enumerate(problem.apart):
            for first, second in pairs:
                one = self.item[problem.slot(round_index, first)]
                two = self.item[problem.slot(round_index, second)]
                self.apart[one].append(two)
                self.apart[two].append(one)
        self.topic_rooms = [0] * len(problem.topics)
        for room, topic in enumerate(problem.room_topic):
            self.topic_rooms[topic] |= 1 << room
        self.nodes = 0

    def _add_item(self, round_index: int, members: list[int]) -> None:
        for delegate in members:
            self.item[self.problem.slot(round_index, delegate)] = len(self.members)
        self.members.append(members)
        self.round.append(round_index)
        bits = 0
        for room in block_domain(self.problem, round_index, members):
            bits |= 1 << room
        self.domain.append(bits)

    def run(self) -> tuple[Verdict, list[int]]:
        """Return the verdict and a placement where there is one."""
        root = _State(list(self.domain), [-1] * len(self.members), [0] * len(self.problem.room_ids))
        root.waiting = [item for item, bits in enumerate(root.open_rooms) if bits.bit_count() == 1]
        if not self._settle(root):
            return Verdict.INFEASIBLE, []
        stack = [root]
        while stack:
            state = stack.pop()
            self.nodes += 1
            if self.nodes > NODES:
                return Verdict.UNDECIDED, []
            free = [item for item, room in enumerate(state.seated) if room < 0]
            if not free:
                return Verdict.FEASIBLE, self._placement(state)
            stack += self._children(state, free)
        return Verdict.INFEASIBLE, []

    def _children(self, state: _State, free: list[int]) -> list[_State]:
        """Return the next nodes, the most promising last."""
        item = min(
            free,
            key=lambda i: (
                state.open_rooms[i].bit_count(),
                -len(self.members[i]),
                -len(self.apart[i]),
            ),
        )
        rooms = [
            room
            for room in self.problem.rooms_of(self.round[item])
            if state.open_rooms[item] >> room & 1
        ]
        room_max = self.problem.room_max
        rooms.sort(key=lambda room: (room_max[room] - state.load[room], -room))
        children = []
        for room in rooms:
            child = _State(list(state.open_rooms), list(state.seated), list(state.load))
            child.open_rooms[item] = 1 << room
            child.waiting = [item]
            if self._settle(child):
                children.append(child)
        return children

    def _settle(self, state: _State) -> bool:
        """Seat every item with one room left, with all that follows; False when a rule breaks."""
        touched: set[int] = set()
        while state.waiting:
            item = state.waiting.pop()
            if state.seated[item] >= 0:
                continue
            bits = state.open_rooms[item]
            if not bits:
                return False
            room = bits.bit_length() - 1
            state.seated[item] = room
            state.load[room] += len(self.members[item])
            if state.load[room] > self.problem.room_max[room]:
                return False
            touched.add(self.round[item])
            closed = [(other, 1 << room) for other in self.apart[item]]
            if not self._close(state, closed + self._topics_met(item, room)):
                return False
        return all(self._sizes_possible(state, round_index) for round_index in sorted(touched))

    def _topics_met(self, item: int, room: int) -> list[tuple[int, int]]:
        """Return what H8 closes once the item sits in the room: (item, rooms as bits)."""
        problem = self.problem
        bits = self.topic_rooms[problem.room_topic[room]]
        return [
            (self.item[problem.slot(other, delegate)], bits)
            for delegate in self.members[item]
            if problem.once[delegate]
            for other in range(problem.round_count)
            if other != self.round[item] and problem.slot(other, delegate) in self.item
        ]

    def _close(self, state: _State, closed: list[tuple[int, int]]) -> bool:
        """Take rooms from items; False when an item is left without."""
        for other, bits in closed:
            left = state.open_rooms[other] & ~bits
            if left == state.open_rooms[other]:
                continue
            if not left:
                return False
            state.open_rooms[other] = left
            if left.bit_count() == 1:
                state.waiting.append(other)
        return True

    def _sizes_possible(self, state: _State, round_index: int) -> bool:
        """Tell whether the seats left suffice for the items left, taken apart (a flow)."""
        rooms = self.problem.rooms_of(round_index)
        choices = [
            (
                len(self.members[item]),
                tuple(room - rooms[0] for room in rooms if bits >> room & 1),
            )
            for item, bits in enumerate(state.open_rooms)
            if self.round[item] == round_index and state.seated[item] < 0
        ]
        return seats_suffice(
            choices,
            [max(0, self.problem.room_min[room] - state.load[room]) for room in rooms],
            [self.problem.room_max[room] - state.load[room] for room in rooms],
        )

    def _placement(self, state: _State) -> list[int]:
        place = [-1] * (self.problem.round_count * self.problem.delegate_count)
        for slot, item in self.item.items():
            place[slot] = state.seated[item]
        return place
