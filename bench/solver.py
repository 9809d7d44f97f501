"""./run bench solver [ROW ...] [--seed N] [--workshop N] [--moves N] [--plain]: the solver's figures.

Every row of the table is solved and shown beside what is asked, the bound, a random deal and a first-come
sign-up. Seconds are processor time in units of the generator's `u64`, measured before and after each row,
because machines differ. numba is used where it is installed (requirements-fast.txt) and worth loading.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from breakouts.solver.bounds import Bounds, lower_bounds
from breakouts.solver.compiled import PLAIN, compiled, kernel_for
from breakouts.solver.model import Assignment, Delegate, Instance, Room
from breakouts.solver.parse import parse_instance
from breakouts.solver.score import Score, score
from breakouts.solver.solve import Solution, deal_at_random, default_moves, solve
from breakouts.tests.generated_instances import Chance, generated

UNIT = 0.49
"""Seconds of 1,000,000 calls of `u64` on the machine whose seconds the figures are."""
WORKSHOP = 11
"""The generator's seed that the figures are for; of another is asked what is in proportion."""
DEALS = 5
RERUN = "re-run"

M300 = {"n": 300, "admins": 40, "rooms": 30, "topics": 10, "second_lang_rooms": 3}
M300 |= {"delegate_facilitators": 8, "apart": 12, "together": 6}
L1000 = {"n": 1000, "admins": 60, "rooms": 100, "rounds": 4, "topics": 20, "second_lang_rooms": 12}
L1000 |= {"delegate_facilitators": 20, "apart": 30, "together": 15}
XL = {"n": 10000, "admins": 180, "rooms": 1000, "topics": 50, "second_lang_rooms": 120}
XL |= {"delegate_facilitators": 100, "apart": 200, "together": 100}
ONE_ROUND = {"rounds": 1, "no_pref_permille": 1000, "non_english_permille": 0}
ONE_ROUND |= {"delegate_facilitators": 0, "apart": 0, "together": 0}


@dataclass(frozen=True)
class Row:
    """A line of the table: how the workshop is made and the most that is asked of each term."""

    make: Callable[[int], dict[str, Any]]
    asked: dict[str, int]
    plain_seconds: float = 0.0
    fast_seconds: float = 0.0
    from_generator: bool = field(default=True)


def workshop(**parameters: int) -> Callable[[int], dict[str, Any]]:
    return lambda seed: generated(seed, **parameters)


def golfers(groups: int, size: int, rounds: int) -> Callable[[int], dict[str, Any]]:
    """People without attributes or wishes, who are to meet anew in every round."""

    def make(_seed: int) -> dict[str, Any]:
        people = groups * size
        changes = {"rooms": groups, "rounds": rounds, "admins": people, "slack": 0}
        data = generated(0, n=people, topics=1, **changes, **NOTHING_ELSE)
        for number, person in enumerate(data["delegates"]):
            person |= {"administration": f"a{number}", "sub_region": "s", "seniority": 1}
        return data

    return make


NOTHING_ELSE = {"no_pref_permille": 1000, "non_english_permille": 0, "absent_permille": 0}
NOTHING_ELSE |= {"delegate_facilitators": 0, "apart": 0, "together": 0, "no_repeat_topic": False}
NOTHING_ELSE |= {"min_fill": 100}

ROWS = {
    "S70": Row(workshop(), {"P": 275, "A": 14, "S": 36, "M": 145}, 6.0, 1.0),
    "M300": Row(workshop(**M300), {"P": 1440, "A": 26, "S": 110, "M": 75}, 0.0, 10.0),
    "L1000": Row(workshop(**L1000), {"P": 10_800, "A": 32, "S": 200, "M": 110}, 0.0, 20.0),
    "XL": Row(workshop(**XL), {"P": 57_000, "A": 95, "S": 1_700, "M": 330}, 0.0, 90.0),
    RERUN: Row(workshop(), {"changes": 3}),
    "one-round": Row(workshop(**ONE_ROUND), {"A": 0, "region": 0, "seniority": 0}),
    "5-3-6": Row(golfers(5, 3, 6), {"M": 0}, from_generator=False),
    "5-3-7": Row(golfers(5, 3, 7), {"M": 0}, from_generator=False),
    "6-3-7": Row(golfers(6, 3, 7), {"M": 0}, from_generator=False),
    "10-10-3": Row(golfers(10, 10, 3), {"M": 0}, from_generator=False),
    "7-10-3": Row(golfers(7, 10, 3), {"M": 63}, from_generator=False),
}


