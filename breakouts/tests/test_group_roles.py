"""Who facilitates a group and reports for it: named, replaced, released."""

import html
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from breakouts.actions.groups import (
    HasOtherGroupError,
    OwnDeputyError,
    end_group_role,
    name_group_role,
    name_group_roles,
)
from breakouts.actions.locks import GroupGoneError, RoundClosedError
from breakouts.facts import round_tasks
from breakouts.models import Group, GroupRole, Round
from breakouts.queries.rounds import list_nameable, suggest_roles
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    broken,
    mailed,
    make_group,
    make_plan,
    make_role,
    make_round,
    recorded,
    refused,
)
from participants.tests.worlds import make_person

Role = GroupRole.Role


def shown(response: Any) -> dict[str, str]:
    """The fields of the form, as a browser would send them."""
    form = response.context["form"]
    return {field.name: str(field.value() or "") for field in form}


def held(group: Group) -> dict[str, str]:
    rows = group.roles.filter(ends_at=None).select_related("user")
    return {row.role: row.user.email for row in rows}


def test_a_role_is_named_and_the_one_before_ends(world: BreakoutWorld) -> None:
    ana, ben = world.user("ana"), world.user("ben")
    name_group_role(group=world.one, user=ana, role=Role.FACILITATOR, by=world.organiser)
    named = name_group_role(group=world.one, user=ben, role=Role.FACILITATOR, by=world.organiser)

    first, second = world.one.roles.order_by("pk")
    assert (first.user, first.ends_at) == (ana, named.starts_at)
    assert (second, second.ends_at, second.granted_by) == (named, None, world.organiser)
    target, context = f"breakouts.group {world.one.pk}", str(world.here.pk)
    assert recorded() == [
        ("breakouts.role_named", world.organiser.pk, target, context, {role: change})
        for role, change in (("facilitator", [None, ana.pk]), ("facilitator", [ana.pk, ben.pk]))
    ]
    assert mailed() == []


def test_pages_of_the_group_learn_who_has_a_role(world: BreakoutWorld) -> None:
    """The list of people says it, and who reports gets the buttons of every point."""
    numbers = []
    for act in (
        lambda: name_group_role(
            group=world.one, user=world.user("ana"), role=Role.RAPPORTEUR, by=world.organiser
        ),
        lambda: end_group_role(group=world.one, role=Role.RAPPORTEUR, by=world.organiser),
    ):
        act()
        world.round.refresh_from_db()
        numbers.append(world.round.live_sequence)
    assert numbers == [1, 2]


def test_naming_the_same_person_again_changes_nothing(world: BreakoutWorld) -> None:
    role = make_role(world.one, world.user("ana"))

    again = name_group_role(
        group=world.one, user=world.user("ana"), role=Role.RAPPORTEUR, by=world.organiser
    )

    assert (again, recorded(), GroupRole.objects.count()) == (role, [], 1)


def test_a_person_may_report_in_another_round(world: BreakoutWorld) -> None:
    other = make_group(make_round(world.here), world.first)
    make_role(other, world.user("ana"))

    name_group_role(
        group=world.one, user=world.user("ana"), role=Role.RAPPORTEUR, by=world.organiser
    )

    assert held(world.one) == {"rapporteur": "ana@customs.example"}


def test_a_role_ends_once(world: BreakoutWorld) -> None:
    role = make_role(world.one, world.user("ana"))

    end_group_role(group=world.one, role=Role.RAPPORTEUR, by=world.organiser)
    end_group_role(group=world.one, role=Role.RAPPORTEUR, by=world.organiser)

    role.refresh_from_db()
    assert role.ends_at is not None
    assert recorded() == [
        (
            "breakouts.role_ended",
            world.organiser.pk,
            f"breakouts.group {world.one.pk}",
            str(world.here.pk),
            {"rapporteur": [world.user("ana").pk, None]},
        )
    ]


def test_all_roles_are_saved_in_one_act(world: BreakoutWorld) -> None:
    make_role(world.one, world.user("ana"))

    name_group_roles(
        group=world.one,
        people={
            Role.FACILITATOR: world.facilitator,
            Role.RAPPORTEUR: None,
            Role.DEPUTY: world.user("cho"),
        },
        by=world.organiser,
    )

    assert held(world.one) == {
        "facilitator": "facilitator@wco.example",
        "deputy": "cho@customs.example",
    }
    assert [action for action, *_rest in recorded()] == [
        "breakouts.role_named",
        "breakouts.role_ended",
        "breakouts.role_named",
    ]


# Refusals -----------------------------------------------------------------------------------------


