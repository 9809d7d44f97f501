"""The Move menu: where people could go and what each move would do, before anybody is moved."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from breakouts.instances.building import gather
from breakouts.instances.effects import Effect, weigh_targets
from breakouts.models import Group, Plan, Round, SeatingRule
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    make_group,
    make_plan,
    make_role,
    make_round,
    state,
)
from participants.models import Registration

BOARD = "/workshops/here/breakouts/1/board/"
TARGETS = f"{BOARD}targets/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def plan(world: BreakoutWorld) -> Plan:
    """A draft: Ana and Cho in group 1, Ben and Dai in group 2, which takes three; group 1 may lose one."""
    people = world.people
    Group.objects.filter(pk=world.one.pk).update(minimum=1)
    Group.objects.filter(pk=world.two.pk).update(minimum=2, maximum=3)
    seats = {world.one: [people["ana"], people["cho"]], world.two: [people["ben"], people["dai"]]}
    world.enter(Round.Status.ASSIGNING)
    return make_plan(world.round, seats, world.organiser)


@pytest.fixture
def organiser(world: BreakoutWorld, sign_in: SignIn) -> Client:
    return sign_in(world.organiser)


def weigh(world: BreakoutWorld, *names: str) -> list[Effect]:
    return weigh_targets(gather(world.round), [world.people[name] for name in names])


def said(world: BreakoutWorld, *names: str, group: int = 2) -> tuple[str, str]:
    effect = weigh(world, *names)[group - 1]
    return effect.words, effect.kind


def rank(world: BreakoutWorld, name: str, *topics: Any) -> None:
    for number, topic in enumerate(topics, 1):
        world.people[name].preferences.create(round=world.round, topic=topic, rank=number)


# What is said -------------------------------------------------------------------------------------


def test_a_colleague_there_is_a_cost_and_no_rule(world: BreakoutWorld, plan: Plan) -> None:
    assert said(world, "ana") == ("1 colleague there", "late")
    [here, there] = weigh(world, "ana")
    assert (here.is_here, here.held, here.upper) == (True, 2, 2)
    assert (there.is_here, there.held, there.upper) == (False, 2, 3)


def test_nothing_to_say(world: BreakoutWorld, plan: Plan) -> None:
    plan.assignments.filter(registration=world.people["ben"]).delete()
    assert said(world, "ana") == ("no rule touched", "done")


def test_sizes_of_both_groups(world: BreakoutWorld, plan: Plan) -> None:
    assert said(world, "ben", group=1) == (
        "full; too few left in group 2; 1 colleague there",
        "bad",
    )
    assert said(world, "ana", "cho") == (
        "1 over; too few left in group 1; 2 sit with colleagues",
        "bad",
    )


def test_language_and_format(world: BreakoutWorld, plan: Plan) -> None:
    Group.objects.filter(pk=world.two.pk).update(languages=["fr"], format="on_site", maximum=9)
    Registration.objects.update(attends="online")
    assert said(world, "cho") == ("another language; on-site; 1 colleague there", "bad")
    assert said(world, "cho", "ana")[0].startswith(
        "too few left in group 1; 2 speak another language; 2 attend otherwise"
    )


def test_roles_elsewhere(world: BreakoutWorld, plan: Plan) -> None:
    make_role(world.one, world.user("ana"), "facilitator")
    assert said(world, "ana") == ("has a role in group 1; 1 colleague there", "bad")


def test_what_people_wished_for(world: BreakoutWorld, plan: Plan) -> None:
    plan.assignments.filter(registration=world.people["ben"]).delete()
    rank(world, "ana", world.first, world.second)
    assert said(world, "ana") == ("choice 2 instead of 1", "late")
    rank(world, "cho", world.second)
    assert said(world, "cho") == ("1 colleague there; choice 1", "half")
    assert said(world, "cho", "ana")[0].endswith("a worse choice for 1; a better choice for 1")
    rank(world, "dai", world.second)
    assert said(world, "dai", group=1)[0].endswith("unranked instead of choice 1")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (("apart", "ana", "ben"), "to be apart from {ben}"),
        (("apart", "dai", "ana"), "to be apart from {dai}"),
        (("together", "cho", "ana"), "to be together with {cho}"),
        (("forbid", "ana", None), "not to sit here"),
        (("pin", "ana", None), "is to sit in group 1"),
    ],
)
def test_the_rules_of_the_organiser(
    world: BreakoutWorld, plan: Plan, rule: tuple[str, str, str | None], words: str
) -> None:
    kind, first, second = rule
    SeatingRule.objects.create(
        workshop=world.here,
        kind=kind,
        first=world.people[first],
        second=world.people[second] if second else None,
        round=world.round,
        group={"pin": world.one, "forbid": world.two}.get(kind),
        created_by=world.organiser,
    )
    names = {name: str(person.user) for name, person in world.people.items()}
    assert said(world, "ana") == (f"{words.format(**names)}; 1 colleague there", "bad")
    if kind == "together":
        assert "together" not in said(world, "ana", "cho")[0]


def test_whom_they_met_before(world: BreakoutWorld) -> None:
    world.publish()
    later = make_round(world.here)
    one, two = (make_group(later, topic) for topic in (world.first, world.second))
    people = world.people
    make_plan(
        later,
        {one: [people["ana"], people["ben"]], two: [people["cho"], people["dai"]]},
        world.organiser,
    )
    effect = weigh_targets(gather(later), [people["ana"]])[1]
    assert effect.worse == ["1 whom they met before"]


# The menu and the page ----------------------------------------------------------------------------


def test_the_menu_holds_every_other_group_with_its_effect_and_the_lock(
    world: BreakoutWorld, plan: Plan, organiser: Client
) -> None:
    ana = world.people["ana"]
    before = state()
    response = organiser.get(TARGETS, {"p": ana.public_id}, headers=HTMX)

    assert [
        (item["value"], item["label"], item.get("count"), item.get("status"))
        for item in response.context["items"]
    ] == [
        (2, "Group 2", "2 of 3", "1 colleague there"),
        ("lock", "Lock in this group", None, None),
        ("absent", "Not in this round", None, None),
    ]
    text = response.content.decode()
    assert text.startswith("<details") or "<details" in text[:300]
    assert f'aria-label="Move {ana.user}, Fiji"' in text
    assert "<html" not in text
    assert response["HX-Push-Url"] == "false"
    assert state() == before

    move = {"p": ana.public_id, "plan": plan.pk, "revision": 0, "to": 2}
    assert organiser.post(f"{BOARD}move/", move).status_code == 302
    assert plan.assignments.get(registration=ana).group == world.two


def test_a_move_to_where_somebody_sits_is_said_and_is_none(
    world: BreakoutWorld, plan: Plan, organiser: Client
) -> None:
    before, ana = state(), world.people["ana"].public_id
    move = {"p": ana, "plan": plan.pk, "revision": 0, "to": 1}
    response = organiser.post(f"{BOARD}move/", move, follow=True)

    said = [(each.level_tag, str(each)) for each in response.context["messages"]]
    assert said == [("info", "Nobody was moved: group 1 is where they sit.")]
    assert "move" not in response.context
    assert state() == before


def test_while_somebody_is_dragged_each_group_says_what_that_would_do(
    world: BreakoutWorld, plan: Plan, organiser: Client
) -> None:
    asked = {"p": world.people["ana"].public_id}
    text = organiser.post(f"{TARGETS}?weigh=1", asked, headers=HTMX).content.decode()
    assert text.count("hx-swap-oob") == 2
    assert '<p id="e2" hx-swap-oob="innerHTML">' in text
    assert "1 colleague there" in text
    assert 'id="e2"' in organiser.get(BOARD).content.decode()


def test_without_script_it_is_a_page(world: BreakoutWorld, plan: Plan, organiser: Client) -> None:
    chosen = [world.people[name].public_id for name in ("ana", "cho")]
    response = organiser.post(TARGETS, {"p": chosen})
    text = " ".join(response.content.decode().split())
    assert "<h1>Move 2 people</h1>" in text or "Move 2 people</h1>" in text
    assert "1 over; too few left in group 1; 2 sit with colleagues" in text
    assert [item["value"] for item in response.context["items"]] == [2]


def test_who_belongs_elsewhere_or_nobody_is_refused(
    world: BreakoutWorld, plan: Plan, organiser: Client
) -> None:
    for data in ({}, {"p": world.people["eve"].public_id}, {"p": "x"}):
        response = organiser.post(TARGETS, data, follow=True)
        assert response.redirect_chain == [(BOARD, 302)]
        assert "Choose at least one person." in response.content.decode()
    assert organiser.post(TARGETS, {}, headers=HTMX)["HX-Redirect"] == BOARD


def test_a_board_that_is_no_longer_true_is_said_before_anybody_chooses(
    world: BreakoutWorld, plan: Plan, organiser: Client
) -> None:
    plan.revision = 3
    plan.save(update_fields=["revision"])
    ana = world.people["ana"].public_id
    asked = {"p": ana, "plan": plan.pk, "revision": 2}
    response = organiser.get(TARGETS, asked, headers=HTMX)
    assert response["HX-Redirect"] == f"{BOARD}?since={plan.pk}.2"
    assert organiser.get(TARGETS, asked | {"revision": 3}, headers=HTMX).status_code == 200


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow_with_the_chosen(
    world: BreakoutWorld,
    plan: Plan,
    organiser: Client,
    number: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    chosen = [person.public_id for person in world.crowd(number)]
    for group in [world.one] * number:
        make_role(make_group(world.round, group.topic), world.user("ana"))
    # session, person, round, the chosen; groups, roles, people, rankings, plans, seats, rules
    with django_assert_num_queries(12):
        organiser.post(TARGETS, {"p": chosen}, headers=HTMX)


def test_of_many_groups_the_menu_offers_those_that_harm_least(
    world: BreakoutWorld, plan: Plan, organiser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("breakouts.instances.effects.MENU_UP_TO", 1)
    monkeypatch.setattr("breakouts.views.targets.MENU_UP_TO", 1)
    make_group(world.round, world.second, minimum=0, maximum=9)
    asked = {"p": world.people["ana"].public_id}

    response = organiser.post(TARGETS, asked, headers=HTMX)

    assert [item["value"] for item in response.context["items"]] == [3, "lock", "absent"]
    assert "All 3 groups" in response.content.decode()
    page = organiser.post(TARGETS, asked)
    assert [effect.group.ordinal for effect in page.context["effects"]] == [1, 2, 3]


# A large board ------------------------------------------------------------------------------------


@pytest.fixture
def large(world: BreakoutWorld, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> BreakoutWorld:
    """Four people are many here."""
    monkeypatch.setattr("breakouts.instances.boarding.ALL_UP_TO", 3)
    monkeypatch.setattr("breakouts.instances.boarding.UNSEATED_SHOWN", 1)
    world.crowd(2)
    return world


def shown(response: Any) -> list[tuple[int, int, list[str]]]:
    """Each group: its number, how many sit there, who is listed."""
    return [
        (
            column.group.ordinal,
            len(column.people),
            [seated.person.user.given_name for seated in column.shown],
        )
        for column in response.context["board"].columns
    ]


def test_groups_show_counts_and_open_one_by_one(large: BreakoutWorld, organiser: Client) -> None:
    response = organiser.get(BOARD)
    assert shown(response) == [(1, 2, []), (2, 2, [])]
    text = " ".join(response.content.decode().split())
    assert "Show 2 people" in text
    assert "1 of 2 shown: find the others by name." in text

    assert shown(organiser.get(f"{BOARD}?open=2")) == [(1, 2, []), (2, 2, ["Ben", "Dai"])]
    part = organiser.get(f"{BOARD}?open=2", headers=HTMX).content.decode()
    assert part.count('<li class="person') == 2
    assert "<html" not in part
    ana = large.people["ana"].public_id
    assert shown(organiser.get(f"{BOARD}?at={ana}")) == [(1, 2, ["Ana", "Cho"]), (2, 2, [])]


def test_a_move_leaves_the_board_as_it_was_looked_at(
    large: BreakoutWorld, plan: Plan, organiser: Client
) -> None:
    ana, dai = large.people["ana"], large.people["dai"]
    looked_at = "q=Fiji&open=2"
    board = organiser.get(f"{BOARD}?{looked_at}&at={dai.public_id}")
    assert board.context["move_url"] == f"{BOARD}move/?{looked_at}"

    move = {"p": ana.public_id, "plan": plan.pk, "revision": 0, "to": 2}
    response = organiser.post(board.context["move_url"], move)

    at = f"at={ana.public_id}#p-{ana.public_id}"
    assert response["Location"] == f"{BOARD}?{looked_at}&{at}"
    undo = organiser.get(f"{BOARD}?{looked_at}").context["undo_url"]
    assert organiser.post(undo)["Location"] == f"{BOARD}?{looked_at}"
    stale = organiser.post(board.context["move_url"], move)
    assert stale["Location"] == f"{BOARD}?{looked_at}&since={plan.pk}.0"
    page = organiser.get(f"{BOARD}targets/?p={ana.public_id}&{looked_at}")
    assert page.context["move_url"] == f"{BOARD}move/?{looked_at}"
    assert page.context["back_url"] == f"{BOARD}?{looked_at}"


def test_the_group_of_the_last_move_and_those_opened_in_the_page_stay_open(
    large: BreakoutWorld, organiser: Client
) -> None:
    ana = large.people["ana"].public_id
    under = {**HTMX, "HX-Current-URL": f"http://testserver{BOARD}?open=1&at={ana}"}

    part = organiser.get(f"{BOARD}?open=1&open=2", headers=under)

    text = part.content.decode()
    assert text.count('<li class="person') == 2
    assert '<input type="hidden" name="open" value="2" form="bulk">' in text
    assert part["HX-Replace-Url"] == f"{BOARD}?open=1&open=2&at={ana}"
    menu = organiser.get(f"{BOARD}targets/?p={ana}", headers=under)
    assert menu.context["move_url"] == f"{BOARD}move/?open=1"
    assert organiser.get(f"{BOARD}?at={ana}").context["move_url"] == f"{BOARD}move/?open=1"


def test_people_are_found_by_name_and_administration(
    large: BreakoutWorld, organiser: Client
) -> None:
    assert shown(organiser.get(BOARD, {"q": "japan DAI"})) == [(2, 2, ["Dai"])]
    assert shown(organiser.get(BOARD, {"q": "Japan"})) == [(1, 2, ["Cho"]), (2, 2, ["Dai"])]
    response = organiser.get(BOARD, {"q": "<b>nobody</b>"})
    assert [column.group.ordinal for column in response.context["board"].targets] == [1, 2]
    assert shown(response) == []
    text = response.content.decode()
    assert "Nobody of that name sits in a group." in text
    assert "<b>nobody</b>" not in text


@pytest.mark.parametrize(
    "query", ["open=x", "open=-1", "open=" + "9" * 30, "at=x", "q=" + "a" * 99]
)
def test_addresses_by_hand_show_the_board(
    large: BreakoutWorld, organiser: Client, query: str
) -> None:
    assert organiser.get(f"{BOARD}?{query}").status_code == 200


def test_a_small_board_shows_everybody_and_no_search(
    world: BreakoutWorld, plan: Plan, organiser: Client
) -> None:
    response = organiser.get(BOARD)
    assert shown(response) == [(1, 2, ["Ana", "Cho"]), (2, 2, ["Ben", "Dai"])]
    assert 'role="search"' not in response.content.decode()
    Round.objects.update(status="closed", ranking_closes_at=timezone.now())
    assert "targets/" not in organiser.get(BOARD).content.decode()
