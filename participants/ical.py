"""Calendar files: the invitation and its cancellation in mails, and the feed a delegate subscribes to.

One UID for as long as the thing exists, and a SEQUENCE that only rises, so that a calendar replaces what
it has instead of adding to it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText

from events.models import Session, Workshop
from participants.models import Registration
from workshop_portal.mail.wording import one_line

REFRESH = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Detail:
    """What an upper app knows about a session for one person: "Group 3", and where to join."""

    text: str
    url: str = ""


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
    details: Mapping[int, Detail],
    now: datetime,
) -> bytes:
    """The person's sessions; all cancelled once the registration has ended or the workshop is off."""
    calendar = _calendar("PUBLISH")
    workshop = registration.workshop
    name = one_line(str(workshop.title))
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    off = not registration.is_taking_part or workshop.status == Workshop.Status.CANCELLED
    status = "CANCELLED" if off else _status(workshop)
    for session in sessions:
        detail = details.get(session.pk)
        event = Event()
        event.add("uid", f"session-{session.public_id}@{_host()}")
        event.add("sequence", session.revision + registration.calendar_revision)
        event.add("dtstamp", now)
        event.add("dtstart", session.starts_at)
        event.add("dtend", session.ends_at)
        title = one_line(str(session.title))
        event.add("summary", f"{title}: {one_line(detail.text)}" if detail else title)
        event.add("status", status)
        _add_place(event, session.venue or workshop.venue, workshop.has_venue)
        url = (detail.url if detail else "") or session.join_url or workshop.join_url
        if not off and _is_web(url):
            event.add("url", url)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _mailed(registration: Registration, method: str, status: str, now: datetime) -> bytes:
    workshop, person = registration.workshop, registration.user
    calendar = _calendar(method)
    event = Event()
    event.add("uid", f"registration-{registration.public_id}@{_host()}")
    event.add("sequence", registration.calendar_revision)
    event.add("dtstamp", now)
    event.add("dtstart", workshop.starts_on)
    event.add("dtend", workshop.ends_on + timedelta(days=1))
    event.add("summary", one_line(str(workshop.title)))
    event.add("status", status)
    event.add("transp", "TRANSPARENT")
    _add_place(event, workshop.venue, workshop.has_venue)
    event.add("url", f"{settings.SITE_URL}/workshops/{workshop.slug}/")
    if workshop.contact_email:
        event.add("organizer", vCalAddress(f"mailto:{workshop.contact_email}"))
    attendee = vCalAddress(f"mailto:{person.email}")
    attendee.params["cn"] = vText(one_line(person.full_name or person.email).replace('"', "'"))
    attendee.params["rsvp"] = vText("FALSE")
    attendee.params["partstat"] = vText("ACCEPTED")
    event.add("attendee", attendee)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Workshop Portal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _status(workshop: Workshop) -> str:
    return "TENTATIVE" if workshop.status == Workshop.Status.POSTPONED else "CONFIRMED"


def _add_place(event: Event, venue: str, has_venue: bool) -> None:
    if has_venue and venue:
        event.add("location", one_line(venue))


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _is_web(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https")
