"""The pages of the rules for seating: typed, refused at their field, listed, put back, named before publishing."""

from typing import Any

from django.urls import reverse

from breakouts.instances.ruling import name_person
from breakouts.models import Group
from breakouts.tests.test_assign import assign
from breakouts.tests.test_seating_rules import (
    APART,
    FORBID,
    PIN,
    TOGETHER,
    name,
    pair,
    place,
    remove,
    stored,
)
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    make_round,
    state,
)
from workshop_portal.tests.hostile import ONE_LINE, WRONG_CHOICE


def add(world: BreakoutWorld, sign_in: SignIn, name: str, **data: str) -> Any:
    url = reverse(f"breakouts:{name}", args=["here", 1])
    return sign_in(world.organiser).post(url, data)


def test_people_are_found_by_a_part_of_their_name(world: BreakoutWorld, sign_in: SignIn) -> None:
    data = {"first": "ana", "second": "japan CHO", "kind": "apart", "rounds": "every", "note": "So"}
    response = add(world, sign_in, "pair-rule-add", **data)

    assert response.status_code == 302
    assert response["Location"] == reverse("breakouts:round-detail", args=["here", 1]) + "#rules"
    p = world.people
    assert stored() == [(APART, p["ana"].pk, p["cho"].pk, None, None, "So")]
    data = {"first": "dai@customs.example", "kind": "pin", "group": "2"}
    assert add(world, sign_in, "place-rule-add", **data).status_code == 302
    assert stored()[1] == (PIN, p["dai"].pk, None, world.round.pk, world.two.pk, "")


TYPED = {
    "eve": "Nobody who sits in the groups has this name.",
    "fiji": "Several people have this in their name: Ana ",
    "": "This field is required.",
    "cho": "Choose two different people.",
}


def test_who_is_not_found_is_said_at_the_field(world: BreakoutWorld, sign_in: SignIn) -> None:
    before = state()
    for typed, said in TYPED.items():
        data = {"first": "cho", "second": typed, "kind": "apart", "rounds": "this"}
        response = add(world, sign_in, "pair-rule-add", **data)

        assert response.status_code == 422
        [error] = response.context["form"].errors["second"]
        assert error.startswith(said)
    assert state() == before


def test_bad_values_are_refused_at_their_field(world: BreakoutWorld, sign_in: SignIn) -> None:
    texts = [*ONE_LINE.values(), "x" * 301]
    pairs = {"first": "ana", "second": "cho", "kind": "apart", "rounds": "this"}
    places_ = {"first": "ana", "kind": "pin", "group": "1"}
    before = state()
    for url, good in (("pair-rule-add", pairs), ("place-rule-add", places_)):
        for field in [*good, "note"]:
            is_text = field in ("first", "second", "note")
            for value in texts if is_text else ["", *WRONG_CHOICE]:
                response = add(world, sign_in, url, **(good | {field: value}))
                assert response.status_code == 422, f"{field}: {value!r}"
                assert f'id="id_{field}_error"' in response.content.decode(), f"{field}: {value!r}"
    assert state() == before


def test_only_people_of_the_workshop_are_suggested(world: BreakoutWorld, sign_in: SignIn) -> None:
    url = reverse("breakouts:pair-rule-add", args=["here", 1])
    text = sign_in(world.organiser).get(url).content.decode()

    ana, eve = world.user("ana"), world.user("eve")
    assert text.count(f'<option value="{ana}, {world.fj.name}"></option>') == 2
    assert str(eve) not in text


def test_the_round_lists_its_rules_and_offers_undo(world: BreakoutWorld, sign_in: SignIn) -> None:
    rule = pair(world, APART, "ana", "cho", note="<b>Neighbours</b>")
    pair(world, APART, "ana", "dai", round=make_round(world.here))
    organiser = sign_in(world.organiser)
    url = reverse("breakouts:round-detail", args=["here", 1])
    text = organiser.get(url).content.decode()
    said = f"{name(world, 'ana')} and {name(world, 'cho')} sit in different groups."
    assert said in text
    assert "&lt;b&gt;Neighbours&lt;/b&gt;" in text
    assert f"{name(world, 'dai')} sit" not in text

    taken = reverse("breakouts:seating-rule-remove", args=["here", 1, rule.pk])
    assert organiser.post(taken)["Location"] == f"{url}?removed=1#rules"
    back = reverse("breakouts:seating-rule-put-back", args=["here", 1])
    assert back in organiser.get(url, {"removed": "1"}).content.decode()
    assert back not in organiser.get(url).content.decode()
    assert back not in sign_in(world.secretariat).get(url, {"removed": "1"}).content.decode()

    assert organiser.post(back).status_code == 302
    assert [row[:3] for row in stored()][-1] == (
        APART,
        world.people["ana"].pk,
        world.people["cho"].pk,
    )
    text = organiser.post(back, follow=True).content.decode()
    assert "This rule can no longer be put back." in text


def test_a_rule_of_another_round_is_not_found(world: BreakoutWorld, sign_in: SignIn) -> None:
    make_round(world.here)
    rule = place(world, PIN, "ana")
    url = reverse("breakouts:seating-rule-remove", args=["here", 2, rule.pk])
    assert sign_in(world.organiser).post(url).status_code == 404
    assert len(stored()) == 1


def test_a_conflict_is_shown_only_while_it_is_true(world: BreakoutWorld, sign_in: SignIn) -> None:
    rule = pair(world, TOGETHER, "ana", "cho")
    place(world, PIN, "ana")
    place(world, FORBID, "cho")
    organiser, url = sign_in(world.organiser), reverse("breakouts:round-detail", args=["here", 1])
    said = "These rules cannot all hold"
    assign(world)
    assert organiser.get(url).content.decode().count(said) == 2
    Group.objects.filter(pk=world.one.pk).update(venue="Room 1")
    assert organiser.get(url).content.decode().count(said) == 2

    remove(world, rule)

    text = organiser.get(url).content.decode()
    assert (said in text, 'id="job"' in text) == (False, False)


def test_a_conflict_of_sizes_is_gone_once_the_groups_have_the_seats(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    Group.objects.filter(round=world.round).update(maximum=1)
    organiser, url = sign_in(world.organiser), reverse("breakouts:round-detail", args=["here", 1])
    assign(world)
    assert "These rules cannot all hold" in organiser.get(url).content.decode()
    Group.objects.filter(round=world.round).update(maximum=2)
    assert "These rules cannot all hold" not in organiser.get(url).content.decode()


def test_a_plan_that_breaks_a_rule_says_so_before_it_is_published(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    plan = assign(world).plan
    assert plan is not None
    seat = plan.assignments.get(registration=world.people["ana"])
    rule = place(world, FORBID, "ana", group=seat.group)

    url = reverse("breakouts:round-publish", args=["here", 1])
    page = sign_in(world.organiser).post(url, {"plan": plan.pk, "revision": plan.revision})

    said = page.context["faults"][0]
    assert (said.text, said.url) == (
        f"{name(world, 'ana')} does not sit in group {seat.group.ordinal}.",
        reverse("breakouts:round-detail", args=["here", 1]) + f"#rule-{rule.pk}",
    )


def test_brackets_are_not_nested_where_a_name_has_its_own(world: BreakoutWorld) -> None:
    person = world.people["ana"]
    assert name_person(person) == f"{person.user} (Fiji)"
    person.delegation.administration.name = "Korea (Republic of)"
    assert name_person(person) == f"{person.user} [Korea (Republic of)]"
