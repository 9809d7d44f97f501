"""The organisers' overview of a workshop."""

from django.http import HttpResponse
from django.shortcuts import render

from events.access import get_workshop_for
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access


@access("events.view_workshop_board")
def workshop_overview(request: PersonRequest, slug: str) -> HttpResponse:
    workshop = get_workshop_for(request.user, slug=slug)
    return render(request, "events/workshop_overview.html", {"workshop": workshop})
