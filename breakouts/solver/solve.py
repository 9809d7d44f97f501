"""From an instance to an assignment: pre-check, flow start, annealing, bounds.

The command, the Celery task and the web page call `solve`. The answer depends on the instance, the
baseline, the seed, the number of moves and the weights, and on nothing else: work ends by count.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from breakouts.solver.bounds import Bounds, lower_bounds
from breakouts.solver.cells import Tables
from breakouts.solver.compiled import Kernel, kernel_for
from breakouts.solver.conflicts import InfeasibleError, find_conflict
from breakouts.solver.kernel import INCREMENT, MASK, MULTIPLIER
from breakouts.solver.model import BALANCED, Assignment, Instance, Weights
from breakouts.solver.parse import instance_digest
from breakouts.solver.precheck import find_contradiction
from breakouts.solver.problem import Problem, build_problem
from breakouts.solver.putback import put_back
from breakouts.solver.score import Score, score
from breakouts.solver.search import Verdict, decide
from breakouts.solver.seating import start_by_flow
from breakouts.solver.tables import (
    BAD_STEP,
    baseline_rooms,
    build_tables,
    preference_tables,
    to_assignment,
)

VERSION = "4"
"""Of the solver's answers: raised whenever the same input and seed may give another answer."""
SMALL = 100
"""People up to whom a workshop is small: plain Python is fast enough."""
CHUNKS = 100
"""Temperature steps of a run; progress is reported after each."""
HOT, COLD = 0.75, 0.2
"""First temperature of a run, in preference steps, and the last, in units of the cheapest term."""
HOT_WITHOUT_WISHES, COLD_WITHOUT_WISHES = 0.4, 0.1
"""Both in units of a repeat, where nobody has wishes: the dearest term is then much cheaper."""
LAP = 50_000
"""Moves of a lap: a small workshop without wishes is heated again and again, until it is perfect."""
HOT_AFTER_PUBLISHING = 0.3
"""A published plan is only warmed, so that it moves where it must or where it gains."""
LOOK_FURTHER = 0.75
"""A swap that costs so many preference steps above the threshold is not weighed further."""
ENERGY = [round(-math.log((step + 0.5) / 1024) * 65536) for step in range(1024)]
"""-ln(u) in 1/65536 for 1024 values of u; rounded, so that every platform has the same integers."""


@dataclass(frozen=True, slots=True)
class Solution:
    """An assignment with all that is stored about the run that made it."""

    assignment: Assignment
    score: Score
    bounds: Bounds
    random_deal: Score
    seed: int
    moves: int
    weights: Weights
    version: str
    input_digest: str
    kernel: str
    """Which kernel ran; the answer does not depend on it."""


def default_moves(instance: Instance) -> int:
    """Return the number of moves of a usual run, by the number of placements to make."""
    people = len(instance.delegates)
    placements = sum(len(delegate.available) for delegate in instance.delegates)
    if people <= SMALL:
        each, most = (2_400, 480_000) if instance.preferences else (5_000, 10 * LAP)
        return min(most, each * placements)
    if people <= 300:
        return 3_000_000
    return 9_000_000 if people <= 1_000 else 2_000 * people


def solve(
    instance: Instance,
    *,
    seed: int = 1,
    moves: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    baseline: Assignment | None = None,
    weights: Weights = BALANCED,
    kernel: Kernel | None = None,
) -> Solution:
    """Return the best assignment found in `moves` moves, or sooner when it cannot be better.

    `baseline` is the published plan (default: the instance's own): each placement that differs
    from it costs `weights.change`. `progress` is told (moves done, moves in all). `kernel` is
    chosen by the number of moves unless one is given.
    Raises: InfeasibleError with the ids of a minimal conflict.
    """
    published = instance.baseline if baseline is None else baseline
    budget = default_moves(instance) if moves is None else moves
    problem = build_problem(instance)
    if find_contradiction(problem) is not None:
        raise InfeasibleError(find_conflict(instance))
    home = baseline_rooms(instance, problem, published)
    kernel = kernel or kernel_for(budget)
    bounds = lower_bounds(instance, problem)

    def search(start: list[int]) -> list[int] | None:
        tables = build_tables(instance, problem, weights, start, home, kernel=kernel)
        least = bounds.total(weights)
        return _anneal(kernel, tables, weights, seed, budget, least=least, progress=progress)

    place = search(_start(instance, problem, home))
    if place is None:
        seated = _any_seating(instance, problem)
        place = search(seated) or seated
    if any(room >= 0 for room in home):
        place = put_back(build_tables(instance, problem, replace(weights, change=0), place, home))
    assignment = to_assignment(instance, problem, place)
    return Solution(
        assignment=assignment,
        score=score(instance, assignment, published),
        bounds=bounds,
        random_deal=score(instance, deal_at_random(instance, seed), published),
        seed=seed,
        moves=budget,
        weights=weights,
        version=VERSION,
        input_digest=instance_digest(instance),
        kernel=kernel.name,
    )


