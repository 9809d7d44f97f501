"""Exports: how far each is, the file, and the list of one's own."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access, load, require
from workshop_portal.documents import actions, queries
from workshop_portal.documents.exports import may_have, place_of
from workshop_portal.documents.models import ExportJob
from workshop_portal.http import page

PAGE_SIZE = 30


@access("documents.list_exports")
@require_GET
def export_list(request: PersonRequest) -> HttpResponse:
    """What I asked for."""
    require("documents.list_exports", request.user)
    jobs = Paginator(queries.list_own_exports(request.user), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    rows = [(job, queries.title_of(job)) for job in jobs]
    return page(request, "documents/export_list.html", {"page": jobs, "rows": rows})


@never_cache
@access("documents.view_export")
@require_GET
def export_detail(request: PersonRequest, public_id: uuid.UUID) -> HttpResponse:
    """How far it is, in words; htmx asks for the part again until it has ended."""
    job = _load(request, public_id, "documents.view_export")
    context = {
        "job": job,
        "title": queries.title_of(job),
        "steps": queries.steps_of(job),
        "is_own": job.requested_by_id == request.user.pk,
        "place": place_of(job),
    }
    return page(request, "documents/export_detail.html", context, partial="job")


@never_cache
@access("documents.download_export")
@require_GET
def export_download(request: PersonRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The file, as an attachment only. 404 where it is not ready, or the right to it has gone."""
    job = _load(request, public_id, "documents.download_export")
    if not job.is_ready or not may_have(request.user, job.kind, job.params):
        raise Http404
    try:
        content = job.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=True, filename=job.file_name, content_type=job.content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@access("documents.repeat_export")
@require_POST
def export_repeat(request: PersonRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Ask for the same once more."""
    job = _load(request, public_id, "documents.repeat_export")
    try:
        again = actions.request_export(
            kind=job.kind, format=job.format, params=job.params, by=request.user
        )
    except actions.ExportRefusedError as error:
        messages.error(request, str(error))
        return redirect("documents:export-detail", public_id)
    return redirect("documents:export-detail", again.public_id)


def _load(request: PersonRequest, public_id: uuid.UUID, action: str) -> ExportJob:
    jobs = ExportJob.objects.select_related("requested_by")
    job: ExportJob = load(
        jobs, action, request.user, view="documents.view_export", public_id=public_id
    )
    return job
