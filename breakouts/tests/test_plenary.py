"""The plenary: who sees it, what stands on the wall, and when the wall is asked for anew."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from breakouts.actions.marking import mark_point
from breakouts.actions.merging import mark_distinct, merge_points, split_point
from breakouts.actions.points import edit_point, remove_point
from breakouts.models import Point, Round, Theme
from breakouts.tests.worlds import (
    NEARLY,
    SAME,
    Plenary,
    SignIn,
    make_group,
    make_point,
    make_round,
    state,
)
from breakouts.views.wall import Line
from workshop_portal.accounts.models import User
from workshop_portal.tests.hostile import HARMLESS

HTMX = {"HX-Request": "true", "HX-Target": "wall"}


@pytest.fixture
def held(db: None) -> Plenary:
    return Plenary()


@pytest.fixture
def organiser(held: Plenary, sign_in: SignIn) -> Client:
    return sign_in(held.organiser)


def say(point: Point, text: str, by: User) -> Point:
    point.refresh_from_db()
    return edit_point(
        point=point,
        kind=point.kind,
        text=text,
        administrations=[],
        theme=None,
        version=point.version,
        by=by,
    )


def lines(response: Any) -> list[Line]:
    found: list[Line] = response.context["lines"]
    return found


# Who sees what ------------------------------------------------------------------------------------


def test_the_plenary_is_for_who_runs_the_workshop_facilitates_or_reports(
    held: Plenary, sign_in: SignIn
) -> None:
    people: dict[User, int] = {
        held.organiser: 200,
        held.secretariat: 200,
        held.facilitator: 200,
        held.user("ana"): 200,  # the rapporteur of group 1
        held.user("cho"): 404,
        held.user("eve"): 404,
        held.fiji_contact: 404,
        held.stranger: 404,
    }
    for url in (held.url("round-plenary"), held.url("group-plenary", 2)):
        assert {who: sign_in(who).get(url).status_code for who in people} == people


def test_roles_see_it_from_the_publication_of_the_groups(held: Plenary, sign_in: SignIn) -> None:
    client = sign_in(held.facilitator)
    for status in Round.Status:
        held.enter(status)
        expected = 200 if status in {"published", "closed"} else 404
        assert client.get(held.url("group-plenary", 1)).status_code == expected, status


def test_who_only_looks_gets_no_buttons(held: Plenary, sign_in: SignIn) -> None:
    mark_point(point=held.a, by=held.organiser)
    response = sign_in(held.facilitator).get(held.url("group-plenary", 1))

    assert [(line.like, line.fitting, line.themes) for line in lines(response)] == [
        (None, [], []),
        (None, [], []),
    ]
    body = response.content.decode()
    assert "<form" not in body
    assert "In the report" in body
    overview = sign_in(held.facilitator).get(held.url("round-plenary"))
    assert overview.context["pairs"] == []
    assert held.verb("point-merge", held.a) not in overview.content.decode()


def test_each_act_is_the_organisers(held: Plenary, sign_in: SignIn) -> None:
    names = ["mark", "unmark", "theme", "merge", "split", "distinct"]
    data = {"theme": held.lines.pk, "other": held.c.public_id, "stands": "this"}
    before = state()
    for who, status in ((held.user("ana"), 403), (held.user("cho"), 403), (held.user("ben"), 404)):
        client = sign_in(who)
        got = {client.post(held.verb(f"point-{each}", held.a), data).status_code for each in names}
        assert got == {status}
    assert state() == before


# The wall -----------------------------------------------------------------------------------------


def test_the_wall_shows_a_group_s_points_and_what_is_suggested(
    held: Plenary, organiser: Client
) -> None:
    response = organiser.get(held.url("group-plenary", 1))

    one, two = lines(response)
    assert (one.point, one.said_by, one.like, one.fitting) == (
        held.a,
        [held.fj],
        held.c,
        [held.lines],
    )
    assert (two.point, two.said_by, two.like, two.fitting) == (held.b, [], None, [held.dogs])
    assert (response.context["before"], response.context["next"]) == (None, held.two)
    assert [(group, where) for group, where in response.context["rail"]] == [
        (held.one, "now"),
        (held.two, "ahead"),
    ]
    body = response.content.decode()
    assert "Group 2 says nearly the same." in body
    assert f"{held.verb('point-merge', held.a)}?with={held.c.public_id}" in body


def test_two_said_to_differ_are_not_suggested_again(held: Plenary, organiser: Client) -> None:
    mark_distinct(point=held.c, other=held.a, by=held.organiser)
    assert lines(organiser.get(held.url("group-plenary", 1)))[0].like is None
    assert organiser.get(held.url("round-plenary")).context["pairs"] == []


def test_a_merged_point_names_both_groups_and_both_sayers(held: Plenary, organiser: Client) -> None:
    merge_points(point=held.c, into=held.a, by=held.organiser)

    [one, _two] = lines(organiser.get(held.url("group-plenary", 1)))
    assert (one.said_by, one.also, one.like) == ([held.fj, held.jp], [(held.c, True)], None)
    here = f"{held.url('group-plenary', 1)}#point-{held.a.public_id}"
    body = organiser.get(held.url("group-plenary", 1)).content.decode()
    assert held.verb("point-split", held.c) in body  # it is undone where the text stands, too
    assert f'name="next" value="{here}"' in body

    response = organiser.get(held.url("group-plenary", 2))
    [line] = lines(response)
    assert (line.point, line.can_split, line.themes) == (held.c, True, [])
    body = response.content.decode()
    assert "Merged into what group 1 of round 1 says:" in body
    assert held.verb("point-split", held.c) in body
    assert held.verb("point-mark", held.c) not in body


def test_after_ten_minutes_no_undo_is_offered(held: Plenary, organiser: Client) -> None:
    merge_points(point=held.c, into=held.a, by=held.organiser)
    Point.objects.filter(pk=held.c.pk).update(merged_at=timezone.now() - Point.UNDO_FOR)
    for number in (1, 2):
        body = organiser.get(held.url("group-plenary", number)).content.decode()
        assert held.verb("point-split", held.c) not in body


def test_a_removed_point_is_not_on_the_wall(held: Plenary, organiser: Client) -> None:
    Point.objects.filter(pk=held.a.pk).update(removed_at=timezone.now(), removed_by=held.organiser)
    response = organiser.get(held.url("group-plenary", 1))
    assert [line.point for line in lines(response)] == [held.b]
    assert SAME not in response.content.decode()


def test_what_people_wrote_is_escaped(held: Plenary, organiser: Client) -> None:
    for words in HARMLESS.values():
        make_point(held.one, held.user("ana"), text=words)
    Theme.objects.filter(pk=held.lines.pk).update(title="<b>Lines</b>")
    for url in (
        held.url("group-plenary", 1),
        held.url("round-plenary"),
        f"{held.verb('point-merge', held.a)}?with={held.c.public_id}",
        held.verb("point-merge", held.a),
    ):
        body = organiser.get(url).content.decode()
        assert "<script>alert" not in body
        assert "<b>Lines" not in body


def test_the_clock_counts_while_the_round_runs(held: Plenary, organiser: Client) -> None:
    url = held.url("group-plenary", 1)
    assert "clock" not in organiser.get(url).context
    now = timezone.now()
    started: dict[str, Any] = {
        "started_at": now - timedelta(minutes=40),
        "started_by": held.organiser,
    }
    Round.objects.filter(pk=held.round.pk).update(**started, ends_at=now + timedelta(seconds=190))
    response = organiser.get(url)
    assert response.context["clock"] in {"3:10", "3:09", "3:08"}
    assert 'role="timer"' in response.content.decode()
    Round.objects.filter(pk=held.round.pk).update(ends_at=now)
    assert "clock" not in organiser.get(url).context


def test_of_many_groups_the_nearest_stand_on_the_thread(held: Plenary, organiser: Client) -> None:
    for _each in range(18):
        make_group(held.round, held.first)
    for number, expected in ((1, (1, 9)), (5, (1, 9)), (10, (6, 14)), (20, (12, 20))):
        rail = organiser.get(held.url("group-plenary", number)).context["rail"]
        assert (rail[0][0].ordinal, rail[-1][0].ordinal, len(rail)) == (*expected, 9)
        assert [group.ordinal for group, where in rail if where == "now"] == [number]


def test_a_group_that_is_not_there_is_not_found(held: Plenary, organiser: Client) -> None:
    for name in ("group-plenary", "plenary-poll"):
        assert organiser.get(held.url(name, 3)).status_code == 404


# The groups ---------------------------------------------------------------------------------------


def test_the_groups_are_counted_and_pairs_proposed(held: Plenary, organiser: Client) -> None:
    mark_point(point=held.b, by=held.organiser)
    response = organiser.get(held.url("round-plenary"))
    assert response.context["groups"] == [(held.one, 2, 1), (held.two, 1, 0)]
    assert response.context["pairs"] == [(held.a, held.c)]
    merge_points(point=held.a, into=held.c, by=held.organiser)
    response = organiser.get(held.url("round-plenary"))
    assert response.context["groups"] == [(held.one, 1, 1), (held.two, 1, 0)]
    assert response.context["pairs"] == []


def test_a_round_without_groups_says_so(held: Plenary, organiser: Client) -> None:
    empty = make_round(held.here)
    url = reverse("breakouts:round-plenary", args=["here", empty.ordinal])
    assert "No group yet" in organiser.get(url).content.decode()


# Live ---------------------------------------------------------------------------------------------


def test_the_wall_is_asked_for_and_answered_only_where_something_changed(
    held: Plenary, organiser: Client
) -> None:
    url = held.url("plenary-poll", 1)
    shown = organiser.get(url, headers=HTMX)
    assert (shown.status_code, shown["Cache-Control"]) == (200, "private, no-cache")
    assert 'id="wall"' in shown.content.decode()
    assert "<html" not in shown.content.decode()

    def again(response: HttpResponse) -> HttpResponse:
        answer: HttpResponse = organiser.get(
            url, headers=HTMX | {"If-None-Match": response["ETag"]}
        )
        return answer

    assert again(shown).status_code == 304
    mark_point(point=held.c, by=held.organiser)  # of another group
    changed = again(shown)
    assert changed.status_code == 200
    assert again(changed).status_code == 304
    Round.objects.filter(pk=held.round.pk).update(live_sequence=1)  # the clock
    assert again(changed).status_code == 200
    assert organiser.get(url)["Location"] == held.url("group-plenary", 1)


@pytest.mark.parametrize(
    "act",
    [
        lambda held, _there: split_point(point=held.a, by=held.organiser),
        lambda held, there: say(there, "Posts have no screens.", held.organiser),
        lambda held, there: remove_point(point=there, by=held.organiser),
        lambda held, _there: say(held.a, "Posts have no lines.", held.organiser),
        lambda held, _there: remove_point(point=held.a, by=held.organiser),
        lambda held, there: merge_points(point=there, into=held.b, by=held.organiser),
    ],
    ids=[
        "split",
        "edit the one that stands",
        "remove it",
        "edit the other",
        "remove that",
        "merge",
    ],
)
def test_the_walls_of_both_rounds_tell_what_became_of_a_merge(
    held: Plenary, organiser: Client, act: Callable[[Plenary, Point], object]
) -> None:
    """`a` says the same as a point of another round."""
    other = make_round(held.here, status=Round.Status.PUBLISHED)
    there = make_point(make_group(other, held.first), held.user("ana"), text="Posts lack screens.")
    urls = [
        held.url("plenary-poll", 1),
        reverse("breakouts:plenary-poll", args=["here", other.ordinal, 1]),
    ]

    def poll() -> list[HttpResponse]:
        return [organiser.get(url, headers=HTMX) for url in urls]

    def ask(tags: list[str]) -> list[int]:
        pairs = zip(urls, tags, strict=True)
        headers = [(url, HTMX | {"If-None-Match": tag}) for url, tag in pairs]
        return [organiser.get(url, headers=each).status_code for url, each in headers]

    before = [shown["ETag"] for shown in poll()]
    merge_points(point=held.a, into=there, by=held.organiser)
    assert ask(before) == [200, 200]
    merged = [shown["ETag"] for shown in poll()]
    assert ask(merged) == [304, 304]
    act(held, there)
    assert ask(merged) == [200, 200]


def test_a_poll_takes_no_message_away(held: Plenary, organiser: Client) -> None:
    organiser.post(held.verb("point-split", held.a))
    organiser.get(held.url("plenary-poll", 1), headers=HTMX)
    body = organiser.get(held.url("group-plenary", 1)).content.decode()
    assert "the points stand by themselves again" in body


# What it costs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("case", [("round-plenary", 10), ("group-plenary", 14), ("point-merge", 7)])
def test_the_queries_do_not_grow(
    held: Plenary,
    organiser: Client,
    case: tuple[str, int],
    rows: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    for number in range(rows):
        group = make_group(held.round, held.first)
        point = make_point(group, held.user("ana"), text=f"{NEARLY} {number}")
        point.administrations.set([held.fj, held.jp])
        child = make_point(group, held.user("ana"), text=f"Child {number}")
        child.administrations.set([held.fj])
        merge_points(point=child, into=held.a, by=held.organiser)
        Theme.objects.create(topic=held.second, ordinal=5 + number, title=f"T{number}")
    name, queries = case
    urls = {
        "round-plenary": held.url("round-plenary"),
        "group-plenary": held.url("group-plenary", 1),
        "point-merge": held.verb("point-merge", held.a),
    }
    with django_assert_num_queries(queries):
        assert organiser.get(urls[name]).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_a_poll_asks_less_while_nothing_changed(
    held: Plenary,
    organiser: Client,
    rows: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    for _each in range(rows):
        make_point(make_group(held.round, held.first), held.user("ana"))
    url = held.url("plenary-poll", 1)
    tag = organiser.get(url, headers=HTMX)["ETag"]
    with django_assert_num_queries(5):
        response = organiser.get(url, headers=HTMX | {"If-None-Match": tag})
    assert response.status_code == 304
