"""The groups of a round, and who facilitates and reports for them."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from breakouts.access import get_group_for, get_round_for
from breakouts.actions.groups import (
    ForeignTopicError,
    GroupSizeError,
    add_group,
    edit_group,
    name_group_roles,
    remove_group,
)
from breakouts.actions.locks import TopicGoneError
from breakouts.forms.rounds import GroupForm, RolesForm
from breakouts.models import Group, Round
from breakouts.queries.rounds import list_roles
from events.views.pages import form_page
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.pages import Places, accept, carry_out, done, posted

REFUSALS: Places = {
    ForeignTopicError: "topic",
    TopicGoneError: "topic",
    GroupSizeError: "maximum",
}


@access("breakouts.edit_round")
@require_http_methods(["GET", "POST"])
def group_add(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to="breakouts.edit_round")
    form = GroupForm(
        posted(request),
        workshop=row.workshop,
        watch=False,
        initial={"format": row.workshop.format},
    )
    group = accept(
        form, lambda: add_group(round=row, by=request.user, **form.cleaned_data), REFUSALS
    )
    if group is not None:
        return done(request, _("Group %d added.") % group.ordinal, _round_url(row))
    return _form(request, form, _("New group"), row)


@access("breakouts.edit_group")
@require_http_methods(["GET", "POST"])
def group_edit(request: PersonRequest, slug: str, ordinal: int, number: int) -> HttpResponseBase:
    group = _load(request, slug, ordinal, number)
    row = group.round
    form = GroupForm(posted(request), workshop=row.workshop, initial=GroupForm.values_of(group))
    saved = accept(
        form, lambda: edit_group(group=group, by=request.user, **form.cleaned_data), REFUSALS
    )
    if saved is not None:
        return done(request, _("Group %d saved.") % number, _round_url(row))
    return _form(request, form, _("Change group %d") % number, row)


@access("breakouts.edit_group")
@require_POST
def group_remove(request: PersonRequest, slug: str, ordinal: int, number: int) -> HttpResponseBase:
    group = _load(request, slug, ordinal, number)
    return carry_out(
        request,
        lambda: remove_group(group=group, by=request.user),
        to=_round_url(group.round),
        done=_("Group %d removed.") % number,
    )


@access("breakouts.edit_group")
@require_http_methods(["GET", "POST"])
def group_roles(request: PersonRequest, slug: str, ordinal: int, number: int) -> HttpResponseBase:
    """Name facilitator, rapporteur and deputy."""
    group = _load(request, slug, ordinal, number)
    row = group.round
    held = {role.role: str(role.user.public_id) for role in list_roles(group=group)}
    form = RolesForm(posted(request), workshop=row.workshop, initial=held)
    named = accept(
        form,
        lambda: name_group_roles(group=group, people=form.chosen(), by=request.user),
    )
    if named is not None:
        return done(request, _("Group %d: saved who does what.") % number, _round_url(row))
    return _form(request, form, _("Who does what in group %d") % number, row)


def _load(request: PersonRequest, slug: str, ordinal: int, number: int) -> Group:
    return get_group_for(
        request.user, slug=slug, ordinal=ordinal, number=number, to="breakouts.edit_group"
    )


def _round_url(row: Round) -> str:
    return reverse("breakouts:round-detail", args=[row.workshop.slug, row.ordinal])


def _form(request: PersonRequest, form: Any, title: str, row: Round) -> HttpResponse:
    return form_page(
        request,
        form=form,
        title=title,
        workshop=row.workshop,
        trail=[
            (reverse("breakouts:round-list", args=[row.workshop.slug]), _("Break-outs")),
            (_round_url(row), row.title),
        ],
        tab="breakouts",
    )
