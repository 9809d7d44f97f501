"""Who was where: places and presence together, that the record stays, and what attendance reads."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from io import StringIO

import pytest
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from breakouts.actions.rounds import close_round
from breakouts.models import Group, Plan, Presence
from breakouts.queries.record import Whereabouts, list_presence, list_whereabouts
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    make_group,
    make_plan,
    make_role,
    make_round,
)
from participants.actions.changes import replace_registration, withdraw_registration
from participants.actions.nominations import Nominee
from participants.models import Registration
from participants.tests.worlds import make_registration
from workshop_portal.accounts.models import User
from workshop_portal.tests.hostile import HARMLESS

PAGE = reverse("breakouts:presence-list", args=["here", 1])
CSV = reverse("breakouts:presence-table", args=["here", 1, "csv"])
AT = datetime(2022, 5, 24, 3, 5, tzinfo=UTC)
HEADER = [
    "Round",
    "Group",
    "Topic",
    "Administration",
    "Person",
    "Takes part as",
    "Role in the group",
    "Had a place",
    "First seen, Bangkok",
    "Last seen, Bangkok",
]


def see(user: User, group: Group, *, after: int = 0, minutes: int = 40) -> Presence:
    first = AT + timedelta(minutes=after)
    return Presence.objects.create(
        group=group,
        user=user,
        first_seen_at=first,
        last_seen_at=first + timedelta(minutes=minutes),
    )


def lines(found: list[Whereabouts]) -> list[tuple[str, int, bool, str | None, bool]]:
    """Person, group, whether a place, role, whether seen."""
    return [
        (each.user.given_name, each.group.ordinal, each.has_place, each.role, bool(each.seen))
        for each in found
    ]


def rows(world: BreakoutWorld, sign_in: SignIn) -> list[list[str]]:
    response = sign_in(world.organiser).get(CSV)
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # it streams
    return list(csv.reader(StringIO(text)))


def hold(world: BreakoutWorld) -> Plan:
    """Ana was in her group, Cho in both, Ben and Dai in none; a facilitator and the organiser looked in."""
    plan = world.publish()
    make_role(world.two, world.facilitator, "facilitator")
    see(world.user("ana"), world.one)
    see(world.user("cho"), world.one, minutes=10)
    see(world.user("cho"), world.two, after=11, minutes=29)
    see(world.facilitator, world.two)
    see(world.organiser, world.one, minutes=0)
    other = make_round(world.here)
    see(world.user("ben"), make_group(other, world.first))
    see(world.user("eve"), make_group(make_round(world.elsewhere), world.first))
    User.objects.filter(pk=world.organiser.pk).update(given_name="Ola")
    User.objects.filter(pk=world.facilitator.pk).update(given_name="Fay")
    return plan


# The record ---------------------------------------------------------------------------------------


def test_places_roles_and_presence_stand_together(world: BreakoutWorld) -> None:
    hold(world)

    assert lines(list_whereabouts(round=world.round)) == [
        ("Ana", 1, True, "rapporteur", True),
        ("Ben", 2, True, None, False),
        ("Cho", 1, True, None, True),
        ("Cho", 2, False, None, True),
        ("Dai", 2, True, None, False),
        ("Fay", 2, False, "facilitator", True),
        ("Ola", 1, False, None, True),
    ]


def test_without_a_published_plan_there_is_no_record(world: BreakoutWorld, sign_in: SignIn) -> None:
    make_plan(world.round, {world.one: [world.people["ana"]]}, world.organiser)

    assert list_whereabouts(round=world.round) == []
    assert "Nothing on record yet" in sign_in(world.organiser).get(PAGE).content.decode()
    assert rows(world, sign_in) == [HEADER]


def test_the_last_published_plan_is_the_one_on_record(world: BreakoutWorld) -> None:
    """Ana was moved by a second version; a draft beside it counts nothing."""
    first = hold(world)
    ana = world.people["ana"]
    Plan.objects.filter(pk=first.pk).update(is_current=False)
    make_plan(
        world.round,
        {world.two: [ana]},
        world.organiser,
        published_at=timezone.now(),
        published_by=world.organiser,
        is_current=True,
    )
    make_plan(world.round, {world.one: [world.people["dai"]]}, world.organiser)

    found = [line for line in lines(list_whereabouts(round=world.round)) if line[2]]

    assert found == [("Ana", 2, True, None, False)]


@pytest.mark.parametrize("change", ["withdraw", "replace"])
def test_a_closed_round_stays_as_it_was(world: BreakoutWorld, sign_in: SignIn, change: str) -> None:
    hold(world)
    close_round(round=world.round, by=world.organiser)
    before = rows(world, sign_in)
    for name in ("ana", "cho"):
        person = world.people[name]
        if change == "withdraw":
            withdraw_registration(registration=person, by=world.secretariat)
        else:
            nominee = Nominee(email=f"new-{name}@customs.example")
            replace_registration(registration=person, person=nominee, by=world.secretariat)

    assert rows(world, sign_in) == before
    assert [row[4] for row in before[1:3]] == [str(world.user("ana")), str(world.user("ben"))]


def test_who_withdraws_before_the_end_is_known_by_presence(world: BreakoutWorld) -> None:
    hold(world)
    withdraw_registration(registration=world.people["ana"], by=world.secretariat)

    [ana] = [each for each in list_whereabouts(round=world.round) if each.user.given_name == "Ana"]

    assert (ana.has_place, ana.role, ana.registration) == (False, None, world.people["ana"])
    assert ana.seen is not None


def test_neither_registration_nor_person_of_the_record_can_be_deleted(
    world: BreakoutWorld,
) -> None:
    hold(world)
    world.facilitator.group_roles.all().delete()
    with pytest.raises(ProtectedError, match=r"Assignment\.registration"):
        world.people["ana"].delete()
    with pytest.raises(ProtectedError, match=r"Presence\.user"):
        world.facilitator.delete()


# Attendance ---------------------------------------------------------------------------------------


def test_attendance_reads_each_group_with_its_times(
    world: BreakoutWorld, django_assert_num_queries: Callable[..., object]
) -> None:
    """All rounds of the workshop, and nothing of another; both groups of who was in two."""
    hold(world)

    with django_assert_num_queries(2):
        found = list_presence(workshop=world.here)
        shown = [
            (
                each.user.given_name,
                each.registration and each.registration.pk,
                (each.group.round.ordinal, each.group.ordinal),
                each.last_seen_at - each.first_seen_at,
            )
            for each in found
        ]

    people = {name: row.pk for name, row in world.people.items()}
    assert shown == [
        ("Ana", people["ana"], (1, 1), timedelta(minutes=40)),
        ("Cho", people["cho"], (1, 1), timedelta(minutes=10)),
        ("Ola", None, (1, 1), timedelta(0)),
        ("Fay", None, (1, 2), timedelta(minutes=40)),
        ("Cho", people["cho"], (1, 2), timedelta(minutes=29)),
        ("Ben", people["ben"], (2, 1), timedelta(minutes=40)),
    ]
    assert found[4].first_seen_at == AT + timedelta(minutes=11)


def test_attendance_counts_for_the_registration_that_takes_part(world: BreakoutWorld) -> None:
    """Nominated, declined and nominated again; and one who only withdrew."""
    hold(world)
    ana, ben = world.people["ana"], world.people["ben"]
    ended = {"ended_at": timezone.now(), "ended_by": world.secretariat}
    make_registration(world.fiji, user=ana.user, status="withdrawn", **ended)
    Registration.objects.filter(pk=ben.pk).update(status="withdrawn", **ended)

    found = {each.user.given_name: each.registration for each in list_presence(workshop=world.here)}

    assert (found["Ana"], found["Ben"]) == (ana, ben)


def test_the_page_of_a_registration_says_where_the_person_was_seen(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    hold(world)
    client = sign_in(world.organiser)

    def shown(name: str) -> str:
        url = reverse(
            "participants:registration-detail", args=["here", world.people[name].public_id]
        )
        return " ".join(client.get(url).content.decode().split())

    text = shown("cho")
    section = text[text.index("Seen in break-outs") :]
    assert section.count(f'<a href="{PAGE}">Round 1, group ') == 2
    assert "03:05 to 03:15 UTC" in section
    assert "Seen in break-outs" not in shown("dai")


@pytest.mark.parametrize("number", [1, 30])
def test_the_files_of_registrations_hold_where_each_was_seen(
    world: BreakoutWorld,
    sign_in: SignIn,
    number: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    hold(world)
    for person in world.crowd(number):
        see(person.user, world.one)
    client = sign_in(world.organiser)
    url = reverse("participants:registration-table", args=["here", "csv"])

    # session, person, workshop, summary, registrations, presence, of whom
    with django_assert_num_queries(7):
        text = client.get(url).getvalue().decode("utf-8-sig")

    found = {row["E-mail address"]: row["Seen in"] for row in csv.DictReader(StringIO(text))}
    assert {name: found[f"{name}@customs.example"] for name in ("ana", "ben", "cho", "dai")} == {
        "ana": "Round 1",
        "ben": "Round 2",
        "cho": "Round 1",
        "dai": "",
    }


# Page and file ------------------------------------------------------------------------------------


def test_the_file_says_it_in_the_zone_of_the_workshop(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    hold(world)
    User.objects.filter(pk=world.organiser.pk).update(time_zone="Pacific/Fiji")
    names = {key: str(world.user(key)) for key in ("ana", "ben", "cho")}

    found = rows(world, sign_in)

    assert found[:5] == [
        HEADER,
        ["1", "1", "Topic 1", "Fiji", names["ana"], "Delegate", "Rapporteur", "Yes",
         "2022-05-24 10:05", "2022-05-24 10:45"],
        ["1", "2", "Topic 2", "Fiji", names["ben"], "Delegate", "", "Yes", "", ""],
        ["1", "1", "Topic 1", "Japan", names["cho"], "Delegate", "", "Yes",
         "2022-05-24 10:05", "2022-05-24 10:15"],
        ["1", "2", "Topic 2", "Japan", names["cho"], "Delegate", "", "",
         "2022-05-24 10:16", "2022-05-24 10:45"],
    ]  # fmt: skip
    assert [row[3:8] for row in found[6:]] == [
        ["", "Fay " + world.facilitator.family_name, "", "Facilitator", ""],
        ["", "Ola " + world.organiser.family_name, "", "", ""],
    ]


def test_the_page_says_who_was_there(world: BreakoutWorld, sign_in: SignIn) -> None:
    hold(world)
    page = sign_in(world.organiser).get(PAGE).content.decode()

    assert "4 people have a place, 2 were seen there. The round is not closed yet" in page
    said = ("Was there", "Seen, without a place", "Not seen", "Not a participant")
    assert [page.count(f">{words}<") for words in said] == [3, 2, 2, 2]
    close_round(round=world.round, by=world.organiser)
    assert "is not closed yet" not in sign_in(world.organiser).get(PAGE).content.decode()


def test_a_long_record_has_pages(world: BreakoutWorld, sign_in: SignIn) -> None:
    plan = world.publish()
    for person in world.crowd(98):
        plan.assignments.create(group=world.one, registration=person)
    client = sign_in(world.organiser)

    pages = [client.get(f"{PAGE}?page={number}").content.decode() for number in (1, 2)]

    assert [page.count('<th scope="row">') for page in pages] == [100, 2]
    assert len(rows(world, sign_in)) == 1 + 102


@pytest.mark.parametrize("words", HARMLESS.values(), ids=HARMLESS)
def test_hostile_names_stay_names(world: BreakoutWorld, sign_in: SignIn, words: str) -> None:
    hold(world)
    ana = world.user("ana")
    ana.given_name, ana.family_name = words, ""
    ana.save()
    safe = f"'{words}" if words.startswith("=") else words

    page = sign_in(world.organiser).get(PAGE).content.decode()

    assert "<script>alert(1)" not in page
    assert f'<th scope="row">{words}<small>' in unescape(page)
    assert safe in [row[4] for row in rows(world, sign_in)]


def test_the_record_is_the_organisers(world: BreakoutWorld, sign_in: SignIn) -> None:
    hold(world)
    others = [world.user("ana"), world.facilitator, world.user("eve"), world.fiji_contact]
    others.append(world.stranger)
    for address in (PAGE, CSV):
        assert [sign_in(each).get(address).status_code for each in others] == [404] * 5
        assert sign_in(world.secretariat).get(address).status_code == 200
        assert sign_in(world.organiser).post(address).status_code == 405
