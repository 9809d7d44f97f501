"""`./run`: prepare the database, keep web, workers and beat running, print where to sign in."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.urls import reverse

from workshop_portal.env import BASE_DIR, local_hosts
from workshop_portal.management import supervisor
from workshop_portal.management.first_start import (
    appoint_first_secretariat,
    is_unused,
    prepare_database,
)
from workshop_portal.management.personas import personas, sign_in_link

WEB = (
    "-m gunicorn workshop_portal.wsgi --workers 2 --worker-class gthread --threads 4 "
    "--keep-alive 1 --graceful-timeout 1 --no-control-socket --preload"
)
"""Threads, since no proxy stands before this server: two idle connections, such as a browser opens ahead of
need, stop two sync workers for 30 s. A line is kept for less than the two seconds between two polls: kept for
longer, all those of a meeting stay with one of the two, and a request meets a line that is just being closed."""
WORKER = (
    "-m celery -A workshop_portal worker --loglevel INFO "
    "--without-gossip --without-mingle --without-heartbeat"
)
WORKERS = {
    "worker": "--queues default --concurrency 2",
    "exports": "--queues exports --concurrency 1 --hostname exports@%h",
}
"""One export at a time: a large PDF takes 900 MB, and mail and plans do not wait behind it."""
BEAT = "-m celery -A workshop_portal beat --loglevel WARNING --pidfile="


class Command(BaseCommand):
    help = "Starts web, workers and beat under one supervisor."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--empty", action="store_true", help="start without the demo")
        parser.add_argument(
            "--secretariat", metavar="EMAIL", help="the first address, with --empty"
        )
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 opens it to the network")
        parser.add_argument(
            "--prepare-only", action="store_true", help="migrate and stop, without the demo"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["prepare_only"]:
            prepare_database(self._say)
            return
        var: Path = settings.VAR_DIR
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            lock = supervisor.take_folder(var)
            listener = supervisor.open_port(options["host"], options["port"])
        except supervisor.AlreadyRunningError as error:
            self.stdout.write(str(error))
            return
        except supervisor.NoPortError as error:
            raise CommandError(str(error)) from error
        with lock, listener:
            port = listener.getsockname()[1]
            url = os.environ.get("SITE_URL") or f"http://localhost:{port}"
            settings.SITE_URL = url  # known only now; links are made with it
            os.environ["PORT"] = str(port)
            os.environ.setdefault("ALLOWED_HOSTS", _answered(options["host"]))
            supervisor.write_state(var, {"port": port, "url": url, "pid": os.getpid()})
            self._prepare(options)
            self._watch(listener.fileno(), port, url, options)
        self.stdout.write("Stopped.")

    def _prepare(self, options: dict[str, Any]) -> None:
        prepare_database(self._say)
        if options["secretariat"] or (options["empty"] and is_unused()):
            appoint_first_secretariat(options["secretariat"] or self._ask_for_address())
        elif is_unused() and "demo" in get_commands():
            self._say("Loading the demo (once) ...")
            call_command("demo", stdout=self.stderr)
        connection.close()

    def _watch(self, listener: int, port: int, url: str, options: dict[str, Any]) -> None:
        var: Path = settings.VAR_DIR
        keeper = supervisor.Supervisor(
            children=_children(listener, var),
            folder=var / "log",
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            directory=BASE_DIR,
            say=self._say,
        )
        keeper.start()
        keeper.watch(
            ready=lambda: supervisor.is_healthy(options["host"], port),
            announce=lambda: self._announce(url),
        )

    def _announce(self, url: str) -> None:
        self.stdout.write(f"\nWorkshop Portal runs at {url}    Ctrl-C stops it.\n")
        people = personas() if settings.EMBEDDED else []
        if people:
            self.stdout.write("\nSign in as (each link once, within the hour):")
        elif settings.EMBEDDED:
            self.stdout.write("\nNobody has an account yet: ./run --empty --secretariat EMAIL")
        for label, user, path in people:
            self.stdout.write(f"  {label:12} {sign_in_link(user, path)}")
        if settings.EMBEDDED:
            self.stdout.write(f"\nMail it sends can be read at {url}{reverse('mail:folder-list')}")
        self.stdout.write("Another link: ./run login EMAIL    State: ./run doctor\n")
        self.stdout.flush()
        connection.close()

    def _ask_for_address(self) -> str:
        if not sys.stdin.isatty():
            raise CommandError("Say who runs it: ./run --empty --secretariat EMAIL")
        self.stdout.write("E-mail address of the first person of the secretariat: ", ending="")
        self.stdout.flush()
        return sys.stdin.readline().strip()

    def _say(self, text: str) -> None:
        self.stderr.write(text)


def _answered(host: str) -> str:
    """The host names that the web server answers when it listens at `host`: all, where it listens everywhere."""
    if host in {"0.0.0.0", ""}:  # noqa: S104 compared, not bound
        return "*"
    return ",".join(local_hosts(settings.SITE_URL, f"//{host}"))


def _children(listener: int, var: Path) -> list[supervisor.Child]:
    python = [sys.executable]
    bind = ["--bind", f"fd://{listener}"]
    return [
        supervisor.Child("web", [*python, *WEB.split(), *bind], sockets=[listener]),
        *(
            supervisor.Child(name, [*python, *WORKER.split(), *options.split()])
            for name, options in WORKERS.items()
        ),
        supervisor.Child("beat", [*python, *BEAT.split(), "--schedule", str(var / "beat")]),
    ]
