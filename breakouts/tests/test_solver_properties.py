"""What holds for every workshop, tried on ones that nobody chose: a few each time, many when slow."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from breakouts.solver.bounds import Bounds, lower_bounds
from breakouts.solver.compiled import PLAIN, compiled
from breakouts.solver.conflicts import InfeasibleError
from breakouts.solver.model import WEIGHTS, Instance
from breakouts.solver.parse import parse_instance
from breakouts.solver.problem import build_problem, rule_ids
from breakouts.solver.score import score
from breakouts.solver.search import Verdict, decide
from breakouts.solver.solve import Solution, solve
from breakouts.tests.generated_instances import generated
from breakouts.tests.solver_instances import rule

hypothesis = pytest.importorskip("hypothesis")
st = pytest.importorskip("hypothesis.strategies")

FEW = pytest.param(4, id="few")
MANY = pytest.param(80, id="many", marks=pytest.mark.slow)
often = pytest.mark.parametrize("examples", [FEW, MANY])
MOVES = 200


def for_workshops(examples: int, check: Callable[[dict[str, Any], Random], None]) -> None:
    """Call a check with so many workshops of all shapes and a chance of their own."""

    @hypothesis.settings(max_examples=examples, deadline=None, derandomize=True, database=None)
    @hypothesis.given(
        st.integers(0, 10**6),
        st.fixed_dictionaries(
            {
                "n": st.integers(12, 30),
                "admins": st.integers(1, 8),
                "rooms": st.integers(2, 5),
                "rounds": st.integers(1, 3),
                "topics": st.integers(2, 6),
                "slack": st.integers(0, 3),
                "min_fill": st.sampled_from([0, 50, 70, 100]),
                "second_lang_rooms": st.integers(1, 2),
                "non_english_permille": st.sampled_from([0, 80, 300]),
                "no_pref_permille": st.sampled_from([0, 150, 1000]),
                "absent_permille": st.sampled_from([0, 40, 400]),
                "onsite_permille": st.sampled_from([0, 0, 200]),
                "onsite_rooms_permille": st.sampled_from([0, 0, 300]),
                "delegate_facilitators": st.integers(0, 2),
                "apart": st.integers(0, 2),
                "together": st.integers(0, 1),
                "same_rooms": st.booleans(),
                "no_repeat_topic": st.booleans(),
            }
        ),
    )
    def run(seed: int, changes: dict[str, Any]) -> None:
        check(generated(seed, **changes), Random(seed))

    run()


def solved(example: Instance, **options: Any) -> Solution | None:
    try:
        return solve(example, **{"moves": MOVES} | options)
    except InfeasibleError:
        return None


@often
def test_answer_keeps_every_rule_or_a_conflict_with_none_to_spare_is_named(examples: int) -> None:
    answered: list[bool] = []

    def check(data: dict[str, Any], chance: Random) -> None:
        example = parse_instance(data)
        try:
            solution = solve(example, moves=MOVES, seed=chance.randrange(100))
        except InfeasibleError as error:
            answered.append(False)
            conflict = frozenset(error.conflict)
            assert conflict <= set(rule_ids(example))
            for identifier in conflict if error.proven else ():
                rest = build_problem(example, conflict - {identifier})
                assert decide(example, rest)[0] is Verdict.FEASIBLE
            return
        answered.append(True)
        found = solution.score
        assert found == score(example, solution.assignment)
        assert found.broken == ()
        assert found.preference >= solution.bounds.preference
        assert found.administration >= solution.bounds.administration
        assert found.repeats >= solution.bounds.repeats
        for weights in WEIGHTS.values():
            assert found.total(weights) >= solution.bounds.total(weights)

    for_workshops(examples, check)
    assert any(answered)


@often
def test_same_seed_gives_the_same_bytes_compiled_or_not(examples: int) -> None:
    fast = compiled()  # where there is none, the plain kernel is asked twice

    def check(data: dict[str, Any], chance: Random) -> None:
        example, seed = parse_instance(data), chance.randrange(1000)
        once, again = (
            solved(example, seed=seed, kernel=kernel) for kernel in (PLAIN, fast or PLAIN)
        )
        assert (once is None) == (again is None)
        if once is not None and again is not None:
            assert json.dumps(once.assignment) == json.dumps(again.assignment)

    for_workshops(examples, check)


def disguised(data: dict[str, Any], chance: Random) -> dict[str, Any]:
    """The same workshop with other names and in another order."""
    names = {person["id"]: f"p{chance.getrandbits(60)}" for person in data["delegates"]}
    for one_round in data["rounds"]:
        names |= {room["id"]: f"g{chance.getrandbits(60)}" for room in one_round["rooms"]}
    text = json.dumps(data)
    for name, other in names.items():
        text = text.replace(f'"{name}"', f'"{other}"')
    changed: dict[str, Any] = json.loads(text)
    chance.shuffle(changed["delegates"])
    chance.shuffle(changed["rules"])
    for one_round in changed["rounds"]:
        chance.shuffle(one_round["rooms"])
    return changed


@often
def test_names_and_order_keep_the_bounds(examples: int) -> None:
    def check(data: dict[str, Any], chance: Random) -> None:
        before = bounds_of(data)
        assert bounds_of(disguised(data, chance)) == before

    for_workshops(examples, check)


def bounds_of(data: dict[str, Any]) -> Bounds | None:
    """The bounds of a workshop that can be seated, None for others: theirs mean nothing."""
    example = parse_instance(data)
    problem = build_problem(example)
    if decide(example, problem)[0] is not Verdict.FEASIBLE:
        return None
    return lower_bounds(example, problem)


@often
def test_a_seat_a_language_or_a_rule_less_never_raises_a_bound(examples: int) -> None:
    def check(data: dict[str, Any], chance: Random) -> None:
        before = bounds_of(data)
        for _ in range(3):
            room = chance.choice(chance.choice(data["rounds"])["rooms"])
            kind = chance.randrange(3)
            if kind == 0:
                room["max"] += 1
            elif kind == 1:
                room["languages"] = ["en", "fr"]
            elif data["rules"]:
                data["rules"].remove(chance.choice(data["rules"]))
            after = bounds_of(data)
            if before is None:
                return
            assert after is not None
            assert after.preference <= before.preference
            assert after.administration <= before.administration
            assert after.repeats <= before.repeats
            before = after

    for_workshops(examples, check)


@often
def test_pins_survive_another_seed(examples: int) -> None:
    def check(data: dict[str, Any], chance: Random) -> None:
        first = solved(parse_instance(data), seed=1)
        if first is None:
            return
        places = [
            (round_id, person, room)
            for round_id, placed in first.assignment.items()
            for person, room in placed.items()
        ]
        pinned = chance.sample(places, min(5, len(places)))
        for round_id, person, room in pinned:
            name = f"pin-{round_id}-{person}"
            data["rules"].append(rule("pin", person, name=name, round=round_id, room=room))
        again = solved(parse_instance(data), seed=2)
        assert again is not None
        assert again.score.broken == ()
        for round_id, person, room in pinned:
            assert again.assignment[round_id][person] == room

    for_workshops(examples, check)


@often
def test_seats_equal_to_those_present_and_nobody_at_all(examples: int) -> None:
    def check(data: dict[str, Any], chance: Random) -> None:
        data["rules"] = []
        for one_round in data["rounds"]:
            for room in one_round["rooms"]:
                room |= {"min": None, "max": None, "languages": ["en", "fr"], "mode": "hybrid"}
        solution = solve(parse_instance(data), moves=MOVES)
        assert solution.score.broken == ()
        for person in data["delegates"]:
            person["available"] = []
        for one_round in data["rounds"]:
            for room in one_round["rooms"]:
                room["facilitator"] = None
        assert solve(parse_instance(data)).assignment == {one["id"]: {} for one in data["rounds"]}

    for_workshops(examples, check)
