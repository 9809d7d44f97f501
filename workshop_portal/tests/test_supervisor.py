"""The supervisor and the signals of its own process."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from workshop_portal.management.supervisor import Child, Supervisor

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in STOPPING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def keeper(tmp_path: Path) -> Supervisor:
    child = Child("nothing", [sys.executable, "-c", "pass"])
    return Supervisor([child], tmp_path / "log", {}, tmp_path, print)


@pytest.mark.parametrize("number", STOPPING)
def test_it_stops_when_asked(keeper: Supervisor, number: signal.Signals) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    keeper.start()
    signal.raise_signal(number)
    keeper.stop()
    assert keeper.stopping


def test_under_nohup_it_goes_on_when_the_terminal_ends(keeper: Supervisor) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    keeper.start()
    signal.raise_signal(signal.SIGHUP)
    keeper.stop()
    assert not keeper.stopping
