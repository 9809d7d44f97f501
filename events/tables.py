"""The columns of the lists of a workshop as files."""

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Workshop
from workshop_portal.audit.history import Line
from workshop_portal.times import city, minute


def agenda_header(zone: ZoneInfo) -> list[str]:
    return [
        _("Starts, %(city)s") % {"city": city(zone)},
        _("Ends, %(city)s") % {"city": city(zone)},
        _("Minutes"),
        _("Session"),
        _("Kind"),
        _("Format"),
        _("Room"),
        _("Speakers"),
        _("Instruments"),
        _("Materials"),
    ]


def agenda_rows(sessions: Iterable[Any], workshop: Workshop) -> Iterator[list[object]]:
    """`sessions` as `list_sessions` gives them. Units: times in the zone of the workshop, to the minute."""
    for session in sessions:
        yield [
            minute(session.starts_at, workshop.zone),
            minute(session.ends_at, workshop.zone),
            session.minutes,
            str(session.title),
            session.get_kind_display(),
            session.get_format_display() or workshop.get_format_display(),
            session.venue,
            "; ".join(_with_role(part.speaker.full_name, part) for part in session.parts),
            "; ".join(link.instrument.title for link in session.briefings),
            len(session.documents),
        ]


def speaker_header() -> list[str]:
    return [
        _("Speaker"),
        _("Position"),
        _("Administration"),
        _("Accreditation"),
        _("Resource person"),
        _("Parts"),
    ]


def speaker_rows(speakers: Iterable[Any]) -> Iterator[list[object]]:
    """`speakers` as `list_speakers` gives them."""
    for speaker in speakers:
        yield [
            speaker.full_name,
            speaker.position,
            speaker.administration.name if speaker.administration else "",
            speaker.accreditation,
            _("Yes") if speaker.is_resource_person else "",
            "; ".join(_with_role(str(part.session.title), part) for part in speaker.parts),
        ]


def _with_role(name: str, part: Any) -> str:
    return f"{name} ({part.get_role_display()})"


def instrument_header() -> list[str]:
    return [_("Title"), _("Edition"), _("Year"), _("Link"), _("Introduced in"), _("State")]


def instrument_rows(instruments: Iterable[Any]) -> Iterator[list[object]]:
    """`instruments` as `list_instruments` gives them."""
    for each in instruments:
        yield [
            each.title,
            each.edition,
            each.year,
            each.url,
            "; ".join(use.session.workshop.name for use in each.uses),
            _("Offered") if each.is_active else _("Not offered"),
        ]


def history_header() -> list[str]:
    return [
        _("When, %(city)s") % {"city": city(timezone.get_current_timezone())},
        _("Who"),
        _("What"),
        _("Concerns"),
        _("Changes"),
    ]


def history_rows(lines: Iterable[Line]) -> Iterator[list[object]]:
    """Units: times in the reader's zone, to the minute."""
    for line in lines:
        yield [
            minute(line.at),
            line.actor,
            line.sentence,
            line.thing.name if line.thing else "",
            "; ".join(str(change) for change in line.changes),
        ]
