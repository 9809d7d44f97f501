"""Points that say the same: merged into one that stands for both, taken back, or said not to be the same."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from breakouts.actions import merging
from breakouts.actions.locks import GroupGoneError
from breakouts.actions.marking import mark_point, unmark_point
from breakouts.actions.merging import (
    ForeignPointError,
    MergedMeanwhileError,
    SamePointError,
    SplitTooLateError,
    mark_distinct,
    merge_points,
    split_point,
)
from breakouts.actions.plenary import PlenaryNotOpenError, PointMergedError
from breakouts.actions.points import PointGoneError, remove_point, restore_point
from breakouts.models import Group, Point, Round
from breakouts.tests.worlds import (
    BreakoutWorld,
    broken,
    make_group,
    make_point,
    make_round,
    make_topic,
    recorded,
    refused,
)
from events.actions.writing import WorkshopFrozenError
from events.models import Workshop


class Points(BreakoutWorld):
    """`a` in group 1, `b` and `c` in group 2, `d` in a group of another round; all published."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.publish()
        later = make_round(self.here, status=Round.Status.PUBLISHED)
        self.three = make_group(later, self.first)
        self.a = make_point(self.one, self.user("ana"), text="A")
        self.b = make_point(self.two, self.user("ben"), text="B")
        self.c = make_point(self.two, self.user("ben"), text="C")
        self.d = make_point(self.three, self.user("ana"), text="D")

    def merge(self, point: Point, into: Point) -> Point:
        return merge_points(point=point, into=into, by=self.organiser)

    def split(self, point: Point) -> Point:
        return split_point(point=point, by=self.organiser)

    def distinct(self, point: Point, other: Point) -> None:
        mark_distinct(point=point, other=other, by=self.organiser)

    def line(self, action: str, point: Point, **changes: list[Any]) -> tuple[Any, ...]:
        target = f"breakouts.point {point.pk}"
        return (f"breakouts.{action}", self.organiser.pk, target, str(self.here.pk), changes)


@pytest.fixture
def held(db: None) -> Points:
    return Points()


def above() -> dict[str, str]:
    """What stands for which point."""
    rows = Point.objects.filter(merged_into__isnull=False).order_by("pk")
    return dict(rows.values_list("text", "merged_into__text"))


def sequences() -> list[int]:
    return list(Group.objects.order_by("pk").values_list("point_sequence", flat=True))


# Merging ------------------------------------------------------------------------------------------


def test_one_point_stands_for_both(held: Points) -> None:
    held.a.administrations.set([held.fj])
    before = timezone.now()

    assert held.merge(held.a, held.b) == held.b

    held.a.refresh_from_db()
    assert (held.a.merged_into, held.a.merged_by) == (held.b, held.organiser)
    assert held.a.merged_at is not None
    assert before <= held.a.merged_at <= timezone.now()
    assert (held.a.text, list(held.a.administrations.all())) == ("A", [held.fj])
    assert above() == {"A": "B"}
    assert recorded() == [held.line("points_merged", held.a, merged_into=[None, held.b.pk])]


def test_both_groups_hear_of_it(held: Points) -> None:
    held.merge(held.a, held.b)

    held.a.refresh_from_db()
    held.b.refresh_from_db()
    assert (sequences(), held.a.sequence, held.b.sequence) == ([2, 3, 1], 2, 3)
    assert (held.a.version, held.b.version) == (1, 1)


def test_merging_the_same_again_changes_nothing(held: Points) -> None:
    held.merge(held.a, held.b)
    before = sequences()

    assert held.merge(held.a, held.b) == held.b

    assert (sequences(), len(recorded())) == (before, 1)


def test_there_are_no_chains(held: Points) -> None:
    """Into what is merged itself, and what brings others along; over groups and rounds."""
    held.merge(held.c, held.d)
    assert held.merge(held.b, held.c) == held.d
    assert above() == {"B": "D", "C": "D"}

    assert held.merge(held.d, held.a) == held.a

    assert above() == {"B": "A", "C": "A", "D": "A"}
    assert sequences() == [2, 6, 4]


def test_a_mark_goes_along(held: Points) -> None:
    mark_point(point=held.a, by=held.secretariat)
    held.a.refresh_from_db()

    held.merge(held.a, held.b)

    held.b.refresh_from_db()
    assert (held.b.marked_at, held.b.marked_by) == (held.a.marked_at, held.secretariat)


