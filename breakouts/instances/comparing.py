"""Two ways to seat the same people, side by side: who moves, why, and what it does to the figures."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from breakouts.instances.building import MODES, Material, holders, mode_of, speaks
from breakouts.instances.crowding import count_colleagues
from breakouts.instances.figures import Worth, measure
from breakouts.models import Group
from events.models import Format
from participants.models import Registration


@dataclass(frozen=True, kw_only=True)
class Mover:
    """Somebody who sits elsewhere. `was`, `now`: None where the person has no place."""

    person: Registration
    was: Group | None
    now: Group | None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    movers: list[Mover] = field(default_factory=list)
    figures: list[tuple[str, str, str]] = field(default_factory=list)
    """What is counted, by the published plan and by the draft."""

    @property
    def moved(self) -> list[Mover]:
        """Who had a place and gets another one."""
        return [mover for mover in self.movers if mover.was and mover.now]

    @property
    def placed(self) -> list[Mover]:
        return [mover for mover in self.movers if not mover.was]

    @property
    def gone(self) -> list[Mover]:
        return [mover for mover in self.movers if not mover.now]


def compare(material: Material, others: Iterable[Registration] = ()) -> Comparison:
    """The plan on the board beside the published one. `others`: who has a place in one but takes no part. No queries."""
    published, draft = material.published, material.places
    before, after = measure(material, published), measure(material, draft)
    people = [*material.people, *others]
    teller = _Teller(material, before)
    return Comparison(
        movers=[
            Mover(person=p.person, was=p.was, now=p.now, why=teller.say(p.person, p.was, p.now))
            for p in list_movers(material.groups, people, published, draft)
        ],
        figures=_figures(material, before, after),
    )


def list_movers(
    groups: Iterable[Group],
    people: Iterable[Registration],
    before: Mapping[int, int],
    after: Mapping[int, int],
) -> list[Mover]:
    """Whoever sits elsewhere by `after`, by administration and name; without reasons."""
    by_pk = {group.pk: group for group in groups}
    movers = [
        Mover(
            person=person,
            was=by_pk.get(before.get(person.pk, 0)),
            now=by_pk.get(after.get(person.pk, 0)),
        )
        for person in people
        if before.get(person.pk) != after.get(person.pk)
    ]
    return sorted(
        movers,
        key=lambda mover: (
            mover.person.delegation.administration.name,
            str(mover.person.user),
            mover.person.pk,
        ),
    )


class _Teller:
    """Why somebody sits elsewhere: the first cause that applies, the hard ones first."""

    def __init__(self, material: Material, before: Worth) -> None:
        self.material = material
        self.people = {person.pk for person in material.people}
        self.broken = set(before.broken)
        latest = material.latest.pk if material.latest else None
        self.by_hand = {
            seat.registration_id
            for seat in material.seats
            if seat.plan_id == latest and seat.reasons.get("by_hand")
        }
        known = {key: group for key, group in material.published.items() if key in self.people}
        self.sizes = Counter(known.values())
        self.before = count_colleagues(material, material.published)
        self.after = count_colleagues(material, material.places)

    def say(self, person: Registration, was: Group | None, now: Group | None) -> str:
        if person.pk not in self.people:
            return _("No longer takes part.")
        if now is None:
            return _("Has no place by the draft.")
        if person.pk in self.by_hand:
            return _("Moved by hand.")
        if was is None:
            return _("Had no place: came after the groups were published.")
        return (
            self._forced(person, was, now)
            or self._sized(was, now)
            or self._gained(person, was, now)
            or _("So that the others fit.")
        )

    def _forced(self, person: Registration, was: Group, now: Group) -> str:
        if any(holder.pk == person.user_id for holder in holders(now).values()):
            return _("Has a role in group %(number)d.") % {"number": now.ordinal}
        if was.languages and not set(was.languages) & set(speaks(person)):
            return _("Group %(number)d is held in another language.") % {"number": was.ordinal}
        if MODES[Format(was.format)] not in ("hybrid", mode_of(person)):
            return _("Group %(number)d is held otherwise: %(format)s.") % {
                "number": was.ordinal,
                "format": was.get_format_display().lower(),
            }
        if was.topic_id in self.material.had.get(person.pk, {}):
            return _("Had the topic of group %(number)d in an earlier round.") % {
                "number": was.ordinal
            }
        return ""

    def _sized(self, was: Group, now: Group) -> str:
        if f"min:{self.material.round_id}:group-{now.ordinal}" in self.broken:
            held = self.sizes[now.pk]
            words = ngettext(
                "Group %(number)d had only %(held)d person.",
                "Group %(number)d had only %(held)d people.",
                held,
            )
            return words % {"number": now.ordinal, "held": held}
        if f"max:{self.material.round_id}:group-{was.ordinal}" in self.broken:
            return _("Group %(number)d was too full.") % {"number": was.ordinal}
        return ""

    def _gained(self, person: Registration, was: Group, now: Group) -> str:
        ranked = self.material.rankings.get(person.pk, [])
        if now.topic_id in ranked:
            better = ranked.index(now.topic_id) + 1
            before = ranked.index(was.topic_id) + 1 if was.topic_id in ranked else len(ranked) + 1
            if better < before:
                return _("Gets choice %(rank)d.") % {"rank": better}
        of = person.delegation.administration_id
        if self.after[now.pk, of] < self.before[was.pk, of]:
            return _("Sits with fewer colleagues.")
        return ""


def _figures(material: Material, before: Worth, after: Worth) -> list[tuple[str, str, str]]:
    def of(worth: Worth) -> dict[str, str]:
        shown = {}
        if ranked := sum(worth.by_rank.values()):
            shown[_("in their first choice")] = f"{round(100 * worth.firsts / ranked)} %"
        shown[_("colleagues too many in one group")] = str(worth.colleagues)
        if material.past:
            shown[_("pairs who met before")] = str(worth.met_before)
        shown[_("rules that do not hold")] = str(len(worth.broken))
        return shown

    old, new = of(before), of(after)
    return [(label, old.get(label, "0"), value) for label, value in new.items()]
