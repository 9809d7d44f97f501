"""Colleagues too many: where more of one administration sit than an even share, and whether that could be helped."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from breakouts.instances.building import Material, build_instance
from breakouts.models import Group
from breakouts.solver.parse import parse_instance
from breakouts.solver.problem import build_problem
from participants.models import Registration


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """People of one administration in a group, more than `share`: what an even spread over all groups would put there."""

    group: Group
    people: list[Registration]
    share: int

    @property
    def over(self) -> int:
        return len(self.people) - self.share

    def __str__(self) -> str:
        return _("%(held)d from %(administration)s, an even share is %(share)d.") % {
            "held": len(self.people),
            "administration": self.people[0].delegation.administration.name,
            "share": self.share,
        }


def count_colleagues(material: Material, places: Mapping[int, int]) -> Counter[tuple[int, int]]:
    """How many of each administration sit in each group: (group id, administration id)."""
    return Counter(
        (places[person.pk], person.delegation.administration_id)
        for person in material.people
        if person.pk in places
    )


def list_crowds(material: Material) -> list[Crowd]:
    """By the plan on the board: by group, the largest first. No queries."""
    groups, places = {group.pk: group for group in material.groups}, material.places
    expected = Counter(person.delegation.administration_id for person in material.people)
    together: dict[tuple[int, int], list[Registration]] = {}
    for person in material.people:
        if places.get(person.pk) in groups:
            key = places[person.pk], person.delegation.administration_id
            together.setdefault(key, []).append(person)
    found = [
        Crowd(group=groups[group], people=people, share=-(-expected[of] // len(groups)))
        for (group, of), people in together.items()
    ]
    return sorted(
        (crowd for crowd in found if crowd.over > 0),
        key=lambda crowd: (crowd.group.ordinal, -crowd.over, str(crowd)),
    )


def explain_crowds(material: Material) -> list[tuple[Crowd, str]]:
    """Each with how many of its people have no other group open to them; empty where that is nobody. No queries."""
    crowds = list_crowds(material)
    if not crowds:
        return []
    problem = build_problem(parse_instance(build_instance(material, with_past=False)))
    held = {
        person.pk
        for number, person in enumerate(material.people)
        if len(problem.domain[number]) == 1
    }
    return [
        (crowd, _held_here(sum(person.pk in held for person in crowd.people))) for crowd in crowds
    ]


def say_least(figures: Mapping[str, Any]) -> str:
    """Whether there could be fewer, by the bound of the run. `figures`: of the plan as it is now."""
    term = figures.get("colleagues")
    if not term or not term["value"]:
        return ""
    if term["value"] <= term["bound"]:
        return _("No plan that keeps the rules spreads them better.")
    if not term["bound"]:
        return _("There could be fewer, at the price of choices or of people who meet again.")
    return ngettext(
        "No plan has fewer than %(bound)d; the others would cost choices, or people would meet again.",
        "No plan has fewer than %(bound)d; the others would cost choices, or people would meet again.",
        term["bound"],
    ) % {"bound": term["bound"]}


def _held_here(number: int) -> str:
    if not number:
        return ""
    words = ngettext(
        "%d of them has no other group: language, way of taking part, a role or a rule.",
        "%d of them have no other group: language, way of taking part, a role or a rule.",
        number,
    )
    return words % number
