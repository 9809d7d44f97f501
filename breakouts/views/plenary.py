"""The report-back of a round: its groups, and each group's points in large type for the whole room."""

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from breakouts.access import get_round_for
from breakouts.models import Point, Round
from breakouts.queries.plenary import list_noted, list_reported
from breakouts.views.wall import HOLD, find_alike, group_url, tag_of, wall
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access, can
from workshop_portal.http import page

VIEW = "breakouts.view_plenary"
TEMPLATE = "breakouts/plenary_group.html"


@access(VIEW)
@require_safe
def round_plenary(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """The groups, how much each noted, and at most ten pairs of points that may say the same."""
    round = get_round_for(request.user, slug=slug, ordinal=ordinal, to=VIEW)
    noted = list(list_noted(round=round))
    may_act = can(HOLD, request.user, round)
    context = {
        "workshop": round.workshop,
        "round": round,
        "groups": [
            (group, *_counted([point for point in noted if point.group_id == group.pk]))
            for group in list_reported(round=round)
        ],
        "pairs": find_alike(noted) if may_act else [],
        "may_act": may_act,
    }
    return page(request, "breakouts/plenary_list.html", context)


@access(VIEW)
@require_safe
def group_plenary(request: PersonRequest, slug: str, ordinal: int, number: int) -> HttpResponseBase:
    round = get_round_for(request.user, slug=slug, ordinal=ordinal, to=VIEW)
    return wall_page(request, round, number)


@access(VIEW)
@require_safe
def plenary_poll(request: PersonRequest, slug: str, ordinal: int, number: int) -> HttpResponseBase:
    """The wall alone, asked for every two seconds: 304 while nothing changed. Queries: 5 then."""
    round = get_round_for(request.user, slug=slug, ordinal=ordinal, to=VIEW)
    groups = list(list_reported(round=round))
    if number not in {group.ordinal for group in groups}:
        raise Http404
    if not request.htmx:
        return redirect(group_url(round, number))
    tag = tag_of(request.user, round, groups, number)
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = wall_page(request, round, number)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


def wall_page(
    request: PersonRequest,
    round: Round,
    number: int,
    *,
    after: Point | None = None,
    says: bool = False,
) -> HttpResponse:
    """The screen of a group, or its wall alone to htmx. `says`: with the messages. Raises: Http404."""
    context = wall(request, round, number, after=after)
    if context is None:
        raise Http404
    return page(request, TEMPLATE, context | {"says": says}, partial="wall")


def _counted(points: list[Point]) -> tuple[int, int]:
    """How many stand, and how many of them are for the report."""
    standing = [point for point in points if not point.is_merged]
    return len(standing), sum(point.marked_at is not None for point in standing)
