"""What a move would change in the total, on the flat tables of `cells.py`.

The kernel's loop writes the commonest of these sums out once more; the rest of the solver asks here.
"""

from __future__ import annotations

from breakouts.solver.cells import Tables, carry

HARD = 1_000_000
"""Price of one broken hard rule: above any sum of soft gains that one move can bring."""


def spread_distance(t: Tables, room: int, size: int) -> int:
    """Return the distance from the proportional shares that the room would have at this size."""
    total = 0
    row = t.room_round[room] * t.spreads * (t.stride + 1) + size
    cell = room * t.width + t.administrations
    for spread in range(t.spreads):
        here = t.tally[cell + spread]
        if here > t.high[row]:
            total += here - t.high[row]
        elif here < t.low[row]:
            total += t.low[row] - here
        row += t.stride + 1
    return total


def together_with_apart(t: Tables, slot: int, room: int) -> int:
    """Count who sits in the room and must be kept apart from the slot's delegate."""
    total = 0
    for index in range(t.apart_start[slot], t.apart_start[slot + 1]):
        if t.place[t.apart[index]] == room:
            total += 1
    return total


def apart_change(t: Tables, first: int, second: int) -> int:
    """Return by how much a swap changes the number of pairs that sit together against H5."""
    if (
        t.apart_start[first] == t.apart_start[first + 1]
        and t.apart_start[second] == t.apart_start[second + 1]
    ):
        return 0
    a = t.place[first]
    b = t.place[second]
    change = together_with_apart(t, first, b) - together_with_apart(t, first, a)
    change += together_with_apart(t, second, a) - together_with_apart(t, second, b)
    for index in range(t.apart_start[first], t.apart_start[first + 1]):
        if t.apart[index] == second:
            change -= 2  # each was counted in the room that the other leaves
    return change


def size_breach(t: Tables, room: int, size: int) -> int:
    """Return by how many members a size lies outside the room's limits."""
    if size > t.room_max[room]:
        return size - t.room_max[room]
    if size < t.room_min[room]:
        return t.room_min[room] - size
    return 0


def topic_change(t: Tables, slot: int, target: int) -> int:
    """Return what another room's topic changes for one delegate: wishes, fairness and H8."""
    delegate = slot % t.delegates
    old = delegate * t.topics + t.room_topic[t.place[slot]]
    new = delegate * t.topics + t.room_topic[target]
    if old == new:
        return 0
    change = t.preference[new] - t.preference[old]
    if t.bad[new] > t.bad[old]:
        change += t.bad_step * t.bad_count[delegate]
    elif t.bad[new] < t.bad[old]:
        change -= t.bad_step * (t.bad_count[delegate] - 1)
    if t.once[delegate]:
        if t.topic_use[new] >= 1:
            change += HARD
        if t.topic_use[old] >= 2:
            change -= HARD
    return change


def topics_change(t: Tables, first: int, other: int, target: int, back: int) -> int:
    """Return the same for a delegate who changes rooms in two rounds at once."""
    delegate = first % t.delegates
    row = delegate * t.topics
    one = row + t.room_topic[t.place[first]]
    two = row + t.room_topic[t.place[other]]
    three = row + t.room_topic[target]
    four = row + t.room_topic[back]
    if (one == three and two == four) or (one == four and two == three):
        return 0
    change = t.preference[three] + t.preference[four] - t.preference[one] - t.preference[two]
    worse = t.bad[three] + t.bad[four] - t.bad[one] - t.bad[two]
    if worse:
        count = t.bad_count[delegate]
        after = count + worse
        change += t.bad_step * (after * (after - 1) - count * (count - 1)) // 2
    if t.once[delegate]:
        use = t.topic_use
        use[one] -= 1
        if use[one]:
            change -= HARD
        use[two] -= 1
        if use[two]:
            change -= HARD
        if use[three]:
            change += HARD
        use[three] += 1
        if use[four]:
            change += HARD
        use[three] -= 1
        use[two] += 1
        use[one] += 1
    return change


def home_change(t: Tables, slot: int, target: int) -> int:
    """Return the price of leaving the published room, or what coming back to it saves."""
    home = t.baseline[slot]
    if home < 0:
        return 0
    return t.change_weight * ((home == t.place[slot]) - (home == target))


