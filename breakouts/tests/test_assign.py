"""From Assign to the published plan."""

from typing import Any

import pytest
from django.urls import reverse

from breakouts.actions.groups import add_group, name_group_role
from breakouts.actions.locks import RoundClosedError
from breakouts.actions.moves import StalePlanError, set_lock, undo_move
from breakouts.actions.plans import (
    NobodyToSeatError,
    NothingToPublishError,
    RankingOpenError,
    do_assignment,
    publish_plan,
    request_assignment,
    run_assignment,
)
from breakouts.actions.rankings import save_ranking
from breakouts.actions.rounds import close_ranking, open_ranking
from breakouts.models import Assignment, AssignmentRun, GroupRole, Plan, Round
from breakouts.solver.conflicts import InfeasibleError
from breakouts.solver.model import Instance
from breakouts.solver.solve import Solution, solve
from breakouts.tests.worlds import BreakoutWorld, SignIn, make_group, make_round, move_person
from workshop_portal.audit.models import Entry
from workshop_portal.leases import WorkStatus, run_due
from workshop_portal.mail.models import OutgoingMail

Status = Round.Status


def assign(world: BreakoutWorld, **kwargs: Any) -> AssignmentRun:
    run = request_assignment(round=world.round, by=world.organiser, **kwargs)
    return run_assignment(run)


def places(plan: Plan) -> dict[int, int]:
    return dict(plan.assignments.order_by("pk").values_list("registration", "group"))


def test_assigning_seats_everybody_by_their_wishes_and_mixes_administrations(
    world: BreakoutWorld,
) -> None:
    open_ranking(round=world.round, by=world.organiser)
    for name, topic in (("ana", world.first), ("cho", world.first), ("ben", world.second)):
        save_ranking(
            round=world.round,
            registration=world.people[name],
            topics=[topic],
            by=world.user(name),
        )
    close_ranking(round=world.round, by=world.organiser)

    run = assign(world)

    assert (run.status, run.percent, run.people, run.conflict) == (WorkStatus.DONE, 100, 4, [])
    assert run.plan is not None
    p = world.people
    assert places(run.plan) == {
        p["ana"].pk: world.one.pk,
        p["cho"].pk: world.one.pk,
        p["ben"].pk: world.two.pk,
        p["dai"].pk: world.two.pk,
    }
    figures = run.plan.figures
    assert (figures["people"], figures["ranked"], figures["first"]["value"]) == (4, 3, 3)
    assert figures["first"]["bound"] == 3
    assert figures["colleagues"]["value"] == 0
    world.round.refresh_from_db()
    assert world.round.status == Status.ASSIGNING


def test_the_same_seed_gives_the_same_groups(world: BreakoutWorld) -> None:
    first = assign(world, seed=7)
    second = assign(world, seed=7)

    assert first.plan is not None
    assert second.plan is not None
    assert places(first.plan) == places(second.plan)
    assert first.plan.input_digest == second.plan.input_digest
    assert (first.plan.version, second.plan.version) == (1, 2)


def test_another_draw_is_asked_for_by_its_number(world: BreakoutWorld, sign_in: SignIn) -> None:
    client = sign_in(world.organiser)
    page = reverse("breakouts:round-detail", args=["here", 1])
    url = reverse("breakouts:round-assign", args=["here", 1])

    def ask(**sent: str) -> Plan:
        assert client.post(url, sent).status_code == 302
        plan = run_assignment(AssignmentRun.objects.order_by("-pk")[0]).plan
        assert plan is not None
        return plan

    assert "Try another draw" not in client.get(page).content.decode()
    first = ask()
    assert '<input type="hidden" name="seed" value="2">' in client.get(page).content.decode()
    second = ask(seed="2")
    text = client.get(page).content.decode()
    assert '<span class="label">Draw 2</span>' in text
    assert '<input type="hidden" name="seed" value="3">' in text
    again = ask()  # keeps the draw that is on the board
    back = ask(seed="1")

    assert [plan.seed for plan in (first, second, again, back)] == [1, 2, 2, 1]
    assert (places(again), places(back)) == (places(second), places(first))
    for odd in ("0", "-1", "x", "1000001"):
        assert ask(seed=odd).seed == 1
    publish_plan(plan=world.round.plans.order_by("-version")[0], by=world.organiser)
    assert "Try another draw" not in client.get(page).content.decode()


def test_a_second_click_joins_the_run_under_way(world: BreakoutWorld) -> None:
    first = request_assignment(round=world.round, by=world.organiser)
    second = request_assignment(round=world.round, by=world.secretariat)

    assert (first, AssignmentRun.objects.count()) == (second, 1)
    assert Entry.objects.filter(action="breakouts.assignment_requested").count() == 1


