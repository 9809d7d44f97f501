"""Each field of the registry's forms, given what people slip into and what attackers try: refused where it stands."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration, FocalPoint
from workshop_portal.administrations.tests.worlds import World
from workshop_portal.audit.models import Entry
from workshop_portal.tests.hostile import NOT_DATES, NOT_KEYS, ONE_LINE, WRONG_CHOICE

SignIn = Callable[[User], Client]
HARMFUL = ("<b>a</b>", "=cmd", "+1", "@x", "a\u202eb")
ADMINISTRATION = {
    "code": "KR",
    "name": "Korea (Republic of)",
    "official_name": "Korea Customs Service",
    "kind": "member",
    "sub_region": "Far East",
    "language": "en",
    "time_zone": "Asia/Seoul",
    "official_address": "office@customs.example",
    "parent": "",
    "is_active": "on",
}
FOCAL_POINT = {
    "email": "kim@customs.example",
    "title": "Ms",
    "given_name": "Kim",
    "family_name": "Yuna",
    "name_in_own_script": "김",
    "position": "Inspector",
    "kind": "deputy",
}
NAMES = {
    "administration-new": {"name": 120, "official_name": 200, "sub_region": 80, "code": 12},
    "focal-point-new": {
        "title": 40,
        "given_name": 80,
        "family_name": 80,
        "name_in_own_script": 120,
        "position": 120,
    },
}
"""Texts of one line and how long they may be."""
WRONG: dict[str, dict[str, tuple[str, ...]]] = {
    "administration-new": {
        "kind": WRONG_CHOICE,
        "language": WRONG_CHOICE,
        "time_zone": (*WRONG_CHOICE, "../../etc/passwd"),
        "official_address": (*ONE_LINE.values(), "a@b@c", f"{'a' * 250}@b.example"),
        "parent": NOT_KEYS,
    },
    "focal-point-new": {
        "kind": WRONG_CHOICE,
        "email": (*ONE_LINE.values(), "", "a@b@c", f"{'a' * 250}@b.example"),
    },
}


def bad_values(page: str) -> Iterator[tuple[str, str]]:
    for name, longest in NAMES[page].items():
        for value in (*ONE_LINE.values(), *HARMFUL, "x" * (longest + 1)):
            yield name, value
    for name, values in WRONG[page].items():
        for value in values:
            yield name, value


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "args", "good"),
    [("administration-new", [], ADMINISTRATION), ("focal-point-new", ["FJ"], FOCAL_POINT)],
)
def test_bad_values_are_refused_at_their_field(
    world: World, sign_in: SignIn, page: str, args: list[str], good: Mapping[str, Any]
) -> None:
    client = sign_in(world.secretariat)
    url = reverse(f"administrations:{page}", args=args)
    before = counts()
    answers = {
        (name, value): (response.status_code, list(response.context["form"].errors))
        for name, value in bad_values(page)
        if (response := client.post(url, {**good, name: value})).status_code
    }
    assert answers == {(name, value): (422, [name]) for name, value in answers}
    assert counts() == before
    assert client.post(url, good).status_code == 302
    assert counts() != before


def test_a_bad_last_day_ends_no_term(world: World, sign_in: SignIn) -> None:
    term = FocalPoint.objects.get(administration=world.fiji)
    url = reverse("administrations:focal-point-end", args=["FJ", term.public_id])
    client = sign_in(world.secretariat)
    before = counts()
    for zone in ("UTC", "Pacific/Fiji", "America/Los_Angeles"):
        User.objects.filter(pk=world.secretariat.pk).update(time_zone=zone)
        for value in (*NOT_DATES, "9999-12-31"):
            client.post(url, {"ends_on": value})
    term.refresh_from_db()
    assert term.ends_at is None
    assert counts() == before


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Administration, FocalPoint, Entry))
