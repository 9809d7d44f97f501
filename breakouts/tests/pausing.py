"""The product's worker and web, which stop in the middle of an act, for the test that kills them there.

`celery -A breakouts.tests.pausing worker -B` is the worker, with a lease and a sweep of seconds;
`python -m breakouts.tests.pausing web PORT` the web. Where `PAUSE_AT` names a point, the process that gets there
makes the file `PAUSE_MARK` and goes no further. `world`, `assign` and `swap` do what a test asks before
and after, `settle` waits until no run is left to do; each prints JSON.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from wsgiref.simple_server import make_server

import django

from workshop_portal.celery import app

django.setup()

from django.test import Client  # noqa: E402 after setup
from django.utils.module_loading import import_string  # noqa: E402 after setup

from breakouts.actions.plans import request_assignment  # noqa: E402 after setup
from breakouts.models import AssignmentRun, Plan, Round  # noqa: E402 after setup
from breakouts.tests.worlds import BreakoutWorld, move_person  # noqa: E402 after setup
from workshop_portal.accounts.models import User  # noqa: E402 after setup
from workshop_portal.audit.models import Entry  # noqa: E402 after setup
from workshop_portal.mail.models import OutgoingMail  # noqa: E402 after setup
from workshop_portal.wsgi import application  # noqa: E402 after setup

__all__ = ["app"]

AssignmentRun.LEASE = timedelta(seconds=8)
app.conf.beat_schedule = {
    "breakouts.assign_due": {
        "task": "breakouts.assign_due",
        "schedule": 1.0,
        "options": {"expires": 5},
    }
}


def _in_the_search(*_args: object, **fields: Any) -> bool:
    return int(fields.get("percent", 0)) >= 50


def _always(*_args: object, **_fields: Any) -> bool:
    return True


POINTS: dict[str, tuple[str, Callable[..., bool]]] = {
    "in the search": ("breakouts.actions.plans.report_progress", _in_the_search),
    "places written": ("breakouts.actions.plans.record", _always),
    "before the end": ("workshop_portal.leases.finish", _always),
    "published": ("breakouts.actions.plans.queue_mails", _always),
}
"""Point to the function before which the process stops, and when."""


def pause_at(point: str) -> None:
    path, is_there = POINTS[point]
    act = import_string(path)

    def stop(*args: Any, **fields: Any) -> Any:
        if is_there(*args, **fields):
            Path(os.environ["PAUSE_MARK"]).touch()
            time.sleep(600)
        return act(*args, **fields)

    mock.patch(path, stop).start()


if os.environ.get("PAUSE_AT"):
    pause_at(os.environ["PAUSE_AT"])


def world() -> dict[str, Any]:
    """Four people, two groups; a session of the organiser."""
    made = BreakoutWorld()
    client = Client()
    client.force_login(made.organiser)
    return {"cookies": {name: morsel.value for name, morsel in client.cookies.items()}}


def assign() -> dict[str, Any]:
    request_assignment(round=Round.objects.get(), by=_organiser())
    return look()


def settle() -> dict[str, Any]:
    until = time.monotonic() + 240
    while AssignmentRun.objects.unfinished().exists() and time.monotonic() < until:
        time.sleep(0.3)
    return look()


def swap() -> dict[str, Any]:
    """One person goes to the other group, by a draft beside the published plan."""
    plan = Plan.objects.order_by("-version")[0]
    seat = plan.assignments.select_related("registration", "group").order_by("pk")[0]
    to = plan.round.groups.exclude(pk=seat.group_id).get()
    move_person(plan=plan, registration=seat.registration, to=to, by=_organiser())
    return look()


def look() -> dict[str, Any]:
    """Everything of which there must be one."""
    plans = Plan.objects.order_by("version")
    return {
        "runs": [
            [run.status, run.plan and run.plan.version, run.claims_lost]
            for run in AssignmentRun.objects.select_related("plan").order_by("pk")
        ],
        "plans": [[plan.version, plan.assignments.count(), plan.is_current] for plan in plans],
        "latest": [[plan.pk, plan.revision] for plan in plans][-1:],
        "status": Round.objects.get().status,
        "entries": dict(Counter(Entry.objects.values_list("action", flat=True))),
        "mails": OutgoingMail.objects.filter(template="breakouts/group_published").count(),
    }


def _organiser() -> User:
    return Round.objects.get().workshop.team.get().user


def web(port: int) -> None:
    with make_server("127.0.0.1", port, application) as server:
        server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "web":
        web(int(sys.argv[2]))
    else:
        acts = {"world": world, "assign": assign, "settle": settle, "swap": swap, "look": look}
        sys.stdout.write(json.dumps(acts[sys.argv[1]]()))
