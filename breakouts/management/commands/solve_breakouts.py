"""`solve_breakouts INSTANCE.json`: the solver on a file, for development and for checks.

Prints the answer `{round: {delegate: group}}` on stdout and nothing else. Exit codes: 0 solved, 2
malformed input (stderr says where), 3 infeasible (stdout has `{"conflict": [ids]}`).
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from breakouts.solver.conflicts import InfeasibleError
from breakouts.solver.parse import MalformedInstanceError, parse_assignment, parse_instance
from breakouts.solver.solve import solve

MALFORMED = 2
INFEASIBLE = 3


class Command(BaseCommand):
    help = "Assign delegates to break-out groups from an instance file (breakout-instance/1)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("instance", type=Path, help="instance file (breakout-instance/1)")
        parser.add_argument("--moves", type=_moves, default=None, help="moves of the search")
        parser.add_argument("--seed", type=int, default=1, help="seed of the search")
        parser.add_argument("--baseline", type=Path, default=None, help="answer already published")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            instance = parse_instance(_read(options["instance"]))
            baseline = None
            if options["baseline"] is not None:
                baseline = parse_assignment(_read(options["baseline"]))
        except MalformedInstanceError as error:
            raise CommandError(str(error), returncode=MALFORMED) from error
        try:
            solution = solve(
                instance, seed=options["seed"], moves=options["moves"], baseline=baseline
            )
        except InfeasibleError as error:
            if not error.proven:
                self.stderr.write("No assignment was found; that there is none is not proven.")
            self.stdout.write(json.dumps({"conflict": error.conflict}))
            sys.exit(INFEASIBLE)
        self.stdout.write(json.dumps(solution.assignment))


def _moves(text: str) -> int:
    moves = int(text)
    if moves < 0:
        raise ArgumentTypeError("moves cannot be fewer than 0")
    return moves


def _read(path: Path) -> Any:
    """Return the decoded JSON of a file.

    Raises: MalformedInstanceError when it is not JSON, CommandError when it cannot be read.
    """
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise MalformedInstanceError("", f"is not JSON: {error}") from error
