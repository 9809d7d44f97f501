"""The columns of break-outs' exports: what the board shows, who was where, and what Zoom reads."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from breakouts.models import Plan, Round
from breakouts.queries.places import Place
from breakouts.queries.record import Whereabouts
from workshop_portal.times import city

ZOOM_ROOMS = 100
ZOOM_PEOPLE = 1000
ZOOM_HEADER = ("Pre-assign Room Name", "Email Address")
"""What Zoom takes at most, and its header to the letter. Source: Zoom Support, "Pre-assigning participants to
breakout rooms"."""


def zoom_csv(places: Iterable[tuple[int, str]]) -> str:
    """The file that Zoom imports: UTF-8 without a mark, quoted only where a comma makes it necessary.

    No apostrophe goes before an address that begins with "=", "+" or "-": Zoom would look for another address
    and place nobody. Forms take only addresses that Django's validator passes. Those hold neither brackets nor
    blanks, but in quotation marks at their start, so none can call a function. A room's name is our own word and
    a number.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(ZOOM_HEADER)
    writer.writerows([_("Group %d") % number, email] for number, email in places)
    return buffer.getvalue()


def say_zoom_limits(places: Iterable[tuple[int, str]]) -> str:
    """What of the plan is more than Zoom takes, in words; empty where it takes all."""
    listed = list(places)
    people, rooms = len(listed), len({number for number, _email in listed})
    if rooms <= ZOOM_ROOMS and people <= ZOOM_PEOPLE:
        return ""
    held = ngettext(
        "%(people)d person who attends online", "%(people)d people who attend online", people
    ) % {"people": people}
    return _(
        "Zoom takes 100 rooms and 1,000 people in one meeting. This plan has %(groups)d groups and %(held)s: use a "
        "second meeting for the rest, or the groups’ own links."
    ) % {"groups": rooms, "held": held}


def say_version(plan: Plan) -> str:
    """Which plan it is, as the board says it."""
    words = _("Draft %d") if plan.is_draft else _("Version %d, published")
    return words % plan.version


def version_name(plan: Plan) -> str:
    """The same for the name of a file."""
    return f"{'draft' if plan.is_draft else 'version'}-{plan.version}"


def place_header() -> list[str]:
    return [
        _("Plan"),
        _("Round"),
        _("Group"),
        _("Topic"),
        _("Administration"),
        _("Person"),
        _("Takes part as"),
        _("Role in the group"),
        _("Choice"),
        _("Attends"),
        _("Languages"),
        _("Locked"),
        _("Not in this round"),
    ]


def place_rows(
    places: Iterable[Place], *, round: Round, plan: Plan | None
) -> Iterator[list[object]]:
    """The board, person by person; who has no group yet, and who is not in the round, stand at the end.

    `Choice` is empty where it was none.
    """
    if plan is None:
        return
    version = say_version(plan)
    for place in places:
        person, group = place.person, place.group
        yield [
            version,
            round.ordinal,
            group.ordinal if group else "",
            str(group.topic.title) if group else "",
            person.delegation.administration.name,
            str(person.user),
            person.get_role_display(),
            str(place.role.label) if place.role else "",
            place.rank or "",
            str(person.attending.label),
            ", ".join(person.speaks),
            _("Yes") if place.is_locked else "",
            _("Yes") if place.is_absent else "",
        ]


def record_header(zone: ZoneInfo) -> list[str]:
    return [
        _("Round"),
        _("Group"),
        _("Topic"),
        _("Administration"),
        _("Person"),
        _("Takes part as"),
        _("Role in the group"),
        _("Had a place"),
        _("First seen, %(city)s") % {"city": city(zone)},
        _("Last seen, %(city)s") % {"city": city(zone)},
    ]


def record_rows(
    found: Iterable[Whereabouts], *, round: Round, zone: ZoneInfo
) -> Iterator[list[object]]:
    """A row a person and group, and one for who was not in the round. Units: times in `zone`, to the minute."""
    for each in found:
        registration, seen = each.registration, each.seen
        yield [
            round.ordinal,
            each.group.ordinal if each.group else "",
            str(each.group.topic.title) if each.group else "",
            registration.delegation.administration.name if registration else "",
            str(each.user),
            registration.get_role_display() if registration else "",
            str(each.role.label) if each.role else "",
            _("Not in this round") if each.absence else _("Yes") if each.has_place else "",
            _minute(seen.first_seen_at, zone) if seen else "",
            _minute(seen.last_seen_at, zone) if seen else "",
        ]


def _minute(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
