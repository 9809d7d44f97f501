"""70 people in 7 groups note points at the same moment, each on a connection of their own, on the suite's database.

The control takes the group's lock away: then numbers of the feed come twice, or points share a place.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from breakouts.models import Group, Point
from breakouts.tests.worlds import BreakoutWorld, SignIn, make_group
from workshop_portal.audit.models import Entry

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

GROUPS = 7
PEOPLE = 70
POINTS_EACH = 3
IN_A_GROUP = PEOPLE // GROUPS * POINTS_EACH


class Meeting:
    """The published round with ten people in each group, and a signed-in client for each of them."""

    def __init__(self, world: BreakoutWorld, sign_in: SignIn) -> None:
        plan = world.publish()
        plan.assignments.all().delete()
        for number in range(3, GROUPS + 1):
            make_group(world.round, world.first, ordinal=number)
        groups = list(world.round.groups.order_by("ordinal"))
        self.seats: list[tuple[Client, Group]] = []
        for number, person in enumerate(world.crowd(PEOPLE)):
            group = groups[number % GROUPS]
            plan.assignments.create(registration=person, group=group)
            self.seats.append((sign_in(person.user), group))

    def note_at_once(self) -> list[int]:
        """Everybody sends the first point in the same moment, then the others. The status of each answer."""
        start = Barrier(PEOPLE)

        def note(number: int) -> list[int]:
            client, group = self.seats[number]
            url = reverse("breakouts:point-add", args=["here", 1, group.ordinal])
            try:
                start.wait(timeout=60)
                return [
                    client.post(url, {"kind": "trend", "text": said(number, nth)}).status_code
                    for nth in range(POINTS_EACH)
                ]
            finally:
                connections.close_all()

        with ThreadPoolExecutor(PEOPLE) as pool:
            return [status for answers in pool.map(note, range(PEOPLE)) for status in answers]


@pytest.fixture
def meeting(erasable_record: None, sign_in: SignIn) -> Meeting:
    return Meeting(BreakoutWorld(), sign_in)


def said(person: int, nth: int) -> str:
    return f"Point {nth} of person {person}"


def test_no_point_is_lost_and_each_feed_counts_without_gap_or_double(meeting: Meeting) -> None:
    answers = meeting.note_at_once()

    assert Counter(answers) == {302: PEOPLE * POINTS_EACH}
    sent = [said(person, nth) for person in range(PEOPLE) for nth in range(POINTS_EACH)]
    assert sorted(Point.objects.values_list("text", flat=True)) == sorted(sent)
    numbers = list(range(1, IN_A_GROUP + 1))
    for group in Group.objects.order_by("ordinal"):
        assert sorted(group.points.values_list("sequence", flat=True)) == numbers
        assert sorted(group.points.values_list("ordinal", flat=True)) == numbers
        assert group.point_sequence == IN_A_GROUP
    entries = Entry.objects.filter(action="breakouts.point_added")
    assert entries.values("target_id").distinct().count() == entries.count() == len(sent)


def test_without_the_lock_the_feed_counts_twice(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_only(group: Group) -> Group:
        sleep(0.02)
        return group

    monkeypatch.setattr("breakouts.actions.points.lock_group", look_only)

    meeting.note_at_once()

    doubled = [
        group.ordinal
        for group in Group.objects.order_by("ordinal")
        if max(Counter(group.points.values_list("sequence", flat=True)).values()) > 1
    ]
    assert doubled, "the control must fail, or the test above proves nothing"
