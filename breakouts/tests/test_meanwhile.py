"""Two organisers at once: one plan wins, and the other sees what was changed in the meantime."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Barrier
from typing import Any
from unittest import mock

import pytest
from django.db import connections
from django.test import Client

from breakouts.actions import moves
from breakouts.actions.moves import StalePlanError, move_people, set_lock, undo_move
from breakouts.actions.plans import publish_plan
from breakouts.models import Assignment, Plan, Round
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    make_group,
    make_plan,
    move_person,
    recorded,
    state,
)
from participants.actions.changes import replace_registration, withdraw_registration
from participants.actions.nominations import Nominee
from workshop_portal.audit.models import Entry

BOARD = "/workshops/here/breakouts/1/board/"
MOVE, PUBLISH = f"{BOARD}move/", "/workshops/here/breakouts/1/publish/"
FASTER = "A colleague changed the groups in the meantime."


@pytest.fixture
def plan(world: BreakoutWorld) -> Plan:
    """A draft: Ana and Cho in group 1, Ben and Dai in group 2."""
    people = world.people
    seats = {world.one: [people["ana"], people["cho"]], world.two: [people["ben"], people["dai"]]}
    world.enter(Round.Status.ASSIGNING)
    return make_plan(world.round, seats, world.organiser)


@pytest.fixture
def slow_hand(world: BreakoutWorld, plan: Plan, sign_in: SignIn) -> Client:
    """Has the board open as it was at the beginning."""
    return sign_in(world.secretariat)


def late_post(client: Client, world: BreakoutWorld, plan: Plan, **more: Any) -> Any:
    """What the board says when Ben is moved on it as it was at revision 0."""
    data = {"p": world.people["ben"].public_id, "to": "1", "plan": plan.pk, "revision": 0, **more}
    before = state()
    response = client.post(MOVE, data, follow=True)
    assert state() == before
    assert FASTER in response.content.decode()
    return response


def told(response: Any) -> list[tuple[str, int | None, int | None, str]]:
    """Who sits elsewhere: person, from, to, by whom."""
    return [
        (
            each.mover.person.user.given_name,
            each.mover.was and each.mover.was.ordinal,
            each.mover.now and each.mover.now.ordinal,
            each.by,
        )
        for each in response.context["meanwhile"].changed
    ]


def test_who_was_moved_from_where_to_where_by_whom(
    world: BreakoutWorld, plan: Plan, slow_hand: Client
) -> None:
    ana, cho = world.people["ana"], world.people["cho"]
    move_people(plan=plan, registrations=[ana, cho], to=world.two, by=world.organiser)
    set_lock(plan=plan, registration=cho, is_locked=True, by=world.secretariat)

    response = late_post(slow_hand, world, plan)

    assert response.redirect_chain == [(f"{BOARD}?since={plan.pk}.0", 302)]
    kim = str(world.organiser)
    assert told(response) == [("Ana", 1, 2, kim), ("Cho", 1, 2, kim)]
    text = " ".join(response.content.decode().split())
    assert f"<b>{ana.user}, Fiji</b>: from group 1 to group 2, by {kim}" in text
    columns = response.context["board"].columns
    assert [len(column.people) for column in columns] == [0, 4]
    assert response.context["plan"].revision == 2


def test_only_the_outcome_is_told_and_what_was_seen_is_not(
    world: BreakoutWorld, plan: Plan, slow_hand: Client
) -> None:
    """Dai went there and back; Ana moved before the board was shown."""
    ana, dai = world.people["ana"], world.people["dai"]
    move_person(plan=plan, registration=ana, to=world.two, by=world.organiser)
    undo_move(
        move=move_person(plan=plan, registration=dai, to=world.one, by=world.organiser),
        by=world.organiser,
    )
    set_lock(plan=plan, registration=ana, is_locked=True, by=world.organiser)

    response = late_post(slow_hand, world, plan, revision=1)

    assert told(response) == []
    assert response.context["meanwhile"].news == [f"{world.organiser} locked {ana.user}."]
    assert told(slow_hand.get(f"{BOARD}?since={plan.pk}.0")) == [
        ("Ana", 1, 2, str(world.organiser))
    ]


def test_who_left_and_who_came_in_their_place(
    world: BreakoutWorld, plan: Plan, slow_hand: Client
) -> None:
    withdraw_registration(registration=world.people["ana"], by=world.organiser)
    replace_registration(
        registration=world.people["dai"],
        person=Nominee(email="fay@customs.example", given_name="Fay"),
        by=world.organiser,
    )

    kim = str(world.organiser)
    assert told(late_post(slow_hand, world, plan)) == [
        ("Ana", 1, None, kim),
        ("Dai", 2, None, kim),
        ("Fay", None, 2, kim),
    ]


def test_a_newer_plan_is_told_beside_the_one_that_was_seen(
    world: BreakoutWorld, plan: Plan, slow_hand: Client
) -> None:
    """The colleague publishes, then moves on the draft that follows."""
    publish_plan(plan=plan, by=world.organiser)
    move_person(plan=plan, registration=world.people["ana"], to=world.two, by=world.organiser)

    response = late_post(slow_hand, world, plan)

    assert told(response) == [("Ana", 1, 2, str(world.organiser))]
    assert response.context["plan"].version == 2


def test_a_late_lock_and_a_late_publication_are_told_too(
    world: BreakoutWorld, plan: Plan, slow_hand: Client
) -> None:
    move_person(plan=plan, registration=world.people["ana"], to=world.two, by=world.organiser)
    expected = [("Ana", 1, 2, str(world.organiser))]

    assert told(late_post(slow_hand, world, plan, to="lock")) == expected
    sent = {"plan": plan.pk, "revision": 0, "confirmed": "1"}
    assert told(slow_hand.post(PUBLISH, sent, follow=True)) == expected


@pytest.mark.parametrize("text", ["", "x", "1", "1.", "9" * 20 + ".0", "999.0", "1.-1", "١.٠"])
def test_what_is_not_a_revision_shows_the_board_alone(
    world: BreakoutWorld, slow_hand: Client, text: str
) -> None:
    response = slow_hand.get(BOARD, {"since": text})
    assert (response.status_code, response.context["meanwhile"]) == (200, None)


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow_with_what_was_changed(
    world: BreakoutWorld,
    plan: Plan,
    slow_hand: Client,
    number: int,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for person in world.crowd(number):
        move_person(plan=plan, registration=person, to=world.two, by=world.organiser)

    # the board's 11, the plan, its places, the record, names
    with django_assert_num_queries(16):
        response = slow_hand.get(f"{BOARD}?since={plan.pk}.0")
    assert len(told(response)) == number


# At the same moment -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "negative control"])
def test_of_twenty_at_once_one_wins(erasable_record: None, guarded: bool) -> None:
    """Everybody moves Ana by the same board, each to another group. Without the comparison of revisions all would have their way."""
    world = BreakoutWorld()
    ana = world.people["ana"]
    plan = make_plan(world.round, {world.one: [ana]}, world.organiser)
    groups = [make_group(world.round, world.first) for _each in range(20)]
    world.enter(Round.Status.ASSIGNING)
    start = Barrier(20)

    def move(number: int) -> str:
        to = groups[number]
        try:
            start.wait(timeout=60)
            move_person(plan=plan, registration=ana, to=to, revision=0, by=world.organiser)
        except StalePlanError:
            return "told"
        finally:
            connections.close_all()
        return "done"

    lock_plan = moves.lock_plan
    blind = mock.patch.object(moves, "lock_plan", lambda plan, _revision: lock_plan(plan, None))
    with nullcontext() if guarded else blind, ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(move, range(20)))

    plan.refresh_from_db()
    if not guarded:
        assert (answers, plan.revision) == ({"done": 20}, 20)
        return
    assert (answers, plan.revision) == ({"done": 1, "told": 19}, 1)
    [(*_entry, changes)] = recorded()
    assert Assignment.objects.get().group_id == changes[f"registration {ana.pk}"][1]
    assert Entry.objects.count() == 1
