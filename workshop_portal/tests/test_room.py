"""`./run bench room` on a small scale: its clients lose nothing, and it can see when something goes wrong."""

import os
import re
import subprocess

import pytest

from workshop_portal.tests.server import ROOT, clean_environment

pytestmark = pytest.mark.slow
SERVICES = ("DATABASE_URL", "REDIS_URL")


def bench(*args: str) -> subprocess.CompletedProcess[str]:
    """12 people in 2 groups, a quarter of whose requests are lost, for ten seconds."""
    size = ["--people", "12", "--groups", "2", "--pace", "2", "--drop", "25"]
    services = {name: os.environ[name] for name in SERVICES if name in os.environ}
    return subprocess.run(
        [str(ROOT / "run"), "bench", "room", "0.17", *size, *args],
        env=clean_environment(**services),
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
    )


def figure(words: str, said: str) -> int:
    found = re.search(rf"(\d+) {words}", said)
    assert found, said
    return int(found[1])


@pytest.fixture(autouse=True)
def _installed() -> None:
    if not (ROOT / ".venv" / "bin" / "python").exists():
        pytest.skip("no .venv beside ./run: the suite runs in another environment")


def test_nothing_is_lost_or_doubled_on_a_line_that_loses_requests() -> None:
    done = bench()

    assert done.returncode == 0, done.stdout + done.stderr
    assert figure("acknowledged", done.stdout) == figure("stored", done.stdout) > 10
    assert figure("dropped and sent again", done.stdout) > 0
    wrong = "0 lost, 0 double, 0 of nobody, 0 gaps of sequence, 0 clients with another list"
    assert wrong in done.stdout


def test_without_keys_points_come_twice_and_the_bench_says_so() -> None:
    done = bench("--no-key")

    assert done.returncode == 1, done.stdout + done.stderr
    assert figure("double", done.stdout) > 0
    assert figure("lost", done.stdout) == 0
