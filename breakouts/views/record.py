"""Who was where in a round: the record, as a page and as a file."""

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from breakouts.access import get_round_for
from breakouts.queries.record import list_whereabouts
from breakouts.tables import record_header, record_rows
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.documents.spreadsheets import table_response
from workshop_portal.http import page

VIEW = "breakouts.view_round"
PER_PAGE = 100


@access(VIEW)
@require_safe
def presence_list(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    row = get_round_for(request.user, slug=slug, ordinal=ordinal)
    found = list_whereabouts(round=row)
    places = [each for each in found if each.has_place]
    context = {
        "workshop": row.workshop,
        "round": row,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "places": len(places),
        "absent": sum(each.absence is not None for each in found),
        "present": sum(each.seen is not None for each in places),
        "tab": "breakouts",
    }
    return page(request, "breakouts/presence_list.html", context)


@access(VIEW)
@require_safe
def presence_table(
    request: PersonRequest, slug: str, ordinal: int, format: str
) -> HttpResponseBase:
    """The same, all pages of it; times in the zone of the workshop, which the header names."""
    row = get_round_for(request.user, slug=slug, ordinal=ordinal)
    zone = row.workshop.zone
    rows = record_rows(list_whereabouts(round=row), round=row, zone=zone)
    name = f"record-{slug}-round-{ordinal}"
    return table_response(format, name, record_header(zone), rows, title=_("Who was where"))
