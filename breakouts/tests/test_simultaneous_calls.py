"""A group calls for help, clocks start and pages note who is here in the same moment, each on a connection of its own."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from breakouts.models import HelpRequest, Presence
from breakouts.tests.worlds import BreakoutWorld, SignIn
from workshop_portal.audit.models import Entry

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

AT_ONCE = 6


@pytest.fixture
def held(erasable_record: None) -> BreakoutWorld:
    world = BreakoutWorld()
    world.publish()
    return world


def url(name: str, *args: object) -> str:
    return reverse(f"breakouts:{name}", args=["here", 1, *args])


def all_at_once(acts: list[Callable[[], int]]) -> Counter[int]:
    """The statuses that they are answered."""
    start = Barrier(len(acts))

    def run(act: Callable[[], int]) -> int:
        try:
            start.wait(timeout=60)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(run, acts))


def posts(client: Client, path: str, **data: str) -> Callable[[], int]:
    return lambda: client.post(path, data).status_code


def recorded(action: str) -> int:
    return Entry.objects.filter(action=f"breakouts.{action}").count()


def test_two_calls_of_a_group_are_one(held: BreakoutWorld, sign_in: SignIn) -> None:
    people = [held.user("ana"), held.user("cho")] * (AT_ONCE // 2)
    answers = all_at_once([posts(sign_in(who), url("help-ask", 1)) for who in people])

    assert answers == {302: AT_ONCE}
    assert HelpRequest.objects.count() == recorded("help_asked") == 1
    held.round.refresh_from_db()
    assert held.round.live_sequence == 1


def test_two_starts_are_one_and_no_change_shares_a_number(
    held: BreakoutWorld, sign_in: SignIn
) -> None:
    acts = []
    for _each in range(AT_ONCE // 2):
        client = sign_in(held.organiser)
        acts.append(posts(client, url("round-start"), minutes="45"))
        acts.append(posts(client, url("announcement-send"), text="Soon"))
    answers = all_at_once(acts)

    assert answers == {302: AT_ONCE}
    assert recorded("round_started") == 1
    held.round.refresh_from_db()
    assert held.round.live_sequence == 1 + AT_ONCE // 2


def test_two_pages_of_a_person_are_one_presence(held: BreakoutWorld, sign_in: SignIn) -> None:
    def looks(client: Client) -> Callable[[], int]:
        return lambda: client.get(url("group-detail", 1)).status_code

    answers = all_at_once([looks(sign_in(held.user("cho"))) for _each in range(AT_ONCE)])

    assert answers == {200: AT_ONCE}
    assert list(Presence.objects.values_list("user", flat=True)) == [held.user("cho").pk]
