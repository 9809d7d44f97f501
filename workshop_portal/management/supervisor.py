"""Keeps the embedded mode's processes alive: web, workers, beat. Standard library only, knows no Django.

Each child leads its own process group, so that a Ctrl-C in the terminal reaches the supervisor alone and a
child is always ended with all its own children (a worker's pool, gunicorn's workers).
"""

import ctypes
import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any

STOP_GRACE = 1.2
"""Seconds a child has to end by itself. What it leaves undone is a row that is claimed again."""
FIRST_ALONE = 5.0
"""Seconds at most that the first child has the processor for itself, so that a page comes sooner."""
BACK_OFF_CAP = 30.0
STEADY = 60.0
"""Seconds after which an earlier fall no longer counts."""


class AlreadyRunningError(Exception):
    """Another supervisor holds the folder. Its words say where it answers."""


class NoPortError(Exception):
    """Every port tried is taken."""


@dataclass
class Child:
    """A process to be kept alive, and what is known of it."""

    name: str
    command: Sequence[str]
    sockets: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    falls: int = 0
    start_again_at: float = 0.0


@dataclass
class Supervisor:
    """Starts the children, brings back what falls, ends all of them on SIGINT, SIGTERM and SIGHUP.

    The first child goes ahead; the others follow when it is ready. Under `nohup` SIGHUP stays ignored.
    """

    children: list[Child]
    folder: Path
    """Where each child's output goes, as `<name>.log`; the last run's is kept as `<name>.log.1`."""
    env: dict[str, str]
    directory: Path
    say: Callable[[str], None]
    stopping: bool = field(default=False, init=False)

    def start(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._ask_to_stop)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for child in self.children:
            log = self._log(child)
            if log.exists():
                log.replace(log.with_suffix(".log.1"))
            child.start_again_at = time.monotonic() + FIRST_ALONE
        self._start(self.children[0])

    def watch(self, *, ready: Callable[[], bool], announce: Callable[[], None]) -> None:
        """Announce once, when ready. Return when asked to stop, after every child has ended."""
        announced = False
        try:
            while not self.stopping:
                for child in self.children:
                    self._look_after(child)
                if not announced and ready():
                    announced = True
                    announce()
                    self._hurry()
                time.sleep(0.1)
        finally:
            self.stop()

    def stop(self) -> None:
        running = [child.process for child in self.children if child.process]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_GRACE
        while time.monotonic() < deadline and any(process.poll() is None for process in running):
            time.sleep(0.02)
        for process in running:
            _signal_group(process, signal.SIGKILL)
            process.wait()

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _hurry(self) -> None:
        for child in self.children:
            child.start_again_at = 0.0

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.start_again_at:
                self._start(child)
            return
        code = child.process.poll()
        if code is None:
            return
        _signal_group(child.process, signal.SIGKILL)  # what it leaves behind would work twice
        child.falls = 1 if now - child.started > STEADY else child.falls + 1
        wait = min(0.5 * 2 ** (child.falls - 1), BACK_OFF_CAP)
        child.process, child.start_again_at = None, now + wait
        self.say(f"{child.name} ended ({_cause(code)}); it starts again in {wait:g} s.")
        if child.falls == 3:
            self.say(f"The end of {self._log(child)}:\n{self._tail(child)}")

    def _start(self, child: Child) -> None:
        with self._log(child).open("ab") as log:
            child.process = subprocess.Popen(  # noqa: S603 our own command lines
                child.command,
                cwd=self.directory,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=child.sockets,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 no threads here
            )
        child.started = time.monotonic()

    def _tail(self, child: Child, lines: int = 15) -> str:
        return "\n".join(self._log(child).read_text(errors="replace").splitlines()[-lines:])

    def _log(self, child: Child) -> Path:
        return self.folder / f"{child.name}.log"


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _cause(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"


def _end_with_parent() -> None:
    """Ask Linux to end this process when the supervisor dies without a chance to do it."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def take_folder(var: Path) -> IO[str]:
    """Hold `var/serve.lock` for the life of the returned file. Raises: AlreadyRunningError."""
    lock = (var / "serve.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        where = read_state(var).get("url")
        raise AlreadyRunningError(
            f"It runs already, at {where}" if where else "It is being started already."
        ) from None
    return lock


def is_running(var: Path) -> bool:
    """Whether a supervisor holds the folder."""
    try:
        take_folder(var).close()
    except AlreadyRunningError:
        return True
    return False


def write_state(var: Path, state: dict[str, Any]) -> None:
    """Tell other commands where the server answers, in `var/serve.json`."""
    draft = var / "serve.json.new"
    draft.write_text(json.dumps(state))
    draft.replace(var / "serve.json")


def read_state(var: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads((var / "serve.json").read_text())
    except (OSError, ValueError):
        return {}
    return state


def open_port(host: str, first: int, tries: int = 20) -> socket.socket:
    """A listening socket on the first free port from `first` on. Raises: NoPortError."""
    for port in range(first, first + tries):
        if _answers(host, port):
            continue
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            listener.close()
            continue
        listener.listen(256)
        return listener
    raise NoPortError(f"Ports {first} to {first + tries - 1} are taken.")


def _answers(host: str, port: int) -> bool:
    """Whether somebody listens there: macOS lets two bind to one port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


def is_healthy(host: str, port: int) -> bool:
    """Whether the web server answers on `/healthz`."""
    connection = http.client.HTTPConnection(host, port, timeout=0.5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
