"""What moving people to a group would do to the rules and to them, said before anybody is moved."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from breakouts.instances.building import MODES, Material, holders, mode_of, speaks
from breakouts.models import Group, GroupRole, SeatingRule
from events.models import Format
from participants.models import Registration

Kind = SeatingRule.Kind
UNRANKED = 99
MENU_UP_TO = 14
KINDS = ("done", "half", "late", "bad")
"""From what harms nobody to what breaks a rule."""
CHAIRS = (GroupRole.Role.FACILITATOR, GroupRole.Role.RAPPORTEUR, GroupRole.Role.DEPUTY)


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One group as a target. `broken`: rules that would not hold; `worse`, `better`: what people lose and gain."""

    group: Group
    held: int
    upper: int
    broken: list[str]
    worse: list[str]
    better: list[str]
    is_here: bool
    """All of them sit there already."""
    is_full: bool
    """They would be more than fit in."""

    @property
    def words(self) -> str:
        said = [*self.broken, *self.worse, *self.better]
        return "; ".join(said) if said else _("no rule touched")

    @property
    def kind(self) -> str:
        """Of `{% status %}`: wrong, late, half for a gain that costs something, done."""
        if self.broken:
            return "bad"
        return "done" if not self.worse else "half" if self.better else "late"


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """Somebody with whom the person chosen could change places: what it does to the one and to the other."""

    other: Registration
    there: Effect
    """For the one chosen, who goes to the other's group."""
    here: Effect
    """For the other, who comes from it."""


def weigh_targets(material: Material, chosen: Sequence[Registration]) -> list[Effect]:
    """Every group of the round, by number. No queries: the material holds all."""
    scale = _Scale(material, chosen)
    return [scale.weigh(group) for group in material.groups]


def weigh_exchanges(material: Material, person: Registration, group: Group) -> list[Exchange]:
    """Everybody unlocked in the group, those first whom it harms least. `person` has a place elsewhere. No queries."""
    places = material.places
    here = next(each for each in material.groups if each.pk == places[person.pk])
    found = []
    for other in material.people:
        if places.get(other.pk) != group.pk or other.pk in material.locked:
            continue
        # each is weighed as if the other had gone already: both groups keep their size
        there = _Scale(material, [person], places | {other.pk: here.pk}).weigh(group)
        back = _Scale(material, [other], places | {person.pk: group.pk}).weigh(here)
        found.append(Exchange(other=other, there=there, here=back))
    return sorted(
        found, key=lambda each: sorted(map(KINDS.index, (each.there.kind, each.here.kind)))[::-1]
    )


