"""The columns of the review queue and of the mail plan, as their exports write them: what the screen shows, cell by cell."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from participants.models import Registration
from workshop_portal.times import city, minute


def registration_header() -> list[str]:
    return [
        _("Person"),
        _("Given name"),
        _("Family name"),
        _("E-mail address"),
        _("Position"),
        _("Administration"),
        _("Status"),
        _("As"),
        _("Came by"),
        _("Attends"),
        _("Seats used"),
        _("Seats"),
        _("Last change"),
        _("By"),
    ]


def registration_rows(
    registrations: Iterable[Registration], places: Mapping[int, int]
) -> Iterator[list[object]]:
    """`places`: of those who wait, in their administration's line. Times in the reader's zone."""
    for row in registrations:
        yield [
            str(row.user),
            row.user.given_name,
            row.user.family_name,
            row.user.email,
            row.user.position,
            row.delegation.administration.name,
            status_words(row, places),
            row.get_role_display(),
            row.get_origin_display(),
            str(row.attending.label),
            row.delegation.seats_taken,
            row.delegation.quota,
            minute(row.changed_at),
            str(row.changed_by),
        ]


def status_words(row: Registration, places: Mapping[int, int], *, guest: bool = False) -> str:
    """The state in words; on the waiting list with its place. `guest`: said to who does not review it."""
    word = str(row.get_status_display())
    if guest and row.status == Registration.Status.NOMINATED:
        return _("With the secretariat")
    place = places.get(row.pk)
    if not place:
        return word
    return _("%(status)s, place %(place)d") % {"status": word, "place": place}


def plan_header(zone: ZoneInfo) -> list[str]:
    return [
        _("Mail"),
        _("To"),
        _("When"),
        _("Day"),
        _("Time, %(city)s") % {"city": city(zone)},
        _("Reaches now"),
        _("State"),
        _("Waits for release"),
    ]


def plan_rows(lines: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> Iterator[list[object]]:
    """`lines` as the page shows them. Day and time are empty where there is no date to count from yet."""
    for line in lines:
        yield [
            line["title"],
            str(line["audience"]),
            line["distance"],
            line["due_day"],
            _time(line, zone),
            line["size"].words if line["size"] else "",
            line["word"],
            _("Yes") if line["reminder"].needs_release and not line["is_manual"] else "",
        ]


def _time(line: Mapping[str, Any], zone: ZoneInfo) -> str:
    """Empty for what is sent by hand: its day alone is planned."""
    if line["due"] is None or line["is_manual"]:
        return ""
    if line["is_wall_clock"]:
        return _("%(hour)s of each recipient") % {"hour": line["hour"]}
    return f"{line['due'].astimezone(zone):%H:%M}"
