"""The columns of the tracker, the review queue and the mail plan, as their exports write them: what the screen shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from participants.models import Delegation, Registration
from participants.queries.delegations import KINDS, State, recipients_of
from workshop_portal.times import city, minute


def delegation_header() -> list[str]:
    return [
        _("Administration"),
        _("Code"),
        _("Official name"),
        _("State"),
        _("Seats"),
        _("Seats taken"),
        _("On the waiting list"),
        _("Focal point"),
        _("E-mail address"),
        _("Invited"),
        _("Opened"),
        _("Declined"),
        _("Reason"),
    ]


def delegation_rows(delegations: Iterable[Delegation]) -> Iterator[list[object]]:
    """As `list_delegations` gives them. Times in the reader's zone."""
    for row in delegations:
        people = recipients_of(row)
        yield [
            row.administration.name,
            row.administration.code,
            row.administration.official_name,
            delegation_state(row)[0],
            row.quota,
            row.seats_taken,
            row.waiting,  # type: ignore[attr-defined]  # annotated
            "; ".join(str(person) for person in people),
            "; ".join(person.email for person in people),
            *(minute(at) for at in (row.invited_at, row.opened_at, row.declined_at)),
            row.decline_reason,
        ]


def delegation_state(row: Delegation) -> tuple[str, str]:
    """Its word and its shape. Reads the annotation."""
    state = State(row.state)  # type: ignore[attr-defined]  # annotated
    return str(state.label), KINDS[state]


def registration_header() -> list[str]:
    return [
        _("Person"),
        _("Given name"),
        _("Family name"),
        _("E-mail address"),
        _("Position"),
        _("Administration"),
        _("State"),
        _("Takes part as"),
        _("Came by"),
        _("Attends"),
        _("Seats taken"),
        _("Seats"),
        _("Last change"),
        _("By"),
        _("Seen in"),
    ]


def registration_rows(
    registrations: Iterable[Registration],
    places: Mapping[int, int],
    seen: Mapping[int, Sequence[str]],
) -> Iterator[list[object]]:
    """`places`: of those who wait, in their administration's line. `seen`: the parts of the workshop where each was seen.

    Times in the reader's zone.
    """
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
            ", ".join(seen.get(row.pk, ())),
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
