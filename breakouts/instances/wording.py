"""Rules and conflicts in the organiser's words, with the page where each can be changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from breakouts.instances.building import Material
from breakouts.instances.figures import Worth
from breakouts.instances.ruling import is_had, line_of, rule_id, say_seating_rule
from breakouts.models import Group, Round
from participants.models import Registration


@dataclass(frozen=True, kw_only=True)
class Said:
    """One rule as people read it. `group` is where it is broken, 0 for the round."""

    text: str
    url: str
    group: int = 0


NAMED_ALONE = 3
"""People with the same need; more of them are one line."""


def say_rules(material: Material, ids: Iterable[str]) -> list[Said]:
    """Each id once, in their order; many who need the same are told together."""
    teller = _Teller(material)
    needs: dict[str, list[str]] = {}
    for name in dict.fromkeys(ids):
        needs.setdefault(teller.need(name) or name, []).append(name)
    said: list[Said] = []
    for names in needs.values():
        if is_had(names[0]):
            said.append(teller.say_topics(names))
        elif len(names) > NAMED_ALONE:
            said.append(teller.say_together(names))
        else:
            said += [teller.say(name) for name in names]
    return said


def name_languages(codes: Iterable[str], last: str) -> str:
    """Their names; `last` is the word before the last one."""
    names = dict(settings.LANGUAGES)
    return get_text_list([str(names.get(code, code)) for code in sorted(codes)], last)


def topic_switch_url(round: Round) -> str:
    """Where the round's form says whether somebody may get a topic twice."""
    page = reverse("breakouts:round-edit", args=[round.workshop.slug, round.ordinal])
    return f"{page}#id_topic_once"


class _Teller:
    def __init__(self, material: Material) -> None:
        self.material = material
        self.groups = {group.ordinal: group for group in material.groups}
        self.people = {str(person.pk): person for person in material.people}
        self.rules = {rule_id(rule): rule for rule in material.rules}
        args = [material.round.workshop.slug, material.round.ordinal]
        self.round_url = reverse("breakouts:round-detail", args=args)
        self.groups_url = f"{self.round_url}#groups"
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
            return self._at(group, text, "group-roles")
        if name in self.rules:
            text = say_seating_rule(self.rules[name])
            return Said(text=text, url=f"{self.round_url}#rule-{rest}")
        if kind == "seats":
            return Said(text=self._seats(), url=self.groups_url)
        return Said(text=_("A rule of the round: %(name)s") % {"name": name}, url=self.round_url)

    def need(self, name: str) -> str:
        """What several people may need alike: a language, a way of taking part, a topic that is new. Else empty."""
        kind, _colon, rest = name.partition(":")
        if is_had(name):
            return kind
        person = self.people.get(rest.split(":")[0])
        if person is None or kind not in ("language", "mode"):
            return ""
        return (
            f"{kind} {' '.join(sorted(person.speaks)) if kind == 'language' else person.attending}"
        )

    def say_together(self, names: list[str]) -> Said:
        """Of people with one need: how many, and the first by name."""
        kind = names[0].partition(":")[0]
        people = [self.people[name.split(":")[1]] for name in names]
        words = {
            "language": _(
                "%(count)d people speak %(languages)s and need a group in that language: %(name)s and others."
            ),
            "mode": _(
                "%(count)d people take part %(attends)s and need a group held so: %(name)s and others."
            ),
        }[kind]
        text = words % {
            "count": len(people),
            "languages": name_languages(people[0].speaks or ["en"], _("and")),
            "attends": people[0].attending.label.lower(),
            "name": self._name(people[0]),
        }
        return Said(text=text, url=self.groups_url)

    def say_topics(self, names: list[str]) -> Said:
        """That nobody gets a topic twice, with the groups where it matters."""
        numbers = [name.partition(":")[2] for name in names]
        text = ngettext(
            "Nobody gets a topic twice: who had the topic of group %(groups)s in an earlier round sits elsewhere.",
            "Nobody gets a topic twice: who had the topic of one of the groups %(groups)s in an earlier round sits "
            "elsewhere.",
            len(numbers),
        ) % {"groups": get_text_list(numbers, _("and"))}
        return Said(text=text, url=topic_switch_url(self.material.round))

    def _of_group(self, kind: str, group: Group) -> Said:
        lower, upper = self._limits(group)
        words = {
            "max": _("Group %(number)d takes %(upper)d people at most."),
            "min": _("Group %(number)d needs %(lower)d people at least."),
            "facilitator": _("Who facilitates or reports for group %(number)d sits in it."),
        }[kind]
        text = words % {"number": group.ordinal, "upper": upper, "lower": lower}
        return self._at(group, text, "group-roles" if kind == "facilitator" else "group-edit")

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
        languages = name_languages(person.speaks or ["en"], _("and")) if person else ""
        attends = person.attending.label.lower() if person else ""
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

    def _at(self, group: Group, text: str, name: str) -> Said:
        args = [self.material.round.workshop.slug, self.material.round.ordinal, group.ordinal]
        return Said(text=text, url=reverse(f"breakouts:{name}", args=args), group=group.ordinal)

    def _limits(self, group: Group) -> tuple[int, int]:
        return self.material.limits[group.pk]

    @staticmethod
    def _name(person: Registration | None) -> str:
        if person is None:
            return _("Somebody who no longer takes part")
        return line_of(person)


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
                    _("at most %(number)d %% possible"),
                    worth.firsts,
                    figures.get("first") if figures.get("ranked") == ranked else None,
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
                worth.colleagues,
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
                    worth.met_before,
                    figures.get("met_before"),
                ),
            }
        )
    shown.append({"value": len(worth.broken), "label": _("rules that do not hold")})
    shown.append({"value": locked, "label": _("people locked by hand")})
    return shown


