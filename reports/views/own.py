"""The own administration's contributions: the page, and what an administration does to one of them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reports.access import get_contribution_for, get_edition_to_contribute
from reports.actions.contributions import (
    claim_contribution,
    reopen_contribution,
    submit_contribution,
    withdraw_contribution,
)
from reports.forms.contributions import ClaimForm, problem_of
from reports.models import Contribution
from reports.queries.contributions import list_claimable, list_own, list_own_administrations
from reports.views.contributions import OWN_KINDS, reference_of
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access, can
from workshop_portal.http import page
from workshop_portal.pages import carry_out, done, refused
from workshop_portal.refusals import Refusal

OWN = "reports.view_own_contributions"
SUBMIT = "reports.submit_contribution"
WITHDRAW = "reports.withdraw_contribution"
CLAIM = "reports.claim_contribution"


@access(OWN)
@require_safe
def contribution_mine(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    edition = get_edition_to_contribute(request.user, slug=slug, number=number, to=OWN)
    administrations = list(list_own_administrations(request.user, edition=edition))
    rows = list(list_own(request.user, edition=edition))
    context = {
        "edition": edition,
        "administrations": administrations,
        "rows": [(row, OWN_KINDS[row.status]) for row in rows],
        "drafts": sum(row.is_draft for row in rows),
        "claimable": list(list_claimable(request.user, edition=edition)),
        "is_closed": edition.is_closed(timezone.now()),
        "is_guest": True,
    }
    return page(request, "reports/contribution_mine.html", context)


@access(SUBMIT)
@require_POST
def contribution_submit(
    request: PersonRequest, slug: str, number: int, public_id: UUID
) -> HttpResponseBase:
    row = get_contribution_for(
        request.user, slug=slug, number=number, public_id=public_id, to=SUBMIT
    )
    try:
        submit_contribution(contribution=row, by=request.user)
    except Refusal as refusal:
        return refused(request, refusal, _address(row))
    return redirect("reports:contribution-submitted", slug, number, public_id)


@access("reports.view_contribution")
@require_safe
def contribution_submitted(
    request: PersonRequest, slug: str, number: int, public_id: UUID
) -> HttpResponseBase:
    """After the submission: the reference, and what happens next."""
    row = get_contribution_for(request.user, slug=slug, number=number, public_id=public_id)
    if row.is_draft or row.submitted_at is None:
        return redirect("reports:contribution-detail", slug, number, public_id)
    steps = [
        {"text": _("Submitted"), "note": row.title, "state": "done"},
        {
            "text": _("The secretariat reads it"),
            "note": _("It accepts it, or sends it back with a comment"),
            "state": "now",
        },
        {
            "text": _("It is in the report"),
            "note": row.get_attribution_display(),
            "state": "ahead",
        },
    ]
    context = {
        "edition": row.edition,
        "contribution": row,
        "steps": steps,
        "reference": reference_of(row),
        "is_guest": not can("reports.view_edition", request.user, row.edition),
    }
    return page(request, "reports/contribution_submitted.html", context)


@access(SUBMIT)
@require_POST
def contribution_reopen(
    request: PersonRequest, slug: str, number: int, public_id: UUID
) -> HttpResponseBase:
    """Take what was submitted back, to correct it."""
    row = get_contribution_for(
        request.user, slug=slug, number=number, public_id=public_id, to=SUBMIT
    )
    try:
        reopen_contribution(contribution=row, by=request.user)
    except Refusal as refusal:
        return refused(request, refusal, _address(row))
    words = _("It is a draft again. Submit it once it is corrected.")
    return done(
        request, words, reverse("reports:contribution-edit", args=[slug, number, public_id])
    )


@access(WITHDRAW)
@require_POST
def contribution_withdraw(
    request: PersonRequest, slug: str, number: int, public_id: UUID
) -> HttpResponseBase:
    row = get_contribution_for(
        request.user, slug=slug, number=number, public_id=public_id, to=WITHDRAW
    )
    return carry_out(
        request,
        lambda: withdraw_contribution(contribution=row, by=request.user),
        to=_address(row),
        done=_("Withdrawn: %s.") % row.title,
    )


@access(CLAIM)
@require_POST
def contribution_claim(
    request: PersonRequest, slug: str, number: int, public_id: UUID
) -> HttpResponseBase:
    row = get_contribution_for(
        request.user, slug=slug, number=number, public_id=public_id, to=CLAIM
    )
    form = ClaimForm(request.POST, own=list_own_administrations(request.user, edition=row.edition))
    if not form.is_valid():
        messages.error(request, problem_of(form))
        return redirect(_address(row))
    try:
        claim_contribution(
            contribution=row,
            administration=form.cleaned_data["administration"],
            by=request.user,
        )
    except Refusal as refusal:  # a colleague's is not to be seen any more
        return refused(request, refusal, reverse("reports:contribution-mine", args=[slug, number]))
    return done(request, _("It is your administration’s now."), _address(row))


def _address(row: Contribution) -> str:
    edition = row.edition
    return reverse(
        "reports:contribution-detail", args=[edition.series.slug, edition.number, row.public_id]
    )
