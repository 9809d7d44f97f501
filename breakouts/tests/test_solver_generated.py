"""The generator of workshops gives the same ones on every machine: its figures are compared for good."""

from __future__ import annotations

from typing import Any

import pytest

from breakouts.solver.conflicts import find_conflict
from breakouts.solver.parse import parse_instance
from breakouts.tests.generated_instances import digest, generated

LARGE = {"n": 300, "admins": 40, "rooms": 30, "topics": 10, "second_lang_rooms": 3}
LARGE |= {"delegate_facilitators": 8, "apart": 12, "together": 6}


@pytest.mark.parametrize(
    ("seed", "changes", "expected"),
    [
        (11, {}, "0374d25da79b553ab931506292316ce3eb7ec31d3069492d872ad7cde827250e"),
        (12, {}, "b1e5ee1e9f53fe64398ff664b9ca3e4059b05870eb0b373d8bf7fcf7ed8135f9"),
        (11, LARGE, "cc8f032f586620012425658f0489000d1f872af67b6f880baa252a435077d7ca"),
    ],
)
def test_generated_workshop_is_known_by_its_digest(
    seed: int, changes: dict[str, Any], expected: str
) -> None:
    assert digest(generated(seed, **changes)) == expected


def test_generated_workshop_is_well_formed_and_feasible() -> None:
    assert find_conflict(parse_instance(generated(3, n=40, admins=9, rooms=5))) == []