def test_nobody_is_named_for_two_groups_of_a_round(world: BreakoutWorld) -> None:
    make_role(world.two, world.user("ana"))

    with refused(HasOtherGroupError, match=r"Ana .* is named for group 2 of this round already"):
        name_group_role(
            group=world.one, user=world.user("ana"), role=Role.FACILITATOR, by=world.organiser
        )


def test_nobody_is_their_own_deputy(world: BreakoutWorld) -> None:
    ana = world.user("ana")
    with refused(OwnDeputyError):
        name_group_roles(
            group=world.one, people={Role.RAPPORTEUR: ana, Role.DEPUTY: ana}, by=world.organiser
        )
    for has, gets in ((Role.RAPPORTEUR, Role.DEPUTY), (Role.DEPUTY, Role.RAPPORTEUR)):
        role = make_role(world.one, ana, has)
        with refused(OwnDeputyError):
            name_group_role(group=world.one, user=ana, role=gets, by=world.organiser)
        role.delete()


def test_rapporteur_and_deputy_may_exchange_and_who_facilitates_may_report(
    world: BreakoutWorld,
) -> None:
    ana, ben = world.user("ana"), world.user("ben")
    people = {Role.FACILITATOR: ana, Role.RAPPORTEUR: ana, Role.DEPUTY: ben}
    name_group_roles(group=world.one, people=people, by=world.organiser)

    exchanged = {Role.RAPPORTEUR: ben, Role.DEPUTY: ana}
    name_group_roles(group=world.one, people=exchanged, by=world.organiser)

    assert held(world.one) == {
        "facilitator": ana.email,
        "rapporteur": ben.email,
        "deputy": ana.email,
    }


def test_one_refusal_undoes_all_roles(world: BreakoutWorld) -> None:
    make_role(world.two, world.user("ana"))

    with refused(HasOtherGroupError):
        name_group_roles(
            group=world.one,
            people={Role.FACILITATOR: world.facilitator, Role.RAPPORTEUR: world.user("ana")},
            by=world.organiser,
        )


def test_a_group_that_a_colleague_removed_is_said_to_be_gone(world: BreakoutWorld) -> None:
    lost = make_group(world.round, world.first)
    Group.objects.filter(pk=lost.pk).delete()

    with refused(GroupGoneError):
        name_group_role(
            group=lost, user=world.facilitator, role=Role.FACILITATOR, by=world.organiser
        )
    with refused(GroupGoneError):
        end_group_role(group=lost, role=Role.FACILITATOR, by=world.organiser)


def test_roles_of_a_closed_round_stay(world: BreakoutWorld) -> None:
    make_role(world.one, world.user("ana"))
    world.enter(Round.Status.CLOSED)

    with refused(RoundClosedError):
        name_group_role(
            group=world.one, user=world.facilitator, role=Role.FACILITATOR, by=world.organiser
        )
    with refused(RoundClosedError):
        end_group_role(group=world.one, role=Role.RAPPORTEUR, by=world.organiser)


# All or nothing, and what it costs ----------------------------------------------------------------


