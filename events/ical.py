"""Calendar files of an agenda. Upper apps make personal ones of the same events, so that the UIDs agree."""

from collections.abc import Iterable
from datetime import UTC
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event, vUri

from events.facts import place_words, public_url
from events.models import Format, Session, Workshop


def agenda_calendar(workshop: Workshop, sessions: Iterable[Session]) -> bytes:
    """The public calendar file of a workshop, without join links."""
    calendar = new_calendar(name=str(workshop.title), sequence_of=workshop.slug)
    for session in sessions:
        calendar.add_component(session_event(workshop, session))
    return bytes(calendar.to_ical())


def new_calendar(*, name: str, sequence_of: str) -> Calendar:
    """An empty calendar. `sequence_of`: what its own UID is made of."""
    calendar = Calendar()
    calendar.add("prodid", "-//Workshop Portal//agenda//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", name)
    calendar.add("uid", f"{sequence_of}@{_host()}")
    return calendar


def session_event(workshop: Workshop, session: Session, *, join_url: str = "") -> Event:
    """One session as an event. `join_url` only in the calendar of somebody who may know it."""
    event = Event()
    event.add("uid", session_uid(session))
    event.add("sequence", session.revision)
    event.add("dtstamp", session.changed_at.astimezone(UTC))
    event.add("dtstart", session.starts_at.astimezone(UTC))
    event.add("dtend", session.ends_at.astimezone(UTC))
    event.add("summary", _plain(str(session.title)))
    event.add("location", _plain(session_place(workshop, session)))
    if str(session.description):
        event.add("description", str(session.description))
    event.add("url", vUri(join_url or public_url(workshop)))
    event.add("status", "CANCELLED" if workshop.is_off else "CONFIRMED")
    return event


def session_uid(session: Session) -> str:
    """The same for ever, wherever the session moves."""
    return f"{session.public_id}@{_host()}"


def session_place(workshop: Workshop, session: Session) -> str:
    """Its room, else the workshop's place."""
    if session.format == Format.ONLINE or not session.venue:
        return (
            place_words(workshop)
            if session.format in {"", workshop.format}
            else session.get_format_display()
        )
    return session.venue


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _plain(text: str) -> str:
    return " ".join(text.split())
