"""Where it is said that somebody is not in a round, and taken back: the Move menu, the place, the board, My workshop."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from breakouts.actions.absences import note_absence
from breakouts.facts import round_tasks
from breakouts.models import Absence, Plan
from breakouts.tests.test_absences import BOARD, HTMX, ROUND, note
from breakouts.tests.test_repair import late, places, repair
from breakouts.tests.worlds import BreakoutWorld, SignIn, make_role
from participants.tests.worlds import make_registration


@pytest.fixture
def organiser(world: BreakoutWorld, sign_in: SignIn) -> Client:
    return sign_in(world.organiser)


def verb(world: BreakoutWorld, name: str, act: str = "note-absence") -> str:
    return f"{ROUND}people/{world.people[name].public_id}/{act}/"


def test_the_move_menu_says_it_and_the_board_takes_it_back(
    world: BreakoutWorld, organiser: Client
) -> None:
    plan, ana = world.publish(), world.people["ana"]
    menu = organiser.get(f"{BOARD}targets/", {"p": ana.public_id}, headers=HTMX)
    assert 'value="absent"' in menu.content.decode()
    move = {"p": ana.public_id, "plan": plan.pk, "revision": 0, "to": "absent"}
    assert organiser.post(f"{BOARD}move/", move).status_code == 302

    board = organiser.get(BOARD)
    text = " ".join(board.content.decode().split())
    assert f"{ana.user}, Fiji is not in this round; the place is free." in text
    assert "1 not in this round" in text
    assert "1 person without a group" not in text
    assert board.context["undo_url"].startswith(verb(world, "ana", "end-absence"))

    response = organiser.post(board.context["undo_url"], follow=True)

    assert f"{ana.user} is in this round again, in group 1." in response.content.decode()
    assert places(plan)[ana.pk] == world.one.pk


def test_after_ten_minutes_the_list_still_takes_it_back(
    world: BreakoutWorld, organiser: Client
) -> None:
    world.publish()
    note(world)
    Absence.objects.update(noted_at=timezone.now() - timedelta(minutes=11))

    board = organiser.get(BOARD)

    assert "moved" not in board.context
    assert verb(world, "ana", "end-absence") in board.content.decode()
    page = organiser.get(ROUND).content.decode()
    assert "1 not in this round" in page
    assert "3 people are expected" in page


def test_the_page_of_a_place_says_it_and_takes_it_back(
    world: BreakoutWorld, organiser: Client
) -> None:
    world.publish()
    place = f"{ROUND}people/{world.people['ana'].public_id}/"
    text = " ".join(organiser.get(place).content.decode().split())
    assert "the person is told by mail. A role in a group ends." in text

    response = organiser.post(verb(world, "ana"), follow=True)

    text = " ".join(response.content.decode().split())
    assert f"{world.user('ana')} is not in this round." in text
    assert f"Noted by {world.organiser}" in text
    response = organiser.post(verb(world, "ana", "end-absence"), {"next": place}, follow=True)
    assert response.redirect_chain == [(place, 302)]
    assert organiser.post(verb(world, "ana", "end-absence")).status_code == 404
    assert organiser.post(verb(world, "eve")).status_code == 404
    assert organiser.get(verb(world, "ana")).status_code == 405


@pytest.mark.parametrize(("role", "ends_at"), [("delegate", ""), ("resource_person", BOARD)])
def test_who_is_back_is_shown_where_it_was_said_else_the_board(
    world: BreakoutWorld, organiser: Client, role: str, ends_at: str
) -> None:
    """The role of before has somebody else by then, so that a resource person has no page any more."""
    world.publish()
    person = make_registration(world.fiji, status="confirmed", role=role)
    make_role(world.two, person.user, "facilitator")
    note_absence(round=world.round, registration=person, by=world.organiser)
    make_role(world.two, world.facilitator, "facilitator")
    place = f"{ROUND}people/{person.public_id}/"
    page = organiser.get(place).content.decode()
    posted = dict(re.findall(r'<input type="hidden" name="(next)" value="([^"]*)"', page))

    response = organiser.post(f"{place}end-absence/", posted, follow=True)

    assert response.redirect_chain == [(ends_at or place, 302)]
    assert response.status_code == 200
    assert "is in this round again, without a group so far." in response.content.decode()


def test_my_workshop_says_it_in_place_of_what_was_asked(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    world.publish()
    note(world)
    ana = world.people["ana"]

    assert [(task.text, task.kind) for task in round_tasks(ana, timezone.now())] == [
        ("Round 1: you are not in it", "off")
    ]
    text = sign_in(ana.user).get(reverse("participants:home", args=["here"])).content.decode()
    assert "Noted by the organisers" in text
    assert "My groups" not in text


def test_a_newcomer_beside_who_is_absent_is_counted_apart(world: BreakoutWorld) -> None:
    world.publish()
    note(world)
    gus = late(world)
    plan: Plan | None = repair(world).plan
    assert gus.pk in places(plan)
    assert world.people["ana"].pk not in places(plan)
