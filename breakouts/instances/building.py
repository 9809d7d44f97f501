"""The `breakout-instance/1` of a round, read from the database. The same rows give the same dict.

Earlier published rounds stand in it, too: `past`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from breakouts.instances.past import (
    BAD_FROM,
    Past,
    Rankings,
    bearable,
    find_missed,
    find_topics,
    list_past,
    list_past_groups,
    list_rankings,
    past_pins,
    past_round,
    past_wishes,
)
from breakouts.instances.ruling import had_id, solver_rules
from breakouts.instances.sizes import Limits, is_limited, share_out
from breakouts.models import Absence, Assignment, Group, GroupRole, Plan, Round, SeatingRule
from breakouts.queries.plans import list_plans
from breakouts.queries.rounds import (
    list_absences,
    list_expected,
    list_groups,
    list_taking_part,
)
from breakouts.queries.seating_rules import list_seating_rules
from breakouts.solver.parse import instance_digest, parse_instance
from events.models import Format
from participants.models import Registration
from workshop_portal.accounts.models import User

Json = dict[str, Any]
Role = GroupRole.Role
Kind = SeatingRule.Kind
SENIORITY = {Registration.Role.HEAD: 3, Registration.Role.PRESENTER: 2}
MODES = {Format.ONLINE: "online", Format.ON_SITE: "onsite", Format.HYBRID: "hybrid"}
RANKS = (0, 1, 2, 4, 5)
UNRANKED = 7


@dataclass(frozen=True, kw_only=True)
class Material:
    """What an instance is made of, kept so that its ids can be read back."""

    round: Round
    groups: list[Group]
    people: list[Registration]
    rankings: Rankings
    latest: Plan | None = None
    current: Plan | None = None
    seats: list[Assignment] = field(default_factory=list)
    """Of the latest and of the current plan."""
    past: Past = field(default_factory=list)
    missed: dict[int, set[int]] = field(default_factory=dict)
    """Who was disappointed in an earlier round, by its id: their fourth choice or worse, or a topic not ranked."""
    discussed: dict[int, dict[int, int]] = field(default_factory=dict)
    """Registration id to the topics of earlier rounds, each with the number of the round."""
    numbers: dict[int, int] = field(default_factory=dict)
    """Of a round that keeps its groups: the group's number in the round before, by registration id."""
    rules: list[SeatingRule] = field(default_factory=list)
    """What the organiser asks of the seating, of this round and of every round."""
    absences: list[Absence] = field(default_factory=list)
    """Who takes part in the workshop and is not in this round: none of `people`."""

    @cached_property
    def places(self) -> dict[int, int]:
        """Registration id to group id, by the latest plan."""
        return self._seated(self.latest)

    @cached_property
    def published(self) -> dict[int, int]:
        return self._seated(self.current)

    @cached_property
    def locked(self) -> dict[int, int]:
        latest = self.latest.pk if self.latest else None
        return {
            seat.registration_id: seat.group_id
            for seat in self.seats
            if seat.plan_id == latest and seat.is_locked
        }

    def _seated(self, plan: Plan | None) -> dict[int, int]:
        key = plan.pk if plan else None
        return {s.registration_id: s.group_id for s in self.seats if s.plan_id == key}

    @cached_property
    def named(self) -> dict[int, set[int]]:
        """Where people are asked to sit by name, by a lock, a role or a rule: registration id to group ids."""
        seats = {person.user_id: person.pk for person in self.people}
        known = set(seats.values())
        roles = [
            (seats.get(holder.pk, 0), group.pk)
            for group in self.groups
            for holder in holders(group).values()
        ]
        pins = [(rule.first_id, rule.group_id or 0) for rule in self.rules if rule.kind == Kind.PIN]
        found: dict[int, set[int]] = {}
        for person, group in (*self.locked.items(), *roles, *pins):
            if person in known:
                found.setdefault(person, set()).add(group)
        return found

    @cached_property
    def kept(self) -> dict[int, int]:
        """Of a round that keeps its groups: who stays in the group of the same number. Registration id to group id.

        Not who is asked by name to sit somewhere.
        """
        by_number = {group.ordinal: group.pk for group in self.groups}
        known = {person.pk for person in self.people} - self.named.keys()
        return {
            person: by_number[number]
            for person, number in sorted(self.numbers.items())
            if person in known and number in by_number
        }

    @cached_property
    def had(self) -> dict[int, dict[int, int]]:
        """Of a round that gives nobody a topic twice: which of its topics are closed to whom, as in `discussed`.

        Not to who facilitates a group of it.
        """
        if not self.round.asks_new_topics:
            return {}
        topics = {group.topic_id for group in self.groups}
        leads = {each.pk for group in self.groups if (each := holders(group).get(Role.FACILITATOR))}
        found = {
            person.pk: {
                topic: number
                for topic, number in self.discussed.get(person.pk, {}).items()
                if topic in topics
            }
            for person in self.people
            if person.user_id not in leads
        }
        return {person: closed for person, closed in found.items() if closed}

    @cached_property
    def limits(self) -> dict[int, Limits]:
        """Group id to the least and the greatest size."""
        held = None
        if self.numbers:
            held = Counter(self.kept.values())
            held.update(group for where in self.named.values() for group in where)
        return share_out(self.groups, len(self.people), held)

    @property
    def round_id(self) -> str:
        return f"round-{self.round.ordinal}"


