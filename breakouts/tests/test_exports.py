"""A round's places as files: what Zoom reads, what the table says, who may have them."""

import csv
from io import BytesIO, StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone
from i18nfield.strings import LazyI18nString
from openpyxl import load_workbook

from breakouts.instances.boarding import draw_board
from breakouts.instances.building import gather
from breakouts.models import Assignment, Group, Preference, Round
from breakouts.queries.places import list_places
from breakouts.queries.plans import get_latest_plan
from breakouts.tables import say_zoom_limits
from breakouts.tests.worlds import BreakoutWorld, SignIn, make_plan, make_role
from events.models import Workshop
from participants.models import Registration
from participants.tests.worlds import make_registration
from workshop_portal.tests.hostile import HARMLESS

FILES = ("zoom-export", "place-table csv", "place-table xlsx", "place-table json")
PAGES = (
    *("sheet-list", "presence-list"),
    *("presence-table csv", "presence-table xlsx", "presence-table json"),
)
HEADER = [
    "Plan",
    "Round",
    "Group",
    "Topic",
    "Administration",
    "Person",
    "Takes part as",
    "Role in the group",
    "Choice",
    "Attends",
    "Languages",
    "Locked",
    "Not in this round",
]


def address(page: str) -> str:
    """By the name of a URL, and the format of a file after it."""
    name, *format = page.split()
    return reverse(f"breakouts:{name}", args=["here", 1, *format])


def table(world: BreakoutWorld, sign_in: SignIn) -> tuple[str, list[list[str]]]:
    """Name and rows of groups.csv, the header first."""
    response = sign_in(world.organiser).get(address("place-table csv"))
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # it streams
    return response["Content-Disposition"], list(csv.reader(StringIO(text)))


def zoom(world: BreakoutWorld, sign_in: SignIn) -> bytes:
    content: bytes = sign_in(world.organiser).get(address("zoom-export")).content
    return content


def shown(world: BreakoutWorld, sign_in: SignIn) -> str:
    url = reverse("breakouts:round-detail", args=["here", 1])
    return sign_in(world.organiser).get(url).content.decode()


# Zoom ---------------------------------------------------------------------------------------------


def test_zoom_gets_its_header_and_who_attends_online(world: BreakoutWorld, sign_in: SignIn) -> None:
    world.publish()
    cho = world.people["cho"]
    Workshop.objects.update(format="hybrid")
    Registration.objects.filter(pk=cho.pk).update(attends=Registration.Attends.ON_SITE)

    assert zoom(world, sign_in) == (
        b"Pre-assign Room Name,Email Address\r\n"
        b"Group 1,ana@customs.example\r\n"
        b"Group 2,ben@customs.example\r\n"
        b"Group 2,dai@customs.example\r\n"
    )
    Workshop.objects.update(format="on_site")
    assert zoom(world, sign_in) == b"Pre-assign Room Name,Email Address\r\n"
    Workshop.objects.update(format="online")
    assert b"cho@customs.example" in zoom(world, sign_in)


def test_zoom_gets_who_has_a_role_and_attends_online(world: BreakoutWorld, sign_in: SignIn) -> None:
    """An expert by how they attend, who takes no part unless the group meets on site; with a place, there alone."""
    Workshop.objects.update(format="hybrid")
    world.publish()
    world.round.plans.get().assignments.exclude(registration=world.people["cho"]).delete()
    world.one.roles.all().delete()
    world.crowd(0)
    online, on_site = (
        make_registration(world.fiji, role="resource_person", status="confirmed", attends=how)
        for how in ("online", "on_site")
    )
    make_role(world.one, online.user, "facilitator")
    make_role(world.one, on_site.user, "rapporteur")
    make_role(world.two, world.facilitator, "facilitator")
    make_role(world.two, world.user("cho"), "rapporteur")

    def rooms() -> list[str]:
        return zoom(world, sign_in).decode().splitlines()[1:]

    expert = f"Group 1,{online.user.email}"
    assert rooms() == sorted(
        ["Group 1,cho@customs.example", expert, "Group 2,facilitator@wco.example"]
    )
    Group.objects.update(format="on_site")
    assert rooms() == sorted(["Group 1,cho@customs.example", expert])
    Group.objects.update(format="hybrid")
    world.two.roles.update(ends_at=timezone.now())
    assert rooms() == sorted(["Group 1,cho@customs.example", expert])


