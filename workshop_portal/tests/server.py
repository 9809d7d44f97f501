"""The product as a user starts it: `./run` as a process of its own, in a folder of its own.

`python -m workshop_portal.tests.server CLONE` starts a clone from nothing, follows the secretariat's link
to a page, and prints the seconds of each step.
"""

import http.cookiejar
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
PASSED_ON = ("PATH", "HOME", "LANG", "PIP_CONFIG_FILE", "PIP_CERT", "PIP_DEFAULT_TIMEOUT")
LINK = re.compile(r"^  (\w[\w ]*?) +(https?://\S+)$")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def clean_environment(**added: str) -> dict[str, str]:
    """What a fresh login shell has: nothing of the suite's own settings, no services."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, **added}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Visitor:
    """A browser without a screen: cookies, redirects, forms."""

    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def open(self, url: str, data: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, final address and body; with data a POST."""
        status, final, body = self.read(url, data)
        return status, final, body.decode()

    def read(self, url: str, data: dict[str, str] | None = None) -> tuple[int, str, bytes]:
        """As `open`, the body as it came."""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        content = urllib.parse.urlencode(data).encode() if data is not None else None
        request = urllib.request.Request(url, content, {"Referer": url})  # noqa: S310 http only
        try:
            with opener.open(request, timeout=30) as answer:
                return answer.status, answer.url, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.url or url, error.read()

    def sign_in(self, link: str) -> tuple[int, str, str]:
        """Follow a one-time link: look at the page, press its button."""
        status, url, body = self.open(link)
        token = TOKEN.search(body)
        assert status == 200, f"{status} at {link}"
        assert token, body
        return self.open(url, {"csrfmiddlewaretoken": token[1]})


@dataclass
class Server:
    """A running `./run`."""

    process: subprocess.Popen[str]
    env: dict[str, str]
    folder: Path
    url: str = ""
    links: dict[str, str] = field(default_factory=dict)

    def read_start(self) -> "Server":
        """Read what it prints until it is ready: its address and the links."""
        assert self.process.stdout
        for line in self.process.stdout:
            if " runs at " in line:
                self.url = line.split(" runs at ")[1].split()[0]
            if match := LINK.match(line.rstrip()):
                self.links[match[1]] = match[2]
            if line.startswith("Another link"):
                return self
        raise AssertionError(f"./run ended with {self.process.wait()} before it was ready")

    def children(self) -> dict[str, int]:
        """Name to process id of web, worker, exports and beat."""
        listed = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            check=False,
            capture_output=True,
            text=True,
        ).stdout
        names = {
            "gunicorn": "web",
            "--queues default": "worker",
            "--queues exports": "exports",
            " beat ": "beat",
        }
        return {
            name: int(line.split()[0])
            for line in listed.splitlines()
            for word, name in names.items()
            if word in line
        }

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Another `./run` verb beside the running server."""
        return subprocess.run(
            [str(self.folder / "run"), *args],
            env=self.env,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def interrupt(self) -> float:
        """Press Ctrl-C; the seconds until it has ended."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)
        return time.monotonic() - started


@contextmanager
def start(*args: str, folder: Path = ROOT, **env: str) -> Iterator[Server]:
    """Start `./run` with only these variables set; it is stopped at the end."""
    environment = clean_environment(**env)
    process = subprocess.Popen(
        [str(folder / "run"), *args],
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    server = Server(process, environment, folder)
    try:
        yield server.read_start()
    finally:
        if process.poll() is None:
            server.interrupt()
        if process.stdout:
            process.stdout.close()


@contextmanager
def database(server_url: str) -> Iterator[str]:
    """A new PostgreSQL database, gone at the end."""
    name = f"portal_{secrets.token_hex(6)}"
    with closing(psycopg2.connect(server_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield urllib.parse.urlsplit(server_url)._replace(path=f"/{name}").geturl()
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main(clone: Path) -> None:
    """Start twice: once with nothing installed, once more."""
    began = began_first = time.monotonic()
    with start(folder=clone, PORT=str(free_port())) as server:
        first = time.monotonic() - began
        status, url, body = Visitor().sign_in(server.links["secretariat"])
        page = time.monotonic() - began
        assert status == 200, f"{status} at {url}: {body[:500]}"
        assert "/sign-in/" not in url, f"still at {url}"
        report = clone / "var" / "report.pdf"
        made = server.run(
            "manage", "export_edition", "--latest", "--format", "pdf", "--out", str(report)
        )
        assert made.returncode == 0, made.stderr
        exported = time.monotonic() - began_first
        stopped = server.interrupt()
    began = time.monotonic()
    with start(folder=clone, PORT=str(free_port())):
        second = time.monotonic() - began
    print(  # noqa: T201 a command's answer
        f"first start {first:.1f} s, secretariat's page {page:.1f} s ({url}), "
        f"report as PDF ({report.stat().st_size} bytes) {exported:.1f} s, "
        f"stopped in {stopped:.1f} s, second start {second:.1f} s"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
