"""Inviting: the step before mass mail, sending again, the letter, the answer that nobody comes."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from events.access import get_workshop_for
from participants.access import get_delegation_for
from participants.actions.invitations import (
    decline_invitation,
    invite_delegations,
    resend_invitation,
)
from participants.actions.registrations import ReasonMissingError
from participants.forms.delegations import InviteForm, RegretsForm
from participants.letters import letter_name, letter_pdf
from participants.models import Delegation
from participants.queries.delegations import list_invitable, recipients_of
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access, can
from workshop_portal.http import page
from workshop_portal.pages import accept, carry_out, done, posted

INVITE_MANY = "participants.invite_delegations"
INVITE = "participants.invite_delegation"
VIEW = "participants.view_delegation"
DECLINE = "participants.decline_invitation"


@access(INVITE_MANY)
@require_POST
def delegation_invite(request: PersonRequest, slug: str) -> HttpResponseBase:
    """First shows whom it would mail; with `confirmed` it does. The choice travels in the page."""
    workshop = get_workshop_for(request.user, slug=slug, to=INVITE_MANY)
    invitable = list_invitable(request.user, workshop=workshop, now=timezone.now())
    form = InviteForm(request.POST, invitable=invitable)
    chosen = form.chosen()
    fresh = [row for row in chosen if row.status == Delegation.Status.LISTED]
    ready = [row for row in fresh if recipients_of(row)]
    if not ready:
        messages.error(request, _why_nobody(chosen, fresh))
        return redirect("participants:delegation-list", slug)
    if "confirmed" in request.POST:
        return _invite(request, slug, ready)
    context = {
        "workshop": workshop,
        "tab": "delegations",
        "count": sum(len(recipients_of(row)) for row in ready),
        "administrations": len(ready),
        "samples": _samples(ready[:3]),
        "hidden": [("delegation", row.pk) for row in ready],
        "unreachable": [row for row in fresh if not recipients_of(row)],
        "invited_before": [row for row in chosen if row.status != Delegation.Status.LISTED],
        "takes_nominations": workshop.takes_nominations(timezone.now()),
    }
    return page(request, "participants/delegation_invite.html", context)


@access(INVITE)
@require_POST
def delegation_resend(request: PersonRequest, slug: str, code: str) -> HttpResponseBase:
    """Invite once more, also whoever declined."""
    delegation = get_delegation_for(request.user, slug=slug, code=code, to=INVITE)
    words = _("%(name)s is invited once more. The earlier link has ended.")
    return carry_out(
        request,
        lambda: resend_invitation(delegation=delegation, by=request.user),
        to=reverse("participants:delegation-edit", args=[slug, code]),
        done=words % {"name": delegation.administration.name},
    )


@access(VIEW)
@require_GET
def delegation_letter(request: PersonRequest, slug: str, code: str) -> HttpResponse:
    """The letter as PDF; marked as a draft until it was sent."""
    delegation = get_delegation_for(request.user, slug=slug, code=code)
    response = HttpResponse(letter_pdf(delegation), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, letter_name(delegation))
    return response


@access(DECLINE)
@require_http_methods(["GET", "POST"])
def delegation_regrets(request: PersonRequest, slug: str, code: str) -> HttpResponseBase:
    """Say that nobody comes, and why: the focal point, or the organisers from a letter."""
    delegation = get_delegation_for(request.user, slug=slug, code=code, to=DECLINE)
    runs_it = can(INVITE, request.user, delegation)
    form = RegretsForm(posted(request))
    declined = accept(
        form,
        lambda: decline_invitation(
            delegation=delegation, reason=form.cleaned_data["reason"], by=request.user
        ),
        {ReasonMissingError: "reason"},
    )
    if declined is not None:
        words = _("The answer is on record: %(name)s does not take part.")
        target = "delegation-edit" if runs_it else "delegation-detail"
        to = reverse(f"participants:{target}", args=[slug, code])
        return done(request, words % {"name": delegation.administration.name}, to)
    context = {
        "workshop": delegation.workshop,
        "delegation": delegation,
        "form": form,
        "runs_it": runs_it,
    }
    status = 422 if form.errors else 200
    return page(request, "participants/delegation_regrets.html", context, status=status)


def _invite(request: PersonRequest, slug: str, ready: list[Delegation]) -> HttpResponseBase:
    words = ngettext(
        "%(count)d administration is invited: letter and link are on their way.",
        "%(count)d administrations are invited: letters and links are on their way.",
        len(ready),
    )
    return carry_out(
        request,
        lambda: invite_delegations(delegations=ready, by=request.user),
        to=reverse("participants:delegation-list", args=[slug]),
        done=words % {"count": len(ready)},
    )


def _why_nobody(chosen: list[Delegation], fresh: list[Delegation]) -> str:
    if not chosen:
        return _("Choose at least one administration.")
    if not fresh:
        return _("All of these were invited already. Open one to invite it once more.")
    return _("None of these has a focal point. Name them first.")


def _samples(rows: list[Delegation]) -> list[dict[str, str]]:
    """What `components/mass.html` shows: recipient, subject in their language, and the letter."""
    samples = []
    for row in rows:
        person = recipients_of(row)[0]
        with translation.override(person.language):
            subject = _("Invitation: %(title)s") % {"title": row.workshop.title}
        samples.append(
            {
                "to": f"{person} <{person.email}>, {row.administration.name}",
                "subject": subject,
                "url": reverse(
                    "participants:delegation-letter",
                    args=[row.workshop.slug, row.administration.code],
                ),
            }
        )
    return samples
