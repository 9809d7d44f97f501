"""Points of groups made contributions with one act."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from breakouts.models import Group, Point, Round
from reports.actions.editions import EditionAdoptedError
from reports.actions.points import PointElsewhereError, PointTakenError, take_points, title_of
from reports.models import Contribution, Edition
from reports.tests.editions import EditionWorld, breaks, entries, nothing_changes, text
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> EditionWorld:
    return EditionWorld()


def note(world: EditionWorld, words: str = "Few trainers.", **fields: Any) -> Point:
    values: dict[str, Any] = {"group": world.group, "kind": "challenge", "created_by": world.by}
    ordinal = Point.objects.count() + 1
    return Point.objects.create(**(values | {"text": words, "ordinal": ordinal} | fields))


def test_a_point_becomes_one_submitted_contribution(world: EditionWorld) -> None:
    point = note(world, "  Few\ntrainers.  ")

    [made] = take_points(edition=world.edition, points=[point], by=world.by)

    row = Contribution.objects.get(pk=made.pk)
    assert (row.edition, row.topic, row.point, row.administration) == (
        world.edition,
        world.topic,
        point,
        None,
    )
    assert (row.status, row.kind, row.title, row.challenge) == (
        "submitted",
        "challenge",
        "Few trainers.",
        "  Few\ntrainers.  ",
    )
    assert (row.created_by, row.submitted_by, row.submitted_at) == (
        world.by,
        world.by,
        row.created_at,
    )
    said = "reports.contribution_taken"
    assert entries() == [(said, world.by.pk, str(row.pk), str(world.edition.pk), {})]
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("challenge", "challenge"),
        ("solution", "practice"),
        ("trend", "background"),
        ("good_practice", "practice"),
    ],
)
def test_its_text_goes_where_its_kind_belongs(world: EditionWorld, kind: str, field: str) -> None:
    [row] = take_points(edition=world.edition, points=[note(world, kind=kind)], by=world.by)

    filled = {name for name in ("background", "challenge", "practice") if getattr(row, name)}
    assert (row.kind, filled) == (kind, {field})


def test_each_administration_that_is_tagged_has_its_own(world: EditionWorld) -> None:
    point = note(world)
    point.administrations.add(world.japan, world.fiji)

    rows = take_points(edition=world.edition, points=[point], by=world.by)

    assert [row.administration for row in rows] == [world.fiji, world.japan]
    assert [entry[2] for entry in entries()] == [str(row.pk) for row in rows]


def test_they_come_in_the_order_of_the_groups(world: EditionWorld) -> None:
    first = Group.objects.create(round=world.group.round, ordinal=1, topic=world.topic)
    late, early = note(world, "Late."), note(world, "Early.", group=first)

    rows = take_points(edition=world.edition, points=[late, early], by=world.by)

    assert [row.title for row in rows] == ["Early.", "Late."]


def elsewhere(world: EditionWorld) -> Point:
    round_ = Round.objects.create(workshop=world.people.elsewhere, ordinal=1, title=text("R"))
    group = Group.objects.create(round=round_, ordinal=1, topic=world.topic)
    return note(world, group=group)


def removed(world: EditionWorld) -> Point:
    return note(world, removed_at=timezone.now(), removed_by=world.by)


def gone(world: EditionWorld) -> Point:
    point = note(world)
    Point.objects.filter(pk=point.pk).delete()
    return point


@pytest.mark.parametrize("bad", [elsewhere, removed, gone])
def test_one_that_does_not_belong_stops_all(world: EditionWorld, bad: Any) -> None:
    points = [note(world), bad(world)]

    with nothing_changes(PointElsewhereError):
        take_points(edition=world.edition, points=points, by=world.by)


@pytest.mark.parametrize("status", ["submitted", "accepted", "withdrawn"])
def test_one_that_was_used_stops_all(world: EditionWorld, status: str) -> None:
    Contribution.objects.filter(pk=world.from_point.pk).update(status=status)
    points = [note(world), world.point]

    with nothing_changes(PointTakenError):
        take_points(edition=world.edition, points=points, by=world.by)


def test_an_adopted_edition_takes_nothing(world: EditionWorld) -> None:
    point = note(world)
    Edition.objects.update(status="adopted")

    with nothing_changes(EditionAdoptedError):
        take_points(edition=world.edition, points=[point], by=world.by)


def test_an_error_in_the_last_step_leaves_nothing_behind(
    world: EditionWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = note(world)
    monkeypatch.setattr("reports.actions.points.record_many", breaks)

    with nothing_changes(RuntimeError):
        take_points(edition=world.edition, points=[point], by=world.by)


@pytest.mark.parametrize("count", [1, 30])
def test_queries_do_not_grow(
    world: EditionWorld, django_assert_num_queries: Any, count: int
) -> None:
    points = [note(world) for _each in range(count)]
    for point in points:
        point.administrations.add(world.japan)

    with django_assert_num_queries(10):
        take_points(edition=world.edition, points=points, by=world.by)

    assert Entry.objects.count() == count


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Short.", "Short."),
        ("x" * 120, "x" * 120),
        ("x" * 121, "x" * 119 + "…"),
        ("word " * 40, ("word " * 24).strip() + "…"),
    ],
)
def test_a_long_point_is_cut_at_a_word(words: str, title: str) -> None:
    assert title_of(words) == title


@pytest.mark.parametrize("administration", ["japan", None])
def test_the_database_takes_a_point_once(world: EditionWorld, administration: str | None) -> None:
    """Constraints: reports_contribution_one_per_point_and_administration, ..._one_unnamed_per_point."""
    who = getattr(world, administration) if administration else None
    point = note(world)
    world.add(kind="trend", title="One", point=point, administration=who)

    with pytest.raises(IntegrityError, match="point"), transaction.atomic():
        world.add(kind="trend", title="Two", point=point, administration=who)
