"""The board of a round: groups as columns, with who sits there and what each move would break."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from breakouts.instances.building import MODES, Material, holders, speaks
from breakouts.instances.figures import measure
from breakouts.instances.wording import Said, say_figures, say_rules
from breakouts.models import Group, GroupRole
from events.models import Format
from participants.models import Registration

MENUS_UP_TO = 14
"""Groups; with more of them people are ticked and moved by the list on top."""


@dataclass(kw_only=True)
class Seated:
    """A person on the board. `items`: their Move menu."""

    person: Registration
    rank: str
    is_locked: bool
    is_new: bool
    items: list[dict[str, Any]]


@dataclass(kw_only=True)
class Column:
    """A group on the board."""

    group: Group
    people: list[Seated] = field(default_factory=list)
    lower: int = 0
    upper: int = 0
    facilitator: Any = None
    notes: list[str] = field(default_factory=list)

    @property
    def free(self) -> int:
        return self.upper - len(self.people)


@dataclass(kw_only=True)
class Board:
    columns: list[Column]
    unseated: list[Seated]
    figures: list[dict[str, Any]]
    broken: list[Said]
    differs: int
    """How many sit elsewhere than by the published plan."""


def draw_board(material: Material, *, at: UUID | None = None) -> Board:
    """No queries: the material holds all. `at`: who was moved last."""
    places = material.places
    worth = measure(material, places)
    broken = say_rules(material, worth.broken)
    sizes = Counter(places.values())
    columns = {group.pk: _column(material, group) for group in material.groups}
    crowd = Counter((places.get(p.pk), p.delegation.administration_id) for p in material.people)
    drawer = _Drawer(material, columns, sizes, crowd, at)
    unseated = []
    for person in sorted(
        material.people, key=lambda p: (p.delegation.administration.name, str(p.user), p.pk)
    ):
        column = columns.get(places.get(person.pk, 0))
        if column is None:
            unseated.append(drawer.seat(person))
        else:
            column.people.append(drawer.seat(person, column.group))
    for column in columns.values():
        column.notes += _notes(column)
    published = material.published
    latest = material.latest
    return Board(
        columns=list(columns.values()),
        unseated=unseated,
        figures=say_figures(
            latest.figures if latest else {},
            worth,
            locked=len(material.locked),
            has_past=bool(material.past),
        ),
        broken=[said for said in broken if not said.group],
        differs=sum(published.get(key) != group for key, group in places.items())
        if published
        else 0,
    )


def _column(material: Material, group: Group) -> Column:
    people, groups = len(material.people), len(material.groups)
    return Column(
        group=group,
        lower=people // groups if group.minimum is None else group.minimum,
        upper=-(-people // groups) if group.maximum is None else group.maximum,
        facilitator=holders(group).get(GroupRole.Role.FACILITATOR),
    )


def _notes(column: Column) -> list[str]:
    held = len(column.people)
    notes = []
    if held > column.upper:
        over = held - column.upper
        notes.append(ngettext("%d over.", "%d over.", over) % over)
    elif held < column.lower:
        short = column.lower - held
        notes.append(ngettext("%d too few.", "%d too few.", short) % short)
    return notes


class _Drawer:
    def __init__(
        self,
        material: Material,
        columns: dict[int, Column],
        sizes: Counter[int],
        crowd: Counter[tuple[int | None, int]],
        at: UUID | None,
    ) -> None:
        self.material, self.columns, self.sizes = material, columns, sizes
        self.crowd, self.at = crowd, at
        self.locked = material.locked

    def seat(self, person: Registration, group: Group | None = None) -> Seated:
        ranked = self.material.rankings.get(person.pk, [])
        rank = ""
        if group is not None and ranked:
            place = ranked.index(group.topic_id) + 1 if group.topic_id in ranked else 0
            rank = "" if place == 1 else _ordinal(place)
        is_locked = person.pk in self.locked
        with_menu = len(self.columns) <= MENUS_UP_TO and not is_locked
        return Seated(
            person=person,
            rank=rank,
            is_locked=is_locked,
            is_new=person.public_id == self.at,
            items=self._items(person, group) if with_menu else [],
        )

    def _items(self, person: Registration, here: Group | None) -> list[dict[str, Any]]:
        """One line a group, with what would be wrong there."""
        items = [
            self._item(person, column)
            for column in self.columns.values()
            if here is None or column.group.pk != here.pk
        ]
        if here is not None:
            items.append({"value": "lock", "label": _("Lock in this group")})
        return items

    def _item(self, person: Registration, column: Column) -> dict[str, Any]:
        group = column.group
        held = self.sizes[group.pk]
        words = []
        if held >= column.upper:
            words.append(_("full"))
        if group.languages and not set(group.languages) & set(speaks(person)):
            words.append(_("another language"))
        mode = MODES[Format(group.format)]
        own = "online" if person.attends == Registration.Attends.ONLINE else "onsite"
        if mode not in ("hybrid", own):
            words.append(group.get_format_display().lower())
        colleagues = self.crowd[group.pk, person.delegation.administration_id]
        if colleagues:
            words.append(
                ngettext("%d colleague there", "%d colleagues there", colleagues) % colleagues
            )
        ranked = self.material.rankings.get(person.pk, [])
        if group.topic_id in ranked:
            words.append(_("choice %d") % (ranked.index(group.topic_id) + 1))
        bad = held >= column.upper or len(words) > 1
        return {
            "value": group.ordinal,
            "label": _("Group %d") % group.ordinal,
            "count": _("%(held)d of %(upper)d") % {"held": held, "upper": column.upper},
            "status": ", ".join(words),
            "kind": "late" if bad else "off",
        }


def _ordinal(place: int) -> str:
    names = {0: _("unranked"), 2: _("2nd"), 3: _("3rd"), 4: _("4th"), 5: _("5th")}
    return names.get(place, str(place))
