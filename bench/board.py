"""./run bench board [PEOPLE]: what the board costs for 70 people and for 1,000, and what a move is weighed in.

Needs no server: the pages are asked of the application, on a database of its own that is thrown away. Bytes are
what goes over the wire with brotli; times are in units of a fixed loop of Python measured in the same run,
because machines differ, the best of five. The last column is the ratio of the larger to the smaller.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workshop_portal.settings_test")

import django

django.setup()

import brotli  # noqa: E402 once the apps are ready
from django.db import connection  # noqa: E402 once the apps are ready
from django.test import Client  # noqa: E402 once the apps are ready
from django.test.utils import (  # noqa: E402 once the apps are ready
    CaptureQueriesContext,
    setup_databases,
    setup_test_environment,
    teardown_databases,
)
from django.utils import timezone  # noqa: E402 once the apps are ready

from breakouts.models import Assignment, Group, Plan, Preference, Round  # noqa: E402 once the apps are ready
from breakouts.tests.worlds import make_round, make_topic  # noqa: E402 once the apps are ready
from events.models import Workshop  # noqa: E402 once the apps are ready
from participants.models import Registration  # noqa: E402 once the apps are ready
from participants.tests.worlds import (  # noqa: E402 once the apps are ready
    World,
    make_administration,
    make_delegation,
    make_person,
    make_registration,
)

SMALL, LARGE = 70, 1_000
SEATS = 10
TOPICS = 5
TIMES = 5


def unit() -> float:
    """Return the seconds of 1,000,000 steps of the plain loop that times are given in."""
    begin = time.perf_counter()
    state = 1
    for _ in range(1_000_000):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
    return time.perf_counter() - begin


def seat(world: World, workshop: Workshop, people: int) -> Round:
    """A round of that many people in groups of ten: ranked, published, and a draft in which two changed places."""
    topics = [make_topic(workshop) for _each in range(TOPICS)]
    held = make_round(workshop, status=Round.Status.PUBLISHED)
    groups = [
        Group.objects.create(round=held, ordinal=number + 1, topic=topics[number % TOPICS])
        for number in range(-(-people // SEATS))
    ]
    registrations = list(_people(world, workshop, people))
    Preference.objects.bulk_create(
        Preference(round=held, registration=person, topic=topics[(n + r) % TOPICS], rank=r + 1)
        for n, person in enumerate(registrations)
        for r in range(3)
    )
    now = timezone.now()
    for version in (1, 2):
        plan = Plan.objects.create(round=held, version=version, created_by=world.secretariat)
        if version == 1:
            plan.published_at, plan.published_by, plan.is_current = now, world.secretariat, True
            plan.save()
        order = [*range(people)]
        if version == 2:
            order[0], order[1] = order[1], order[0]
        Assignment.objects.bulk_create(
            Assignment(plan=plan, registration=person, group=groups[order[n] % len(groups)])
            for n, person in enumerate(registrations)
        )
    return held


def _people(world: World, workshop: Workshop, number: int) -> Iterator[Registration]:
    each = max(2, number // 20)
    for of in range(-(-number // each)):
        body = make_administration(code=f"b{workshop.pk}-{of}")
        delegation = make_delegation(workshop, body, quota=each)
        for one in range(min(each, number - of * each)):
            user = make_person(f"p{workshop.pk}-{of}-{one}@customs.example", given_name=f"P{one}")
            yield make_registration(
                delegation,
                user=user,
                status=Registration.Status.CONFIRMED,
                nominated_by=world.secretariat,
            )


def cost(ask: Callable[[], Any], one: float) -> tuple[int, int, int, float]:
    """Bytes as they are and compressed, queries, units of time."""
    best = None
    for _each in range(TIMES):
        begin = time.perf_counter()
        response = ask()
        taken = time.perf_counter() - begin
        best = taken if best is None else min(best, taken)
        if response.status_code != 200:
            raise SystemExit(f"answered {response.status_code}")
    with CaptureQueriesContext(connection) as queries:
        ask()
    content = response.content
    return len(content), len(brotli.compress(content)), len(queries), (best or 0) / one


def pages(client: Client, held: Round) -> list[tuple[str, Callable[[], Any]]]:
    board = f"/workshops/{held.workshop.slug}/breakouts/{held.ordinal}/board/"
    htmx = {"HX-Request": "true"}
    people = held.workshop.registrations.order_by("pk")
    person, many = people[0].public_id, [str(each.public_id) for each in people[:30]]
    return [
        ("board", lambda: client.get(board)),
        ("board, a name searched", lambda: client.get(board, {"q": "P1 "})),
        ("board, a group opened", lambda: client.get(f"{board}?open=1", headers=htmx)),
        ("move menu of one", lambda: client.get(f"{board}targets/", {"p": person}, headers=htmx)),
        ("move menu of 30", lambda: client.post(f"{board}targets/", {"p": many}, headers=htmx)),
        ("compared with published", lambda: client.get(f"{board}compare/")),
    ]


@contextmanager
def database() -> Iterator[None]:
    setup_test_environment()
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)


def main() -> None:
    large = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    with database():
        world = World()
        rounds = [
            seat(world, world.here, SMALL),
            seat(world, world.elsewhere, large),
        ]
        client = Client()
        client.force_login(world.secretariat)
        one = min(unit() for _each in range(3))
        print(f"{'':26}{'bytes':>16}{'with brotli':>16}{'queries':>10}{'units':>14}  ratio")
        for (name, small), (_name, big) in zip(
            pages(client, rounds[0]), pages(client, rounds[1]), strict=True
        ):
            first, second = cost(small, one), cost(big, one)
            print(
                f"{name:26}{first[0]:>8,}{second[0]:>8,}{first[1]:>8,}{second[1]:>8,}"
                f"{first[2]:>5}{second[2]:>5}{first[3]:>7.2f}{second[3]:>7.2f}"
                f"{second[3] / first[3]:>7.1f}"
            )


if __name__ == "__main__":
    main()
