"""The edition as a file: the page of downloads, and asking for one."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from reports.access import get_edition_for
from reports.actions.exports import request_edition_export
from reports.models import Edition
from reports.writers import FORMATS
from reports.writers.export import list_exports
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import page
from workshop_portal.pages import refused
from workshop_portal.refusals import Refusal


@access("reports.export_edition")
@require_GET
def edition_exports(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    edition = get_edition_for(request.user, slug=slug, number=number, to="reports.export_edition")
    context = {
        "edition": edition,
        "formats": list(FORMATS.values()),
        "jobs": list_exports(edition, request.user),
        "has_text": edition.sections.shown().exists(),
        "is_draft": edition.status != Edition.Status.ADOPTED,
    }
    return page(request, "reports/edition_exports.html", context)


@access("reports.export_edition")
@require_POST
def edition_export(
    request: PersonRequest,
    slug: str,
    number: int,
    format: str,
) -> HttpResponseBase:
    """Ask for the file; then its own page says how far it is."""
    edition = get_edition_for(request.user, slug=slug, number=number, to="reports.export_edition")
    if format not in FORMATS:
        raise Http404
    try:
        job = request_edition_export(edition=edition, format=format, by=request.user)
    except Refusal as refusal:
        return refused(request, refusal, reverse("reports:edition-exports", args=[slug, number]))
    return redirect("documents:export-detail", job.public_id)
