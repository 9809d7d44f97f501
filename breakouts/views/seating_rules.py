"""The organiser's rules for seating: added, removed, put back."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from breakouts.access import get_round_for
from breakouts.actions.locks import GroupGoneError
from breakouts.actions.seating_rules import (
    ForeignGroupError,
    ForeignPersonError,
    PutBackTooLateError,
    RemovedRule,
    SamePersonError,
    add_pair_rule,
    add_place_rule,
    put_back_seating_rule,
    remove_seating_rule,
)
from breakouts.forms.seating_rules import PairRuleForm, PlaceRuleForm
from breakouts.models import Round
from breakouts.queries.rounds import list_expected
from breakouts.queries.seating_rules import list_seating_rules
from breakouts.views.trail import round_url, steps_to
from events.views.pages import form_page
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.pages import Places, accept, carry_out, done, posted, refused
from workshop_portal.refusals import Refusal

EDIT = "breakouts.edit_round"
REMOVED = "removed_seating_rule"
"""The key under which the person's session keeps the rule that was removed last, so that it can be put back."""
REFUSALS: Places = {
    ForeignPersonError: "first",
    SamePersonError: "second",
    ForeignGroupError: "group",
    GroupGoneError: "group",
}


@access(EDIT)
@require_http_methods(["GET", "POST"])
def pair_rule_add(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=EDIT)
    form = PairRuleForm(posted(request), people=list_expected(workshop=row.workshop))
    rule = accept(
        form, lambda: add_pair_rule(round=row, by=request.user, **form.values()), REFUSALS
    )
    if rule is not None:
        return done(request, _("Rule added. It holds when groups are assigned next."), _url(row))
    return _form(request, form, _("Two people: together or apart"), row)


@access(EDIT)
@require_http_methods(["GET", "POST"])
def place_rule_add(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=EDIT)
    form = PlaceRuleForm(
        posted(request),
        people=list_expected(workshop=row.workshop),
        groups=row.groups.select_related("topic").order_by("ordinal", "pk"),
    )
    rule = accept(
        form, lambda: add_place_rule(round=row, by=request.user, **form.values()), REFUSALS
    )
    if rule is not None:
        return done(request, _("Rule added. It holds when groups are assigned next."), _url(row))
    return _form(request, form, _("A person and a group"), row)


@access(EDIT)
@require_POST
def seating_rule_remove(
    request: PersonRequest, slug: str, ordinal: int, rule: int
) -> HttpResponseBase:
    """The round's page then offers to put it back, until the person goes on."""
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=EDIT)
    found = get_object_or_404(list_seating_rules(round=row), pk=rule)
    try:
        removed = remove_seating_rule(rule=found, round=row, by=request.user)
    except Refusal as refusal:
        return refused(request, refusal, _url(row))
    kept = asdict(removed) | {"removed_at": removed.removed_at.isoformat()}
    request.session[REMOVED] = kept
    return redirect(round_url(row) + "?removed=1#rules")


@access(EDIT)
@require_POST
def seating_rule_put_back(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=EDIT)
    removed = removed_rule(request, row)
    request.session.pop(REMOVED, None)
    if removed is None:
        return refused(request, PutBackTooLateError(), _url(row))
    return carry_out(
        request,
        lambda: put_back_seating_rule(removed=removed, round=row, by=request.user),
        to=_url(row),
        done=_("The rule is back."),
    )


def removed_rule(request: PersonRequest, row: Round) -> RemovedRule | None:
    """What the person removed last from this round, where it can still be put back. No queries."""
    kept: dict[str, Any] | None = request.session.get(REMOVED)
    if not kept or kept["round"] != row.pk:
        return None
    at = datetime.fromisoformat(kept["removed_at"])
    removed = RemovedRule(**(kept | {"removed_at": at}))
    return removed if removed.can_be_put_back(timezone.now()) else None


def _url(row: Round) -> str:
    return round_url(row) + "#rules"


def _form(request: PersonRequest, form: Any, title: str, row: Round) -> HttpResponse:
    return form_page(
        request,
        form=form,
        title=title,
        workshop=row.workshop,
        trail=steps_to(row.workshop, row),
        tab="breakouts",
    )
