"""Infeasible input gets the ids that collide, none to spare."""

from __future__ import annotations

from typing import Any

import pytest

from breakouts.solver.conflicts import InfeasibleError, find_conflict
from breakouts.solver.model import BALANCED, Instance
from breakouts.solver.problem import build_problem
from breakouts.solver.score import broken_rules, score
from breakouts.solver.search import Verdict, decide
from breakouts.solver.solve import solve
from breakouts.tests.solver_instances import (
    delegate,
    every_assignment,
    instance,
    plain,
    room,
    rule,
    seats,
    tiny,
)


def pins(*people: str, room_id: str = "g0") -> list[dict[str, Any]]:
    return [
        rule("pin", person, name=f"pin-{person}", round="r1", room=room_id) for person in people
    ]


def conflict_of(data: dict[str, Any]) -> set[str]:
    """The conflict, once it has been checked that the rest holds without any one of its ids."""
    example = instance(data)
    with pytest.raises(InfeasibleError) as caught:
        solve(example, moves=1000)
    assert caught.value.proven
    conflict = caught.value.conflict
    assert len(set(conflict)) == len(conflict)
    for identifier in conflict:
        rest = build_problem(example, frozenset(conflict) - {identifier})
        assert decide(example, rest)[0] is Verdict.FEASIBLE
    return set(conflict)


def test_too_few_seats() -> None:
    data = plain(6, 2)
    for one_room in data["rounds"][0]["rooms"]:
        one_room["min"], one_room["max"] = 0, 2
    assert conflict_of(data) == {"seats:r1"}


def test_minima_above_those_present() -> None:
    data = plain(5, 2)
    for one_room in data["rounds"][0]["rooms"]:
        one_room["min"], one_room["max"] = 3, 5
    assert conflict_of(data) == {"min:r1:g0", "min:r1:g1"}


def test_minimum_above_maximum() -> None:
    data = plain(6, 2)
    data["rounds"][0]["rooms"][0] |= {"min": 4, "max": 2}
    data["rounds"][0]["rooms"][1] |= {"min": 0, "max": 6}
    assert conflict_of(data) == {"min:r1:g0", "max:r1:g0"}


def test_more_pins_than_seats() -> None:
    data = plain(8, 2)
    data["rules"] = pins("d0", "d1", "d2", "d3", "d4", "d5")
    conflict = conflict_of(data)
    assert "max:r1:g0" in conflict
    assert len(conflict) == 6


def test_two_pins_of_one_person() -> None:
    data = plain(4, 2)
    data["rules"] = [
        rule("pin", "d0", name="here", round="r1", room="g0"),
        rule("pin", "d0", name="there", round="r1", room="g1"),
    ]
    assert conflict_of(data) == {"here", "there"}


def test_pin_of_somebody_absent() -> None:
    data = plain(5, 2)
    data["delegates"][0]["available"] = []
    data["rules"] = pins("d0")
    assert conflict_of(data) == {"pin-d0"}


def test_forbidding_somebody_absent_collides_with_nothing() -> None:
    data = plain(5, 2)
    data["delegates"][0]["available"] = []
    data["rules"] = [rule("forbid", "d0", round="r1", room="g0")]
    assert not solve(instance(data)).score.broken


def test_together_against_apart() -> None:
    data = plain(6, 2)
    data["rules"] = [
        rule("together", "d0", "d1"),
        rule("together", "d1", "d2"),
        rule("apart", "d0", "d2"),
        rule("apart", "d3", "d4"),
    ]
    assert conflict_of(data) == {"together-d0-d1", "together-d1-d2", "apart-d0-d2"}


def test_together_against_pins() -> None:
    data = plain(6, 2)
    data["rules"] = [*pins("d0"), *pins("d1", room_id="g1"), rule("together", "d0", "d1")]
    assert conflict_of(data) == {"pin-d0", "pin-d1", "together-d0-d1"}


def test_more_apart_than_rooms() -> None:
    data = plain(6, 2)
    pairs = [("d0", "d1"), ("d0", "d2"), ("d1", "d2"), ("d3", "d4")]
    data["rules"] = [rule("apart", *pair) for pair in pairs]
    assert conflict_of(data) == {"apart-d0-d1", "apart-d0-d2", "apart-d1-d2"}


def test_odd_ring_of_apart_needs_the_exact_search() -> None:
    data = plain(10, 2)
    ring = [("d0", "d1"), ("d1", "d2"), ("d2", "d3"), ("d3", "d4"), ("d4", "d0")]
    data["rules"] = [rule("apart", *pair) for pair in ring]
    assert conflict_of(data) == {f"apart-{a}-{b}" for a, b in ring}


