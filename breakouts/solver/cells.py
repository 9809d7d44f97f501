"""The annealer's tables: how many members of a room carry a value, and what one more would cost.

One rule serves every soft term: a cell counts how many members of a room carry a value (their
administration, their sub-region, their seniority, their room in another round), a term is a convex
function of that count, and `add` / `remove` hold what one more member costs and one member less
saves. So a move costs O(attributes + rounds), whatever its goal.

No classes but the tuple of tables, no closures, no floats: lists and integers only, so that a
compiler for numeric Python gives the same answers. The tables are built in `tables.py`, the moves
are in `kernel.py`.
"""

from __future__ import annotations

from typing import NamedTuple


class Tables(NamedTuple):
    """Flat tables. Index forms: slot = round * delegates + delegate; cell = room * width + value.

    A slot may go to a room where `allowed[choice[slot] + room]`.
    """

    # shape
    delegates: int
    rounds: int
    rooms: int
    topics: int
    width: int
    columns_per_slot: int
    stride: int
    administrations: int
    spreads: int
    # prices
    administration_weight: int
    spread_weight: int
    repeats_weight: int
    change_weight: int
    bad_step: int
    # constant tables
    room_round: list[int]
    room_topic: list[int]
    room_min: list[int]
    room_max: list[int]
    allowed: list[int]
    choice: list[int]
    domain: list[int]
    domain_start: list[int]
    domain_size: list[int]
    wish: list[int]
    wish_start: list[int]
    wish_size: list[int]
    topic_room: list[int]
    topic_room_start: list[int]
    topic_room_size: list[int]
    movable: list[int]
    in_block: list[int]
    block_slot: list[int]
    block_start: list[int]
    once: list[int]
    preference: list[int]
    bad: list[int]
    apart: list[int]
    apart_start: list[int]
    administration_cap: list[int]
    low: list[int]
    high: list[int]
    baseline: list[int]
    # state
    place: list[int]
    members: list[int]
    position: list[int]
    size: list[int]
    tally: list[int]
    add: list[int]
    remove: list[int]
    columns: list[int]
    topic_use: list[int]
    bad_count: list[int]
    giving_way: list[int]
    """Who changes places with each member of a set, while the set's move is weighed."""


def refresh(t: Tables, room: int, value: int) -> None:
    """Recompute what one more and one less member with this value cost in this room."""
    cell = room * t.width + value
    here = t.tally[cell]
    if value < t.administrations:
        cap = t.administration_cap[t.room_round[room] * t.administrations + value]
        t.add[cell] = t.administration_weight if here >= cap else 0
        t.remove[cell] = t.administration_weight if here > cap else 0
        return
    spread = value - t.administrations
    if spread < t.spreads:
        row = (t.room_round[room] * t.spreads + spread) * (t.stride + 1) + t.size[room]
        low = t.low[row]
        high = t.high[row]
        if here >= high:
            t.add[cell] = t.spread_weight
        elif here < low:
            t.add[cell] = -t.spread_weight
        else:
            t.add[cell] = 0
        if here > high:
            t.remove[cell] = t.spread_weight
        elif here <= low:
            t.remove[cell] = -t.spread_weight
        else:
            t.remove[cell] = 0
        return
    if spread < t.spreads + t.rooms:
        t.add[cell] = t.repeats_weight * here
        t.remove[cell] = t.repeats_weight * (here - 1)


def move_counts(t: Tables, slot: int, source: int, target: int) -> None:
    """Carry a slot's values from one room to another, in both directions of every cell."""
    base = slot * t.columns_per_slot
    for column in range(base, base + t.columns_per_slot):
        value = t.columns[column]
        t.tally[source * t.width + value] -= 1
        t.tally[target * t.width + value] += 1
        refresh(t, source, value)
        refresh(t, target, value)
    this_round = slot // t.delegates
    delegate = slot - this_round * t.delegates
    first_room_value = t.administrations + t.spreads
    for other in range(t.rounds):
        if other == this_round:
            continue
        other_slot = other * t.delegates + delegate
        room = t.place[other_slot]
        if room < 0:
            continue
        seen_from = this_round if this_round < other else this_round - 1
        index = other_slot * t.columns_per_slot + t.columns_per_slot - t.rounds + 1 + seen_from
        t.columns[index] = first_room_value + target
        t.tally[room * t.width + first_room_value + source] -= 1
        t.tally[room * t.width + first_room_value + target] += 1
        refresh(t, room, first_room_value + source)
        refresh(t, room, first_room_value + target)


def move_topic(t: Tables, delegate: int, source: int, target: int) -> None:
    """Carry a delegate's topic and disappointment counts from one room's topic to another's."""
    old = delegate * t.topics + t.room_topic[source]
    new = delegate * t.topics + t.room_topic[target]
    t.topic_use[old] -= 1
    t.topic_use[new] += 1
    t.bad_count[delegate] += t.bad[new] - t.bad[old]


def exchange(t: Tables, first: int, second: int) -> None:
    """Let two slots of one round change rooms; sizes stay."""
    a = t.place[first]
    b = t.place[second]
    move_counts(t, first, a, b)
    move_counts(t, second, b, a)
    move_topic(t, first % t.delegates, a, b)
    move_topic(t, second % t.delegates, b, a)
    t.place[first] = b
    t.place[second] = a
    p = t.position[first]
    q = t.position[second]
    t.members[a * t.stride + p] = second
    t.members[b * t.stride + q] = first
    t.position[first] = q
    t.position[second] = p


def carry(t: Tables, slot: int, target: int) -> None:
    """Take one slot to another room of its round; both sizes change, so do their shares."""
    source = t.place[slot]
    move_counts(t, slot, source, target)
    move_topic(t, slot % t.delegates, source, target)
    last = t.members[source * t.stride + t.size[source] - 1]
    t.members[source * t.stride + t.position[slot]] = last
    t.position[last] = t.position[slot]
    t.size[source] -= 1
    t.members[target * t.stride + t.size[target]] = slot
    t.position[slot] = t.size[target]
    t.size[target] += 1
    t.place[slot] = target
    for value in range(t.administrations, t.administrations + t.spreads):
        refresh(t, source, value)
        refresh(t, target, value)
