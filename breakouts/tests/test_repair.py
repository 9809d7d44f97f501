"""Repair: who is new gets a place, what no longer holds is mended, all others stay; who sits at work is asked for."""

from datetime import timedelta
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from breakouts.actions.locks import RoundClosedError
from breakouts.actions.plans import (
    NothingToRepairError,
    RunningGroupError,
    RunUnderWayError,
    publish_plan,
    request_assignment,
    request_repair,
    run_assignment,
)
from breakouts.models import AssignmentRun, Group, Plan, Round
from breakouts.solver.solve import solve
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    broken,
    mailed,
    make_plan,
    make_role,
    move_person,
    recorded,
    refused,
    state,
)
from breakouts.views.progress import run_steps
from participants.actions.changes import replace_registration, withdraw_registration
from participants.actions.nominations import Nominee
from participants.models import Registration
from participants.tests.worlds import make_registration
from workshop_portal.leases import WorkStatus

ROUND = "/workshops/here/breakouts/1/"
COMPARE, PUBLISH, REPAIR = f"{ROUND}board/compare/", f"{ROUND}publish/", f"{ROUND}repair/"


def late(world: BreakoutWorld) -> Registration:
    """Gus of Japan comes when the groups are published."""
    gus = make_registration(world.japan, status="confirmed", nominated_by=world.secretariat)
    gus.user.given_name, gus.user.family_name = "Gus", "Tari"
    gus.user.save(update_fields=["given_name", "family_name"])
    return gus


def repair(world: BreakoutWorld) -> AssignmentRun:
    return run_assignment(request_repair(round=world.round, by=world.organiser))


def places(plan: Plan | None) -> dict[int, int]:
    assert plan is not None
    return dict(plan.assignments.order_by("pk").values_list("registration", "group"))


def begin(world: BreakoutWorld) -> None:
    """The groups are at work."""
    now = timezone.now()
    Round.objects.filter(pk=world.round.pk).update(
        started_at=now, started_by=world.organiser, ends_at=now + timedelta(minutes=45)
    )
    world.round.refresh_from_db()


def swap(world: BreakoutWorld) -> Plan:
    """A draft in which Ana and Ben change places."""
    people = world.people
    seats = {world.one: [people["ben"], people["cho"]], world.two: [people["ana"], people["dai"]]}
    return make_plan(world.round, seats, world.organiser)


# The run ------------------------------------------------------------------------------------------


def test_a_newcomer_gets_a_place_and_all_others_stay(world: BreakoutWorld) -> None:
    published = world.publish()
    before = places(published)
    gus = late(world)

    run = repair(world)

    assert (run.kind, run.status, run.people) == ("repair", WorkStatus.DONE, 5)
    found = places(run.plan)
    assert found.pop(gus.pk) in (world.one.pk, world.two.pk)
    assert found == before
    assert (run.plan and run.plan.is_draft, places(published), mailed()) == (True, before, [])
    target, context = f"breakouts.round {world.round.pk}", str(world.here.pk)
    by = world.organiser.pk
    assert recorded() == [
        ("breakouts.repair_requested", by, target, context, {"plan": [None, 1]}),
        ("breakouts.plan_made", by, target, context, {"plan": [None, 2]}),
    ]


def test_a_group_under_its_minimum_is_filled_with_the_fewest_moves(world: BreakoutWorld) -> None:
    """Six sit in group 1 and two in group 2, which needs three: one has to come over."""
    more = world.crowd(4)
    published = world.publish()
    for person in more:
        world.one.assignments.create(plan=published, registration=person, group=world.one)
    Group.objects.update(minimum=3, maximum=6)
    before = places(published)

    run = repair(world)

    found = places(run.plan)
    moved = [person for person in before if found[person] != before[person]]
    assert (len(moved), found[moved[0]]) == (1, world.two.pk)


def test_who_was_moved_by_hand_stays_though_the_rules_would_rather_not(
    world: BreakoutWorld,
) -> None:
    """Cho wished for the topic of group 1 alone, and sits in 2 because somebody put her there."""
    cho = world.people["cho"]
    for each in world.people.values():
        each.preferences.create(round=world.round, topic=world.first, rank=1)
    published = world.publish()
    published.assignments.filter(registration=cho).update(
        group=world.two, reasons={"by_hand": True}
    )
    late(world)
    Group.objects.update(minimum=1, maximum=5)

    first = repair(world).plan
    assert first is not None
    assert first.assignments.get(registration=cho).reasons == {"by_hand": True}
    assert places(first)[cho.pk] == world.two.pk


