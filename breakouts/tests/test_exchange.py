"""Two people change places: one act, where every group is full."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from breakouts.actions.moves import (
    AlreadyThereError,
    LockedInPlaceError,
    NotOnBoardError,
    StalePlanError,
    exchange_people,
    undo_move,
)
from breakouts.instances.building import gather
from breakouts.instances.effects import weigh_exchanges
from breakouts.models import Move, Plan, Round, SeatingRule
from breakouts.queries.plans import list_moves_of
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    broken,
    mailed,
    make_plan,
    move_person,
    recorded,
    refused,
    state,
)

BOARD = "/workshops/here/breakouts/1/board/"
TARGETS, MOVE = f"{BOARD}targets/", f"{BOARD}move/"
HTMX = {"HX-Request": "true"}
REASONS = {"rank": 1}


@pytest.fixture
def plan(world: BreakoutWorld) -> Plan:
    """A draft: Ana and Ben in group 1, Cho and Dai in group 2; both groups are full."""
    people = world.people
    seats = {world.one: [people["ana"], people["ben"]], world.two: [people["cho"], people["dai"]]}
    world.enter(Round.Status.ASSIGNING)
    made = make_plan(world.round, seats, world.organiser)
    made.assignments.update(reasons=REASONS)
    return made


@pytest.fixture
def organiser(world: BreakoutWorld, sign_in: SignIn) -> Client:
    return sign_in(world.organiser)


def places(plan: Plan) -> dict[str, tuple[int, dict[str, Any]]]:
    rows = plan.assignments.select_related("registration__user", "group")
    return {
        row.registration.user.given_name: (row.group.ordinal, row.reasons) for row in rows.all()
    }


def exchange(world: BreakoutWorld, plan: Plan, one: str, other: str, **more: Any) -> Move:
    people = world.people
    return exchange_people(
        plan=plan, registration=people[one], other=people[other], by=world.organiser, **more
    )


# The act ------------------------------------------------------------------------------------------


def test_two_change_places_in_one_act(world: BreakoutWorld, plan: Plan) -> None:
    ana, cho = world.people["ana"], world.people["cho"]
    move = exchange(world, plan, "ana", "cho", revision=0)

    by_hand = {"by_hand": True}
    assert places(plan) == {
        "Ana": (2, by_hand),
        "Ben": (1, REASONS),
        "Cho": (1, by_hand),
        "Dai": (2, REASONS),
    }
    plan.refresh_from_db()
    assert (move.plan, move.is_exchange, plan.revision) == (plan, True, 1)
    assert recorded() == [
        (
            "breakouts.people_exchanged",
            world.organiser.pk,
            f"breakouts.round {world.round.pk}",
            str(world.here.pk),
            {
                "plan": [1, 1],
                "revision": [0, 1],
                f"registration {ana.pk}": [world.one.pk, world.two.pk],
                f"registration {cho.pk}": [world.two.pk, world.one.pk],
            },
        )
    ]
    assert mailed() == []


def test_it_is_taken_back_as_one(world: BreakoutWorld, plan: Plan) -> None:
    before = places(plan)
    ana, cho = world.people["ana"], world.people["cho"]
    undo_move(move=exchange(world, plan, "ana", "cho"), by=world.secretariat)

    assert places(plan) == before
    assert [(action, changes) for action, *_entry, changes in recorded()[1:]] == [
        (
            "breakouts.move_undone",
            {
                "plan": [1, 1],
                "revision": [1, 2],
                f"registration {ana.pk}": [world.two.pk, world.one.pk],
                f"registration {cho.pk}": [world.one.pk, world.two.pk],
            },
        )
    ]


def test_where_one_of_them_was_moved_on_neither_goes_back(world: BreakoutWorld, plan: Plan) -> None:
    move = exchange(world, plan, "ana", "cho")
    move_person(plan=plan, registration=world.people["cho"], to=world.two, by=world.organiser)
    with refused(StalePlanError):
        undo_move(move=move, by=world.organiser)


def test_who_is_locked_or_has_no_place_changes_with_nobody(
    world: BreakoutWorld, plan: Plan
) -> None:
    seat = plan.assignments.filter(registration=world.people["cho"])
    seat.update(is_locked=True)
    for one, other in (("ana", "cho"), ("cho", "ana")):
        with refused(LockedInPlaceError, match=r"Cho .* is locked"):
            exchange(world, plan, one, other)
    seat.delete()
    for one, other in (("ana", "cho"), ("cho", "ana"), ("ana", "eve")):
        with refused(NotOnBoardError):
            exchange(world, plan, one, other)


def test_two_of_one_group_stay_and_an_older_board_is_stale(
    world: BreakoutWorld, plan: Plan
) -> None:
    for other in ("ben", "ana"):
        with refused(AlreadyThereError):
            exchange(world, plan, "ana", other)
    exchange(world, plan, "ana", "cho", revision=0)
    with refused(StalePlanError):
        exchange(world, plan, "ben", "dai", revision=0)


def test_a_published_plan_stays_and_a_draft_takes_it(world: BreakoutWorld) -> None:
    published = world.publish()
    before = places(published)
    move = exchange(world, published, "ana", "ben")
    assert (places(published), move.plan.version, move.plan.is_draft) == (before, 2, True)
    sitting = {name: place for name, (place, _reasons) in places(move.plan).items()}
    assert sitting == {"Ana": 2, "Ben": 1, "Cho": 1, "Dai": 2}


def test_all_or_nothing(world: BreakoutWorld, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    with broken(monkeypatch, "moves"):
        exchange(world, plan, "ana", "cho")


def test_what_it_asks_of_the_database(
    world: BreakoutWorld, plan: Plan, django_assert_num_queries: Callable[..., object]
) -> None:
    # savepoint, round, workshop, plan, its round, newest, seats, people, two updates, move, revision, record, release
    with django_assert_num_queries(14):
        exchange(world, plan, "ana", "cho")


def test_of_each_of_the_two_it_is_known_by_whom(world: BreakoutWorld, plan: Plan) -> None:
    move = exchange(world, plan, "ana", "cho")
    for name, group, moves in (
        ("ana", world.two, [move]),
        ("cho", world.one, [move]),
        ("cho", world.two, []),
        ("ben", world.one, []),
    ):
        assert list_moves_of(registration=world.people[name], group=group) == moves


# What it would do, and the pages ------------------------------------------------------------------


def test_both_are_told_of_before_anybody_goes(world: BreakoutWorld, plan: Plan) -> None:
    people = world.people
    SeatingRule.objects.create(
        workshop=world.here,
        kind="apart",
        first=people["ana"],
        second=people["dai"],
        round=world.round,
        created_by=world.organiser,
    )
    for name, topic in (("ana", world.first), ("cho", world.first)):
        people[name].preferences.create(round=world.round, topic=topic, rank=1)
    world.one.minimum = world.two.minimum = 2
    world.one.save()
    world.two.save()

    found = weigh_exchanges(gather(world.round), people["ana"], world.two)

    told = [(e.other, (e.there.words, e.there.kind), (e.here.words, e.here.kind)) for e in found]
    dai = people["dai"].user
    assert told == [
        (people["dai"], ("unranked instead of choice 1", "late"), ("no rule touched", "done")),
        (
            people["cho"],
            (f"to be apart from {dai}; unranked instead of choice 1", "bad"),
            ("choice 1", "done"),
        ),
    ]


def test_the_move_menu_and_its_page_lead_there_where_a_group_is_full(
    world: BreakoutWorld, plan: Plan, organiser: Client
) -> None:
    ana = {"p": world.people["ana"].public_id}
    before = state()
    assert (
        "Change places with somebody" in organiser.get(TARGETS, ana, headers=HTMX).content.decode()
    )
    page = organiser.get(TARGETS, ana).content.decode()
    assert page.count('name="group" value="2"') == 1
    response = organiser.post(TARGETS, ana | {"group": 2})
    assert [each.other for each in response.context["exchanges"]] == [
        world.people["cho"],
        world.people["dai"],
    ]
    plan.assignments.filter(group=world.two).update(is_locked=True)
    text = organiser.post(TARGETS, ana | {"group": 2}).content.decode()
    assert "Everybody in this group is locked." in text
    plan.assignments.filter(group=world.two).update(is_locked=False)
    assert state() == before

    two = {"p": [world.people[name].public_id for name in ("ana", "ben")]}
    assert "Change places" not in organiser.post(TARGETS, two).content.decode()
    world.two.maximum = 3
    world.two.save()
    assert "Change places" not in organiser.get(TARGETS, ana).content.decode()


def test_it_is_done_said_recorded_in_words_and_taken_back_on_the_board(
    world: BreakoutWorld, plan: Plan, organiser: Client
) -> None:
    ana, cho = world.people["ana"], world.people["cho"]
    sent = {"p": cho.public_id, "other": ana.public_id, "plan": plan.pk, "revision": 0}
    response = organiser.post(MOVE, sent, follow=True)

    assert response.redirect_chain == [(f"{BOARD}?at={cho.public_id}#p-{cho.public_id}", 302)]
    said = f"{cho.user}, Japan and {ana.user}, Fiji changed places."
    assert response.context["moved"] == said
    history = organiser.get(reverse("events:workshop-history", args=["here"])).content.decode()
    for words in (
        "Two people changed places</b>",
        f"<li>{ana.user}, Fiji: Round 1, group 1 → Round 1, group 2</li>",
        f"<li>{cho.user}, Japan: Round 1, group 2 → Round 1, group 1</li>",
    ):
        assert history.count(words) == 1
    organiser.post(response.context["undo_url"])
    assert {name: place for name, (place, _reasons) in places(plan).items()} == {
        "Ana": 1,
        "Ben": 1,
        "Cho": 2,
        "Dai": 2,
    }


def test_a_colleague_who_saw_the_board_before_is_told_of_both(
    world: BreakoutWorld, plan: Plan, organiser: Client
) -> None:
    exchange(world, plan, "ana", "cho")
    response = organiser.get(BOARD, {"since": f"{plan.pk}.0"})
    changed = response.context["meanwhile"].changed
    assert sorted((each.mover.person.user.given_name, each.by) for each in changed) == [
        ("Ana", str(world.organiser)),
        ("Cho", str(world.organiser)),
    ]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["ana", "ben", "cho"], "One person changes places with another."),
        (["ana", "ben"], "Nobody was moved: group 1 is where they sit."),
    ],
)
def test_refusals_are_said(
    world: BreakoutWorld, plan: Plan, organiser: Client, names: list[str], words: str
) -> None:
    before = state()
    *chosen, other = [world.people[name].public_id for name in names]
    sent = {"p": chosen, "other": other, "plan": plan.pk, "revision": 0}
    assert words in organiser.post(MOVE, sent, follow=True).content.decode()
    assert state() == before
