"""Personal calendar files: the invitation and its cancellation in mails, and the feed one subscribes to.

One UID for as long as the thing exists, and a SEQUENCE that only rises, so that a calendar replaces what
it has instead of adding to it. Sessions carry the same UID as in the public file of the agenda.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText

from events.facts import public_url
from events.ical import new_calendar, session_event
from events.models import Session
from participants.models import Registration
from participants.tabs import SessionDetail
from workshop_portal.mail.wording import one_line

REFRESH = timedelta(hours=1)


def invitation(registration: Registration, *, now: datetime) -> bytes:
    """The days of the workshop, asked of the delegate. Reads user and workshop."""
    return _mailed(registration, "REQUEST", "CONFIRMED", now)


def cancellation(registration: Registration, *, now: datetime) -> bytes:
    """Takes the same event out again: same UID, the raised revision."""
    return _mailed(registration, "CANCEL", "CANCELLED", now)


def feed(
    registration: Registration,
    sessions: Iterable[Session],
    *,
    details: Mapping[int, SessionDetail],
) -> bytes:
    """The person's sessions with their own links; all cancelled once the registration has ended."""
    workshop = registration.workshop
    calendar = new_calendar(
        name=one_line(str(workshop.title)), sequence_of=f"registration-{registration.public_id}"
    )
    calendar.add("method", "PUBLISH")
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for session in sessions:
        calendar.add_component(_own_event(registration, session, details.get(session.pk)))
    return bytes(calendar.to_ical())


def _own_event(registration: Registration, session: Session, detail: SessionDetail | None) -> Event:
    workshop = registration.workshop
    takes_part = registration.is_taking_part and not workshop.is_off
    url = ""
    if takes_part and registration.attending == Registration.Attends.ONLINE:
        own = (detail.join_url or _absolute(detail.url)) if detail else ""
        url = own or session.join_url or workshop.join_url
    event = session_event(workshop, session, join_url=url if _is_web(url) else "")
    event.pop("sequence")
    event.add("sequence", session.revision + registration.calendar_revision)
    if detail:
        event.pop("summary")
        event.add("summary", one_line(f"{session.title}: {detail.text}"))
    if not takes_part:
        event.pop("status")
        event.add("status", "CANCELLED")
    return event


def _mailed(registration: Registration, method: str, status: str, now: datetime) -> bytes:
    workshop, person = registration.workshop, registration.user
    calendar = Calendar()
    calendar.add("prodid", "-//Workshop Portal//invitation//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = Event()
    event.add("uid", f"registration-{registration.public_id}@{_host()}")
    event.add("sequence", registration.calendar_revision)
    event.add("dtstamp", now)
    event.add("dtstart", workshop.starts_on)
    event.add("dtend", workshop.ends_on + timedelta(days=1))
    event.add("summary", one_line(str(workshop.title)))
    event.add("status", status)
    event.add("transp", "TRANSPARENT")
    if workshop.has_venue and workshop.venue:
        event.add("location", one_line(workshop.venue))
    event.add("url", public_url(workshop))
    contact = workshop.contact_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    event.add("organizer", vCalAddress(f"mailto:{contact}"))  # a REQUEST without one is refused
    attendee = vCalAddress(f"mailto:{person.email}")
    attendee.params["cn"] = vText(one_line(person.full_name or person.email).replace('"', "'"))
    attendee.params["rsvp"] = vText("FALSE")
    attendee.params["partstat"] = vText("ACCEPTED")
    event.add("attendee", attendee)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _absolute(url: str) -> str:
    return urljoin(settings.SITE_URL, url) if url else ""


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _is_web(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https")
