"""The board of a round: groups as columns, with who sits there. A large one shows counts until a group is opened."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import ngettext

from breakouts.instances.building import Material, holders
from breakouts.instances.crowding import list_crowds
from breakouts.instances.figures import Worth, measure
from breakouts.instances.ordinals import mark_ordinal
from breakouts.instances.wording import Said, say_figures, say_rules
from breakouts.models import Absence, Group, GroupRole
from participants.models import Registration

ALL_UP_TO = 200
"""People; of more the groups show how many sit there, and who on request."""
UNSEATED_SHOWN = 60


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What of a large board is looked at; its state is the address."""

    words: str = ""
    """Part of a name or of an administration's name."""
    groups: frozenset[int] = frozenset()
    """Numbers of the groups that are open."""
    at: str = ""
    """Public id of who was moved last: their group is open."""

    @property
    def query(self) -> str:
        """As the address says it; empty where nothing is looked for or opened."""
        pairs: list[tuple[str, object]] = [("q", self.words)] if self.words else []
        pairs += [("open", number) for number in sorted(self.groups)]
        return urlencode([*pairs, ("at", self.at)] if self.at else pairs)

    def matches(self, person: Registration) -> bool:
        text = f"{person.user} {person.delegation.administration.name}".casefold()
        return all(word in text for word in self.words.casefold().split())


@dataclass(frozen=True, kw_only=True)
class Seated:
    """A person on the board."""

    person: Registration
    rank: str
    is_locked: bool
    is_new: bool


@dataclass(kw_only=True)
class Column:
    """A group on the board. `shown`: who of its people is listed; the rest is counted."""

    group: Group
    people: list[Seated] = field(default_factory=list)
    shown: list[Seated] = field(default_factory=list)
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
    """Of a search those in which somebody was found."""
    targets: list[Column]
    """All groups."""
    groups: int
    people: int
    unseated: list[Seated]
    unseated_shown: list[Seated]
    absences: list[Absence]
    """Who is not in this round."""
    is_large: bool
    figures: list[dict[str, Any]]
    broken: list[Said]
    differs: int
    """How many sit elsewhere than by the published plan."""
    is_beside_published: bool
    """The board shows a draft, and groups are published."""


def draw_board(
    material: Material, shown: Shown | None = None, *, worth: Worth | None = None
) -> Board:
    """No queries: the material holds all. `worth`: of the plan on the board, where it was measured already."""
    shown = shown or Shown()
    places = material.places
    worth = worth or measure(material, places)
    columns = {group.pk: _column(material, group) for group in material.groups}
    unseated = _seat_all(material, columns, shown)
    is_large = len(material.people) > ALL_UP_TO
    for crowd in list_crowds(material):
        columns[crowd.group.pk].notes.append(str(crowd))
    for column in columns.values():
        column.notes[:0] = _notes(material, column)
        column.shown = _show(column, shown) if is_large or shown.words else column.people
    found = [each for each in unseated if shown.matches(each.person)]
    published, latest = material.published, material.latest
    return Board(
        columns=[each for each in columns.values() if each.shown or not shown.words],
        targets=list(columns.values()),
        groups=len(columns),
        people=len(material.people),
        unseated=unseated,
        unseated_shown=found[:UNSEATED_SHOWN],
        absences=material.absences,
        is_large=is_large,
        figures=say_figures(
            latest.figures if latest else {},
            worth,
            locked=len(material.locked),
            has_past=bool(material.past),
        ),
        broken=[said for said in say_rules(material, worth.broken) if not said.group],
        differs=sum(published.get(key) != group for key, group in places.items())
        if published
        else 0,
        is_beside_published=bool(material.current and latest and latest.is_draft),
    )


def _seat_all(material: Material, columns: dict[int, Column], shown: Shown) -> list[Seated]:
    """Put everybody into their column, by administration and name. Returns: who has none."""
    places, locked = material.places, material.locked
    unseated: list[Seated] = []
    for person in sorted(
        material.people, key=lambda p: (p.delegation.administration.name, str(p.user), p.pk)
    ):
        column = columns.get(places.get(person.pk, 0))
        seated = Seated(
            person=person,
            rank=_rank(material, person, column.group) if column else "",
            is_locked=person.pk in locked,
            is_new=str(person.public_id) == shown.at,
        )
        (unseated if column is None else column.people).append(seated)
    return unseated


def _show(column: Column, shown: Shown) -> list[Seated]:
    if shown.words:
        return [each for each in column.people if shown.matches(each.person)]
    is_open = column.group.ordinal in shown.groups or any(each.is_new for each in column.people)
    return column.people if is_open else []


def _rank(material: Material, person: Registration, group: Group) -> str:
    """Which choice the topic is, where it is not the first."""
    ranked = material.rankings.get(person.pk, [])
    if not ranked:
        return ""
    place = ranked.index(group.topic_id) + 1 if group.topic_id in ranked else 0
    return mark_ordinal(place)


def _column(material: Material, group: Group) -> Column:
    lower, upper = material.limits[group.pk]
    return Column(
        group=group,
        lower=lower,
        upper=upper,
        facilitator=holders(group).get(GroupRole.Role.FACILITATOR),
    )


def _notes(material: Material, column: Column) -> list[str]:
    held = len(column.people)
    notes = []
    if held > column.upper:
        over = held - column.upper
        notes.append(ngettext("%d over.", "%d over.", over) % over)
    elif held < column.lower:
        short = column.lower - held
        notes.append(ngettext("%d too few.", "%d too few.", short) % short)
    topic = column.group.topic_id
    if had := sum(topic in material.had.get(each.person.pk, {}) for each in column.people):
        words = ngettext("%d had this topic before.", "%d had this topic before.", had)
        notes.append(words % had)
    return notes
