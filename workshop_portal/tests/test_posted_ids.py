"""An id that is posted and lies elsewhere is refused where it stands, and nothing changes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import resolve, reverse

from breakouts.models import Round
from workshop_portal.tests.access_urls import list_patterns
from workshop_portal.tests.access_world import AccessWorld
from workshop_portal.tests.posted_id_fields import (
    OPEN_FIELDS,
    OPEN_VIEWS,
    WORDS_READ_BY_HAND,
    list_id_fields,
    list_id_views,
    list_read_by_hand,
)
from workshop_portal.tests.posted_ids import CASES, NOT_FOUND, REFUSED, Case, snapshot

NAMES = {name: names for name, _route, names in list_patterns()}


@pytest.fixture
def world(settings: Any, tmp_path: Any) -> AccessWorld:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    made = AccessWorld()
    Round.objects.filter(pk=made.round.pk).update(status=Round.Status.RANKING)
    return made


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=str)
def test_foreign_ids_are_refused(world: AccessWorld, case: Case) -> None:
    client = Client()
    client.force_login(world.people_by_role[case.role])
    ours = [model for model in apps.get_models() if not model.__module__.startswith("django.")]
    data = case.data(world) | {case.field: case.foreign(world)}
    before = snapshot(ours)

    response: Any = client.post(_url(world, case), data)

    assert snapshot(ours) == before
    if case.answer == NOT_FOUND:
        assert response.status_code == 404
    elif case.answer == REFUSED:
        assert response.status_code == 302
        assert [each.level_tag for each in get_messages(response.wsgi_request)] == ["error"]
    else:
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {case.field}


def test_every_field_with_ids_is_tried_or_open() -> None:
    tried = {case.field for case in CASES}
    untried = {
        name
        for name, form in list_id_fields().items()
        if name not in OPEN_FIELDS and name.rpartition(".")[2] not in tried | {form}
    }
    assert untried == set()
    assert set(OPEN_FIELDS) <= set(list_id_fields())


def test_every_view_with_ids_is_tried_or_open() -> None:
    tried = {_view(case) for case in CASES}
    by_hand = {"breakouts.views.publishing.round_publish"}
    by_choices = {"breakouts.views.groups.group_roles"}  # fields of words whose choices are people
    assert list_id_views() | by_hand | by_choices == tried | set(OPEN_VIEWS)


def test_nothing_else_is_read_from_a_post() -> None:
    assert list_read_by_hand() == set(WORDS_READ_BY_HAND)


def _view(case: Case) -> str:
    example = {"slug": "here", "public_id": "00000000-0000-0000-0000-000000000000"}
    url = reverse(case.url, kwargs={name: example.get(name, 1) for name in NAMES[case.url]})
    view: Callable[..., Any] = resolve(url).func
    return f"{view.__module__}.{view.__name__}".removeprefix("workshop_portal.")


def _url(world: AccessWorld, case: Case) -> str:
    return reverse(case.url, kwargs=world.parameters(case.url, NAMES[case.url], side="own"))
