"""A group's own page: who is in it, its question and link, and what it notes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breakouts.access import get_group_for, get_point_for
from breakouts.actions.plenary import HELD
from breakouts.actions.points import (
    PointChangedError,
    PointEmptyError,
    PointGoneError,
    add_point,
    edit_point,
    remove_point,
    reorder_point,
    restore_point,
)
from breakouts.forms.points import EditPointForm, NewPointForm
from breakouts.models import Group, GroupRole, Point, Round
from breakouts.queries.plans import list_members
from breakouts.queries.points import list_editable, list_points, list_taggable
from breakouts.queries.rounds import list_roles
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import page
from workshop_portal.pages import Places, accept, carry_out, posted
from workshop_portal.refusals import Refusal

TEMPLATE = "breakouts/group_detail.html"
REFUSALS: Places = {
    PointEmptyError: "text",
}


@access("breakouts.view_group")
@require_safe
def group_detail(request: PersonRequest, slug: str, ordinal: int, number: int) -> HttpResponseBase:
    group = get_group_for(request.user, slug=slug, ordinal=ordinal, number=number)
    return _group_page(
        request, group, NewPointForm(taggable=list_taggable(workshop=group.round.workshop))
    )


@access("breakouts.view_group")
@require_safe
def point_poll(request: PersonRequest, slug: str, ordinal: int, number: int) -> HttpResponseBase:
    """The points alone, asked for every two seconds: 304 while nothing changed. Queries: 3 then."""
    group = get_group_for(request.user, slug=slug, ordinal=ordinal, number=number)
    if not request.htmx:
        return redirect(_url(group))
    tag = _tag(group, request)
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = page(request, TEMPLATE, _points(request, group), partial="points")
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


@access("breakouts.add_point")
@require_POST
def point_add(request: PersonRequest, slug: str, ordinal: int, number: int) -> HttpResponseBase:
    group = get_group_for(
        request.user, slug=slug, ordinal=ordinal, number=number, to="breakouts.add_point"
    )
    taggable = list_taggable(workshop=group.round.workshop)
    form = NewPointForm(request.POST, taggable=taggable)
    point = accept(
        form,
        lambda: add_point(
            group=group,
            kind=form.cleaned_data["kind"],
            text=form.cleaned_data["text"],
            administrations=form.cleaned_data["said_by"],
            idempotency_key=form.cleaned_data["key"],
            by=request.user,
        ),
        REFUSALS,
    )
    if point is None:
        return _group_page(request, group, form, status=422)
    if not request.htmx:
        return redirect(f"{_url(group)}?added={point.public_id}#add")
    group.refresh_from_db(fields=["point_sequence"])
    fresh = NewPointForm(taggable=taggable, initial={"kind": point.kind})
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
        "group": group,
        "round": group.round,
        "workshop": group.round.workshop,
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
        version=found["version"],
        by=request.user,
    )


def _now(point: Point) -> dict[str, Any]:
    return {
        "kind": point.kind,
        "text": point.text,
        "said_by": list(point.administrations.order_by("pk").values_list("code", flat=True)),
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
    held = list(list_roles(group=group))
    members = list_members(group=group)
    names = dict(GroupRole.Role.choices)
    duties = {role.user_id: names[role.role] for role in held}
    seated = {member.user_id for member in members}
    points = _points(request, group)
    context = {
        **points,
        "form": form,
        "members": [(member, duties.get(member.user_id, "")) for member in members],
        "others": [(role.user, names[role.role]) for role in held if role.user_id not in seated],
        "has_facilitator": any(role.role == GroupRole.Role.FACILITATOR for role in held),
        "added": added or _was_added(request, points["points"]),
        "removed": _removed(request, group),
        "reports_back": request.user.pk in duties and group.round.status in HELD,
        "ends_at": _ends_at(group),
    }
    return page(request, TEMPLATE, context, partial=partial, status=status)


def _points(request: PersonRequest, group: Group) -> dict[str, Any]:
    points = list(list_points(group=group))
    return {
        "group": group,
        "round": group.round,
        "workshop": group.round.workshop,
        "points": points,
        "editable": list_editable(request.user, group=group),
        "is_open": group.round.status == Round.Status.PUBLISHED,
        "tag": _tag(group, request),
    }


def _tag(group: Group, request: PersonRequest) -> str:
    """What the points look like to this person: the same tag, the same part."""
    marks = (group.pk, group.point_sequence, group.round.status, request.user.pk, get_language())
    return '"{}"'.format("-".join(str(mark) for mark in marks))


def _was_added(request: PersonRequest, points: list[Point]) -> bool:
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


def _ends_at(group: Group) -> Any:
    session = group.round.session
    return session.ends_at if session else None


def _url(group: Group) -> str:
    args = [group.round.workshop.slug, group.round.ordinal, group.ordinal]
    return reverse("breakouts:group-detail", args=args)
