"""The scorer against sums done by hand, and the kernel's running total against the scorer."""

from __future__ import annotations

from random import Random

import pytest

from breakouts.solver.cells import Tables, exchange
from breakouts.solver.changes import HARD, places_change, relocate, swap_change
from breakouts.solver.kernel import run_moves
from breakouts.solver.model import BALANCED, MIXING_FIRST, TOPICS_FIRST, Weights
from breakouts.solver.problem import build_problem
from breakouts.solver.score import score
from breakouts.solver.seating import start_by_flow
from breakouts.solver.solve import ENERGY
from breakouts.solver.tables import (
    baseline_rooms,
    build_tables,
    preference_tables,
    to_assignment,
)
from breakouts.solver.totals import broken_rules, total_cost
from breakouts.tests.solver_instances import instance, mixed, plain, rule


def test_preference_and_fairness_by_hand() -> None:
    data = plain(2, 2, rounds=3)
    for number, one_round in enumerate(data["rounds"]):
        for index, one_room in enumerate(one_round["rooms"]):
            one_room["topic"] = f"t{2 * number + index}"
    data["preferences"] = {"d0": ["t0", "t2", "t8", "t4"]}
    answer = {f"r{number}": {"d0": "g0", "d1": "g1"} for number in (1, 2, 3)}
    # choices 1 and 2 cost 0 + 1, choice 4 costs 4; one bad placement alone has no surcharge
    assert score(instance(data), answer).preference == 5
    answer = {f"r{number}": {"d0": "g1", "d1": "g0"} for number in (1, 2, 3)}
    # three unranked ones: 3 * 7, and 6 for each of the three pairs of bad placements
    assert score(instance(data), answer).preference == 21 + 18


def test_mixing_terms_by_hand() -> None:
    data = plain(4, 2, rounds=2)
    for number, person in enumerate(data["delegates"]):
        person["administration"] = "ab"[number // 2]
        person["sub_region"] = "xy"[number % 2]
        person["seniority"] = 1 + number % 2
    together = {"d0": "g0", "d1": "g0", "d2": "g1", "d3": "g1"}
    crossed = {"d0": "g0", "d1": "g1", "d2": "g0", "d3": "g1"}
    found = score(instance(data), {"r1": together, "r2": together}, {"r1": crossed, "r2": together})
    assert (found.administration, found.spread, found.repeats) == (4, 0, 2)
    assert found.changes == 2
    found = score(instance(data), {"r1": crossed, "r2": crossed})
    # each group has two of one region (share 1) and none of the other, by both attributes
    assert (found.administration, found.sub_region, found.seniority) == (0, 8, 8)
    assert found.repeats == 2
    assert found.total(BALANCED) == 60 * 16 + 50 * 2


def test_each_broken_rule_is_named() -> None:
    data = plain(4, 2)
    data["delegates"][0]["languages"] = ["fr"]
    data["delegates"][1]["mode"] = "onsite"
    data["delegates"][3]["available"] = []
    data["rounds"][0]["rooms"][0]["mode"] = "online"
    data["rounds"][0]["rooms"][1]["facilitator"] = "d1"
    data["rules"] = [
        rule("together", "d0", "d2", name="near"),
        rule("apart", "d0", "d1", name="far"),
        rule("pin", "d1", name="pin", round="r1", room="g1"),
        rule("forbid", "d0", name="forbid", round="r1", room="g0"),
    ]
    answer = {"r1": {"d0": "g0", "d1": "g0", "d3": "g0"}}
    assert set(score(instance(data), answer).broken) == {
        "absent:d3:r1",
        "unplaced:d2:r1",
        "language:d0:r1",
        "mode:d1:r1",
        "facilitator:r1:g1",
        "min:r1:g1",
        "far",
        "pin",
        "forbid",
    }
    answer = {"r1": {"d0": "g0", "d1": "g0", "d2": "g1"}}
    assert {"near"} < set(score(instance(data), answer).broken)


def test_topic_twice_is_broken_except_for_facilitators() -> None:
    data = plain(4, 2, rounds=2)
    data["rules"] = [{"id": "once", "type": "topic_once"}]
    data["rounds"][0]["rooms"][0]["facilitator"] = "d0"
    same = {"d0": "g0", "d1": "g0", "d2": "g1", "d3": "g1"}
    assert score(instance(data), {"r1": same, "r2": same}).broken == ("once",) * 3


@pytest.mark.parametrize("weights", [BALANCED, TOPICS_FIRST, MIXING_FIRST])
@pytest.mark.parametrize("seed", range(4))
def test_running_total_equals_score_from_scratch(seed: int, weights: Weights) -> None:
    example = instance(mixed(seed))
    problem = build_problem(example)
    cost, bad = preference_tables(example, problem)
    slots = problem.round_count * problem.delegate_count
    place = start_by_flow(problem, cost, bad, 6, [-1] * slots)
    published = to_assignment(example, problem, place)
    home = baseline_rooms(example, problem, published)
    tables = build_tables(example, problem, weights, place, home)
    total = total_cost(tables)
    state = seed
    for temperature in (4000, 400, 0):
        state, change = run_moves(tables, ENERGY, state, 1500, temperature, 300)
        total += change
        assert total == total_cost(tables)
        found = score(example, to_assignment(example, problem, tables.place), published)
        assert total - HARD * broken_rules(tables) == found.total(weights)
        assert bool(broken_rules(tables)) == bool(found.broken)


@pytest.mark.parametrize("seed", range(3))
def test_every_predicted_change_is_the_change(seed: int) -> None:
    example = instance(mixed(seed))
    problem = build_problem(example)
    cost, bad = preference_tables(example, problem)
    slots = problem.round_count * problem.delegate_count
    place = start_by_flow(problem, cost, bad, 6, [-1] * slots)
    tables = build_tables(example, problem, BALANCED, place, [-1] * slots)
    chance = Random(seed)
    for _ in range(200):
        before = total_cost(tables)
        round_index = chance.randrange(problem.round_count)
        first, second = chance.sample(problem.present[round_index], 2)
        one, two = problem.slot(round_index, first), problem.slot(round_index, second)
        if tables.place[one] != tables.place[two]:
            predicted = swap_change(tables, one, two)
            exchange(tables, one, two)
            assert total_cost(tables) - before == predicted
        room = chance.choice(list(problem.rooms_of(round_index)))
        before = total_cost(tables)
        if tables.place[one] != room and tables.size[room] < tables.stride:
            change = relocate(tables, one, room)
            assert total_cost(tables) - before == change
        change_places(tables, chance)


def change_places(tables: Tables, chance: Random) -> None:
    """Let two delegates change places in two rounds at once, where they sit apart in both."""
    one_round, other_round = chance.sample(range(tables.rounds), 2)
    first, second = chance.sample(range(tables.delegates), 2)
    pairs = [
        (number * tables.delegates + first, number * tables.delegates + second)
        for number in (one_round, other_round)
    ]
    rooms = [(tables.place[one], tables.place[two]) for one, two in pairs]
    if any(here < 0 or there < 0 or here == there for here, there in rooms):
        return
    before = total_cost(tables)
    (one, two), (other, another) = pairs
    predicted = places_change(tables, one, other, two, another)
    exchange(tables, one, two)
    exchange(tables, other, another)
    assert total_cost(tables) - before == predicted
