"""The command prints the answer and nothing else, and says by its exit code what happened."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from breakouts.tests.solver_instances import mixed, plain, rule


def write(path: Path, data: Any) -> str:
    path.write_text(json.dumps(data))
    return str(path)


def test_answer_alone_is_printed(tmp_path: Path) -> None:
    data = mixed(1)
    outputs = []
    for _ in range(2):
        out, err = io.StringIO(), io.StringIO()
        name = write(tmp_path / "instance.json", data)
        call_command("solve_breakouts", name, "--moves", "500", stdout=out, stderr=err)
        assert err.getvalue() == ""
        outputs.append(out.getvalue())
    assert outputs[0] == outputs[1]
    answer = json.loads(outputs[0])
    assert list(answer) == ["r1", "r2", "r3"]


def test_published_answer_is_kept(tmp_path: Path) -> None:
    name = write(tmp_path / "instance.json", mixed(1))
    first, second = io.StringIO(), io.StringIO()
    call_command("solve_breakouts", name, "--moves", "20000", stdout=first)
    published = tmp_path / "answer.json"
    published.write_text(first.getvalue())
    arguments = ["--moves", "100", "--seed", "9", "--baseline", str(published)]
    call_command("solve_breakouts", name, *arguments, stdout=second)
    before, after = json.loads(first.getvalue()), json.loads(second.getvalue())
    moved = [d for r, placed in before.items() for d, g in placed.items() if after[r][d] != g]
    assert len(moved) <= 2


def test_conflict_is_printed_with_exit_3(tmp_path: Path) -> None:
    data = plain(4, 2)
    data["rules"] = [rule("together", "d0", "d1"), rule("apart", "d0", "d1")]
    out = io.StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("solve_breakouts", write(tmp_path / "instance.json", data), stdout=out)
    assert caught.value.code == 3
    assert json.loads(out.getvalue()) == {"conflict": ["together-d0-d1", "apart-d0-d1"]}


def test_fault_is_named_with_exit_2(tmp_path: Path) -> None:
    data = plain(4, 2)
    data["rounds"][0]["rooms"][1]["max"] = "many"
    with pytest.raises(CommandError, match=r"^rounds\[0\]\.rooms\[1\]\.max: ") as caught:
        call_command("solve_breakouts", write(tmp_path / "instance.json", data))
    assert caught.value.returncode == 2


def test_what_is_not_json_or_not_there(tmp_path: Path) -> None:
    broken = tmp_path / "instance.json"
    broken.write_bytes(b"\xff{")
    with pytest.raises(CommandError, match="is not JSON") as caught:
        call_command("solve_breakouts", str(broken))
    assert caught.value.returncode == 2
    with pytest.raises(CommandError, match="No such file"):
        call_command("solve_breakouts", str(tmp_path / "other.json"))
