"""The annealer's moves and its inner loop, on the flat tables of `cells.py`.

Work is measured in moves, never in seconds, and chance comes from an integer generator, so that
the same seed gives the same answer on every machine.
"""

from __future__ import annotations

from breakouts.solver.cells import Tables, carry, exchange
from breakouts.solver.changes import (
    HARD,
    places_change,
    relocate,
    shift_change,
    swap_change,
    topic_change,
    topics_change,
)

MULTIPLIER = 1664525
INCREMENT = 1013904223
MASK = 0xFFFFFFFF
TWO_ROUNDS = 28
"""Of 64 moves those that concern two rounds."""
LONGEST_LOOK = 12
"""Members of a room who are asked, one after the other, for a swap."""


def try_shift(t: Tables, slot: int, target: int, threshold: int) -> int:
    """Move one slot alone where both sizes allow it; return the change (0 when refused)."""
    source = t.place[slot]
    if t.size[target] >= t.stride:
        return 0
    if t.size[target] >= t.room_max[target] and t.size[source] <= t.room_max[source]:
        return 0
    if t.size[source] <= t.room_min[source] and t.size[target] >= t.room_min[target]:
        return 0
    delegate = slot % t.delegates
    new = delegate * t.topics + t.room_topic[target]
    old = delegate * t.topics + t.room_topic[source]
    if old != new:
        if t.once[delegate] and t.topic_use[new] and t.topic_use[old] < 2:
            return 0
        if t.preference[new] - t.preference[old] > threshold + 4 * t.administration_weight:
            return 0
    delta = shift_change(t, slot, target)
    if delta > threshold:
        return 0
    carry(t, slot, target)
    return delta


