"""The tracker: states, numbers, filters, exports; who is on the list and with how many seats."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.actions.organisers import add_organiser, remove_organiser
from events.actions.workshops import edit_workshop
from events.models import Organiser, Workshop
from participants.actions.delegations import (
    DelegationInUseError,
    QuotaBelowSeatsTakenError,
    list_delegations,
    remove_delegation,
    set_quota,
    set_seat_policy,
)
from participants.actions.registrations import WorkshopEndedError
from participants.models import Delegation, Registration, SeatPolicy
from participants.tests.worlds import (
    World,
    make_administration,
    make_delegation,
    make_listed,
    make_person,
    make_registration,
)
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration, FocalPoint
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail

SignIn = Callable[[User], Client]
Status = Delegation.Status


def names_on(client: Client, query: str = "") -> list[str]:
    response = client.get(reverse("participants:delegation-list", args=["here"]) + query)
    return [row.administration.name for row in response.context["page"]]


# The list and the seats ---------------------------------------------------------------------------


def test_listing_gives_seats_by_the_policy_and_leaves_who_is_on_it(world: World) -> None:
    korea, samoa = make_administration("KR"), make_administration("WS")
    Organiser.objects.create(workshop=world.here, administration=samoa, role="host")

    made = list_delegations(
        workshop=world.here, administrations=[world.fj, korea, samoa], by=world.secretariat
    )

    assert [(row.administration, row.quota, row.status) for row in made] == [
        (korea, 3, Status.LISTED),
        (samoa, 6, Status.LISTED),
    ]
    assert list(Entry.objects.order_by("pk").values_list("action", "target_id")) == [
        ("participants.delegation_listed", str(row.pk)) for row in made
    ]


@pytest.mark.parametrize(("form", "seats"), [("online", 5), ("hybrid", 3), ("on_site", 3)])
def test_extra_seats_only_where_nobody_travels(world: World, form: str, seats: int) -> None:
    Workshop.objects.filter(pk=world.here.pk).update(format=form)
    set_seat_policy(
        workshop=world.here, seats=3, host_seats=6, online_extra_seats=2, by=world.secretariat
    )

    [row] = list_delegations(
        workshop=world.here, administrations=[make_administration("KR")], by=world.secretariat
    )

    assert row.quota == seats


def test_a_host_named_afterwards_gets_its_seats_and_they_end_with_the_role(
    world: World, sign_in: SignIn
) -> None:
    make_listed(world, "KR", name="Korea")
    korea = Administration.objects.get(code="KR")

    def seats() -> tuple[int, bool]:
        rows = sign_in(world.organiser).get("/workshops/here/delegations/").context["page"]
        row = next(each for each in rows if each.administration == korea)
        return row.quota, row.is_host

    host = add_organiser(workshop=world.here, administration=korea, role="host", by=world.organiser)
    assert seats() == (6, True)
    remove_organiser(organiser=host, by=world.organiser)
    assert seats() == (3, False)
    actions = Entry.objects.filter(action="participants.quota_set").values_list(
        "changes", flat=True
    )
    assert list(actions.order_by("pk")) == [{"quota": [3, 6]}, {"quota": [6, 3]}]


def test_another_format_changes_the_seats_but_takes_back_none_that_was_promised(
    world: World,
) -> None:
    Workshop.objects.update(format="on_site")
    set_seat_policy(
        workshop=world.here,
        seats=3,
        host_seats=6,
        online_extra_seats=2,
        apply=True,
        by=world.organiser,
    )
    listed, own = make_listed(world, "KR"), make_listed(world, "WS")
    set_quota(delegation=own, quota=4, by=world.organiser)

    def quotas() -> list[int]:
        rows = [listed, own, world.fiji, world.fiji_elsewhere]
        return [Delegation.objects.get(pk=row.pk).quota for row in rows]

    assert quotas() == [3, 4, 3, 3]
    edit_workshop(workshop=world.here, format="online", by=world.organiser)
    assert quotas() == [5, 4, 5, 3]
    edit_workshop(workshop=world.here, format="hybrid", by=world.organiser)
    assert quotas() == [3, 4, 5, 3]
    set_quota(delegation=own, quota=3, by=world.organiser)  # the usual one again
    edit_workshop(workshop=world.here, format="online", by=world.organiser)
    assert quotas() == [5, 5, 5, 3]


def test_a_policy_that_was_not_applied_changes_no_seats_later(world: World) -> None:
    kept, host = make_listed(world, "KR"), make_listed(world, "WS")
    Workshop.objects.update(format="on_site")
    numbers = {"seats": 4, "host_seats": 8, "online_extra_seats": 2}
    set_seat_policy(workshop=world.here, **numbers, by=world.organiser)
    [later] = list_delegations(
        workshop=world.here, administrations=[make_administration("TO")], by=world.organiser
    )

    def quotas() -> list[int]:
        rows = [kept, host, world.fiji, later]
        return [Delegation.objects.get(pk=row.pk).quota for row in rows]

    edit_workshop(workshop=world.here, format="online", by=world.organiser)
    add_organiser(
        workshop=world.here, administration=host.administration, role="host", by=world.organiser
    )
    assert quotas() == [3, 3, 3, 6]
    set_seat_policy(workshop=world.here, **numbers, apply=True, by=world.organiser)
    assert quotas() == [6, 10, 6, 6]
    edit_workshop(workshop=world.here, format="on_site", by=world.organiser)
    assert quotas() == [4, 8, 6, 4]


def test_a_delegation_given_the_usual_number_again_follows_hosts_and_format(world: World) -> None:
    row = make_listed(world, "KR")
    Workshop.objects.update(format="on_site")
    set_seat_policy(
        workshop=world.here, seats=4, host_seats=8, online_extra_seats=2, by=world.organiser
    )

    set_quota(delegation=row, quota=4, by=world.organiser)

    edit_workshop(workshop=world.here, format="online", by=world.organiser)
    assert Delegation.objects.get(pk=row.pk).quota == 6


def test_a_new_policy_reaches_those_without_a_number_of_their_own_and_takes_no_seat(
    world: World,
) -> None:
    set_quota(delegation=world.fiji, quota=4, by=world.organiser)
    for _each in range(3):
        make_registration(world.japan)

    set_seat_policy(
        workshop=world.here,
        seats=2,
        host_seats=6,
        online_extra_seats=0,
        apply=True,
        by=world.secretariat,
    )

    rows = Delegation.objects.order_by("pk").values_list("workshop__slug", "quota", "seats_taken")
    assert list(rows) == [("here", 4, 0), ("here", 3, 3), ("elsewhere", 3, 0)]
    assert SeatPolicy.objects.get().seats == 2


def test_more_seats_go_at_once_to_who_waits_longest(world: World) -> None:
    now = timezone.now()
    for _each in range(3):
        make_registration(world.fiji)
    second, first = (
        make_registration(world.fiji, status=Registration.Status.WAITING, waiting_since=since)
        for since in (now, now - timedelta(hours=1))
    )

    set_quota(delegation=world.fiji, quota=4, by=world.organiser)

    first.refresh_from_db()
    second.refresh_from_db()
    world.fiji.refresh_from_db()
    assert (first.status, second.status, world.fiji.quota, world.fiji.seats_taken) == (
        "nominated",
        "waiting",
        4,
        4,
    )


def test_a_quota_is_not_below_the_seats_taken(world: World) -> None:
    make_registration(world.fiji)
    make_registration(world.fiji)

    with pytest.raises(QuotaBelowSeatsTakenError) as refused:
        set_quota(delegation=world.fiji, quota=1, by=world.organiser)

    world.fiji.refresh_from_db()
    assert (refused.value.message, world.fiji.quota, Entry.objects.count()) == (
        "2 seats are taken. Withdraw somebody first.",
        3,
        0,
    )


def test_only_who_was_neither_invited_nor_nominated_comes_off_the_list(world: World) -> None:
    row = Delegation.objects.create(workshop=world.here, administration=make_administration("KR"))
    with pytest.raises(DelegationInUseError):
        remove_delegation(delegation=world.fiji, by=world.secretariat)
    make_registration(row, status=Registration.Status.WITHDRAWN)
    with pytest.raises(DelegationInUseError):
        remove_delegation(delegation=row, by=world.secretariat)

    Registration.objects.all().delete()
    remove_delegation(delegation=row, by=world.secretariat)

    assert not Delegation.objects.filter(administration__code="KR").exists()
    assert Entry.objects.get().action == "participants.delegation_removed"


def test_nobody_is_listed_after_the_end(world: World) -> None:
    Workshop.objects.update(status=Workshop.Status.ARCHIVED)

    with pytest.raises(WorkshopEndedError):
        list_delegations(workshop=world.here, administrations=[world.fj], by=world.secretariat)


def test_after_the_end_seats_and_list_stay_as_they_are(world: World, sign_in: SignIn) -> None:
    """More seats would let those who wait move up, and tell them so."""
    make_registration(world.fiji, status=Registration.Status.WAITING, waiting_since=timezone.now())
    korea = Delegation.objects.create(workshop=world.here, administration=make_administration("KR"))
    Workshop.objects.update(status=Workshop.Status.CANCELLED)
    rows = Delegation.objects.order_by("pk"), Registration.objects.order_by("pk")
    before = [list(each.values()) for each in rows]

    with pytest.raises(WorkshopEndedError):
        set_quota(delegation=world.fiji, quota=9, by=world.organiser)
    with pytest.raises(WorkshopEndedError):
        remove_delegation(delegation=korea, by=world.organiser)

    client, said = sign_in(world.organiser), str(WorkshopEndedError.message)
    edit = reverse("participants:delegation-edit", args=["here", "FJ"])
    remove = reverse("participants:delegation-remove", args=["here", "KR"])
    answers = [client.post(edit, {"quota": "9"}), client.post(remove, follow=True)]
    assert [said in answer.content.decode() for answer in answers] == [True, True]
    assert [list(each.values()) for each in rows] == before
    assert (Entry.objects.count(), OutgoingMail.objects.count()) == (0, 0)


# The pages ----------------------------------------------------------------------------------------


def test_the_tracker_and_its_filters(world: World, sign_in: SignIn) -> None:
    make_registration(world.japan)
    client = sign_in(world.organiser)

    assert names_on(client) == ["Fiji", "Japan"]
    assert names_on(client, "?state=nominated") == ["Japan"]
    assert names_on(client, "?state=invited") == ["Fiji"]
    assert names_on(client, "?state=declined") == []
    assert names_on(client, "?q=fj") == ["Fiji"]
    assert names_on(client, "?q=customs jp") == ["Japan"]
    assert names_on(client, "?state=nonsense&q=%00") == ["Fiji", "Japan"]


def test_exports_equal_the_filtered_screen(world: World, sign_in: SignIn) -> None:
    make_registration(world.japan)
    world.fj.name = "=Fiji"
    world.fj.save()
    client = sign_in(world.organiser)
    address = reverse("participants:delegation-table", args=["here", "csv"])

    def first_cells(query: str) -> list[str]:
        text = b"".join(client.get(address + query).streaming_content).decode("utf-8-sig")
        return [line.split(",")[0] for line in text.splitlines()]

    assert first_cells("") == ['"Administration"', '"\'=Fiji"', '"Japan"']
    assert first_cells("?state=nominated") == ['"Administration"', '"Japan"']
    sheet = client.get(reverse("participants:delegation-table", args=["here", "xlsx"]))
    assert sheet.content.startswith(b"PK")
    found = client.get(
        reverse("participants:delegation-table", args=["here", "json"]) + "?state=nominated"
    )
    assert [row["Administration"] for row in found.json()] == ["Japan"]


@pytest.mark.parametrize("number", [1, 3])
def test_the_queries_of_the_tracker_do_not_grow(
    world: World, sign_in: SignIn, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for each in range(number):
        administration = make_administration(f"A{each}")
        FocalPoint.objects.create(administration=administration, user=make_person())
        make_registration(make_delegation(world.here, administration))
    client = sign_in(world.secretariat)

    # session, person, workshop, states, without focal point, count, rows, in office
    with django_assert_num_queries(8):
        client.get(reverse("participants:delegation-list", args=["here"]))


@pytest.mark.parametrize("number", [1, 3])
def test_the_queries_of_one_do_not_grow(
    world: World, sign_in: SignIn, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for _each in range(number):
        FocalPoint.objects.create(administration=world.fj, user=make_person(), kind="deputy")
        make_registration(world.fiji)
    client = sign_in(world.secretariat)

    # session, person, delegation, row, in office, who invited, mails, history
    with django_assert_num_queries(8):
        client.get(reverse("participants:delegation-edit", args=["here", "FJ"]))


def test_adding_by_form(world: World, sign_in: SignIn) -> None:
    make_administration("KR")
    make_administration("OLD", is_active=False)
    client = sign_in(world.organiser)
    address = reverse("participants:delegation-add", args=["here"])
    boxes = [box for _name, group in client.get(address).context["groups"] for box in group]
    assert [box.data["value"].instance.code for box in boxes] == ["KR"]

    for posted in ({}, {"administrations": ["OLD"]}, {"administrations": ["FJ"]}):
        assert client.post(address, posted).status_code == 422
    assert client.post(address, {"administrations": ["KR"]}).status_code == 302

    codes = world.here.delegations.order_by("administration__code")
    assert list(codes.values_list("administration__code", flat=True)) == ["FJ", "JP", "KR"]


@pytest.mark.parametrize("quota", ["", "-1", "501", "three", "1e3", "0"])
def test_a_wrong_number_of_seats_is_told_at_its_place(
    world: World, sign_in: SignIn, quota: str
) -> None:
    make_registration(world.fiji)

    response = sign_in(world.organiser).post(
        reverse("participants:delegation-edit", args=["here", "FJ"]), {"quota": quota}
    )

    world.fiji.refresh_from_db()
    assert (response.status_code, list(response.context["form"].errors), world.fiji.quota) == (
        422,
        ["quota"],
        3,
    )


def test_seats_by_form(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.organiser)
    client.post(reverse("participants:delegation-edit", args=["here", "FJ"]), {"quota": "5"})
    address = reverse("participants:seat-policy", args=["here"])
    values = {"seats": "2", "host_seats": "6", "online_extra_seats": "1", "apply": "on"}
    assert client.post(address, values | {"seats": "-1"}).status_code == 422
    assert client.post(address, values).status_code == 302

    rows = world.here.delegations.order_by("pk").values_list("quota", flat=True)
    assert list(rows) == [5, 3]


def test_the_empty_tracker_leads_to_adding(world: World, sign_in: SignIn) -> None:
    Delegation.objects.filter(workshop=world.here).delete()

    text = (
        sign_in(world.organiser)
        .get(reverse("participants:delegation-list", args=["here"]))
        .content.decode()
    )

    assert reverse("participants:delegation-add", args=["here"]) in text


@pytest.mark.parametrize(
    ("who", "tracker", "elsewhere", "edit"),
    [
        ("secretariat", 200, 200, 200),
        ("organiser", 200, 404, 200),
        ("fiji_contact", 404, 404, 403),  # sees the delegation, may not edit it
        ("japan_contact", 404, 404, 404),
        ("stranger", 404, 404, 404),
    ],
)
def test_who_sees_what(  # noqa: PLR0917 the columns of the table
    world: World, sign_in: SignIn, who: str, tracker: int, elsewhere: int, edit: int
) -> None:
    client = sign_in(getattr(world, who))
    names = (
        "delegation-list",
        "delegation-table csv",
        "delegation-table xlsx",
        "delegation-table json",
        "delegation-add",
        "seat-policy",
    )

    def answers(slug: str) -> set[int]:
        return {
            client.get(reverse(f"participants:{name}", args=[slug, *format])).status_code
            for name, *format in map(str.split, names)
        }

    assert (answers("here"), answers("elsewhere")) == ({tracker}, {elsewhere})
    page = reverse("participants:delegation-edit", args=["here", "FJ"])
    assert client.get(page).status_code == edit
    remove = reverse("participants:delegation-remove", args=["here", "FJ"])
    assert client.post(remove).status_code == (302 if edit == 200 else edit)
    assert Administration.objects.count() == 2