def test_all_or_nothing(world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    make_role(world.one, world.user("ana"))
    with broken(monkeypatch, "groups"):
        name_group_role(
            group=world.one, user=world.facilitator, role=Role.RAPPORTEUR, by=world.organiser
        )
    with broken(monkeypatch, "groups"):
        end_group_role(group=world.one, role=Role.RAPPORTEUR, by=world.organiser)
    with broken(monkeypatch, "groups"):
        name_group_roles(
            group=world.one, people={Role.DEPUTY: world.facilitator}, by=world.organiser
        )


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow_with_the_roles(
    world: BreakoutWorld, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for _each in range(number):
        make_role(make_group(world.round, world.first), make_person())
    make_role(world.one, world.user("ana"))

    # savepoint, round, workshop, group, absent, elsewhere, before, its end, the new one, the round's sequence,
    # record, release
    with django_assert_num_queries(13):
        name_group_role(
            group=world.one, user=world.facilitator, role=Role.RAPPORTEUR, by=world.organiser
        )
    # savepoint, round, workshop, group, held, update, the round's sequence, record, release
    with django_assert_num_queries(9):
        end_group_role(group=world.one, role=Role.RAPPORTEUR, by=world.organiser)


# Suggested ----------------------------------------------------------------------------------------


def test_suggested_are_members_who_present_and_a_resource_person(world: BreakoutWorld) -> None:
    plan = make_plan(
        world.round,
        {world.one: [world.people["ana"], world.people["ben"]], world.two: [world.people["cho"]]},
        world.organiser,
    )
    world.people["ben"].role = "presenter"
    world.people["ben"].save()
    expert = make_person(family_name="Hua")
    world.here.team.create(user=expert, role="resource_person")

    assert plan.is_draft
    assert suggest_roles(group=world.one) == {
        "facilitator": expert,
        "rapporteur": world.user("ben"),
        "deputy": world.user("ana"),
    }
    make_role(world.two, expert, Role.FACILITATOR)
    make_role(world.one, world.user("ben"))
    assert suggest_roles(group=world.one) == {"deputy": world.user("ana")}


def test_the_page_fills_in_what_is_suggested_and_saves_nothing(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    make_plan(world.round, {world.one: [world.people["ana"]]}, world.organiser)
    make_role(world.one, world.facilitator, Role.FACILITATOR)
    address = reverse("breakouts:group-roles", args=["here", 1, 1])
    client = sign_in(world.organiser)

    plain, filled = client.get(address), client.get(f"{address}?suggest=1")

    assert 'href="?suggest=1"' in plain.content.decode()
    assert shown(plain) == {
        "seen": shown(filled)["seen"],  # a suggestion is no part of what is watched
        "facilitator": str(world.facilitator.public_id),
        "rapporteur": "",
        "deputy": "",
    }
    assert shown(filled)["rapporteur"] == str(world.user("ana").public_id)
    assert "Nothing is saved yet" in filled.content.decode()
    assert held(world.one) == {"facilitator": "facilitator@wco.example"}


def test_without_members_nobody_is_suggested(world: BreakoutWorld, sign_in: SignIn) -> None:
    address = reverse("breakouts:group-roles", args=["here", 1, 1])
    text = sign_in(world.organiser).get(f"{address}?suggest=1").content.decode()
    assert "Nobody can be suggested" in text


@pytest.mark.parametrize("query", ["", "?suggest=1"])
def test_of_two_who_name_at_once_the_second_is_told(
    world: BreakoutWorld, sign_in: SignIn, query: str
) -> None:
    """Whoever opened the form while nobody reported would release whom the other named."""
    make_role(world.one, world.user("ben"), Role.FACILITATOR)
    address = reverse("breakouts:group-roles", args=["here", 1, 1]) + query
    first, second = sign_in(world.organiser), sign_in(world.secretariat)
    mine = shown(first.get(address)) | {"deputy": str(world.user("cho").public_id)}
    theirs = shown(second.get(address)) | {"rapporteur": str(world.user("ana").public_id)}
    theirs["deputy"] = mine["rapporteur"] = ""
    assert second.post(address, theirs).status_code == 302

    response = first.post(address, mine)

    assert response.status_code == 422
    text = response.content.decode()
    assert "A colleague saved this while you were writing." in text
    assert f"Saved by your colleague: {world.user('ana')}, Fiji" in html.unescape(text)
    assert held(world.one) == {
        "facilitator": "ben@customs.example",
        "rapporteur": "ana@customs.example",
    }

    assert first.post(address, mine | {"seen": shown(response)["seen"]}).status_code == 302
    assert held(world.one) == {
        "facilitator": "ben@customs.example",
        "deputy": "cho@customs.example",
    }


@pytest.mark.parametrize(("days", "is_named"), [(1, True), (-1, False)])
def test_who_is_on_the_team_until_a_day_can_be_named_until_then(
    world: BreakoutWorld, days: int, is_named: bool
) -> None:
    now = timezone.now()
    expert = make_person("expert@wco.example")
    world.here.team.create(
        user=expert,
        role="resource_person",
        starts_at=now - timedelta(days=2),
        ends_at=now + timedelta(days=days),
    )
    assert (expert in list_nameable(workshop=world.here)) is is_named
    named = suggest_roles(group=world.one).get("facilitator")
    assert (named == expert) is is_named


# What it asks of them -----------------------------------------------------------------------------


def test_who_reports_has_it_among_the_tasks_once_the_groups_are_published(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    make_role(world.two, world.user("cho"), Role.FACILITATOR)

    def tasks(name: str) -> list[tuple[str, str, str]]:
        found = round_tasks(world.people[name], timezone.now())
        return [(task.text, task.kind, task.url) for task in found]

    assert tasks("cho") == []
    world.publish()
    group = reverse("breakouts:group-detail", args=["here", 1, 1])
    assert tasks("ana") == [("Note and report for group 1 in round 1", "wait", group)]
    assert [text for text, *_rest in tasks("cho")] == ["Facilitate group 2 in round 1"]
    assert tasks("ben") == []
    home = sign_in(world.user("ana")).get(reverse("participants:home", args=["here"]))
    assert "Note and report for group 1" in home.content.decode()
    Round.objects.update(status=Round.Status.CLOSED)
    assert [kind for _text, kind, _url in tasks("ana")] == ["done"]
