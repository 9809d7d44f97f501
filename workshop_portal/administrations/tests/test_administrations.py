"""The registry's pages: list, one administration, adding, editing; and what can never be stored."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from workshop_portal.accounts.models import User
from workshop_portal.administrations.actions.administrations import (
    CodeTakenError,
    NameTakenError,
    ParentNotAllowedError,
    create_administration,
    edit_administration,
)
from workshop_portal.administrations.models import Administration, FocalPoint
from workshop_portal.administrations.tests.worlds import World, make_administration, make_person
from workshop_portal.audit.models import Entry

SignIn = Callable[[User], Client]
VALUES: dict[str, Any] = {
    "code": "KR",
    "kind": "member",
    "name": "Korea (Republic of)",
    "official_name": "Korea Customs Service",
    "sub_region": "Far East",
    "language": "en",
    "time_zone": "Asia/Seoul",
    "official_address": "",
    "parent": "",
    "is_active": "on",
}


def names_on(client: Client, query: str = "") -> list[str]:
    response = client.get(reverse("administrations:administration-list") + query)
    return [row.name for row in response.context["page"]]


def test_an_administration_is_added_with_one_entry(world: World) -> None:
    made = create_administration(
        values={"code": "KR", "name": "Korea", "official_name": "Korea Customs Service"},
        by=world.secretariat,
    )

    [entry] = Entry.objects.all()
    assert (entry.action, entry.actor_id, entry.target_id) == (
        "administrations.administration_created",
        world.secretariat.pk,
        str(made.pk),
    )


def test_an_edit_notes_what_changed_and_nothing_when_nothing_did(world: World) -> None:
    edit_administration(
        administration=world.fiji, values={"name": "Fiji Islands"}, by=world.secretariat
    )
    edit_administration(
        administration=world.fiji, values={"name": "Fiji Islands"}, by=world.secretariat
    )

    [entry] = Entry.objects.all()
    assert entry.changes == {"name": ["Fiji", "Fiji Islands"]}


@pytest.mark.parametrize(
    ("values", "refusal"),
    [({"code": "JP"}, CodeTakenError), ({"name": "JAPAN"}, NameTakenError)],
)
def test_what_another_one_has_is_refused(
    world: World, values: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        edit_administration(administration=world.fiji, values=values, by=world.secretariat)

    world.fiji.refresh_from_db()
    assert (world.fiji.code, world.fiji.name, Entry.objects.count()) == ("FJ", "Fiji", 0)


def test_a_centre_lies_under_a_member_only(world: World) -> None:
    centre = make_administration("JP-RTC", parent=world.japan)

    for administration, parent in (
        (world.fiji, centre),
        (world.japan, world.fiji),  # has a centre itself
        (world.fiji, world.fiji),
    ):
        with pytest.raises(ParentNotAllowedError):
            edit_administration(
                administration=administration, values={"parent": parent}, by=world.secretariat
            )


def test_only_listed_fields_can_be_written(world: World) -> None:
    with pytest.raises(KeyError):
        create_administration(values={"code": "KR", "is_demo": True}, by=world.secretariat)


# The pages ----------------------------------------------------------------------------------------


def test_zones_stand_by_city_on_pages_and_by_name_in_files(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.secretariat)

    pages = [client.get(url).text for url in ("/administrations/", "/administrations/JP/")]
    rows = client.get(reverse("administrations:administration-table", args=["json"])).json()

    assert [("Tokyo, UTC+9" in page, "Asia/Tokyo" in page) for page in pages] == [(True, False)] * 2
    assert [row for row in rows if "Asia/Tokyo" in row.values()] == [rows[1]]


def test_the_list_and_its_filters(world: World, sign_in: SignIn) -> None:
    make_administration("KR", name="Korea", is_active=False)
    make_administration("JP-RTC", name="Japan, RTC", kind="training_centre", parent=world.japan)
    client = sign_in(world.secretariat)

    assert names_on(client) == ["Fiji", "Japan", "Japan, RTC", "Korea"]
    assert names_on(client, "?q=japan") == ["Japan", "Japan, RTC"]
    assert names_on(client, "?q=revenue fiji") == ["Fiji"]
    assert names_on(client, "?q=kr") == ["Korea"]
    assert names_on(client, "?kind=training_centre") == ["Japan, RTC"]
    assert names_on(client, "?sub_region=Pacific") == ["Fiji"]
    assert names_on(client, "?focal_point=missing") == ["Japan, RTC", "Korea"]
    assert names_on(client, "?focal_point=named") == ["Fiji", "Japan"]
    assert names_on(client, "?use=no") == ["Korea"]
    assert names_on(client, "?kind=nonsense&q=%00") == ["Fiji", "Japan", "Japan, RTC", "Korea"]


def test_exports_equal_the_filtered_screen(world: World, sign_in: SignIn) -> None:
    make_administration("KR", name="Korea", sub_region="Far East")
    client = sign_in(world.secretariat)
    response = client.get(
        reverse("administrations:administration-table", args=["csv"]) + "?sub_region=Pacific"
    )

    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ['"code"', '"FJ"']
    found = client.get(
        reverse("administrations:administration-table", args=["json"]) + "?sub_region=Pacific"
    )
    assert [row["code"] for row in found.json()] == ["FJ"]


@pytest.mark.parametrize("number", [1, 3])
def test_the_queries_of_the_list_do_not_grow(
    world: World, sign_in: SignIn, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for each in range(number):
        administration = make_administration(f"A{each}")
        FocalPoint.objects.create(administration=administration, user=make_person())
    client = sign_in(world.secretariat)
    address = reverse("administrations:administration-list")

    with django_assert_num_queries(6):  # session, person, sub-regions, count, rows, people
        client.get(address)


@pytest.mark.parametrize("number", [1, 3])
def test_the_queries_of_one_do_not_grow(
    world: World, sign_in: SignIn, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for _each in range(number):
        FocalPoint.objects.create(
            administration=world.fiji, user=make_person(), kind=FocalPoint.Kind.DEPUTY
        )
    client = sign_in(world.secretariat)

    # session, person, administration, right to edit, terms, centres, history
    with django_assert_num_queries(7):
        client.get(reverse("administrations:administration-detail", args=["FJ"]))


def test_adding_and_editing_by_form(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.secretariat)

    added = client.post(reverse("administrations:administration-new"), VALUES | {"code": "kr"})
    assert added.headers["Location"] == reverse(
        "administrations:administration-detail", args=["KR"]
    )

    client.post(
        reverse("administrations:administration-edit", args=["KR"]),
        VALUES | {"name": "Korea", "language": "fr"},
    )
    row = Administration.objects.get(code="KR")
    assert (row.name, row.language, str(row.time_zone)) == ("Korea", "fr", "Asia/Seoul")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", ""),
        ("code", "jp"),
        ("code", "JP"),
        ("code", "A" * 13),
        ("name", "<b>Japan</b>"),
        ("name", "Japan"),
        ("name", "x" * 121),
        ("name", "a\u202eb"),
        ("official_name", "=cmd"),
        ("official_name", "a\x00b"),
        ("kind", "kingdom"),
        ("language", "xx"),
        ("time_zone", "Mars/Base"),
        ("official_address", "a@b@c"),
        ("parent", "999"),
    ],
)
def test_a_wrong_value_is_told_at_its_place_and_the_rest_kept(
    world: World, sign_in: SignIn, field: str, value: str
) -> None:
    response = sign_in(world.secretariat).post(
        reverse("administrations:administration-new"), VALUES | {field: value}
    )

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert Administration.objects.count() == 2
    assert "Far East" in response.content.decode()


def test_a_post_cannot_set_what_the_form_does_not_show(world: World, sign_in: SignIn) -> None:
    sign_in(world.secretariat).post(
        reverse("administrations:administration-new"), VALUES | {"is_demo": "on", "id": "999"}
    )

    row = Administration.objects.get(code="KR")
    assert (row.is_demo, row.pk == 999) == (False, False)


@pytest.mark.parametrize(
    ("who", "own", "other", "edit", "every"),
    [
        ("secretariat", 200, 200, 200, 200),
        ("fiji_contact", 200, 404, 403, 403),
        ("japan_contact", 404, 200, 404, 403),
        ("stranger", 404, 404, 404, 403),
    ],
)
def test_who_sees_what(  # noqa: PLR0917 the columns of the table
    world: World, sign_in: SignIn, who: str, own: int, other: int, edit: int, every: int
) -> None:
    client = sign_in(getattr(world, who))

    def get(name: str, *args: str) -> int:
        return client.get(reverse(f"administrations:{name}", args=args)).status_code

    assert get("administration-detail", "FJ") == own
    assert get("administration-detail", "JP") == other
    assert get("administration-edit", "FJ") == edit
    assert {
        get("administration-list"),
        get("administration-table", "csv"),
        get("administration-table", "xlsx"),
        get("administration-table", "json"),
        get("administration-new"),
    } == {every}


def test_a_focal_point_sees_neither_history_nor_buttons(world: World, sign_in: SignIn) -> None:
    edit_administration(
        administration=world.fiji, values={"sub_region": "ASEAN"}, by=world.secretariat
    )
    address = reverse("administrations:administration-detail", args=["FJ"])

    text = sign_in(world.fiji_contact).get(address).content.decode()

    assert [word in text for word in ("Fiji", "History", "End the term", "/edit/")] == [
        True,
        False,
        False,
        False,
    ]


def test_a_visitor_is_sent_to_sign_in(world: World) -> None:
    response = Client().get(reverse("administrations:administration-detail", args=["FJ"]))

    assert response.headers["Location"].startswith(reverse("account_login"))


# Constraints --------------------------------------------------------------------------------------


def violate(administration: Administration, constraint: str, **values: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        Administration.objects.filter(pk=administration.pk).update(**values)


def test_the_name_of_a_kind_is_given_once(world: World) -> None:
    # SQLite names the columns of a unique constraint, PostgreSQL the constraint:
    # administrations_administration_one_name_per_kind
    with pytest.raises(IntegrityError, match=r"one_name_per_kind|administration\.name"):
        make_administration("FX", name="Fiji")


def test_an_administration_has_code_and_name(world: World) -> None:
    violate(world.fiji, "administrations_administration_has_code_and_name", name="")


def test_an_administration_is_not_its_own_parent(world: World) -> None:
    violate(world.fiji, "administrations_administration_not_its_own_parent", parent=world.fiji)


def test_an_administration_is_of_a_known_kind(world: World) -> None:
    violate(world.fiji, "administrations_administration_kind_valid", kind="kingdom")


def test_the_refusal_says_nothing_of_what_one_may_see(world: World, sign_in: SignIn) -> None:
    refused = sign_in(world.stranger).get(reverse("administrations:administration-list"))

    assert refused.status_code == 403
    assert "None of your roles allows it. Nothing was changed." in refused.text
    assert "You may see it" not in refused.text
