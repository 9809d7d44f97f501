"""The flow against every choice, on networks small enough to try them all."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from breakouts.solver.flow import FlowNetwork, seats_suffice


@pytest.mark.parametrize("seed", range(40))
def test_least_cost_equals_the_best_of_all_choices(seed: int) -> None:
    chance = Random(seed)
    people, rooms = chance.randint(1, 5), chance.randint(1, 3)
    seats = [chance.randint(0, 3) for _ in range(rooms)]
    cost = [[chance.randint(0, 9) for _ in range(rooms)] for _ in range(people)]
    source, sink = people + rooms, people + rooms + 1
    network = FlowNetwork(people + rooms + 2)
    for person in range(people):
        network.add_arc(source, person, 1)
        for room in range(rooms):
            network.add_arc(person, people + room, 1, cost[person][room])
    for room in range(rooms):
        network.add_arc(people + room, sink, seats[room])
    best = (0, 0)
    for choice in product(range(rooms + 1), repeat=people):
        if all(choice.count(room) <= seats[room] for room in range(rooms)):
            seated = [(person, room) for person, room in enumerate(choice) if room < rooms]
            best = min(best, (-len(seated), sum(cost[person][room] for person, room in seated)))
    units, total = network.send(source, sink)
    assert (-units, total) == best


@pytest.mark.parametrize("seed", range(60))
def test_seats_suffice_exactly_when_some_choice_fits(seed: int) -> None:
    chance = Random(seed)
    people, rooms = chance.randint(0, 5), chance.randint(1, 3)
    least = [chance.randint(0, 2) for _ in range(rooms)]
    most = [low + chance.randint(-1, 2) for low in least]
    choices = [
        tuple(sorted(chance.sample(range(rooms), chance.randint(1, rooms)))) for _ in range(people)
    ]
    fits = any(
        all(least[room] <= choice.count(room) <= most[room] for room in range(rooms))
        for choice in product(*choices)
    )
    assert seats_suffice([(1, choice) for choice in choices], least, most) is fits
