"""Points marked for the report: who and when, once, and only where they stand for themselves."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from breakouts.actions.locks import GroupGoneError
from breakouts.actions.marking import mark_point, unmark_point
from breakouts.actions.plenary import PlenaryNotOpenError, PointMergedError
from breakouts.actions.points import PointGoneError, remove_point
from breakouts.models import Group, Point, Round
from breakouts.tests.worlds import (
    BreakoutWorld,
    broken,
    mailed,
    make_group,
    make_point,
    recorded,
    refused,
)
from events.actions.writing import WorkshopFrozenError
from events.models import Workshop

ACTS = [mark_point, unmark_point]


@pytest.fixture
def point(world: BreakoutWorld) -> Point:
    """Noted by Ana in group 1, whose round is published."""
    world.publish()
    return make_point(world.one, world.user("ana"))


def test_a_point_is_marked_by_who_held_the_plenary(world: BreakoutWorld, point: Point) -> None:
    before = timezone.now()

    mark_point(point=point, by=world.organiser)

    point.refresh_from_db()
    world.one.refresh_from_db()
    assert point.marked_by == world.organiser
    assert point.marked_at is not None
    assert before <= point.marked_at <= timezone.now()
    assert (point.sequence, world.one.point_sequence, point.version) == (2, 2, 1)
    target = f"breakouts.point {point.pk}"
    assert recorded() == [
        ("breakouts.point_marked", world.organiser.pk, target, str(world.here.pk), {})
    ]
    assert mailed() == []


def test_a_mark_is_taken_off(world: BreakoutWorld, point: Point) -> None:
    mark_point(point=point, by=world.organiser)

    unmark_point(point=point, by=world.secretariat)

    point.refresh_from_db()
    assert (point.marked_at, point.marked_by, point.sequence) == (None, None, 3)
    target = f"breakouts.point {point.pk}"
    assert recorded()[1:] == [
        ("breakouts.point_unmarked", world.secretariat.pk, target, str(world.here.pk), {})
    ]


def test_doing_it_again_changes_nothing(world: BreakoutWorld, point: Point) -> None:
    unmark_point(point=point, by=world.organiser)
    assert recorded() == []
    mark_point(point=point, by=world.organiser)
    first = Point.objects.get(pk=point.pk)

    mark_point(point=point, by=world.secretariat)

    again = Point.objects.get(pk=point.pk)
    assert (again.marked_at, again.marked_by) == (first.marked_at, world.organiser)
    assert (again.sequence, len(recorded())) == (first.sequence, 1)


@pytest.mark.parametrize("act", ACTS)
def test_a_closed_round_is_still_reported_back(
    world: BreakoutWorld, point: Point, act: Callable[..., Point]
) -> None:
    world.enter(Round.Status.CLOSED)
    assert act(point=point, by=world.organiser) == point


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("status", [Round.Status.DRAFT, Round.Status.RANKING, "assigning"])
def test_nothing_is_reported_back_before_the_groups_are_published(
    world: BreakoutWorld, point: Point, status: str, act: Callable[..., Point]
) -> None:
    world.enter(status)
    with refused(PlenaryNotOpenError):
        act(point=point, by=world.organiser)


@pytest.mark.parametrize("act", ACTS)
def test_an_archived_workshop_stays(
    world: BreakoutWorld, point: Point, act: Callable[..., Point]
) -> None:
    Workshop.objects.filter(pk=world.here.pk).update(status=Workshop.Status.ARCHIVED)
    with refused(WorkshopFrozenError):
        act(point=point, by=world.organiser)


@pytest.mark.parametrize("act", ACTS)
def test_a_removed_point_is_gone(
    world: BreakoutWorld, point: Point, act: Callable[..., Point]
) -> None:
    remove_point(point=point, by=world.user("ana"))
    with refused(PointGoneError):
        act(point=point, by=world.organiser)


@pytest.mark.parametrize("act", ACTS)
def test_the_point_that_stands_for_it_is_marked(
    world: BreakoutWorld, point: Point, act: Callable[..., Point]
) -> None:
    stands = make_point(world.two, world.user("ben"))
    merged = {"merged_into": stands, "merged_at": timezone.now(), "merged_by": world.organiser}
    Point.objects.filter(pk=point.pk).update(**merged)
    with refused(PointMergedError):
        act(point=point, by=world.organiser)
    remove_point(point=stands, by=world.user("ben"))
    assert act(point=point, by=world.organiser) == point


@pytest.mark.parametrize("act", ACTS)
def test_a_group_that_a_colleague_removed(world: BreakoutWorld, act: Callable[..., Point]) -> None:
    world.publish()
    lost = make_point(make_group(world.round, world.first), world.user("ana"))
    Point.objects.filter(pk=lost.pk).delete()
    Group.objects.filter(pk=lost.group_id).delete()
    with refused(GroupGoneError):
        act(point=lost, by=world.organiser)


def test_all_or_nothing(
    world: BreakoutWorld, point: Point, monkeypatch: pytest.MonkeyPatch
) -> None:
    with broken(monkeypatch, "marking"):
        mark_point(point=point, by=world.organiser)
    mark_point(point=point, by=world.organiser)
    with broken(monkeypatch, "marking"):
        unmark_point(point=point, by=world.organiser)


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow(
    world: BreakoutWorld,
    point: Point,
    number: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    for _each in range(number):
        make_point(world.one, world.user("ana"))
    # savepoint, group, round, point, itself, sequence, record, release
    with django_assert_num_queries(8):
        mark_point(point=point, by=world.organiser)
    with django_assert_num_queries(8):
        unmark_point(point=point, by=world.organiser)
