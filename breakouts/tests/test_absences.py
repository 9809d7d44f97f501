"""Somebody who is not in one round: the place and the roles fall free, and are given back."""

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.core import mail as django_mail
from django.test import Client

from breakouts.actions.absences import InRoundAgainError, end_absence, note_absence
from breakouts.actions.groups import name_group_role
from breakouts.actions.locks import NotInRoundError, RoundClosedError
from breakouts.actions.moves import NotOnBoardError, move_people
from breakouts.actions.plans import publish_plan, request_assignment, run_assignment
from breakouts.actions.rounds import close_round, open_ranking
from breakouts.instances.building import build_instance, gather
from breakouts.models import Absence, Round
from breakouts.queries.places import list_places, list_zoom_places
from breakouts.queries.plans import get_current_plan
from breakouts.queries.record import list_whereabouts
from breakouts.solver.solve import solve
from breakouts.tests.test_assign import assign
from breakouts.tests.test_repair import places, repair
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    broken,
    mailed,
    make_plan,
    make_role,
    recorded,
    refused,
    state,
)
from breakouts.writers.sheets import get_sheets
from participants.actions.changes import withdraw_registration
from participants.models import Registration
from participants.tests.worlds import make_registration
from workshop_portal.mail.delivery import send_due

ROUND = "/workshops/here/breakouts/1/"
BOARD = f"{ROUND}board/"
GROUP = "Your group: 1, Topic 1"
ABSENT = "You are not in Round 1"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def organiser(world: BreakoutWorld, sign_in: SignIn) -> Client:
    return sign_in(world.organiser)


def note(world: BreakoutWorld, name: str = "ana") -> Absence:
    return note_absence(round=world.round, registration=world.people[name], by=world.organiser)


def arrived(person: Registration) -> list[str]:
    """The subjects of what the person got, with all that is due."""
    send_due()
    return [mail.subject for mail in django_mail.outbox if person.user.email in mail.to[0]]


# The act ------------------------------------------------------------------------------------------


def test_the_place_and_the_role_fall_free_and_nobody_else_moves(world: BreakoutWorld) -> None:
    plan, ana = world.publish(), world.people["ana"]
    plan.assignments.filter(registration=ana).update(is_locked=True, reasons={"rank": 1})
    before = places(plan)

    absence = note(world)

    assert places(plan) == {key: group for key, group in before.items() if key != ana.pk}
    assert not world.one.roles.filter(ends_at=None).exists()
    assert (absence.round, absence.registration, absence.noted_by) == (
        world.round,
        ana,
        world.organiser,
    )
    kept = {"group": world.one.pk, "reasons": {"rank": 1}, "is_locked": True}
    assert absence.fell_free == {
        "places": {str(plan.pk): kept},
        "roles": {"rapporteur": world.one.pk},
    }
    plan.refresh_from_db()
    world.round.refresh_from_db()
    assert (plan.revision, world.round.live_sequence) == (1, 1)
    target, context = f"breakouts.round {world.round.pk}", str(world.here.pk)
    assert recorded() == [
        (
            "breakouts.absence_noted",
            world.organiser.pk,
            target,
            context,
            {"plan": [1, 1], "revision": [0, 1], f"registration {ana.pk}": [world.one.pk, None]},
        ),
        (
            "breakouts.role_ended",
            world.organiser.pk,
            f"breakouts.group {world.one.pk}",
            context,
            {"rapporteur": [ana.user_id, None]},
        ),
    ]
    assert mailed() == [("breakouts/absence_noted", "ana@customs.example")]


def test_before_anybody_is_seated_it_is_a_row_and_no_mail(world: BreakoutWorld) -> None:
    absence = note(world)

    assert absence.fell_free == {"places": {}, "roles": {}}
    assert [(action, changes) for action, *_rest, changes in recorded()] == [
        ("breakouts.absence_noted", {"registration": [None, world.people["ana"].pk]})
    ]
    assert mailed() == []


def test_a_draft_loses_the_place_and_nobody_is_told(world: BreakoutWorld) -> None:
    people = world.people
    plan = make_plan(world.round, {world.one: [people["ana"], people["cho"]]}, world.organiser)

    note(world)

    assert places(plan) == {people["cho"].pk: world.one.pk}
    assert mailed() == []


def test_said_twice_it_is_one_row(world: BreakoutWorld) -> None:
    world.publish()
    first = note(world)
    before = state()
    assert note(world) == first
    assert state() == before


def test_it_is_one_round_of_the_workshop(world: BreakoutWorld) -> None:
    """Strangers and who no longer takes part are in none; a closed round stays as it was."""
    withdrawn = make_registration(world.fiji, status="withdrawn")
    for person in (withdrawn, world.people["eve"]):
        with refused(NotOnBoardError):
            note_absence(round=world.round, registration=person, by=world.organiser)
    world.publish()
    absence = note(world)
    close_round(round=world.round, by=world.organiser)
    with refused(RoundClosedError):
        note(world, "ben")
    with refused(RoundClosedError):
        end_absence(absence=absence, by=world.organiser)


