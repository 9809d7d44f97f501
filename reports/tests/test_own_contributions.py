"""What is an administration's own: one definition, asked of editions, contributions and administrations alike."""

from datetime import timedelta

import pytest
from django.utils import timezone

from participants.models import Delegation, Registration
from participants.tests.worlds import (
    make_administration,
    make_delegation,
    make_person,
    make_registration,
)
from reports.access import own_administrations
from reports.models import Contribution, Edition
from reports.queries.contributions import list_own
from reports.tests.editions import EditionWorld
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.authorization import scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> EditionWorld:
    """One draft of every administration in each of three editions: of `here`, of `elsewhere`, of no workshop."""
    world = EditionWorld()
    people = world.people
    world.edition.contributions.all().delete()
    thai = world.before.delegations.get(administration__code="TH").administration
    make_delegation(people.here, thai, by=world.by, status=Delegation.Status.LISTED,
                    invited_at=None, invited_by=None)  # fmt: skip
    FocalPoint.objects.create(administration=thai, user=make_person("thai@x.example"))
    day = timezone.now() - timedelta(days=1)
    FocalPoint.objects.create(
        administration=world.fiji, user=make_person("past@x.example"), starts_at=day, ends_at=day
    )
    people.fiji.quota = 9
    people.fiji.save(update_fields=["quota"])
    status = Registration.Status
    for email, state in (("seat", status.APPROVED), ("hope", status.NOMINATED)):
        make_registration(people.fiji, status=state, user=make_person(f"{email}@x.example"))
    for number, workshop in enumerate((people.here, people.elsewhere, None), start=31):
        edition = Edition.objects.create(
            series=world.series, number=number, workshop=workshop, title=f"Edition {number}"
        )
        for administration in (world.fiji, world.japan, thai):
            world.add(kind="trend", edition=edition, administration=administration, status="draft",
                      title=administration.code, submitted_at=None, submitted_by=None, topic=None)  # fmt: skip
    return world


def seen(user: User) -> dict[int, tuple[object, ...]]:
    """By edition: whether it asks the person, and the own administrations as each question answers them."""
    found: dict[int, tuple[object, ...]] = {}
    for edition in Edition.objects.filter(number__gt=30).order_by("number"):
        asks = scope(Edition, "reports.view_own_contributions", user).filter(pk=edition.pk)
        editable = scope(Contribution, "reports.edit_contribution", user).filter(edition=edition)
        visible = scope(Contribution, "reports.view_contribution", user).filter(edition=edition)
        found[edition.number] = (
            asks.exists(),
            sorted(row.code for row in own_administrations(user, edition.workshop)),
            *(
                sorted(row.title for row in rows)
                for rows in (list_own(user, edition=edition), editable, visible)
            ),
        )
    return found


@pytest.mark.parametrize(
    ("email", "here", "elsewhere", "nowhere"),
    [
        ("contact@fiji.example", ["FJ"], ["FJ"], ["FJ"]),
        ("contact@japan.example", ["JP"], [], ["JP"]),
        ("thai@x.example", [], [], ["TH"]),
        ("past@x.example", [], [], []),
        ("seat@x.example", ["FJ"], [], []),
        ("hope@x.example", [], [], []),
        ("stranger@customs.example", [], [], []),
    ],
)
def test_every_question_has_the_same_answer(
    world: EditionWorld, email: str, here: list[str], elsewhere: list[str], nowhere: list[str]
) -> None:
    user = User.objects.get(email=email)

    assert seen(user) == {
        number: (bool(own), own, own, own, own)
        for number, own in ((31, here), (32, elsewhere), (33, nowhere))
    }


def test_who_is_focal_point_and_delegate_has_it_once(world: EditionWorld) -> None:
    contact = world.people.fiji_contact
    make_registration(world.people.fiji, status=Registration.Status.APPROVED, user=contact)
    make_delegation(
        world.people.here, make_administration("VU"), by=world.by
    )  # somebody else's, beside it

    assert list(own_administrations(contact, world.people.here)) == [world.fiji]
