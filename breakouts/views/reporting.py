"""What is done with a point in the plenary and on the findings: mark, merge, split, theme."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from breakouts.access import get_point_for
from breakouts.actions.marking import mark_point, unmark_point
from breakouts.actions.merging import mark_distinct, merge_points, split_point
from breakouts.actions.themes import set_point_theme
from breakouts.forms.merging import THIS, MergeForm, OtherPointForm
from breakouts.forms.themes import ChosenThemeForm
from breakouts.models import Point
from breakouts.queries.plenary import list_standing, list_themes
from breakouts.queries.points import list_sayers
from breakouts.similarity import rank_like
from breakouts.views.plenary import wall_page
from breakouts.views.wall import group_url
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import back, next_url, page
from workshop_portal.pages import posted
from workshop_portal.refusals import Refusal

REPORT = "breakouts.report_point"
WALL = "wall"
"""The id of what htmx fills in the plenary. Elsewhere it follows the redirect to the page's own part."""
SHOWN = 30
"""How many points are offered to be merged with, the most alike first."""


@access(REPORT)
@require_POST
def point_mark(
    request: PersonRequest, slug: str, ordinal: int, number: int, public_id: UUID
) -> HttpResponseBase:
    point = _load(request, slug, ordinal, number, public_id)
    return _answer(request, point, lambda: mark_point(point=point, by=request.user))


@access(REPORT)
@require_POST
def point_unmark(
    request: PersonRequest, slug: str, ordinal: int, number: int, public_id: UUID
) -> HttpResponseBase:
    point = _load(request, slug, ordinal, number, public_id)
    return _answer(request, point, lambda: unmark_point(point=point, by=request.user))


@access(REPORT)
@require_POST
def point_theme(
    request: PersonRequest, slug: str, ordinal: int, number: int, public_id: UUID
) -> HttpResponseBase:
    """Put it under a theme of its topic; empty for none."""
    point = _load(request, slug, ordinal, number, public_id)
    workshop = point.group.round.workshop
    themes = list_themes(workshop=workshop).filter(topic=point.group.topic_id)
    form = ChosenThemeForm(request.POST, themes=themes)
    if not form.is_valid():
        messages.error(request, _("Choose a theme of the group’s topic."))
        return _respond(request, point)
    theme = form.cleaned_data["theme"]
    return _answer(
        request,
        point,
        lambda: set_point_theme(point=point, theme=theme, by=request.user),
        after=point,
    )


@access(REPORT)
@require_POST
def point_split(
    request: PersonRequest, slug: str, ordinal: int, number: int, public_id: UUID
) -> HttpResponseBase:
    point = _load(request, slug, ordinal, number, public_id)
    done = _("Taken back: the points stand by themselves again.")
    return _answer(request, point, lambda: split_point(point=point, by=request.user), done=done)


@access(REPORT)
@require_POST
def point_distinct(
    request: PersonRequest, slug: str, ordinal: int, number: int, public_id: UUID
) -> HttpResponseBase:
    """Say that it is not the same as another one."""
    point = _load(request, slug, ordinal, number, public_id)
    form = OtherPointForm(request.POST, others=list_standing(workshop=point.group.round.workshop))
    if not form.is_valid():
        messages.error(request, _("This point is no point of the workshop any more. Look again."))
        return _respond(request, point)
    other = form.cleaned_data["other"]
    return _answer(
        request,
        point,
        lambda: mark_distinct(point=point, other=other, by=request.user),
        done=_("Kept apart. Nobody is asked about these two again."),
    )


@access(REPORT)
@require_http_methods(["GET", "POST"])
def point_merge(
    request: PersonRequest, slug: str, ordinal: int, number: int, public_id: UUID
) -> HttpResponseBase:
    """Choose another point, look at both side by side, let one text stand."""
    point = _load(request, slug, ordinal, number, public_id)
    others = list_standing(workshop=point.group.round.workshop).exclude(pk=point.pk)
    form = MergeForm(posted(request), others=others)
    if form.is_bound and form.is_valid():
        other, stands = form.cleaned_data["other"], form.cleaned_data["stands"]
        pair = (other, point) if stands == THIS else (point, other)
        try:
            merge_points(point=pair[0], into=pair[1], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Merged: one point stands for both."))
            return back(request, _wall_url(point))
    return _merge_page(request, point, form)


def _merge_page(request: PersonRequest, point: Point, form: MergeForm) -> HttpResponse:
    workshop = point.group.round.workshop
    rows = list(list_standing(workshop=workshop))
    this = next((row for row in rows if row.pk == point.pk), None)
    wanted = form["other"].value() or request.GET.get("with", "")
    other = next((row for row in rows if str(row.public_id) == wanted and row != this), None)
    likes = []
    if this is not None and other is None:
        order = rank_like([row.text for row in rows], rows.index(this))
        likes = [rows[place] for place in order[:SHOWN]]
    context = {
        "workshop": workshop,
        "round": point.group.round,
        "group": point.group,
        "point": point,
        "pair": [(this, list_sayers(this)), (other, list_sayers(other))] if this and other else [],
        "likes": likes,
        "is_gone": this is None,
        "form": form,
        "next": next_url(request, _wall_url(point)),
    }
    status = 422 if form.is_bound else 200
    return page(request, "breakouts/plenary_merge.html", context, status=status)


def _load(request: PersonRequest, slug: str, ordinal: int, number: int, public_id: UUID) -> Point:
    return get_point_for(
        request.user, slug=slug, ordinal=ordinal, number=number, public_id=public_id, to=REPORT
    )


def _answer(
    request: PersonRequest,
    point: Point,
    act: Callable[[], object],
    *,
    done: str = "",
    after: Point | None = None,
) -> HttpResponseBase:
    """Do it, tell it or why not, and respond."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if done:
            messages.success(request, done)
    return _respond(request, point, after=after)


def _respond(
    request: PersonRequest, point: Point, *, after: Point | None = None
) -> HttpResponseBase:
    """The wall to htmx, else back to where the person was."""
    if request.htmx.target == WALL:
        return wall_page(request, point.group.round, point.group.ordinal, after=after, says=True)
    return back(request, _wall_url(point))


def _wall_url(point: Point) -> str:
    return f"{group_url(point.group.round, point.group.ordinal)}#point-{point.public_id}"