def test_nothing_is_left_where_the_last_step_fails(
    world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.publish()
    with broken(monkeypatch, "absences", "queue_mails"):
        note(world)
    with broken(monkeypatch, "absences", "record_many"):
        note(world)


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow_with_the_people(
    world: BreakoutWorld, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    plan = make_plan(world.round, {world.one: [world.people["ana"]]}, world.organiser)
    for person in world.crowd(number):
        plan.assignments.create(registration=person, group=world.two)
        note_absence(round=world.round, registration=person, by=world.organiser)
    # savepoint, round, workshop, takes part, known, seats, roles, the row, its place, the plan's revision,
    # the round's sequence, roles to end, record, release
    with django_assert_num_queries(14):
        note(world)


# Back again ---------------------------------------------------------------------------------------


def test_the_place_and_the_role_are_given_back(world: BreakoutWorld) -> None:
    plan, ana = world.publish(), world.people["ana"]
    plan.assignments.filter(registration=ana).update(is_locked=True, reasons={"rank": 1})
    before = list(plan.assignments.order_by("registration").values_list("registration", "group"))
    absence = note(world)

    [seat] = end_absence(absence=absence, by=world.organiser)

    after = list(plan.assignments.order_by("registration").values_list("registration", "group"))
    assert after == before
    assert (seat.plan, seat.is_locked, seat.reasons) == (plan, True, {"rank": 1})
    assert world.one.roles.get(ends_at=None).user == ana.user
    assert not Absence.objects.exists()
    assert [(action, changes) for action, *_rest, changes in recorded()][2:] == [
        (
            "breakouts.absence_ended",
            {"plan": [1, 1], "revision": [1, 2], f"registration {ana.pk}": [None, world.one.pk]},
        ),
        ("breakouts.role_named", {"rapporteur": [None, ana.user_id]}),
        ("mail.mail_superseded", {}),
    ]
    assert mailed() == [
        ("breakouts/absence_noted", "ana@customs.example"),
        ("breakouts/group_published", "ana@customs.example"),
    ]
    assert arrived(ana) == [GROUP]


@pytest.mark.parametrize(
    ("sent", "subjects"),
    [
        ([], [GROUP]),
        (["published"], [GROUP]),
        (["published", "noted"], [GROUP, ABSENT, GROUP]),
        (["noted"], [ABSENT, GROUP]),
        (["some"], [GROUP]),
    ],
    ids=["nothing", "the group", "both", "the absence alone", "up to the absence"],
)
def test_who_had_not_heard_of_it_hears_of_neither(
    world: BreakoutWorld, sent: list[str], subjects: list[str]
) -> None:
    """By which of the two acts the mails that were due had gone out."""
    people, ana = world.people, world.people["ana"]
    seats = {world.one: [ana, people["cho"]], world.two: [people["ben"], people["dai"]]}
    plan = make_plan(world.round, seats, world.organiser)
    make_role(world.one, ana.user)
    world.enter(Round.Status.ASSIGNING)
    publish_plan(plan=plan, by=world.organiser)
    if "published" in sent:
        send_due()
    absence = note(world)
    if "noted" in sent:
        send_due()
    if "some" in sent:
        send_due(limit=4)  # the group is no longer hers by then

    end_absence(absence=absence, by=world.organiser)

    assert arrived(ana) == subjects


@pytest.mark.parametrize("was_sent", [True, False])
def test_a_role_that_ended_before_anybody_read_of_it_is_told_once(
    world: BreakoutWorld, was_sent: bool
) -> None:
    world.publish()
    expert = make_registration(world.fiji, status="confirmed", role="resource_person")
    name_group_role(group=world.two, user=expert.user, role="facilitator", by=world.organiser)
    if was_sent:
        send_due()
    absence = note_absence(round=world.round, registration=expert, by=world.organiser)

    end_absence(absence=absence, by=world.organiser)

    assert arrived(expert) == ["You facilitate group 2: Topic 2"]


def test_who_has_a_role_without_a_place_is_told_of_both(world: BreakoutWorld) -> None:
    expert = make_registration(world.fiji, status="confirmed", role="resource_person")
    world.publish()
    make_role(world.two, expert.user, "facilitator")
    absence = note_absence(round=world.round, registration=expert, by=world.organiser)

    assert end_absence(absence=absence, by=world.organiser) == []

    assert world.two.roles.get(ends_at=None).user == expert.user
    told = [
        ("breakouts/absence_noted", expert.user.email),
        ("breakouts/role_named", expert.user.email),
    ]
    assert mailed() == told


def test_a_draft_made_since_gives_the_same_place(world: BreakoutWorld) -> None:
    published, ana = world.publish(), world.people["ana"]
    absence = note(world)
    draft = move_people(
        plan=published, registrations=[world.people["ben"]], to=world.one, by=world.organiser
    ).plan

    seats = end_absence(absence=absence, by=world.organiser)

    assert [(seat.plan, seat.group) for seat in seats] == [
        (published, world.one),
        (draft, world.one),
    ]
    assert places(draft)[ana.pk] == places(published)[ana.pk] == world.one.pk


def test_where_newer_groups_were_made_the_person_is_a_newcomer(world: BreakoutWorld) -> None:
    world.publish()
    absence = note(world)
    people = world.people
    seats = {world.one: [people["cho"]], world.two: [people["ben"], people["dai"]]}
    publish_plan(plan=make_plan(world.round, seats, world.organiser), by=world.organiser)
    make_role(world.one, world.user("cho"))
    before = mailed()

    assert end_absence(absence=absence, by=world.organiser) == []

    assert [person.pk for person in gather(world.round).people] == [
        people[name].pk for name in ("ana", "ben", "cho", "dai")
    ]
    assert world.one.roles.get(ends_at=None).user == world.user("cho")
    assert mailed() == before


def test_of_two_who_take_it_back_one_is_told(world: BreakoutWorld) -> None:
    absence = note(world)
    end_absence(absence=absence, by=world.organiser)
    with refused(InRoundAgainError):
        end_absence(absence=absence, by=world.secretariat)


def test_who_withdrew_meanwhile_gets_nothing_back(world: BreakoutWorld) -> None:
    world.publish()
    absence = note(world)
    withdraw_registration(registration=world.people["ana"], by=world.secretariat)
    assert gather(world.round).absences == []

    assert end_absence(absence=absence, by=world.organiser) == []

    plan = get_current_plan(round=world.round)
    assert world.people["ana"].pk not in places(plan)


# What reads it ------------------------------------------------------------------------------------


def test_the_solver_is_told_of_nobody_who_is_absent(world: BreakoutWorld) -> None:
    make_role(world.one, world.user("ana"), "facilitator")
    note(world)
    make_role(world.one, world.user("ana"), "facilitator")  # as if named before anybody knew

    told = build_instance(gather(world.round))

    keys = {str(world.people[name].pk) for name in ("ben", "cho", "dai")}
    assert {each["id"] for each in told["delegates"]} == keys
    assert told["rounds"][-1]["rooms"][0]["facilitator"] is None
    plan = assign(world).plan
    assert {str(key) for key in places(plan)} == keys


def test_who_is_noted_while_groups_are_made_gets_no_place(world: BreakoutWorld) -> None:
    run = request_assignment(round=world.round, by=world.organiser)

    def solve_then_note(*args: Any, **kwargs: Any) -> Any:
        solution = solve(*args, **kwargs)
        note(world)
        return solution

    with mock.patch("breakouts.actions.plans.solve", solve_then_note):
        run = run_assignment(run)

    assert run.plan is not None
    assert set(places(run.plan)) == {world.people[name].pk for name in ("ben", "cho", "dai")}


def test_repair_says_it_and_fills_a_group_under_its_minimum_with_the_fewest_moves(
    world: BreakoutWorld, organiser: Client
) -> None:
    more = world.crowd(4)
    published = world.publish()
    for person in more:
        world.one.assignments.create(plan=published, registration=person, group=world.one)
    world.round.groups.update(minimum=2, maximum=6)
    note(world, "ben")
    before = places(published)

    text = " ".join(organiser.get(BOARD).content.decode().split())
    assert "1 person is not in this round; the place is free" in text
    assert "Group 2 needs 2 people at least." in text
    assert "left</li>" not in text

    found = places(repair(world).plan)
    moved = [person for person in before if found[person] != before[person]]
    assert (len(moved), found[moved[0]]) == (1, world.two.pk)
    assert set(found) == set(before)


def test_nobody_who_is_absent_is_moved_named_or_asked_to_rank(world: BreakoutWorld) -> None:
    plan, ana = world.publish(), world.people["ana"]
    note(world)
    with refused(NotInRoundError, match="is not in this round. Say first"):
        move_people(plan=plan, registrations=[ana], to=world.two, by=world.organiser)
    with refused(NotInRoundError):
        name_group_role(group=world.one, user=ana.user, role="deputy", by=world.organiser)
    world.enter(Round.Status.ASSIGNING)
    open_ranking(round=world.round, by=world.organiser)
    asked = [email for template, email in mailed() if template == "breakouts/ranking_opened"]
    assert asked == [f"{name}@customs.example" for name in ("ben", "cho", "dai")]


def test_exports_sheets_and_record_know_it(world: BreakoutWorld) -> None:
    plan = world.publish()
    note(world)
    ana = world.user("ana").email

    assert ana not in [email for _number, email in list_zoom_places(plan=plan)]
    sheet = get_sheets(round=world.round, plan=plan)[0]
    assert [member.name for people in sheet.members.values() for member in people] == [
        str(world.user("cho"))
    ]
    last = list_places(round=world.round, plan=plan)[-1]
    assert (last.person.user.email, last.group, last.is_absent) == (ana, None, True)
    found = [
        (each.user.given_name, each.group and each.group.ordinal, each.absence is not None)
        for each in list_whereabouts(round=world.round)
    ]
    assert found == [("Ana", None, True), ("Ben", 2, False), ("Cho", 1, False), ("Dai", 2, False)]
