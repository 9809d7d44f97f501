"""The figures of participation: screen, report and news say the same numbers. How one takes part."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from events.models import Workshop
from events.tabs import PublicAction, PublicPart
from participants.models import Registration, attending
from participants.queries.reminders import UNSENT

TAKE_PART = "take-part"
FEWEST = 3
"""Of a gender, for the table to be shown."""


@dataclass(frozen=True, kw_only=True)
class SubRegion:
    """How many administrations and delegates came from one sub-region."""

    name: str
    administrations: int
    delegates: int
    is_given: bool = True
    """False: those that are in none."""


@dataclass(frozen=True, kw_only=True)
class GenderCount:
    """How many delegates gave this gender, or none."""

    name: str
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
    genders: tuple[GenderCount, ...] = ()
    """Those that somebody gave, and who gave none; empty where nobody gave one, or too few of one."""
    genders_note: str = ""
    """Why `genders` is empty although somebody gave one."""

    @property
    def has_sub_regions(self) -> bool:
        """Whether any of its administrations is in one: else there is nothing to count by them."""
        return any(each.is_given for each in self.sub_regions)


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
            "gender",
            "delegation__administration_id",
            "delegation__administration__sub_region",
        )
    )
    returning = len(_took_part_before(workshop, {user for user, *_rest in rows}))
    ways = Counter(attending(workshop, chosen) for _user, chosen, *_rest in rows)
    genders, genders_note = _by_gender(row[2] for row in rows)
    return Participation(
        delegates=len(rows),
        administrations=len({administration for *_rest, administration, _region in rows}),
        sub_regions=_by_sub_region((row[3], row[4]) for row in rows),
        online=ways[Registration.Attends.ONLINE],
        on_site=ways[Registration.Attends.ON_SITE],
        first_time=len(rows) - returning,
        returning=returning,
        genders=genders,
        genders_note=genders_note,
    )


def _took_part_before(workshop: Workshop, people: set[int]) -> set[int]:
    earlier = Registration.objects.taking_part().filter(
        workshop__series=workshop.series_id, workshop__starts_on__lt=workshop.starts_on
    )
    earlier = earlier.exclude(workshop__status__in=UNSENT)  # a seat in what was not held
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
            is_given=bool(region),
        )
        for region in sorted(delegates, key=lambda name: (not name, name))
    )


def _by_gender(given: Iterable[str]) -> tuple[tuple[GenderCount, ...], str]:
    """The lines, or one sentence instead of them; nothing where nobody gave a gender.

    One or two people of a gender could be told by name, so a line of fewer than `FEWEST` leaves out all
    lines: leaving out that one alone would be undone by a subtraction. "Not given" may be of any size, as
    it says of nobody which gender; a gender that nobody gave has no line.
    """
    counts = Counter(given)
    found = [(str(each.label), counts[each]) for each in Registration.Gender if counts[each]]
    if not found:
        return (), ""
    if min(count for _label, count in found) < FEWEST:
        return (), _(
            "Delegates by gender are left out: a line would stand for fewer than three people."
        )
    if counts[""]:
        found.append((_("Not given"), counts[""]))
    return tuple(GenderCount(name=name, delegates=count) for name, count in found), ""


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