def test_nobody_is_assigned_while_people_rank_or_without_groups(world: BreakoutWorld) -> None:
    open_ranking(round=world.round, by=world.organiser)
    with pytest.raises(RankingOpenError):
        request_assignment(round=world.round, by=world.organiser)
    with pytest.raises(NobodyToSeatError):
        request_assignment(round=make_round(world.here), by=world.organiser)
    assert AssignmentRun.objects.count() == 0


def test_the_row_speaks_the_language_of_who_asked(world: BreakoutWorld) -> None:
    world.organiser.language = "fr"
    world.organiser.save(update_fields=["language"])
    world.round.groups.update(minimum=1, maximum=1)

    run = assign(world)

    assert run.last_error == "Ces règles ne peuvent pas toutes être respectées."


def test_a_conflict_is_said_in_words_with_links(world: BreakoutWorld) -> None:
    for group in (world.one, world.two):
        group.maximum = 1
        group.save()

    run = assign(world)

    assert (run.status, run.plan, Plan.objects.count()) == (WorkStatus.FAILED, None, 0)
    texts = [each["text"] for each in run.conflict]
    assert any("Group 1 takes 1 people at most." in text for text in texts) or any(
        "4 people are expected, and the groups have 2 seats." in text for text in texts
    )
    assert all(each["url"].startswith("/workshops/here/breakouts/1/") for each in run.conflict)


TOLD = {
    True: ("These rules cannot all hold.", "These rules cannot all hold. Change one of them:"),
    False: (
        "No seating was found that keeps all rules.",
        "No seating was found that keeps all of these. Leaving one out may help:",
    ),
}


@pytest.mark.parametrize("proven", TOLD)
def test_what_is_not_proven_is_not_told_as_proven(
    world: BreakoutWorld, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, proven: bool
) -> None:
    end, words = TOLD[proven]

    def give_up(_instance: Instance, **_options: Any) -> Solution:
        raise InfeasibleError(["max:round-1:group-1"], proven=proven)

    monkeypatch.setattr("breakouts.actions.plans.solve", give_up)
    run = assign(world)

    assert (run.status, run.last_error) == (WorkStatus.FAILED, end)
    assert [(each["text"], each["is_proven"]) for each in run.conflict] == [
        ("Group 1 takes 2 people at most.", proven)
    ]
    page = sign_in(world.organiser).get(reverse("breakouts:round-detail", args=["here", 1]))
    assert f"<b>{words}</b>" in page.content.decode()