def gather(round: Round) -> Material:
    """Read what the solver is told of a round. Queries: 9 to 13."""
    groups = list_groups(round=round)
    absences = list(list_absences(round=round))
    people = list(list_expected(workshop=round.workshop, round=round))
    chairs = {holder.pk for group in groups for holder in holders(group).values()}
    chairs -= {absence.registration.user_id for absence in absences}
    if away := chairs - {person.user_id for person in people}:
        people += list(list_taking_part(workshop=round.workshop, users=away))
    past = list_past(round, {person.pk for person in people})
    before = list_past_groups(past)
    offered = {earlier.pk: set[int]() for earlier, _places in past}
    for group in (*before.values(), *groups):
        offered.setdefault(group.round_id, set()).add(group.topic_id)
    rankings = list_rankings(offered)
    plans = list(list_plans(round=round))
    latest = plans[0] if plans else None
    current = next((plan for plan in plans if plan.is_current), None)
    shown = {plan.pk for plan in (latest, current) if plan is not None}
    seats = Assignment.objects.filter(plan__in=shown).order_by("plan", "pk") if shown else []
    return Material(
        round=round,
        groups=groups,
        people=people,
        rankings=rankings.get(round.pk, {}),
        latest=latest,
        current=current,
        seats=list(seats),
        past=past,
        missed=find_missed(past, before, rankings),
        discussed=find_topics(past, before),
        numbers=_numbers(round, past, before),
        rules=list(list_seating_rules(round=round)),
        absences=absences,
    )


def build_instance(material: Material, *, with_past: bool = True) -> Json:
    """The instance. Without the past it holds this round alone, for the figures that are shown."""
    ids = {person.pk for person in material.people}
    past = bearable(material.past, material.rules, ids) if with_past else []
    spoken = _spoken(material)
    ranks = [*([0] * len(past)), *RANKS]
    ranks += [UNRANKED - 1] * max(0, len({g.topic_id for g in material.groups}) - len(RANKS))
    return {
        "schema": "breakout-instance/1",
        "delegates": [_delegate(person, material, past) for person in material.people],
        "rounds": [
            *(past_round(earlier, places, ids, spoken) for earlier, places in past),
            {"id": material.round_id, "rooms": _rooms(material)},
        ],
        "preferences": _preferences(material, past),
        "rules": [
            *_pins(material),
            *_asked(material, ids),
            *_closed(material),
            *past_pins(past, ids),
        ],
        "costs": {"rank": ranks, "unranked": UNRANKED, "bad_from_rank": len(past) + BAD_FROM},
        "baseline": _baseline(material, ids),
    }


def digest_of(material: Material) -> str:
    """Of all that the solver is told: where two are equal, what it said of the one is true of the other."""
    return instance_digest(parse_instance(build_instance(material)))


def room_id(group: Group) -> str:
    return f"group-{group.ordinal}"


def to_answer(material: Material, places: Mapping[int, int]) -> dict[str, dict[str, str]]:
    """Places as the solver's scorer reads them: this round alone."""
    rooms = {group.pk: room_id(group) for group in material.groups}
    known = {person.pk for person in material.people}
    seated = {
        str(person): rooms[group]
        for person, group in places.items()
        if group in rooms and person in known
    }
    return {material.round_id: seated}


def from_answer(material: Material, answer: Mapping[str, Mapping[str, str]]) -> dict[int, int]:
    """Registration id to group id, of this round."""
    groups = {room_id(group): group.pk for group in material.groups}
    return {int(person): groups[room] for person, room in answer[material.round_id].items()}


def speaks(person: Registration) -> list[str]:
    """A missing language is English."""
    return list(person.speaks) or ["en"]


