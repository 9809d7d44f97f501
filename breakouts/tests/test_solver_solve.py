"""What every answer must be: within the rules, the same twice, never below its bounds."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from breakouts.solver.bounds import Bounds, lower_bounds
from breakouts.solver.explain import explain
from breakouts.solver.model import MIXING_FIRST, TOPICS_FIRST, Instance
from breakouts.solver.problem import build_problem
from breakouts.solver.score import score
from breakouts.solver.search import Verdict, _Search
from breakouts.solver.solve import default_moves, solve
from breakouts.tests.solver_instances import delegate, instance, mixed, plain, rule

SEEDS = range(6)


@pytest.mark.parametrize("seed", SEEDS)
def test_answer_obeys_every_rule_and_beats_a_random_deal(seed: int) -> None:
    example = instance(mixed(seed))
    solution = solve(example, moves=4000)
    found = score(example, solution.assignment)
    assert found == solution.score
    assert not found.broken
    assert found.preference >= solution.bounds.preference
    assert found.administration >= solution.bounds.administration
    assert found.repeats >= solution.bounds.repeats
    assert found.total(solution.weights) < solution.random_deal.total(solution.weights)
    assert solution.random_deal.broken


def test_same_seed_gives_the_same_bytes_and_another_seed_another_plan() -> None:
    example = instance(mixed(3))
    first, second, other = (
        json.dumps(solve(example, seed=seed, moves=3000).assignment) for seed in (5, 5, 6)
    )
    assert first == second
    assert first != other


def test_progress_is_told_by_moves() -> None:
    told: list[tuple[int, int]] = []
    solve(instance(mixed(0)), moves=550, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (550, 550)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert {total for _, total in told} == {550}


def test_no_moves_gives_the_start() -> None:
    assert not solve(instance(plain(10, 3)), moves=0).score.broken


@pytest.mark.parametrize("seed", SEEDS)
def test_weights_trade_topics_for_mixing(seed: int) -> None:
    example = instance(mixed(seed))
    topics = solve(example, moves=6000, weights=TOPICS_FIRST).score
    mixing = solve(example, moves=6000, weights=MIXING_FIRST).score
    assert not topics.broken
    assert not mixing.broken
    assert topics.preference <= mixing.preference


def renamed(data: dict[str, Any], chance: Random) -> dict[str, Any]:
    """The same workshop in another order, with other names for people and rooms."""
    names = [f"{prefix}{number}" for prefix in "dg" for number in range(len(data["delegates"]))]
    text = json.dumps(data)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(f'"{name}"', f'"{chance.randrange(10**9)}-{name[::-1]}"')
    changed: dict[str, Any] = json.loads(text)
    chance.shuffle(changed["delegates"])
    chance.shuffle(changed["rules"])
    for one_round in changed["rounds"]:
        chance.shuffle(one_round["rooms"])
    return changed


@pytest.mark.parametrize("seed", SEEDS)
def test_order_and_names_keep_the_bounds(seed: int) -> None:
    data = mixed(seed)
    assert lower_bounds(instance(data)) == lower_bounds(instance(renamed(data, Random(seed))))


def no_higher(relaxed: Bounds, bounds: Bounds) -> bool:
    return (
        relaxed.preference <= bounds.preference
        and relaxed.administration <= bounds.administration
        and relaxed.repeats <= bounds.repeats
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_more_freedom_never_raises_a_bound(seed: int) -> None:
    chance = Random(seed)
    data = mixed(seed)
    before = lower_bounds(instance(data))
    for _ in range(12):
        one_room = chance.choice(chance.choice(data["rounds"])["rooms"])
        kind = chance.randrange(4)
        if kind == 0:
            one_room["max"] += 1
        elif kind == 1:
            one_room["languages"] = ["en", "fr"]
        elif kind == 2:
            one_room["min"] = max(0, one_room["min"] - 1)
        elif data["rules"]:
            data["rules"].remove(chance.choice(data["rules"]))
        after = lower_bounds(instance(data))
        assert no_higher(after, before)
        before = after


@pytest.mark.parametrize("seed", SEEDS)
def test_pooled_bound_of_large_workshops_is_a_bound(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = instance(mixed(seed, rooms=6))
    exact = lower_bounds(example).preference
    monkeypatch.setattr("breakouts.solver.bounds.POOLED_ABOVE", 0)
    pooled = lower_bounds(example).preference
    assert 0 < pooled <= exact


def test_random_loops_of_hypothesis() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    strategies = pytest.importorskip("hypothesis.strategies")

    @hypothesis.settings(max_examples=15, deadline=None, derandomize=True, database=None)
    @hypothesis.given(
        strategies.integers(0, 12), strategies.integers(1, 4), strategies.integers(1, 3)
    )
    def even_sizes(people: int, rooms: int, rounds: int) -> None:
        solution = solve(instance(plain(people, rooms, rounds)), moves=200)
        assert not solution.score.broken
        for placed in solution.assignment.values():
            sizes = [list(placed.values()).count(f"g{number}") for number in range(rooms)]
            assert max(sizes) - min(sizes) <= 1

    even_sizes()


def test_empty_instance() -> None:
    assert solve(instance(plain(0, 0, rounds=0))).assignment == {}
    assert solve(instance(plain(0, 2))).assignment == {"r1": {}}


def test_one_delegate_and_one_group() -> None:
    assert solve(instance(plain(1, 1))).assignment == {"r1": {"d0": "g0"}}
    assert solve(instance(plain(7, 1)), moves=50).assignment["r1"].keys() == {
        f"d{number}" for number in range(7)
    }


def test_all_absent() -> None:
    data = plain(4, 2, rounds=2)
    for person in data["delegates"]:
        person["available"] = []
    assert solve(instance(data)).assignment == {"r1": {}, "r2": {}}


def test_a_round_that_nobody_leads_or_needs_may_have_no_groups() -> None:
    data = plain(3, 1, rounds=2)
    data["rounds"][1]["rooms"] = []
    for person in data["delegates"]:
        person["available"] = ["r1"]
    assert solve(instance(data)).assignment["r2"] == {}


def test_capacity_equal_to_those_present() -> None:
    data = mixed(2, people=20)
    for one_round in data["rounds"]:
        for one_room in one_round["rooms"]:
            one_room["min"] = one_room["max"] = None
    assert not solve(instance(data), moves=5000).score.broken


def test_every_topic_once_in_as_many_rounds_as_topics() -> None:
    data = plain(12, 3, rounds=3)
    data["rules"] = [{"id": "once", "type": "topic_once"}]
    assert not solve(instance(data), moves=3000).score.broken


def test_pins_forbids_and_chairs_survive() -> None:
    for seed in SEEDS:
        data = mixed(seed)
        free = [
            person["id"]
            for person in data["delegates"]
            if person["languages"] == ["en", "fr"] and len(person["available"]) == 3
        ]
        taken = {name for one_rule in data["rules"] for name in one_rule.get("delegates", [])}
        person = next(name for name in free if name not in taken)
        data["rounds"][2]["rooms"][3]["rapporteur"] = person
        data["rules"].append(rule("pin", person, round="r1", room="g1"))
        data["rules"].append(rule("forbid", person, round="r2", room="g0"))
        solution = solve(instance(data), moves=3000)
        assert solution.assignment["r1"][person] == "g1"
        assert solution.assignment["r2"][person] != "g0"
        assert solution.assignment["r3"][person] == "g3"


def after_a_change(data: dict[str, Any]) -> Instance:
    """One drop-out and one newcomer."""
    ruled = {name for one_rule in data["rules"] for name in one_rule.get("delegates", [])}
    led = {room["facilitator"] for one_round in data["rounds"] for room in one_round["rooms"]}
    leaver = next(p for p in data["delegates"] if p["id"] not in ruled | led)
    data["delegates"].remove(leaver)
    data["preferences"].pop(leaver["id"], None)
    data["delegates"].append(delegate(99, rounds=3, administration="a9", languages=["en", "fr"]))
    data["preferences"]["d99"] = ["t1", "t2", "t0"]
    return instance(data)


@pytest.mark.parametrize("seed", SEEDS)
def test_re_run_leaves_published_placements_alone(seed: int) -> None:
    published = solve(instance(mixed(seed)), moves=20_000).assignment
    changed = solve(after_a_change(mixed(seed)), moves=10_000, baseline=published)
    assert not changed.score.broken
    assert changed.score.changes <= 3
    assert changed.assignment["r1"]["d99"]


def test_baseline_of_the_instance_counts_unless_another_is_given() -> None:
    example = instance(mixed(1))
    published = solve(example, moves=20_000).assignment
    own = solve(replace(example, baseline=published), moves=3000)
    assert own.assignment == solve(example, moves=3000, baseline=published).assignment
    assert own.score.changes <= 2


def test_an_even_deal_without_wishes_reaches_the_bound() -> None:
    data = plain(70, 7)
    for number, person in enumerate(data["delegates"]):
        person["administration"] = f"a{number % 20}"
        person["sub_region"] = f"s{number % 5}"
        person["seniority"] = 1 + number % 3
    found = solve(instance(data), moves=20_000).score
    assert (found.administration, found.sub_region, found.seniority) == (0, 0, 0)


@pytest.mark.parametrize("seed", range(3))
def test_exact_search_finds_a_seating_by_itself(seed: int) -> None:
    example = instance(mixed(seed))
    problem = build_problem(example)
    verdict, place = _Search(problem).run()
    assert verdict is Verdict.FEASIBLE
    assert all(place[slot] in rooms for slot, rooms in problem.domain.items())


def test_usual_number_of_moves_grows_with_the_workshop() -> None:
    assert default_moves(instance(plain(0, 1))) == 0
    assert default_moves(instance(plain(5, 1))) < default_moves(instance(plain(70, 7, rounds=3)))


def test_explanation_holds_a_reason_for_every_placement() -> None:
    data = mixed(4)
    example = instance(data)
    solution = solve(example, moves=4000)
    explanation = explain(example, solution.assignment)
    assert explanation.score == solution.score
    placed = {(reasons.round, reasons.delegate): reasons for reasons in explanation.placements}
    assert len(placed) == sum(len(person["available"]) for person in data["delegates"])
    for (round_id, person), reasons in placed.items():
        assert reasons.room == solution.assignment[round_id][person]
        if person in data["preferences"]:
            expected = reasons.rank - 1 if reasons.rank else len(data["preferences"][person])
            assert len(reasons.blocked) == expected
        if reasons.swap is not None:
            assert reasons.swap.gain > 0
    leader = data["rounds"][0]["rooms"][0]["facilitator"]
    assert placed["r1", leader].seated_by == ("facilitator:r1:g0",)
    assert placed["r1", leader].forced


def test_price_of_the_cheapest_swap_is_what_it_would_cost() -> None:
    data = mixed(5, rooms=6)
    data["preferences"] = {person: ["t0", "t1", "t2"] for person in data["preferences"]}
    example = instance(data)
    solution = solve(example, moves=2000)
    before = solution.score.total(solution.weights)
    checked = 0
    for reasons in explain(example, solution.assignment).placements:
        if reasons.swap is None:
            continue
        answer = {name: dict(placed) for name, placed in solution.assignment.items()}
        answer[reasons.round][reasons.delegate] = reasons.swap.room
        if reasons.swap.partner:
            answer[reasons.round][reasons.swap.partner] = reasons.room
        found = score(example, answer)
        assert not found.broken
        assert found.total(solution.weights) - before == reasons.swap.price
        checked += 1
    assert checked


def test_explanation_names_what_stood_in_the_way() -> None:
    data = plain(4, 3)
    data["rounds"][0]["rooms"][1]["languages"] = ["fr"]
    data["rounds"][0]["rooms"][2] |= {"mode": "onsite", "min": 0}
    for one_room in data["rounds"][0]["rooms"]:
        one_room |= {"min": 0, "max": 4}
    data["preferences"]["d0"] = ["t9", "t1", "t2", "t0"]
    example = instance(data)
    explanation = explain(example, {"r1": {f"d{number}": "g0" for number in range(4)}})
    reasons = explanation.placements[0]
    assert [blocked.reason for blocked in reasons.blocked] == ["no_group", "language", "mode"]
    assert (reasons.rank, reasons.best_rank, reasons.forced) == (4, 4, True)
    assert (len(reasons.colleagues), reasons.colleagues_allowed) == (3, 2)
    assert explanation.worst_off == (("d0", 4),)
