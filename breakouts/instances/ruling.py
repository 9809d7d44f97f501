"""The organiser's rules for seating: in words, and as the solver reads them."""

from typing import Any

from django.utils.translation import gettext as _

from breakouts.models import Group, SeatingRule
from participants.models import Registration

Json = dict[str, Any]


def rule_id(rule: SeatingRule) -> str:
    """What the solver calls it, and a conflict names."""
    return f"rule:{rule.pk}"


def had_id(group: Group) -> str:
    """Of the rule that nobody gets a topic twice: that a group is closed to those who had its topic."""
    return f"had:{group.ordinal}"


def is_had(name: str) -> bool:
    return name.startswith("had:")


def say_seating_rule(rule: SeatingRule) -> str:
    """The rule as a sentence. Reads its people and its group."""
    if rule.second is not None:
        words = _pair_words(rule)
        return words % {"first": name_person(rule.first), "second": name_person(rule.second)}
    words = {
        SeatingRule.Kind.PIN: _("%(first)s sits in group %(number)d."),
        SeatingRule.Kind.FORBID: _("%(first)s does not sit in group %(number)d."),
    }[SeatingRule.Kind(rule.kind)]
    number = rule.group.ordinal if rule.group else 0
    return words % {"first": name_person(rule.first), "number": number}


def name_person(person: Registration) -> str:
    """With the administration, inside a sentence; square brackets where its own name has round ones."""
    name = person.delegation.administration.name
    return f"{person.user} [{name}]" if "(" in name else f"{person.user} ({name})"


def line_of(person: Registration) -> str:
    """The name with the administration behind a comma, where it stands for itself."""
    return f"{person.user}, {person.delegation.administration.name}"


def _pair_words(rule: SeatingRule) -> str:
    if rule.round_id is None:
        return {
            SeatingRule.Kind.TOGETHER: _(
                "%(first)s and %(second)s sit in one group in every round."
            ),
            SeatingRule.Kind.APART: _(
                "%(first)s and %(second)s sit in different groups in every round."
            ),
        }[SeatingRule.Kind(rule.kind)]
    return {
        SeatingRule.Kind.TOGETHER: _("%(first)s and %(second)s sit in one group."),
        SeatingRule.Kind.APART: _("%(first)s and %(second)s sit in different groups."),
    }[SeatingRule.Kind(rule.kind)]


def has_effect(rule: SeatingRule, people: set[int]) -> bool:
    """Whether everybody whom it names is to be seated."""
    return rule.first_id in people and (rule.second_id is None or rule.second_id in people)


def solver_rules(
    rules: list[SeatingRule], people: set[int], round_id: str, rooms: dict[int, str]
) -> list[Json]:
    """The rules that have an effect, in `breakout-instance/1`. `rooms`: group id to the solver's id."""
    found: list[Json] = []
    for rule in rules:
        if not has_effect(rule, people):
            continue
        told: Json = {"id": rule_id(rule), "type": rule.kind, "delegates": [str(rule.first_id)]}
        if rule.second_id is not None:
            told["delegates"].append(str(rule.second_id))
        elif rule.group_id in rooms:
            told |= {"round": round_id, "room": rooms[rule.group_id]}
        else:
            continue
        found.append(told)
    return found


def keep_bearable(rules: list[SeatingRule], past: dict[int, int]) -> dict[int, int]:
    """The places of an earlier round that no rule about two people contradicts.

    The solver holds such a rule in every round that both attend, and an earlier round is pinned as it was. So
    where it was otherwise then, the second of the two is left out of that round: whom they met there counts less.
    """
    kept = dict(past)
    for rule in rules:
        first, second = rule.first_id, rule.second_id
        if second is None or first not in kept or second not in kept:
            continue
        if (kept[first] == kept[second]) != (rule.kind == SeatingRule.Kind.TOGETHER):
            del kept[second]
    return kept
