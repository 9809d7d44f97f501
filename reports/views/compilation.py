"""Compiling the draft: the button, how far it is, and what the draft still lacks."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from reports.access import get_edition_for
from reports.actions.compilation import request_compilation
from reports.compilation.problems import list_lacks
from reports.compilation.steps import steps_of
from reports.models import CompilationRun, Edition
from reports.queries.contributions import list_unaccepted
from reports.queries.sections import list_sections
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import page
from workshop_portal.leases import WorkStatus
from workshop_portal.refusals import Refusal


@never_cache
@access("reports.compile_edition")
@require_GET
def compilation_detail(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """The last run; htmx asks for the part again until it has ended."""
    edition = get_edition_for(request.user, slug=slug, number=number, to="reports.compile_edition")
    return page(
        request, "reports/compilation_detail.html", _detail(request, edition), partial="run"
    )


@access("reports.compile_edition")
@require_POST
def edition_compile(request: PersonRequest, slug: str, number: int) -> HttpResponseBase:
    edition = get_edition_for(request.user, slug=slug, number=number, to="reports.compile_edition")
    try:
        request_compilation(edition=edition, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("reports:compilation-detail", slug, number)


def _detail(request: PersonRequest, edition: Edition) -> dict[str, Any]:
    runs = CompilationRun.objects.filter(edition=edition).select_related("requested_by")
    run = runs.order_by("-created_at", "-pk").first()
    sections = list_sections(request.user, edition=edition) if run else []
    return {
        "edition": edition,
        "run": run,
        "steps": steps_of(run) if run else [],
        "is_failed": run is not None and run.is_ended and run.status != WorkStatus.DONE,
        "is_adopted": edition.status == Edition.Status.ADOPTED,
        "lacks": [
            (section, [lack.words for lack in found])
            for section, found in groupby(list_lacks(run, sections), lambda lack: lack.section)
        ],
        "unaccepted": list(list_unaccepted(edition=edition)) if run else [],
        "button": _("Compile again") if run else _("Compile the draft"),
    }
