"""Findings: all points of a workshop, filtered and exported."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from breakouts.access import get_workshop_for_rounds
from breakouts.filters import PointFilter
from breakouts.models import Group, Point, Theme
from breakouts.queries.plenary import list_themes
from breakouts.queries.points import list_findings, list_places, list_sayers
from breakouts.queries.rounds import list_topics
from breakouts.views.wall import Line, fit_themes, make_line, pass_focus, theme_items
from events.models import Workshop
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.documents.spreadsheets import table_response
from workshop_portal.http import page
from workshop_portal.times import city

VIEW = "breakouts.view_findings"
PER_PAGE = 50


@access(VIEW)
@require_safe
def point_list(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for_rounds(request.user, slug=slug, to=VIEW)
    themes = list(list_themes(workshop=workshop))
    found = _found(request, workshop, themes)
    shown = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    state = request.GET.copy()
    after = state.pop("after", [""])[-1]
    context = {
        "workshop": workshop,
        "filter": found,
        "page": shown,
        "lines": _lines(list(shown), themes, _here(workshop, state), after),
        "query": state.urlencode(),
        "tab": "findings",
    }
    return page(request, "breakouts/point_list.html", context, partial="results")


@access(VIEW)
@require_safe
def point_table(request: PersonRequest, slug: str, format: str) -> HttpResponseBase:
    workshop = get_workshop_for_rounds(request.user, slug=slug, to=VIEW)
    cells = _cells(_found(request, workshop), workshop.zone)
    header = _header(workshop.zone)
    return table_response(format, f"findings-{slug}", header, cells, title=_("Findings"))


def _found(
    request: PersonRequest, workshop: Workshop, themes: list[Theme] | None = None
) -> PointFilter:
    groups = Group.objects.filter(round__workshop=workshop).select_related("round")
    return PointFilter(
        request.GET,
        list_findings(request.user, workshop=workshop),
        topics=list_topics(workshop=workshop),
        groups=groups.order_by("round__ordinal", "ordinal", "pk"),
        themes=list_themes(workshop=workshop) if themes is None else themes,
    )


def _lines(points: list[Point], themes: list[Theme], then: str, after: str) -> list[Line]:
    """The points of a page with the themes that may fit, judged among each other. Queries: none."""
    now = timezone.now()
    fitting = fit_themes(points, themes)
    lines = [make_line(point, now) for point in points]
    for line in lines:
        line.then = then
        line.fitting = fitting.get(line.point.pk, [])
        line.themes = [] if line.point.is_merged else theme_items(line.point, themes)
    pass_focus(lines, _key(after))
    return lines


def _here(workshop: Workshop, state: QueryDict) -> str:
    """The list with its filters: where the buttons of its rows lead back to."""
    address = reverse("breakouts:point-list", args=[workshop.slug])
    return f"{address}?{state.urlencode()}" if state else address


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _header(zone: ZoneInfo) -> list[str]:
    return [
        _("Round"),
        _("Group"),
        _("Topic"),
        _("Theme"),
        _("Kind"),
        _("Point"),
        _("Said by"),
        _("For the report"),
        _("Also said in"),
        _("Merged into"),
        _("Noted at, %(city)s") % {"city": city(zone)},
    ]


def _cells(found: PointFilter, zone: ZoneInfo) -> Iterator[list[Any]]:
    for point in found.qs:
        group = point.group
        into = point.merged_into if point.is_merged else None
        yield [
            group.round.ordinal,
            group.ordinal,
            str(group.topic.title),
            point.theme.title if point.theme else "",
            point.get_kind_display(),
            point.text,
            "; ".join(each.name for each in list_sayers(point)),
            _("Yes") if point.marked_at else "",
            "; ".join(_place(each) for each in list_places(point)[1:]),
            _place(into.group) if into else "",
            point.created_at.astimezone(zone),
        ]


def _place(group: Group) -> str:
    return _("Round %(round)d, group %(group)d") % {
        "round": group.round.ordinal,
        "group": group.ordinal,
    }