def _start(instance: Instance, problem: Problem, home: list[int]) -> list[int]:
    """Return the flow start; published placements stay where the rules still allow them."""
    kept = [
        room if room >= 0 and room in problem.domain[slot] else -1 for slot, room in enumerate(home)
    ]
    for round_index, blocks in enumerate(problem.blocks):
        for block in blocks:
            slots = [problem.slot(round_index, delegate) for delegate in block]
            if len({kept[slot] for slot in slots}) > 1:
                for slot in slots:
                    kept[slot] = -1
    cost, bad = preference_tables(instance, problem)
    return start_by_flow(problem, cost, bad, BAD_STEP, kept)


def _any_seating(instance: Instance, problem: Problem) -> list[int]:
    """Return a placement that obeys every hard rule, from the exact search.

    Raises: InfeasibleError when there is none or none was found.
    """
    verdict, place = decide(instance, problem)
    if verdict is not Verdict.FEASIBLE:
        raise InfeasibleError(find_conflict(instance))
    return place


def _anneal(
    kernel: Kernel,
    tables: Tables,
    weights: Weights,
    seed: int,
    moves: int,
    *,
    least: int,
    progress: Callable[[int, int], None] | None,
) -> list[int] | None:
    """Return the best placement seen after a temperature step, None when each breaks a hard rule.

    A total of `least` cannot be improved: the work ends there.
    """
    hot, cold = _temperatures(tables, weights)
    look_further = round(LOOK_FURTHER * weights.preference)
    energy = kernel.numbers(ENERGY)
    state = (seed * MULTIPLIER + INCREMENT) & MASK
    total = kernel.total_cost(tables)
    best = None if kernel.broken_rules(tables) else tables.place.copy()
    best_total = total
    able = bool(len(tables.movable) or len(tables.block_slot))
    steps = CHUNKS * _laps(tables, moves)
    for step in range(steps):
        done, upto = moves * step // steps, moves * (step + 1) // steps
        degrees = hot * (cold / hot) ** (step % CHUNKS / (CHUNKS - 1))
        if able and (best is None or best_total > least):
            state, change = kernel.run_moves(
                tables, energy, state, upto - done, round(16 * degrees), look_further
            )
            total += change
        if (best is None or total < best_total) and not kernel.broken_rules(tables):
            best, best_total = tables.place.copy(), total
        if progress is not None:
            progress(upto, moves)
    return None if best is None else [int(room) for room in best]


def _laps(tables: Tables, moves: int) -> int:
    """Return how often a run is heated: once, unless it is small and about meeting alone."""
    small = tables.delegates <= SMALL and not any(tables.preference)
    return max(1, moves // LAP) if small else 1


def _temperatures(tables: Tables, weights: Weights) -> tuple[float, float]:
    """Return the first and the last temperature of a run."""
    if not any(tables.preference):
        return HOT_WITHOUT_WISHES * weights.repeats, COLD_WITHOUT_WISHES * weights.repeats
    hot = HOT_AFTER_PUBLISHING if tables.change_weight else HOT
    return hot * weights.preference, COLD * min(weights.preference, weights.repeats)


def deal_at_random(instance: Instance, seed: int) -> Assignment:
    """Return what a plain random deal gives: even sizes, blind to every rule and wish."""
    state = (seed * MULTIPLIER + INCREMENT) & MASK
    dealt: Assignment = {}
    for one_round in instance.rounds:
        present = instance.present(one_round.id)
        for last in range(len(present) - 1, 0, -1):
            state = (state * MULTIPLIER + INCREMENT) & MASK
            chosen = (state * (last + 1)) >> 32
            present[last], present[chosen] = present[chosen], present[last]
        rooms = [room.id for room in one_round.rooms]
        dealt[one_round.id] = {
            delegate.id: rooms[number % len(rooms)] for number, delegate in enumerate(present)
        }
    return dealt
