"""Findings: all points of a workshop, filtered and exported."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from breakouts.access import get_workshop_for_rounds
from breakouts.filters import PointFilter
from breakouts.models import Group
from breakouts.queries.points import list_findings
from breakouts.queries.rounds import list_topics
from events.models import Workshop
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.documents.spreadsheets import csv_response, xlsx_response
from workshop_portal.http import page

VIEW = "breakouts.view_findings"
PER_PAGE = 50


@access(VIEW)
@require_safe
def point_list(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for_rounds(request.user, slug=slug, to=VIEW)
    found = _found(request, workshop)
    context = {
        "workshop": workshop,
        "filter": found,
        "page": Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page")),
        "query": request.GET.urlencode(),
        "tab": "findings",
    }
    return page(request, "breakouts/point_list.html", context, partial="results")


@access(VIEW)
@require_safe
def point_csv(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for_rounds(request.user, slug=slug, to=VIEW)
    return csv_response(f"findings-{slug}.csv", _header(), _cells(_found(request, workshop)))


@access(VIEW)
@require_safe
def point_xlsx(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for_rounds(request.user, slug=slug, to=VIEW)
    cells = _cells(_found(request, workshop))
    return xlsx_response(f"findings-{slug}.xlsx", _header(), cells, title=_("Findings"))


def _found(request: PersonRequest, workshop: Workshop) -> PointFilter:
    groups = Group.objects.filter(round__workshop=workshop).select_related("round")
    return PointFilter(
        request.GET,
        list_findings(request.user, workshop=workshop),
        topics=list_topics(workshop=workshop),
        groups=groups.order_by("round__ordinal", "ordinal", "pk"),
    )


def _header() -> list[str]:
    return [_("Round"), _("Group"), _("Topic"), _("Kind"), _("Point"), _("Said by"), _("Noted at")]


def _cells(found: PointFilter) -> Iterator[list[Any]]:
    for point in found.qs:
        group = point.group
        yield [
            group.round.ordinal,
            group.ordinal,
            str(group.topic.title),
            point.get_kind_display(),
            point.text,
            "; ".join(each.name for each in point.administrations.all()),
            point.created_at,
        ]
