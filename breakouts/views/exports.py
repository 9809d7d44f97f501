"""A round's places as files: for Zoom, as a table, as sheets to print."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from breakouts.access import get_round_for
from breakouts.instances.building import Material, holders
from breakouts.models import Round
from breakouts.queries.places import list_places, list_zoom_places
from breakouts.queries.plans import get_current_plan, get_latest_plan
from breakouts.tables import (
    ZOOM_PEOPLE,
    ZOOM_ROOMS,
    place_header,
    place_rows,
    say_version,
    say_zoom_limits,
    version_name,
    zoom_csv,
)
from breakouts.writers.sheets import EXPORT, get_sheets
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.documents.actions import request_export
from workshop_portal.documents.spreadsheets import table_response
from workshop_portal.http import page

VIEW = "breakouts.view_round"


@access(VIEW)
@require_safe
def zoom_export(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """The published plan as Zoom imports it; without one the header alone."""
    row = get_round_for(request.user, slug=slug, ordinal=ordinal)
    places = list_zoom_places(plan=get_current_plan(round=row))
    response = HttpResponse(zoom_csv(places), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"zoom-{_stem(row)}.csv")
    return response


@access(VIEW)
@require_safe
def place_table(request: PersonRequest, slug: str, ordinal: int, format: str) -> HttpResponseBase:
    name, rows = _places(get_round_for(request.user, slug=slug, ordinal=ordinal))
    return table_response(format, name, place_header(), rows, title=_("Groups"))


@access(VIEW)
@require_safe
def sheet_list(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """One sheet a group of the published plan, on a page that prints as one page each."""
    row = get_round_for(request.user, slug=slug, ordinal=ordinal)
    plan = get_current_plan(round=row)
    context = {
        "workshop": row.workshop,
        "round": row,
        "plan": plan,
        "sheets": get_sheets(round=row, plan=plan),
        "tab": "breakouts",
    }
    return page(request, "breakouts/sheet_list.html", context)


@access(VIEW)
@require_POST
def sheet_export(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """Ask for the sheets as PDF; it waits under the person's downloads."""
    row = get_round_for(request.user, slug=slug, ordinal=ordinal)
    if get_current_plan(round=row) is None:
        return redirect("breakouts:sheet-list", slug, ordinal)
    job = request_export(kind=EXPORT, format="pdf", params={"round": row.pk}, by=request.user)
    return redirect("documents:export-detail", job.public_id)


def exports_of(material: Material) -> dict[str, Any]:
    """What the round's page says of its exports. Queries: 1 where Zoom's limits may be exceeded, else none."""
    latest, current = material.latest, material.current
    people = len(material.published) + sum(len(holders(group)) for group in material.groups)
    may_exceed = len(material.groups) > ZOOM_ROOMS or people > ZOOM_PEOPLE
    return {
        "version": say_version(latest) if latest else "",
        "is_published": current is not None,
        "zoom_limits": say_zoom_limits(list_zoom_places(plan=current)) if may_exceed else "",
    }


def _places(row: Round) -> tuple[str, Any]:
    """Name and rows of the plan on the board: the newest, draft or published."""
    plan = get_latest_plan(round=row)
    suffix = f"-{version_name(plan)}" if plan else ""
    rows = place_rows(list_places(round=row, plan=plan), round=row, plan=plan)
    return f"groups-{_stem(row)}{suffix}", rows


def _stem(row: Round) -> str:
    return f"{row.workshop.slug}-round-{row.ordinal}"
