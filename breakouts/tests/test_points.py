"""What groups note: added, changed, ordered, removed, put back; each under its group's sequence."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4, uuid5

import pytest
from django.urls import reverse
from django.utils import timezone

from breakouts.actions.locks import GroupGoneError
from breakouts.actions.points import (
    GroupNotOpenError,
    NewPoint,
    PointChangedError,
    PointEmptyError,
    PointGoneError,
    add_point,
    add_points,
    edit_point,
    remove_point,
    reorder_point,
    restore_point,
)
from breakouts.models import Group, Point, Round, Theme
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    broken,
    mailed,
    make_group,
    make_point,
    recorded,
    refused,
)
from events.actions.writing import WorkshopFrozenError
from events.models import Workshop
from participants.actions.changes import withdraw_registration
from participants.tests.worlds import make_administration

Kind = Point.Kind


@pytest.fixture
def held(world: BreakoutWorld) -> BreakoutWorld:
    """The groups are published: they note points."""
    world.publish()
    return world


def edited(point: Point, world: BreakoutWorld, **changes: Any) -> Point:
    values: dict[str, Any] = {
        "kind": point.kind,
        "text": point.text,
        "administrations": [],
        "theme": point.theme,
        "version": 1,
    }
    return edit_point(point=point, by=world.user("ana"), **(values | changes))


def order(group: Group) -> list[str]:
    rows = group.points.filter(removed_at=None).order_by("ordinal", "pk")
    return [point.text for point in rows]


def line(
    world: BreakoutWorld, action: str, point: Point, changes: dict[str, Any]
) -> tuple[Any, ...]:
    target = f"breakouts.point {point.pk}"
    return (action, world.user("ana").pk, target, str(world.here.pk), changes)


# Adding -------------------------------------------------------------------------------------------


def test_a_point_is_noted_at_the_end(held: BreakoutWorld) -> None:
    make_point(held.one, held.user("cho"))
    key = uuid4()

    point = add_point(
        group=held.one,
        kind=Kind.TREND,
        text="  Hybrid stays. ",
        administrations=[held.jp, held.fj, held.jp],
        idempotency_key=key,
        by=held.user("ana"),
    )

    point.refresh_from_db()
    held.one.refresh_from_db()
    assert (point.group, point.kind, point.text) == (held.one, "trend", "Hybrid stays.")
    assert (point.ordinal, point.sequence, point.version) == (2, 2, 1)
    words = f"{held.one.pk} {held.user('ana').pk} trend Hybrid stays."
    assert (point.created_by, point.idempotency_key) == (held.user("ana"), uuid5(key, words))
    assert list(point.administrations.order_by("code")) == [held.fj, held.jp]
    assert held.one.point_sequence == 2
    assert recorded() == [line(held, "breakouts.point_added", point, {})]
    assert mailed() == []


def test_a_repeated_request_adds_no_second_point(held: BreakoutWorld) -> None:
    key, ana = uuid4(), held.user("ana")
    first = add_point(group=held.one, kind="trend", text="So", idempotency_key=key, by=ana)
    again = add_point(group=held.one, kind="trend", text="So ", idempotency_key=key, by=ana)

    assert (again, Point.objects.count(), len(recorded())) == (first, 1, 1)


@pytest.mark.parametrize("what", ["edited", "removed"])
def test_a_repeat_that_comes_late_finds_the_point_whatever_became_of_it(
    held: BreakoutWorld, what: str
) -> None:
    key, ana = uuid4(), held.user("ana")
    sent: dict[str, Any] = {"group": held.one, "kind": "trend", "text": "So", "by": ana}
    first = add_point(idempotency_key=key, **sent)
    if what == "edited":
        edited(first, held, text="So it is.")
    else:
        remove_point(point=first, by=ana)

    assert add_point(idempotency_key=key, **sent) == first
    assert Point.objects.count() == 1


@pytest.mark.parametrize("what", ["closed", "archived", "theme removed", "speaker gone"])
def test_a_repeat_finds_the_point_where_it_could_not_be_noted_any_more(
    held: BreakoutWorld, sign_in: SignIn, what: str
) -> None:
    """The first answer was lost; what the device sends again was stored before."""
    theme = Theme.objects.create(topic=held.first, ordinal=1, title="Lines")
    Theme.objects.create(topic=held.first, ordinal=2, title="Staff")
    client = sign_in(held.user("ana"))
    url = reverse("breakouts:point-add", args=["here", 1, 1])
    sent = {"kind": "trend", "text": "So", "key": str(uuid4()), "theme": theme.pk, "said_by": "JP"}
    assert client.post(url, sent).status_code == 302
    point = Point.objects.get()
    if what == "closed":
        held.enter(Round.Status.CLOSED)
    elif what == "archived":
        Workshop.objects.filter(pk=held.here.pk).update(status=Workshop.Status.ARCHIVED)
    elif what == "theme removed":
        theme.delete()
    else:
        for name in ("cho", "dai"):
            withdraw_registration(registration=held.people[name], by=held.secretariat)

    again = client.post(url, sent)
    device = client.post(url, sent, headers={"HX-Request": "true"})

    assert (again.status_code, again["Location"].count(f"added={point.public_id}")) == (302, 1)
    assert (device.status_code, "data-kept-done" in device.text) == (200, True)
    assert Point.objects.count() == 1
    other = client.post(url, sent | {"text": "Another"})
    assert (other.status_code, "data-kept-done" in other.text) == (422, False)


@pytest.mark.parametrize("what", ["words", "kind", "person", "group"])
def test_a_key_used_for_something_else_loses_nothing(held: BreakoutWorld, what: str) -> None:
    key = uuid4()
    same: dict[str, Any] = {
        "group": held.one,
        "kind": "trend",
        "text": "So",
        "by": held.user("ana"),
    }
    other = {
        "words": {"text": "Otherwise"},
        "kind": {"kind": "solution"},
        "person": {"by": held.user("cho")},
        "group": {"group": held.two},
    }[what]
    add_point(idempotency_key=key, **same)

    second = add_point(idempotency_key=key, **(same | other))

    assert add_point(idempotency_key=key, **(same | other)) == second
    assert Point.objects.count() == 2


def test_many_are_noted_all_or_none(held: BreakoutWorld) -> None:
    texts = [NewPoint(kind="trend", text="One"), NewPoint(kind="trend", text=" \n")]

    with refused(PointEmptyError, match="in a sentence"):
        add_points(group=held.one, points=texts, by=held.user("ana"))


# Changing -----------------------------------------------------------------------------------------


def test_a_point_is_changed_under_the_next_number(held: BreakoutWorld) -> None:
    point = make_point(held.one, held.user("ana"))

    edited(point, held, kind="solution", text=" New ", administrations=[held.fj])

    point.refresh_from_db()
    assert (point.kind, point.text, point.version, point.sequence) == ("solution", "New", 2, 2)
    assert list(point.administrations.all()) == [held.fj]
    changes = {
        "kind": ["challenge", "solution"],
        "text": ["The line is thin.", "New"],
        "administrations": [[], [held.fj.pk]],
    }
    assert recorded() == [line(held, "breakouts.point_edited", point, changes)]


def test_saving_the_same_is_no_change(held: BreakoutWorld) -> None:
    point = make_point(held.one, held.user("ana"))
    point.administrations.set([held.fj])

    edited(point, held, administrations=[held.fj])

    point.refresh_from_db()
    assert (point.version, point.sequence, recorded()) == (1, 1, [])


def test_of_two_who_change_a_point_the_second_gets_the_first_s_words(held: BreakoutWorld) -> None:
    point = make_point(held.one, held.user("ana"))
    edited(point, held, text="Hers")

    with refused(PointChangedError) as caught:
        edited(point, held, text="His")
    theirs = caught.value.point  # type: ignore[attr-defined]  # of PointChangedError
    assert (theirs.text, theirs.version) == ("Hers", 2)


# Order --------------------------------------------------------------------------------------------


def test_points_change_places(held: BreakoutWorld) -> None:
    one, two, three = (make_point(held.one, held.user("ana"), text=each) for each in "abc")

    reorder_point(point=three, up=True, by=held.user("ana"))
    assert order(held.one) == ["a", "c", "b"]
    reorder_point(point=one, up=False, by=held.user("ana"))
    assert order(held.one) == ["c", "a", "b"]

    for point in (one, two, three):
        point.refresh_from_db()
    held.one.refresh_from_db()
    assert (one.sequence, three.sequence, two.sequence) == (5, 5, 4)
    assert held.one.point_sequence == 5
    assert recorded() == [
        line(held, "breakouts.point_moved", three, {}),
        line(held, "breakouts.point_moved", one, {}),
    ]


def test_at_the_ends_nothing_happens_and_removed_ones_are_passed(held: BreakoutWorld) -> None:
    one, two, three = (make_point(held.one, held.user("ana"), text=each) for each in "abc")
    reorder_point(point=one, up=True, by=held.user("ana"))
    reorder_point(point=three, up=False, by=held.user("ana"))
    assert recorded() == []
    remove_point(point=two, by=held.user("ana"))

    reorder_point(point=three, up=True, by=held.user("ana"))

    assert order(held.one) == ["c", "a"]
    with refused(PointGoneError):
        reorder_point(point=two, up=True, by=held.user("ana"))


# Removing and putting back ------------------------------------------------------------------------


def test_a_point_is_removed_and_put_back(held: BreakoutWorld) -> None:
    point = make_point(held.one, held.user("ana"))

    remove_point(point=point, by=held.user("ana"))
    point.refresh_from_db()
    assert (point.removed_by, point.removed_at is None) == (held.user("ana"), False)
    assert (order(held.one), point.version, point.sequence) == ([], 2, 2)

    restore_point(point=point, by=held.user("ana"))
    restore_point(point=point, by=held.user("ana"))
    point.refresh_from_db()
    assert (point.removed_by, point.removed_at, point.version, point.sequence) == (None, None, 3, 3)
    assert order(held.one) == ["The line is thin."]
    assert recorded() == [
        line(held, "breakouts.point_removed", point, {}),
        line(held, "breakouts.point_restored", point, {}),
    ]


def test_a_removed_point_is_gone_and_after_ten_minutes_for_good(held: BreakoutWorld) -> None:
    point = make_point(held.one, held.user("ana"))
    remove_point(point=point, by=held.user("ana"))

    with refused(PointGoneError, match="was removed"):
        remove_point(point=point, by=held.user("cho"))
    with refused(PointGoneError):
        edited(point, held, text="New", version=2)
    late = timezone.now() - Point.UNDO_FOR
    Point.objects.filter(pk=point.pk).update(removed_at=late)
    with refused(PointGoneError):
        restore_point(point=point, by=held.user("ana"))
    Point.objects.filter(pk=point.pk).update(removed_at=late + timedelta(minutes=1))
    restore_point(point=point, by=held.user("ana"))
    assert order(held.one) == ["The line is thin."]


# Refusals of all of them --------------------------------------------------------------------------


def acts(world: BreakoutWorld, point: Point) -> list[Callable[[], object]]:
    ana = world.user("ana")
    return [
        lambda: add_point(group=world.one, kind="trend", text="New", by=ana),
        lambda: edited(point, world, text="New"),
        lambda: reorder_point(point=point, up=True, by=ana),
        lambda: remove_point(point=point, by=ana),
        lambda: restore_point(point=point, by=ana),
    ]


@pytest.mark.parametrize(
    "status", [each for each in Round.Status if each != Round.Status.PUBLISHED]
)
def test_groups_note_points_while_the_round_is_published(held: BreakoutWorld, status: str) -> None:
    point = make_point(held.one, held.user("ana"))
    held.enter(status)

    for act in acts(held, point):
        with refused(GroupNotOpenError):
            act()


def test_nothing_is_noted_in_an_archived_workshop(held: BreakoutWorld) -> None:
    point = make_point(held.one, held.user("ana"))
    Workshop.objects.filter(pk=held.here.pk).update(status=Workshop.Status.ARCHIVED)

    for act in acts(held, point):
        with refused(WorkshopFrozenError):
            act()


def test_a_group_that_a_colleague_removed_is_said_to_be_gone(held: BreakoutWorld) -> None:
    lost = make_group(held.round, held.first)
    Group.objects.filter(pk=lost.pk).delete()

    with refused(GroupGoneError):
        add_point(group=lost, kind="trend", text="New", by=held.user("ana"))


def test_a_point_needs_words(held: BreakoutWorld) -> None:
    point = make_point(held.one, held.user("ana"))
    with refused(PointEmptyError):
        edited(point, held, text=" \n ")


# All or nothing, and what it costs ----------------------------------------------------------------


def test_all_or_nothing(held: BreakoutWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    make_point(held.one, held.user("ana"))
    point = make_point(held.one, held.user("ana"))
    add, edit, reorder, remove, restore = acts(held, point)
    with broken(monkeypatch, "points", "record_many"):
        add()
    for act in (edit, reorder, remove):
        with broken(monkeypatch, "points"):
            act()
    remove()
    with broken(monkeypatch, "points"):
        restore()


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow_with_the_points(
    held: BreakoutWorld, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    ana, said_by = held.user("ana"), [make_administration(f"A{each}") for each in range(number)]
    news = [NewPoint(kind="trend", text="So", administrations=[one]) for one in said_by]

    # savepoint, group, round, keys, last, points, who said them, sequence, record, release
    with django_assert_num_queries(9):
        first, *_rest = add_points(group=held.one, points=news, by=ana)
    make_point(held.one, ana)
    # savepoint, group, round, point, who said it, who is added and taken off (in a savepoint), point, sequence, record, release
    with django_assert_num_queries(12):
        edited(first, held, text="New", administrations=[held.fj, *said_by[1:]])
    with django_assert_num_queries(
        9
    ):  # savepoint, group, round, points, two, sequence, record, release
        reorder_point(point=first, up=False, by=ana)
    with django_assert_num_queries(
        8
    ):  # savepoint, group, round, point, itself, sequence, record, release
        remove_point(point=first, by=ana)
    with django_assert_num_queries(8):
        restore_point(point=first, by=ana)
