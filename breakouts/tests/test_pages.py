"""The pages of break-outs: what organisers plan, what a group sees, what is refused."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from breakouts.actions.rounds import open_ranking
from breakouts.facts import waiting_in_rounds
from breakouts.models import Group, GroupRole, Plan, Round
from breakouts.tests.test_assign import assign
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    make_group,
    make_plan,
    make_point,
    make_role,
    make_round,
)
from events.models import Session, Workshop
from events.tests.worlds import make_speaker

PLANNING: list[tuple[str, list[object]]] = [
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
    ("point-table", ["csv"]),
    ("point-table", ["xlsx"]),
    ("point-table", ["json"]),
]


def address(name: str, *args: object) -> str:
    return reverse(f"breakouts:{name}", args=["here", *args])


@pytest.mark.parametrize(("name", "args"), PLANNING)
def test_planning_is_the_organisers(
    world: BreakoutWorld, sign_in: SignIn, name: str, args: list[object]
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


def test_a_page_that_sends_again_gets_the_points_and_the_word_that_its_own_is_stored(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    world.publish()
    ana = world.user("ana")
    answer = sign_in(ana).post(
        address("point-add", 1, 1),
        {"kind": "trend", "text": "Hybrid stays"},
        headers={"HX-Request": "true"},
    )

    point = world.one.points.get()
    assert f'data-kept-done="point-{ana.pk}-{world.one.pk}"' in answer.text
    assert f'id="point-{point.public_id}"' in answer.text
    assert f'id="remove-{point.public_id}"' in answer.text
    assert "<form class" not in answer.text


def test_a_poll_brings_the_points_alone_where_nothing_else_changed(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    world.publish()
    member, poll = sign_in(world.user("ana")), address("point-poll", 1, 1)
    whole = member.get(poll, headers={"HX-Request": "true"})
    point = make_point(world.one, world.user("cho"))
    points = member.get(poll, headers={"HX-Request": "true", "If-None-Match": whole["ETag"]})

    parts = re.compile(r'^<(?:div|section|aside)[^>]* id="([\w-]+)"', re.MULTILINE)
    assert parts.findall(points.text) == ["room", "points-part"]
    assert set(parts.findall(whole.text)) > {"room", "points-part", "banner", "clock"}
    assert f'id="point-{point.public_id}"' in points.text
    assert points["ETag"] != whole["ETag"]
    assert escape(points["ETag"]) in points.text


def test_who_was_moved_is_led_on_from_an_open_page_and_from_a_link(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    first = world.publish()
    people = world.people
    moved, other = sign_in(people["ana"].user), sign_in(people["ben"].user)
    Plan.objects.filter(pk=first.pk).update(is_current=False)
    GroupRole.objects.all().delete()
    make_plan(
        world.round,
        {world.one: [people["cho"]], world.two: [people["ana"], people["ben"], people["dai"]]},
        world.organiser,
        is_current=True,
        published_at=timezone.now(),
        published_by=world.organiser,
    )
    poll, link = address("point-poll", 1, 1), address("group-detail", 1, 1)
    asked = {"HX-Request": "true"}

    told = moved.get(poll, headers=asked)
    led = moved.get(link, follow=True)

    assert told.status_code == 200
    assert "Your place is in group 2 now." in told.content.decode()
    assert address("group-detail", 1, 2) in told.content.decode()
    assert "data-poll" not in told.content.decode()  # it asks no more
    assert led.redirect_chain == [(address("group-detail", 1, 2), 302)]
    assert "Your place is in group 2 now." in led.content.decode()
    assert moved.get(poll).status_code == 404
    # who always sat in the other group, and who takes part elsewhere
    for client in (other, sign_in(world.user("eve"))):
        answers = [client.get(poll, headers=asked), client.get(link)]
        assert [each.status_code for each in answers] == [404, 404]


def test_closing_asks_first_and_a_closed_group_waits_for_no_link(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    world.publish()
    organiser, member = sign_in(world.organiser), sign_in(world.user("ana"))
    link = "The link to the call is not known yet."

    assert "Yes, close the round" in organiser.get(address("round-detail", 1)).content.decode()
    assert link in member.get(address("group-detail", 1, 1)).content.decode()
    organiser.post(address("round-close", 1))
    assert "Yes, close the round" not in organiser.get(address("round-detail", 1)).content.decode()
    body = member.get(address("group-detail", 1, 1)).content.decode()
    assert ("This round is closed.</span>" in body, link in body) == (True, False)


def test_a_group_without_a_call_of_its_own_meets_in_the_main_call(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    world.publish()
    member, url = sign_in(world.user("ana")), address("group-detail", 1, 1)
    call, unknown = "https://call.example/all", "The link to the call is not known yet."

    Workshop.objects.update(join_url=call)
    text = member.get(url).text
    assert (f'href="{call}"' in text, unknown in text) == (True, False)
    for place in ({"venue": "Room 2"}, {"join_url": "https://call.example/one"}):
        Group.objects.filter(pk=world.one.pk).update(**({"venue": "", "join_url": ""} | place))
        assert call not in member.get(url).text


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (None, None, "shared evenly"),
        (3, None, "3 at least"),
        (None, 5, "5 at most"),
        (3, 5, "3 to 5"),
    ],
)
def test_a_size_is_said_whole(
    world: BreakoutWorld, sign_in: SignIn, least: int | None, most: int | None, words: str
) -> None:
    world.round.groups.update(minimum=least, maximum=most)
    text = sign_in(world.organiser).get(address("round-detail", 1)).content.decode()
    assert text.count(f'<td class="num" data-th="Size">{words}</td>') == 2


def test_who_is_named_for_a_role_is_shown_with_the_administration(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    text = sign_in(world.organiser).get(address("group-roles", 1, 1)).content.decode()
    assert text.count(f">{world.user('ana')}, Fiji</option>") == 3


def test_a_speaker_who_facilitates_is_shown_with_the_administration(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    world.publish()
    make_role(world.one, world.facilitator, "facilitator")
    url, client = address("group-detail", 1, 1), sign_in(world.user("ana"))
    assert administrations(client.get(url)) == ["", "Fiji", "Japan"]

    make_speaker(world.here, user=world.facilitator, administration=world.japan.administration)

    assert administrations(client.get(url)) == ["Japan", "Fiji", "Japan"]
    text = sign_in(world.organiser).get(address("group-roles", 1, 1)).text
    assert text.count(f">{world.facilitator}, Japan</option>") == 3


def administrations(response: Any) -> list[str]:
    return [person.administration for person in response.context["people"]]


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


def test_a_point_that_comes_after_the_round_is_closed_is_shown_not_lost(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    world.publish()
    world.enter(Round.Status.CLOSED)

    answer = sign_in(world.user("ana")).post(
        reverse("breakouts:point-add", args=["here", 1, 1]), {"kind": "trend", "text": "Late words"}
    )

    assert answer.status_code == 422
    assert "Points are noted from the day the groups are published" in answer.text
    assert '<div class="kept" tabindex="0">Late words</div>' in answer.text


def test_a_round_says_where_it_is_shorter_than_its_item_of_the_agenda(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    start = timezone.now() + timedelta(days=1)
    session = Session.objects.create(
        workshop=world.here, title="Groups", starts_at=start, ends_at=start + timedelta(hours=2)
    )
    organiser, words = sign_in(world.organiser), "the item of the agenda lasts 120."
    for minutes, said in ((45, True), (120, False)):
        Round.objects.filter(pk=world.round.pk).update(session=session, minutes=minutes)
        assert (words in organiser.get(address("round-detail", 1)).text) is said


def test_one_button_closes_the_ranking_and_the_page_says_what_comes_first(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    world.enter(Round.Status.RANKING)
    organiser, url = sign_in(world.organiser), address("round-detail", 1)
    close, order = (
        f'action="{address("ranking-close", 1)}"',
        "First close the ranking, then assign.",
    )

    text = organiser.get(url).text
    assert (text.count(close), text.count(order)) == (1, 1)
    make_plan(world.round, {world.one: list(world.people.values())[:4]}, world.organiser)
    text = organiser.get(url).text
    assert (text.count(close), text.count(order)) == (1, 1)
    Round.objects.update(ranking_closes_at=timezone.now())
    assert order not in organiser.get(url).text


def test_a_ranking_stays_among_the_tasks_as_done(world: BreakoutWorld, sign_in: SignIn) -> None:
    home = reverse("participants:home", args=["here"])
    member, other = sign_in(world.user("ana")), sign_in(world.user("cho"))
    open_ranking(round=world.round, by=world.organiser)
    member.post(address("ranking-edit", 1), {"choice_1": "2", "choice_2": "1"})

    def tasks(client: Client) -> list[tuple[str, str]]:
        return [(task.url, task.kind) for task in client.get(home).context["tasks"][1:]]

    url = address("ranking-edit", 1)
    assert (tasks(member), tasks(other)) == ([(url, "done")], [(url, "wait")])
    world.publish()
    reports = (address("group-detail", 1, 1), "wait")
    assert (tasks(member), tasks(other)) == ([(url, "done"), reports], [])


def test_a_delegate_finds_the_way_back_to_my_workshop(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    step = f'<li><a href="{reverse("participants:home", args=["here"])}">My workshop</a></li>'
    open_ranking(round=world.round, by=world.organiser)
    member = sign_in(world.user("ana"))
    assert step in member.get(address("ranking-edit", 1)).text
    world.publish()
    assert step in member.get(address("group-detail", 1, 1)).text


def test_what_waits_says_the_groups_of_each_round_by_themselves(world: BreakoutWorld) -> None:
    second = make_round(world.round.workshop)
    make_group(second, world.one.topic)

    workshop = world.round.workshop
    found = waiting_in_rounds([workshop], world.organiser)[workshop.pk]

    assert [(each.count, each.detail, each.action_label, each.action_url) for each in found] == [
        (2, "Round 1", "Name them", address("round-detail", 1)),
        (1, "Round 2", "Name one", address("round-detail", 2)),
    ]
