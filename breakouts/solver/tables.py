"""From an instance and a placement to the kernel's flat tables.

Everything here runs once per search; the kernel only reads and updates the lists.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from breakouts.solver.cells import Tables
from breakouts.solver.compiled import PLAIN, Kernel
from breakouts.solver.model import Assignment, Instance, Weights, is_bad, preference_cost
from breakouts.solver.problem import Problem

BAD_STEP = 6
"""Preference points per pair of bad placements of one delegate."""
WISHED_RANKS = 3
"""Half of the moves aim at one of a delegate's first choices."""
NOWHERE: list[int] = []
"""The rooms of somebody absent."""


def preference_tables(
    instance: Instance, problem: Problem
) -> tuple[list[list[int]], list[list[bool]]]:
    """Return cost and badness per delegate and topic."""
    cost = [
        [preference_cost(instance, delegate.id, topic)[0] for topic in problem.topics]
        for delegate in instance.delegates
    ]
    bad = [
        [is_bad(instance, delegate.id, topic) for topic in problem.topics]
        for delegate in instance.delegates
    ]
    return cost, bad


def baseline_rooms(instance: Instance, problem: Problem, baseline: Assignment | None) -> list[int]:
    """Return the published room per slot, -1 where there is none that still exists."""
    rooms = [-1] * (problem.round_count * problem.delegate_count)
    for round_index, one_round in enumerate(instance.rounds):
        published = (baseline or {}).get(one_round.id, {})
        number = {problem.room_ids[room]: room for room in problem.rooms_of(round_index)}
        for delegate in problem.present[round_index]:
            room_id = published.get(instance.delegates[delegate].id, "")
            rooms[problem.slot(round_index, delegate)] = number.get(room_id, -1)
    return rooms


def to_assignment(instance: Instance, problem: Problem, place: list[int]) -> Assignment:
    """Return a placement with the instance's ids."""
    return {
        one_round.id: {
            instance.delegates[delegate].id: problem.room_ids[
                place[problem.slot(round_index, delegate)]
            ]
            for delegate in problem.present[round_index]
        }
        for round_index, one_round in enumerate(instance.rounds)
    }


def _ragged(lists: list[list[int]]) -> tuple[list[int], list[int], list[int]]:
    """Return (all items, where each list starts, its length)."""
    sizes = [len(items) for items in lists]
    starts = [0, *accumulate(sizes)][:-1]
    return [item for items in lists for item in items], starts, sizes


def _shared(lists: list[list[int]]) -> tuple[list[int], list[int], list[int]]:
    """Return the same for lists of which many are one object; each object is stored once."""
    start: dict[int, int] = {}
    flat: list[int] = []
    for items in lists:
        if id(items) not in start:
            start[id(items)] = len(flat)
            flat += items
    return flat, [start[id(items)] for items in lists], [len(items) for items in lists]


def _numbered(values: list[str]) -> list[int]:
    numbers = {value: number for number, value in enumerate(sorted(set(values)))}
    return [numbers[value] for value in values]


