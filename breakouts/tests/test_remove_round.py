"""A round that nobody saw, ranked or wrote in is removed, with the drafts of its groups."""

import pytest
from django.test import Client
from django.utils import timezone

from breakouts.actions.absences import note_absence
from breakouts.actions.locks import RoundClosedError
from breakouts.actions.plans import RankingOpenError, RunUnderWayError, request_assignment
from breakouts.actions.rounds import RoundInUseError, plan_round, remove_round
from breakouts.actions.seating_rules import add_place_rule
from breakouts.models import AssignmentRun, Group, Plan, Round
from breakouts.tests.test_assign import assign
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    broken,
    make_plan,
    make_point,
    make_role,
    recorded,
    refused,
    state,
)
from workshop_portal.leases import WorkStatus

ROUND = "/workshops/here/breakouts/1/"


@pytest.fixture
def organiser(world: BreakoutWorld, sign_in: SignIn) -> Client:
    return sign_in(world.organiser)


def remove(world: BreakoutWorld) -> None:
    remove_round(round=world.round, by=world.organiser)


def test_groups_drafts_rules_and_roles_go_with_it(world: BreakoutWorld) -> None:
    assign(world)
    make_role(world.one, world.facilitator, "facilitator")
    ana = world.people["ana"]
    note_absence(round=world.round, registration=ana, by=world.organiser)
    add_place_rule(
        round=world.round,
        kind="forbid",
        person=world.people["ben"],
        group=world.two,
        by=world.organiser,
    )
    key, title = world.round.pk, str(world.round.title)

    remove(world)

    assert not Round.objects.filter(workshop=world.here).exists()
    assert (Group.objects.count(), Plan.objects.count(), AssignmentRun.objects.count()) == (0, 0, 0)
    assert recorded()[-1] == (
        "breakouts.round_removed",
        world.organiser.pk,
        f"breakouts.round {key}",
        str(world.here.pk),
        {"title": [title, ""]},
    )
    assert plan_round(workshop=world.here, title="Again", by=world.organiser).ordinal == 1


def test_what_people_saw_ranked_or_wrote_stays(world: BreakoutWorld) -> None:
    make_point(world.one, world.user("ana"))
    with refused(RoundInUseError, match="so it stays"):
        remove(world)
    world.one.points.all().delete()
    ana = world.people["ana"]
    ranked = ana.preferences.create(round=world.round, topic=world.first, rank=1)
    with refused(RoundInUseError):
        remove(world)
    ranked.delete()
    world.enter(Round.Status.RANKING)
    with refused(RankingOpenError):
        remove(world)
    world.enter(Round.Status.ASSIGNING)
    request_assignment(round=world.round, by=world.organiser)
    with refused(RunUnderWayError):
        remove(world)
    AssignmentRun.objects.update(status=WorkStatus.FAILED, finished_at=timezone.now())
    make_plan(
        world.round, {}, world.organiser, published_at=timezone.now(), published_by=world.organiser
    )
    with refused(RoundInUseError):
        remove(world)
    world.enter(Round.Status.CLOSED)
    with refused(RoundClosedError):
        remove(world)


def test_all_or_nothing(world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    assign(world)
    with broken(monkeypatch, "rounds"):
        remove(world)


@pytest.mark.parametrize("typed", ["", "Round"])
def test_the_title_is_typed(world: BreakoutWorld, organiser: Client, typed: str) -> None:
    page = organiser.get(ROUND).content.decode()
    assert "Remove this round" in page
    before = state()

    response = organiser.post(f"{ROUND}remove/", {"typed_name": typed})

    assert response.status_code == 422
    assert "This is not the name. Nothing was done." in response.content.decode()
    assert state() == before

    done = organiser.post(f"{ROUND}remove/", {"typed_name": " Round  1 "}, follow=True)
    assert done.redirect_chain == [("/workshops/here/breakouts/", 302)]
    assert "Round 1 is removed." in done.content.decode()


def test_a_published_round_does_not_offer_it(world: BreakoutWorld, organiser: Client) -> None:
    world.publish()
    assert "Remove this round" not in organiser.get(ROUND).content.decode()
    response = organiser.post(f"{ROUND}remove/", {"typed_name": "Round 1"}, follow=True)
    assert "so it stays" in response.content.decode()


def test_a_group_is_removed_after_a_question_where_a_draft_seats_people(
    world: BreakoutWorld, organiser: Client
) -> None:
    people = world.people
    make_plan(world.round, {world.one: [people["ana"], people["cho"]]}, world.organiser)
    world.enter(Round.Status.ASSIGNING)
    text = " ".join(organiser.get(ROUND).content.decode().split())
    assert "2 people of draft 1 lose their place; assign again afterwards." in text
    assert text.count("Yes, remove group") == 1

    organiser.post(f"{ROUND}groups/1/remove/")

    assert list(world.round.groups.values_list("ordinal", flat=True)) == [2]
    assert world.round.plans.get().assignments.count() == 0
