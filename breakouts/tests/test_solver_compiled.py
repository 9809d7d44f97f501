"""The compiled kernel gives the plain one's answers, byte for byte."""

from __future__ import annotations

import json
from typing import Any

import pytest

from breakouts.solver import compiled as module
from breakouts.solver.compiled import PLAIN, WORTH_LOADING, Kernel, compiled, kernel_for
from breakouts.solver.model import MIXING_FIRST, TOPICS_FIRST
from breakouts.solver.solve import solve
from breakouts.tests.solver_instances import instance, mixed, plain


@pytest.fixture(scope="module")
def fast() -> Kernel:
    kernel = compiled()
    if kernel is None:
        pytest.skip("needs requirements-fast.txt")
    return kernel


def answers(data: dict[str, Any], **options: Any) -> set[str]:
    example = instance(data)
    solutions = [solve(example, **options), solve(example, **options | {"kernel": PLAIN})]
    assert [solution.kernel == "python" for solution in solutions] == [False, True]
    return {json.dumps(solution.assignment) for solution in solutions}


@pytest.mark.parametrize("seed", range(4))
def test_same_bytes_with_every_kind_of_rule(fast: Kernel, seed: int) -> None:
    assert len(answers(mixed(seed), moves=4000, seed=seed, kernel=fast)) == 1


@pytest.mark.parametrize("weights", [TOPICS_FIRST, MIXING_FIRST])
def test_same_bytes_with_other_weights_and_sizes(fast: Kernel, weights: Any) -> None:
    data = mixed(7, people=40, rooms=6, rounds=4)
    assert len(answers(data, moves=6000, weights=weights, kernel=fast)) == 1


def test_same_bytes_after_publishing(fast: Kernel) -> None:
    data = mixed(1)
    published = solve(instance(data), seed=4, moves=2000).assignment
    assert len(answers(data, moves=3000, baseline=published, kernel=fast)) == 1


def test_same_bytes_where_nobody_has_wishes_or_is_there(fast: Kernel) -> None:
    assert len(answers(plain(30, 5, rounds=3), moves=3000, kernel=fast)) == 1
    assert len(answers(plain(0, 2), moves=3000, kernel=fast)) == 1


def test_small_work_runs_plain_and_large_work_where_it_is_compiled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fast = PLAIN._replace(name="fast")
    monkeypatch.setattr(module, "compiled", lambda: fast)
    assert kernel_for(WORTH_LOADING - 1) is PLAIN
    assert kernel_for(WORTH_LOADING) is fast
    monkeypatch.setattr(module, "compiled", lambda: None)
    assert kernel_for(WORTH_LOADING) is PLAIN


def test_without_numba_the_plain_kernel_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(module, "import_module", missing)
    compiled.cache_clear()
    try:
        assert kernel_for(WORTH_LOADING) is PLAIN
    finally:
        compiled.cache_clear()
