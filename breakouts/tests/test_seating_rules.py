"""The organiser's rules for seating: added, refused, removed, put back, obeyed and named where they collide.

Their pages are in `test_seating_rule_pages`.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from breakouts.actions.locks import GroupGoneError, RoundClosedError
from breakouts.actions.seating_rules import (
    PUT_BACK_FOR,
    ForeignGroupError,
    ForeignPersonError,
    PutBackTooLateError,
    RemovedRule,
    RuleContradictionError,
    RuleGoneError,
    RulesFixedError,
    RuleTwiceError,
    SamePersonError,
    add_pair_rule,
    add_place_rule,
    put_back_seating_rule,
    remove_seating_rule,
)
from breakouts.models import Round, SeatingRule
from breakouts.tests.test_assign import assign, places
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    broken,
    make_group,
    make_round,
    recorded,
    refused,
)
from events.actions.writing import WorkshopFrozenError
from events.models import Workshop
from participants.actions.changes import withdraw_registration
from workshop_portal.audit.models import Entry
from workshop_portal.leases import WorkStatus

TOGETHER, APART, PIN, FORBID = SeatingRule.Kind.values


def pair(world: BreakoutWorld, kind: str, *who: str, **more: Any) -> SeatingRule:
    first, second = (world.people[name] for name in who)
    values = {"round": world.round, "by": world.organiser} | more
    return add_pair_rule(kind=kind, first=first, second=second, **values)


def place(world: BreakoutWorld, kind: str, who: str, **more: Any) -> SeatingRule:
    values = {"round": world.round, "group": world.one, "by": world.organiser} | more
    return add_place_rule(kind=kind, person=world.people[who], **values)


def remove(world: BreakoutWorld, rule: SeatingRule) -> RemovedRule:
    return remove_seating_rule(rule=rule, round=world.round, by=world.organiser)


def put_back(world: BreakoutWorld, removed: RemovedRule) -> SeatingRule:
    return put_back_seating_rule(removed=removed, round=world.round, by=world.organiser)


def name(world: BreakoutWorld, who: str) -> str:
    person = world.people[who]
    return f"{person.user} ({person.delegation.administration.name})"


def stored() -> list[tuple[Any, ...]]:
    rows = SeatingRule.objects.order_by("pk")
    return list(rows.values_list("kind", "first", "second", "round", "group", "note"))


# Added --------------------------------------------------------------------------------------------


def test_two_people_sit_apart_in_every_round(world: BreakoutWorld) -> None:
    rule = pair(world, APART, "ana", "cho", is_for_every_round=True, note=" They run it alone. ")

    ana, cho = world.people["ana"].pk, world.people["cho"].pk
    assert stored() == [(APART, ana, cho, None, None, "They run it alone.")]
    assert recorded() == [
        (
            "breakouts.seating_rule_added",
            world.organiser.pk,
            f"breakouts.seatingrule {rule.pk}",
            str(world.here.pk),
            {"kind": [None, "apart"], "first": [None, ana], "second": [None, cho]},
        )
    ]
    assert Entry.objects.get().personal == {"note": [None, "They run it alone."]}


def test_a_person_sits_in_a_group_of_the_round(world: BreakoutWorld) -> None:
    place(world, PIN, "ana")

    ana = world.people["ana"].pk
    assert stored() == [(PIN, ana, None, world.round.pk, world.one.pk, "")]
    [(_action, _by, _target, _context, changes)] = recorded()
    assert changes == {
        "kind": [None, "pin"],
        "first": [None, ana],
        "group": [None, world.one.pk],
        "round": [None, world.round.pk],
    }


# Refused ------------------------------------------------------------------------------------------


def test_people_are_two_and_of_the_workshop(world: BreakoutWorld) -> None:
    withdraw_registration(registration=world.people["dai"], by=world.secretariat)

    for first, second in (("ana", "eve"), ("eve", "ana"), ("ana", "dai")):
        with refused(ForeignPersonError):
            pair(world, APART, first, second)
    with refused(ForeignPersonError):
        place(world, PIN, "eve")
    with refused(SamePersonError):
        pair(world, APART, "ana", "ana")


def test_a_group_is_one_of_the_round_and_still_there(world: BreakoutWorld) -> None:
    foreign = make_group(make_round(world.here), world.first)
    with refused(ForeignGroupError):
        place(world, PIN, "ana", group=foreign)
    gone = make_group(world.round, world.first)
    type(gone).objects.filter(pk=gone.pk).delete()
    with refused(GroupGoneError):
        place(world, PIN, "ana", group=gone)


def test_the_same_rule_is_not_there_twice(world: BreakoutWorld) -> None:
    pair(world, APART, "ana", "cho")
    pair(world, APART, "ana", "dai", is_for_every_round=True)
    place(world, FORBID, "ana")

    with refused(RuleTwiceError):
        pair(world, APART, "cho", "ana")
    with refused(RuleTwiceError):
        pair(world, APART, "dai", "ana")
    with refused(RuleTwiceError):
        place(world, FORBID, "ana")
    pair(world, APART, "ana", "cho", is_for_every_round=True)
    place(world, FORBID, "ana", group=world.two)
    assert len(stored()) == 5


def test_rules_do_not_say_the_opposite(world: BreakoutWorld) -> None:
    later = make_round(world.here)
    pair(world, APART, "ana", "cho", round=later)
    place(world, PIN, "ben")

    pair(world, TOGETHER, "ana", "cho")
    with refused(RuleContradictionError) as caught:
        pair(world, TOGETHER, "cho", "ana", is_for_every_round=True)
    said = f"{name(world, 'ana')} and {name(world, 'cho')} sit in different groups."
    assert str(caught.value) == f"Another rule says the opposite: {said} Remove it first."
    with refused(RuleContradictionError):
        place(world, FORBID, "ben")
    with refused(RuleContradictionError):
        place(world, PIN, "ben", group=world.two)
    place(world, FORBID, "ben", group=world.two)

    Round.objects.filter(pk=later.pk).update(status=Round.Status.CLOSED)
    pair(world, TOGETHER, "cho", "ana", is_for_every_round=True)


def test_a_round_that_has_begun_or_is_over_keeps_its_rules(world: BreakoutWorld) -> None:
    rule = place(world, PIN, "dai")
    acts: list[Callable[[], object]] = [
        lambda: pair(world, APART, "ana", "cho"),
        lambda: place(world, PIN, "ana"),
        lambda: remove(world, rule),
    ]
    rounds, now = Round.objects.filter(pk=world.round.pk), timezone.now()
    rounds.update(started_at=now, started_by=world.organiser, ends_at=now + PUT_BACK_FOR)
    for act in acts:
        with refused(RulesFixedError):
            act()
    rounds.update(status=Round.Status.CLOSED)
    for act in acts:
        with refused(RoundClosedError):
            act()
    Workshop.objects.filter(pk=world.here.pk).update(status=Workshop.Status.CANCELLED)
    for act in acts:
        with refused(WorkshopFrozenError):
            act()


def test_all_or_nothing(world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = place(world, PIN, "ana")
    with broken(monkeypatch, "seating_rules"):
        pair(world, APART, "ana", "cho")
    with broken(monkeypatch, "seating_rules"):
        remove(world, rule)


# Removed and put back -----------------------------------------------------------------------------


def test_a_removed_rule_comes_back_as_it_was(world: BreakoutWorld) -> None:
    rules = [
        pair(world, TOGETHER, "ana", "cho", is_for_every_round=True, note="One file"),
        pair(world, APART, "ana", "ben"),
        place(world, FORBID, "dai", note="Wrote the paper"),
    ]
    before = stored()
    for rule in rules:
        put_back(world, remove(world, rule))

    assert sorted(stored(), key=str) == sorted(before, key=str)
    actions = [action for action, *_rest in recorded()]
    assert actions[3:] == ["breakouts.seating_rule_removed", "breakouts.seating_rule_added"] * 3


def test_a_rule_that_is_gone_is_not_removed_again(world: BreakoutWorld) -> None:
    rule = place(world, PIN, "ana")
    removed = remove(world, rule)
    with refused(RuleGoneError):
        remove(world, rule)

    put_back(world, removed)
    with refused(RuleTwiceError):
        put_back(world, removed)


def test_after_ten_minutes_or_without_its_group_it_stays_away(world: BreakoutWorld) -> None:
    spare = make_group(world.round, world.first)
    removed = remove(world, place(world, PIN, "ana", group=spare))
    late = RemovedRule(**(vars(removed) | {"removed_at": removed.removed_at - PUT_BACK_FOR}))
    with refused(PutBackTooLateError):
        put_back(world, late)
    later = make_round(world.here)
    with refused(PutBackTooLateError):
        put_back_seating_rule(removed=removed, round=later, by=world.organiser)
    spare.delete()
    with refused(GroupGoneError):
        put_back(world, removed)


# What the solver makes of them --------------------------------------------------------------------


def test_a_plan_keeps_to_the_rules(world: BreakoutWorld) -> None:
    pair(world, TOGETHER, "ana", "ben")
    place(world, FORBID, "ana")

    run = assign(world)

    assert run.plan is not None
    seats = places(run.plan)
    p, two = world.people, world.two.pk
    assert {name: seats[p[name].pk] == two for name in ("ana", "ben", "cho", "dai")} == {
        "ana": True,
        "ben": True,
        "cho": False,
        "dai": False,
    }


def test_a_conflict_names_the_rules_and_leads_to_each(world: BreakoutWorld) -> None:
    together = pair(world, TOGETHER, "ana", "cho")
    pinned = place(world, PIN, "ana")
    barred = place(world, FORBID, "cho")
    place(world, PIN, "dai", group=world.two)

    run = assign(world)

    assert (run.status, run.plan) == (WorkStatus.FAILED, None)
    url = reverse("breakouts:round-detail", args=["here", 1])
    ana, cho = name(world, "ana"), name(world, "cho")
    assert sorted((each["url"], each["text"]) for each in run.conflict) == sorted(
        [
            (f"{url}#rule-{together.pk}", f"{ana} and {cho} sit in one group."),
            (f"{url}#rule-{pinned.pk}", f"{ana} sits in group 1."),
            (f"{url}#rule-{barred.pk}", f"{cho} does not sit in group 1."),
        ]
    )


def test_a_rule_about_two_people_holds_whatever_was_in_an_earlier_round(
    world: BreakoutWorld,
) -> None:
    world.publish()  # Ana sat with Cho, Ben with Dai
    later = make_round(world.here, topic_once=False)
    groups = [make_group(later, world.first), make_group(later, world.second)]
    pair(world, TOGETHER, "ana", "ben", round=later)
    pair(world, APART, "ana", "cho", round=later)
    world.round = later

    run = assign(world)

    assert run.plan is not None, run.conflict
    seats = places(run.plan)
    p = world.people
    assert seats[p["ana"].pk] == seats[p["ben"].pk] != seats[p["cho"].pk] == seats[p["dai"].pk]
    assert {seats[p["ana"].pk], seats[p["cho"].pk]} == {group.pk for group in groups}


def test_a_rule_about_somebody_who_left_has_no_effect(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    pair(world, TOGETHER, "ana", "cho")
    withdraw_registration(registration=world.people["cho"], by=world.secretariat)

    assert assign(world).plan is not None
    page = sign_in(world.organiser).get(reverse("breakouts:round-detail", args=["here", 1]))
    assert "No effect: one of them no longer takes part" in page.content.decode()
