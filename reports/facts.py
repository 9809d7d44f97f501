"""Whose words a paragraph is, as its printed line of source says it; read back from that line, too.

The parts of a line stand between semicolons, since names hold commas ("Hong Kong, China").
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from breakouts.models import Point
from breakouts.queries.points import list_places, list_sayers
from reports.models import Contribution

BETWEEN = "; "


def source_of(rows: Sequence[Contribution]) -> str:
    """Such as: "round 1, group 3; Fiji; Japan", of contributions that say the same of one point.

    Each group that said it is named, with the names after them. An unnamed one says so, and no group.
    Needs what `sources_by("point")` reads.
    """
    named = [row for row in rows if row.attribution == Contribution.Attribution.NAMED]
    parts: list[str] = []
    for row in named:
        parts += place_words(row.point) if row.point is not None else []
    for row in named:
        if row.administration is not None:
            parts.append(row.administration.name)
        elif row.point is not None:
            parts += [each.name for each in list_sayers(row.point)]
    if len(named) < len(rows):
        parts.append(region_words())
    words = BETWEEN.join(dict.fromkeys(parts))
    return words + demo_words() if words and any(row.is_demo for row in rows) else words


def place_words(point: Point) -> list[str]:
    """Where it was said, such as ["round 1, group 3", "round 1, group 4"]."""
    return [
        _("round {round}, group {group}").format(round=group.round.ordinal, group=group.ordinal)
        for group in list_places(point)
    ]


def region_words() -> str:
    return _("an administration of the region")


def demo_words() -> str:
    return _("{source} (demo text)").format(source="")


# Reading it back ----------------------------------------------------------------------------------


def named_in(printed: str, rows: Sequence[Contribution]) -> list[Contribution]:
    """Those of `rows` that a printed line of source names: with their group where one has it, else by name."""
    parts = {part.strip() for part in printed.removesuffix(demo_words()).split(BETWEEN)}
    named = [row for row in rows if _is_named(row, parts)]
    placed = [
        row for row in named if row.point is None or not parts.isdisjoint(place_words(row.point))
    ]
    return placed or named


def _is_named(row: Contribution, parts: set[str]) -> bool:
    if row.attribution == Contribution.Attribution.REGION:
        return region_words() in parts
    if row.administration is not None:
        return row.administration.name in parts
    return row.point is None or not parts.isdisjoint(place_words(row.point))
