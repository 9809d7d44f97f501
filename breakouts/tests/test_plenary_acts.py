"""What the buttons of the plenary do, with and without script."""

import pytest
from django.test import Client
from django.urls import reverse

from breakouts.actions.merging import merge_points
from breakouts.tests.test_plenary import HTMX, lines
from breakouts.tests.worlds import Plenary, SignIn, state
from workshop_portal.tests.hostile import NOT_KEYS, NOT_NUMBERS


@pytest.fixture
def held(db: None) -> Plenary:
    return Plenary()


@pytest.fixture
def organiser(held: Plenary, sign_in: SignIn) -> Client:
    return sign_in(held.organiser)


def test_marking_goes_back_to_the_point_or_swaps_the_wall(held: Plenary, organiser: Client) -> None:
    response = organiser.post(held.verb("point-mark", held.a))
    wall = held.url("group-plenary", 1)
    assert response["Location"] == f"{wall}#point-{held.a.public_id}"
    held.a.refresh_from_db()
    assert held.a.marked_by == held.organiser

    response = organiser.post(held.verb("point-unmark", held.a), headers=HTMX)
    held.a.refresh_from_db()
    assert (response.status_code, held.a.marked_at) == (200, None)
    body = response.content.decode()
    assert 'id="wall"' in body
    assert "<html" not in body
    assert 'aria-pressed="false"' in body


def test_it_goes_back_to_where_it_was_asked_and_nowhere_else(
    held: Plenary, organiser: Client
) -> None:
    url = held.verb("point-mark", held.a)
    findings = reverse("breakouts:point-list", args=["here"])
    assert organiser.post(url, {"next": findings})["Location"] == findings
    there = organiser.post(url, {"next": "https://elsewhere.example/"})["Location"]
    assert there.startswith(held.url("group-plenary", 1))


def test_a_refusal_is_said(held: Plenary, organiser: Client) -> None:
    merge_points(point=held.a, into=held.c, by=held.organiser)
    url = held.verb("point-mark", held.a)
    said = "This point was merged into another one"
    assert said in organiser.post(url, follow=True).content.decode()
    assert said in organiser.post(url, headers=HTMX).content.decode()


def test_an_accepted_theme_passes_the_focus_on(held: Plenary, organiser: Client) -> None:
    url = held.verb("point-theme", held.a)
    response = organiser.post(url, {"theme": held.lines.pk}, headers=HTMX)

    held.a.refresh_from_db()
    assert held.a.theme == held.lines
    assert [line.takes_focus for line in lines(response)] == [False, True]
    assert response.content.decode().count("data-focus") == 1

    organiser.post(url, {"theme": ""})
    held.a.refresh_from_db()
    assert held.a.theme is None


@pytest.mark.parametrize("value", NOT_NUMBERS)
def test_a_theme_that_is_none_is_refused(held: Plenary, organiser: Client, value: str) -> None:
    before = state()
    response = organiser.post(held.verb("point-theme", held.a), {"theme": value}, follow=True)
    assert "Choose a theme of the group" in response.content.decode()
    assert state() == before


def test_two_texts_stand_side_by_side_and_one_is_chosen(held: Plenary, organiser: Client) -> None:
    url = held.verb("point-merge", held.a)
    shown = organiser.get(f"{url}?with={held.c.public_id}")
    assert shown.context["pair"] == [(held.a, [held.fj]), (held.c, [held.jp])]

    response = organiser.post(url, {"other": held.c.public_id, "stands": "this"})
    assert response["Location"].startswith(held.url("group-plenary", 1))
    held.c.refresh_from_db()
    assert held.c.merged_into == held.a

    organiser.post(held.verb("point-split", held.c))
    organiser.post(url, {"other": held.c.public_id, "stands": "other"})
    held.a.refresh_from_db()
    held.c.refresh_from_db()
    assert (held.a.merged_into, held.c.merged_into) == (held.c, None)


def test_without_another_point_the_likest_are_offered(held: Plenary, organiser: Client) -> None:
    response = organiser.get(held.verb("point-merge", held.a))
    assert (response.context["pair"], response.context["likes"][0]) == ([], held.c)
    assert len(response.context["likes"]) == 2


def test_a_point_that_stands_no_more_is_not_merged(held: Plenary, organiser: Client) -> None:
    merge_points(point=held.a, into=held.c, by=held.organiser)
    url = held.verb("point-merge", held.a)
    assert "removed or merged in the meantime" in organiser.get(url).content.decode()
    response = organiser.post(url, {"other": held.b.public_id, "stands": "other"})
    assert response.status_code == 422
    assert "merged into another one" in response.content.decode()


@pytest.mark.parametrize("value", [*NOT_KEYS, ""])
def test_a_pair_of_what_is_no_point_is_refused(
    held: Plenary, organiser: Client, value: str
) -> None:
    before = state()
    for stands in ("this", "that"):
        data = {"other": value, "stands": stands}
        assert organiser.post(held.verb("point-merge", held.a), data).status_code == 422
    found = organiser.get(held.verb("point-merge", held.a), {"with": value})
    assert found.status_code == 200
    said = organiser.post(held.verb("point-distinct", held.a), {"other": value}, follow=True)
    assert "no point of the workshop any more" in said.content.decode()
    assert state() == before


def test_not_the_same_is_kept(held: Plenary, organiser: Client) -> None:
    response = organiser.post(
        held.verb("point-distinct", held.a), {"other": held.c.public_id}, follow=True
    )
    assert list(held.a.distinct_from.all()) == [held.c]
    assert "Nobody is asked about these two again." in response.content.decode()
