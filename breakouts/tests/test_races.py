"""What is said where a colleague was faster: in words, on a page, with what was typed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from breakouts.actions.groups import add_groups, remove_group
from breakouts.actions.moves import UndoTooLateError, undo_move
from breakouts.actions.plans import request_assignment
from breakouts.actions.rounds import edit_round, plan_round
from breakouts.models import AssignmentRun, Group, Round, Topic
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    make_group,
    make_plan,
    make_point,
    make_round,
    make_topic,
    move_person,
    refused,
    state,
)
from breakouts.views.progress import run_steps
from events.actions.sessions import remove_session
from events.models import Session
from workshop_portal.leases import WorkStatus

ROUND_GONE = "This round was removed in the meantime"
GROUP_GONE = "This group was removed in the meantime."
TOPIC_GONE = "This topic was removed in the meantime."
POINT_GONE = "This point was removed."


Race = Callable[..., HttpResponse]


@pytest.fixture
def race(world: BreakoutWorld, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> Race:
    """Post as the organiser (or `who`) while a colleague does `meanwhile`, just after the view loaded its row."""

    def run(
        loader: str,
        url: str,
        data: dict[str, Any],
        meanwhile: Callable[[], object],
        who: str = "",
    ) -> HttpResponse:
        path = f"breakouts.views.{loader}"
        load = import_string(path)

        def load_then_lose(*args: Any, **kwargs: Any) -> Any:
            row = load(*args, **kwargs)
            meanwhile()
            before.update(state())
            return row

        before: dict[str, list[Any]] = {}
        client = sign_in(world.user(who) if who else world.organiser)
        with monkeypatch.context() as patch:
            patch.setattr(path, load_then_lose)
            response = client.post(url, data)
        assert state() == before
        if response.status_code == 302:
            response = client.get(response["Location"])
            if (
                response.status_code == 404
            ):  # the page is gone with its row; the words wait for the next one
                response = client.get(reverse("breakouts:round-list", args=["here"]))
        result: HttpResponse = response
        return result

    return run


def address(name: str, *args: object) -> str:
    return reverse(f"breakouts:{name}", args=["here", *args])


GROUP = {"topic": "1", "format": "online", "venue": "Kept & said"}


ROUND = {
    "title": "Kept & said",
    "minutes": "45",
    "mode": "mix",
    "weighting": "balanced",
}


def test_a_round_that_is_gone(world: BreakoutWorld, race: Race) -> None:
    title = world.round.title

    def lose() -> object:
        return Round.objects.filter(workshop=world.here).delete()

    for name, data in (
        ("round-edit", ROUND),
        ("round-remove", {"typed_name": str(title)}),
        ("ranking-open", {"confirmed": "1"}),
    ):
        if not Round.objects.filter(workshop=world.here).exists():
            make_round(world.here, title=title)
        response = race("rounds.get_round_for", address(name, 1), data, lose)
        assert ROUND_GONE in response.content.decode(), name
        if name == "round-edit":
            assert "Kept &amp; said" in response.content.decode()


def test_a_session_that_is_gone(
    world: BreakoutWorld, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_then(act: Callable[..., Round]) -> Callable[..., Round]:
        def act_late(**kwargs: Any) -> Round:
            remove_session(session=kwargs["session"], by=world.organiser)
            return act(**{**kwargs, "session": Session(pk=key, workshop=world.here)})

        return act_late

    organiser, now = sign_in(world.organiser), timezone.now()
    for name, args, act in (("round-add", [], plan_round), ("round-edit", [1], edit_round)):
        session = world.here.sessions.create(
            title="Hour", starts_at=now, ends_at=now + timedelta(hours=1)
        )
        key = session.pk
        monkeypatch.setattr(f"breakouts.views.rounds.{act.__name__}", lose_then(act))
        data = ROUND | {"session": str(session.public_id)}
        response = organiser.post(address(name, *args), data)

        assert response.status_code == 422
        text = response.content.decode()
        assert 'id="id_session_error"' in text
        assert "This session was removed in the meantime." in text
        assert "Kept &amp; said" in text
    assert list(Round.objects.values_list("session", flat=True)) == [None]


def test_a_move_that_went_with_its_group(world: BreakoutWorld) -> None:
    seats = {world.one: [world.people["ana"]]}
    plan = make_plan(world.round, seats, world.organiser)
    move = move_person(
        plan=plan, registration=world.people["ana"], to=world.two, by=world.organiser
    )
    remove_group(group=world.two, by=world.organiser)

    with refused(UndoTooLateError):
        undo_move(move=move, by=world.organiser)


def test_a_group_that_is_gone(world: BreakoutWorld, race: Race) -> None:
    def lose() -> object:
        return Group.objects.filter(ordinal=3).delete()

    for name, data in (
        ("group-edit", GROUP),
        ("group-remove", {}),
        ("group-roles", {"rapporteur": str(world.user("ana").public_id)}),
    ):
        make_group(world.round, world.first, ordinal=3)
        response = race("groups.get_group_for", address(name, 1, 3), data, lose)
        assert GROUP_GONE in response.content.decode(), name
        if name == "group-edit":
            assert "Kept &amp; said" in response.content.decode()


def test_a_group_that_is_gone_while_a_point_is_noted(world: BreakoutWorld, race: Race) -> None:
    world.publish()
    make_group(world.round, world.first, ordinal=3)
    response = race(
        "points.get_group_for",
        address("point-add", 1, 3),
        {"kind": "trend", "text": "Kept & said"},
        lambda: Group.objects.filter(ordinal=3).delete(),
    )
    assert response.status_code == 422
    assert GROUP_GONE in response.content.decode()
    assert "Kept &amp; said" in response.content.decode()


def test_a_topic_that_is_gone(world: BreakoutWorld, race: Race) -> None:
    def lose() -> object:
        return Topic.objects.filter(ordinal=3).delete()

    for name, data in (("topic-edit", {"title": "Kept & said"}), ("topic-remove", {})):
        make_topic(world.here, ordinal=3)
        response = race("rounds.get_topic_for", address(name, 3), data, lose)
        assert TOPIC_GONE in response.content.decode(), name


def test_a_topic_that_is_gone_when_a_group_takes_it(
    world: BreakoutWorld, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_topic(world.here, ordinal=3)

    def lose_then_add(**kwargs: Any) -> list[Group]:
        Topic.objects.filter(ordinal=3).delete()
        return add_groups(**kwargs)

    monkeypatch.setattr("breakouts.views.groups.add_groups", lose_then_add)
    data = GROUP | {"topic": "3", "count": "1"}
    response = sign_in(world.organiser).post(address("group-add", 1), data)

    assert response.status_code == 422
    assert TOPIC_GONE in response.content.decode()
    assert 'id="id_topic_error"' in response.content.decode()
    assert world.round.groups.count() == 2


def test_a_point_that_is_gone(world: BreakoutWorld, race: Race) -> None:
    world.publish()
    for name in ("point-edit", "point-up", "point-remove"):
        point = make_point(world.one, world.user("ana"))
        data = {"kind": "trend", "text": "Kept & said", "version": "1"}

        def lose(key: int = point.pk) -> object:
            return world.one.points.filter(pk=key).update(
                removed_at=timezone.now(), removed_by=world.user("ana")
            )

        response = race(
            "points.get_point_for", address(name, 1, 1, point.public_id), data, lose, "ana"
        )
        assert POINT_GONE in response.content.decode(), name


def test_a_move_that_cannot_be_taken_back(world: BreakoutWorld, sign_in: SignIn) -> None:
    """Its group is gone; then the person is locked."""
    people = world.people
    seats = {world.one: [people["ana"]], world.two: [people["ben"]]}
    plan = make_plan(world.round, seats, world.organiser)
    world.enter(Round.Status.ASSIGNING)
    move = move_person(plan=plan, registration=people["ben"], to=world.one, by=world.organiser)
    organiser, url = sign_in(world.organiser), address("board-undo", 1, move.pk)
    plan.assignments.filter(registration=people["ben"]).update(is_locked=True)
    assert "is locked. Unlock first." in organiser.post(url, follow=True).content.decode()
    plan.assignments.update(is_locked=False)
    Group.objects.filter(pk=world.two.pk).delete()
    assert GROUP_GONE in organiser.post(url, follow=True).content.decode()


@pytest.mark.parametrize("status", [WorkStatus.FAILED, WorkStatus.SUPERSEDED])
def test_a_run_that_ended_without_groups_says_why(world: BreakoutWorld, status: str) -> None:
    run = request_assignment(round=world.round, by=world.organiser)
    AssignmentRun.objects.update(
        status=status, finished_at=timezone.now(), people=4, last_error="A group was removed."
    )
    run.refresh_from_db()

    states = [(step["text"], step["state"]) for step in run_steps(run)]

    assert states == [
        ("Asked for", "done"),
        ("Seating 4 people", "done"),
        ("No groups: A group was removed.", "now"),
    ]
