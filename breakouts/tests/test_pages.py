"""The pages of break-outs: what organisers plan, what a group sees, what is refused."""

import pytest
from django.urls import reverse

from breakouts.actions.rounds import open_ranking
from breakouts.tests.test_assign import assign
from breakouts.tests.worlds import BreakoutWorld, SignIn, make_point

PLANNING: list[tuple[str, list[int]]] = [
    ("round-list", []),
    ("topic-add", []),
    ("topic-edit", [1]),
    ("round-add", []),
    ("round-edit", [1]),
    ("round-detail", [1]),
    ("round-board", [1]),
    ("group-add", [1]),
    ("group-edit", [1, 1]),
    ("group-roles", [1, 1]),
    ("point-list", []),
    ("point-csv", []),
    ("point-xlsx", []),
]


def address(name: str, *args: object) -> str:
    return reverse(f"breakouts:{name}", args=["here", *args])


@pytest.mark.parametrize(("name", "args"), PLANNING)
def test_planning_is_the_organisers(
    world: BreakoutWorld, sign_in: SignIn, name: str, args: list[int]
) -> None:
    assert sign_in(world.organiser).get(address(name, *args)).status_code == 200
    assert sign_in(world.user("ana")).get(address(name, *args)).status_code == 404


def test_the_board_moves_a_person(world: BreakoutWorld, sign_in: SignIn) -> None:
    plan = assign(world).plan
    organiser = sign_in(world.organiser)
    seat = plan.assignments.filter(group=world.one).order_by("pk")[0]
    url = f"{address('board-move', 1)}?p={seat.registration.public_id}&plan={plan.pk}&revision=0"
    response = organiser.post(url, {"to": "2"})
    assert response.status_code == 302
    assert organiser.get(response["Location"].split("#")[0]).status_code == 200
    seat.refresh_from_db()
    assert seat.group == world.two


def test_a_group_is_its_own(world: BreakoutWorld, sign_in: SignIn) -> None:
    world.publish()
    make_point(world.one, world.user("ana"))
    member = sign_in(world.user("ana"))
    assert member.get(address("group-detail", 1, 1)).status_code == 200
    assert member.get(address("group-detail", 1, 2)).status_code == 404
    assert sign_in(world.user("eve")).get(address("group-detail", 1, 1)).status_code == 404


def test_points_are_noted_polled_and_not_overwritten(world: BreakoutWorld, sign_in: SignIn) -> None:
    world.publish()
    member = sign_in(world.user("ana"))
    add, poll = address("point-add", 1, 1), address("point-poll", 1, 1)
    assert member.post(add, {"kind": "trend", "text": ""}).status_code == 422
    assert member.post(add, {"kind": "trend", "text": "<b>Hybrid stays</b>"}).status_code == 302
    shown = member.get(poll, headers={"HX-Request": "true"})
    assert "&lt;b&gt;Hybrid stays" in shown.content.decode()
    again = {"HX-Request": "true", "If-None-Match": shown["ETag"]}
    assert member.get(poll, headers=again).status_code == 304
    point = world.one.points.get()
    edit = address("point-edit", 1, 1, point.public_id)
    assert member.post(edit, {"kind": "trend", "text": "x", "version": "9"}).status_code == 409
    point.refresh_from_db()
    assert point.text == "<b>Hybrid stays</b>"


def test_topics_are_ranked_once_each(world: BreakoutWorld, sign_in: SignIn) -> None:
    open_ranking(round=world.round, by=world.organiser)
    member = sign_in(world.user("ana"))
    url = address("ranking-edit", 1)
    assert member.post(url, {"choice_1": "2", "choice_2": "2"}).status_code == 422
    assert member.post(url, {"choice_1": "2", "choice_2": "1"}).status_code == 302
    assert member.get(url).status_code == 200


def test_my_workshop_leads_to_my_group_and_to_the_ranking(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    home = reverse("participants:home", args=["here"])
    member = sign_in(world.user("ana"))
    open_ranking(round=world.round, by=world.organiser)
    assert address("ranking-edit", 1) in member.get(home).content.decode()
    world.publish()
    body = member.get(home).content.decode()
    assert address("group-detail", 1, 1) in body
    assert address("group-detail", 1, 2) not in body
