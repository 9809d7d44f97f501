"""Finding a person: their administrations, workshops with the state, offices and roles, each with its page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.models import Speaker
from participants.models import Registration
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.involvements import Found, with_involvements
from workshop_portal.administrations.models import FocalPoint

pytestmark = pytest.mark.django_db


def lines(found: Found) -> dict[str, list[tuple[str, str, str]]]:
    return {
        name: [(line.text, line.url, line.state) for line in getattr(found, name)]
        for name in ("administrations", "workshops", "roles")
    }


@pytest.fixture
def world() -> World:
    """Ana: of Fiji in two workshops, deputy of Japan, on the team of one, speaker at one. Ben: nothing."""
    world = World()
    ana = make_person("ana.lee@fiji.example", family_name="Lee", position="Trainer")
    make_person("ben@fiji.example", given_name="Ben", family_name="Lee")
    status = Registration.Status
    make_registration(world.fiji, user=ana, status=status.CONFIRMED)
    make_registration(world.fiji_elsewhere, user=ana, status=status.DECLINED)
    FocalPoint.objects.create(administration=world.jp, user=ana, kind=FocalPoint.Kind.DEPUTY)
    world.here.team.create(user=ana, role="resource_person")
    Speaker.objects.create(workshop=world.here, user=ana, family_name="Lee")
    return world


def test_says_what_each_has_to_do_with_whom(world: World) -> None:
    ana = Registration.objects.filter(workshop=world.here).get().user
    found = with_involvements([ana], by=world.secretariat)
    rows = {row.workshop.slug: row for row in Registration.objects.select_related("workshop")}
    fiji, japan = (
        reverse("administrations:administration-detail", args=[code]) for code in ("FJ", "JP")
    )
    here, elsewhere = (
        reverse("participants:registration-detail", args=[slug, rows[slug].public_id])
        for slug in ("here", "elsewhere")
    )
    speaker = reverse("events:speaker-edit", args=["here", Speaker.objects.get().public_id])
    team = reverse("events:team-list", args=["here"])
    assert [lines(each) for each in found] == [
        {
            "administrations": [("Japan", japan, ""), ("Fiji", fiji, "")],
            "workshops": [
                ("Workshop elsewhere", elsewhere, "Declined"),
                ("Workshop here", here, "Confirmed"),
            ],
            "roles": [
                ("Deputy focal point of Japan", japan, ""),
                ("Resource person, Workshop here", team, ""),
                ("Speaker, Workshop here", speaker, ""),
            ],
        }
    ]


def test_shows_only_what_the_reader_may_see(world: World) -> None:
    """The page is the secretariat's; what the apps tell is by the reader's rights all the same."""
    ana = Registration.objects.filter(workshop=world.here).get().user
    [found] = with_involvements([ana], by=world.organiser)
    assert [line.text for line in found.workshops] == ["Workshop here"]
    [found] = with_involvements([ana], by=world.stranger)
    assert lines(found) == {"administrations": [], "workshops": [], "roles": []}


def test_the_page_leads_on(world: World) -> None:
    client = Client()
    client.force_login(world.secretariat)
    response: Any = client.get(reverse("accounts:person-search"), {"q": "lee"})
    text = response.content.decode()
    assert [str(each.person) for each in response.context["found"]] == ["Ana Lee", "Ben Lee"]
    assert "Trainer" in text
    for each in response.context["found"]:
        for line in [*each.administrations, *each.workshops, *each.roles]:
            assert f'href="{line.url}"' in text
            assert client.get(line.url).status_code == 200
