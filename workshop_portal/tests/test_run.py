"""`./run` as its user meets it. Limits of time are those of a busy machine, not the product's goals."""

import http.client
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from workshop_portal.tests.server import (
    ROOT,
    Server,
    Visitor,
    clean_environment,
    database,
    free_port,
    start,
)

pytestmark = pytest.mark.slow
FIRST = "ann@secretariat.example"
NOT_AGAIN = pytest.mark.skipif(
    "DATABASE_URL" in os.environ,
    reason="the portal starts with nothing of this environment: the run on SQLite tries it",
)
INSTALLED = (ROOT / ".venv" / "bin" / "python").exists()


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    if not INSTALLED:
        pytest.skip("no .venv beside ./run: the suite runs in another environment")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    var = tmp_path_factory.mktemp("started") / "var"
    options = {"VAR_DIR": str(var), "PORT": str(free_port())}
    with start("--empty", "--secretariat", FIRST, **options) as running:
        yield running


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a portal that was started and stopped, with a letter in it."""
    folder = tmp_path_factory.mktemp("stopped") / "var"
    env = {"VAR_DIR": str(folder)}
    with start("--empty", "--secretariat", FIRST, PORT=str(free_port()), **env):
        pass
    media = folder / "media" / "letters"
    media.mkdir(parents=True)
    (media / "one.pdf").write_bytes(b"%PDF-1.7 a letter")
    return folder


def until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def run(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "run"), *args],
        env=clean_environment(**env),
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )


def status_of(port: int, host: str, path: str) -> int:
    """What this machine is answered under a name."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status
    finally:
        connection.close()


@NOT_AGAIN
class TestStart:
    def test_only_names_of_this_machine_are_answered(self, server: Server) -> None:
        port = urlsplit(server.url).port or 0
        names = ("127.0.0.1", "localhost", "evil.example")
        assert [status_of(port, name, "/accounts/login/") for name in names] == [200, 200, 400]
        assert status_of(port, "evil.example", "/healthz") == 200

    def test_the_printed_link_opens_the_portal_once(self, server: Server) -> None:
        link = server.links["secretariat"]
        status, url, _body = Visitor().sign_in(link)
        assert (status, urlsplit(url).path) == (200, "/")
        assert Visitor().open(link)[0] == 410

    def test_it_is_ready(self, server: Server) -> None:
        status, _url, body = Visitor().open(f"{server.url}/readyz")
        assert (status, set(json.loads(body).values())) == (200, {"ok"})

    def test_a_second_start_says_where_it_runs(self, server: Server) -> None:
        second = server.run()
        assert (second.returncode, second.stdout) == (0, f"It runs already, at {server.url}\n")

    def test_only_its_owner_looks_into_the_folder(self, server: Server) -> None:
        assert Path(server.env["VAR_DIR"]).stat().st_mode & 0o777 == 0o700

    def test_login_prints_a_link_to_the_running_server(self, server: Server) -> None:
        answer = server.run("login", FIRST)
        assert answer.returncode == 0
        assert answer.stdout.startswith(f"{server.url}/")
        assert Visitor().sign_in(answer.stdout.strip())[0] == 200

    def test_login_of_nobody_says_so(self, server: Server) -> None:
        answer = server.run("login", "nobody@else.example")
        assert (answer.returncode, answer.stdout) == (1, "")
        assert "Nobody here has the address nobody@else.example" in answer.stderr

    def test_doctor_finds_nothing_broken(self, server: Server) -> None:
        answer = server.run("doctor")
        assert (answer.returncode, "BAD" in answer.stdout) == (0, False), answer.stdout

    def test_what_must_hold_holds(self, server: Server) -> None:
        answer = server.run("manage", "check_invariants")
        assert answer.returncode == 0, answer.stdout

    @pytest.mark.parametrize("name", ["web", "worker", "exports", "beat"])
    def test_a_killed_child_comes_back(self, server: Server, name: str) -> None:
        assert until(lambda: set(server.children()) == {"web", "worker", "exports", "beat"})
        killed = server.children()[name]
        os.kill(killed, signal.SIGKILL)
        assert until(lambda: server.children().get(name, killed) != killed)
        assert Visitor().open(f"{server.url}/healthz")[0] == 200

    def test_idle_connections_do_not_stop_it(self, server: Server) -> None:
        """A browser opens connections ahead of need."""
        address = ("127.0.0.1", urlsplit(server.url).port or 80)
        idle = [socket.create_connection(address) for _ in range(6)]
        try:
            assert Visitor().open(f"{server.url}/healthz")[0] == 200
        finally:
            for connection in idle:
                connection.close()


