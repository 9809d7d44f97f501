"""The review queue of a workshop: list, exports, one registration, approve and decline."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from events.models import Workshop
from participants.access import get_registration_for, get_workshop_for_review
from participants.actions.registrations import (
    approve_registration,
    approve_registrations,
    decline_registrations,
)
from participants.facts import get_participation
from participants.filters import RegistrationFilter
from participants.forms.registrations import ChosenForm, DeclineForm
from participants.models import Registration
from participants.queries.registrations import (
    Summary,
    get_places_in_line,
    list_registrations,
    list_reviewable,
    summarise,
)
from participants.roster import EXPORT
from participants.tables import registration_header, registration_rows
from participants.tabs import find_sightings
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.audit.history import list_history
from workshop_portal.authorization import access
from workshop_portal.documents.actions import request_export
from workshop_portal.documents.spreadsheets import table_response
from workshop_portal.http import back, page
from workshop_portal.pages import accept, carry_out
from workshop_portal.refusals import Refusal

VIEW = "participants.view_registrations"
APPROVE = "participants.approve_registration"
DECLINE = "participants.decline_registration"
PER_PAGE = 50


@access(VIEW)
@require_safe
def registration_list(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for_review(request.user, slug=slug)
    summary = summarise(workshop=workshop)
    found = _found(request.GET, request, workshop, summary)
    rows = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    is_first_look = not request.GET and not request.htmx
    context = {
        "workshop": workshop,
        "filter": found,
        "page": rows,
        "summary": summary,
        "places": get_places_in_line(rows),
        "participation": get_participation(workshop) if is_first_look else None,
        **_bulk(request, workshop, rows, summary),
    }
    return page(request, "participants/registration_list.html", context, partial="results")


@access(VIEW)
@require_safe
def registration_table(request: PersonRequest, slug: str, format: str) -> HttpResponseBase:
    name, rows = _exported(request, slug)
    return table_response(format, name, registration_header(), rows, title=_("Registrations"))


@access(VIEW)
@require_POST
def roster_export(request: PersonRequest, slug: str) -> HttpResponseBase:
    """Ask for the list of participants as PDF or XLSX; it waits under the person's downloads."""
    workshop = get_workshop_for_review(request.user, slug=slug)
    wanted = "xlsx" if request.POST.get("format") == "xlsx" else "pdf"
    job = request_export(
        kind=EXPORT, format=wanted, params={"workshop": workshop.pk}, by=request.user
    )
    return redirect("documents:export-detail", job.public_id)