def test_a_plan_is_written_all_or_none(
    world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = request_assignment(round=world.round, by=world.organiser)
    before = Entry.objects.count()

    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("breakouts.actions.plans.record", fail)
    run_due(AssignmentRun, do_assignment)

    run.refresh_from_db()
    assert (run.status, run.attempts, run.plan) == (WorkStatus.PLANNED, 1, None)
    assert (Plan.objects.count(), Assignment.objects.count()) == (0, 0)
    assert Entry.objects.count() == before


def test_who_is_locked_stays_and_a_facilitator_sits_where_named(world: BreakoutWorld) -> None:
    run = assign(world)
    assert run.plan is not None
    seat = run.plan.assignments.order_by("pk")[0]
    set_lock(plan=run.plan, registration=seat.registration, is_locked=True, by=world.organiser)
    other = world.two if seat.group == world.one else world.one
    chair = run.plan.assignments.exclude(pk=seat.pk).filter(group=seat.group).get().registration
    name_group_role(
        group=other, user=chair.user, role=GroupRole.Role.FACILITATOR, by=world.organiser
    )

    again = assign(world, seed=3)

    assert again.plan is not None
    held = places(again.plan)
    assert held[seat.registration_id] == seat.group_id
    assert held[chair.pk] == other.pk
    assert again.plan.assignments.get(registration=seat.registration_id).is_locked


def test_a_lock_released_while_the_solver_runs_stays_released(
    world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the run read is older than the release: it sits people by the lock, and locks nobody again."""
    plan = assign(world).plan
    assert plan is not None
    kept, freed = plan.assignments.order_by("pk")[:2]
    for seat in (kept, freed):
        set_lock(plan=plan, registration=seat.registration, is_locked=True, by=world.organiser)

    def release(instance: Instance, **kwargs: Any) -> Solution:
        set_lock(plan=plan, registration=freed.registration, is_locked=False, by=world.organiser)
        return solve(instance, **kwargs)

    monkeypatch.setattr("breakouts.actions.plans.solve", release)
    again = assign(world, seed=3)

    assert again.plan is not None
    locked = Assignment.objects.filter(plan=again.plan, is_locked=True)
    assert [seat.registration for seat in locked] == [kept.registration]
    assert places(again.plan)[freed.registration_id] == freed.group_id


def test_people_meet_new_ones_in_the_next_round_or_stay_together(world: BreakoutWorld) -> None:
    world.publish()
    mix = make_round(world.here, topic_once=False)
    same = make_round(world.here, mode=Round.Mode.SAME)
    for held in (mix, same):
        make_group(held, world.first)
        make_group(held, world.second)

    mixed = run_assignment(request_assignment(round=mix, by=world.organiser)).plan
    assert mixed is not None
    p = world.people
    held = places(mixed)
    assert held[p["ana"].pk] != held[p["cho"].pk]
    assert mixed.figures["met_before"]["value"] == 0

    publish_plan(plan=mixed, by=world.organiser)
    kept = run_assignment(request_assignment(round=same, by=world.organiser)).plan
    assert kept is not None
    numbers = dict(
        Assignment.objects.filter(plan=mixed).values_list("registration", "group__ordinal")
    )
    assert numbers == dict(
        Assignment.objects.filter(plan=kept).values_list("registration", "group__ordinal")
    )


# Publishing ---------------------------------------------------------------------------------------


def test_publishing_tells_everybody_once_and_then_only_who_moved(world: BreakoutWorld) -> None:
    plan = assign(world).plan
    assert plan is not None

    publish_plan(plan=plan, by=world.organiser)

    world.round.refresh_from_db()
    plan.refresh_from_db()
    assert (world.round.status, plan.is_current, plan.published_by) == (
        Status.PUBLISHED,
        True,
        world.organiser,
    )
    mails = OutgoingMail.objects.filter(template="breakouts/group_published")
    assert mails.count() == 4
    mover = plan.assignments.filter(group=world.one).order_by("pk")[0]
    move = move_person(plan=plan, registration=mover.registration, to=world.two, by=world.organiser)
    assert (move.plan.version, move.plan.is_draft) == (2, True)
    assert places(plan)[mover.registration_id] == world.one.pk

    publish_plan(plan=move.plan, by=world.organiser)

    plan.refresh_from_db()
    assert (plan.is_current, plan.published_at is None) == (False, False)
    assert mails.count() == 5
    with pytest.raises(NothingToPublishError):
        publish_plan(plan=move.plan, by=world.organiser)
    assert Entry.objects.filter(action="breakouts.plan_published").count() == 2


def test_of_two_organisers_at_once_the_second_is_told(world: BreakoutWorld) -> None:
    plan = assign(world).plan
    assert plan is not None
    person = plan.assignments.filter(group=world.one).order_by("pk")[0].registration
    move_person(plan=plan, registration=person, to=world.two, revision=0, by=world.organiser)

    for act in (
        lambda: move_person(
            plan=plan, registration=person, to=world.one, revision=0, by=world.secretariat
        ),
        lambda: publish_plan(plan=plan, revision=0, by=world.secretariat),
        lambda: set_lock(
            plan=plan, registration=person, is_locked=True, revision=0, by=world.secretariat
        ),
    ):
        with pytest.raises(StalePlanError):
            act()
    assert places(plan)[person.pk] == world.two.pk
    assert OutgoingMail.objects.count() == 0


def test_an_older_plan_is_not_published_over_a_newer_one(world: BreakoutWorld) -> None:
    old = assign(world).plan
    assign(world, seed=2)
    assert old is not None

    with pytest.raises(StalePlanError):
        publish_plan(plan=old, by=world.organiser)


def test_a_move_is_taken_back_for_ten_minutes(world: BreakoutWorld) -> None:
    plan = assign(world).plan
    assert plan is not None
    before = places(plan)
    person = plan.assignments.filter(group=world.one).order_by("pk")[0].registration
    move = move_person(plan=plan, registration=person, to=world.two, by=world.organiser)

    undo_move(move=move, by=world.organiser)

    assert places(plan) == before
    move.refresh_from_db()
    assert move.undone_by == world.organiser
    assert [e.action for e in Entry.objects.order_by("pk")][-2:] == [
        "breakouts.people_moved",
        "breakouts.move_undone",
    ]


def test_nothing_moves_in_a_closed_round(world: BreakoutWorld) -> None:
    plan = world.publish()
    Round.objects.filter(pk=world.round.pk).update(status=Status.CLOSED)
    world.round.refresh_from_db()

    with pytest.raises(RoundClosedError):
        move_person(plan=plan, registration=world.people["ana"], to=world.two, by=world.organiser)
    with pytest.raises(RoundClosedError):
        request_assignment(round=world.round, by=world.organiser)
    with pytest.raises(RoundClosedError):
        add_group(round=world.round, topic=world.first, by=world.organiser)