Kind = tuple[str, frozenset[str], str]
"""Topic, languages and mode: rooms of one kind are as good as each other to who signs up."""


def sign_up(instance: Instance, seed: int) -> Assignment:
    """Everybody in turn takes the best topic that is new to them, where a seat is free."""
    people = Chance(seed).shuffle(list(instance.delegates))
    had: dict[str, set[str]] = {person.id: set() for person in people}
    answer: Assignment = {}
    for one_round in instance.rounds:
        placed = answer[one_round.id] = {}
        free: dict[Kind, list[Room]] = {}
        for room in reversed(one_round.rooms):
            kind = (room.topic, room.languages, room.mode)
            free.setdefault(kind, []).extend([room] * (room.maximum or 0))
        for person in people:
            if one_round.id in person.available:
                ranked = instance.preferences.get(person.id, ())
                kind = min(free, key=_liking(person, ranked, had[person.id]))
                room = free[kind].pop()
                if not free[kind]:
                    del free[kind]
                had[person.id].add(room.topic)
                placed[person.id] = room.id
    return answer


def _liking(
    person: Delegate, ranked: tuple[str, ...], had: set[str]
) -> Callable[[Kind], tuple[bool, bool, int, str]]:
    def liking(kind: Kind) -> tuple[bool, bool, int, str]:
        topic, languages, mode = kind
        fits = not person.languages.isdisjoint(languages) and mode in ("hybrid", person.mode)
        rank = ranked.index(topic) if topic in ranked else len(ranked)
        return not fits, topic in had, rank, topic

    return liking


def unit() -> float:
    """Return the processor seconds of 1,000,000 calls of the generator's `u64`."""
    chance = Chance(1)
    begin = time.process_time()
    for _ in range(1_000_000):
        chance.u64()
    return time.process_time() - begin


class Figures(NamedTuple):
    """The terms of one assignment under the names of the table."""

    broken: int
    P: int
    A: int
    S: int
    region: int
    seniority: int
    M: int


TERMS = tuple(Figures.__annotations__)


def figures(found: Score) -> Figures:
    return Figures(
        len(found.broken),
        found.preference,
        found.administration,
        found.spread,
        found.sub_region,
        found.seniority,
        found.repeats,
    )


class Outcome(NamedTuple):
    """What a row's solution is compared with."""

    solution: Solution
    bounds: Bounds
    deal: Figures
    sign_up: Figures


def mean_deal(instance: Instance) -> Figures:
    deals = [figures(score(instance, deal_at_random(instance, seed))) for seed in range(DEALS)]
    return Figures(*(round(sum(values) / DEALS) for values in zip(*deals, strict=True)))


def in_proportion(row: Row, instance: Instance, outcome: Outcome) -> dict[str, int]:
    """Return what is asked of another workshop.

    P grows with its bound; the others may lie as far above their bounds as random deals are worse.
    """
    model = parse_instance(row.make(WORKSHOP))
    if model == instance:
        return row.asked
    asked = dict(row.asked)
    deal, bounds = mean_deal(model), lower_bounds(model)
    least = {
        "A": (bounds.administration, outcome.bounds.administration),
        "M": (bounds.repeats, outcome.bounds.repeats),
    }
    for name, most in row.asked.items():
        if name == "P":
            asked[name] = most * outcome.bounds.preference // bounds.preference
        elif name in TERMS:
            theirs, ours = least.get(name, (0, 0))
            worse = getattr(outcome.deal, name) / max(1, getattr(deal, name))
            asked[name] = ours + round((most - theirs) * worse)
    return asked


