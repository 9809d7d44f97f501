"""The review queue: what it shows, to whom, and in how many queries."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from events.models import Workshop
from participants.models import Delegation, Registration
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.models import User
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail

Status = Registration.Status
SignIn = Callable[[User], Client]
QUEUE = "/workshops/here/registrations/"


def test_it_shows_this_workshop_only_last_change_first(world: World, sign_in: SignIn) -> None:
    older = make_registration(world.fiji)
    newer = make_registration(world.japan)
    make_registration(world.fiji_elsewhere)

    response = sign_in(world.organiser).get(QUEUE)

    assert list(response.context["page"]) == [newer, older]


@pytest.mark.parametrize(
    ("who", "status"),
    [("secretariat", 200), ("organiser", 200), ("fiji_contact", 404), ("stranger", 404)],
)
def test_who_sees_it(world: World, sign_in: SignIn, who: str, status: int) -> None:
    assert sign_in(getattr(world, who)).get(QUEUE).status_code == status


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=kele", ["kele"]),
        ("q=mere+fiji.example", ["mere"]),
        ("q=%00", ["ken", "kele", "mere"]),
        ("status=waiting", ["mere"]),
        ("administration=JP", ["ken"]),
        ("role=observer", ["kele"]),
        ("sort=administration", ["kele", "mere", "ken"]),
        ("status=waiting&administration=JP", []),
        ("status=no-such&sort=%27", ["ken", "kele", "mere"]),
    ],
)
def test_filters_live_in_the_address(
    world: World, sign_in: SignIn, query: str, found: list[str]
) -> None:
    people = {
        name: make_person(f"{name}@{land}.example", family_name=name.title())
        for name, land in [("mere", "fiji"), ("kele", "fiji"), ("ken", "japan")]
    }
    make_registration(world.fiji, user=people["mere"], status=Status.WAITING)
    make_registration(world.fiji, user=people["kele"], role=Registration.Role.OBSERVER)
    make_registration(world.japan, user=people["ken"])

    response = sign_in(world.secretariat).get(f"{QUEUE}?{query}")

    assert [row.user.email.split("@")[0] for row in response.context["page"]] == found


def test_the_place_in_line_counts_within_the_administration(world: World, sign_in: SignIn) -> None:
    now = timezone.now()
    second = make_registration(world.fiji, status=Status.WAITING, waiting_since=now)
    first = make_registration(
        world.fiji, status=Status.WAITING, waiting_since=now - timedelta(hours=1)
    )
    other = make_registration(world.japan, status=Status.WAITING)

    response = sign_in(world.secretariat).get(QUEUE)

    assert response.context["places"] == {first.pk: 1, second.pk: 2, other.pk: 1}


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_rows(
    world: World,
    sign_in: SignIn,
    rows: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    world.fiji.quota = 50
    world.fiji.save()
    for _ in range(rows):
        make_registration(world.fiji, status=Status.WAITING)
    client = sign_in(world.secretariat)

    with django_assert_num_queries(9):
        client.get(QUEUE)


def test_one_registration_shows_its_history(world: World, sign_in: SignIn) -> None:
    registration = make_registration(world.fiji)
    client = sign_in(world.secretariat)
    address = reverse("participants:registration-approve", args=["here", registration.public_id])

    client.post(address)
    response = client.get(f"{QUEUE}{registration.public_id}/")

    assert [(line.sentence, line.actor) for line in response.context["lines"]] == [
        ("Registration approved", str(world.secretariat))
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_one_registration(
    world: World, sign_in: SignIn, rows: int, django_assert_num_queries: Callable[..., object]
) -> None:
    made = [make_registration(world.fiji, status=Status.WAITING) for _ in range(rows)]
    client = sign_in(world.secretariat)

    with django_assert_num_queries(6):
        client.get(f"{QUEUE}{made[-1].public_id}/")


def test_the_head_says_the_numbers(world: World, sign_in: SignIn) -> None:
    make_registration(world.fiji)
    make_registration(world.fiji, status=Status.WAITING)
    make_registration(world.japan, status=Status.CONFIRMED)
    make_registration(world.japan, status=Status.WITHDRAWN)

    text = sign_in(world.secretariat).get(QUEUE).content.decode()

    text = " ".join(text.split())
    head = "3 people of 2 administrations: 1 to review, 1 approved, 1 on the waiting list. "
    assert f"{head}Below also 1 that was declined, withdrawn or replaced.</p>" in text


# Many at once -------------------------------------------------------------------------------------


def test_ticked_rows_are_approved_in_one_act(
    world: World, sign_in: SignIn, django_assert_num_queries: Callable[..., object]
) -> None:
    world.fiji.quota = 30
    world.fiji.save()
    rows = [make_registration(world.fiji) for _ in range(30)]
    left = make_registration(world.japan)
    client = sign_in(world.organiser)
    chosen = [str(row.public_id) for row in rows]

    with django_assert_num_queries(13):
        response = client.post(f"{QUEUE}approve/?q=x", {"chosen": chosen, "next": f"{QUEUE}?q=x"})

    assert (response.status_code, response["Location"]) == (302, f"{QUEUE}?q=x")
    assert Registration.objects.filter(status=Status.APPROVED).count() == 30
    assert Entry.objects.count() == OutgoingMail.objects.count() == 30
    left.refresh_from_db()
    assert left.status == Status.NOMINATED


@pytest.mark.parametrize(
    ("query", "is_told"),
    [
        ("", False),
        ("?status=", False),
        ("?status=nominated&q=x", True),
        ("?status=approved", False),
    ],
)
def test_rows_that_leave_the_filtered_list_are_said(
    world: World, sign_in: SignIn, query: str, is_told: bool
) -> None:
    row = make_registration(world.fiji)
    client = sign_in(world.organiser)
    data = {"chosen": [str(row.public_id)], "next": f"{QUEUE}{query}"}

    page = client.post(f"{QUEUE}approve/{query}", data, follow=True).content.decode()

    told = f'They left this list, which is filtered by state. <a href="{QUEUE}?status=approved">Show them</a>'
    assert (told in page, "1 person approved" in page) == (is_told, True)


@pytest.mark.parametrize(
    "chosen", [[], [""], ["'"], ["x\0"], ["00000000-0000-0000-0000-000000000000"], ["elsewhere"]]
)
@pytest.mark.parametrize("verb", ["approve", "decline"])
def test_what_is_not_in_the_list_is_refused(
    world: World, sign_in: SignIn, verb: str, chosen: list[str]
) -> None:
    mine = make_registration(world.fiji)
    elsewhere = make_registration(world.fiji_elsewhere)
    if chosen == ["elsewhere"]:
        chosen = [str(mine.public_id), str(elsewhere.public_id)]

    response = sign_in(world.organiser).post(f"{QUEUE}{verb}/", {"chosen": chosen, "reason": "x"})

    assert response.status_code == 302
    assert set(Registration.objects.values_list("status", flat=True)) == {Status.NOMINATED}


@pytest.mark.parametrize("verb", ["approve", "decline"])
@pytest.mark.parametrize(("who", "status"), [("fiji_contact", 404), ("stranger", 404)])
def test_nobody_else_acts_on_many(
    world: World, sign_in: SignIn, who: str, status: int, verb: str
) -> None:
    row = make_registration(world.fiji)
    data = {"chosen": [str(row.public_id)], "reason": "x"}

    assert sign_in(getattr(world, who)).post(f"{QUEUE}{verb}/", data).status_code == status
    assert sign_in(world.organiser).get(f"{QUEUE}{verb}/").status_code == 405


def test_choose_all_takes_every_page_and_only_what_was_shown(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("participants.views.registrations.PER_PAGE", 2)
    rows = [make_registration(world.fiji) for _ in range(3)]
    waiting = make_registration(world.japan, status=Status.WAITING)
    client = sign_in(world.secretariat)
    shown = client.get(f"{QUEUE}?status=nominated&choose=all")

    assert shown.context["everything"] == 3
    address = shown.context["buttons"][0]["formaction"]
    client.post(address, {"everything": "1", "expected": "2"})
    assert Registration.objects.filter(status=Status.APPROVED).count() == 0
    client.post(address, {"everything": "1", "expected": "3"})

    assert Registration.objects.filter(status=Status.APPROVED).count() == len(rows)
    waiting.refresh_from_db()
    assert waiting.status == Status.WAITING


def test_declining_asks_why_first(world: World, sign_in: SignIn) -> None:
    row = make_registration(world.fiji)
    client = sign_in(world.secretariat)
    data = {"chosen": [str(row.public_id)], "next": QUEUE}

    asked = client.post(f"{QUEUE}decline/", data)
    empty = client.post(f"{QUEUE}decline/", data | {"reason": " "})
    assert (asked.status_code, asked.context["chosen"], empty.status_code) == (200, [row], 422)
    assert Registration.objects.get().status == Status.NOMINATED
    done = client.post(f"{QUEUE}decline/", data | {"reason": "=1+1 <b>\r\nBcc: x"})

    row.refresh_from_db()
    assert (done["Location"], row.status, row.end_reason) == (
        QUEUE,
        Status.DECLINED,
        "=1+1 <b>\r\nBcc: x",
    )


# Exports ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_part", [False, True])
def test_an_export_is_offered_by_its_format_where_there_is_something(
    world: World, sign_in: SignIn, is_part: bool
) -> None:
    make_registration(world.fiji)
    client = sign_in(world.secretariat)
    headers = {"HX-Request": "true"} if is_part else {}

    some = client.get(f"{QUEUE}?status=nominated", headers=headers).text
    none = client.get(f"{QUEUE}?status=declined", headers=headers).text

    assert ("Export these 1 as XLSX" in some, 'id="exports"' in some) == (True, True)
    assert ("Export these" in none, "registrations.csv" in none, 'id="exports"' in none) == (
        False,
        False,
        True,
    )


def test_the_csv_is_the_filtered_screen(world: World, sign_in: SignIn) -> None:
    mine = make_registration(
        world.fiji,
        user=make_person("eve@fiji.example", given_name="=CMD()", family_name="Eve"),
        status=Status.WAITING,
    )
    make_registration(world.japan)
    make_registration(world.fiji_elsewhere, status=Status.WAITING)
    client = sign_in(world.secretariat)

    screen = client.get(f"{QUEUE}?status=waiting")
    sheet = client.get("/workshops/here/registrations.csv?status=waiting")

    text = b"".join(sheet.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # it streams
    rows = list(csv.reader(io.StringIO(text)))
    assert list(screen.context["page"]) == [mine]
    assert [row[3] for row in rows] == ["E-mail address", "eve@fiji.example"]
    assert (rows[1][0], rows[1][1], rows[1][6]) == (
        "'=CMD() Eve",
        "'=CMD()",
        "Waiting list, place 1",
    )


def test_the_workbook_is_the_filtered_screen(world: World, sign_in: SignIn) -> None:
    make_registration(world.fiji, user=make_person("a@fiji.example", given_name="=1+1"))
    make_registration(world.japan)

    sheet = sign_in(world.secretariat).get("/workshops/here/registrations.xlsx?administration=FJ")

    rows = list(load_workbook(io.BytesIO(sheet.content)).active.values)
    assert [(row[3], row[1]) for row in rows[1:]] == [("a@fiji.example", "=1+1")]
    cell = load_workbook(io.BytesIO(sheet.content)).active["B2"]
    assert cell.data_type == "s", "text, not a formula"


def test_the_json_is_the_filtered_screen(world: World, sign_in: SignIn) -> None:
    make_registration(world.fiji, user=make_person("a@fiji.example", given_name="=1+1"))
    make_registration(world.japan)

    rows = sign_in(world.secretariat).get("/workshops/here/registrations.json?administration=FJ")

    assert [(row["E-mail address"], row["Given name"]) for row in rows.json()] == [
        ("a@fiji.example", "=1+1")
    ]


@pytest.mark.parametrize("name", ["registrations.csv", "registrations.xlsx", "registrations.json"])
@pytest.mark.parametrize(("who", "status"), [("organiser", 200), ("fiji_contact", 404)])
def test_who_exports(world: World, sign_in: SignIn, who: str, status: int, name: str) -> None:
    assert sign_in(getattr(world, who)).get(f"/workshops/here/{name}").status_code == status


def test_a_letter_is_recorded_from_the_list_by_way_of_its_administration(
    world: World, sign_in: SignIn
) -> None:
    Delegation.objects.filter(pk=world.japan.pk).update(
        status="declined",
        declined_at=timezone.now(),
        declined_by=world.japan_contact,
        decline_reason="No",
    )
    client = sign_in(world.organiser)

    assert 'href="/workshops/here/registrations/record/"' in client.get(QUEUE).text
    text = client.get(f"{QUEUE}record/").text
    links = [code in text for code in ("delegations/FJ/record/", "delegations/JP/record/")]
    assert links == [True, False]
    Workshop.objects.update(status=Workshop.Status.CONCLUDED)
    assert "Record a nomination by letter" not in client.get(QUEUE).text
