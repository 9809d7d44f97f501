"""The repository's own files, read once."""

import ast
import subprocess
import tomllib
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).resolve().parents[3]
OURS = ("workshop_portal", "events", "participants", "breakouts", "reports")


@cache
def files(*suffixes: str) -> list[Path]:
    """Files of the project with one of the endings; what git ignores is not the project's."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    paths = [ROOT / name for name in sorted(set(listed))]
    return [
        path for path in paths if path.is_file() and (not suffixes or path.name.endswith(suffixes))
    ]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_test(path: Path) -> bool:
    return "tests" in path.parts or path.name in {"conftest.py", "settings_test.py"}


def is_vendored(path: Path) -> bool:
    return "vendor" in path.parts or "migrations" in path.parts


@cache
def python_files() -> list[Path]:
    """Python that people wrote: no migrations."""
    return [path for path in files(".py") if not is_vendored(path)]


@cache
def product_files() -> list[Path]:
    """Python of the product: no tests, no benchmarks."""
    return [path for path in python_files() if not is_test(path) and path.parts[-2] != "bench"]


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def layers() -> dict[str, int]:
    """Module to its height in the chain of pyproject.toml; 0 is the lowest."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    rows = next(contract["layers"] for contract in contracts if contract["id"] == "chain")
    return {
        module.strip(): height
        for height, row in enumerate(reversed(rows))
        for module in row.replace(":", "|").split("|")
    }


def height(module: str) -> int | None:
    """The height of the layer that a dotted name belongs to, by its longest known beginning."""
    parts = module.split(".")
    beginnings = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((layers()[name] for name in beginnings if name in layers()), None)


def our_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith(OURS)]
