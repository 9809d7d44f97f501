"""200 reminders, a real worker killed with SIGKILL five times, a real SMTP server: nothing may be lost.

The server records a mail and only then, slowly, says 250: a worker that dies in between sends it again.
"""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from workshop_portal.tests.server import database, free_port

pytestmark = [pytest.mark.services, pytest.mark.slow]

REMINDERS = 200
KILL_AT = (30, 65, 100, 135, 170)
EMPTY_BROKER_AT = 50
PROCESSES = 2
ROOT = Path(__file__).parents[2]


class SlowSink:
    """Records who got which Message-ID, waits 30 ms, then accepts."""

    def __init__(self) -> None:
        self.got: dict[str, list[str]] = defaultdict(list)
        self.total = 0
        self.arrival = threading.Condition()

    async def handle_DATA(  # noqa: N802 aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        lines = (envelope.original_content or b"").decode().splitlines()
        identity = next(line for line in lines if line.startswith("Message-ID:"))
        with self.arrival:
            self.got[envelope.rcpt_tos[0]].append(identity)
            self.total += 1
            self.arrival.notify_all()
        await asyncio.sleep(0.03)
        return "250 OK"

    def wait_for(self, number: int, *, people: bool = False) -> None:
        """Until that many mails, or people with a mail, are there."""
        with self.arrival:
            done = self.arrival.wait_for(
                lambda: (len(self.got) if people else self.total) >= number, timeout=60
            )
        assert done, f"{self.total} mails to {len(self.got)} people, then silence"


class Worker:
    """Celery worker and beat in one process group, which is killed as a whole."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment = environment
        self.folder = folder
        self.starts = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.starts += 1
        command = [sys.executable, "-m", "celery", "-A", "workshop_portal.tests.short_lease_worker"]
        command += ["worker", "-B", "-s", str(self.folder / "schedule"), "-c", str(PROCESSES)]
        command += ["--without-mingle", "--without-gossip", "-l", "WARNING"]
        log = (self.folder / f"worker-{self.starts}.log").open("wb")
        with closing(log):
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def state(self) -> str:
        """Whether it runs, and the end of what it wrote: why nothing more arrived."""
        ended = self.process.poll() if self.process else "killed"
        written = (self.folder / f"worker-{self.starts}.log").read_text()[-3000:]
        return f"start {self.starts}, exit code {ended}:\n{written}"


def run_with_kills(
    environment: dict[str, str],
    folder: Path,
    query: Callable[[str], list[Any]],
    empty_broker: Callable[[], None] | None,
) -> dict[str, Any]:
    """Plan, kill five times, wait for the end; the figures."""
    sink = SlowSink()
    port = free_port()
    server = Controller(sink, hostname="127.0.0.1", port=port)
    environment = {
        **os.environ,
        **environment,
        "DJANGO_SETTINGS_MODULE": "workshop_portal.settings",
        "VAR_DIR": str(folder / "var"),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "SITE_URL": "http://localhost:8000",
        "PYTHONPATH": str(ROOT),
    }
    script(environment, "manage.py", "migrate", "-v0")
    script(environment, "-m", "workshop_portal.tests.short_lease_worker", str(REMINDERS))
    worker = Worker(environment, folder)
    server.start()
    started = time.monotonic()
    try:
        worker.start()
        for kill_at in KILL_AT:
            if empty_broker and kill_at > EMPTY_BROKER_AT:
                sink.wait_for(EMPTY_BROKER_AT)
                empty_broker()
                empty_broker = None
            sink.wait_for(kill_at)
            worker.kill()
            worker.start()
        sink.wait_for(REMINDERS, people=True)
        arrived = time.monotonic() - started
        until_done(query)
    except AssertionError as failure:
        failure.add_note(worker.state())
        raise
    finally:
        worker.kill()
        server.stop()
    return {
        "sink": sink,
        "rows": dict(query("select message_id, status from mail_outgoingmail")),
        "in doubt": query("select count(*) from mail_outgoingmail where claims_lost > 0")[0][0],
        "kills": worker.starts - 1,
        "seconds": round(arrived, 1),
    }


def check_and_print(title: str, figures: dict[str, Any], capsys: Any) -> None:
    sink: SlowSink = figures["sink"]
    repeats = sink.total - REMINDERS
    with capsys.disabled():
        print(  # noqa: T201 the figures are asked for
            f"\n{title}: {len(sink.got)} of {REMINDERS} arrived after {figures['kills']} kills, "
            f"{repeats} twice, {figures['in doubt']} rows in doubt, {figures['seconds']} s"
        )
    assert figures["kills"] == 5
    assert set(sink.got) == {f"person{n}@example.org" for n in range(REMINDERS)}
    assert set(figures["rows"].values()) == {"done"}
    assert len(figures["rows"]) == REMINDERS
    assert all(len(set(identities)) == 1 for identities in sink.got.values())
    sent = {identities[0].split(": ")[1] for identities in sink.got.values()}
    assert sent == set(figures["rows"])
    assert 0 <= repeats <= figures["kills"] * PROCESSES


def test_sqlite_and_filesystem_broker(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "kills.sqlite3"

    def query(statement: str) -> list[Any]:
        with closing(sqlite3.connect(path, timeout=20)) as connection:
            return connection.execute(statement).fetchall()

    environment = {"DATABASE_URL": f"sqlite:///{path}", "REDIS_URL": ""}
    figures = run_with_kills(environment, tmp_path, query, None)
    check_and_print("SQLite, filesystem broker", figures, capsys)


def test_postgresql_and_redis_emptied_once(tmp_path: Path, services: Any, capsys: Any) -> None:
    broker = redis.Redis.from_url(services.redis)
    emptied: list[int] = []

    def empty_broker() -> None:
        emptied.append(broker.dbsize())
        broker.flushdb()

    broker.flushdb()
    with database(services.postgres) as url:

        def query(statement: str) -> list[Any]:
            with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall())

        environment = {"DATABASE_URL": url, "REDIS_URL": services.redis}
        figures = run_with_kills(environment, tmp_path, query, empty_broker)
    broker.flushdb()
    check_and_print(f"PostgreSQL, Redis emptied of {emptied} keys", figures, capsys)
    assert len(emptied) == 1


def until_done(query: Callable[[str], list[Any]]) -> None:
    deadline = time.monotonic() + 30
    while query("select count(*) from mail_outgoingmail where status <> 'done'")[0][0]:
        assert time.monotonic() < deadline, "some rows are not done"
        time.sleep(0.3)


def script(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True)
