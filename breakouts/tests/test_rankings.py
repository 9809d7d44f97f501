"""Rankings: a delegate's order of the topics, and those of many."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from breakouts.actions.locks import RoundClosedError
from breakouts.actions.rankings import (
    NotRankableError,
    RankingClosedError,
    save_ranking,
    save_rankings,
)
from breakouts.models import Preference, Round
from breakouts.tests.worlds import (
    BreakoutWorld,
    broken,
    mailed,
    make_topic,
    recorded,
    refused,
)
from participants.models import Registration
from participants.tests.worlds import make_registration


@pytest.fixture
def open_world(world: BreakoutWorld) -> BreakoutWorld:
    world.enter(Round.Status.RANKING)
    return world


def saved(world: BreakoutWorld, name: str) -> list[tuple[int, str]]:
    rows = Preference.objects.filter(registration=world.people[name]).select_related("topic")
    return [(row.rank, str(row.topic.title)) for row in rows.order_by("rank", "pk")]


def test_an_order_is_kept_and_replaced(open_world: BreakoutWorld) -> None:
    world, ana = open_world, open_world.people["ana"]
    save_ranking(
        round=world.round, registration=ana, topics=[world.second, world.first], by=ana.user
    )
    assert saved(world, "ana") == [(1, "Topic 2"), (2, "Topic 1")]

    save_ranking(round=world.round, registration=ana, topics=[world.first], by=ana.user)

    assert saved(world, "ana") == [(1, "Topic 1")]
    line = (
        "breakouts.ranking_saved",
        ana.user.pk,
        f"participants.registration {ana.pk}",
        str(world.here.pk),
        {},
    )
    assert recorded() == [line, line]
    assert mailed() == []


def test_an_empty_order_takes_the_wishes_back(open_world: BreakoutWorld) -> None:
    world, ana = open_world, open_world.people["ana"]
    save_ranking(round=world.round, registration=ana, topics=[world.first], by=ana.user)

    save_ranking(round=world.round, registration=ana, topics=[], by=ana.user)

    assert saved(world, "ana") == []


def test_only_the_orders_of_those_named_are_replaced(open_world: BreakoutWorld) -> None:
    world, people = open_world, open_world.people
    save_rankings(
        round=world.round,
        rankings={people["ana"]: [world.first], people["cho"]: [world.second]},
        by=world.organiser,
    )

    save_ranking(
        round=world.round, registration=people["cho"], topics=[world.first], by=world.organiser
    )

    assert (saved(world, "ana"), saved(world, "cho")) == ([(1, "Topic 1")], [(1, "Topic 1")])


# Refusals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [each for each in Round.Status if each != Round.Status.RANKING])
def test_nobody_ranks_unless_it_is_open(world: BreakoutWorld, status: str) -> None:
    world.enter(status)
    error = RoundClosedError if status == Round.Status.CLOSED else RankingClosedError
    ana = world.people["ana"]

    with refused(error):
        save_ranking(round=world.round, registration=ana, topics=[world.first], by=ana.user)


def test_nobody_ranks_after_the_deadline(open_world: BreakoutWorld) -> None:
    world, ana = open_world, open_world.people["ana"]
    Round.objects.filter(pk=world.round.pk).update(ranking_closes_at=timezone.now())

    with refused(RankingClosedError, match="Your last saved order counts"):
        save_ranking(round=world.round, registration=ana, topics=[world.first], by=ana.user)

    later = timezone.now() + timedelta(minutes=1)
    Round.objects.filter(pk=world.round.pk).update(ranking_closes_at=later)
    save_ranking(round=world.round, registration=ana, topics=[world.first], by=ana.user)
    assert saved(world, "ana") == [(1, "Topic 1")]


def test_a_topic_twice_or_of_no_group_or_of_another_workshop_is_refused(
    open_world: BreakoutWorld,
) -> None:
    world, ana = open_world, open_world.people["ana"]
    spare, foreign = make_topic(world.here), make_topic(world.elsewhere)

    for topics in ([world.first, world.first], [spare], [world.first, foreign]):
        with refused(NotRankableError):
            save_ranking(round=world.round, registration=ana, topics=topics, by=ana.user)


def test_who_does_not_take_part_ranks_nothing(open_world: BreakoutWorld) -> None:
    world = open_world
    nominated = make_registration(world.fiji)
    for stranger in (nominated, world.people["eve"]):
        with refused(NotRankableError):
            save_ranking(
                round=world.round, registration=stranger, topics=[world.first], by=world.organiser
            )


def test_who_withdrew_since_the_page_was_shown_ranks_nothing(open_world: BreakoutWorld) -> None:
    world, ana = open_world, open_world.people["ana"]
    Registration.objects.filter(pk=ana.pk).update(
        status="withdrawn", ended_at=timezone.now(), ended_by=world.secretariat, end_reason="Ill"
    )

    with refused(NotRankableError):
        save_ranking(round=world.round, registration=ana, topics=[world.first], by=ana.user)


def test_one_refusal_keeps_all_orders_as_they_were(open_world: BreakoutWorld) -> None:
    world, people = open_world, open_world.people
    save_ranking(
        round=world.round, registration=people["ana"], topics=[world.first], by=world.organiser
    )

    with refused(NotRankableError):
        save_rankings(
            round=world.round,
            rankings={people["ana"]: [world.second], people["eve"]: [world.first]},
            by=world.organiser,
        )


# All or nothing, and what it costs ----------------------------------------------------------------


def test_all_or_nothing(open_world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world, ana = open_world, open_world.people["ana"]
    save_ranking(round=world.round, registration=ana, topics=[world.first], by=ana.user)

    with broken(monkeypatch, "rankings", "record_many"):
        save_ranking(round=world.round, registration=ana, topics=[world.second], by=ana.user)


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow_with_the_people(
    open_world: BreakoutWorld, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    world = open_world
    rankings = {person: [world.first, world.second] for person in world.crowd(number)}

    # savepoint, round, workshop, topics, people, delete, orders, record, release
    with django_assert_num_queries(9):
        save_rankings(round=world.round, rankings=rankings, by=world.organiser)
