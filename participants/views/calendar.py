"""The calendar feed of one person, for programs that cannot sign in: its address is the secret."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import translation
from django.views.decorators.http import require_safe

from participants.ical import feed
from participants.models import Registration
from participants.queries.home import list_own_sessions
from participants.tabs import find_session_details
from workshop_portal.authorization import access
from workshop_portal.http import HtmxHttpRequest

FRESH_FOR = 15 * 60
"""Seconds."""


@access(public=True)
@require_safe
def calendar_feed(request: HtmxHttpRequest, token: str) -> HttpResponseBase:  # noqa: ARG001 a view
    """All sessions, in the person's language; cancelled ones once the registration has ended, so that they leave."""
    rows = Registration.objects.select_related("workshop", "user")
    registration = rows.filter(calendar_token=token.replace("\x00", "")).first()
    if registration is None or registration.workshop.published_at is None:
        raise Http404
    sessions = list_own_sessions(registration.workshop)
    takes_part = registration.is_taking_part
    with translation.override(registration.user.language):
        details = find_session_details(registration, sessions) if takes_part else {}
        content = feed(registration, sessions, details=details)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="workshop.ics"'
    response["Cache-Control"] = f"private, max-age={FRESH_FOR}"
    return response
