"""The public page of a workshop with what the upper apps add to it."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from breakouts.models import Round
from breakouts.tests.worlds import BreakoutWorld, make_group, make_round, make_topic
from events.models import Workshop
from workshop_portal.tests.access_world import AccessWorld

pytestmark = pytest.mark.django_db
PAGE = "/workshops/here/"


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


def shown() -> str:
    cache.clear()
    return " ".join(Client().get(PAGE).content.decode().split())


def button() -> list[tuple[str, str]]:
    return re.findall(r'<a class="btn btn-primary btn-lg" href="([^"]+)">([^<]+)</a>', shown())


def set_workshop(world: BreakoutWorld, **values: object) -> None:
    Workshop.objects.filter(pk=world.here.pk).update(**values)


def test_the_topics_are_those_of_published_rounds() -> None:
    world = BreakoutWorld()
    secret = make_topic(world.here, title="Secret <b>")
    make_group(make_round(world.here), secret)
    assert "p-topics" not in shown()

    world.publish()
    page = shown()
    assert re.findall(r'id="p-topics">([^<]+)<', page) == ["2 topics"]
    assert '<ul class="big"><li>Topic 1</li><li>Topic 2</li></ul>' in page
    assert "Secret" not in page

    world.enter(Round.Status.CLOSED)
    secret.groups.update(round=world.round, ordinal=9)
    assert "<li>Topic 2</li><li>Secret &lt;b&gt;</li>" in shown()


def test_the_button_says_how_to_register_then_leads_to_the_own_page() -> None:
    world = BreakoutWorld()
    assert button() == [("#p-take-part", "Register through your administration")]
    assert 'id="p-take-part">How to take part<' in shown()

    set_workshop(world, nominations_close_at=timezone.now() - timedelta(seconds=1))
    assert button() == [("/workshops/here/my/", "My workshop")]
    assert "focal point of each invited administration nominates" in shown()

    set_workshop(world, status="concluded")
    assert (button(), "How to take part" in shown()) == ([], False)


def test_who_takes_part_comes_to_the_own_page_and_who_is_unknown_signs_in() -> None:
    world = BreakoutWorld()
    assert Client().get("/workshops/here/my/")["Location"].endswith("?next=/workshops/here/my/")
    client = Client()
    client.force_login(world.user("ana"))
    assert client.get("/workshops/here/my/").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_a_whole_page_costs_eight_queries(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Workshop, organisers, editions, sessions with parts, instruments and materials, themes.

    The choice of zones, kept for an hour, is asked for before.
    """
    world = AccessWorld()
    for _each in range(rows - 1):
        make_group(world.round, make_topic(world.here))
    Client().get("/workshops/elsewhere/")
    with django_assert_num_queries(8):
        page = Client().get(PAGE).content.decode()
    assert page.count("<li>Topic") == 1 + rows