def test_where_what_was_done_by_hand_cannot_hold_it_gives_way(world: BreakoutWorld) -> None:
    published = world.publish()
    published.assignments.update(group=world.one, reasons={"by_hand": True})

    found = list(places(repair(world).plan).values())

    assert (found.count(world.one.pk), found.count(world.two.pk)) == (2, 2)


def test_where_nobody_has_to_move_no_plan_is_made(world: BreakoutWorld) -> None:
    world.publish()

    run = repair(world)

    assert (run.status, run.plan, world.round.plans.count()) == (WorkStatus.DONE, None, 1)
    assert run_steps(run)[-1] == {"text": "Nothing to repair: everybody stays", "state": "done"}


def test_a_repair_joins_a_repair_but_no_other_run(world: BreakoutWorld) -> None:
    with refused(NothingToRepairError):
        request_repair(round=world.round, by=world.organiser)
    world.publish()
    run = request_repair(round=world.round, by=world.organiser)
    assert request_repair(round=world.round, by=world.secretariat) == run
    with refused(RunUnderWayError):
        request_assignment(round=world.round, by=world.organiser)
    run_assignment(run)
    request_assignment(round=world.round, by=world.organiser)
    with refused(RunUnderWayError):
        request_repair(round=world.round, by=world.organiser)
    world.enter(Round.Status.CLOSED)
    with refused(RoundClosedError):
        request_repair(round=world.round, by=world.organiser)


def test_a_repair_of_what_is_no_longer_published_ends_without_a_plan(world: BreakoutWorld) -> None:
    world.publish()
    late(world)
    run = request_repair(round=world.round, by=world.organiser)

    def slow(*args: object, **options: object) -> object:
        found = solve(*args, **options)
        publish_plan(plan=swap(world), by=world.secretariat)
        return found

    with mock.patch("breakouts.actions.plans.solve", slow):
        run = run_assignment(run)

    assert (run.status, run.plan, world.round.plans.count()) == (WorkStatus.SUPERSEDED, None, 2)
    assert run.last_error == "Other groups were published meanwhile. Repair again."