def test_a_mark_that_is_there_stays(held: Points) -> None:
    mark_point(point=held.a, by=held.secretariat)
    mark_point(point=held.b, by=held.organiser)

    held.merge(held.a, held.b)

    held.b.refresh_from_db()
    assert held.b.marked_by == held.organiser


def test_a_merged_point_stands_for_itself_once_the_other_is_removed(held: Points) -> None:
    held.merge(held.a, held.b)
    remove_point(point=held.b, by=held.user("ben"))

    held.merge(held.c, held.a)
    held.merge(held.a, held.d)
    restore_point(point=held.b, by=held.user("ben"))

    assert above() == {"A": "D", "C": "D"}


def test_what_stands_for_others_leaves_a_removed_one(held: Points) -> None:
    held.merge(held.a, held.b)
    remove_point(point=held.b, by=held.user("ben"))

    held.merge(held.c, held.a)
    restore_point(point=held.b, by=held.user("ben"))

    assert above() == {"C": "A"}
    held.a.refresh_from_db()
    assert (held.a.merged_at, held.a.merged_by) == (None, None)


# Taking back --------------------------------------------------------------------------------------


def test_a_merge_is_taken_back(held: Points) -> None:
    held.merge(held.a, held.b)
    before = sequences()

    held.split(held.a)

    held.a.refresh_from_db()
    assert (held.a.merged_into, held.a.merged_at, held.a.merged_by) == (None, None, None)
    assert sequences() == [before[0] + 1, before[1] + 1, 1]
    assert recorded()[1:] == [held.line("point_split", held.a, merged_into=[held.b.pk, None])]


def test_what_was_never_merged_needs_no_taking_back(held: Points) -> None:
    held.split(held.a)
    assert (recorded(), sequences()) == ([], [1, 2, 1])


def test_what_came_along_comes_back(held: Points, monkeypatch: pytest.MonkeyPatch) -> None:
    """At one moment of the clock: what was merged by itself stays."""
    now = timezone.now()
    monkeypatch.setattr("breakouts.actions.merging.timezone.now", lambda: now)
    held.merge(held.b, held.a)
    held.merge(held.c, held.d)
    held.merge(held.a, held.d)
    assert above() == {"A": "D", "B": "D", "C": "D"}

    held.split(held.a)
    assert above() == {"B": "A", "C": "D"}
    held.split(held.b)
    assert above() == {"C": "D"}


def test_the_mark_that_went_along_comes_back(held: Points) -> None:
    mark_point(point=held.a, by=held.organiser)
    held.merge(held.a, held.b)
    held.split(held.a)
    held.a.refresh_from_db()
    held.b.refresh_from_db()
    assert (held.a.marked_by, held.b.marked_at, held.b.marked_by) == (held.organiser, None, None)


def test_a_mark_made_after_the_merge_stays(held: Points) -> None:
    mark_point(point=held.a, by=held.organiser)
    held.merge(held.a, held.b)
    unmark_point(point=held.b, by=held.organiser)
    mark_point(point=held.b, by=held.secretariat)

    held.split(held.a)

    held.b.refresh_from_db()
    assert held.b.marked_by == held.secretariat


def test_after_ten_minutes_a_merge_stays(held: Points) -> None:
    held.merge(held.a, held.b)
    ago = timezone.now() - Point.UNDO_FOR
    Point.objects.filter(pk=held.a.pk).update(merged_at=ago)
    with refused(SplitTooLateError, match="ten minutes"):
        held.split(held.a)
    Point.objects.filter(pk=held.a.pk).update(merged_at=ago + timedelta(minutes=1))
    held.split(held.a)
    assert above() == {}


# Not the same -------------------------------------------------------------------------------------


def test_two_points_are_said_not_to_be_the_same(held: Points) -> None:
    held.distinct(held.a, held.b)
    held.distinct(held.b, held.a)

    assert list(held.a.distinct_from.all()) == [held.b]
    assert list(held.b.distinct_from.all()) == [held.a]
    assert sequences() == [2, 3, 1]
    assert recorded() == [held.line("points_distinct", held.a, distinct_from=[None, held.b.pk])]


# Refusals -----------------------------------------------------------------------------------------

BOTH = ("merge", "distinct")


@pytest.mark.parametrize("act", BOTH)
def test_a_point_is_not_like_itself(held: Points, act: str) -> None:
    with refused(SamePointError):
        getattr(held, act)(held.a, held.a)


