"""The public page of a workshop and its calendar file: the same for everybody, without session or cookie.

What differs stands in the address: `?zone=` and `?language=`. So a whole page is kept under the version of
the workshop, and a browser that has it gets 304.
"""

import hashlib
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag, urlencode
from django.utils.text import slugify
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from events.access import get_public_workshop
from events.facts import mandate_source, organised_by, place_words
from events.ical import agenda_calendar
from events.models import Workshop
from events.queries import (
    days_of,
    list_introduced,
    list_organisers,
    list_public_of_series,
    list_sessions,
    list_speaking,
)
from events.tabs import PUBLIC_ACTIONS, PUBLIC_PARTS
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.administrations.models import Administration
from workshop_portal.authorization import access, require
from workshop_portal.http import HtmxHttpRequest
from workshop_portal.times import city, zone_words

KEPT_FOR = 300
"""Seconds that a page is kept at most: what upper apps add to it may change with the hour."""
ZONES_KEPT_FOR = 3600
"""Seconds that the choice of zones is kept."""


@access(public=True)
@require_safe
def workshop_detail(request: HtmxHttpRequest, slug: str) -> HttpResponseBase:
    """Queries: 1 where the page is kept, else 7 and those of upper apps."""
    workshop = get_public_workshop(slug=slug)
    zone, language, now = _zone(request, workshop), _language(request), timezone.now()
    asked = _asked(request)
    key = ":".join(
        (
            "events.public",
            f"{workshop.pk}.{workshop.version}",
            language,
            str(zone),
            now.astimezone(zone).date().isoformat(),
            str(workshop.takes_nominations(now)),
            *asked,
        )
    )
    body: bytes | None = cache.get(key)
    if body is None:
        with translation.override(language), timezone.override(zone):
            context = _context(workshop, zone=zone, language=language, now=now)
            context["asked"] = asked
            body = render_to_string("events/workshop_public.html", context).encode()
        cache.set(key, body, KEPT_FOR)
    return _answer(request, body, "text/html; charset=utf-8", language)


@access(public=True)
@require_safe
def workshop_calendar(request: HtmxHttpRequest, slug: str) -> HttpResponseBase:
    """The agenda as a calendar file."""
    workshop = get_public_workshop(slug=slug)
    language = _language(request)
    with translation.override(language):
        sessions = workshop.sessions.order_by("starts_at", "ends_at", "pk")
        body = agenda_calendar(workshop, sessions)
    response = _answer(request, body, "text/calendar; charset=utf-8", language)
    response.headers["Content-Disposition"] = f'attachment; filename="{slugify(slug)}.ics"'
    return response


@access("accounts.view_dashboard")
@require_safe
def workshop_own_zone(request: PersonRequest, slug: str) -> HttpResponseBase:
    """The public page in the zone and language of the person who is signed in; a browser keeps the fragment."""
    require("accounts.view_dashboard", request.user)
    workshop = get_public_workshop(slug=slug)
    asked = {"zone": str(request.user.zone), "language": request.user.language}
    page = reverse("events:workshop-detail", args=[workshop.slug])
    return redirect(f"{page}?{urlencode(asked)}")


def _context(workshop: Workshop, *, zone: ZoneInfo, language: str, now: datetime) -> dict[str, Any]:
    sessions = list_sessions(workshop, user=AnonymousUser())
    organisers = list(list_organisers(workshop))
    mandate = getattr(workshop, "mandate", None)
    return {
        "workshop": workshop,
        "zone": zone,
        "zone_name": city(zone),
        "workshop_zone_name": city(workshop.zone),
        "zones": _zones(workshop, zone, now),
        "language": language,
        "languages": [code for code, _name in settings.LANGUAGES if code != language],
        "takes_nominations": workshop.takes_nominations(now),
        "days": days_of(sessions, zone),
        "speakers": list_speaking(sessions),
        "instruments": list_introduced(sessions),
        "materials": [(s, each) for s in sessions for each in _documents(s)],
        "organised_by": organised_by(organisers),
        "mandate": mandate,
        "mandate_source": mandate_source(mandate) if mandate else "",
        "place": place_words(workshop),
        "of_series": list(list_public_of_series(workshop)),
        "parts": [part for _order, find in PUBLIC_PARTS for part in find(workshop)],
        "actions": [
            action for _order, find in PUBLIC_ACTIONS if (action := find(workshop, now)) is not None
        ],
    }


def _documents(session: Any) -> list[Any]:
    documents: list[Any] = session.documents
    return documents


def _zones(workshop: Workshop, chosen: ZoneInfo, now: datetime) -> list[tuple[str, str]]:
    """The zones of administrations, the workshop's and the one that was asked for, by city."""
    known = cache.get("events.zones")
    if known is None:
        rows = Administration.objects.filter(is_active=True).order_by("pk")
        known = sorted({str(zone) for zone in rows.values_list("time_zone", flat=True)})
        cache.set("events.zones", known, ZONES_KEPT_FOR)
    names = {*known, str(workshop.zone), str(chosen)}
    zones = sorted((ZoneInfo(name) for name in names), key=city)
    return [(str(zone), zone_words(zone, now)) for zone in zones]


def _zone(request: HttpRequest, workshop: Workshop) -> ZoneInfo:
    """The zone that the address asks for, else the workshop's."""
    asked = request.GET.get("zone", "")
    return ZoneInfo(asked) if _is_zone(asked) else workshop.zone


def _is_zone(name: str) -> bool:
    return "/" in name and name in available_timezones()


def _asked(request: HttpRequest) -> list[str]:
    """What of the address counts: links and forms of the page keep it, and pages without it are others."""
    zone, language = request.GET.get("zone", ""), request.GET.get("language", "")
    counts = {"zone": _is_zone(zone), "language": language in dict(settings.LANGUAGES)}
    return [name for name, does in counts.items() if does]


def _language(request: HttpRequest) -> str:
    """The language that the address asks for, else the browser's. No cookie and no account counts."""
    known = dict(settings.LANGUAGES)
    asked = request.GET.get("language", "")
    if asked in known:
        return asked
    for code, _weight in parse_accept_lang_header(
        request.headers.get("Accept-Language", "").lower()
    ):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _answer(
    request: HttpRequest, body: bytes, content_type: str, language: str
) -> HttpResponseBase:
    """The whole body, or 304 to who has it. Who asks plays no part in it, so it varies on no cookie."""
    request.session.accessed = False
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response = HttpResponse(body, content_type=content_type)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Content-Language"] = language
    patch_vary_headers(response, ["Accept-Language"])
    answer = get_conditional_response(request, etag=etag, response=response)
    return answer if answer is not None else response
