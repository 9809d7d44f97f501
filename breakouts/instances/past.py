"""Earlier rounds as they were: who sat where, who was disappointed, and how the solver is told.

Everybody is pinned where they sat, so that people meet new ones. The topic of an earlier round is every delegate's
first choice there, at no cost; of who was disappointed it is one that they did not rank. So the second
disappointment of one person costs more than the first of another.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from breakouts.instances.ruling import has_effect, keep_bearable
from breakouts.models import Assignment, Group, Preference, Round, SeatingRule

Json = dict[str, Any]
Past = list[tuple[Round, dict[int, int]]]
"""Earlier rounds with their published places: registration id to group id."""
Rankings = dict[int, list[int]]
"""Registration id to topic ids, best first."""
BAD_FROM = 4
"""The choice from which on a topic is a disappointment; so is one that was not ranked."""


def list_past(round: Round, people: set[int]) -> Past:
    """Published rounds before this one in which somebody of these people sat. Queries: 2, of a first round none."""
    if round.ordinal == 1:
        return []
    earlier = list(
        Round.objects.filter(
            workshop=round.workshop_id, ordinal__lt=round.ordinal, plans__is_current=True
        ).order_by("ordinal", "pk")
    )
    if not earlier:
        return []
    seats = Assignment.objects.filter(plan__round__in=earlier, plan__is_current=True)
    by_round: dict[int, dict[int, int]] = {row.pk: {} for row in earlier}
    for one, person, group in seats.order_by("pk").values_list(
        "plan__round", "registration", "group"
    ):
        by_round[one][person] = group
    return [(row, by_round[row.pk]) for row in earlier if by_round[row.pk].keys() & people]


def list_past_groups(past: Past) -> dict[int, Group]:
    """The groups of these rounds by id. Queries: 1, without a past none."""
    if not past:
        return {}
    rows = Group.objects.filter(round__in=[earlier.pk for earlier, _places in past])
    return {group.pk: group for group in rows.order_by("pk")}


def list_rankings(offered: Mapping[int, set[int]]) -> dict[int, Rankings]:
    """What people ranked, by round; of the topics that groups of it work on. `offered`: these by round. Queries: 1."""
    found: dict[int, Rankings] = {row: {} for row in offered}
    rows = Preference.objects.filter(round__in=offered).order_by("registration", "rank", "pk")
    for row, person, topic in rows.values_list("round", "registration", "topic"):
        if topic in offered[row]:
            found[row].setdefault(person, []).append(topic)
    return found


def find_missed(
    past: Past, groups: Mapping[int, Group], rankings: Mapping[int, Rankings]
) -> dict[int, set[int]]:
    """Who got a topic of their fourth choice or worse, or one that they did not rank, by round."""
    return {
        earlier.pk: {
            person
            for person, group in places.items()
            if (ranked := rankings[earlier.pk].get(person))
            and groups[group].topic_id not in ranked[: BAD_FROM - 1]
        }
        for earlier, places in past
    }


def find_topics(past: Past, groups: Mapping[int, Group]) -> dict[int, dict[int, int]]:
    """What each discussed already: registration id to topic ids, each with the number of the last round on it."""
    found: dict[int, dict[int, int]] = {}
    for earlier, places in past:
        for person, group in places.items():
            found.setdefault(person, {})[groups[group].topic_id] = earlier.ordinal
    return found


def bearable(past: Past, rules: Iterable[SeatingRule], people: set[int]) -> Past:
    """The earlier rounds without what a rule about two people contradicts."""
    held = [rule for rule in rules if has_effect(rule, people)]
    kept = [(earlier, keep_bearable(held, places)) for earlier, places in past]
    return [(earlier, places) for earlier, places in kept if places.keys() & people]


def past_round(
    earlier: Round, places: Mapping[int, int], people: set[int], spoken: list[str]
) -> Json:
    """A round that was: each group holds exactly who was there and is still expected."""
    sizes: dict[int, int] = {}
    for person, group in sorted(places.items()):
        if person in people:
            sizes[group] = sizes.get(group, 0) + 1
    rooms = [
        {
            "id": f"past-{group}",
            "topic": f"past-{earlier.ordinal}",
            "min": size,
            "max": size,
            "languages": spoken,
            "mode": "hybrid",
        }
        for group, size in sorted(sizes.items())
    ]
    return {"id": f"round-{earlier.ordinal}", "rooms": rooms}


def past_wishes(person: int, past: Past, missed: Mapping[int, set[int]]) -> list[str]:
    """What stands before the topics that the person ranks now, one a round. `missed-N` is the topic of no room."""
    return [
        f"{'missed' if person in missed.get(earlier.pk, ()) else 'past'}-{earlier.ordinal}"
        for earlier, _places in past
    ]


def past_pins(past: Past, people: set[int]) -> list[Json]:
    return [
        {
            "id": f"past:{earlier.ordinal}:{person}",
            "type": "pin",
            "round": f"round-{earlier.ordinal}",
            "room": f"past-{group}",
            "delegates": [str(person)],
        }
        for earlier, places in past
        for person, group in sorted(places.items())
        if person in people
    ]
