"""The kernel's functions, compiled where numba is installed: same source, same answers.

Every function is copied with the compiled ones as its globals, so that calls stay inside compiled
code and the plain functions remain as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NamedTuple, get_type_hints

from breakouts.solver import cells, changes, kernel, totals
from breakouts.solver.cells import Tables

MODULES: tuple[ModuleType, ...] = (cells, changes, totals, kernel)
"""Callees before their callers, between the modules and inside each."""
WORTH_LOADING = 200_000
"""Moves that plain Python makes in about the time in which the compiled kernel is loaded."""


class Kernel(NamedTuple):
    """One way to run the search: its name, how it holds tables and lists, its entry points."""

    name: str
    load: Callable[[Tables], Tables]
    numbers: Callable[[list[int]], list[int]]
    fill_state: Callable[[Tables], None]
    total_cost: Callable[[Tables], int]
    broken_rules: Callable[[Tables], int]
    run_moves: Callable[..., tuple[int, int]]


PLAIN = Kernel(
    "python",
    lambda tables: tables,
    lambda numbers: numbers,
    totals.fill_state,
    totals.total_cost,
    totals.broken_rules,
    kernel.run_moves,
)


def kernel_for(moves: int) -> Kernel:
    """Return the compiled kernel where there is one and so many moves are worth loading it."""
    return (moves >= WORTH_LOADING and compiled()) or PLAIN


@cache
def compiled() -> Kernel | None:
    """Return the compiled kernel, None without numba or without a folder for what it compiles.

    The first call of an installation compiles for half a minute; later ones read its files.
    """
    try:
        numba, numpy = import_module("numba"), import_module("numpy")
    except ImportError:
        return None

    def numbers(values: list[int]) -> Any:
        return numpy.array(values, dtype=numpy.int32)

    def load(tables: Tables) -> Tables:
        values: list[Any] = [numbers(v) if isinstance(v, list) else v for v in tables]
        return Tables(*values)

    try:
        names = _compile(numba)
    except RuntimeError:  # numba's word for no such folder
        return None
    points = ("fill_state", "total_cost", "broken_rules", "run_moves")
    return Kernel(f"numba {numba.__version__}", load, numbers, *(names[name] for name in points))


def _compile(numba: Any) -> dict[str, Any]:
    """Return the globals of the compiled functions: themselves and the constants.

    numba would look at one source file each to tell whether its files are fresh; the digest in the
    names makes it look at all. Tables hold no memory of the functions' own, so that numba need not
    count references (`_nrt`), which would take ten times as long as the moves.
    """
    digest = _digest()
    types = _types(numba)
    names: dict[str, Any] = {"__builtins__": __builtins__}
    for module in MODULES:
        names |= {name: value for name, value in vars(module).items() if isinstance(value, int)}
        for function in _functions(module):
            copy = FunctionType(function.__code__, names, function.__name__)
            copy.__module__ = module.__name__
            copy.__qualname__ = f"{function.__name__}_{digest}"
            hints = get_type_hints(function)
            signature = tuple(types[hints[name]] for name in hints if name != "return")
            compile_ = numba.njit([signature], cache=True, error_model="numpy", _nrt=False)
            names[copy.__name__] = compile_(copy)
    return names


def _types(numba: Any) -> dict[Any, Any]:
    """Return numba's types of the annotations that the kernel's functions use."""
    types: dict[Any, Any] = {int: numba.int64, list[int]: numba.int32[::1]}
    fields = [types[hint] for hint in get_type_hints(Tables).values()]
    return types | {Tables: numba.types.NamedTuple(fields, Tables)}


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    for value in vars(module).values():
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            yield value


def _digest() -> str:
    digest = hashlib.sha256()
    for module in MODULES:
        digest.update(Path(str(module.__file__)).read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()[:12]
