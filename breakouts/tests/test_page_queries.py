"""What each list and detail page of break-outs asks of the database: the same number for one row and for three."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from breakouts.models import Preference, Presence, Round, SeatingRule
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    make_group,
    make_plan,
    make_point,
    make_role,
    make_round,
    make_topic,
)
from workshop_portal.accounts.models import User

HOUR = timedelta(hours=1)
ORGANISER, FACILITATOR, RAPPORTEUR, MEMBER = "organiser", "facilitator", "rapporteur", "member"

PAGES: list[tuple[str, str, list[object], int]] = [
    ("breakouts:round-list", ORGANISER, [], 6),
    ("breakouts:round-detail", ORGANISER, [1], 14),
    ("breakouts:round-board", ORGANISER, [1], 14),
    ("breakouts:zoom-export", ORGANISER, [1], 6),
    ("breakouts:place-table", ORGANISER, [1, "csv"], 11),
    ("breakouts:place-table", ORGANISER, [1, "xlsx"], 11),
    ("breakouts:place-table", ORGANISER, [1, "json"], 11),
    ("breakouts:sheet-list", ORGANISER, [1], 7),
    ("breakouts:presence-list", ORGANISER, [1], 11),
    ("breakouts:presence-table", ORGANISER, [1, "csv"], 11),
    ("breakouts:presence-table", ORGANISER, [1, "xlsx"], 11),
    ("breakouts:presence-table", ORGANISER, [1, "json"], 11),
    ("breakouts:point-list", ORGANISER, [], 10),
    ("breakouts:group-roles", ORGANISER, [1, 1], 6),
    ("breakouts:group-detail", ORGANISER, [1, 1], 15),
    ("breakouts:group-detail", FACILITATOR, [1, 1], 14),
    ("breakouts:group-detail", RAPPORTEUR, [1, 1], 14),
    ("breakouts:group-detail", MEMBER, [1, 1], 14),
    ("breakouts:round-overview", ORGANISER, [1], 10),
    ("breakouts:round-overview", FACILITATOR, [1], 10),
    ("breakouts:ranking-edit", MEMBER, [9], 7),
    ("participants:home", MEMBER, [], 8),
]


def grow(world: BreakoutWorld, rows: int) -> None:
    """A published round with `rows` more of everything, an earlier and a later one, and an open ranking."""
    world.publish()
    now = timezone.now()
    session = world.here.sessions.create(title="Hour", starts_at=now, ends_at=now + HOUR)
    Round.objects.filter(pk=world.round.pk).update(session=session)
    make_role(world.one, world.facilitator, "facilitator")
    for user in (world.facilitator, world.user("ana"), world.user("cho")):
        Presence.objects.create(group=world.one, user=user)
    published = {
        "published_at": timezone.now(),
        "published_by": world.organiser,
        "is_current": True,
    }
    ana = world.people["ana"]
    rules = {"workshop": world.here, "kind": "forbid", "round": world.round}
    ranked = make_round(world.here, ordinal=9, status=Round.Status.RANKING)
    for person in world.crowd(rows):
        topic = make_topic(world.here)
        make_group(ranked, topic)
        group = make_group(world.round, topic)
        make_role(group, person.user)
        SeatingRule.objects.create(
            first=person, group=world.two, created_by=world.organiser, **rules
        )
        Presence.objects.create(group=world.one, user=person.user)
        world.one.assignments.create(
            plan=world.round.plans.get(), registration=person, group=world.one
        )
        for held in (world.round, ranked):
            Preference.objects.create(round=held, registration=person, topic=topic, rank=1)
        Preference.objects.create(
            round=ranked, registration=ana, topic=topic, rank=ana.preferences.count() + 1
        )
        later = make_round(world.here, ordinal=9 + topic.ordinal, status=Round.Status.PUBLISHED)
        seats = {make_group(later, topic): [ana, person]}
        make_plan(later, seats, world.organiser, **published)
        point = make_point(world.one, person.user)
        point.administrations.set([world.fj, world.jp])
    for person in world.crowd(rows):
        world.round.absences.create(registration=person, noted_by=world.organiser)


def reader(world: BreakoutWorld, who: str) -> User:
    """Each of whom sees group 1."""
    found: dict[str, User] = {
        ORGANISER: world.organiser,
        FACILITATOR: world.facilitator,
        RAPPORTEUR: world.user("ana"),
        MEMBER: world.user("cho"),
    }
    return found[who]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page[0]} {page[1]}")
def test_a_page_asks_as_much_for_one_row_as_for_three(
    world: BreakoutWorld,
    sign_in: SignIn,
    page: tuple[str, str, list[object], int],
    rows: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    name, who, args, queries = page
    grow(world, rows)
    client = sign_in(reader(world, who))
    address = reverse(name, args=["here", *args])

    with django_assert_num_queries(queries):
        response = client.get(address)
        list(response)  # a file is made as it is read

    assert response.status_code == 200


POLLS: list[tuple[str, str, list[object], int, int]] = [
    ("breakouts:point-poll", MEMBER, [1, 1], 12, 2),
    ("breakouts:point-poll", ORGANISER, [1, 1], 13, 2),
    ("breakouts:overview-poll", ORGANISER, [1], 10, 5),
    ("breakouts:overview-poll", FACILITATOR, [1], 10, 5),
]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("poll", POLLS, ids=lambda poll: f"{poll[0]} {poll[1]}")
def test_a_poll_asks_less_while_nothing_changed(
    world: BreakoutWorld,
    sign_in: SignIn,
    poll: tuple[str, str, list[object], int, int],
    rows: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    name, who, args, shows, agrees = poll
    grow(world, rows)
    client = sign_in(reader(world, who))
    address = reverse(name, args=["here", *args])
    with django_assert_num_queries(shows):
        shown = client.get(address, headers={"HX-Request": "true"})
    again = {"HX-Request": "true", "If-None-Match": shown["ETag"]}

    with django_assert_num_queries(agrees):
        response = client.get(address, headers=again)

    assert (shown.status_code, response.status_code) == (200, 304)


def test_no_page_asks_more_than_fifteen() -> None:
    assert max(queries for *_page, queries in PAGES) <= 15
