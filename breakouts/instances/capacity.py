"""Whether a round can be filled at all, before anybody asks for a plan."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from breakouts.instances.building import (
    MODES,
    Material,
    build_instance,
    holders,
    mode_of,
    speaks,
)
from breakouts.instances.ruling import name_person
from breakouts.instances.wording import Said, name_languages, say_rules, topic_switch_url
from breakouts.models import Group, GroupRole, SeatingRule
from breakouts.solver.conflicts import find_conflict
from breakouts.solver.parse import parse_instance
from breakouts.solver.precheck import find_contradiction
from breakouts.solver.problem import build_problem
from events.models import Format
from participants.models import Registration

CHECKED_UP_TO = 300
"""People; in larger rounds it is the run itself that finds what counting does not see, in the background."""
NAMED_UP_TO = 100
"""People; to find the smallest conflict of more takes seconds."""

KEPT = 16
"""Conflicts that a process keeps, each with its instance: about 30 kB for 100 people."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was counted. `url` is where it can be changed."""

    label: str
    text: str
    is_ok: bool
    url: str


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """People beside seats, what was counted, and the smallest set of rules that collide."""

    people: int
    seats: int
    checks: list[Check] = field(default_factory=list)
    problems: list[Said] = field(default_factory=list)

    @property
    def failed(self) -> list[Check]:
        return [check for check in self.checks if not check.is_ok]

    @property
    def is_possible(self) -> bool:
        return not self.problems and not self.failed


def check_capacity(material: Material) -> Capacity:
    """Counting, and the solver's pre-check: milliseconds for 100 people. No queries.

    Where rules collide, to find the fewest takes a fraction of a second, at worst two (ADR 4); what was found is
    kept, for the page asks at each view.
    """
    people = len(material.people)
    if not people or not material.groups:
        return Capacity(people=people, seats=0)
    counter = _Counter(material)
    checks = list(counter.checks())
    return Capacity(
        people=people,
        seats=counter.seats(),
        checks=checks,
        problems=_collisions(material, all(check.is_ok for check in checks)),
    )


def _collisions(material: Material, is_counted_right: bool) -> list[Said]:
    """The fewest rules that cannot all hold; of many people only that there are such, where nothing else says so."""
    people = len(material.people)
    if people > CHECKED_UP_TO:
        return []
    told = build_instance(material, with_past=False)
    if find_contradiction(build_problem(parse_instance(told))) is None:
        return []
    if people > NAMED_UP_TO:
        args = [material.round.workshop.slug, material.round.ordinal]
        url = reverse("breakouts:round-detail", args=args) + "#rules"
        text = _("Rules, languages and sizes cannot all hold. Assign says which of them collide.")
        return [Said(text=text, url=url)] if is_counted_right else []
    return say_rules(material, _find_fewest(json.dumps(told)))


@lru_cache(maxsize=KEPT)
def _find_fewest(told: str) -> list[str]:
    """The ids of the fewest rules of an instance, as JSON, that collide; proven, for a relaxation was refuted."""
    return find_conflict(parse_instance(json.loads(told)))


