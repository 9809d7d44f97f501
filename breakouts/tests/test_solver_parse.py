"""What is malformed is refused with its path; what is well-formed is read back as it was."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from breakouts.solver.parse import (
    MalformedInstanceError,
    instance_digest,
    parse_assignment,
    parse_instance,
    to_json,
)
from breakouts.tests.solver_instances import mixed, plain, rule


def set_at(data: dict[str, Any], *keys_and_value: Any) -> dict[str, Any]:
    *keys, last, value = keys_and_value
    changed = copy.deepcopy(data)
    place: Any = changed
    for key in keys:
        place = place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return changed


GOOD = mixed(1)
FAULTS = [
    (("schema", "breakout-instance/2"), "schema"),
    (("schema", ...), "schema"),
    (("delegates", ...), "delegates"),
    (("delegates", {}), "delegates"),
    (("delegates", 3, "seniority", 4), "delegates[3].seniority"),
    (("delegates", 3, "seniority", True), "delegates[3].seniority"),
    (("delegates", 3, "mode", "hybrid"), "delegates[3].mode"),
    (("delegates", 2, "languages", "en"), "delegates[2].languages"),
    (("delegates", 2, "languages", [1]), "delegates[2].languages[0]"),
    (("delegates", 0, "available", ["r9"]), "delegates[0].available[0]"),
    (("delegates", 1, "id", "d0"), "delegates[1].id"),
    (("delegates", 1, "id", ...), "delegates[1].id"),
    (("delegates", 1, None), "delegates[1]"),
    (("delegates", 1, "utc_offset_min", 1.5), "delegates[1].utc_offset_min"),
    (("rounds", 1, "id", "r1"), "rounds[1].id"),
    (("rounds", 1, "rooms", 2, "max", "9"), "rounds[1].rooms[2].max"),
    (("rounds", 1, "rooms", 2, "min", -1), "rounds[1].rooms[2].min"),
    (("rounds", 0, "rooms", 1, "id", "g0"), "rounds[0].rooms[1].id"),
    (("rounds", 0, "rooms", 1, "facilitator", "d99"), "rounds[0].rooms[1].facilitator"),
    (("rounds", 0, "rooms", 1, "topic", ""), "rounds[0].rooms[1].topic"),
    (("preferences", {"d99": []}), "preferences.d99"),
    (("preferences", {"d1": ["t1", "t1"]}), "preferences.d1[1]"),
    (("preferences", {"d1": ["t1", "t2", "t3", "t4", "t5", "t6"]}), "preferences.d1[5]"),
    (("costs", "rank", [0, 2, 1]), "costs.rank[2]"),
    (("costs", "bad_from_rank", 0), "costs.bad_from_rank"),
    (("rules", 0, "type", "near"), "rules[0].type"),
    (("rules", 0, "delegates", ["d1"]), "rules[0].delegates"),
    (("rules", 0, "delegates", ["d1", "d1"]), "rules[0].delegates[1]"),
    (("rules", 1, "id", "once"), "rules[2].id"),
    (("rules", 1, "id", "max:r1:g0"), "rules[1].id"),
    (("rules", 0, rule("pin", "d1", round="r7", room="g0")), "rules[0].round"),
    (("rules", 0, rule("pin", "d1", round="r1", room="g9")), "rules[0].room"),
    (("rules", 0, rule("pin", "d1", room="g0")), "rules[0].round"),
    (("baseline", {"r1": {"d1": 3}}), "baseline.r1.d1"),
]


@pytest.mark.parametrize(("change", "path"), FAULTS, ids=[path for _, path in FAULTS])
def test_fault_is_reported_with_its_path(change: tuple[Any, ...], path: str) -> None:
    with pytest.raises(MalformedInstanceError) as caught:
        parse_instance(set_at(GOOD, *change))
    assert caught.value.path == path
    assert str(caught.value).startswith(path)


@pytest.mark.parametrize("data", [None, [], "text", 7])
def test_what_is_no_object_is_refused_at_the_top(data: Any) -> None:
    with pytest.raises(MalformedInstanceError, match=r"^\$: must be an object"):
        parse_instance(data)


def test_json_form_reads_back_to_an_equal_instance() -> None:
    for seed in range(5):
        example = parse_instance(mixed(seed))
        assert parse_instance(json.loads(json.dumps(to_json(example)))) == example


def test_optional_members_may_be_absent() -> None:
    data = plain(2, 1)
    for key in ("preferences", "rules", "costs", "baseline"):
        del data[key]
    for key in ("gender", "utc_offset_min", "expertise"):
        del data["delegates"][0][key]
    assert parse_instance(data) == parse_instance(plain(2, 1))


def test_digest_changes_with_the_input_alone() -> None:
    assert instance_digest(parse_instance(GOOD)) == instance_digest(parse_instance(mixed(1)))
    other = set_at(GOOD, "delegates", 1, "sub_region", "elsewhere")
    assert instance_digest(parse_instance(GOOD)) != instance_digest(parse_instance(other))


def test_answer_keeps_ids_that_the_instance_no_longer_knows() -> None:
    assert parse_assignment({"r1": {"gone": "g1"}}) == {"r1": {"gone": "g1"}}
    with pytest.raises(MalformedInstanceError) as caught:
        parse_assignment({"r1": ["d1"]})
    assert caught.value.path == "r1"
