"""Sums over a whole placement, on the flat tables of `cells.py`.

The kernel keeps its total by changes alone; here it is counted from the beginning.
"""

from __future__ import annotations

from breakouts.solver.cells import Tables, refresh
from breakouts.solver.changes import HARD, size_breach, spread_distance, together_with_apart


def fill_state(t: Tables) -> None:
    """Count everything that the placement implies, in tables that are still empty."""
    for slot in range(t.rounds * t.delegates):
        room = t.place[slot]
        if room < 0:
            continue
        for column in range(slot * t.columns_per_slot, (slot + 1) * t.columns_per_slot):
            t.tally[room * t.width + t.columns[column]] += 1
        delegate = slot % t.delegates
        index = delegate * t.topics + t.room_topic[room]
        t.topic_use[index] += 1
        t.bad_count[delegate] += t.bad[index]
    for room in range(t.rooms):
        for value in range(t.width):
            refresh(t, room, value)


def broken_rules(t: Tables) -> int:
    """Return how many units of H2, H5 (apart) and H8 the placement breaks.

    The other hard rules hold by construction: no move leaves a slot's domain or splits a set.
    """
    broken = 0
    for room in range(t.rooms):
        broken += size_breach(t, room, t.size[room])
    pairs = 0
    for slot in range(t.rounds * t.delegates):
        if t.place[slot] >= 0:
            pairs += together_with_apart(t, slot, t.place[slot])
    broken += pairs // 2
    for delegate in range(t.delegates):
        if t.once[delegate]:
            for index in range(delegate * t.topics, (delegate + 1) * t.topics):
                if t.topic_use[index] > 1:
                    broken += t.topic_use[index] - 1
    return broken


def total_cost(t: Tables) -> int:
    """Return the total that the kernel minimises."""
    total = 0
    for slot in range(t.rounds * t.delegates):
        room = t.place[slot]
        if room >= 0:
            total += t.preference[slot % t.delegates * t.topics + t.room_topic[room]]
            if t.baseline[slot] >= 0 and t.baseline[slot] != room:
                total += t.change_weight
    for delegate in range(t.delegates):
        count = t.bad_count[delegate]
        total += t.bad_step * (count * (count - 1) // 2)
    first_room_value = t.administrations + t.spreads
    for room in range(t.rooms):
        total += t.spread_weight * spread_distance(t, room, t.size[room])
        row = room * t.width
        for value in range(t.administrations):
            over = (
                t.tally[row + value]
                - t.administration_cap[t.room_round[room] * t.administrations + value]
            )
            if over > 0:
                total += t.administration_weight * over
        for other in range(t.rooms):
            if t.room_round[other] > t.room_round[room]:
                met = t.tally[row + first_room_value + other]
                total += t.repeats_weight * (met * (met - 1) // 2)
    return total + HARD * broken_rules(t)