def say_outcome(figures: Mapping[str, Any]) -> list[str]:
    """The plan in sentences, for somebody who never saw a board: each figure beside the best possible and a random deal."""
    said = [_firsts(figures), _colleagues(figures.get("colleagues")), _met(figures)]
    broken = (figures.get("rules") or {}).get("value")
    if broken == 0:
        said.append(_("Every rule holds."))
    elif broken:
        words = ngettext("%d rule does not hold.", "%d rules do not hold.", broken)
        said.append(words % broken)
    return [words for words in said if words]


def _firsts(figures: Mapping[str, Any]) -> str:
    first, ranked = figures.get("first"), figures.get("ranked", 0)
    if not first or not ranked:
        return ""
    if first["value"] == first["bound"] == first["random"]:
        words = _("%(first)d %% of those who answered discuss their first choice.")
        return words % {"first": _share(first["value"], ranked)}
    by_rank = figures.get("by_rank", {})
    return _(
        "%(first)d %% of those who answered discuss their first choice, %(three)d %% one of their first three; "
        "no plan gives more than %(bound)d %% their first, and drawing lots gives %(random)d %%."
    ) % {
        "first": _share(first["value"], ranked),
        "three": _share(sum(by_rank.get(rank, 0) for rank in "123"), ranked),
        "bound": _share(first["bound"], ranked),
        "random": _share(first["random"], ranked),
    }


def _colleagues(term: Mapping[str, int] | None) -> str:
    if not term:
        return ""
    if not term["value"]:
        words = ngettext(
            "Colleagues are spread evenly over the groups; by drawing lots %(random)d person would sit with too many.",
            "Colleagues are spread evenly over the groups; by drawing lots %(random)d people would sit with too many.",
            term["random"],
        )
    elif term["value"] <= term["bound"]:
        words = ngettext(
            "Colleagues are spread evenly but for %(value)d person, and no plan does better; by drawing lots it would "
            "be %(random)d.",
            "Colleagues are spread evenly but for %(value)d people, and no plan does better; by drawing lots it would "
            "be %(random)d.",
            term["value"],
        )
    elif term["bound"]:
        words = ngettext(
            "Colleagues are spread evenly but for %(value)d person; no plan has fewer than %(bound)d, and by "
            "drawing lots it would be %(random)d.",
            "Colleagues are spread evenly but for %(value)d people; no plan has fewer than %(bound)d, and by "
            "drawing lots it would be %(random)d.",
            term["value"],
        )
    else:
        words = ngettext(
            "Colleagues are spread evenly but for %(value)d person; by drawing lots it would be %(random)d.",
            "Colleagues are spread evenly but for %(value)d people; by drawing lots it would be %(random)d.",
            term["value"],
        )
    return words % term


def _met(figures: Mapping[str, Any]) -> str:
    term: Mapping[str, int] | None = figures.get("met_before")
    if not term or not (term["value"] or term["random"]):
        return ""
    words = ngettext(
        "%(value)d pair who met in an earlier round meets again; at least %(bound)d must, and drawing lots gives "
        "%(random)d.",
        "%(value)d pairs who met in an earlier round meet again; at least %(bound)d must, and drawing lots gives "
        "%(random)d.",
        term["value"],
    )
    return words % term


def _beside(
    what: str, best: str, value: int, term: Mapping[str, int] | None, whole: int | None = None
) -> str:
    """Alone where the value cannot be another one."""
    if not term or value == term["bound"] == term["random"]:
        return what
    bound = _share(term["bound"], whole) if whole else term["bound"]
    random = _share(term["random"], whole) if whole else term["random"]
    drawn = _("drawing lots gives %(number)d %%") if whole else _("drawing lots gives %(number)d")
    return f"{what}; {best % {'number': bound}}, {drawn % {'number': random}}"


def _share(part: float, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
