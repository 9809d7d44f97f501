"""Twenty people merge, mark and split points of two groups at the same moment: each is served or told, none waits for ever."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from breakouts.actions.marking import mark_point
from breakouts.actions.merging import MergedMeanwhileError, merge_points, split_point
from breakouts.actions.plenary import PointMergedError
from breakouts.models import Group, Point
from breakouts.tests.worlds import BreakoutWorld, make_point

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PEOPLE = 20
TOLD = (PointMergedError, MergedMeanwhileError)


def at_once(acts: list[Callable[[], object]]) -> list[str]:
    """What came of each act: `done`, or the name of the refusal."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            start.wait(timeout=60)
            act()
        except TOLD as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def world(erasable_record: None) -> BreakoutWorld:
    made = BreakoutWorld()
    made.publish()
    return made


def test_of_two_directions_one_wins_and_nobody_stands_for_himself(world: BreakoutWorld) -> None:
    one, other = (make_point(group, world.user("ana")) for group in (world.one, world.two))

    def merge(point: Point, into: Point) -> Callable[[], object]:
        return lambda: merge_points(point=point, into=into, by=world.organiser)

    pairs = [(one, other), (other, one)] * (PEOPLE // 2)
    answers = at_once([merge(*pair) for pair in pairs])

    assert Counter(answers) == {"done": PEOPLE // 2, "PointMergedError": PEOPLE // 2}
    assert Point.objects.filter(merged_into__isnull=False).count() == 1


def test_chains_do_not_come_of_haste(world: BreakoutWorld) -> None:
    """Ten points in a ring over two groups, each merged into the next: one stands for all of its family."""
    points = [
        make_point(group, world.user("ana"))
        for _each in range(PEOPLE // 4)
        for group in (world.one, world.two)
    ]

    def merge(place: int) -> Callable[[], object]:
        into = points[(place + 1) % len(points)]
        return lambda: merge_points(point=points[place], into=into, by=world.organiser)

    def mark(place: int) -> Callable[[], object]:
        return lambda: mark_point(point=points[place], by=world.organiser)

    places = range(len(points))
    at_once([*(merge(place) for place in places), *(mark(place) for place in places)])

    merged = Point.objects.filter(merged_into__isnull=False)
    assert merged.count() >= 1
    assert not merged.filter(merged_into__merged_into__isnull=False).exists()
    for group in Group.objects.filter(pk__in=[world.one.pk, world.two.pk]):
        last = max(group.points.values_list("sequence", flat=True))
        assert group.point_sequence == last


def test_a_merge_is_taken_back_once(world: BreakoutWorld) -> None:
    one, other = (make_point(group, world.user("ana")) for group in (world.one, world.two))
    merge_points(point=one, into=other, by=world.organiser)
    before = list(Group.objects.order_by("pk").values_list("point_sequence", flat=True))

    answers = at_once([lambda: split_point(point=one, by=world.organiser)] * PEOPLE)

    assert set(answers) == {"done"}
    after = list(Group.objects.order_by("pk").values_list("point_sequence", flat=True))
    assert after == [number + 1 for number in before]
