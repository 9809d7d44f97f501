"""./run bench solver [PEOPLE ROOMS ROUNDS [MOVES]]: the solver's figures beside bounds and a deal.

Times are given in units of a fixed loop of Python measured in the same run, because machines differ.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from breakouts.solver.model import Costs, Delegate, Instance, Room, Round, Rule
from breakouts.solver.solve import solve

SEEDS = (1, 2, 3)


def workshop(seed: int, people: int, rooms: int, rounds: int) -> Instance:
    """A workshop with 20 administrations, 5 sub-regions, two languages and five ranked topics."""
    chance = Random(seed)
    topics = [f"t{number:02}" for number in range(min(rooms, 10))]
    delegates = []
    for number in range(people):
        administration = min(chance.randrange(20), chance.randrange(20))
        french = administration in (3, 11)
        delegates.append(
            Delegate(
                id=f"d{number:05}",
                administration=f"a{administration:02}",
                sub_region=f"s{administration % 5}",
                seniority=chance.choices((1, 2, 3), (45, 35, 20))[0],
                languages=frozenset({"fr"} if french else {"en"}),
                mode="online",
                available=frozenset(f"r{number + 1}" for number in range(rounds)),
            )
        )
    least, most = max(1, people // rooms * 7 // 10), -(-people // rooms) + 1
    every = max(1, rooms // max(1, rooms // 7))
    plan = tuple(
        Round(
            f"r{number + 1}",
            tuple(
                Room(
                    id=f"g{index:04}",
                    topic=topics[index % len(topics)],
                    minimum=least,
                    maximum=most,
                    languages=frozenset({"en", "fr"} if (index - number) % every < 2 else {"en"}),
                    mode="hybrid",
                )
                for index in range(rooms)
            ),
        )
        for number in range(rounds)
    )
    weight = [10 - number // 2 for number in range(len(topics))]
    wishes = {
        person.id: tuple(dict.fromkeys(chance.choices(topics, weight, k=9)))[:5]
        for person in delegates
        if chance.random() < 0.85
    }
    rules = (Rule("once", "topic_once"),)
    return Instance(tuple(delegates), plan, wishes, rules, Costs())


def unit() -> float:
    """Return the seconds of 1,000,000 steps of the plain loop that times are given in."""
    begin = time.perf_counter()
    state = 1
    for _ in range(1_000_000):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
    return time.perf_counter() - begin


def main() -> None:
    numbers = [int(text) for text in sys.argv[1:]]
    people, rooms, rounds = numbers[:3] if len(numbers) >= 3 else (70, 7, 3)
    moves = numbers[3] if len(numbers) > 3 else None
    print(f"{people} people, {rooms} groups, {rounds} rounds: found (bound, random deal)")
    for seed in SEEDS:
        example = workshop(seed, people, rooms, rounds)
        one = unit()
        begin = time.perf_counter()
        solution = solve(example, seed=seed, moves=moves)
        units = (time.perf_counter() - begin) / one
        found, bounds, deal = solution.score, solution.bounds, solution.random_deal
        print(
            f"seed {seed}: broken {len(found.broken)} ({len(deal.broken)})"
            f"  P {found.preference} ({bounds.preference}, {deal.preference})"
            f"  A {found.administration} ({bounds.administration}, {deal.administration})"
            f"  S {found.spread} ({deal.spread})"
            f"  M {found.repeats} ({bounds.repeats}, {deal.repeats})"
            f"  {solution.moves} moves in {units:.0f} units"
        )


if __name__ == "__main__":
    main()
