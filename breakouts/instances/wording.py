"""Rules and conflicts in the organiser's words, with the page where each can be changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from breakouts.instances.building import Material
from breakouts.instances.figures import Worth
from breakouts.models import Group
from participants.models import Registration


@dataclass(frozen=True, kw_only=True)
class Said:
    """One rule as people read it. `group` is where it is broken, 0 for the round."""

    text: str
    url: str
    group: int = 0


def say_rules(material: Material, ids: Iterable[str]) -> list[Said]:
    """Each id once, in their order."""
    teller = _Teller(material)
    return [teller.say(name) for name in dict.fromkeys(ids)]


class _Teller:
    def __init__(self, material: Material) -> None:
        self.material = material
        self.groups = {group.ordinal: group for group in material.groups}
        self.people = {str(person.pk): person for person in material.people}
        args = [material.round.workshop.slug, material.round.ordinal]
        self.round_url = reverse("breakouts:round-detail", args=args)
        self.board_url = reverse("breakouts:round-board", args=args)

    def say(self, name: str) -> Said:
        kind, _colon, rest = name.partition(":")
        if kind in ("max", "min", "facilitator"):
            return self._of_group(kind, self.groups[int(rest.rsplit("-", 1)[1])])
        if kind in ("language", "mode", "lock", "same", "unplaced", "absent"):
            return self._of_person(kind, rest.split(":")[0])
        if kind == "deputy":
            group = self.groups[int(rest)]
            text = _("The deputy of group %(number)d sits in it.") % {"number": group.ordinal}
            return self._at(group, text)
        if kind == "seats":
            return Said(text=self._seats(), url=self.round_url)
        return Said(text=_("A rule of the round: %(name)s") % {"name": name}, url=self.round_url)

    def _of_group(self, kind: str, group: Group) -> Said:
        lower, upper = self._limits(group)
        words = {
            "max": _("Group %(number)d takes %(upper)d people at most."),
            "min": _("Group %(number)d needs %(lower)d people at least."),
            "facilitator": _("Who facilitates or reports for group %(number)d sits in it."),
        }[kind]
        return self._at(group, words % {"number": group.ordinal, "upper": upper, "lower": lower})

    def _of_person(self, kind: str, key: str) -> Said:
        person = self.people.get(key)
        name = self._name(person)
        words = {
            "language": _("%(name)s speaks %(languages)s and needs a group in that language."),
            "mode": _("%(name)s takes part %(attends)s and needs a group held so."),
            "lock": _("%(name)s is locked by hand."),
            "same": _("%(name)s stays in the group of the round before."),
            "unplaced": _("%(name)s has no group."),
            "absent": _("%(name)s does not take part in this round."),
        }[kind]
        languages = ", ".join(person.speaks or ["en"]) if person else ""
        attends = person.get_attends_display().lower() if person else ""
        text = words % {"name": name, "languages": languages, "attends": attends}
        if kind in ("language", "mode") and person is not None:
            args = [self.material.round.workshop.slug, person.public_id]
            return Said(text=text, url=reverse("participants:registration-detail", args=args))
        return Said(text=text, url=self.board_url)

    def _seats(self) -> str:
        people = len(self.material.people)
        seats = sum(self._limits(group)[1] for group in self.material.groups)
        least = sum(self._limits(group)[0] for group in self.material.groups)
        if seats < people:
            return ngettext(
                "%(people)d person is expected, and the groups have %(seats)d seats.",
                "%(people)d people are expected, and the groups have %(seats)d seats.",
                people,
            ) % {"people": people, "seats": seats}
        return ngettext(
            "%(people)d person is expected, and the groups need %(least)d at least.",
            "%(people)d people are expected, and the groups need %(least)d at least.",
            people,
        ) % {"people": people, "least": least}

    def _at(self, group: Group, text: str) -> Said:
        args = [self.material.round.workshop.slug, self.material.round.ordinal, group.ordinal]
        return Said(text=text, url=reverse("breakouts:group-edit", args=args), group=group.ordinal)

    def _limits(self, group: Group) -> tuple[int, int]:
        people, groups = len(self.material.people), len(self.material.groups)
        lower = people // groups if group.minimum is None else group.minimum
        upper = -(-people // groups) if group.maximum is None else group.maximum
        return lower, upper

    @staticmethod
    def _name(person: Registration | None) -> str:
        if person is None:
            return _("Somebody who no longer takes part")
        return f"{person.user}, {person.delegation.administration.name}"


def say_figures(
    figures: Mapping[str, Any], worth: Worth, *, locked: int, has_past: bool
) -> list[dict[str, Any]]:
    """The plan as it stands beside the best possible and a random deal, for `components/figures.html`."""
    ranked = sum(worth.by_rank.values())
    shown = []
    if ranked:
        shown.append(
            {
                "value": _share(worth.firsts, ranked),
                "unit": "%",
                "label": _beside(
                    _("in their first choice"),
                    _("%(number)d %% is the most possible"),
                    figures.get("first"),
                    ranked,
                ),
            }
        )
    shown.append(
        {
            "value": worth.colleagues,
            "label": _beside(
                _("colleagues too many in one group"),
                _("%(number)d is the least possible"),
                figures.get("colleagues"),
            ),
        }
    )
    if has_past:
        shown.append(
            {
                "value": worth.met_before,
                "label": _beside(
                    _("pairs who met before"),
                    _("%(number)d is the least possible"),
                    figures.get("met_before"),
                ),
            }
        )
    shown.append({"value": len(worth.broken), "label": _("rules that do not hold")})
    shown.append({"value": locked, "label": _("people locked by hand")})
    return shown


def say_summary(figures: Mapping[str, Any]) -> str:
    """The run in one sentence, for somebody who never saw a board. Empty without rankings."""
    first, ranked = figures.get("first"), figures.get("ranked", 0)
    if not first or not ranked:
        return ""
    return _(
        "%(value)d of the %(ranked)d people who answered discuss what they wished for most; "
        "no plan gives more than %(bound)d, and drawing lots would give %(random)d."
    ) % {**first, "ranked": ranked}


def _beside(what: str, best: str, term: Mapping[str, int] | None, whole: int | None = None) -> str:
    if not term:
        return what
    bound = _share(term["bound"], whole) if whole else term["bound"]
    random = _share(term["random"], whole) if whole else term["random"]
    drawn = _("drawing lots gives %(number)d %%") if whole else _("drawing lots gives %(number)d")
    return f"{what}; {best % {'number': bound}}, {drawn % {'number': random}}"


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
