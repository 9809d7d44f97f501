"""Everything known about one person's place in a round, in the organiser's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from breakouts.instances.building import Material, build_instance, room_id, to_answer
from breakouts.instances.ruling import is_had, name_person, rule_id
from breakouts.instances.weighing import weights_of
from breakouts.instances.wording import Said, say_rules, topic_switch_url
from breakouts.models import Group, Round, SeatingRule, Topic
from breakouts.solver.explain import Blocked, Reasons, Swap, explain_placement
from breakouts.solver.model import Assignment, Instance
from breakouts.solver.parse import parse_instance
from participants.models import Registration


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A topic that the person ranked. `why` is what stood in its way, empty where nothing did or it was not reached."""

    rank: int
    topic: Topic
    is_here: bool
    why: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where somebody sits, and why."""

    person: Registration
    group: Group | None
    rank: int = 0
    has_ranked: bool = False
    is_forced: bool = False
    choices: list[Choice] = field(default_factory=list)
    held: list[Said] = field(default_factory=list)
    """What holds the person here, beyond the organiser's rules."""
    rules: list[SeatingRule] = field(default_factory=list)
    colleagues: list[tuple[Registration, Group | None]] = field(default_factory=list)
    colleagues_here: int = 0
    colleagues_allowed: int = 0
    """How many of the administration sit in one group by an even share, the person too."""
    met: list[tuple[Registration, list[Round]]] = field(default_factory=list)
    published: Group | None = None
    """The group by the published plan, where that is another one."""
    swap: str = ""


def explain_place(material: Material, person: Registration) -> Placement:
    """By the plan on the board. No queries: the material holds all."""
    groups = {group.pk: group for group in material.groups}
    group = groups.get(material.places.get(person.pk, 0))
    published = groups.get(material.published.get(person.pk, 0))
    teller = _Teller(material, person)
    reasons = teller.reasons if group is not None else None
    ranked = material.rankings.get(person.pk, [])
    colleagues = teller.colleagues(groups)
    return Placement(
        person=person,
        group=group,
        rank=ranked.index(group.topic_id) + 1 if group and group.topic_id in ranked else 0,
        has_ranked=bool(ranked),
        is_forced=bool(reasons and reasons.forced),
        choices=teller.choices(group),
        held=teller.held(),
        rules=[rule for rule in material.rules if person.pk in (rule.first_id, rule.second_id)],
        colleagues=colleagues,
        colleagues_here=sum(place == group for _person, place in colleagues) if group else 0,
        colleagues_allowed=reasons.colleagues_allowed if reasons else 0,
        met=teller.met(),
        published=published if published != group else None,
        swap=teller.swap(ranked),
    )


