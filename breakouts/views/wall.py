"""What the plenary shows: the points of a group in large type, what is suggested, the clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from breakouts.models import Group, Point, Round, Theme
from breakouts.queries.plenary import (
    count_changes_elsewhere,
    list_distinct,
    list_noted,
    list_reported,
    list_themes,
)
from breakouts.queries.points import list_also, list_sayers
from breakouts.similarity import find_pairs, suggest_themes
from breakouts.views.clock import clock
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.authorization import can

HOLD = "breakouts.hold_plenary"
RAIL_AT_MOST = 9
NO_THEME = gettext_lazy("No theme")


@dataclass(kw_only=True)
class Line:
    """A point on the wall."""

    point: Point
    said_by: list[Administration]
    also: list[tuple[Point, bool]]
    """What was merged into it, and whether that can be taken back."""
    can_split: bool
    like: Point | None = None
    """What may say the same."""
    fitting: list[Theme] = field(default_factory=list)
    """Themes that may fit, where it has none."""
    themes: list[dict[str, Any]] = field(default_factory=list)
    """For the menu: those of its topic, and none."""
    takes_focus: bool = False
    then: str = ""
    """Where its buttons lead; empty for the wall."""

    @property
    def anchor(self) -> str:
        return f"{self.then}#point-{self.point.public_id}" if self.then else ""

    @property
    def after(self) -> str:
        """Where the buttons of its themes lead: there the next point that waits takes the focus."""
        mark = "&" if "?" in self.then else "?"
        key = self.point.public_id
        return f"{self.then}{mark}after={key}#point-{key}" if self.then else ""


def wall(
    request: PersonRequest, round: Round, number: int, *, after: Point | None = None
) -> dict[str, Any] | None:
    """Everything a group's screen shows, or None where the round has no such group. Queries: 10.

    `after`: a point that just got its theme; the next one that waits for one takes the focus.
    """
    groups = list(list_reported(round=round))
    group = next((each for each in groups if each.ordinal == number), None)
    if group is None:
        return None
    may_act = can(HOLD, request.user, round)
    noted = list(list_noted(round=round))
    now = timezone.now()
    lines = [make_line(point, now) for point in noted if point.group_id == group.pk]
    if may_act:
        _suggest(lines, noted, list(list_themes(workshop=round.workshop)))
        pass_focus(lines, after.public_id if after is not None else None)
    place = groups.index(group)
    return {
        "workshop": round.workshop,
        "round": round,
        "group": group,
        "lines": lines,
        "standing": sum(not line.point.is_merged for line in lines),
        "may_act": may_act,
        "rail": _rail(groups, place),
        "before": groups[place - 1] if place else None,
        "next": groups[place + 1] if place + 1 < len(groups) else None,
        **clock(round),
        "tag": tag_of(request.user, round, groups, number),
    }


def tag_of(user: User, round: Round, groups: Sequence[Group], number: int) -> str:
    """What a group's screen looks like to this person: sequences only rise, so that their sums tell any change.

    It shows what other rounds say of the same, too. Queries: 1.
    """
    changes = sum(group.point_sequence for group in groups)
    elsewhere = count_changes_elsewhere(round=round)
    phase = clock(round)["phase"]
    seen = (round.pk, number, changes, elsewhere, round.live_sequence, round.status, phase)
    marks = (*seen, user.pk, get_language())
    return '"{}"'.format("-".join(str(mark) for mark in marks))


def find_alike(points: Sequence[Point]) -> list[tuple[Point, Point]]:
    """The pairs of standing points that may say the same, the most alike first. Queries: 1."""
    standing = [point for point in points if not point.is_merged]
    places = {point.pk: place for place, point in enumerate(standing)}
    apart = [
        (places[one], places[other])
        for one, other in list_distinct(points=standing)
        if one in places and other in places
    ]
    pairs = find_pairs([point.text for point in standing], apart=apart)
    return [(standing[pair.first], standing[pair.second]) for pair in pairs]


def fit_themes(points: Sequence[Point], themes: Sequence[Theme]) -> dict[int, list[Theme]]:
    """Up to two themes of its topic for each standing point that has none, by its key. Queries: none."""
    by_topic: dict[int, list[Theme]] = {}
    for theme in themes:
        by_topic.setdefault(theme.topic_id, []).append(theme)
    found: dict[int, list[Theme]] = {}
    for topic, own in by_topic.items():
        open_points = [
            point
            for point in points
            if point.group.topic_id == topic and point.theme_id is None and not point.is_merged
        ]
        words = [f"{theme.title} {theme.key_words}" for theme in own]
        fitting = suggest_themes([point.text for point in open_points], words)
        for point, chosen in zip(open_points, fitting, strict=True):
            found[point.pk] = [own[place] for place in chosen]
    return found


def theme_items(point: Point, themes: Sequence[Theme]) -> list[dict[str, Any]]:
    """The menu of a point: the themes of its topic, and none where it has one."""
    items = [
        {"value": str(theme.pk), "label": theme.title, "disabled": theme.pk == point.theme_id}
        for theme in themes
        if theme.topic_id == point.group.topic_id
    ]
    return [*items, {"value": "", "label": NO_THEME}] if point.theme_id is not None else items


def make_line(point: Point, now: datetime) -> Line:
    """A point with what was merged into it; nothing is suggested yet."""
    return Line(
        point=point,
        said_by=list_sayers(point),
        also=[(each, each.can_be_split(now)) for each in list_also(point)],
        can_split=point.is_merged and point.can_be_split(now),
    )


def pass_focus(lines: list[Line], after: UUID | None) -> None:
    """Where a point just got its theme, the next one that waits for one takes the focus.

    A filter may have taken that point off the list: then it is the first one that waits.
    """
    if after is None:
        return
    keys = [line.point.public_id for line in lines]
    start = keys.index(after) + 1 if after in keys else 0
    waiting = [line for line in lines[start:] if line.fitting]
    if waiting:
        waiting[0].takes_focus = True


def group_url(round: Round, number: int) -> str:
    """The screen of a group."""
    return reverse("breakouts:group-plenary", args=[round.workshop.slug, round.ordinal, number])


def _suggest(lines: list[Line], noted: list[Point], themes: list[Theme]) -> None:
    like: dict[int, Point] = {}
    for one, other in find_alike(noted):
        like.setdefault(one.pk, other)
        like.setdefault(other.pk, one)
    fitting = fit_themes(noted, themes)
    for line in lines:
        line.like = like.get(line.point.pk)
        line.fitting = fitting.get(line.point.pk, [])
        line.themes = theme_items(line.point, themes)


def _rail(groups: list[Group], place: int) -> list[tuple[Group, str]]:
    """The groups around this one and where they stand on the thread: done, now, ahead."""
    first = max(0, min(place - RAIL_AT_MOST // 2, len(groups) - RAIL_AT_MOST))
    return [
        (group, "now" if each == place else "ahead" if each > place else "")
        for each, group in enumerate(groups)
        if first <= each < first + RAIL_AT_MOST
    ]