@access("participants.review_registration")
@require_safe
def registration_detail(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    registration = get_registration_for(request.user, slug=slug, public_id=public_id)
    return page(request, "participants/registration_detail.html", _detail(registration))


@access(APPROVE)
@require_POST
def registration_approve(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    registration = get_registration_for(request.user, slug=slug, public_id=public_id, to=APPROVE)
    answer = carry_out(
        request,
        lambda: approve_registration(registration=registration, by=request.user),
        to=reverse("participants:registration-detail", args=[slug, public_id]),
        done=_("Approved: %s.") % registration.user,
    )
    if not request.htmx:
        return answer
    registration = get_registration_for(request.user, slug=slug, public_id=public_id, to=APPROVE)
    template = "participants/registration_detail.html"
    return page(request, template, _detail(registration), partial="state")


@access(APPROVE)
@require_POST
def registration_approve_many(request: PersonRequest, slug: str) -> HttpResponseBase:
    """Approve who is ticked, or with `everything` whom the filter of this address shows."""
    workshop = get_workshop_for_review(request.user, slug=slug)
    form = _chosen(request, workshop, APPROVE)
    if not form.is_valid():
        messages.error(request, form.problem)
        return back(request, _queue(slug))
    try:
        rows = approve_registrations(registrations=form.cleaned_data["chosen"], by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext(
            "%d person approved; the mail with the personal link is on its way.",
            "%d people approved; the mails with the personal links are on their way.",
            len(rows),
        )
        _say_done(request, said % len(rows), slug, Registration.Status.APPROVED)
    return back(request, _queue(slug))


@access(DECLINE)
@require_POST
def registration_decline_many(request: PersonRequest, slug: str) -> HttpResponseBase:
    """First asks why; with a reason declines who was chosen. The choice travels in the page."""
    workshop = get_workshop_for_review(request.user, slug=slug)
    form = _chosen(request, workshop, DECLINE)
    if not form.is_valid():
        messages.error(request, form.problem)
        return back(request, _queue(slug))
    chosen: list[Registration] = list(form.cleaned_data["chosen"])
    why = DeclineForm(request.POST if "reason" in request.POST else None)
    rows = accept(
        why,
        lambda: decline_registrations(
            registrations=chosen, reason=why.cleaned_data["reason"], by=request.user
        ),
    )
    if rows is not None:
        said = ngettext("%d person declined.", "%d people declined.", len(rows))
        _say_done(request, said % len(rows), slug, Registration.Status.DECLINED)
        return back(request, _queue(slug))
    context = {"workshop": workshop, "tab": "registrations", "chosen": chosen, "form": why}
    status = 422 if why.errors else 200
    return page(request, "participants/registration_decline.html", context, status=status)


def _say_done(request: PersonRequest, said: str, slug: str, status: str) -> None:
    """What was done; and where the rows are, when the list that comes back no longer shows them."""
    if request.GET.get("status") not in (None, "", status):
        left = _("They left this list, which is filtered by state.")
        link = format_html('<a href="{}?status={}">{}</a>', _queue(slug), status, _("Show them"))
        said = format_html("{} {} {}", said, left, link)
    messages.success(request, said)


def _found(
    query: QueryDict, request: PersonRequest, workshop: Workshop, summary: Summary
) -> RegistrationFilter:
    rows = list_registrations(request.user, workshop=workshop)
    return RegistrationFilter(query, rows, administrations=summary.administrations)


def _exported(request: PersonRequest, slug: str) -> tuple[str, Any]:
    """The rows of the filtered screen, all pages of it."""
    workshop = get_workshop_for_review(request.user, slug=slug)
    rows = list(_found(request.GET, request, workshop, summarise(workshop=workshop)).qs)
    seen = _seen_parts(workshop, rows)
    return f"registrations-{slug}", registration_rows(rows, get_places_in_line(rows), seen)


def _seen_parts(workshop: Workshop, rows: list[Registration]) -> dict[int, list[str]]:
    """The parts of the workshop where each was seen, each once."""
    parts: dict[int, list[str]] = {}
    for _label, found in find_sightings(workshop, rows):
        for key, seen in found.items():
            parts.setdefault(key, []).extend(dict.fromkeys(each.part for each in seen))
    return parts


def _chosen(request: PersonRequest, workshop: Workshop, action: str) -> ChosenForm:
    """The choice of a POST: ticked rows, or everything that the filter of the address shows."""
    reviewable = list_reviewable(request.user, workshop=workshop, to=action)
    summary = summarise(workshop=workshop)
    shown = _found(request.GET, request, workshop, summary).qs
    return ChosenForm(request.POST, reviewable=reviewable, shown=shown.filter(pk__in=reviewable))


def _bulk(
    request: PersonRequest, workshop: Workshop, rows: Page[Registration], summary: Summary
) -> dict[str, Any]:
    """The bar over the list. `?choose=all` ticks the page, or takes everything where there are more pages."""
    query = request.GET.copy()
    choose_all = query.pop("choose", [""])[0] == "all"
    query.pop("page", None)
    total = rows.paginator.count
    address = f"?{query.urlencode()}" if query else ""
    verb = "participants:registration-{}-many"
    return {
        "choose_all": choose_all,
        "everything": total if choose_all and rows.paginator.num_pages > 1 else 0,
        "export_query": address,
        "buttons": [
            {
                "label": _("Approve %s"),
                "primary": True,
                "formaction": reverse(verb.format("approve"), args=[workshop.slug]) + address,
            },
            {
                "label": _("Decline %s…"),
                "formaction": reverse(verb.format("decline"), args=[workshop.slug]) + address,
            },
        ],
        "all_url": "" if choose_all or not summary.to_review else _choose_all(workshop),
        "all_label": _("Choose all %d to review") % summary.to_review,
    }


def _choose_all(workshop: Workshop) -> str:
    return f"{_queue(workshop.slug)}?status={Registration.Status.NOMINATED}&choose=all"


def _queue(slug: str) -> str:
    return reverse("participants:registration-list", args=[slug])


def _detail(registration: Registration) -> dict[str, Any]:
    return {
        "workshop": registration.workshop,
        "registration": registration,
        "places": get_places_in_line([registration]),
        "seen": [
            (label, found[registration.pk])
            for label, found in find_sightings(registration.workshop, [registration])
            if registration.pk in found
        ],
        "lines": list_history(target=registration),
    }