@NOT_AGAIN
class TestOtherStarts:
    def test_takes_the_next_port_and_ends_with_its_children(self, tmp_path: Path) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            options = {"VAR_DIR": str(tmp_path), "PORT": str(port)}
            with start("--empty", "--secretariat", FIRST, **options) as server:
                found = urlsplit(server.url).port or 0
                assert port < found < port + 20
                assert until(lambda: set(server.children()) == {"web", "worker", "exports", "beat"})
                children = server.children().values()
                assert server.interrupt() < 10
                assert server.process.returncode == 0
                assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []

    def test_open_to_the_network_it_answers_every_name_but_keeps_its_mailbox(
        self, tmp_path: Path
    ) -> None:
        options = {"VAR_DIR": str(tmp_path), "PORT": str(free_port())}
        with start("--empty", "--secretariat", FIRST, "--host", "0.0.0.0", **options) as server:  # noqa: S104 that is tried
            port = urlsplit(server.url).port or 0
            asked = [("portal.example", "/accounts/login/"), ("portal.example", "/dev/mail/")]
            asked += [("localhost", "/dev/mail/")]
            assert [status_of(port, host, path) for host, path in asked] == [200, 404, 200]

    def test_empty_without_a_terminal_asks_for_the_address(self, tmp_path: Path) -> None:
        answer = run("--empty", VAR_DIR=str(tmp_path), PORT=str(free_port()))
        assert answer.returncode == 1
        assert "./run --empty --secretariat EMAIL" in answer.stderr

    def test_a_bad_address_is_refused_in_words(self, tmp_path: Path) -> None:
        options = {"VAR_DIR": str(tmp_path), "PORT": str(free_port())}
        answer = run("--empty", "--secretariat", "ann", **options)
        assert answer.returncode == 1
        assert "'ann' is not an e-mail address." in answer.stderr

    def test_manage_prints_only_the_answer(self, tmp_path: Path) -> None:
        answer = run("manage", "diffsettings", "--default", "x", VAR_DIR=str(tmp_path))
        assert answer.returncode != 0
        answer = run("manage", "version", VAR_DIR=str(tmp_path))
        assert (answer.returncode, answer.stdout.count("\n"), answer.stdout[:2]) == (0, 1, "5.")

    def test_an_unknown_verb_lists_the_known_ones(self) -> None:
        answer = run("fly")
        assert (answer.returncode, answer.stdout) == (1, "")
        assert "./run check" in answer.stderr


