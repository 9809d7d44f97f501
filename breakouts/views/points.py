"""A group's own page: who is in it, its question and link, and what it notes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breakouts.access import (
    get_group_after_move,
    get_group_for,
    get_point_for,
)
from breakouts.actions.locks import ThemeGoneError
from breakouts.actions.points import (
    PointChangedError,
    PointEmptyError,
    PointGoneError,
    add_point,
    edit_point,
    find_noted,
    remove_point,
    reorder_point,
    restore_point,
)
from breakouts.forms.points import EditPointForm, NewPointForm
from breakouts.models import Group, Point, Round
from breakouts.queries.live import list_seen
from breakouts.queries.points import (
    NotedPoint,
    list_noted_in,
    list_offered_themes,
    list_taggable,
)
from breakouts.views.room import look_in, room
from breakouts.views.rows import show_points
from breakouts.views.tags import EDIT_ANY, Tag, answered_by, find_tag, read_tag
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access, can
from workshop_portal.http import page
from workshop_portal.pages import Places, accept, carry_out, posted
from workshop_portal.refusals import Refusal

TEMPLATE = "breakouts/group_detail.html"
REFUSALS: Places = {
    PointEmptyError: "text",
    ThemeGoneError: "theme",
}


@access("breakouts.view_group")
@require_safe
def group_detail(request: PersonRequest, slug: str, ordinal: int, number: int) -> HttpResponseBase:
    """Who was moved to another group of the round is led there from the page or the link of the first."""
    try:
        group = get_group_for(request.user, slug=slug, ordinal=ordinal, number=number)
    except Http404:
        own = get_group_after_move(request.user, slug=slug, ordinal=ordinal, number=number)
        messages.info(request, _("Your place is in group %(n)s now.") % {"n": own.ordinal})
        return redirect(_url(own))
    form = NewPointForm(
        taggable=list_taggable(workshop=group.round.workshop),
        themes=list_offered_themes(group=group),
    )
    return _group_page(request, group, form)


@access("breakouts.view_group")
@require_safe
def point_poll(request: PersonRequest, slug: str, ordinal: int, number: int) -> HttpResponseBase:
    """The points, the clock and who is here, asked for every two seconds: 304 while nothing changed.

    Who was moved to another group of the round meanwhile is told which. Queries: 2 while nothing changed,
    6 where only points did.
    """
    held = read_tag(request)
    place: dict[str, Any] = {"slug": slug, "ordinal": ordinal, "number": number}
    answered = answered_by(request) if request.htmx else None
    if answered is not None:
        return _parts(request, *answered)
    try:
        group = get_group_for(request.user, **place)
    except Http404:
        if not request.htmx:
            raise
        own = get_group_after_move(request.user, **place)
        return page(request, "breakouts/group_moved.html", {"group": own})
    if not request.htmx:
        return redirect(_url(group))
    seen = look_in(request.user, group)
    tag = find_tag(request, group, seen)
    # The same is shown, with a tag that answers for the next half minute.
    if held.shows(tag):
        context = _place(group) | {"tag": tag}
        return _tagged(page(request, "breakouts/group_room.html", context), tag)
    if held.answers_for(tag):
        return _parts(request, group, tag)
    return _parts(request, group, tag, room(request.user, group, seen) | {"is_whole": True})


@access("breakouts.add_point")
@require_POST
def point_add(request: PersonRequest, slug: str, ordinal: int, number: int) -> HttpResponseBase:
    group = get_group_for(
        request.user, slug=slug, ordinal=ordinal, number=number, to="breakouts.add_point"
    )
    taggable = list_taggable(workshop=group.round.workshop)
    themes = list_offered_themes(group=group)
    form = NewPointForm(request.POST, taggable=taggable, themes=themes)
    point = accept(
        form,
        lambda: add_point(
            group=group,
            kind=form.cleaned_data["kind"],
            text=form.cleaned_data["text"],
            administrations=form.cleaned_data["said_by"],
            theme=form.cleaned_data.get("theme"),
            idempotency_key=form.cleaned_data["key"],
            by=request.user,
        ),
        REFUSALS,
    )
    point = point or _noted(request, group, form)
    if point is None:
        return _group_page(request, group, form, status=422)
    if not request.htmx:
        return redirect(f"{_url(group)}?added={point.public_id}#add")
    group.refresh_from_db(fields=["point_sequence"])
    if not request.htmx.target:  # outbox.js: the form on the page is in use again
        points = _points(request, group, can(EDIT_ANY, request.user, group))
        return page(request, TEMPLATE, points, partial="stored")
    fresh = NewPointForm(taggable=taggable, themes=themes, initial={"kind": point.kind})
    return _group_page(request, group, fresh, partial="work", added=True)


@access("breakouts.edit_point")
@require_http_methods(["GET", "POST"])
def point_edit(
    request: PersonRequest, slug: str, ordinal: int, number: int, public_id: UUID
) -> HttpResponseBase:
    """Change a point. Where somebody was faster both texts are shown and nothing is lost."""
    point = _load(request, slug, ordinal, number, public_id)
    group = point.group
    if point.removed_at is not None:
        messages.error(request, str(PointGoneError(point)))
        return redirect(_url(group))
    data = posted(request)
    form = EditPointForm(
        data,
        taggable=list_taggable(workshop=group.round.workshop, point=point),
        themes=list_offered_themes(group=group),
        initial=_now(point),
    )
    theirs: Point | None = None

    def save() -> Point:
        nonlocal theirs
        try:
            return _save(point, form, request)
        except PointChangedError as error:
            theirs = error.point
            form.data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            form.data["version"] = str(theirs.version)  # type: ignore[index]  # saving again replaces theirs
            raise

    saved = accept(form, save, REFUSALS)
    if saved is not None:
        messages.success(request, _("Point saved."))
        return redirect(f"{_url(group)}?added={saved.public_id}")
    context = {
        **_place(group),
        "point": point,
        "form": form,
        "theirs": theirs,
        "yours": form.data.get("text", ""),
    }
    status = 409 if theirs else 422 if form.errors else 200
    return page(request, "breakouts/point_edit.html", context, status=status)


@access("breakouts.edit_point")
@require_POST
def point_up(
    request: PersonRequest, slug: str, ordinal: int, number: int, public_id: UUID
) -> HttpResponseBase:
    return _reorder(request, _load(request, slug, ordinal, number, public_id), up=True)


@access("breakouts.edit_point")
@require_POST
def point_down(
    request: PersonRequest, slug: str, ordinal: int, number: int, public_id: UUID
) -> HttpResponseBase:
    return _reorder(request, _load(request, slug, ordinal, number, public_id), up=False)


@access("breakouts.edit_point")
@require_POST
def point_remove(
    request: PersonRequest, slug: str, ordinal: int, number: int, public_id: UUID
) -> HttpResponseBase:
    point = _load(request, slug, ordinal, number, public_id)
    try:
        remove_point(point=point, by=request.user)
    except Refusal as error:
        messages.error(request, str(error))
        return redirect(_url(point.group))
    return redirect(f"{_url(point.group)}?removed={public_id}")


@access("breakouts.edit_point")
@require_POST
def point_restore(
    request: PersonRequest, slug: str, ordinal: int, number: int, public_id: UUID
) -> HttpResponseBase:
    point = _load(request, slug, ordinal, number, public_id)
    return carry_out(
        request,
        lambda: restore_point(point=point, by=request.user),
        to=_url(point.group),
        done=_("The point is back."),
    )


def _reorder(request: PersonRequest, point: Point, *, up: bool) -> HttpResponseBase:
    try:
        reorder_point(point=point, up=up, by=request.user)
    except Refusal as error:
        messages.error(request, str(error))
    return redirect(f"{_url(point.group)}#point-{point.public_id}")


def _load(request: PersonRequest, slug: str, ordinal: int, number: int, public_id: UUID) -> Point:
    return get_point_for(
        request.user, slug=slug, ordinal=ordinal, number=number, public_id=public_id
    )


def _save(point: Point, form: EditPointForm, request: PersonRequest) -> Point:
    found = form.cleaned_data
    return edit_point(
        point=point,
        kind=found["kind"],
        text=found["text"],
        administrations=found["said_by"],
        theme=found.get("theme"),
        version=found["version"],
        by=request.user,
    )


def _noted(request: PersonRequest, group: Group, form: NewPointForm) -> Point | None:
    """What the same request stored before: a theme or a speaker that it names may be gone since."""
    kind, text, key = (form.cleaned_data.get(name) for name in ("kind", "text", "key"))
    if not (kind and text and key):
        return None
    return find_noted(group=group, kind=kind, text=text, idempotency_key=key, by=request.user)


def _now(point: Point) -> dict[str, Any]:
    return {
        "kind": point.kind,
        "text": point.text,
        "said_by": list(point.administrations.order_by("pk").values_list("code", flat=True)),
        "theme": point.theme_id,
        "version": point.version,
    }


def _group_page(
    request: PersonRequest,
    group: Group,
    form: NewPointForm,
    *,
    status: int = 200,
    partial: str = "work",
    added: bool = False,
) -> HttpResponse:
    # A post that was refused changes nothing, not even who is there.
    seen = look_in(request.user, group) if status == 200 else list_seen(group=group)
    tag = find_tag(request, group, seen)
    points = _points(request, group, tag.edits_any)
    around = room(request.user, group, seen)
    context = {
        **points,
        **around,
        "tag": tag,
        "form": form,
        "added": added or _was_added(request, points["points"]),
        "removed": _removed(request, group),
        "reports_back": around["has_role"] and group.round.is_held,
    }
    return page(request, TEMPLATE, context, partial=partial, status=status)


def _parts(
    request: PersonRequest, group: Group, tag: Tag, more: dict[str, Any] | None = None
) -> HttpResponse:
    """The points, and more where more than they may have changed."""
    context = _points(request, group, tag.edits_any) | {"tag": tag} | (more or {})
    return _tagged(page(request, "breakouts/group_parts.html", context), tag)


def _tagged(response: HttpResponse, tag: Tag) -> HttpResponse:
    response["ETag"] = str(tag)
    response["Cache-Control"] = "private, no-cache"
    return response


def _place(group: Group) -> dict[str, Any]:
    return {"group": group, "round": group.round, "workshop": group.round.workshop}


def _points(request: PersonRequest, group: Group, edits_any: bool) -> dict[str, Any]:
    points = list_noted_in(group=group)
    is_open = group.round.status == Round.Status.PUBLISHED

    def may_edit(point: NotedPoint) -> bool:
        """By the rule `breakouts.edit_point`, for who may see the group."""
        return is_open and (edits_any or point.created_by_id == request.user.pk)

    return _place(group) | {
        "points": points,
        "rows": show_points(group, points, editable=may_edit),
        "is_open": is_open,
    }


def _was_added(request: PersonRequest, points: list[NotedPoint]) -> bool:
    """Whether the page follows an accepted point: then the draft on the device has done its duty."""
    key = request.GET.get("added", "")
    return any(str(p.public_id) == key and p.created_by_id == request.user.pk for p in points)


def _removed(request: PersonRequest, group: Group) -> Point | None:
    """The point that was just taken out, where it can be put back."""
    try:
        key = UUID(request.GET.get("removed", ""))
    except ValueError:
        return None
    found = Point.objects.filter(group=group, public_id=key, removed_by=request.user)
    point = found.order_by("pk").first()
    return point if point is not None and point.can_be_restored(timezone.now()) else None


def _url(group: Group) -> str:
    args = [group.round.workshop.slug, group.round.ordinal, group.ordinal]
    return reverse("breakouts:group-detail", args=args)
