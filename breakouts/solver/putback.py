"""After a re-run: placements that changed go back to where they were published, if that is cheap.

The annealer weighs one change like any other cost, and a plan from which nothing single is worth
changing may still hold changes that no rule asks for. Here a change is worth more than its price,
as long as the plan as a whole stays nearly as good.
"""

from __future__ import annotations

from breakouts.solver.cells import Tables, carry, exchange
from breakouts.solver.changes import HARD, shift_change, swap_change
from breakouts.solver.totals import total_cost

ALONE = -1
"""In place of a partner: the slot goes back to a free seat."""
GIVEN_UP = 100
"""For fewer changes the total may grow by one part of so many, all together."""


def put_back(t: Tables) -> list[int]:
    """Put changed placements back, first what costs nothing; return the placement.

    The tables must price no change and break no hard rule.
    """
    left = total_cost(t) // GIVEN_UP
    for most in (0, left):
        progress = True
        while progress:
            progress = False
            for slot in _changed(t):
                found = _way_back(t, slot)
                if found is not None and found[0] <= min(most, left):
                    left -= max(0, found[0])
                    _go_back(t, slot, found[1])
                    progress = True
    return list(t.place)


def _changed(t: Tables) -> list[int]:
    """Return the slots outside their published rooms; sets that sit together are left alone."""
    return [
        slot
        for slot, home in enumerate(t.baseline)
        if home >= 0 and home != t.place[slot] and not t.in_block[slot]
    ]


def _way_back(t: Tables, slot: int) -> tuple[int, int] | None:
    """Return (cost, partner) of the cheapest way home that leaves fewer changes than before."""
    source, home = t.place[slot], t.baseline[slot]
    if source == home or not t.allowed[t.choice[slot] + home]:
        return None
    ways = []
    if t.size[home] < t.stride:
        ways.append((shift_change(t, slot, home), ALONE))
    for partner in t.members[home * t.stride : home * t.stride + t.size[home]]:
        fits = not t.in_block[partner] and t.allowed[t.choice[partner] + source]
        if fits and t.baseline[partner] != home:
            ways.append((swap_change(t, slot, partner), partner))
    return min((way for way in ways if way[0] < HARD // 2), default=None)


def _go_back(t: Tables, slot: int, partner: int) -> None:
    if partner == ALONE:
        carry(t, slot, t.baseline[slot])
    else:
        exchange(t, slot, partner)
