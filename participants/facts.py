"""The figures of participation: screen, report and news say the same numbers. How one takes part."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from events.models import Workshop
from events.tabs import PublicAction, PublicPart
from participants.models import Registration

TAKE_PART = "take-part"


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


def how_to_take_part(workshop: Workshop) -> list[PublicPart]:
    """For the public page, until the workshop is over: who nominates, and where delegates go. No queries."""
    if workshop.is_ended:
        return []
    text = _(
        "By invitation: the focal point of each invited administration nominates its delegates. Tell yours "
        "that you would like to come. Whoever the secretariat approves gets a personal link by mail."
    )
    items = [
        (_("My workshop, for those who take part"), _own(workshop)),
        (
            _("Send me a new personal link"),
            reverse("participants:link-request", args=[workshop.slug]),
        ),
    ]
    return [PublicPart(name=TAKE_PART, title=_("How to take part"), text=text, items=items)]


def take_part_action(workshop: Workshop, now: datetime) -> PublicAction | None:
    """The public page's button: how to register while nominations are open, afterwards the own page. No queries."""
    if workshop.is_ended:
        return None
    if workshop.takes_nominations(now):
        return PublicAction(label=_("Register through your administration"), url=f"#p-{TAKE_PART}")
    return PublicAction(label=_("My workshop"), url=_own(workshop))


def _own(workshop: Workshop) -> str:
    return reverse("participants:home", args=[workshop.slug])
