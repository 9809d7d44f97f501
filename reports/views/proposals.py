"""Proposals of an edition, as text of the report."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports.access import get_edition_for, get_proposal_for
from reports.actions.editions import (
    ProposalExistsError,
    add_proposal,
    edit_proposal,
    move_proposal,
    remove_proposal,
)
from reports.forms.editions import ProposalForm
from reports.models import Edition
from reports.queries.editions import list_proposals
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import page
from workshop_portal.pages import accept, carry_out, done, posted
from workshop_portal.refusals import Refusal

EDIT = "reports.edit_proposal"
FORM_METHODS = ["GET", "HEAD", "POST"]


@access("reports.view_edition")
@require_safe
def proposal_list(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    edition = get_edition_for(request.user, slug=slug, number=number)
    context = {"edition": edition, "proposals": list(list_proposals(edition=edition))}
    return page(request, "reports/proposal_list.html", context)


@access("reports.edit_edition")
@require_http_methods(FORM_METHODS)
def proposal_new(request: PersonRequest, slug: str, number: int) -> HttpResponseBase:
    edition = get_edition_for(request.user, slug=slug, number=number, to="reports.edit_edition")
    form = ProposalForm(posted(request))
    added = accept(
        form,
        lambda: add_proposal(edition=edition, **form.cleaned_data, by=request.user),
        {ProposalExistsError: "title"},
    )
    if added is not None:
        words = (
            _("Added. Compile the draft again to print it.")
            if edition.compiled_at
            else _("Added. Compile the draft to print it.")
        )
        return done(request, words, _list_url(slug, number))
    return _form(request, edition, form, _("New proposal"))


@access(EDIT)
@require_http_methods(FORM_METHODS)
def proposal_edit(
    request: PersonRequest, slug: str, number: int, proposal: int
) -> HttpResponseBase:
    row = get_proposal_for(request.user, slug=slug, number=number, proposal=proposal)
    form = ProposalForm(posted(request), initial={"title": row.title, "text": row.text})
    saved = accept(form, lambda: edit_proposal(proposal=row, **form.cleaned_data, by=request.user))
    if saved is not None:
        words = (
            _("Saved. Compile the draft again to print it.")
            if row.edition.compiled_at
            else _("Saved. Compile the draft to print it.")
        )
        return done(request, words, _list_url(slug, number))
    return _form(request, row.edition, form, _("Edit proposal %d") % row.ordinal)


@access(EDIT)
@require_POST
def proposal_move(
    request: PersonRequest, slug: str, number: int, proposal: int
) -> HttpResponseBase:
    """One place up with `to=up`, else one down."""
    row = get_proposal_for(request.user, slug=slug, number=number, proposal=proposal)
    try:
        move_proposal(proposal=row, up=request.POST.get("to") == "up", by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(_list_url(slug, number))


@access(EDIT)
@require_POST
def proposal_remove(
    request: PersonRequest, slug: str, number: int, proposal: int
) -> HttpResponseBase:
    row = get_proposal_for(request.user, slug=slug, number=number, proposal=proposal)
    return carry_out(
        request,
        lambda: remove_proposal(proposal=row, by=request.user),
        to=_list_url(slug, number),
        done=_("Removed: %s.") % row.title,
    )


def _form(request: PersonRequest, edition: Edition, form: ProposalForm, title: str) -> HttpResponse:
    context = {
        "edition": edition,
        "form": form,
        "form_title": title,
        "cancel_url": _list_url(edition.series.slug, edition.number),
    }
    return page(request, "reports/edition_form.html", context, status=422 if form.errors else 200)


def _list_url(slug: str, number: int) -> str:
    return reverse("reports:proposal-list", args=[slug, number])