class _Scale:
    """`places`: where they are not as the latest plan has them."""

    def __init__(
        self,
        material: Material,
        chosen: Sequence[Registration],
        places: Mapping[int, int] | None = None,
    ) -> None:
        self.material = material
        self.places = material.places if places is None else places
        self.chosen = chosen
        self.is_one = len(chosen) == 1
        self.keys = {person.pk for person in chosen}
        self.names = {person.pk: str(person.user) for person in [*material.people, *chosen]}
        self.sizes = Counter(self.places.values())
        self.numbers = {group.pk: group.ordinal for group in material.groups}
        self.topics = {group.pk: group.topic_id for group in material.groups}
        self.colleagues = Counter(
            (self.places.get(p.pk), p.delegation.administration_id)
            for p in material.people
            if p.pk not in self.keys
        )
        self.coming = Counter(person.delegation.administration_id for person in chosen)
        self.met = _met(material, self.keys)

    def weigh(self, group: Group) -> Effect:
        _lower, upper = self.material.limits[group.pk]
        coming = sum(self.places.get(key) != group.pk for key in self.keys)
        return Effect(
            group=group,
            held=self.sizes[group.pk],
            upper=upper,
            broken=[*self._sizes(group, upper), *self._people(group), *self._rules(group)],
            worse=[*self._colleagues(group), *self._wishes(group, better=False), *self._met(group)],
            better=self._wishes(group, better=True),
            is_here=not coming,
            is_full=coming > 0 and self.sizes[group.pk] + coming > upper,
        )

    def _sizes(self, group: Group, upper: int) -> list[str]:
        left = Counter(
            self.places[key]
            for key in self.keys
            if key in self.places and self.places[key] != group.pk
        )
        coming = sum(self.places.get(key) != group.pk for key in self.keys)
        over = self.sizes[group.pk] + coming - upper
        said = []
        if coming and over > 0:
            said.append(
                _("full") if over == coming == 1 else ngettext("%d over", "%d over", over) % over
            )
        for each in self.material.groups:
            lower = self.material.limits[each.pk][0]
            if left[each.pk] and self.sizes[each.pk] - left[each.pk] < lower:
                said.append(_("too few left in group %d") % each.ordinal)
        return said

    def _people(self, group: Group) -> list[str]:
        """Language, the way of taking part, a topic for the second time, and roles elsewhere."""
        said = []
        mute = sum(bool(group.languages) and not _shares(each, group) for each in self.chosen)
        if mute:
            many = ngettext("%d speaks another language", "%d speak another language", mute)
            said.append(_("another language") if self.is_one else many % mute)
        mode = MODES[Format(group.format)]
        barred = sum(mode not in ("hybrid", mode_of(each)) for each in self.chosen)
        if barred:
            many = ngettext("%d attends otherwise", "%d attend otherwise", barred)
            said.append(group.get_format_display().lower() if self.is_one else many % barred)
        had = sum(group.topic_id in self.material.had.get(key, {}) for key in self.keys)
        if had:
            many = ngettext("%d had the topic before", "%d had the topic before", had)
            said.append(_("had the topic before") if self.is_one else many % had)
        for other in self.material.groups:
            if other.pk == group.pk:
                continue
            for role, holder in holders(other).items():
                if role in CHAIRS and any(each.user_id == holder.pk for each in self.chosen):
                    said.append(_("has a role in group %d") % other.ordinal)
        return list(dict.fromkeys(said))

    def _rules(self, group: Group) -> list[str]:
        said = []
        for rule in self.material.rules:
            if rule.second_id is not None:
                said.append(self._pair(rule, group))
            elif rule.first_id in self.keys:
                if rule.kind == Kind.FORBID and rule.group_id == group.pk:
                    said.append(_("not to sit here"))
                elif rule.kind == Kind.PIN and rule.group_id != group.pk:
                    number = self.numbers.get(rule.group_id or 0)
                    said.append(_("is to sit in group %d") % number if number else "")
        return [words for words in said if words]

    def _pair(self, rule: SeatingRule, group: Group) -> str:
        pair = (rule.first_id, rule.second_id or 0)
        if not self.keys & set(pair):
            return ""
        first, second = (group.pk if key in self.keys else self.places.get(key) for key in pair)
        if first is None or second is None:
            return ""
        other = pair[1] if pair[0] in self.keys else pair[0]
        name = self.names.get(other, _("Somebody"))
        if rule.kind == Kind.APART and first == second:
            return _("to be apart from %s") % name
        if rule.kind == Kind.TOGETHER and first != second:
            return _("to be together with %s") % name
        return ""

    def _colleagues(self, group: Group) -> list[str]:
        if self.is_one:
            number = self.colleagues[group.pk, self.chosen[0].delegation.administration_id]
            words = ngettext("%d colleague there", "%d colleagues there", number)
        else:
            number = sum(
                coming
                for of, coming in self.coming.items()
                if coming + self.colleagues[group.pk, of] > 1
            )
            words = ngettext("%d sits with colleagues", "%d sit with colleagues", number)
        return [words % number] if number else []

    def _wishes(self, group: Group, *, better: bool) -> list[str]:
        steps = [self._step(person, group) for person in self.chosen]
        found = [
            (was, now)
            for was, now in steps
            if was != now and (now < was if better else now > was and was)
        ]
        if not found:
            return []
        if not self.is_one:
            number = len(found)
            words = (
                ngettext("a better choice for %d", "better choices for %d", number)
                if better
                else ngettext("a worse choice for %d", "worse choices for %d", number)
            )
            return [words % number]
        was, now = found[0]
        if now == UNRANKED:
            return [_("unranked instead of choice %d") % was]
        if was == UNRANKED:
            return [_("choice %d") % now]
        return [_("choice %(now)d instead of %(was)d") % {"now": now, "was": was}]

    def _step(self, person: Registration, group: Group) -> tuple[int, int]:
        """The rank of the topic before and after; (0, 0) where the person ranked none."""
        ranked = self.material.rankings.get(person.pk, [])
        if not ranked:
            return 0, 0
        topics = (self.topics.get(self.places.get(person.pk, 0)), group.topic_id)
        was, now = (ranked.index(t) + 1 if t in ranked else UNRANKED for t in topics)
        return was, now

    def _met(self, group: Group) -> list[str]:
        number = sum(self.met[key] for key, there in self.places.items() if there == group.pk)
        if not number or all(self.places.get(key) == group.pk for key in self.keys):
            return []
        return [ngettext("%d whom they met before", "%d whom they met before", number) % number]


def _met(material: Material, keys: set[int]) -> Counter[int]:
    """How many of the chosen each other person sat with in an earlier round, once for each time."""
    met: Counter[int] = Counter()
    for _earlier, past in material.past:
        there = Counter(past[key] for key in keys if key in past)
        met.update({key: there[group] for key, group in past.items() if key not in keys})
    return met


def _shares(person: Registration, group: Group) -> bool:
    return bool(set(group.languages) & set(speaks(person)))


def menu_items(effects: Sequence[Effect], *, is_one: bool, is_seated: bool) -> list[dict[str, Any]]:
    """For the Move menu: a line a group with its effect. Of many groups those that harm least.

    `is_one`: one person, who can be said not to be in the round. `is_seated`: one with a place, who can be locked
    in it, and change it with somebody of a full group.
    """
    others = [effect for effect in effects if not effect.is_here]
    if len(others) > MENU_UP_TO:
        others = sorted(others, key=lambda effect: KINDS.index(effect.kind))[:MENU_UP_TO]
    items: list[dict[str, Any]] = [
        {
            "value": effect.group.ordinal,
            "label": _("Group %d") % effect.group.ordinal,
            "count": _("%(held)d of %(upper)d") % {"held": effect.held, "upper": effect.upper},
            "status": effect.words,
            "kind": effect.kind,
        }
        for effect in others
    ]
    if is_seated:
        items.append({"value": "lock", "label": _("Lock in this group")})
    if is_one:
        items.append({"value": "absent", "label": _("Not in this round")})
    return items