def test_zoom_gets_the_plan_that_holds_and_no_draft(world: BreakoutWorld, sign_in: SignIn) -> None:
    before = zoom(world, sign_in)
    make_plan(world.round, {world.one: [world.people["ana"]]}, world.organiser)
    assert zoom(world, sign_in) == before == b"Pre-assign Room Name,Email Address\r\n"
    world.publish()
    make_plan(world.round, {world.two: [world.people["ana"]]}, world.organiser)

    assert b"Group 1,ana@customs.example\r\n" in zoom(world, sign_in)


@pytest.mark.parametrize("email", ["=1+2@customs.example", "-a@customs.example", "+a@x.example"])
def test_an_address_stays_the_address(world: BreakoutWorld, sign_in: SignIn, email: str) -> None:
    validate_email(email)
    world.publish()
    ana = world.user("ana")
    ana.email = email
    ana.save(update_fields=["email"])

    assert f"\r\nGroup 1,{email}\r\n".encode() in zoom(world, sign_in)


@pytest.mark.parametrize(
    "email",
    ["=A(1)@x.example", "=a b@x.example", "=a,b@x.example", '="a"@x.example', "=a\n@x.example"],
)
def test_an_address_that_could_compute_is_none(email: str) -> None:
    with pytest.raises(ValidationError):
        validate_email(email)


def test_more_than_zoom_takes_is_said_in_words() -> None:
    fits = [(number % 100, f"{number}@x.example") for number in range(1000)]

    assert say_zoom_limits(fits) == ""
    assert "has 100 groups and 1001 people who attend online:" in say_zoom_limits(
        [*fits, (1, "more@x.example")]
    )
    assert "has 101 groups and 101 people who attend online:" in say_zoom_limits(
        [(number, "") for number in range(101)]
    )