def swap_change(t: Tables, first: int, second: int) -> int:
    """Return what a swap of two slots of one round would change."""
    a = t.place[first]
    b = t.place[second]
    change = topic_change(t, first, b) + topic_change(t, second, a)
    change += home_change(t, first, b) + home_change(t, second, a)
    if len(t.apart):
        change += HARD * apart_change(t, first, second)
    row_a = a * t.width
    row_b = b * t.width
    column = first * t.columns_per_slot
    other = second * t.columns_per_slot
    for index in range(t.columns_per_slot):
        x = t.columns[column + index]
        y = t.columns[other + index]
        if x != y:
            change += (
                t.add[row_b + x] - t.remove[row_a + x] + t.add[row_a + y] - t.remove[row_b + y]
            )
    return change


def seats_change(t: Tables, first: int, second: int, left_out: int) -> int:
    """Return what a swap changes in the counts, but for one column of values."""
    row_a = t.place[first] * t.width
    row_b = t.place[second] * t.width
    i = first * t.columns_per_slot
    j = second * t.columns_per_slot
    change = 0
    for index in range(t.columns_per_slot):
        x = t.columns[i + index]
        y = t.columns[j + index]
        if x != y and index != left_out:
            change += (
                t.add[row_b + x] - t.remove[row_a + x] + t.add[row_a + y] - t.remove[row_b + y]
            )
    return change


def places_change(t: Tables, first: int, other: int, second: int, another: int) -> int:
    """Return what it changes when two delegates change places in two rounds at once.

    `first` and `other` are one's slots, `second` and `another` the partner's in the same rounds.
    Who meets whom in both rounds stays the same.
    """
    a = t.place[first]
    b = t.place[second]
    c = t.place[other]
    d = t.place[another]
    change = topics_change(t, first, other, b, d) + topics_change(t, second, another, a, c)
    change += home_change(t, first, b) + home_change(t, second, a)
    change += home_change(t, other, d) + home_change(t, another, c)
    if len(t.apart):
        change += HARD * (apart_change(t, first, second) + apart_change(t, other, another))
    this_round = first // t.delegates
    other_round = other // t.delegates
    rooms_of = t.columns_per_slot - t.rounds + 1
    seen = other_round if other_round < this_round else other_round - 1
    change += seats_change(t, first, second, rooms_of + seen)
    seen = this_round if this_round < other_round else this_round - 1
    return change + seats_change(t, other, another, rooms_of + seen)


def spread_shift(t: Tables, slot: int, room: int, step: int) -> int:
    """Return how the distance from the shares changes when a room gains (1) or loses (-1) a slot."""
    row = t.room_round[room] * t.spreads * (t.stride + 1) + t.size[room] + step
    cell = room * t.width + t.administrations
    change = spread_distance(t, room, t.size[room] + step) - spread_distance(t, room, t.size[room])
    base = slot * t.columns_per_slot
    for column in range(base, base + t.columns_per_slot):
        spread = t.columns[column] - t.administrations
        if 0 <= spread < t.spreads:
            here = t.tally[cell + spread]
            limit = row + spread * (t.stride + 1)
            if step > 0:
                change += (here >= t.high[limit]) - (here < t.low[limit])
            else:
                change += (here <= t.low[limit]) - (here > t.high[limit])
    return change


def shift_change(t: Tables, slot: int, target: int) -> int:
    """Return what it would change when one slot goes to another room of its round."""
    source = t.place[slot]
    change = topic_change(t, slot, target) + home_change(t, slot, target)
    broken = (
        together_with_apart(t, slot, target)
        - together_with_apart(t, slot, source)
        + size_breach(t, source, t.size[source] - 1)
        - size_breach(t, source, t.size[source])
        + size_breach(t, target, t.size[target] + 1)
        - size_breach(t, target, t.size[target])
    )
    base = slot * t.columns_per_slot
    for column in range(base, base + t.columns_per_slot):
        value = t.columns[column]
        if value < t.administrations or value >= t.administrations + t.spreads:
            change += t.add[target * t.width + value] - t.remove[source * t.width + value]
    spread = spread_shift(t, slot, source, -1) + spread_shift(t, slot, target, 1)
    return change + HARD * broken + t.spread_weight * spread


def relocate(t: Tables, slot: int, target: int) -> int:
    """Move one slot to another room of its round; return what that changed."""
    change = shift_change(t, slot, target)
    carry(t, slot, target)
    return change
