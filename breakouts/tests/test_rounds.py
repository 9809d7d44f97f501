"""The life of a round: planned, changed, ranked, closed. Each edge of its states leaves one entry."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from breakouts.actions.locks import RoundClosedError, RoundStateError
from breakouts.actions.plans import RankingOpenError, publish_plan, request_assignment
from breakouts.actions.rounds import (
    NoGroupsError,
    RankingAfterStartError,
    RankingInPastError,
    SessionGoneError,
    close_ranking,
    close_round,
    edit_round,
    open_ranking,
    plan_round,
)
from breakouts.models import Round
from breakouts.tests.worlds import (
    BreakoutWorld,
    broken,
    mailed,
    make_group,
    make_plan,
    make_round,
    recorded,
    refused,
)
from events.actions.sessions import remove_session
from events.actions.writing import WorkshopFrozenError
from events.models import Session, Workshop
from workshop_portal.refusals import Refusal

HOUR = timedelta(hours=1)
Status = Round.Status
Act = Callable[[BreakoutWorld], object]


def publish(world: BreakoutWorld) -> None:
    people = [world.people[name] for name in ("ana", "ben", "cho", "dai")]
    publish_plan(
        plan=make_plan(
            world.round, {world.one: people[:2], world.two: people[2:]}, world.organiser
        ),
        by=world.organiser,
    )


ACTS: dict[tuple[str, str], tuple[Act, str]] = {
    ("draft", "ranking"): (
        lambda w: open_ranking(round=w.round, by=w.organiser),
        "breakouts.ranking_opened",
    ),
    ("draft", "assigning"): (
        lambda w: request_assignment(round=w.round, by=w.organiser),
        "breakouts.assignment_requested",
    ),
    ("ranking", "assigning"): (
        lambda w: close_ranking(round=w.round, by=w.organiser),
        "breakouts.ranking_closed",
    ),
    ("assigning", "ranking"): (
        lambda w: open_ranking(round=w.round, by=w.organiser),
        "breakouts.ranking_opened",
    ),
    ("assigning", "published"): (publish, "breakouts.plan_published"),
    ("published", "closed"): (
        lambda w: close_round(round=w.round, by=w.organiser),
        "breakouts.round_closed",
    ),
}


def test_each_edge_of_the_table_has_its_act() -> None:
    edges = {(str(a), str(b)) for a, targets in Round.TRANSITIONS.items() for b in targets}

    assert edges == set(ACTS)
    assert set(Round.TRANSITIONS) == set(Status)


@pytest.mark.parametrize("edge", ACTS, ids=" to ".join)
def test_each_edge_leaves_one_entry(world: BreakoutWorld, edge: tuple[str, str]) -> None:
    before, after = edge
    act, action = ACTS[edge]
    world.enter(before)

    act(world)

    world.round.refresh_from_db()
    assert world.round.status == after
    [(said, actor, target, context, changes)] = recorded()
    assert (said, actor, target, context) == (
        action,
        world.organiser.pk,
        f"breakouts.round {world.round.pk}",
        str(world.here.pk),
    )
    assert changes["status"] == [before, after]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("verb", ["open", "close ranking", "publish", "close"])
def test_no_act_goes_where_the_table_has_no_edge(
    world: BreakoutWorld, status: str, verb: str
) -> None:
    act, target = {
        "open": (ACTS["draft", "ranking"][0], Status.RANKING),
        "close ranking": (ACTS["ranking", "assigning"][0], Status.ASSIGNING),
        "publish": (publish, Status.PUBLISHED),
        "close": (ACTS["published", "closed"][0], Status.CLOSED),
    }[verb]
    allowed = [before for before, targets in Round.TRANSITIONS.items() if target in targets]
    if verb == "close ranking":
        allowed = [Status.RANKING]
    if verb == "publish":
        allowed.append(Status.PUBLISHED)  # a newer version, in the same state
    world.enter(status)
    if status in allowed:
        act(world)
        return
    error: type[Refusal] = RoundClosedError if status == Status.CLOSED else RoundStateError
    if (verb, status) == ("publish", Status.RANKING):
        error = RankingOpenError

    if verb == "publish":
        people = [world.people["ana"]]
        plan = make_plan(world.round, {world.one: people}, world.organiser)
        with refused(error):
            publish_plan(plan=plan, by=world.organiser)
    else:
        with refused(error):
            act(world)


# Planned and changed ------------------------------------------------------------------------------


def test_a_round_is_planned_after_those_that_are_there(world: BreakoutWorld) -> None:
    planned = plan_round(workshop=world.here, title="Afternoon", minutes=60, by=world.organiser)

    planned.refresh_from_db()
    assert (planned.ordinal, planned.status, planned.minutes, planned.mode) == (
        2,
        Status.DRAFT,
        60,
        Round.Mode.MIX,
    )
    assert recorded() == [
        (
            "breakouts.round_planned",
            world.organiser.pk,
            f"breakouts.round {planned.pk}",
            str(world.here.pk),
            {"title": ["", "Afternoon"]},
        )
    ]
    assert mailed() == []


def edited(world: BreakoutWorld, **changes: object) -> Round:
    values: dict[str, object] = {
        "title": "Round 1",
        "minutes": 45,
        "mode": Round.Mode.MIX,
        "weighting": Round.Weighting.BALANCED,
        "topic_once": True,
        "session": None,
        "ranking_closes_at": None,
    }
    return edit_round(round=world.round, by=world.organiser, **(values | changes))  # type: ignore[arg-type]  # of several types


def test_a_round_is_changed_with_what_differs(world: BreakoutWorld) -> None:
    until = datetime(2030, 5, 24, 9, 0, tzinfo=UTC)
    edited(world)
    changes = {"minutes": 90, "ranking_closes_at": until, "weighting": "mixing_first"}
    changes |= {"topic_once": False}
    edited(world, **changes)
    edited(world, **changes)

    world.round.refresh_from_db()
    assert (world.round.minutes, world.round.ranking_closes_at) == (90, until)
    [(action, _by, target, _context, found)] = recorded()
    assert (action, target) == ("breakouts.round_edited", f"breakouts.round {world.round.pk}")
    assert found == {
        "minutes": [45, 90],
        "weighting": ["balanced", "mixing_first"],
        "topic_once": [True, False],
        "ranking_closes_at": [None, "2030-05-24T09:00:00+00:00"],
    }


def test_a_closed_round_and_a_cancelled_workshop_are_not_changed(world: BreakoutWorld) -> None:
    world.enter(Status.CLOSED)
    with refused(RoundClosedError):
        edited(world, minutes=90)
    world.enter(Status.DRAFT)
    Workshop.objects.filter(pk=world.here.pk).update(status=Workshop.Status.CANCELLED)
    with refused(WorkshopFrozenError):
        edited(world, minutes=90)
    with refused(WorkshopFrozenError):
        plan_round(workshop=world.here, title="New", by=world.organiser)


def test_a_session_that_was_removed_meanwhile_is_chosen_for_no_round(world: BreakoutWorld) -> None:
    now = timezone.now()
    kept, lost = (
        Session.objects.create(workshop=world.here, title=title, starts_at=now, ends_at=now + HOUR)
        for title in ("Kept", "Lost")
    )
    remove_session(session=Session.objects.get(pk=lost.pk), by=world.organiser)

    foreign = Session.objects.create(
        workshop=world.elsewhere, title="Foreign", starts_at=now, ends_at=now + HOUR
    )

    for session in (lost, foreign):
        with refused(SessionGoneError):
            edited(world, session=session)
        with refused(SessionGoneError):
            plan_round(workshop=world.here, title="New", session=session, by=world.organiser)

    assert edited(world, session=kept).session == kept


def test_a_ranking_closes_before_the_round_begins(world: BreakoutWorld) -> None:
    now = timezone.now()
    session = Session.objects.create(
        workshop=world.here, title="Break-out", starts_at=now + HOUR, ends_at=now + 2 * HOUR
    )
    late = {"session": session, "ranking_closes_at": session.starts_at + timedelta(minutes=1)}
    with refused(RankingAfterStartError):
        edited(world, **late)
    with refused(RankingAfterStartError):
        plan_round(
            workshop=world.here,
            title="New",
            session=session,
            ranking_closes_at=session.starts_at + timedelta(minutes=1),
            by=world.organiser,
        )
    in_time = {"session": session, "ranking_closes_at": session.starts_at}
    held = edited(world, **in_time)
    assert held.ranking_closes_at == session.starts_at

    with refused(RankingAfterStartError):
        open_ranking(round=held, closes_at=session.ends_at, by=world.organiser)
    Session.objects.filter(pk=session.pk).update(starts_at=now + HOUR / 2)
    with refused(RankingAfterStartError):
        open_ranking(round=held, by=world.organiser)


# The ranking --------------------------------------------------------------------------------------


def test_there_is_nothing_to_rank_without_two_topics(world: BreakoutWorld) -> None:
    world.two.topic = world.first
    world.two.save()

    with refused(NoGroupsError, match="at least two topics"):
        open_ranking(round=world.round, by=world.organiser)


def test_a_ranking_is_not_opened_to_close_in_the_past(world: BreakoutWorld) -> None:
    past = timezone.now() - timedelta(minutes=1)
    with refused(RankingInPastError):
        open_ranking(round=world.round, closes_at=past, by=world.organiser)
    Round.objects.filter(pk=world.round.pk).update(ranking_closes_at=past)
    with refused(RankingInPastError):
        open_ranking(round=world.round, by=world.organiser)


def test_the_deadline_that_is_given_counts(world: BreakoutWorld) -> None:
    until = timezone.now() + timedelta(days=2)

    open_ranking(round=world.round, closes_at=until, by=world.organiser)

    world.round.refresh_from_db()
    assert world.round.ranking_closes_at == until
    assert recorded()[0][4]["ranking_closes_at"] == [None, until.isoformat()]


# All or nothing, and what it costs ----------------------------------------------------------------


def test_all_or_nothing(world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    with broken(monkeypatch, "rounds"):
        plan_round(workshop=world.here, title="New", by=world.organiser)
    with broken(monkeypatch, "rounds"):
        edited(world, minutes=90)
    with broken(monkeypatch, "rounds"):
        open_ranking(round=world.round, by=world.organiser)
    world.enter(Status.RANKING)
    with broken(monkeypatch, "rounds"):
        close_ranking(round=world.round, by=world.organiser)
    world.enter(Status.PUBLISHED)
    with broken(monkeypatch, "rounds"):
        close_round(round=world.round, by=world.organiser)


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow_with_rounds_and_groups(
    world: BreakoutWorld, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for _each in range(number):
        make_group(world.round, world.first)
        make_round(world.here)

    with django_assert_num_queries(6):  # savepoint, workshop, last, round, record, release
        plan_round(workshop=world.here, title="New", by=world.organiser)
    # savepoint, workshop, round, its workshop, update, record, release
    with django_assert_num_queries(7):
        edited(world, minutes=90)
    # savepoint, round, workshop, topics, update, record, people, mails, release
    with django_assert_num_queries(9):
        open_ranking(round=world.round, by=world.organiser)
    with django_assert_num_queries(6):
        close_ranking(round=world.round, by=world.organiser)
    world.enter(Status.PUBLISHED)
    with django_assert_num_queries(
        7
    ):  # savepoint, round, workshop, groups, update, record, release
        close_round(round=world.round, by=world.organiser)