@NOT_AGAIN
class TestBackup:
    """A round trip on SQLite: `./run` in two folders."""

    @pytest.fixture
    def here(self, stopped: Path, tmp_path: Path) -> dict[str, str]:
        return {"VAR_DIR": str(shutil.copytree(stopped, tmp_path / "here"))}

    def test_comes_back_whole_elsewhere(self, here: dict[str, str], tmp_path: Path) -> None:
        file = tmp_path / "kept" / "backup.tar.gz"
        assert run("backup", str(file), **here).returncode == 0
        there = {"VAR_DIR": str(tmp_path / "there")}
        answer = run("restore", str(file), **there)
        assert answer.returncode == 0, answer.stderr
        assert (tmp_path / "there" / "media" / "letters" / "one.pdf").read_bytes()[:4] == b"%PDF"
        assert run("login", FIRST, **there).stdout.startswith("http://localhost:")

    def test_what_is_in_use_is_replaced_only_when_asked_and_kept_aside(
        self, here: dict[str, str], tmp_path: Path
    ) -> None:
        file = tmp_path / "backup.tar.gz"
        assert run("backup", str(file), **here).returncode == 0
        refused = run("restore", str(file), **here)
        assert (refused.returncode, "--replace" in refused.stderr) == (1, True)
        assert run("restore", "--replace", str(file), **here).returncode == 0
        kept = list((tmp_path / "here").glob("before-restore-*"))
        assert len(kept) == 1
        assert (kept[0] / "db.sqlite3").exists()
        assert (kept[0] / "media" / "letters" / "one.pdf").exists()

    def test_a_damaged_file_changes_nothing(self, here: dict[str, str], tmp_path: Path) -> None:
        file = tmp_path / "backup.tar.gz"
        assert run("backup", str(file), **here).returncode == 0
        cut, swapped = tmp_path / "cut.tar.gz", tmp_path / "swapped.tar.gz"
        cut.write_bytes(file.read_bytes()[:-2000])
        _swap(file, swapped, "media/letters/one.pdf", b"%PDF-1.7 another letter")
        there = {"VAR_DIR": str(tmp_path / "there")}
        answers = [run("restore", str(bad), **there) for bad in (cut, swapped)]
        assert [answer.returncode for answer in answers] == [1, 1]
        assert "is no backup that can be read" in answers[0].stderr
        assert "is damaged: media/letters/one.pdf" in answers[1].stderr
        assert not (tmp_path / "there" / "db.sqlite3").exists()

    def test_what_fails_in_the_middle_names_where_the_former_state_is(
        self, here: dict[str, str], tmp_path: Path
    ) -> None:
        file, wrong = tmp_path / "backup.tar.gz", tmp_path / "wrong.tar.gz"
        assert run("backup", str(file), **here).returncode == 0
        with tarfile.open(file) as archive:
            manifest = json.load(archive.extractfile("manifest.json") or io.BytesIO())
        manifest["rows"]["accounts_user"] += 1
        _swap(file, wrong, "manifest.json", json.dumps(manifest).encode())
        answer = run("restore", "--replace", str(wrong), **here)
        [kept] = (tmp_path / "here").glob("before-restore-*")
        assert answer.returncode == 1
        assert "rows differ in accounts_user." in answer.stderr
        assert f"What was here before is in {kept}." in answer.stderr
        assert (kept / "db.sqlite3").exists()

    def test_an_existing_file_is_not_overwritten(
        self, here: dict[str, str], tmp_path: Path
    ) -> None:
        file = tmp_path / "backup.tar.gz"
        file.write_text("mine")
        answer = run("backup", str(file), **here)
        assert (answer.returncode, file.read_text()) == (1, "mine")


def _swap(source: Path, target: Path, name: str, content: bytes) -> None:
    """Copy the archive with other bytes in one of its files."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old:
            kept = old.extractfile(member)
            assert kept
            data = content if member.name == name else kept.read()
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))


@pytest.mark.services
def test_runs_on_postgresql_and_redis_and_comes_back_from_a_backup(
    services: Any, tmp_path: Path
) -> None:
    """The same start with DATABASE_URL and REDIS_URL."""
    with database(services.postgres) as url:
        env = {"VAR_DIR": str(tmp_path / "var"), "DATABASE_URL": url, "REDIS_URL": services.redis}
        with start("--empty", "--secretariat", FIRST, PORT=str(free_port()), **env) as server:
            assert Visitor().sign_in(server.links["secretariat"])[0] == 200
            doctor = server.run("doctor")
            assert ("PostgreSQL" in doctor.stdout, doctor.returncode) == (True, 0), doctor.stdout
            assert until(lambda: set(server.children()) == {"web", "worker", "exports", "beat"})
        file = tmp_path / "backup.tar.gz"
        kept = run("backup", str(file), **env)
        assert kept.returncode == 0, kept.stderr
        refused = run(
            "restore", "--replace", str(file), **env, PATH=_path_without_restore(tmp_path)
        )
        assert (refused.returncode, "pg_restore is missing" in refused.stderr) == (1, True)
        assert list((tmp_path / "var").glob("before-restore-*")) == []
        assert run("login", FIRST, **env).returncode == 0
        answer = run("restore", "--replace", str(file), **env)
        assert answer.returncode == 0, answer.stderr
        assert run("login", FIRST, **env).stdout.startswith("http://localhost:")


def _path_without_restore(folder: Path) -> str:
    programs = folder / "programs"
    programs.mkdir()
    (programs / "python3").symlink_to(Path(sys.executable).resolve())
    (programs / "pg_dump").symlink_to(shutil.which("pg_dump") or "")
    return str(programs)