def block_fits(t: Tables, block: int, target: int) -> int:
    """Tell whether a set may go to the target without meeting its topic a second time."""
    wishes = 0
    for index in range(t.block_start[block], t.block_start[block + 1]):
        slot = t.block_slot[index]
        if not t.allowed[t.choice[slot] + target]:
            return 0
        wishes += topic_change(t, slot, target)
    return int(wishes < HARD // 2)


def try_block(t: Tables, block: int, target: int, threshold: int, draw: int) -> int:
    """Move a set that sits together, for members of the target in return where seats are short.

    Returns the change (0 when refused). `draw` chooses who comes back.
    """
    start = t.block_start[block]
    end = t.block_start[block + 1]
    source = t.place[t.block_slot[start]]
    count = t.size[target]
    if source == target or count + end - start > t.stride:
        return 0
    if not block_fits(t, block, target):
        return 0
    swap = (
        count + end - start > t.room_max[target]
        or t.size[source] - end + start < t.room_min[source]
        or draw & 1
    )
    delta = 0
    exchanged = start
    for tried in range(count if swap else 0):
        partner = t.members[target * t.stride + ((draw >> 1) + tried) % count]
        if not t.in_block[partner] and t.allowed[t.choice[partner] + source]:
            delta += swap_change(t, t.block_slot[exchanged], partner)
            exchange(t, t.block_slot[exchanged], partner)
            t.giving_way[exchanged] = partner
            exchanged += 1
            if exchanged == end:
                break
    for index in range(exchanged, end):
        delta += relocate(t, t.block_slot[index], target)
    if delta <= threshold:
        return delta
    for index in range(exchanged, end):
        carry(t, t.block_slot[index], source)
    for index in range(start, exchanged):
        exchange(t, t.block_slot[index], t.giving_way[index])
    return 0


def partner_in(t: Tables, slot: int, target: int, draw: int) -> int:
    """Return a member of the target who could take the slot's seat, -1 for a free seat, or -2."""
    source = t.place[slot]
    roomy = t.size[target] < t.room_max[target] and t.size[source] > t.room_min[source]
    if t.size[target] < t.stride and roomy and (draw & 1 or not t.size[target]):
        return -1
    if not t.size[target]:
        return -2
    partner = t.members[target * t.stride + (draw >> 1) % t.size[target]]
    if t.in_block[partner] or not t.allowed[t.choice[partner] + source]:
        return -2
    return partner


def shift_or_swap(t: Tables, slot: int, target: int, partner: int) -> int:
    """Move a slot to a free seat (partner -1) or into a partner's; return what that changed."""
    if partner < 0:
        return relocate(t, slot, target)
    change = swap_change(t, slot, partner)
    exchange(t, slot, partner)
    return change


def try_two_rounds(
    t: Tables, slot: int, other_round: int, threshold: int, slack: int, draw: int
) -> int:
    """Move a delegate in two rounds at once: in the place of somebody else, or seat by seat.

    H8 and the repeats tie rounds together, so that some better plans are two steps away, with a
    worse one between. Half of the draws let the delegate meet the same two topics in the opposite
    order. Who sits in both target rooms is the best partner: they change places as a whole, each
    meets the same people twice as before. Where nobody does, one draw in eight looks for a free
    seat or a partner in each round. Returns the change (0 when refused).
    """
    this_round = slot // t.delegates
    other = other_round * t.delegates + slot - this_round * t.delegates
    home = t.place[slot]
    away = t.place[other]
    if away < 0 or t.in_block[other] or t.domain_size[other] < 2:
        return 0
    if draw & 1:
        target = t.domain[t.domain_start[slot] + (draw >> 1) % t.domain_size[slot]]
        back = t.domain[t.domain_start[other] + (draw >> 7) % t.domain_size[other]]
    else:
        row = this_round * t.topics + t.room_topic[away]
        column = other_round * t.topics + t.room_topic[home]
        if not t.topic_room_size[row] or not t.topic_room_size[column]:
            return 0
        target = t.topic_room[t.topic_room_start[row] + (draw >> 1) % t.topic_room_size[row]]
        back = t.topic_room[t.topic_room_start[column] + (draw >> 7) % t.topic_room_size[column]]
        if not t.allowed[t.choice[slot] + target] or not t.allowed[t.choice[other] + back]:
            return 0
    if target == home or back == away:
        return 0
    shift = (other_round - this_round) * t.delegates
    place = t.place
    members = t.members
    count = t.size[target]
    start = target * t.stride
    index = draw % max(1, count)
    for _ in range(count):
        both = members[start + index]
        index += 1
        if index == count:
            index = 0
        if place[both + shift] == back:
            fits = t.allowed[t.choice[both] + home] and t.allowed[t.choice[both + shift] + away]
            if fits and not t.in_block[both] and not t.in_block[both + shift]:
                wishes = topics_change(t, slot, other, target, back)
                if wishes + topics_change(t, both, both + shift, home, away) > threshold + slack:
                    return 0
                delta = places_change(t, slot, other, both, both + shift)
                if delta > threshold:
                    return 0
                exchange(t, slot, both)
                exchange(t, other, both + shift)
                return delta
    if draw & 0x70:
        return 0
    first = partner_in(t, slot, target, draw >> 3)
    second = partner_in(t, other, back, draw >> 11)
    if first < -1 or second < -1:
        return 0
    delta = shift_or_swap(t, slot, target, first)
    delta += shift_or_swap(t, other, back, second)
    if delta <= threshold:
        return delta
    shift_or_swap(t, other, away, second)
    shift_or_swap(t, slot, home, first)
    return 0


def run_moves(
    t: Tables, energy: list[int], seed: int, moves: int, temperature: int, slack: int
) -> tuple[int, int]:
    """Make `moves` moves at one temperature; return (state of the generator, change in total).

    `energy` holds 1024 values of -ln(u) in 1/65536, so a move is accepted when it costs at most
    `temperature` (1/16 of a unit) times a drawn value. A move takes a delegate and a room that
    H8 leaves open and asks its members in turn until a swap is accepted. A swap that costs more in
    preferences than the threshold plus `slack` is not weighed further. The swap is written out
    here, the same sum as `swap_change`, because a call and its look-ups would double the time of
    plain Python.
    """
    delegates = t.delegates
    topics = t.topics
    width = t.width
    per_slot = t.columns_per_slot
    stride = t.stride
    bad_step = t.bad_step
    change_weight = t.change_weight
    place = t.place
    members = t.members
    size = t.size
    room_topic = t.room_topic
    room_max = t.room_max
    room_min = t.room_min
    allowed = t.allowed
    choice = t.choice
    in_block = t.in_block
    movable = t.movable
    once = t.once
    use = t.topic_use
    preference = t.preference
    bad = t.bad
    bad_count = t.bad_count
    baseline = t.baseline
    apart_start = t.apart_start
    columns = t.columns
    add = t.add
    remove = t.remove
    domain = t.domain
    domain_start = t.domain_start
    domain_size = t.domain_size
    wish = t.wish
    wish_start = t.wish_start
    wish_size = t.wish_size
    singles = len(movable)
    blocks = len(t.block_start) - 1
    total = 0
    x = seed
    for _ in range(moves):
        x = (x * MULTIPLIER + INCREMENT) & MASK
        threshold = (energy[x >> 22] * temperature) >> 20
        x = (x * MULTIPLIER + INCREMENT) & MASK
        kind = x >> 26
        pick = ((x & 0x3FFFFFF) * (singles + blocks)) >> 26
        x = (x * MULTIPLIER + INCREMENT) & MASK
        if pick >= singles:
            first = t.block_slot[t.block_start[pick - singles]]
            b = domain[domain_start[first] + ((x * domain_size[first]) >> 32)]
            x = (x * MULTIPLIER + INCREMENT) & MASK
            total += try_block(t, pick - singles, b, threshold, x >> 12)
            continue
        first = movable[pick]
        if kind < TWO_ROUNDS and t.rounds > 1:
            this_round = first // delegates
            other_round = (x * (t.rounds - 1)) >> 32
            if other_round >= this_round:
                other_round += 1
            x = (x * MULTIPLIER + INCREMENT) & MASK
            total += try_two_rounds(t, first, other_round, threshold, slack, x >> 8)
            continue
        delegate = first % delegates
        a = place[first]
        one_a = delegate * topics + room_topic[a]
        bound = once[delegate] and use[one_a] < 2
        if kind & 1:
            start = wish_start[first]
            count = wish_size[first]
        else:
            start = domain_start[first]
            count = domain_size[first]
        index = (x * count) >> 32
        b = -1
        one_b = one_a
        for _ in range(count):
            # Of the rooms from the drawn one on, take the first that changes something and is new.
            b = wish[start + index] if kind & 1 else domain[start + index]
            if b != a:
                one_b = delegate * topics + room_topic[b]
                if one_b == one_a or not bound or not use[one_b]:
                    break
            b = -1
            index += 1
            if index == count:
                index = 0
        if b < 0:
            continue
        if not size[b] or (
            kind & 2
            and (size[b] < room_max[b] or size[a] > room_max[a])
            and (size[a] > room_min[a] or size[b] < room_min[b])
        ):
            total += try_shift(t, first, b, threshold)
            continue
        gain = 0
        topic_a = room_topic[a]
        topic_b = room_topic[b]
        if one_a != one_b:
            gain = preference[one_b] - preference[one_a]
            worse = bad[one_b] - bad[one_a]
            if worse > 0:
                gain += bad_step * bad_count[delegate]
            elif worse < 0:
                gain -= bad_step * (bad_count[delegate] - 1)
            if once[delegate] and not use[one_b] and use[one_a] >= 2:
                gain -= HARD
        x = (x * MULTIPLIER + INCREMENT) & MASK
        limit = threshold + slack
        row_a = a * width
        row_b = b * width
        i = first * per_slot
        seats = 0
        for p in columns[i : i + per_slot]:
            seats += add[row_b + p] - remove[row_a + p]
        count = size[b]
        index = (x * count) >> 32
        start = b * stride
        for _ in range(min(count, LONGEST_LOOK)):
            second = members[start + index]
            index += 1
            if index == count:
                index = 0
            if in_block[second] or not allowed[choice[second] + a]:
                continue
            delta = gain
            if topic_a != topic_b:
                two = second % delegates
                two_a = two * topics + topic_a
                two_b = two * topics + topic_b
                delta += preference[two_a] - preference[two_b]
                if once[two]:
                    if use[two_a]:
                        if use[two_b] < 2:
                            continue
                    elif use[two_b] >= 2:
                        delta -= HARD
                worse = bad[two_a] - bad[two_b]
                if worse > 0:
                    delta += bad_step * bad_count[two]
                elif worse < 0:
                    delta -= bad_step * (bad_count[two] - 1)
                if delta > limit:
                    continue
            if change_weight:
                if baseline[first] == a:
                    delta += change_weight
                elif baseline[first] == b:
                    delta -= change_weight
                if baseline[second] == b:
                    delta += change_weight
                elif baseline[second] == a:
                    delta -= change_weight
            if apart_start[first] != apart_start[first + 1] or (
                apart_start[second] != apart_start[second + 1]
            ):
                delta = swap_change(t, first, second)
            else:
                j = second * per_slot
                delta += seats
                for p, q in zip(columns[i : i + per_slot], columns[j : j + per_slot]):  # noqa: B905 numba knows no `strict`
                    if p != q:
                        delta += add[row_a + q] - remove[row_b + q]
                    else:
                        delta -= add[row_b + p] - remove[row_a + p]
            if delta <= threshold:
                exchange(t, first, second)
                total += delta
                break
    return x, total
