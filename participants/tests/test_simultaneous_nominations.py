"""32 clients nominate 800 people into 500 seats of 20 administrations, through the real server.

On the database that the suite runs on. The control takes the lock (and the constraint behind it) away.
"""

import http.client
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg2
import pytest
from django.db import connection

from participants.tests.simultaneous_world import ADMINISTRATIONS, SEATS
from workshop_portal.tests.server import clean_environment, free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
CLIENTS = 32
PEOPLE = 800
WORLD = "participants.tests.simultaneous_world"
TOKEN = "t" * 32


def test_nobody_is_lost_and_nothing_overbooked(tmp_path: Path, capsys: Any) -> None:
    with database(tmp_path) as env:
        answers, seconds = nominate_all(env)
        stored = world(env, "count")

    acknowledged = [email for email, status in answers if status == 302]
    with capsys.disabled():
        print(  # noqa: T201 a figure
            f"\n{connection.vendor}: {PEOPLE} nominations by {CLIENTS} clients in {seconds:.1f} s"
        )
    assert [each for each in answers if each[1] != 302] == []
    assert sorted(stored["emails"]) == sorted(acknowledged)
    assert set(map(str, stored["seats"].values())) == {
        str({"taken": SEATS, "seated": SEATS, "waiting": PEOPLE // ADMINISTRATIONS - SEATS})
    }


def test_without_the_lock_it_overbooks(tmp_path: Path) -> None:
    with database(tmp_path, UNLOCKED="1") as env:
        nominate_all(env, PEOPLE // 4)
        stored = world(env, "count")

    over = {code: row["seated"] for code, row in stored["seats"].items() if row["seated"] > SEATS}
    assert over, "the control must fail, or the test above proves nothing"


def nominate_all(env: dict[str, str], people: int = PEOPLE) -> tuple[list[tuple[str, int]], float]:
    """Address and status of each answer, and the seconds it took. Fewer people fill the first administrations."""
    keys: dict[str, str] = world(env, "make", *(["unlocked"] if env.get("UNLOCKED") else []))
    # All of one administration at once, then the next: they meet at its last seat.
    each = PEOPLE // ADMINISTRATIONS
    jobs = [(f"p{n}@people.example", f"A{n // each}") for n in range(people)]
    with server(env) as url, ThreadPoolExecutor(CLIENTS) as pool:
        began = time.monotonic()
        answers = list(pool.map(lambda job: nominate(url, keys[job[1]], *job), jobs))
        return answers, time.monotonic() - began


def nominate(url: str, key: str, email: str, code: str) -> tuple[str, int]:
    data = {
        "csrfmiddlewaretoken": TOKEN,
        "given_name": "Person",
        "family_name": email.partition("@")[0],
        "email": email,
        "role": "delegate",
    }
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"sessionid={key}; csrftoken={TOKEN}",
    }
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=300)) as line:
        line.request("POST", f"/workshops/here/delegations/{code}/", urlencode(data), headers)
        return email, line.getresponse().status


@contextmanager
def server(env: dict[str, str]) -> Iterator[str]:
    """Gunicorn as the product starts it: two processes with four threads each."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "workshop_portal.wsgi", "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--config", f"python:{WORLD}", "--log-level", "warning",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    url = f"http://127.0.0.1:{port}"
    try:
        for _try in range(300):
            try:
                urllib.request.urlopen(f"{url}/healthz", timeout=5).close()  # noqa: S310 ours
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def world(env: dict[str, str], *args: str) -> Any:
    command = [sys.executable, "-m", WORLD, *args]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@contextmanager
def database(tmp_path: Path, **added: str) -> Iterator[dict[str, str]]:
    """The environment of a server with an empty database of the kind that the suite runs on."""
    env = clean_environment(
        VAR_DIR=str(tmp_path),
        SECRET_KEY="only-for-tests-" + "x" * 50,
        DJANGO_SETTINGS_MODULE="workshop_portal.settings",
        **added,
    )
    if connection.vendor != "postgresql":
        yield env
        return
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    name = f"simultaneous_{os.getpid()}"
    with closing(psycopg2.connect(f"{base}/postgres")) as admin:
        admin.autocommit = True
        admin.cursor().execute(f"create database {name}")
        try:
            yield env | {"DATABASE_URL": f"{base}/{name}"}
        finally:
            admin.cursor().execute(f"drop database {name} with (force)")
