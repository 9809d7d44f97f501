"""The figures of participation: screen, report and news say the same numbers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from events.models import Workshop
from participants.models import Registration


@dataclass(frozen=True, kw_only=True)
class SubRegion:
    """How many administrations and delegates came from one sub-region."""

    name: str
    administrations: int
    delegates: int


@dataclass(frozen=True, kw_only=True)
class Participation:
    """Who took part in a workshop, in numbers. Resource persons are no delegates."""

    delegates: int
    administrations: int
    sub_regions: tuple[SubRegion, ...]
    """By name; administrations without one come last."""
    online: int
    on_site: int
    first_time: int
    """Delegates who took part in no earlier workshop of the series."""
    returning: int


def get_participation(workshop: Workshop) -> Participation:
    """Count those who take part: approved, whether confirmed or not. Queries: 2."""
    rows = list(
        Registration.objects.taking_part()
        .filter(workshop=workshop)
        .exclude(role=Registration.Role.RESOURCE_PERSON)
        .order_by("pk")
        .values_list(
            "user_id",
            "attends",
            "delegation__administration_id",
            "delegation__administration__sub_region",
        )
    )
    returning = len(_took_part_before(workshop, {user for user, *_rest in rows}))
    online = sum(attends == Registration.Attends.ONLINE for _user, attends, *_rest in rows)
    return Participation(
        delegates=len(rows),
        administrations=len({administration for *_rest, administration, _region in rows}),
        sub_regions=_by_sub_region((row[2], row[3]) for row in rows),
        online=online,
        on_site=len(rows) - online,
        first_time=len(rows) - returning,
        returning=returning,
    )


def _took_part_before(workshop: Workshop, people: set[int]) -> set[int]:
    earlier = Registration.objects.taking_part().filter(
        workshop__series=workshop.series_id, workshop__starts_on__lt=workshop.starts_on
    )
    earlier = earlier.exclude(role=Registration.Role.RESOURCE_PERSON)
    return people & set(earlier.order_by("pk").values_list("user_id", flat=True))


def _by_sub_region(rows: Iterable[tuple[int, str]]) -> tuple[SubRegion, ...]:
    """`rows`: administration and sub-region of each delegate."""
    delegates: Counter[str] = Counter()
    administrations: dict[str, set[int]] = {}
    for administration, region in rows:
        delegates[region] += 1
        administrations.setdefault(region, set()).add(administration)
    return tuple(
        SubRegion(
            name=region or _("No sub-region"),
            administrations=len(administrations[region]),
            delegates=delegates[region],
        )
        for region in sorted(delegates, key=lambda name: (not name, name))
    )
