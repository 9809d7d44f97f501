"""The first page. Visitors see the workshops; people who are signed in see what waits for them."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from breakouts.queries.rounds import list_own_roles
from events import queries as events
from events.access import organised_by
from events.models import Workshop
from events.tabs import WAITING, Waiting
from participants.queries import own
from reports.queries.editions import list_newest_editions
from workshop_portal.accounts.models import User
from workshop_portal.administrations.queries import has_office
from workshop_portal.authorization import access
from workshop_portal.http import HtmxHttpRequest, page

PREPARED_AT_ONCE = 4
"""Workshops whose waiting work the first page lists; the others are a link away."""


@access(public=True)
@require_GET
def dashboard(request: HtmxHttpRequest) -> HttpResponseBase:
    """By whom it is: the public list, what waits for an organiser, the own delegations and workshops, the own roles in groups."""
    if not request.user.is_authenticated:
        return _welcome(request)
    return page(request, "dashboard.html", _mine(request.user))


def _welcome(request: HtmxHttpRequest) -> HttpResponse:
    workshops = events.list_workshops_for(request.user)[:20]
    return page(request, "welcome.html", {"workshops": workshops})


def _mine(user: User) -> dict[str, Any]:
    organised = organised_by(user).exclude(status__in=own.OVER).select_related("series")
    prepared = _with_waiting(organised.order_by("starts_on", "pk")[:PREPARED_AT_ONCE], user)
    delegations = list(own.list_own_delegations(user, now=timezone.now()))
    editions = list_newest_editions({each.workshop_id for each in delegations})
    may_plan = user.is_secretariat
    return {
        "needs_office": may_plan and not prepared and not has_office(),
        "prepared": prepared,
        "delegations": [(each, editions.get(each.workshop_id)) for each in delegations],
        "registrations": own.list_own_registrations(user),
        "roles": list_own_roles(user),
        "may_plan": may_plan,
    }


def _with_waiting(workshops: Iterable[Workshop], user: User) -> list[dict[str, Any]]:
    """Each with what upper apps say waits, in the words of the component. Their queries do not grow with them."""
    shown = list(workshops)
    found = [find(shown, user) for find in WAITING]
    return [
        {
            "workshop": workshop,
            "items": [_said(item) for each in found for item in each.get(workshop.pk, ())],
        }
        for workshop in shown
    ]


def _said(item: Waiting) -> dict[str, Any]:
    return {
        "count": item.count,
        "title": item.title,
        "note": item.detail,
        "url": item.action_url,
        "action": item.action_label,
    }
