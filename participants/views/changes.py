"""One person's seat after the nomination: replace, correct the address, send a new link, withdraw.

Replacing and withdrawing ask first: a POST without `confirmed` shows what it would do.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from events.facts import listed
from participants.access import get_registration_for
from participants.actions.changes import (
    correct_address,
    replace_registration,
    send_new_link,
    withdraw_registration,
)
from participants.actions.nominations import AlreadyRegisteredError
from participants.forms.nominations import AddressForm, PersonForm, WithdrawForm
from participants.models import Registration
from participants.queries.registrations import find_next_in_line, list_moved_up_by
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access, can
from workshop_portal.http import page
from workshop_portal.pages import accept, done, refused
from workshop_portal.refusals import Refusal

CHANGE = "participants.change_registration"


@access(CHANGE)
@require_safe
def registration_change(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    registration = _load(request, slug, public_id)
    return _page(request, registration)


@access(CHANGE)
@require_POST
def registration_replace(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    registration = _load(request, slug, public_id)
    form = PersonForm(request.POST, delegation=registration.delegation, prefix="new")

    def act() -> str:
        row = replace_registration(registration=registration, person=form.person, by=request.user)
        said = _("%(new)s takes the seat of %(old)s.")
        return said % {"new": row.user, "old": registration.user} + " " + _told(registration)

    if _asks(request, form):
        return _page(request, registration, {"replace": form}, asked="replace")
    return _act(request, registration, "replace", form, act)


@access(CHANGE)
@require_POST
def registration_correct(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    registration = _load(request, slug, public_id)
    form = AddressForm(request.POST, prefix="address")

    def act() -> str:
        email = form.cleaned_data["email"]
        row = correct_address(registration=registration, email=email, by=request.user)
        return _("The address is %s now. Links to the old one no longer work.") % row.user.email

    return _act(request, registration, "address", form, act)


@access(CHANGE)
@require_POST
def registration_withdraw(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    registration = _load(request, slug, public_id)
    form = WithdrawForm(request.POST, prefix="withdraw")

    def act() -> str:
        reason = form.cleaned_data["reason"]
        row = withdraw_registration(registration=registration, reason=reason, by=request.user)
        said = _("%s is withdrawn.") % registration.user
        if moved := list_moved_up_by(row):
            names = listed([str(each.user) for each in moved])
            said += " " + _("From the waiting list moves up: %s.") % names
        return said

    if _asks(request, form):
        return _page(request, registration, {"withdraw": form}, asked="withdraw")
    return _act(request, registration, "withdraw", form, act)


@access(CHANGE)
@require_POST
def registration_send_link(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    registration = _load(request, slug, public_id)

    def act() -> str:
        if send_new_link(registration=registration, by=request.user):
            return _("A new personal link is on its way to %s.") % registration.user.email
        return _("A link went to %s a moment ago; another one can follow in five minutes.") % (
            registration.user.email
        )

    return _act(request, registration, "link", None, act)


def _asks(request: PersonRequest, form: Form) -> bool:
    """Whether the form is right and nobody said yet that it is meant."""
    return "confirmed" not in request.POST and form.is_valid()


def _told(registration: Registration) -> str:
    """Who gets a mail when the person is replaced."""
    if registration.is_taking_part:
        return _("Both get a mail.")
    return _("Neither gets a mail before the secretariat approves.")


def _load(request: PersonRequest, slug: str, public_id: UUID) -> Registration:
    return get_registration_for(request.user, slug=slug, public_id=public_id, to=CHANGE)


def _act(
    request: PersonRequest,
    registration: Registration,
    name: str,
    form: Form | None,
    act: Callable[[], str],
) -> HttpResponseBase:
    """Do it and say so on the delegation's page, or show the page again with what is wrong."""
    code = registration.delegation.administration.code
    to = reverse("participants:delegation-detail", args=[registration.workshop.slug, code])
    if form is None:
        try:
            return done(request, act(), to)
        except Refusal as refusal:
            return refused(request, refusal, to)
    words = accept(form, act, {AlreadyRegisteredError: "email"})
    if words is None:
        return _page(request, registration, {name: form})
    return done(request, words, to)


def _page(
    request: PersonRequest,
    registration: Registration,
    bound: Mapping[str, Form] | None = None,
    *,
    asked: str = "",
) -> HttpResponseBase:
    """The page with its forms; a bound one, with what is wrong, in place of the empty one.

    `asked`: the act that is right as sent, and is asked about before it is done.
    """
    context: dict[str, Any] = {
        "workshop": registration.workshop,
        "is_guest": not can("participants.review_registration", request.user, registration),
        "registration": registration,
        "delegation": registration.delegation,
        "replace": PersonForm(delegation=registration.delegation, prefix="new"),
        "address": AddressForm(prefix="address"),
        "withdraw": WithdrawForm(prefix="withdraw"),
        "asked": asked,
        "next_in_line": find_next_in_line(registration),
        "told": _told(registration),
        "ended": not registration.is_active or registration.workshop.is_ended,
    }
    status = 422 if bound and not asked else 200
    template = "participants/registration_change.html"
    return page(request, template, context | dict(bound or {}), status=status)
