"""The board: moving people, taking it back, locking. A published plan stays as it is."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from breakouts.actions.groups import remove_group
from breakouts.actions.locks import GroupGoneError, RoundClosedError
from breakouts.actions.moves import (
    AlreadyThereError,
    LockedInPlaceError,
    NotOnBoardError,
    StalePlanError,
    UndoTooLateError,
    move_people,
    set_lock,
    undo_move,
)
from breakouts.models import Group, Move, Plan, Round
from breakouts.tests.worlds import (
    BreakoutWorld,
    broken,
    mailed,
    make_group,
    make_plan,
    make_round,
    move_person,
    recorded,
    refused,
)
from participants.models import Registration
from participants.tests.worlds import make_registration

REASONS = {"rank": 1, "colleagues": 0}


@pytest.fixture
def plan(world: BreakoutWorld) -> Plan:
    """A draft: Ana and Cho in group 1, Ben in group 2, Dai nowhere."""
    people = world.people
    seats = {world.one: [people["ana"], people["cho"]], world.two: [people["ben"]]}
    made = make_plan(world.round, seats, world.organiser)
    made.assignments.update(reasons=REASONS)
    world.enter(Round.Status.ASSIGNING)
    return made


def places(plan: Plan) -> dict[str, tuple[int, dict[str, object], bool]]:
    rows = plan.assignments.select_related("registration__user", "group")
    return {
        row.registration.user.given_name: (row.group.ordinal, row.reasons, row.is_locked)
        for row in rows
    }


# Moving -------------------------------------------------------------------------------------------


def test_people_are_moved_in_one_act(world: BreakoutWorld, plan: Plan) -> None:
    ana, dai = world.people["ana"], world.people["dai"]
    move = move_people(
        plan=plan, registrations=[ana, dai], to=world.two, revision=0, by=world.organiser
    )

    by_hand = {"by_hand": True}
    assert places(plan) == {
        "Ana": (2, by_hand, False),
        "Ben": (2, REASONS, False),
        "Cho": (1, REASONS, False),
        "Dai": (2, by_hand, False),
    }
    assert (move.plan, move.group, move.moved_by) == (plan, world.two, world.organiser)
    assert move.came_from == {
        str(ana.pk): {"group": world.one.pk, "reasons": REASONS},
        str(dai.pk): None,
    }
    plan.refresh_from_db()
    assert plan.revision == 1
    assert recorded() == [
        (
            "breakouts.people_moved",
            world.organiser.pk,
            f"breakouts.round {world.round.pk}",
            str(world.here.pk),
            {
                "plan": [1, 1],
                "revision": [0, 1],
                f"registration {ana.pk}": [world.one.pk, world.two.pk],
                f"registration {dai.pk}": [None, world.two.pk],
            },
        )
    ]
    assert mailed() == []


def test_a_published_plan_stays_and_a_draft_takes_the_move(world: BreakoutWorld) -> None:
    published = world.publish()
    before = places(published)

    move = move_person(
        plan=published, registration=world.people["ana"], to=world.two, by=world.organiser
    )

    published.refresh_from_db()
    assert (places(published), published.revision, published.is_current) == (before, 0, True)
    assert (move.plan.version, move.plan.is_draft, move.plan.revision) == (2, True, 1)
    assert {name: place for name, (place, *_rest) in places(move.plan).items()} == {
        "Ana": 2,
        "Ben": 2,
        "Cho": 1,
        "Dai": 2,
    }


def test_who_sits_there_already_is_no_move(world: BreakoutWorld, plan: Plan) -> None:
    ana, ben, cho = (world.people[name] for name in ("ana", "ben", "cho"))
    plan.assignments.filter(registration=ana).update(is_locked=True)
    with refused(AlreadyThereError, match="Nobody was moved: group 1 is where they sit"):
        move_people(plan=plan, registrations=[ana, cho], to=world.one, by=world.organiser)

    move = move_people(plan=plan, registrations=[ana, ben, cho], to=world.one, by=world.organiser)

    assert move.came_from == {str(ben.pk): {"group": world.two.pk, "reasons": REASONS}}
    assert places(plan) == {
        "Ana": (1, REASONS, True),
        "Ben": (1, {"by_hand": True}, False),
        "Cho": (1, REASONS, False),
    }


def test_a_published_plan_has_no_draft_of_a_move_that_is_none(world: BreakoutWorld) -> None:
    published, ana = world.publish(), world.people["ana"]
    with refused(AlreadyThereError):
        move_person(plan=published, registration=ana, to=world.one, by=world.organiser)


def test_strangers_are_not_moved(world: BreakoutWorld, plan: Plan) -> None:
    withdrawn = make_registration(world.fiji, status=Registration.Status.WITHDRAWN)
    for people in ([], [world.people["eve"]], [world.people["ana"], withdrawn]):
        with refused(NotOnBoardError):
            move_people(plan=plan, registrations=people, to=world.two, by=world.organiser)


def test_who_withdrew_since_the_board_was_shown_is_not_moved(
    world: BreakoutWorld, plan: Plan
) -> None:
    dai = world.people["dai"]
    Registration.objects.filter(pk=dai.pk).update(
        status="nominated", approved_at=None, approved_by=None, confirmed_at=None
    )

    with refused(NotOnBoardError):
        move_person(plan=plan, registration=dai, to=world.two, by=world.organiser)


def test_nobody_is_moved_to_a_group_of_another_round_or_a_removed_one(
    world: BreakoutWorld, plan: Plan
) -> None:
    other = make_group(make_round(world.here), world.first)
    with refused(NotOnBoardError):
        move_person(plan=plan, registration=world.people["ana"], to=other, by=world.organiser)
    lost = make_group(world.round, world.first)
    Group.objects.filter(pk=lost.pk).delete()
    with refused(GroupGoneError):
        move_person(plan=plan, registration=world.people["ana"], to=lost, by=world.organiser)


def test_who_is_locked_is_not_moved_and_nobody_with_them(world: BreakoutWorld, plan: Plan) -> None:
    plan.assignments.filter(registration=world.people["ana"]).update(is_locked=True)

    with refused(LockedInPlaceError, match=r"Ana .* is locked"):
        move_people(
            plan=plan,
            registrations=[world.people["cho"], world.people["ana"]],
            to=world.two,
            by=world.organiser,
        )


# Two at once --------------------------------------------------------------------------------------


def test_an_older_revision_or_plan_is_stale(world: BreakoutWorld, plan: Plan) -> None:
    ana = world.people["ana"]
    move = move_person(plan=plan, registration=ana, to=world.two, revision=0, by=world.organiser)

    with refused(StalePlanError):
        move_person(plan=plan, registration=ana, to=world.one, revision=0, by=world.secretariat)
    with refused(StalePlanError):
        set_lock(plan=plan, registration=ana, is_locked=True, revision=0, by=world.secretariat)
    make_plan(world.round, {}, world.secretariat)
    with refused(StalePlanError):
        move_person(plan=plan, registration=ana, to=world.one, revision=1, by=world.organiser)
    with refused(StalePlanError):
        set_lock(plan=plan, registration=ana, is_locked=True, by=world.organiser)
    with refused(StalePlanError):
        undo_move(move=move, by=world.organiser)


def test_nothing_is_done_in_a_closed_round(world: BreakoutWorld, plan: Plan) -> None:
    ana = world.people["ana"]
    move = move_person(plan=plan, registration=ana, to=world.two, by=world.organiser)
    world.enter(Round.Status.CLOSED)
    plan.round.refresh_from_db()

    with refused(RoundClosedError):
        move_person(plan=plan, registration=ana, to=world.one, by=world.organiser)
    with refused(RoundClosedError):
        undo_move(move=move, by=world.organiser)
    with refused(RoundClosedError):
        set_lock(plan=plan, registration=ana, is_locked=True, by=world.organiser)


# Taking back --------------------------------------------------------------------------------------


def test_a_move_is_taken_back_with_place_and_reasons(world: BreakoutWorld, plan: Plan) -> None:
    before = places(plan)
    ana, dai = world.people["ana"], world.people["dai"]
    move = move_people(plan=plan, registrations=[ana, dai], to=world.two, by=world.organiser)

    undo_move(move=move, by=world.secretariat)

    assert places(plan) == before
    move.refresh_from_db()
    plan.refresh_from_db()
    assert (move.undone_by, move.undone_at is None, plan.revision) == (world.secretariat, False, 2)
    assert recorded()[1:] == [
        (
            "breakouts.move_undone",
            world.secretariat.pk,
            f"breakouts.round {world.round.pk}",
            str(world.here.pk),
            {
                "plan": [1, 1],
                "revision": [1, 2],
                f"registration {ana.pk}": [world.two.pk, world.one.pk],
                f"registration {dai.pk}": [world.two.pk, None],
            },
        )
    ]


def test_a_move_is_taken_back_once_and_for_ten_minutes(world: BreakoutWorld, plan: Plan) -> None:
    ana = world.people["ana"]
    move = move_person(plan=plan, registration=ana, to=world.two, by=world.organiser)
    began = move.moved_at
    Move.objects.filter(pk=move.pk).update(moved_at=began - Move.UNDO_FOR)
    with refused(UndoTooLateError, match="can no longer be taken back"):
        undo_move(move=move, by=world.organiser)
    Move.objects.filter(pk=move.pk).update(moved_at=began - Move.UNDO_FOR + timedelta(minutes=1))
    undo_move(move=move, by=world.organiser)
    with refused(UndoTooLateError):
        undo_move(move=move, by=world.organiser)


def test_who_was_moved_on_or_left_or_is_locked_is_not_moved_back(
    world: BreakoutWorld, plan: Plan
) -> None:
    ana = world.people["ana"]
    move = move_person(plan=plan, registration=ana, to=world.two, by=world.organiser)
    seat = plan.assignments.filter(registration=ana)
    seat.update(group=world.one)
    with refused(StalePlanError):
        undo_move(move=move, by=world.organiser)
    seat.update(group=world.two, is_locked=True)
    with refused(LockedInPlaceError):
        undo_move(move=move, by=world.organiser)
    seat.delete()
    with refused(StalePlanError):
        undo_move(move=move, by=world.organiser)


def test_nobody_is_moved_back_to_a_group_that_was_removed(world: BreakoutWorld, plan: Plan) -> None:
    ben = world.people["ben"]
    move = move_person(plan=plan, registration=ben, to=world.one, by=world.organiser)
    remove_group(group=world.two, by=world.secretariat)

    with refused(GroupGoneError):
        undo_move(move=move, by=world.organiser)


# Locks --------------------------------------------------------------------------------------------


def test_a_lock_is_set_and_taken_off_once(world: BreakoutWorld, plan: Plan) -> None:
    ana = world.people["ana"]
    for is_locked in (True, True, False, False):
        set_lock(plan=plan, registration=ana, is_locked=is_locked, by=world.organiser)

    plan.refresh_from_db()
    assert (places(plan)["Ana"], plan.revision) == ((1, REASONS, False), 2)
    target, context = f"breakouts.round {world.round.pk}", str(world.here.pk)
    assert recorded() == [
        (
            action,
            world.organiser.pk,
            target,
            context,
            {"plan": [1, 1], "revision": turn, "registration": [None, ana.pk]},
        )
        for action, turn in (
            ("breakouts.person_locked", [0, 1]),
            ("breakouts.person_unlocked", [1, 2]),
        )
    ]
    assert mailed() == []


def test_a_lock_for_the_next_run_leaves_the_published_plan(world: BreakoutWorld) -> None:
    published = world.publish()
    ana = world.people["ana"]
    set_lock(plan=published, registration=ana, is_locked=False, by=world.organiser)
    assert world.round.plans.count() == 1

    seat = set_lock(plan=published, registration=ana, is_locked=True, by=world.organiser)

    published.refresh_from_db()
    assert (published.revision, places(published)["Ana"]) == (0, (1, {}, False))
    assert (seat.plan.version, seat.plan.is_draft, seat.plan.revision) == (2, True, 1)
    assert {name for name, (*_place, is_locked) in places(seat.plan).items() if is_locked} == {
        "Ana"
    }


def test_who_has_no_place_is_not_locked(world: BreakoutWorld, plan: Plan) -> None:
    with refused(NotOnBoardError):
        set_lock(plan=plan, registration=world.people["dai"], is_locked=True, by=world.organiser)


# All or nothing, and what it costs ----------------------------------------------------------------


def test_all_or_nothing(world: BreakoutWorld, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = world.people["ana"]
    with broken(monkeypatch, "moves"):
        move_person(plan=plan, registration=ana, to=world.two, by=world.organiser)
    with broken(monkeypatch, "moves"):
        set_lock(plan=plan, registration=ana, is_locked=True, by=world.organiser)
    move = move_person(plan=plan, registration=ana, to=world.two, by=world.organiser)
    with broken(monkeypatch, "moves"):
        undo_move(move=move, by=world.organiser)


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow_with_the_people(
    world: BreakoutWorld,
    plan: Plan,
    number: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    seated, waiting = world.crowd(number), world.crowd(number)
    for person in seated:
        plan.assignments.create(registration=person, group=world.one)

    # savepoint, round, workshop, plan, its round, newest, people, group, seats, update, new seats, move, revision, record, release
    with django_assert_num_queries(15):
        move = move_people(
            plan=plan, registrations=[*seated, *waiting], to=world.two, by=world.organiser
        )
    # savepoint, round, workshop, plan, its round, newest, move, seats, groups, gone, back, undone, revision, record, release
    with django_assert_num_queries(15):
        undo_move(move=move, by=world.organiser)
    # savepoint, round, workshop, plan, its round, newest, seat, lock, revision, record, release
    with django_assert_num_queries(11):
        set_lock(plan=plan, registration=seated[0], is_locked=True, by=world.organiser)
