"""`/healthz`: this process answers. `/readyz`: it can also do its work.

A middleware and not two views, since a probe comes by address and over plain HTTP: it must be answered
before hosts are checked, HTTPS is demanded or a session is opened.
"""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse


class HealthMiddleware:
    """Answers the two addresses; first in `MIDDLEWARE`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            return readiness()
        return self.get_response(request)


_seen_applied: list[bool] = []

CHECKS: dict[str, Callable[[], str]] = {}
"""What readiness needs, each returning the words of its failure, or nothing."""


def readiness() -> JsonResponse:
    """Shape: {"database": "ok", ...}, status 503 where one is not. Queries: those of a migration plan."""
    answers = {name: _answer(check) for name, check in CHECKS.items()}
    ready = all(answer == "ok" for answer in answers.values())
    response = JsonResponse(answers, status=200 if ready else 503)
    response["Cache-Control"] = "no-store"
    return response


def _answer(check: Callable[[], str]) -> str:
    try:
        return check() or "ok"
    except Exception as error:  # noqa: BLE001 a probe reports whatever is wrong
        return type(error).__name__


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    """Asked of the database until the answer is yes: it stays so for the life of this process."""
    if _seen_applied:
        return ""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return f"{len(waiting)} not applied"
    _seen_applied.append(True)
    return ""


def _cache() -> str:
    caches["limits"].get("readyz")
    return ""


def _storage() -> str:
    folder = settings.VAR_DIR
    return "" if folder.is_dir() else "var folder missing"


CHECKS.update(database=_database, migrations=_migrations, cache=_cache, storage=_storage)
