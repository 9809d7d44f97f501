"""Run by `test_simultaneous_nominations` as a process of its own, in the database of the real server.

`make [unlocked]` migrates and makes 20 administrations with 25 seats each and a signed-in focal point;
`count` says what is stored. Answers in JSON on standard output. Imported by gunicorn as its configuration
it takes the lock away (`UNLOCKED=1`): the negative control.
"""

# ruff: noqa: PLC0415 Django is set up before its models are imported

import json
import os
import sys
import time
from typing import Any

ADMINISTRATIONS = 20
SEATS = 25


def post_worker_init(_worker: Any) -> None:
    """What gunicorn calls in each worker: seats are counted from what the view read before."""
    if not os.environ.get("UNLOCKED"):
        return
    from participants.actions import nominations

    def look_only(delegation: Any) -> Any:
        time.sleep(0.02)
        return delegation

    nominations.lock_delegation = look_only


def make(*, unlocked: bool) -> dict[str, str]:
    """Session keys by code."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.db import connection

    from participants.models import Delegation
    from participants.tests.worlds import (
        make_administration,
        make_delegation,
        make_person,
        make_workshop,
    )
    from workshop_portal.administrations.models import FocalPoint

    call_command("migrate", verbosity=0)
    if unlocked:
        rules = Delegation._meta.constraints
        [within] = [each for each in rules if each.name == "participants_delegation_within_quota"]
        rules.remove(within)  # SQLite writes the table anew from the model
        with connection.schema_editor() as editor:
            editor.remove_constraint(Delegation, within)
    workshop = make_workshop("here")
    keys = {}
    for number in range(ADMINISTRATIONS):
        administration = make_administration(f"A{number}")
        person = make_person(f"contact@a{number}.example")
        FocalPoint.objects.create(administration=administration, user=person)
        make_delegation(workshop, administration, quota=SEATS)
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        keys[administration.code] = session.session_key
    return keys


def count() -> dict[str, Any]:
    """Who is stored, by address; seats by code: how many hold one, how many are counted, how many wait."""
    from participants.models import Delegation, Registration

    rows = Registration.objects.order_by("pk").values_list(
        "user__email", "status", "delegation__administration__code"
    )
    seats = {
        row.administration.code: {"taken": row.seats_taken, "seated": 0, "waiting": 0}
        for row in Delegation.objects.select_related("administration").order_by("pk")
    }
    for _email, status, code in rows:
        seats[code]["waiting" if status == "waiting" else "seated"] += 1
    return {"emails": [email for email, _status, _code in rows], "seats": seats}


if __name__ == "__main__":
    import django

    django.setup()
    verb, *rest = sys.argv[1:]
    answer = make(unlocked="unlocked" in rest) if verb == "make" else count()
    sys.stdout.write(json.dumps(answer))