def test_the_round_says_what_zoom_does_not_take(
    world: BreakoutWorld, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.publish()
    assert "Zoom takes" not in shown(world, sign_in)
    for module in ("tables", "views.exports"):
        monkeypatch.setattr(f"breakouts.{module}.ZOOM_PEOPLE", 3)

    assert "This plan has 2 groups and 4 people who attend online" in shown(world, sign_in)


# The table ----------------------------------------------------------------------------------------


def test_the_table_holds_each_place(world: BreakoutWorld, sign_in: SignIn) -> None:
    plan = world.publish()
    ana, cho = world.people["ana"], world.people["cho"]
    Registration.objects.filter(pk=ana.pk).update(speaks=["en", "fr"], role="head")
    Preference.objects.create(round=world.round, registration=ana, topic=world.first, rank=2)
    Assignment.objects.filter(plan=plan, registration=cho).update(is_locked=True)
    names = {key: str(world.user(key)) for key in ("ana", "ben", "cho", "dai")}

    name, rows = table(world, sign_in)

    assert name == 'attachment; filename="groups-here-round-1-version-1.csv"'
    said = ["Version 1, published", "1"]
    assert rows == [
        HEADER,
        [*said, "1", "Topic 1", "Fiji", names["ana"], "Head of delegation", "Rapporteur", "2",
         "Online", "en, fr", "", ""],
        [*said, "1", "Topic 1", "Japan", names["cho"], "Delegate", "", "", "Online", "", "Yes", ""],
        [*said, "2", "Topic 2", "Fiji", names["ben"], "Delegate", "", "", "Online", "", "", ""],
        [*said, "2", "Topic 2", "Japan", names["dai"], "Delegate", "", "", "Online", "", "", ""],
    ]  # fmt: skip


def test_the_table_is_the_board(world: BreakoutWorld) -> None:
    """A draft beside the published plan; two people without a place; a resource person who facilitates."""
    world.publish()
    people = world.people
    chair = people["dai"]
    Registration.objects.filter(pk=chair.pk).update(role=Registration.Role.RESOURCE_PERSON)
    make_role(world.two, chair.user, "facilitator")
    make_plan(world.round, {world.two: [people["ben"], people["ana"]]}, world.organiser)

    plan = get_latest_plan(round=world.round)
    places = list_places(round=world.round, plan=plan)
    board = draw_board(gather(world.round))

    on_board = [
        (column.group.ordinal, seated.person.pk)
        for column in board.columns
        for seated in column.people
    ]
    on_board += [(0, seated.person.pk) for seated in board.unseated]
    assert [(p.group.ordinal if p.group else 0, p.person.pk) for p in places] == on_board
    assert len(on_board) == 4


def test_a_draft_is_said_to_be_one(world: BreakoutWorld, sign_in: SignIn) -> None:
    world.publish()
    make_plan(world.round, {world.two: [world.people["ana"]]}, world.organiser)

    name, rows = table(world, sign_in)

    assert "groups-here-round-1-draft-2.csv" in name
    assert [row[:3] for row in rows[1:]] == [
        ["Draft 2", "1", "2"],
        *[["Draft 2", "1", ""]] * 3,
    ]


def test_csv_and_xlsx_say_the_same(world: BreakoutWorld, sign_in: SignIn) -> None:
    world.publish()
    response = sign_in(world.organiser).get(address("place-table xlsx"))
    sheet = load_workbook(BytesIO(response.content)).active

    cells = [["" if cell is None else str(cell) for cell in row] for row in sheet.values]

    assert cells == table(world, sign_in)[1]
    assert "groups-here-round-1-version-1.xlsx" in response["Content-Disposition"]


@pytest.mark.parametrize("words", HARMLESS.values(), ids=HARMLESS)
def test_hostile_words_stay_words(world: BreakoutWorld, sign_in: SignIn, words: str) -> None:
    world.publish()
    ana = world.user("ana")
    ana.given_name, ana.family_name = words, ""
    ana.save()
    world.first.title = LazyI18nString({"en": words})
    world.first.save()
    safe = f"'{words}" if words.startswith("=") else words

    _name, rows = table(world, sign_in)
    xlsx = sign_in(world.organiser).get(address("place-table xlsx")).content
    cells = load_workbook(BytesIO(xlsx)).active[2]

    assert (rows[1][3], rows[1][5]) == (safe, safe)
    assert [(cells[at].value, cells[at].data_type) for at in (3, 5)] == [(words, "s")] * 2


def test_without_a_plan_there_is_the_header_alone(world: BreakoutWorld, sign_in: SignIn) -> None:
    name, rows = table(world, sign_in)

    assert (name, rows) == ('attachment; filename="groups-here-round-1.csv"', [HEADER])


# The round's page and access ----------------------------------------------------------------------


def test_the_round_links_what_there_is(world: BreakoutWorld, sign_in: SignIn) -> None:
    def linked() -> list[str]:
        page = shown(world, sign_in)
        return [name for name in (*FILES, *PAGES) if f'href="{address(name)}"' in page]

    assert linked() == []
    assert "Nobody is seated yet. Once the groups are made" in shown(world, sign_in)
    make_plan(world.round, {world.one: [world.people["ana"]]}, world.organiser)
    assert linked() == ["place-table csv", "place-table xlsx", "place-table json"]
    assert "once the groups are published" in shown(world, sign_in)
    world.publish()
    assert linked() == [*FILES, *PAGES]


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_the_organisers(world: BreakoutWorld, sign_in: SignIn, name: str) -> None:
    """The rapporteur, the facilitator and a member of the group are refused, as is who is elsewhere."""
    world.publish()
    make_role(world.one, world.facilitator, "facilitator")
    readers = [world.organiser, world.secretariat]
    others = [world.user("ana"), world.facilitator, world.user("cho"), world.user("eve")]
    others += [world.fiji_contact, world.stranger]

    assert [sign_in(each).get(address(name)).status_code for each in readers] == [200, 200]
    assert [sign_in(each).get(address(name)).status_code for each in others] == [404] * 6
    assert sign_in(world.organiser).post(address(name)).status_code == 405


def test_another_round_is_not_in_it(world: BreakoutWorld, sign_in: SignIn) -> None:
    """The places of a second round, and a ranking of it, lie beside."""
    world.publish()
    second = Round.objects.create(workshop=world.here, ordinal=2, title="Second")
    topic = world.first
    group = second.groups.create(ordinal=1, topic=topic)
    ana = world.people["ana"]
    Preference.objects.create(round=second, registration=ana, topic=topic, rank=1)
    make_plan(second, {group: [world.people["dai"], ana]}, world.organiser)

    _name, rows = table(world, sign_in)

    assert [row[2] for row in rows[1:]] == ["1", "1", "2", "2"]
    assert [row[8] for row in rows[1:]] == [""] * 4