def mode_of(person: Registration) -> str:
    """How the person takes part, as the solver says it; `MODES` are those of a group."""
    return "online" if person.attending == Registration.Attends.ONLINE else "onsite"


def holders(group: Group) -> dict[str, User]:
    """Who holds which role in the group now, as `list_groups` found it."""
    people: dict[str, User] = getattr(group, "people", {})
    return people


def seat_of(group: Group, role: str, people: Iterable[Registration]) -> Registration | None:
    """The registration of who has the role in the group, where the person takes part."""
    holder = holders(group).get(role)
    if holder is None:
        return None
    return next((person for person in people if person.user_id == holder.pk), None)


def _numbers(round: Round, past: Past, groups: Mapping[int, Group]) -> dict[int, int]:
    if not past or round.mode != Round.Mode.SAME:
        return {}
    return {person: groups[group].ordinal for person, group in past[-1][1].items()}


def _spoken(material: Material) -> list[str]:
    return sorted({language for person in material.people for language in speaks(person)})


def _delegate(person: Registration, material: Material, past: Past) -> Json:
    attended = [f"round-{earlier.ordinal}" for earlier, places in past if person.pk in places]
    administration = person.delegation.administration
    return {
        "id": str(person.pk),
        "administration": str(administration.pk),
        "sub_region": administration.sub_region or "-",
        "seniority": SENIORITY.get(Registration.Role(person.role), 1),
        "languages": sorted(set(speaks(person))),
        "mode": mode_of(person),
        "available": [*attended, material.round_id],
    }


def _rooms(material: Material) -> list[Json]:
    spoken = _spoken(material)
    are_told = bool(material.numbers) or any(is_limited(group) for group in material.groups)
    rooms = []
    for group in material.groups:
        least, most = material.limits[group.pk] if are_told else (None, None)
        chairs = {
            role: seat_of(group, role, material.people)
            for role in (Role.FACILITATOR, Role.RAPPORTEUR)
        }
        rooms.append(
            {
                "id": room_id(group),
                "topic": f"topic-{group.topic_id}",
                "min": least,
                "max": most,
                "languages": sorted(group.languages) or spoken or ["en"],
                "mode": MODES[Format(group.format)],
                **{str(role): str(seat.pk) if seat else None for role, seat in chairs.items()},
            }
        )
    return rooms


def _preferences(material: Material, past: Past) -> dict[str, list[str]]:
    known = {person.pk for person in material.people}
    return {
        str(person): [
            *past_wishes(person, past, material.missed),
            *(f"topic-{topic}" for topic in topics),
        ]
        for person, topics in sorted(material.rankings.items())
        if person in known
    }


def _pins(material: Material) -> list[Json]:
    """Who must sit where: locked by hand, deputies, and everybody in a round with the same groups."""
    by_pk = {group.pk: group for group in material.groups}
    known = {person.pk for person in material.people}
    wanted = [
        (f"lock:{person}", person, by_pk[group])
        for person, group in sorted(material.locked.items())
        if person in known and group in by_pk
    ]
    for group in material.groups:
        deputy = seat_of(group, Role.DEPUTY, material.people)
        if deputy is not None:
            wanted.append((f"deputy:{group.ordinal}", deputy.pk, group))
    wanted += [(f"same:{person}", person, by_pk[group]) for person, group in material.kept.items()]
    return [
        {
            "id": name,
            "type": "pin",
            "round": material.round_id,
            "room": room_id(group),
            "delegates": [str(person)],
        }
        for name, person, group in wanted
    ]


def _asked(material: Material, ids: set[int]) -> list[Json]:
    """The organiser's rules for seating; those about somebody who is not to be seated have no effect."""
    rooms = {group.pk: room_id(group) for group in material.groups}
    return solver_rules(material.rules, ids, material.round_id, rooms)


def _closed(material: Material) -> list[Json]:
    """Groups closed to those who had their topic before: with the past pinned this is what `topic_once` says."""
    closed = [
        (
            group,
            [str(p.pk) for p in material.people if group.topic_id in material.had.get(p.pk, {})],
        )
        for group in material.groups
    ]
    return [
        {
            "id": had_id(group),
            "type": "forbid",
            "round": material.round_id,
            "room": room_id(group),
            "delegates": people,
        }
        for group, people in closed
        if people
    ]


def _baseline(material: Material, ids: set[int]) -> Json | None:
    """The published plan: a new one differs from it only where somebody gains."""
    if not material.published:
        return None
    kept = {person: group for person, group in material.published.items() if person in ids}
    return to_answer(material, kept)