def _shares(
    problem: Problem, values: list[int], value_count: int, stride: int
) -> tuple[list[int], list[int]]:
    """Return floor and ceiling of the proportional share per round, value and room size (S)."""
    low: list[int] = []
    high: list[int] = []
    for present in problem.present:
        totals = [0] * value_count
        for delegate in present:
            totals[values[delegate]] += 1
        for total in totals:
            low += [total * size // max(1, len(present)) for size in range(stride + 1)]
            high += [-(-total * size // max(1, len(present))) for size in range(stride + 1)]
    return low, high


class _Draft:
    """The lists of one `Tables`, built in steps."""

    def __init__(self, instance: Instance, problem: Problem, place: list[int]) -> None:
        self.instance = instance
        self.problem = problem
        self.place = list(place)
        self.slots = problem.round_count * problem.delegate_count
        self.rooms = len(problem.room_ids)
        self.size = [0] * self.rooms
        for room in place:
            if room >= 0:
                self.size[room] += 1
        largest_block = max((len(b) for blocks in problem.blocks for b in blocks), default=1)
        self.stride = max([1, *problem.room_max, *self.size]) + largest_block
        self.most_present = max((len(present) for present in problem.present), default=0)
        self.stride = min(self.stride, max(1, self.most_present))

    def spreads(self) -> tuple[list[int], list[int], list[int], list[int], int]:
        """Return (regions, seniorities, low, high, values): values of both attributes in one row."""
        regions = _numbered([delegate.sub_region for delegate in self.instance.delegates])
        seniorities = _numbered([str(delegate.seniority) for delegate in self.instance.delegates])
        region_count = max(regions, default=-1) + 1
        value_count = region_count + max(seniorities, default=-1) + 1
        low: list[int] = []
        high: list[int] = []
        parts = [
            _shares(self.problem, values, count, self.stride)
            for values, count in (
                (regions, region_count),
                (seniorities, value_count - region_count),
            )
        ]
        row = self.stride + 1
        for round_index in range(self.problem.round_count):
            for (part_low, part_high), count in zip(
                parts, (region_count, value_count - region_count), strict=True
            ):
                span = slice(round_index * count * row, (round_index + 1) * count * row)
                low += part_low[span]
                high += part_high[span]
        return regions, [region_count + s for s in seniorities], low, high, value_count

    def columns(
        self, fixed: list[list[int]], first_room_value: int, width: int
    ) -> tuple[list[int], int]:
        """Return the values of every slot: fixed ones, then the rooms of the other rounds."""
        per_slot = len(fixed) + max(0, self.problem.round_count - 1)
        columns: list[int] = []
        for slot in range(self.slots):
            this_round, delegate = divmod(slot, self.problem.delegate_count)
            columns += [values[delegate] for values in fixed]
            for other in range(self.problem.round_count):
                if other != this_round:
                    room = self.place[self.problem.slot(other, delegate)]
                    columns.append(width - 1 if room < 0 else first_room_value + room)
        return columns, per_slot

    def members(self) -> tuple[list[int], list[int]]:
        """Return the seats of every room and each slot's seat."""
        members = [-1] * (self.rooms * self.stride)
        position = [-1] * self.slots
        taken = [0] * self.rooms
        for slot, room in enumerate(self.place):
            if room >= 0:
                members[room * self.stride + taken[room]] = slot
                position[slot] = taken[room]
                taken[room] += 1
        return members, position

    def wishes(self) -> list[list[int]]:
        """Return per slot the rooms of its first choices, or its domain where it has none."""
        wishes: list[list[int]] = [NOWHERE] * self.slots
        alike: dict[tuple[int, frozenset[str]], list[int]] = {}
        topics = [self.problem.topics[topic] for topic in self.problem.room_topic]
        for slot, domain in self.problem.domain.items():
            ranked = self.instance.preferences.get(
                self.instance.delegates[slot % self.problem.delegate_count].id, ()
            )
            wished = id(domain), frozenset(ranked[:WISHED_RANKS])
            if wished not in alike:
                alike[wished] = [room for room in domain if topics[room] in wished[1]] or domain
            wishes[slot] = alike[wished]
        return wishes

    def choices(self) -> tuple[list[int], list[int]]:
        """Return which rooms are open, a row for slots with the same domain, and each slot's row."""
        allowed = [0] * self.rooms
        row: dict[int, int] = {}
        choice = [0] * self.slots
        for slot, domain in self.problem.domain.items():
            if id(domain) not in row:
                row[id(domain)] = len(allowed)
                allowed += [0] * self.rooms
                for room in domain:
                    allowed[row[id(domain)] + room] = 1
            choice[slot] = row[id(domain)]
        return allowed, choice

    def apart(self) -> list[list[int]]:
        """Return per slot the slots that must not share its room."""
        partners: list[list[int]] = [[] for _ in range(self.slots)]
        for round_index, pairs in enumerate(self.problem.apart):
            for first, second in pairs:
                one = self.problem.slot(round_index, first)
                two = self.problem.slot(round_index, second)
                partners[one].append(two)
                partners[two].append(one)
        return partners

    def topic_rooms(self) -> list[list[int]]:
        """Return the rooms per round and topic."""
        rooms: list[list[int]] = [
            [] for _ in range(self.problem.round_count * len(self.problem.topics))
        ]
        for room, (round_index, topic) in enumerate(
            zip(self.problem.room_round, self.problem.room_topic, strict=True)
        ):
            rooms[round_index * len(self.problem.topics) + topic].append(room)
        return rooms

    def administration_caps(self, administrations: list[int], count: int) -> list[int]:
        """Return ceil(present / groups) per round and administration (A)."""
        caps: list[int] = []
        for round_index, present in enumerate(self.problem.present):
            totals = [0] * count
            for delegate in present:
                totals[administrations[delegate]] += 1
            groups = max(1, len(self.problem.rooms_of(round_index)))
            caps += [-(-total // groups) for total in totals]
        return caps


def build_tables(
    instance: Instance,
    problem: Problem,
    weights: Weights,
    place: list[int],
    baseline: list[int],
    *,
    kernel: Kernel = PLAIN,
) -> Tables:
    """Return the kernel's tables for a placement."""
    draft = _Draft(instance, problem, place)
    tables = Tables(
        delegates=problem.delegate_count,
        rounds=problem.round_count,
        rooms=draft.rooms,
        topics=len(problem.topics),
        stride=draft.stride,
        administration_weight=weights.administration,
        spread_weight=weights.spread,
        repeats_weight=weights.repeats,
        change_weight=weights.change if any(room >= 0 for room in baseline) else 0,
        bad_step=BAD_STEP * weights.preference,
        room_round=problem.room_round,
        room_topic=problem.room_topic,
        room_min=problem.room_min,
        room_max=problem.room_max,
        once=[int(once) for once in problem.once],
        baseline=baseline,
        **_choice_tables(draft),
        **_together_tables(draft),
        **_wish_tables(draft, weights),
        **_cell_tables(draft),
    )
    tables = kernel.load(tables)
    kernel.fill_state(tables)
    return tables


def _choice_tables(draft: _Draft) -> dict[str, Any]:
    """Return where each slot may go and where it would like to go."""
    problem = draft.problem
    domain, domain_start, domain_size = _shared(
        [problem.domain.get(slot, NOWHERE) for slot in range(draft.slots)]
    )
    wish, wish_start, wish_size = _shared(draft.wishes())
    topic_room, topic_room_start, topic_room_size = _ragged(draft.topic_rooms())
    allowed, choice = draft.choices()
    return {
        "allowed": allowed,
        "choice": choice,
        "domain": domain,
        "domain_start": domain_start,
        "domain_size": domain_size,
        "wish": wish,
        "wish_start": wish_start,
        "wish_size": wish_size,
        "topic_room": topic_room,
        "topic_room_start": topic_room_start,
        "topic_room_size": topic_room_size,
    }


def _together_tables(draft: _Draft) -> dict[str, Any]:
    """Return the sets that move as one, who moves alone, and who must be kept apart."""
    problem = draft.problem
    blocks = [
        [problem.slot(round_index, delegate) for delegate in block]
        for round_index, round_blocks in enumerate(problem.blocks)
        for block in round_blocks
    ]
    block_slot, block_start, _ = _ragged(blocks)
    blocked = set(block_slot)
    apart, apart_start, _ = _ragged(draft.apart())
    return {
        "movable": [
            slot
            for slot in range(draft.slots)
            if len(problem.domain.get(slot, ())) > 1 and slot not in blocked
        ],
        "in_block": [int(slot in blocked) for slot in range(draft.slots)],
        "block_slot": block_slot,
        "block_start": [*block_start, len(block_slot)],
        "giving_way": [-1] * len(block_slot),
        "apart": apart,
        "apart_start": [*apart_start, len(apart)],
    }


def _wish_tables(draft: _Draft, weights: Weights) -> dict[str, Any]:
    """Return what each topic costs each delegate, and empty counts of what they met."""
    cost, bad = preference_tables(draft.instance, draft.problem)
    return {
        "preference": [weights.preference * value for row in cost for value in row],
        "bad": [int(value) for row in bad for value in row],
        "topic_use": [0] * (draft.problem.delegate_count * len(draft.problem.topics)),
        "bad_count": [0] * draft.problem.delegate_count,
    }


def _cell_tables(draft: _Draft) -> dict[str, Any]:
    """Return the values of every slot, their limits, and empty cells."""
    administrations = _numbered([d.administration for d in draft.instance.delegates])
    administration_count = max(administrations, default=-1) + 1
    regions, seniorities, low, high, spreads = draft.spreads()
    first_room_value = administration_count + spreads
    width = first_room_value + draft.rooms + 1
    fixed = [
        administrations,
        [administration_count + value for value in regions],
        [administration_count + value for value in seniorities],
    ]
    columns, per_slot = draft.columns(fixed, first_room_value, width)
    members, position = draft.members()
    return {
        "width": width,
        "columns_per_slot": per_slot,
        "administrations": administration_count,
        "spreads": spreads,
        "administration_cap": draft.administration_caps(administrations, administration_count),
        "low": low,
        "high": high,
        "columns": columns,
        "place": draft.place,
        "members": members,
        "position": position,
        "size": draft.size,
        "tally": [0] * (draft.rooms * width),
        "add": [0] * (draft.rooms * width),
        "remove": [0] * (draft.rooms * width),
    }
