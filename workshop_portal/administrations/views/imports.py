"""A list of administrations: uploaded, looked at, saved, taken back."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from workshop_portal.accounts.http import PersonRequest
from workshop_portal.administrations import queries
from workshop_portal.administrations.access import get_import_for
from workshop_portal.administrations.actions.registry_imports import (
    save_import,
    show_import,
    undo_import,
)
from workshop_portal.administrations.forms import LARGEST_FILE, RegistryUploadForm, SaveImportForm
from workshop_portal.administrations.imports import LARGEST_LIST, Reading, read_registry
from workshop_portal.administrations.models import RegistryImport
from workshop_portal.authorization import access, require
from workshop_portal.documents.uploads import UnreadableTableError, read_table
from workshop_portal.http import page
from workshop_portal.pages import carry_out

IMPORT = "administrations.import_registry"
VIEW = "administrations.view_import"
SAVE = "administrations.save_import"


@access(IMPORT)
@require_http_methods(["GET", "POST"])
def import_list(request: PersonRequest) -> HttpResponseBase:
    """Upload a list. Where something is wrong, every error stands at its row and nothing is kept."""
    require(IMPORT, request.user)
    form = RegistryUploadForm(request.POST or None, request.FILES or None)
    reading: Reading | None = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            reading = read_registry(
                read_table(file, file.name, limit_rows=LARGEST_LIST, limit_bytes=LARGEST_FILE)
            )
        except UnreadableTableError as refusal:
            form.add_error("file", str(refusal))
        else:
            reading.problems = reading.problems or queries.compare_rows(reading.rows)[1]
            if not reading.problems:
                shown = show_import(rows=reading.rows, file_name=file.name, by=request.user)
                return redirect(_url(shown))
    context = {
        "form": form,
        "reading": reading,
        "imports": queries.list_imports()[:20],
    }
    status = 422 if request.method == "POST" else 200
    return page(request, "administrations/import_list.html", context, status=status)


@access(VIEW)
@require_GET
def import_detail(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Before it is saved: what would be new, changed, unchanged. After: what was."""
    shown = get_import_for(request.user, public_id=public_id, to=VIEW)
    context = {"import": shown, "may_undo": shown.can_be_undone(timezone.now())}
    if shown.status == RegistryImport.Status.SHOWN:
        compared, problems = queries.compare_rows(shown.rows)
        context |= {
            "problems": problems,
            "new": [one for one in compared if one.state == "new"],
            "centres": sum(one.state == "new" and bool(one.row.get("parent")) for one in compared),
            "changed": [one for one in compared if one.state == "changed"],
            "unchanged": [one for one in compared if one.state == "unchanged"],
            "save_form": SaveImportForm(initial={"expected": queries.digest(compared)}),
        }
    return page(request, "administrations/import_detail.html", context)


@access(SAVE)
@require_POST
def import_save(request: PersonRequest, public_id: UUID) -> HttpResponseBase:
    shown = get_import_for(request.user, public_id=public_id, to=SAVE)
    form = SaveImportForm(request.POST)
    expected = form.cleaned_data["expected"] if form.is_valid() else ""
    return carry_out(
        request,
        lambda: save_import(registry_import=shown, expected=expected, by=request.user),
        to=_url(shown),
        done=_("The list is saved. You can take it back for ten minutes."),
    )


@access(SAVE)
@require_POST
def import_undo(request: PersonRequest, public_id: UUID) -> HttpResponseBase:
    shown = get_import_for(request.user, public_id=public_id, to=SAVE)
    return carry_out(
        request,
        lambda: undo_import(registry_import=shown, by=request.user),
        to=_url(shown),
        done=_("The list is taken back: the registry is as it was."),
    )


def _url(shown: RegistryImport) -> str:
    return reverse("administrations:import-detail", args=[shown.public_id])