def test_all_or_nothing(world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.publish()
    with broken(monkeypatch, "plans"):
        request_repair(round=world.round, by=world.organiser)


# Groups at work -----------------------------------------------------------------------------------


def test_nobody_leaves_a_group_at_work_without_confirmation(world: BreakoutWorld) -> None:
    world.publish()
    begin(world)
    plan = swap(world)
    ana, ben = world.user("ana"), world.user("ben")

    with refused(RunningGroupError) as caught:
        publish_plan(plan=plan, by=world.organiser)
    assert caught.value.people == [world.people["ben"], world.people["ana"]]
    assert str(caught.value) == (
        f"The groups are at work. Confirm who has to move now: {ben} and {ana}."
    )

    publish_plan(plan=plan, moves_running=True, by=world.organiser)
    plan.refresh_from_db()
    assert plan.is_current


def test_who_comes_to_groups_at_work_needs_none(world: BreakoutWorld) -> None:
    published = world.publish()
    begin(world)
    gus = late(world)
    seats = {world.one: [world.people["ana"], world.people["cho"], gus]}
    plan = make_plan(world.round, seats, world.organiser)
    for seat in published.assignments.filter(group=world.two):
        plan.assignments.create(registration=seat.registration, group=seat.group)

    publish_plan(plan=plan, by=world.organiser)

    assert mailed() == [("breakouts/group_published", gus.user.email)]


def test_before_they_begin_and_after_they_end_nothing_is_asked(world: BreakoutWorld) -> None:
    world.publish()
    begin(world)
    ago = timezone.now() - timedelta(hours=1)
    Round.objects.update(started_at=ago, ends_at=ago + timedelta(minutes=45))

    publish_plan(plan=swap(world), by=world.organiser)

    assert len(mailed()) == 2


# The pages ----------------------------------------------------------------------------------------


@pytest.fixture
def organiser(world: BreakoutWorld, sign_in: SignIn) -> Client:
    return sign_in(world.organiser)


def lines(client: Client) -> list[tuple[str, int | None, int | None, str]]:
    """Who moves by the page: person, from, to, why."""
    return [
        (
            mover.person.user.given_name,
            mover.was and mover.was.ordinal,
            mover.now and mover.now.ordinal,
            mover.why,
        )
        for mover in client.get(COMPARE).context["comparison"].movers
    ]


def test_what_happened_since_is_said_with_the_button(
    world: BreakoutWorld, organiser: Client
) -> None:
    world.publish()
    for page in (ROUND, f"{ROUND}board/"):
        assert REPAIR not in organiser.get(page).content.decode()
    withdraw_registration(registration=world.people["dai"], by=world.secretariat)
    replace_registration(
        registration=world.people["cho"],
        person=Nominee(email="fay@customs.example"),
        by=world.secretariat,
    )
    late(world)
    world.two.minimum = 2
    world.two.save()

    for page in (ROUND, f"{ROUND}board/"):
        text = organiser.get(page).content.decode()
        assert REPAIR in text
        assert "1 person came and has no group: Gus Tari, Japan" in " ".join(text.split())
        assert "1 person left" in text
        assert "1 person was replaced" in text
        assert "Group 2 needs 2 people at least." in text


def test_from_the_button_to_the_list_of_who_moves(world: BreakoutWorld, organiser: Client) -> None:
    world.publish()
    gus = late(world)

    response = organiser.post(REPAIR)
    assert (response.status_code, response["Location"]) == (302, f"{ROUND}#job")
    run = run_assignment(AssignmentRun.objects.get())
    assert run_steps(run)[-1]["url"] == COMPARE

    assert lines(organiser) == [
        ("Gus", None, 2 if places(run.plan)[gus.pk] == world.two.pk else 1, NEW)
    ]
    text = organiser.get(ROUND).content.decode()
    assert "In draft 2 everybody sits and every rule holds." in text
    assert REPAIR not in text


NEW = "Had no place: came after the groups were published."


def test_every_move_has_its_reason(world: BreakoutWorld, organiser: Client) -> None:
    """Ana was moved by hand, Ben facilitates there, Cho gets her wish, Dai's group is full, Eli has no place."""
    eli, *many = world.crowd(6)
    world.people["cho"].preferences.create(round=world.round, topic=world.second, rank=1)
    published = world.publish()
    for person, group in ((eli, world.one), *((each, world.two) for each in many)):
        published.assignments.create(registration=person, group=group)
    make_role(world.one, world.user("ben"), "facilitator")
    Group.objects.filter(pk=world.one.pk).update(minimum=1)
    draft = swap(world)
    for name, group in (("cho", world.two), ("dai", world.one)):
        draft.assignments.filter(registration=world.people[name]).update(group=group)
    draft.assignments.filter(registration=world.people["ana"]).update(reasons={"by_hand": True})
    for person in many:
        draft.assignments.create(registration=person, group=world.two)

    found = {name: tuple(rest) for name, *rest in lines(organiser)}

    assert found == {
        "Ana": (1, 2, "Moved by hand."),
        "Ben": (2, 1, "Has a role in group 1."),
        "Cho": (1, 2, "Gets choice 1."),
        "Dai": (2, 1, "Group 2 was too full."),
        eli.user.given_name: (1, None, "Has no place by the draft."),
    }


def test_figures_stand_beside_each_other(world: BreakoutWorld, organiser: Client) -> None:
    for name in ("ana", "ben"):
        world.people[name].preferences.create(round=world.round, topic=world.second, rank=1)
    world.publish()
    move_person(
        plan=world.round.plans.get(),
        registration=world.people["ana"],
        to=world.two,
        by=world.organiser,
    )

    assert organiser.get(COMPARE).context["comparison"].figures == [
        ("in their first choice", "50 %", "100 %"),
        ("colleagues too many in one group", "0", "1"),
        ("rules that do not hold", "0", "3"),
    ]


def test_without_a_draft_there_is_nothing_to_compare(
    world: BreakoutWorld, organiser: Client
) -> None:
    world.publish()
    response = organiser.get(COMPARE, follow=True)
    assert response.redirect_chain == [(f"{ROUND}board/", 302)]
    assert "There is no draft beside the published groups." in response.content.decode()


def test_the_page_names_who_has_to_get_up(world: BreakoutWorld, organiser: Client) -> None:
    world.publish()
    for group, people in ((world.one, ("ana", "cho")), (world.two, ("ben", "dai"))):
        group.roles.all().delete()
        for name, role in zip(people, ("facilitator", "rapporteur"), strict=True):
            make_role(group, world.user(name), role)
    begin(world)
    people = world.people
    seats = {world.one: [people["ana"]], world.two: [people["ben"], people["cho"], people["dai"]]}
    plan = make_plan(world.round, seats, world.organiser)
    make_role(world.two, world.user("cho"), "deputy")
    world.one.roles.filter(user=world.user("cho")).update(user=world.user("ana"))
    before = state()

    sent = {"plan": plan.pk, "revision": 0, "confirmed": "1"}
    response = organiser.post(PUBLISH, sent)
    assert [mover.person for mover in response.context["pulled"]] == [people["cho"]]
    assert "Publish and move 1 person now" in response.content.decode()
    assert state() == before

    organiser.post(PUBLISH, {**sent, "moves": "1"})
    plan.refresh_from_db()
    assert plan.is_current
