"""`./run doctor`: what is installed, what runs, what waits."""

import os
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.timesince import timesince

from workshop_portal.leases import LeasedWork
from workshop_portal.management.supervisor import is_running, read_state

Finding = tuple[str, str, str]
"""State (`ok`, `note` or `BAD`), subject, words."""
PROGRAMS = {
    "chromium": "browser tests",
    "soffice": "the check of DOCX files",
    "pg_dump": "backups of PostgreSQL",
    "uv": "a quick first start",
}
TIGHT = 1 << 30


class Command(BaseCommand):
    help = "Examines this installation. Exit code 1 where something is broken."

    def handle(self, *_args: Any, **_options: Any) -> None:
        bad = False
        for examine in (_versions, _server, _folder, _database, _cache, _work, _programs):
            try:
                found = list(examine())
            except Exception as error:  # noqa: BLE001 the next examination still tells something
                found = [("BAD", examine.__name__.strip("_"), f"{type(error).__name__}: {error}")]
            for state, subject, words in found:
                bad = bad or state == "BAD"
                self.stdout.write(f"{state:5} {subject:12} {words}")
        if bad:
            raise SystemExit(1)


def _versions() -> Iterator[Finding]:
    mode = "embedded" if settings.EMBEDDED else "production"
    yield (
        "ok",
        "versions",
        f"Python {platform.python_version()}, Django {django.__version__}, {mode}",
    )


def _server() -> Iterator[Finding]:
    state = read_state(settings.VAR_DIR)
    if not is_running(settings.VAR_DIR):
        yield "note", "server", "does not run (./run starts it)"
        return
    yield "ok", "server", f"runs at {state.get('url')}, process {state.get('pid')}"


def _folder() -> Iterator[Finding]:
    var: Path = settings.VAR_DIR
    free = shutil.disk_usage(var).free
    yield ("ok" if free > TIGHT else "BAD"), "disk", f"{free / 1e9:.1f} GB free at {var}"
    if os.name == "posix" and var.stat().st_mode & 0o077:
        yield "BAD", "folder", f"others can look into {var} (chmod 700)"


def _database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            version = f"SQLite {cursor.fetchone()[0]}, {settings.DATABASES['default']['NAME']}"
            cursor.execute("PRAGMA quick_check")
            answer = cursor.fetchone()[0]
            if answer != "ok":
                yield "BAD", "database", f"damaged: {answer}"
        else:
            cursor.execute("SHOW server_version")
            version = f"PostgreSQL {cursor.fetchone()[0]}"
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield "ok", "database", version
    if waiting:
        yield "BAD", "migrations", f"{len(waiting)} are not applied (./run manage migrate)"


def _cache() -> Iterator[Finding]:
    caches["limits"].set("doctor", "ok", 10)
    kind = "Redis" if settings.CELERY_BROKER_URL.startswith("redis") else "the embedded ones"
    yield "ok", "cache, queue", kind


def _work() -> Iterator[Finding]:
    """Each kind of work as a row: what waits, since when, what failed."""
    now = timezone.now()
    for model in apps.get_models():
        if not issubclass(model, LeasedWork):
            continue
        counted = dict(
            model.objects.order_by("status").values_list("status").annotate(number=Count("pk"))
        )
        due = model.objects.due(now).aggregate(oldest=Min("due_at"), number=Count("pk"))
        words = ", ".join(f"{number} {status}" for status, number in counted.items()) or "none yet"
        late = due["number"] and (now - due["oldest"]).total_seconds() > 600
        if due["number"]:
            words += f"; {due['number']} due, the oldest for {timesince(due['oldest'], now)}"
        yield ("BAD" if late else "ok"), str(model._meta.verbose_name_plural)[:12], words


def _programs() -> Iterator[Finding]:
    for program, use in PROGRAMS.items():
        path = shutil.which(program)
        yield ("ok", program, path) if path else ("note", program, f"missing: needed for {use}")
