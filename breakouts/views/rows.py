"""Points as their group's page shows them. Each is rendered once for all who see it alike.

Ten people ask every two seconds; of a list of a hundred points, one has changed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from breakouts.models import Group, Point
from breakouts.queries.points import NotedPoint

KEPT = 4096
"""Rendered points that a process keeps, about a kilobyte each."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """All that the markup of a point depends on, so that two equal ones look the same."""

    point: NotedPoint
    place: tuple[str, int, int]
    """Workshop, round and group, as addresses name them."""
    workshop_zone: ZoneInfo
    own_zone: str
    language: str
    has_verbs: bool

    @property
    def kind(self) -> str:
        return str(Point.Kind(self.point.kind).label)


def show_points(
    group: Group, points: Iterable[NotedPoint], *, editable: Callable[[NotedPoint], bool]
) -> list[SafeString]:
    """The markup of each, with its verbs where the person may change it. No queries."""
    round, workshop = group.round, group.round.workshop
    place = (workshop.slug, round.ordinal, group.ordinal)
    zone, own, language = workshop.zone, get_current_timezone_name(), get_language() or ""
    return [
        _show(
            Row(
                point=point,
                place=place,
                workshop_zone=zone,
                own_zone=own,
                language=language,
                has_verbs=editable(point),
            )
        )
        for point in points
    ]


@lru_cache(maxsize=KEPT)
def _show(row: Row) -> SafeString:
    context = {"row": row, "point": row.point, "place": row.place}
    return render_to_string("breakouts/point.html", context)