class _Counter:
    """Compares people and seats from one side after the other."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.limits = material.limits
        args = [material.round.workshop.slug, material.round.ordinal]
        self.groups_url = reverse("breakouts:round-detail", args=args) + "#groups"
        self.board_url = reverse("breakouts:round-board", args=args)
        self.spoken = {person.pk: frozenset(speaks(person)) for person in material.people}

    def seats(self) -> int:
        return sum(upper for _lower, upper in self.limits.values())

    def checks(self) -> Iterable[Check]:
        everybody, groups = self.material.people, self.material.groups
        yield self._compare(_("Seats in all"), everybody, groups, groups)
        yield from self._languages()
        yield from self._modes()
        yield from self._topics()
        yield from self._places()

    def _compare(
        self,
        label: str,
        people: list[Registration],
        open_to: list[Group] | None,
        needing: list[Group],
    ) -> Check:
        """`people` all find a seat in `open_to` (None: not asked); the groups `needing` them are not left too small."""
        number = len(people)
        seats = sum(self.limits[group.pk][1] for group in (needing if open_to is None else open_to))
        least = sum(self.limits[group.pk][0] for group in needing)
        if number > seats and open_to is not None:
            text = ngettext(
                "%(people)d person, but %(seats)d seats.",
                "%(people)d people, but %(seats)d seats.",
                number,
            )
        elif number < least:
            text = ngettext(
                "%(people)d person, but the groups need %(least)d at least.",
                "%(people)d people, but the groups need %(least)d at least.",
                number,
            )
        else:
            text = ngettext(
                "%(people)d person, %(seats)d seats.", "%(people)d people, %(seats)d seats.", number
            )
        words = text % {"people": number, "seats": seats, "least": least}
        is_ok = number >= least and (open_to is None or number <= seats)
        alone = needing[0] if open_to is None and len(needing) == 1 else None
        url = self._edit_url(alone) if alone else self.groups_url
        return Check(label=label, text=words, is_ok=is_ok, url=url)

    def _edit_url(self, group: Group) -> str:
        args = [self.material.round.workshop.slug, self.material.round.ordinal, group.ordinal]
        return reverse("breakouts:group-edit", args=args)

    def _languages(self) -> Iterable[Check]:
        """For those who speak nothing else: groups in their language. For groups in one language: its speakers."""
        closed = [group for group in self.material.groups if group.languages]
        for spoken in sorted(set(self.spoken.values()), key=sorted):
            if all(spoken & set(group.languages) for group in closed):
                continue
            yield self._compare(
                _("Speak only %(languages)s") % {"languages": name_languages(spoken, _("or"))},
                [p for p in self.material.people if self.spoken[p.pk] <= spoken],
                [g for g in self.material.groups if not g.languages or spoken & set(g.languages)],
                [],
            )
        for wanted in sorted({frozenset(group.languages) for group in closed}, key=sorted):
            yield self._compare(
                _("Groups in %(languages)s") % {"languages": name_languages(wanted, _("or"))},
                [p for p in self.material.people if self.spoken[p.pk] & wanted],
                None,
                [g for g in closed if set(g.languages) <= wanted],
            )

    def _modes(self) -> Iterable[Check]:
        held = {group.pk: MODES[Format(group.format)] for group in self.material.groups}
        if set(held.values()) == {"hybrid"}:
            return
        for mode, label in (("online", _("Take part online")), ("onsite", _("Take part on site"))):
            people = [person for person in self.material.people if mode_of(person) == mode]
            open_to = [g for g in self.material.groups if held[g.pk] in (mode, "hybrid")]
            alone = [g for g in self.material.groups if held[g.pk] == mode]
            if people or alone:
                yield self._compare(label, people, open_to, alone)

    def _topics(self) -> Iterable[Check]:
        """Where nobody gets a topic twice: for those who had the same topics, seats on others."""
        had = self.material.had
        if not had:
            return
        groups = self.material.groups
        for closed in sorted({frozenset(topics) for topics in had.values()}, key=sorted):
            people = [p for p in self.material.people if had.get(p.pk, {}).keys() >= closed]
            seats = sum(self.limits[g.pk][1] for g in groups if g.topic_id not in closed)
            if len(people) > seats:
                yield self._too_few_topics(closed, people, seats)
        for topic in sorted({group.topic_id for group in groups}):
            least = sum(self.limits[g.pk][0] for g in groups if g.topic_id == topic)
            people = [p for p in self.material.people if topic not in had.get(p.pk, {})]
            if len(people) < least:
                yield self._too_few_new(topic, len(people), least)

    def _too_few_topics(
        self, closed: frozenset[int], people: list[Registration], seats: int
    ) -> Check:
        one = name_person(people[0])
        if not seats:
            text = ngettext(
                "%(name)s had every topic of this round in an earlier one.",
                "%(people)d people had every topic of this round in an earlier one, among them %(name)s.",
                len(people),
            )
        else:
            text = ngettext(
                "%(people)d person had %(topics)s in an earlier round; seats in groups on other topics: %(seats)d.",
                "%(people)d people had %(topics)s in an earlier round; seats in groups on other topics: %(seats)d.",
                len(people),
            )
        topics = get_text_list(self._titles(closed), _("and"))
        values = {"people": len(people), "seats": seats, "name": one, "topics": topics}
        return self._topic_check(text % values)

    def _too_few_new(self, topic: int, people: int, least: int) -> Check:
        text = ngettext(
            "%(topics)s: %(least)d must sit there at least, and %(people)d person did not have it in an earlier round.",
            "%(topics)s: %(least)d must sit there at least, and %(people)d people did not have it in an earlier round.",
            people,
        )
        [title] = self._titles([topic])
        return self._topic_check(text % {"people": people, "least": least, "topics": title})

    def _topic_check(self, text: str) -> Check:
        advice = _("Switch off that nobody gets a topic twice, or add groups on another topic.")
        url = topic_switch_url(self.material.round)
        return Check(
            label=_("Nobody gets a topic twice"), text=f"{text} {advice}", is_ok=False, url=url
        )

    def _titles(self, topics: Iterable[int]) -> list[str]:
        titles = {group.topic_id: _("“%s”") % group.topic.title for group in self.material.groups}
        return [titles[topic] for topic in sorted(topics)]

    def _places(self) -> Iterable[Check]:
        """Who is asked to sit in a group by name: in one at a time, and no more than fit in."""
        asked = self._asked()
        twice = [(who, where) for who, where in asked.items() if len(where) > 1]
        for who, where in twice:
            reasons = get_text_list([why for each in where.values() for why in each], _("and"))
            text = _("%(who)s cannot be in two groups: %(reasons)s.") % {
                "who": who,
                "reasons": reasons,
            }
            yield Check(label=_("Named for a group"), text=text, is_ok=False, url=self.board_url)
        sizes = Counter(group for where in asked.values() for group in where)
        for group in self.material.groups:
            number, upper = sizes[group.pk], self.limits[group.pk][1]
            if number > upper:
                words = _(
                    "%(people)d people are named for group %(number)d, which takes %(upper)d."
                )
                text = words % {"people": number, "number": group.ordinal, "upper": upper}
                url = self._edit_url(group)
                yield Check(label=_("Named for a group"), text=text, is_ok=False, url=url)
        if asked and not twice and all(sizes[pk] <= self.limits[pk][1] for pk in sizes):
            words = ngettext(
                "%(people)d person, each in one group that has the seats.",
                "%(people)d people, each in one group that has the seats.",
                len(asked),
            )
            text = words % {"people": len(asked)}
            yield Check(label=_("Named for a group"), text=text, is_ok=True, url=self.board_url)

    def _asked(self) -> dict[str, dict[int, list[str]]]:
        """Who is asked for by name: where, and by what. Shape: {name: {group id: [reason]}}."""
        people = {person.pk: person for person in self.material.people}
        groups = {group.pk: group for group in self.material.groups}
        found: dict[str, dict[int, list[str]]] = {}
        for key, place, reason in self._wanted():
            if key in people and place in groups:
                where = found.setdefault(name_person(people[key]), {})
                where.setdefault(place, []).append(reason % {"number": groups[place].ordinal})
        return found

    def _wanted(self) -> Iterable[tuple[int, int, str]]:
        """Registration id, group id and the reason, by roles, locks and rules."""
        keys = {person.user_id: person.pk for person in self.material.people}
        words = {
            GroupRole.Role.FACILITATOR: _("facilitates group %(number)d"),
            GroupRole.Role.RAPPORTEUR: _("reports for group %(number)d"),
            GroupRole.Role.DEPUTY: _("is deputy of group %(number)d"),
        }
        for group in self.material.groups:
            for role, user in sorted(holders(group).items()):
                yield keys.get(user.pk, 0), group.pk, words[GroupRole.Role(role)]
        for person, place in self.material.locked.items():
            yield person, place, _("is locked in group %(number)d")
        for rule in self.material.rules:
            if rule.kind == SeatingRule.Kind.PIN:
                yield rule.first_id, rule.group_id or 0, _("sits in group %(number)d by a rule")
