"""The registry as CSV, XLSX and JSON: the rows of the filtered screen, in columns that can be imported again."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from workshop_portal.accounts.http import PersonRequest
from workshop_portal.administrations import queries
from workshop_portal.administrations.filters import AdministrationFilter
from workshop_portal.administrations.imports import HEADINGS
from workshop_portal.authorization import access, require
from workshop_portal.documents.spreadsheets import table_response

LIST = "administrations.list_administrations"


@access(LIST)
@require_GET
def administration_table(request: PersonRequest, format: str) -> HttpResponseBase:
    require(LIST, request.user)
    rows = _rows(request)
    return table_response(format, "administrations", HEADINGS, rows, title=_("Administrations"))


def _rows(request: PersonRequest) -> Iterator[tuple[Any, ...]]:
    """A training centre has its own row, so no row says "yes" to having one."""
    found = AdministrationFilter(
        request.GET, queryset=queries.list_administrations(now=timezone.now())
    )
    for row in found.qs.iterator(chunk_size=2000):
        yield (
            row.code,
            row.name,
            row.official_name,
            row.sub_region,
            str(row.time_zone),
            "no",
            row.kind,
            row.language,
            row.official_address,
        )