class _Teller:
    """Turns the solver's codes about one person into words."""

    def __init__(self, material: Material, person: Registration) -> None:
        self.material, self.person = material, person
        self.people = {str(each.pk): each for each in material.people}
        self.groups = {room_id(group): group for group in material.groups}
        self.reasons: Reasons | None = None
        self.earlier = 0
        if person.pk in material.places and str(person.pk) in self.people:
            instance, answer = _seated(material)
            self.earlier = len(instance.rounds) - 1
            self.reasons = explain_placement(
                instance,
                answer,
                round_id=material.round_id,
                delegate_id=str(person.pk),
                weights=weights_of(material.round),
            )

    def choices(self, group: Group | None) -> list[Choice]:
        """What was ranked, best first, with what stood in the way above the topic that was given."""
        topics = {each.topic_id: each.topic for each in self.material.groups}
        blocked = {
            max(0, each.rank - self.earlier): self._blocked(each)
            for each in (self.reasons.blocked if self.reasons else ())
        }
        found = []
        for rank, key in enumerate(self.material.rankings.get(self.person.pk, []), 1):
            is_here = group is not None and group.topic_id == key
            why = Said(text="", url="") if is_here else blocked.get(rank, Said(text="", url=""))
            found.append(
                Choice(rank=rank, topic=topics[key], is_here=is_here, why=why.text, url=why.url)
            )
        return found

    def held(self) -> list[Said]:
        rules = {rule_id(rule) for rule in self.material.rules}
        names = self.reasons.seated_by if self.reasons else ()
        return say_rules(self.material, [name for name in names if name not in rules])

    def colleagues(self, groups: Mapping[int, Group]) -> list[tuple[Registration, Group | None]]:
        """The others of the administration with their groups, those here first."""
        places, own = self.material.places, self.person.delegation.administration_id
        here = places.get(self.person.pk)
        others = [
            each
            for each in self.material.people
            if each.delegation.administration_id == own and each.pk != self.person.pk
        ]
        others.sort(
            key=lambda p: (places.get(p.pk) != here, places.get(p.pk, 0), str(p.user), p.pk)
        )
        return [(each, groups.get(places.get(each.pk, 0))) for each in others]

    def met(self) -> list[tuple[Registration, list[Round]]]:
        """Who sits in this group and sat with the person in an earlier round, with those rounds."""
        places, own = self.material.places, self.person.pk
        found = []
        for each in self.material.people:
            if each.pk == own or own not in places or places.get(each.pk) != places[own]:
                continue
            rounds = [
                earlier
                for earlier, past in self.material.past
                if own in past and past.get(each.pk) == past[own]
            ]
            if rounds:
                found.append((each, rounds))
        return sorted(found, key=lambda pair: (str(pair[0].user), pair[0].pk))

    def _blocked(self, each: Blocked) -> Said:
        if is_had(each.detail):
            return self._had(each)
        if each.reason in ("rule", "seated", "apart"):
            return say_rules(self.material, [each.detail])[0]
        group = self.groups.get(each.detail)
        if group is None:
            return Said(text=_("No group works on it."), url="")
        words = {
            "language": _("No group on it is in a language of theirs."),
            "mode": _("No group on it meets the way they take part."),
            "full": _("Group %(number)d is full with %(upper)d."),
            "balance": _(
                "Group %(number)d has a seat, but to give it would cost others or the mix more."
            ),
        }[each.reason]
        values = {"number": group.ordinal, "upper": self.material.limits[group.pk][1]}
        return Said(text=words % values, url="", group=group.ordinal)

    def _had(self, each: Blocked) -> Said:
        topic = int(each.topic.rpartition("-")[2])
        number = self.material.had[self.person.pk][topic]
        url = topic_switch_url(self.material.round)
        return Said(text=_("They had it in round %(number)d.") % {"number": number}, url=url)

    def swap(self, ranked: list[int]) -> str:
        """The cheapest change that would help, and its price; empty where the place is the best there is."""
        reasons = self.reasons
        if reasons is None or not ranked or reasons.rank == reasons.best_rank:
            return ""
        if reasons.swap is None:
            return _("No exchange with one other person gives a better topic and keeps every rule.")
        return f"{self._exchange(reasons.swap, ranked)} {self._price(reasons.swap)}"

    def _exchange(self, swap: Swap, ranked: list[int]) -> str:
        there = self.groups[swap.room]
        gained = {"number": there.ordinal, "rank": ranked.index(there.topic_id) + 1}
        if not swap.partner:
            words = _("A free seat in group %(number)d would give choice %(rank)d.")
            return words % gained
        partner = self.people[swap.partner]
        words = _(
            "An exchange with %(partner)s of group %(number)d would give choice %(rank)d; %(change)s"
        )
        names = {"partner": name_person(partner), "change": self._loss(partner, there)}
        return words % (gained | names)

    def _loss(self, partner: Registration, there: Group) -> str:
        ranked = self.material.rankings.get(partner.pk, [])
        home = self.groups[self.reasons.room].topic_id if self.reasons else 0
        was, now = (ranked.index(key) + 1 if key in ranked else 0 for key in (there.topic_id, home))
        if not ranked or was == now:
            return _("they would lose nothing.")
        if not was:
            return _("they would get choice %(now)d, too.") % {"now": now}
        if not now:
            return _("they would lose choice %(was)d for a topic that they did not rank.") % {
                "was": was
            }
        words = _("they would go from choice %(was)d to choice %(now)d.")
        return words % {"was": was, "now": now}

    def _price(self, swap: Swap) -> str:
        step = weights_of(self.material.round).preference
        if swap.price <= 0:
            return _("The plan as a whole would be none the worse.")
        steps = round(swap.price / step)
        if not steps:
            return _("The plan as a whole would be a little worse.")
        words = ngettext(
            "The plan as a whole would be worse: about as if %(steps)d person got the next topic down their list.",
            "The plan as a whole would be worse: about as if %(steps)d people got the next topic down their lists.",
            steps,
        )
        return words % {"steps": steps}


def _seated(material: Material) -> tuple[Instance, Assignment]:
    """The instance of those who have a place, and where they sit in every round: the solver explains whole plans."""
    places = material.places
    whole = replace(material, people=[each for each in material.people if each.pk in places])
    told = build_instance(whole) | {
        "baseline": None
    }  # a price is of wishes and mix, not of telling people anew
    answer: dict[str, Any] = to_answer(whole, places)
    for rule in told["rules"]:
        if rule["id"].startswith("past:"):
            answer.setdefault(rule["round"], {})[rule["delegates"][0]] = rule["room"]
    return parse_instance(told), answer
