"""What is an administration's own: one definition, asked of editions, contributions and administrations alike."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
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


def may(action: str, email: str, **contribution: object) -> bool:
    """Whether the person may do it to the contribution of the administration to the edition of `here`."""
    user = User.objects.get(email=email)
    rows = scope(Contribution, f"reports.{action}_contribution", user)
    return rows.filter(edition__number=31, **contribution).exists()


def test_the_focal_point_gives_the_one_version_that_all_write_on(world: EditionWorld) -> None:
    fiji = {"administration": world.fiji}
    verbs = ("edit", "submit", "withdraw")

    assert [may(verb, "seat@x.example", **fiji) for verb in verbs] == [True, False, True]
    assert [may(verb, "contact@fiji.example", **fiji) for verb in verbs] == [True, True, True]
    assert [may(verb, "contact@japan.example", **fiji) for verb in verbs] == [False] * 3
    assert [may(verb, "past@x.example", **fiji) for verb in verbs] == [False] * 3

    Contribution.objects.filter(**fiji).update(
        status="submitted", submitted_at=timezone.now(), submitted_by=world.people.fiji_contact
    )
    assert [may(verb, "seat@x.example", **fiji) for verb in verbs] == [True, False, False]
    assert [may(verb, "contact@fiji.example", **fiji) for verb in verbs] == [True, True, True]


def test_where_nobody_is_focal_point_a_delegate_submits(world: EditionWorld) -> None:
    FocalPoint.objects.filter(administration=world.fiji).update(
        starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=1)
    )
    assert may("submit", "seat@x.example", administration=world.fiji)
    assert not may("submit", "seat@x.example", administration=world.japan)
    assert not may("submit", "hope@x.example", administration=world.fiji)


def test_a_delegate_reads_who_submits(world: EditionWorld, client: Client) -> None:
    row = Contribution.objects.get(edition__number=31, administration=world.fiji)
    args = [world.series.slug, 31, row.public_id]
    shown, send = (
        reverse(f"reports:contribution-{name}", args=args) for name in ("detail", "submit")
    )
    for email, offered, status in (
        ("seat@x.example", False, 403),
        ("contact@fiji.example", True, 302),
    ):
        client.force_login(User.objects.get(email=email))
        page = client.get(shown).content.decode()
        assert (send in page) is offered
        assert ("The focal point of your administration submits it." in page) is not offered
        assert client.post(send).status_code == status
    row.refresh_from_db()
    assert (row.status, row.submitted_by) == ("submitted", world.people.fiji_contact)
