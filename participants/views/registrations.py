"""The review queue of a workshop: list, one registration, approve."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from participants.access import get_registration_for, get_workshop_for_review
from participants.actions.registrations import (
    NotToReviewError,
    WorkshopEndedError,
    approve_registration,
    approve_registrations,
)
from participants.filters import RegistrationFilter
from participants.forms.registrations import ChosenForm
from participants.models import Registration
from participants.queries.registrations import (
    get_places_in_line,
    list_administrations,
    list_registrations,
    list_reviewable,
)
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.accounts.queries import name_people
from workshop_portal.audit.presenters import list_lines
from workshop_portal.audit.queries import list_entries
from workshop_portal.authorization import access
from workshop_portal.http import back, page

PER_PAGE = 50


@access("participants.view_registrations")
@require_safe
def registration_list(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for_review(request.user, slug=slug)
    found = RegistrationFilter(
        request.GET,
        list_registrations(request.user, workshop=workshop),
        administrations=list_administrations(workshop=workshop),
    )
    rows = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "workshop": workshop,
        "filter": found,
        "page": rows,
        "places": get_places_in_line(rows),
        "buttons": [
            {
                "label": _("Approve %s"),
                "primary": True,
                "formaction": reverse("participants:registration-approve-many", args=[slug]),
            }
        ],
    }
    return page(request, "participants/registration_list.html", context, partial="results")


@access("participants.review_registration")
@require_safe
def registration_detail(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    registration = get_registration_for(request.user, slug=slug, public_id=public_id)
    return page(request, "participants/registration_detail.html", _detail(registration))


@access("participants.approve_registration")
@require_POST
def registration_approve(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    registration = get_registration_for(
        request.user, slug=slug, public_id=public_id, to="participants.approve_registration"
    )
    try:
        registration = approve_registration(registration=registration, by=request.user)
    except (NotToReviewError, WorkshopEndedError) as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Approved: %s.") % registration.user)
    if request.htmx:
        template = "participants/registration_detail.html"
        return page(request, template, _detail(registration), partial="state")
    return back(request, reverse("participants:registration-detail", args=[slug, public_id]))


@access("participants.approve_registration")
@require_POST
def registration_approve_many(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for_review(request.user, slug=slug)
    form = ChosenForm(request.POST, reviewable=list_reviewable(request.user, workshop=workshop))
    if not form.is_valid():
        messages.error(request, str(form.errors["chosen"][0]))
        return back(request, reverse("participants:registration-list", args=[slug]))
    try:
        approved = approve_registrations(registrations=form.cleaned_data["chosen"], by=request.user)
    except (NotToReviewError, WorkshopEndedError) as error:
        messages.error(request, error.message)
    else:
        said = ngettext(
            "%d person approved; the mail with the personal link is on its way.",
            "%d people approved; the mails with the personal links are on their way.",
            len(approved),
        )
        messages.success(request, said % len(approved))
    return back(request, reverse("participants:registration-list", args=[slug]))


def _detail(registration: Registration) -> dict[str, Any]:
    entries = list(list_entries(target=registration))
    return {
        "workshop": registration.workshop,
        "registration": registration,
        "places": get_places_in_line([registration]),
        "lines": list_lines(entries, name_people(entry.actor_id for entry in entries)),
    }
