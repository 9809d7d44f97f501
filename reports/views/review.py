"""Review by the secretariat: accept, send back, and points of groups taken over."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from reports.access import get_contribution_for, get_edition_for
from reports.actions.contributions import (
    CommentMissingError,
    NotSubmittedError,
    accept_contribution,
    accept_contributions,
    send_back_contribution,
)
from reports.actions.editions import EditionAdoptedError
from reports.actions.points import PointElsewhereError, PointTakenError, take_points
from reports.forms.contributions import (
    ChosenContributionsForm,
    ChosenPointsForm,
    SendBackForm,
    problem_of,
)
from reports.queries.contributions import list_reviewable, list_unused_points
from reports.views.contributions import detail_of
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import back, page

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
    try:
        accept_contribution(contribution=row, by=request.user)
    except (NotSubmittedError, EditionAdoptedError) as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Accepted: %s.") % row.title)
    return redirect("reports:contribution-detail", slug, number, public_id)


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
    except (NotSubmittedError, EditionAdoptedError) as error:
        messages.error(request, _("Nothing was changed: %s") % error.message)
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
    if form.is_valid():
        try:
            send_back_contribution(
                contribution=row, comment=form.cleaned_data["comment"], by=request.user
            )
        except (NotSubmittedError, CommentMissingError, EditionAdoptedError) as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Sent back: %s.") % row.title)
            return redirect("reports:contribution-detail", slug, number, public_id)
    context = detail_of(request, row) | {"send_back": form}
    return page(request, "reports/contribution_detail.html", context, status=422)


@access(TAKE)
@require_safe
def point_list(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """What the groups of the workshop noted and no contribution was made of."""
    edition = get_edition_for(request.user, slug=slug, number=number, to=TAKE)
    rows = list(list_unused_points(edition=edition)[: POINTS_SHOWN + 1])
    address = reverse("reports:point-take", args=[slug, number])
    context = {
        "edition": edition,
        "points": rows[:POINTS_SHOWN],
        "has_more": len(rows) > POINTS_SHOWN,
        "buttons": [{"label": _("Make %s contributions"), "primary": True, "formaction": address}],
    }
    return page(request, "reports/point_list.html", context)


@access(TAKE)
@require_POST
def point_take(request: PersonRequest, slug: str, number: int) -> HttpResponseBase:
    edition = get_edition_for(request.user, slug=slug, number=number, to=TAKE)
    form = ChosenPointsForm(request.POST, unused=list_unused_points(edition=edition))
    if not form.is_valid():
        messages.error(request, problem_of(form))
        return redirect("reports:point-list", slug, number)
    try:
        rows = take_points(edition=edition, points=form.cleaned_data["chosen"], by=request.user)
    except (PointTakenError, PointElsewhereError, EditionAdoptedError) as error:
        messages.error(request, error.message)
    else:
        said = ngettext("%d contribution made.", "%d contributions made.", len(rows))
        messages.success(request, said % len(rows))
    return redirect("reports:point-list", slug, number)
