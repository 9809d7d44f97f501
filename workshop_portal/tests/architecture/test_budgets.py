"""Sizes: files, functions, silenced types."""

import ast
import re

from workshop_portal.tests.architecture.sources import (
    files,
    is_vendored,
    name_of,
    parse,
    product_files,
    python_files,
)

LONGEST_FILE = 600
LONGEST_FUNCTION = 50
KERNEL = "breakouts/solver/kernel.py"
"""One loop, kept flat so that numba can compile it."""
LINES_PER_IGNORE = 1000
IGNORE = re.compile(r"#\s*type:\s*ignore(.*)")
GOOD_IGNORE = re.compile(r"\[[\w, -]+\]\s+#\s+\S.*")


def long_functions(tree: ast.Module) -> list[tuple[str, int]]:
    """Name and length of each function above the budget, its decorators not counted."""
    functions = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    sizes = [(node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for node in functions]
    return [(name, size) for name, size in sizes if size > LONGEST_FUNCTION]


def bare_ignores(text: str) -> list[str]:
    """`type: ignore` comments without a code or without a reason."""
    return [found for found in IGNORE.findall(text) if not GOOD_IGNORE.fullmatch(found)]


def test_no_file_is_longer_than_its_budget() -> None:
    written = [path for path in files(".py", ".html", ".js") if not is_vendored(path)]
    sizes = {name_of(path): len(path.read_text().splitlines()) for path in written}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}


def test_no_function_is_longer_than_its_budget() -> None:
    found = {
        name_of(path): long
        for path in python_files()
        if name_of(path) != KERNEL and (long := long_functions(parse(path)))
    }
    assert found == {}


def test_a_long_function_is_seen() -> None:
    body = "\n".join("    x = 1" for _ in range(LONGEST_FUNCTION))
    short = "\n".join("    x = 1" for _ in range(LONGEST_FUNCTION - 1))
    assert long_functions(ast.parse(f"def long():\n{body}")) == [("long", LONGEST_FUNCTION + 1)]
    assert long_functions(ast.parse(f"def short():\n{short}")) == []


def test_silenced_types_are_few() -> None:
    texts = [path.read_text() for path in product_files()]
    number = sum(len(IGNORE.findall(text)) for text in texts)
    lines = sum(len(text.splitlines()) for text in texts)
    assert number <= max(lines // LINES_PER_IGNORE, 1), f"{number} in {lines} lines"


def test_each_silenced_type_has_code_and_reason() -> None:
    found = {name_of(p): bare for p in product_files() if (bare := bare_ignores(p.read_text()))}
    assert found == {}


def test_a_bare_ignore_is_seen() -> None:
    mark = "# type: " + "ignore"
    assert bare_ignores(f"a = 1  {mark}\nb = 1  {mark}[misc]\n") == ["", "[misc]"]
    assert bare_ignores(f"c = 1  {mark}[misc]  # the library is untyped\n") == []
