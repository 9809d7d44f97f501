"""Why somebody sits where they sit: what is kept with a place, and how it is told to the person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from breakouts.facts import say_role
from breakouts.instances.ordinals import say_ordinal, say_rank
from breakouts.instances.ruling import is_had
from breakouts.queries.places import read_own_groups
from breakouts.solver.explain import Explanation, Reasons
from breakouts.solver.model import Instance
from participants.models import Registration

Kept = dict[str, Any]
"""Shape: {"rank", "best_rank", "blocked": [[rank, reason]], "colleagues", "met_before"}, or {"by_hand": True}."""


def kept_reasons(instance: Instance, told: Explanation) -> dict[int, Kept]:
    """What is stored with each place of the last round, by registration id."""
    round_id = instance.rounds[-1].id
    return {
        int(row.delegate): _keep(instance, row) for row in told.placements if row.round == round_id
    }


def own_rank(instance: Instance, rank: int) -> int:
    """The rank as the person gave it: in the instance the topics of earlier rounds stand before it."""
    return max(0, rank - (len(instance.rounds) - 1))


def _keep(instance: Instance, row: Reasons) -> Kept:
    blocked = [
        (own_rank(instance, each.rank), "met" if is_had(each.detail) else each.reason)
        for each in row.blocked
    ]
    return {
        "rank": own_rank(instance, row.rank),
        "best_rank": own_rank(instance, row.best_rank),
        "blocked": [[rank, reason] for rank, reason in blocked if rank],
        "colleagues": len(row.colleagues),
        "met_before": len(row.met_before),
    }


def my_groups(registration: Registration, now: datetime) -> Mapping[str, Any] | None:
    """For the delegate's own page: the groups, each with why and whether one joins now. Queries: 1, as `read_own_groups`.

    By round; the one that is held now comes first.
    """
    groups = read_own_groups(registration)
    if not groups:
        return None
    told = [(group, say_own_place(group), group.round.is_joined(now)) for group in groups]
    return {"places": sorted(told, key=lambda place: not place[2])}


def say_own_place(place: Any) -> str:
    """Why the person sits there, in the person's own words: nothing about others and no rule.

    `place`: a group as `list_own_groups` has it.
    """
    if not place.has_place:
        return say_role(place.own_role)
    role = say_role(place.own_role) if place.own_role else ""
    said = [role, _wish(place), _colleagues(place.colleagues_here, place.colleagues)]
    return " ".join(words for words in said if words)


def _wish(place: Any) -> str:
    reasons: Kept = place.reasons
    if reasons.get("by_hand"):
        moved = _("The organisers placed you here.")
        return f"{moved} {say_rank(place.rank)}" if place.rank else moved
    if not place.has_ranked:
        return _("You ranked no topics, so any topic was as good as another.")
    rank = say_rank(place.rank) if place.rank else _("None of the topics that you ranked.")
    if place.rank == 1 or reasons.get("rank") != (place.rank or 0):
        return rank  # what was kept is about another place
    blocked = [_blocked(number, why) for number, why in reasons.get("blocked", [])]
    return f"{rank[:-1]}; {'; '.join(blocked)}." if blocked else rank


def _blocked(rank: int, reason: str) -> str:
    """To the person: whose rule it was stays with the organisers."""
    words = {
        "no_group": _("no group works on %(which)s"),
        "language": _("no group on %(which)s is in a language of yours"),
        "mode": _("no group on %(which)s meets the way you take part"),
        "full": _("%(which)s was full"),
        "balance": _("a seat in %(which)s would have cost others more"),
        "met": _("you had %(which)s in an earlier round"),
    }
    return words.get(reason, _("%(which)s was not possible")) % {"which": say_ordinal(rank)}


def _colleagues(here: int, everywhere: int) -> str:
    elsewhere = everywhere - here
    if here and elsewhere:
        return _("Colleagues in this group: %(here)d; in other groups: %(elsewhere)d.") % {
            "here": here,
            "elsewhere": elsewhere,
        }
    if here:
        words = ngettext(
            "%(here)d colleague sits here, too.", "%(here)d colleagues sit here, too.", here
        )
        return words % {"here": here}
    if elsewhere:
        words = ngettext(
            "%(elsewhere)d colleague sits in another group.",
            "%(elsewhere)d colleagues sit in other groups.",
            elsewhere,
        )
        return words % {"elsewhere": elsewhere}
    return ""