class Bench:
    """The options of a run, and what it has shown so far."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.unmet: list[str] = []

    def solve(self, instance: Instance, **options: Any) -> tuple[Solution, float]:
        """Return the solution and the scaled seconds: the unit is measured before and after."""
        moves = default_moves(instance) if self.options.moves is None else self.options.moves
        kernel = PLAIN if self.options.plain else kernel_for(moves)
        before = unit()
        begin = time.process_time()
        solution = solve(
            instance, seed=self.options.seed, moves=self.options.moves, kernel=kernel, **options
        )
        seconds = time.process_time() - begin
        return solution, seconds * UNIT / ((before + unit()) / 2)

    def show(self, name: str) -> None:
        row = ROWS[name]
        instance = parse_instance(row.make(self.options.workshop))
        asked: dict[str, int] = {}
        if name == RERUN:
            instance, solution, seconds, asked = self.published(instance)
        else:
            solution, seconds = self.solve(instance)
        signed_up = score(instance, sign_up(instance, self.options.seed))
        outcome = Outcome(solution, solution.bounds, mean_deal(instance), figures(signed_up))
        asked |= in_proportion(row, instance, outcome) if row.from_generator else row.asked
        people, rounds = len(instance.delegates), len(instance.rounds)
        print(
            f"\n{name}: {people} people, {rounds} rounds of {len(instance.rounds[0].rooms)} groups;"
            f" {solution.moves:,} moves, {solution.kernel}"
        )
        print(f"  {'':9} {'asked':>8} {'reached':>8} {'bound':>7} {'deal':>7} {'sign-up':>7}")
        self.lines(name, outcome, asked)
        limit = row.plain_seconds if solution.kernel == PLAIN.name else row.fast_seconds
        self.line(name, "seconds", limit or None, round(seconds, 2))

    def published(self, instance: Instance) -> tuple[Instance, Solution, float, dict[str, int]]:
        """Publish, let one leave and one come, solve again: beside a plan made from nothing."""
        before, _ = self.solve(instance)
        changed = one_leaves_one_comes(instance)
        solution, seconds = self.solve(changed, baseline=before.assignment)
        afresh, _ = self.solve(changed)
        weights = replace(solution.weights, change=0)
        asked = {
            "P": afresh.score.preference * 104 // 100,
            "total": afresh.score.total(weights) * 104 // 100,
        }
        return changed, solution, seconds, asked

    def lines(self, name: str, outcome: Outcome, asked: dict[str, int]) -> None:
        """Print the terms, first the number of broken rules."""
        found = outcome.solution.score
        reached = figures(found)
        bounds = {
            "P": outcome.bounds.preference,
            "A": outcome.bounds.administration,
            "M": outcome.bounds.repeats,
        }
        for term in TERMS:
            if term in ("region", "seniority") and term not in asked:
                continue
            self.line(
                name,
                term,
                0 if term == "broken" else asked.get(term),
                getattr(reached, term),
                *(
                    bounds.get(term, ""),
                    getattr(outcome.deal, term),
                    getattr(outcome.sign_up, term),
                ),
            )
        if "changes" in asked:
            self.line(name, "changes", asked["changes"], found.changes)
        if "total" in asked:
            weights = replace(outcome.solution.weights, change=0)
            self.line(name, "total", asked["total"], found.total(weights))

    def line(self, name: str, term: str, asked: float | None, reached: float, *others: Any) -> None:
        met = asked is None or reached <= asked
        if not met:
            self.unmet.append(f"{name} {term}")
        most = "" if asked is None else f"{asked:,}"
        compared = "".join(f" {other:>7,}" if other != "" else " " * 8 for other in others)
        verdict = "" if asked is None else "met" if met else "NOT MET"
        print(f"  {term:9} {most:>8} {reached:>8,}{compared or ' ' * 24}  {verdict}".rstrip())


def one_leaves_one_comes(instance: Instance) -> Instance:
    """Return the workshop with a plain delegate gone and a newcomer of another administration."""
    ruled = {person for rule in instance.rules for person in rule.delegates}
    ruled |= {room.facilitator or "" for one in instance.rounds for room in one.rooms}
    plain = [person for person in instance.delegates if person.id not in ruled]
    leaver, model = plain[len(plain) // 3], plain[len(plain) // 2]
    newcomer = replace(model, id="newcomer", available=frozenset(r.id for r in instance.rounds))
    wishes = {name: ranked for name, ranked in instance.preferences.items() if name != leaver.id}
    wishes[newcomer.id] = instance.preferences.get(model.id, ())
    staying = tuple(person for person in instance.delegates if person != leaver)
    return replace(instance, delegates=(*staying, newcomer), preferences=wishes)


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run bench solver", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--seed", type=int, default=1, help="of the search")
    parser.add_argument("--workshop", type=int, default=WORKSHOP, help="the generator's seed")
    parser.add_argument("--moves", type=int, default=None, help="default: by size")
    parser.add_argument("--plain", action="store_true", help="without numba, even where it is")
    options = parser.parse_args()
    if unknown := [name for name in options.rows if name not in ROWS]:
        parser.error(f"no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    if not options.plain:
        compiled()  # loading, and compiling once per installation, are not part of a row's time
    bench = Bench(options)
    print(
        f"seed {options.seed}, workshop {options.workshop}; processor seconds times {UNIT} through"
        " those of 1,000,000 calls of u64"
    )
    for name in options.rows or ROWS:
        bench.show(name)
    print(f"\nNot met: {', '.join(bench.unmet)}." if bench.unmet else "\nAll met.")
    sys.exit(1 if bench.unmet else 0)


if __name__ == "__main__":
    main()
