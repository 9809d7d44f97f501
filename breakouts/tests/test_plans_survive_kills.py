"""A worker and a web killed with SIGKILL in the middle of assigning and publishing: one plan, whole, or the one before."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from workshop_portal.tests.server import database, free_port

pytestmark = [pytest.mark.slow, pytest.mark.services]

ROOT = Path(__file__).parents[2]
MODULE = "breakouts.tests.pausing"
PUBLISH = "/workshops/here/breakouts/1/publish/"
PATIENCE = 240
"""Seconds after which a test that hangs is ended."""


class Product:
    """A database and a folder; processes in groups of their own, each killed as a whole."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.mark = folder / "paused"
        self.environment = {
            **os.environ,
            **environment,
            "DJANGO_SETTINGS_MODULE": "workshop_portal.settings",
            "VAR_DIR": str(folder / "var"),
            "SITE_URL": "http://localhost:8000",
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "PYTHONPATH": str(ROOT),
            "PAUSE_MARK": str(self.mark),
        }
        self.starts = 0
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"],
            cwd=ROOT,
            env=self.environment,
            check=True,
        )

    def do(self, act: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", MODULE, act],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
        )
        return json.loads(done.stdout)

    @contextmanager
    def running(self, *command: str, pause_at: str = "") -> Iterator[None]:
        """A process of the product; at the end it is killed, whatever it does."""
        self.starts += 1
        self.mark.unlink(missing_ok=True)
        with (self.folder / f"process-{self.starts}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env={**self.environment, "PAUSE_AT": pause_at},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def worker(self, pause_at: str = "") -> Any:
        schedule = str(self.folder / f"schedule-{self.starts}")
        options = ["-B", "-s", schedule, "-c", "1", "--without-mingle", "--without-gossip"]
        return self.running("celery", "-A", MODULE, "worker", *options, pause_at=pause_at)

    def kill_worker_at(self, point: str) -> None:
        with self.worker(pause_at=point):
            self.wait(self.mark.exists)

    def wait(self, is_there: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not is_there():
            assert time.monotonic() < deadline, sorted(self.folder.glob("process-*.log"))
            time.sleep(0.2)


@pytest.fixture(params=["sqlite", "postgresql"])
def product(request: pytest.FixtureRequest, tmp_path: Path, services: Any) -> Iterator[Product]:
    """Both with the file broker: that Redis forgets is tried by the mails' own test."""
    if request.param == "sqlite":
        yield Product(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'db.sqlite3'}", REDIS_URL="")
        return
    with database(services.postgres) as url:
        yield Product(tmp_path, DATABASE_URL=url, REDIS_URL="")


def test_one_plan_comes_of_each_run_and_one_is_published(product: Product) -> None:
    cookies = product.do("world")["cookies"]

    product.do("assign")
    product.kill_worker_at("in the search")
    product.kill_worker_at("places written")
    assert product.do("look")["plans"] == []
    with product.worker():
        assert product.do("settle")["runs"] == [["done", 1, 2]]
    product.do("assign")
    product.kill_worker_at("before the end")
    with product.worker():
        seen = product.do("settle")
    assert (seen["runs"], seen["plans"]) == (
        [["done", 1, 2], ["done", 2, 1]],
        [[1, 4, False], [2, 4, False]],
    )
    assert seen["entries"] == {
        "breakouts.assignment_requested": 2,
        "breakouts.plan_made": 2,
    }

    publish_killed(product, cookies, seen)
    publish(product, cookies, seen)
    first = product.do("look")
    assert (first["plans"], first["status"], first["mails"]) == (
        [[1, 4, False], [2, 4, True]],
        "published",
        4,
    )

    seen = product.do("swap")
    publish_killed(product, cookies, seen)
    publish(product, cookies, seen)
    last = product.do("look")
    assert (last["plans"], last["mails"]) == (
        [[1, 4, False], [2, 4, False], [3, 4, True]],
        5,
    )
    assert last["entries"]["breakouts.plan_published"] == 2


def publish_killed(product: Product, cookies: dict[str, str], seen: dict[str, Any]) -> None:
    """The web dies when everything is written and nothing committed: all is as it was."""
    port = free_port()
    with product.running(MODULE, "web", str(port), pause_at="published"):
        product.wait(lambda: _answers(port))
        with suppress(OSError):  # nobody answers any more
            _post(port, cookies, seen, timeout=5)
        product.wait(product.mark.exists)
    assert product.do("look") == seen


def publish(product: Product, cookies: dict[str, str], seen: dict[str, Any]) -> None:
    port = free_port()
    with product.running(MODULE, "web", str(port)):
        product.wait(lambda: _answers(port))
        _post(port, cookies, seen, timeout=PATIENCE)


def _post(port: int, cookies: dict[str, str], seen: dict[str, Any], *, timeout: int) -> None:
    token = "a" * 32
    jar = {**cookies, "csrftoken": token}
    [[key, revision]] = seen["latest"]
    data = urlencode({"plan": key, "revision": revision, "confirmed": 1}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{PUBLISH}", data)
    request.add_header("Cookie", "; ".join(f"{name}={value}" for name, value in jar.items()))
    request.add_header("X-CSRFToken", token)
    request.add_header("Host", "localhost")
    with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310 own
        assert answer.status == 200


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