def test_sets_that_fit_no_room_side_by_side() -> None:
    data = plain(9, 2)
    for one_room in data["rounds"][0]["rooms"]:
        one_room["min"], one_room["max"] = 0, 5
    for first, second, third in (("d0", "d1", "d2"), ("d3", "d4", "d5"), ("d6", "d7", "d8")):
        data["rules"] += [rule("together", first, second), rule("together", second, third)]
    conflict = conflict_of(data)
    assert {"max:r1:g0", "max:r1:g1"} <= conflict
    assert all(name.startswith(("max:", "together-")) for name in conflict)


@pytest.mark.parametrize("role", ["facilitator", "rapporteur"])
def test_double_booked_facilitator(role: str) -> None:
    data = plain(6, 2)
    data["rounds"][0]["rooms"][0]["facilitator"] = "d0"
    data["rounds"][0]["rooms"][1][role] = "d0"
    assert conflict_of(data) == {"facilitator:r1:g0", "facilitator:r1:g1"}


def test_facilitator_and_rapporteur_of_one_group_may_be_one_person() -> None:
    data = plain(6, 2)
    data["rounds"][0]["rooms"][0] |= {"facilitator": "d0", "rapporteur": "d0"}
    assert solve(instance(data), moves=100).assignment["r1"]["d0"] == "g0"


def test_absent_facilitator() -> None:
    data = plain(6, 2)
    data["delegates"][0]["available"] = []
    data["rounds"][0]["rooms"][0]["facilitator"] = "d0"
    assert conflict_of(data) == {"facilitator:r1:g0"}


def test_language_that_no_group_has() -> None:
    data = plain(6, 2)
    data["delegates"][4]["languages"] = ["mi"]
    assert conflict_of(data) == {"language:d4:r1"}


def test_more_speakers_than_seats_in_their_language() -> None:
    data = plain(6, 2)
    data["rounds"][0]["rooms"][1]["languages"] = ["fr"]
    for person in data["delegates"][:4]:
        person["languages"] = ["fr"]
    assert conflict_of(data) == {"max:r1:g1", *(f"language:d{n}:r1" for n in range(4))}


def test_mode_that_no_group_has() -> None:
    data = plain(6, 2)
    data["delegates"][2]["mode"] = "onsite"
    for one_room in data["rounds"][0]["rooms"]:
        one_room["mode"] = "online"
    assert conflict_of(data) == {"mode:d2:r1"}


def test_more_rounds_than_topics() -> None:
    data = plain(6, 2, rounds=3)
    data["rules"] = [{"id": "once", "type": "topic_once"}]
    assert conflict_of(data) == {"once"}


def test_round_without_groups() -> None:
    data = plain(3, 1)
    data["rounds"][0]["rooms"] = []
    with pytest.raises(InfeasibleError) as caught:
        solve(instance(data))
    assert caught.value.conflict == ["seats:r1"]


def test_feasible_input_has_no_conflict() -> None:
    assert find_conflict(instance(plain(5, 2))) == []


def holds_conflict(example: Instance, conflict: set[str]) -> None:
    """By trying every assignment: the set cannot hold, and each smaller one can."""
    shortages = {
        f"seats:{one_round.id}"
        for one_round in example.rounds
        if seats(one_round, len(example.present(one_round.id))) < len(example.present(one_round.id))
    }
    if conflict & shortages:
        assert len(conflict) == 1
        return
    broken = [set(broken_rules(example, answer)) & conflict for answer in every_assignment(example)]
    assert all(broken)
    for identifier in conflict:
        assert any(ids == {identifier} for ids in broken)


@pytest.mark.parametrize("seed", range(60))
def test_verdict_and_answer_against_every_assignment(seed: int) -> None:
    example = instance(tiny(seed))
    try:
        solution = solve(example, moves=4000)
    except InfeasibleError as error:
        holds_conflict(example, set(error.conflict))
        return
    scores = [score(example, answer) for answer in every_assignment(example)]
    feasible = [found for found in scores if not found.broken]
    assert not solution.score.broken
    assert solution.score.total(BALANCED) == min(found.total(BALANCED) for found in feasible)
    assert solution.bounds.preference <= min(found.preference for found in feasible)
    assert solution.bounds.administration <= min(found.administration for found in feasible)
    assert solution.bounds.repeats <= min(found.repeats for found in feasible)


def test_conflict_in_a_larger_workshop_is_as_small() -> None:
    data = plain(0, 6)
    data["delegates"] = [delegate(number, administration=f"a{number % 9}") for number in range(60)]
    data["rounds"][0]["rooms"] = [room(number, min=5, max=12) for number in range(6)]
    data["rules"] = [rule("together", "d7", "d8"), rule("apart", "d8", "d7"), *pins("d3", "d4")]
    assert conflict_of(data) == {"together-d7-d8", "apart-d8-d7"}
