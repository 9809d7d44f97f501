"""What every test gets: no network, the browser and the services where they are, and a list of what is not.

Plugins of requirements-dev.txt are used where they are installed: `pytest` works with requirements.txt alone.
"""

import importlib.util
import os
import re
import shutil
import socket
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from workshop_portal.celery import app

try:
    from pytest_socket import socket_allow_hosts
except ImportError:
    socket_allow_hosts = None  # type: ignore[assignment]  # the plugin is not installed

# pytest-playwright keeps an event loop in the main thread, which Django would take for an async view.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ROOT = Path(__file__).parent
OF_DEVELOPMENT = (
    "aiosmtpd",
    "axe_playwright_python",
    "hypothesis",
    "pikepdf",
    "playwright",
    "time_machine",
)
MISSING = [name for name in OF_DEVELOPMENT if importlib.util.find_spec(name) is None]
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
NEVER_LEFT_OUT_IN_CI = ("browser", "services")
TOGETHER = re.compile(
    r"(?P<journeys>/journeys/)"
    r"|(?P<services>_survive_kills\.py|::test_runs_on_postgresql)"
    r"|(?P<crowds>/test_simultaneous_)"
    r"|(?P<starts>::TestStart::|::TestBackup::)"
)
"""What stays in one process: journeys go on where the one before ended, services share one Redis that is emptied
once, two crowds at once are more than the 100 connections that PostgreSQL gives by default, and what looks at a
started portal starts it once."""
ONCE = "test_journeys.py"
"""It looks at each page of the demo, at two widths and in two colour schemes: with services they are the same pages."""
_resolved: dict[str, set[str]] = {}
_left_out: Counter[tuple[str, str]] = Counter()


@dataclass(frozen=True)
class Services:
    """Where PostgreSQL and Redis answer. The tests make their own databases there."""

    postgres: str
    redis: str


@pytest.fixture(scope="session")
def services() -> Services:
    """PostgreSQL and Redis: the suite's own, or those that answer on this machine."""
    found = find_services()
    if isinstance(found, str):
        pytest.skip(found)
    return found


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium (Debian: apt install chromium)")
    return path


@pytest.fixture(scope="session")
def office() -> str:
    """The path of LibreOffice's `soffice`."""
    path = shutil.which("soffice")
    if path is None:
        pytest.skip("no LibreOffice (Debian: apt install libreoffice-writer)")
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], chromium: str
) -> dict[str, Any]:
    """pytest-playwright with the system's Chromium, which refuses its sandbox to root."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": chromium, "args": as_root}


@pytest.fixture(scope="session", autouse=True)
def _tasks() -> None:
    """What an act wakes is known whichever file runs alone."""
    app.loader.import_default_modules()


@pytest.fixture
def erasable_record(transactional_db: None) -> Iterator[None]:
    """For tests whose threads commit: after them the record may be emptied, which SQLite's triggers forbid.

    PostgreSQL truncates past them.
    """
    yield
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'audit_entry'"
        )
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'drop trigger "{name}"')
        cursor.execute("delete from audit_entry")
        for _name, sql in triggers:
            cursor.execute(sql)


def find_chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


def find_services() -> Services | str:
    """The services, or why they cannot be used."""
    database = os.environ.get("DATABASE_URL", "")
    postgres = (
        database
        if database.startswith("postgres")
        else os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    )
    redis = (
        os.environ.get("REDIS_URL")
        or os.environ.get("TEST_REDIS_URL")
        or "redis://127.0.0.1:6379/9"
    )
    for name, url, port in (("PostgreSQL", postgres, 5432), ("Redis", redis, 6379)):
        if not _answers(url, port):
            parts = urlsplit(url)
            return f"no {name} at {parts.hostname}:{parts.port or port}"
    return Services(postgres=postgres, redis=redis)


def _answers(url: str, default_port: int) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or default_port), 1).close()
    except OSError:
        return False
    return True


@pytest.fixture(autouse=True)
def _media_of_its_own(settings: Any, tmp_path: Path) -> None:
    """Files that a test stores end with it."""
    settings.MEDIA_ROOT = tmp_path / "media"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out files that import what only requirements-dev.txt brings, where it is not installed.

    What they import from the tests' own helpers counts too. With services `ONCE` is left out as well.
    """
    if collection_path.name == ONCE and "DATABASE_URL" in os.environ:
        _left_out["", f"{ONCE} needs no second database"] += 1
        return True
    if not MISSING or not collection_path.name.startswith("test_"):
        return None
    text = collection_path.read_text()
    for name in re.findall(r"^from ((?:\w+\.)+tests(?:\.\w+)+) import", text, re.MULTILINE):
        helper = ROOT / f"{name.replace('.', '/')}.py"
        text += f"\n{helper.read_text()}" if helper.exists() else ""
    found = re.search(rf"^(?:import|from) ({'|'.join(MISSING)})\b", text, re.MULTILINE)
    if found is None:
        return None
    _left_out["", f"{collection_path.name} needs {found[1]} of requirements-dev.txt"] += 1
    return True


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Only this machine, and the Redis that the suite was told to use, can be reached."""
    if socket_allow_hosts is not None:
        redis = urlsplit(os.environ.get("REDIS_URL", "")).hostname
        hosts = ["127.0.0.1", "::1", "localhost", *([redis] if redis else [])]
        socket_allow_hosts(hosts, allow_unix_socket=True, resolution_cache=_resolved)


def pytest_itemcollected(item: pytest.Item) -> None:
    """What asks for a browser or the services is marked so, whether or not its author thought of it."""
    fixtures = set(getattr(item, "fixturenames", ()))
    if fixtures & {"page", "context", "browser", "chromium"}:
        item.add_marker("browser")
    if "services" in fixtures:
        item.add_marker("services")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Each test goes to whichever process is free, those of `TOGETHER` all to one.

    xdist's own `loadgroup` writes the group into a test's id, which this pytest passes over.
    """
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 needs requirements-dev.txt

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            found = TOGETHER.search(nodeid)
            return str(found.lastgroup) if found else nodeid

    return Scheduling(config, log)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        kind = next((mark for mark in NEVER_LEFT_OUT_IN_CI if mark in report.keywords), "")
        _left_out[kind, reason.removeprefix("Skipped: ")] += 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    if IN_CI and any(kind for kind, _reason in _left_out):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for (kind, reason), number in sorted(_left_out.items()):
        verdict = ", which CI does not allow" if IN_CI and kind else ""
        terminalreporter.write_line(f"left out{verdict}: {number} {kind or 'test'}: {reason}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folder that `settings_test` made, once, by the process that started the suite."""
    made = os.environ.get("VAR_DIR", "")
    prefix = str(Path(tempfile.gettempdir()) / "workshop-portal-test-")
    if made.startswith(prefix) and not hasattr(config, "workerinput"):
        shutil.rmtree(made, ignore_errors=True)
