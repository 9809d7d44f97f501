"""What the next workshop of a series takes over from the break-outs, and what it does not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from breakouts.actions.copying import copy_breakouts
from breakouts.models import Group, Round, Topic
from breakouts.tests.worlds import BreakoutWorld, make_group, make_point, make_round, make_topic
from events.models import Session
from events.tabs import Copy
from participants.tests.worlds import make_workshop


def copy_of(world: BreakoutWorld, sessions: dict[int, Session] | None = None) -> Copy:
    return Copy(
        source=world.here,
        target=make_workshop("next", by=world.secretariat),
        shift=timedelta(days=364),
        sessions=sessions or {},
        by=world.organiser,
    )


def make_session(world: BreakoutWorld, **fields: object) -> Session:
    starts_at = datetime(2026, 5, 24, 9, 0, tzinfo=UTC)
    values = {
        "title": "Break-out",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
    }
    return Session.objects.create(**({"workshop": world.here} | values | fields))


def test_topics_and_the_shape_of_the_rounds_are_taken_over(world: BreakoutWorld) -> None:
    world.publish()
    make_point(world.one, world.user("ana"))
    session, later = make_session(world), make_session(world)
    until = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
    Round.objects.update(
        session=session,
        ranking_closes_at=until,
        minutes=60,
        mode=Round.Mode.SAME,
        weighting=Round.Weighting.MIXING_FIRST,
        topic_once=False,
    )
    Group.objects.filter(pk=world.one.pk).update(
        minimum=3, maximum=8, languages=["fr"], format="on_site", venue="Room A",
        join_url="https://meet.example/1", backup_url="https://backup.example/1", point_sequence=1,
    )  # fmt: skip
    copy = copy_of(world, {session.pk: later})

    said = copy_breakouts(copy)

    assert [(each.count, each.taken) for each in said] == [(2, True), (1, True), (0, False)]
    topics = Topic.objects.filter(workshop=copy.target).order_by("ordinal")
    assert [(t.ordinal, str(t.title), str(t.question)) for t in topics] == [
        (1, "Topic 1", "Why 1?"),
        (2, "Topic 2", "Why 2?"),
    ]
    [held] = copy.target.rounds.all()
    assert (held.ordinal, str(held.title), held.minutes, held.mode, held.status) == (
        1,
        "Round 1",
        60,
        "same",
        "draft",
    )
    assert (held.weighting, held.topic_once) == (Round.Weighting.MIXING_FIRST, False)
    assert (held.session, held.ranking_closes_at) == (later, until + timedelta(days=364))
    one, two = held.groups.order_by("ordinal")
    assert (one.topic, one.minimum, one.maximum, one.languages) == (topics[0], 3, 8, ["fr"])
    assert (one.format, one.venue, one.join_url, one.backup_url) == ("on_site", "Room A", "", "")
    assert (one.point_sequence, two.topic, two.minimum) == (0, topics[1], None)
    for group in (one, two):
        assert (group.roles.count(), group.points.count(), group.assignments.count()) == (0, 0, 0)
    assert (held.plans.count(), held.preferences.count()) == (0, 0)


def test_a_round_whose_session_is_not_taken_over_has_none(world: BreakoutWorld) -> None:
    Round.objects.update(session=make_session(world))
    copy = copy_of(world)

    copy_breakouts(copy)

    assert copy.target.rounds.get().session is None


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow_with_what_is_copied(
    world: BreakoutWorld, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for _each in range(number):
        topic = make_topic(world.here)
        make_group(make_round(world.here), topic)
    copy = copy_of(world)

    with django_assert_num_queries(6):  # topics, rounds and groups, read and written
        copy_breakouts(copy)

    assert copy.target.rounds.count() == number + 1
    assert Group.objects.filter(round__workshop=copy.target).count() == number + 2
