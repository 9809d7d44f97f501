"""Review by the secretariat: accept, send back, and points of groups taken over."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from breakouts.queries.points import list_places, list_sayers
from reports.access import get_contribution_for, get_edition_for
from reports.actions.points import take_points
from reports.actions.review import (
    CommentMissingError,
    accept_contribution,
    accept_contributions,
    send_back_contribution,
)
from reports.forms.contributions import (
    ChosenContributionsForm,
    ChosenPointsForm,
    SendBackForm,
    problem_of,
)
from reports.queries.contributions import list_reviewable, list_unused_points
from reports.queries.editions import count_marked_points
from reports.views.contributions import detail_of
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import back, page
from workshop_portal.pages import accept, carry_out, done, refused
from workshop_portal.refusals import Refusal

REVIEW = "reports.review_contribution"
TAKE = "reports.take_points"
POINTS_SHOWN = 200


@access(REVIEW)
@require_POST
def contribution_accept(
    request: PersonRequest, slug: str, number: int, public_id: UUID
) -> HttpResponseBase:
    row = get_contribution_for(
        request.user, slug=slug, number=number, public_id=public_id, to=REVIEW
    )
    return carry_out(
        request,
        lambda: accept_contribution(contribution=row, by=request.user),
        to=reverse("reports:contribution-detail", args=[slug, number, public_id]),
        done=_("Accepted: %s.") % row.title,
    )


@access(REVIEW)
@require_POST
def contribution_accept_many(request: PersonRequest, slug: str, number: int) -> HttpResponseBase:
    """Accept those that are ticked, all or none."""
    edition = get_edition_for(
        request.user, slug=slug, number=number, to="reports.view_contributions"
    )
    default = reverse("reports:contribution-list", args=[slug, number])
    form = ChosenContributionsForm(
        request.POST, reviewable=list_reviewable(request.user, edition=edition)
    )
    if not form.is_valid():
        messages.error(request, problem_of(form))
        return back(request, default)
    try:
        rows = accept_contributions(contributions=form.cleaned_data["chosen"], by=request.user)
    except Refusal as refusal:
        messages.error(request, _("Nothing was changed: %s") % refusal)
    else:
        said = ngettext("%d contribution accepted.", "%d contributions accepted.", len(rows))
        messages.success(request, said % len(rows))
    return back(request, default)


@access(REVIEW)
@require_POST
def contribution_send_back(
    request: PersonRequest, slug: str, number: int, public_id: UUID
) -> HttpResponseBase:
    row = get_contribution_for(
        request.user, slug=slug, number=number, public_id=public_id, to=REVIEW
    )
    form = SendBackForm(request.POST)
    sent = accept(
        form,
        lambda: send_back_contribution(
            contribution=row, comment=form.cleaned_data["comment"], by=request.user
        ),
        {CommentMissingError: "comment"},
    )
    if sent is not None:
        address = reverse("reports:contribution-detail", args=[slug, number, public_id])
        return done(request, _("Sent back: %s.") % row.title, address)
    context = detail_of(request, row) | {"send_back": form}
    return page(request, "reports/contribution_detail.html", context, status=422)


@access(TAKE)
@require_safe
def point_list(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """What the groups noted and no contribution was made of: those for the report, once any is marked, or all."""
    edition = get_edition_for(request.user, slug=slug, number=number, to=TAKE)
    marked = count_marked_points(edition=edition)
    shows_all = not marked or request.GET.get("show") == "all"
    unused = list_unused_points(edition=edition)
    rows = list((unused if shows_all else unused[:marked])[: POINTS_SHOWN + 1])
    address = reverse("reports:point-take", args=[slug, number])
    context = {
        "edition": edition,
        "points": [(row, list_sayers(row), list_places(row)) for row in rows[:POINTS_SHOWN]],
        "has_more": len(rows) > POINTS_SHOWN,
        "marked": marked,
        "shows_all": shows_all,
        "buttons": [
            {"label": _("Take %s into the report"), "primary": True, "formaction": address}
        ],
    }
    return page(request, "reports/point_list.html", context)


@access(TAKE)
@require_POST
def point_take(request: PersonRequest, slug: str, number: int) -> HttpResponseBase:
    edition = get_edition_for(request.user, slug=slug, number=number, to=TAKE)
    address = reverse("reports:point-list", args=[slug, number])
    form = ChosenPointsForm(request.POST, unused=list_unused_points(edition=edition))
    if not form.is_valid():
        messages.error(request, problem_of(form))
        return redirect(address)
    try:
        rows = take_points(edition=edition, points=form.cleaned_data["chosen"], by=request.user)
    except Refusal as refusal:
        return refused(request, refusal, address)
    said = ngettext("%d contribution made.", "%d contributions made.", len(rows))
    return done(request, said % len(rows), address)