@pytest.mark.parametrize("act", BOTH)
def test_points_of_two_workshops_stay_apart(held: Points, act: str) -> None:
    elsewhere = make_round(held.elsewhere, status=Round.Status.PUBLISHED)
    foreign = make_point(make_group(elsewhere, make_topic(held.elsewhere)), held.user("eve"))
    with refused(ForeignPointError):
        getattr(held, act)(held.a, foreign)
    with refused(ForeignPointError):
        getattr(held, act)(foreign, held.a)


@pytest.mark.parametrize("act", BOTH)
@pytest.mark.parametrize("removed", ["a", "b"])
def test_a_removed_point_is_gone(held: Points, act: str, removed: str) -> None:
    remove_point(point=getattr(held, removed), by=held.organiser)
    with refused(PointGoneError):
        getattr(held, act)(held.a, held.b)


@pytest.mark.parametrize("act", BOTH)
def test_a_point_that_is_no_more_is_gone(held: Points, act: str) -> None:
    Point.objects.filter(pk=held.b.pk).delete()
    with refused(PointGoneError):
        getattr(held, act)(held.a, held.b)
    with refused(PointGoneError):
        held.split(held.b)


def test_a_merged_point_is_not_merged_into_another(held: Points) -> None:
    held.merge(held.a, held.b)
    with refused(PointMergedError):
        held.merge(held.a, held.d)
    with refused(PointMergedError):
        held.merge(held.b, held.a)


def test_what_a_colleague_merges_at_the_same_moment_is_said(
    held: Points, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and locking `c` went into `a`: nobody locked what belongs to `d`."""

    def lose_then_lock(keys: Any) -> object:
        merged = {"merged_into": held.a, "merged_at": timezone.now(), "merged_by": held.organiser}
        Point.objects.filter(pk=held.d.pk).update(**merged)
        return lock(keys)

    lock = merging.lock_groups
    monkeypatch.setattr(merging, "lock_groups", lose_then_lock)
    with pytest.raises(MergedMeanwhileError):
        held.merge(held.a, held.b)
    assert recorded() == []


def test_what_a_colleague_split_at_the_same_moment_is_said(
    held: Points, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = merging.lock_groups
    held.merge(held.a, held.b)

    def lose_then_lock(keys: Any) -> object:
        then = datetime(2022, 5, 24, tzinfo=held.here.zone)
        Point.objects.filter(pk=held.a.pk).update(merged_at=then)
        return lock(keys)

    monkeypatch.setattr(merging, "lock_groups", lose_then_lock)
    with pytest.raises(MergedMeanwhileError):
        held.split(held.a)
    assert len(recorded()) == 1


def acts(held: Points) -> list[Callable[[], object]]:
    return [
        lambda: held.merge(held.a, held.b),
        lambda: held.distinct(held.a, held.b),
        lambda: held.split(held.c),
    ]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_nothing_of_it_before_the_groups_are_published(held: Points, number: int) -> None:
    held.merge(held.c, held.d)
    held.enter(Round.Status.ASSIGNING)
    with refused(PlenaryNotOpenError):
        acts(held)[number]()
    held.enter(Round.Status.CLOSED)
    acts(held)[number]()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_an_archived_workshop_stays(held: Points, number: int) -> None:
    held.merge(held.c, held.d)
    Workshop.objects.filter(pk=held.here.pk).update(status=Workshop.Status.ARCHIVED)
    with refused(WorkshopFrozenError):
        acts(held)[number]()


def test_a_group_that_a_colleague_removed(held: Points, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("breakouts.actions.merging._groups_of", lambda _keys: {held.one.pk, 0})
    with refused(GroupGoneError):
        held.merge(held.a, held.b)


# All or nothing, and what it costs ----------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1, 2])
def test_all_or_nothing(held: Points, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    held.merge(held.c, held.d)
    with broken(monkeypatch, "merging"):
        acts(held)[number]()


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow_with_the_points(
    held: Points, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for _each in range(number):
        make_point(held.one, held.user("ana"))
        make_point(held.two, held.user("ben"))
    # savepoint, who belongs, their groups, groups, rounds, who belongs now, points, last merge, two rows and their
    # groups' sequences, record, release
    with django_assert_num_queries(14):
        held.merge(held.a, held.b)
    # savepoint, point, what came along, groups of these, groups, rounds, points, what came along, two rows, record, release
    with django_assert_num_queries(14):
        held.split(held.a)
    # savepoint, who belongs, their groups, groups, rounds, who belongs now, points, said already, said now, two rows,
    # record, release
    with django_assert_num_queries(16):
        held.distinct(held.a, held.b)
