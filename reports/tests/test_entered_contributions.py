"""What who runs the edition entered: theirs to correct, all of them; an administration's own stays its own."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from breakouts.models import Point
from reports.actions.contributions import (
    claim_contribution,
    edit_contribution,
    reopen_contribution,
    submit_contribution,
)
from reports.actions.points import take_points
from reports.models import Contribution, Edition
from reports.tests.editions import EditionWorld
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.authorization import can

pytestmark = pytest.mark.django_db

VERBS = ("edit", "submit", "withdraw")
ALL, NONE = [True, True, True], [False, False, False]


@pytest.fixture
def world() -> EditionWorld:
    return EditionWorld()


def may(user: User, row: Contribution) -> list[bool]:
    return [can(f"reports.{verb}_contribution", user, row) for verb in VERBS]


def write(user: User, **fields: Any) -> Contribution:
    """By the form, as the person. Returns: what was stored."""
    client = Client()
    client.force_login(user)
    given = {"kind": "trend", "title": "By mail", "attribution": "named", "version": "0"}
    response = client.post("/reports/good-practice/editions/22/contributions/new/", given | fields)
    assert response.status_code == 302, response.content.decode()
    return Contribution.objects.get(title="By mail")


def take(world: EditionWorld, *, named: bool) -> Contribution:
    """A point taken by the secretariat."""
    point = Point.objects.create(
        group=world.group, kind="trend", text="More video.", ordinal=9, created_by=world.by
    )
    if named:
        point.administrations.add(world.japan)
    return take_points(edition=world.edition, points=[point], by=world.by)[0]


def test_what_came_by_mail_any_of_them_corrects(world: EditionWorld) -> None:
    row = write(world.by, administration="JP")

    assert row.is_entered
    for user in (world.by, world.people.organiser, world.people.japan_contact):
        assert may(user, row) == ALL, user
    assert may(world.people.fiji_contact, row) == NONE


def test_a_colleague_submits_it_and_takes_it_back(world: EditionWorld) -> None:
    row = write(world.by, administration="JP")
    client = Client()
    client.force_login(world.people.organiser)
    args = ["good-practice", 22, row.public_id]

    shown = client.get(reverse("reports:contribution-detail", args=args)).content.decode()
    for verb in ("edit", "submit", "withdraw"):
        assert reverse(f"reports:contribution-{verb}", args=args) in shown
    client.post(reverse("reports:contribution-submit", args=args))
    row.refresh_from_db()
    assert (row.status, row.submitted_by) == ("submitted", world.people.organiser)
    client.post(reverse("reports:contribution-reopen", args=args))
    row.refresh_from_db()
    assert row.is_draft


@pytest.mark.parametrize("named", [True, False])
def test_a_taken_point_is_no_business_of_who_pressed_the_button_alone(
    world: EditionWorld, named: bool
) -> None:
    row = take(world, named=named)

    assert may(world.by, row) == may(world.people.organiser, row) == ALL
    assert may(world.people.japan_contact, row) == (ALL if named else NONE)


def test_an_administrations_own_stays_its_own(world: EditionWorld) -> None:
    row = write(world.people.japan_contact)

    assert not row.is_entered
    for status in ("draft", "submitted"):
        if status == "submitted":
            row = submit_contribution(contribution=row, by=world.people.japan_contact)
        assert may(world.people.japan_contact, row) == ALL
        assert may(world.by, row) == may(world.people.organiser, row) == NONE


def test_a_claimed_point_is_the_administrations_own(world: EditionWorld) -> None:
    row = take(world, named=False)

    row = claim_contribution(
        contribution=row, administration=world.japan, by=world.people.japan_contact
    )

    assert may(world.people.japan_contact, row) == ALL
    assert may(world.by, row) == may(world.people.organiser, row) == NONE


def test_who_runs_it_writes_as_one_of_the_own_administration(world: EditionWorld) -> None:
    FocalPoint.objects.filter(administration=world.fiji).update(user=world.people.organiser)

    row = write(world.people.organiser, administration="FJ")

    assert not row.is_entered
    assert may(world.people.organiser, row) == ALL
    assert may(world.by, row) == NONE


def test_who_runs_it_enters_what_comes_late_for_the_own_administration_too(
    world: EditionWorld,
) -> None:
    FocalPoint.objects.filter(administration=world.fiji).update(user=world.people.organiser)
    Edition.objects.update(contributions_close_at=timezone.now() - timedelta(minutes=1))

    row = write(world.people.organiser, administration="FJ")

    assert row.is_entered
    assert may(world.people.organiser, row) == may(world.by, row) == ALL


@pytest.mark.parametrize("act", ["reopened", "written on"])
def test_what_the_administration_takes_up_is_its_own(world: EditionWorld, act: str) -> None:
    contact = world.people.japan_contact
    row = take(world, named=True)
    row = reopen_contribution(contribution=row, by=contact if act == "reopened" else world.by)
    if act == "written on":
        assert may(world.by, row) == ALL
        row = edit_contribution(
            contribution=row, values={"title": "Ours"}, version=row.version, by=contact
        )

    assert may(contact, row) == ALL
    assert may(world.by, row) == may(world.people.organiser, row) == NONE


# What their pages say -----------------------------------------------------------------------------


def read(user: User, name: str, row: Contribution) -> str:
    client = Client()
    client.force_login(user)
    url = reverse(f"reports:contribution-{name}", args=["good-practice", 22, row.public_id])
    return client.get(url).content.decode()


def facts(page: str) -> dict[str, str]:
    """The facts at the side, by their names; without the times."""
    found = re.findall(r"<dt>(.*?)</dt>(.*?)</div>", page, re.DOTALL)
    return {name: re.sub(r"<[^>]+>", "", words).partition(", ")[0] for name, words in found}


def test_a_taken_point_names_its_group_and_not_who_pressed_the_button(world: EditionWorld) -> None:
    row = take(world, named=True)

    for user in (world.by, world.people.japan_contact):
        page = read(user, "detail", row)
        side = page[page.index("<aside") : page.index("</aside>")]
        assert facts(side) == {
            "Topic": "Competency-based training",
            "How it is shown": "With the administration’s name",
            "Came from": "Round 1",
        }
        assert "Round 1, group 3" in side
        assert str(world.by) not in side


def test_who_submitted_a_corrected_point_is_named(world: EditionWorld) -> None:
    row = reopen_contribution(contribution=take(world, named=True), by=world.people.japan_contact)
    row = submit_contribution(contribution=row, by=world.people.japan_contact)

    side = facts(read(world.by, "detail", row))

    assert "Written by" not in side
    assert side["Submitted by"] == str(world.people.japan_contact)


def test_what_came_by_mail_says_who_wrote_it_down(world: EditionWorld) -> None:
    assert facts(read(world.by, "detail", write(world.by, administration="JP")))[
        "Written by"
    ] == str(world.by)


def test_only_the_administration_reads_that_all_its_delegation_can_write(
    world: EditionWorld,
) -> None:
    row = write(world.by, administration="JP")
    words = "Everybody of your delegation can write on it."

    assert words not in read(world.by, "edit", row)
    assert words in read(world.people.japan_contact, "edit", row)
