"""Every environment variable that the product reads stands in docs/operations.md, and nothing else does."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from workshop_portal.tests.architecture.sources import ROOT, parse, product_files

NAME = re.compile(r"[A-Z][A-Z0-9_]+")
OF_DJANGO = {"DJANGO_SETTINGS_MODULE"}
"""Set by manage.py, wsgi.py and celery.py for themselves."""


def variables_read(tree: ast.Module) -> Iterator[str]:
    """First argument of `env.kind("NAME")` and `os.environ.get("NAME")`, key of `os.environ["NAME"]`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Attribute):
            owner, first = ast.unparse(node.func.value), node.args[0]
        elif isinstance(node, ast.Subscript):
            owner, first = ast.unparse(node.value), node.slice
        else:
            continue
        is_name = isinstance(first, ast.Constant) and NAME.fullmatch(str(first.value))
        if is_name and owner in {"env", "environ", "os.environ"}:
            yield str(ast.literal_eval(first))


def variables_described(text: str) -> set[str]:
    """First column of the table under "Settings"."""
    section = text.partition("\n## Settings\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", section, re.MULTILINE))


def test_every_variable_is_described() -> None:
    sources: list[Path] = [*product_files(), ROOT / "run"]
    read = {name for path in sources for name in variables_read(parse(path))}
    described = variables_described((ROOT / "docs" / "operations.md").read_text())
    assert read - OF_DJANGO == described


def test_a_variable_is_seen_however_it_is_read() -> None:
    source = 'env.bool("A_B")\nos.environ.get("C_D", "")\nenviron["E_F"]\nother.get("G_H")'
    assert list(variables_read(ast.parse(source))) == ["A_B", "C_D", "E_F"]
    assert variables_described("x\n## Settings\n\n| `A_B` | x |\n## Y\n| `C_D` |") == {"A_B"}
