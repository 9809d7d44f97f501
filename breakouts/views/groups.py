"""The groups of a round, and who facilitates and reports for them."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from breakouts.access import get_group_for, get_round_for
from breakouts.actions.groups import (
    ForeignTopicError,
    GroupSizeError,
    OwnDeputyError,
    add_groups,
    edit_group,
    name_group_roles,
    remove_group,
)
from breakouts.actions.locks import TopicGoneError
from breakouts.forms.rounds import GroupForm, NewGroupsForm, RolesForm
from breakouts.models import Group, GroupRole, Round
from breakouts.queries.rounds import list_roles, suggest_roles
from breakouts.views.trail import round_url, steps_to
from events.views.pages import form_page
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.accounts.models import User
from workshop_portal.authorization import access
from workshop_portal.pages import Places, accept, carry_out, done, posted

REFUSALS: Places = {
    ForeignTopicError: "topic",
    TopicGoneError: "topic",
    GroupSizeError: "maximum",
    OwnDeputyError: "deputy",
}


@access("breakouts.edit_round")
@require_http_methods(["GET", "POST"])
def group_add(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to="breakouts.edit_round")
    form = NewGroupsForm(
        posted(request),
        workshop=row.workshop,
        watch=False,
        initial={"format": row.workshop.format},
    )
    groups = accept(
        form, lambda: add_groups(round=row, by=request.user, **form.cleaned_data), REFUSALS
    )
    if groups is not None:
        return done(request, _say_added(groups), round_url(row))
    return _form(request, form, _("New groups"), row)


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
        return done(request, _("Group %d saved.") % number, round_url(row))
    return _form(request, form, _("Change group %d") % number, row)


@access("breakouts.edit_group")
@require_POST
def group_remove(request: PersonRequest, slug: str, ordinal: int, number: int) -> HttpResponseBase:
    group = _load(request, slug, ordinal, number)
    return carry_out(
        request,
        lambda: remove_group(group=group, by=request.user),
        to=round_url(group.round),
        done=_("Group %d removed.") % number,
    )


@access("breakouts.edit_group")
@require_http_methods(["GET", "POST"])
def group_roles(request: PersonRequest, slug: str, ordinal: int, number: int) -> HttpResponseBase:
    """Name facilitator, rapporteur and deputy; `?suggest` fills in the roles that nobody holds."""
    group = _load(request, slug, ordinal, number)
    row = group.round
    held = {role.role: str(role.user.public_id) for role in list_roles(group=group)}
    suggested = suggest_roles(group=group) if "suggest" in request.GET else None
    form = RolesForm(
        posted(request), workshop=row.workshop, suggested=suggested or {}, initial=held
    )
    named = accept(
        form,
        lambda: name_group_roles(group=group, people=form.chosen(), by=request.user),
        REFUSALS,
    )
    if named is not None:
        return done(request, _("Group %d: saved who does what.") % number, round_url(row))
    label = _say_suggestion(suggested) if len(held) < len(GroupRole.Role) else ""
    return _form(request, form, _("Who does what in group %d") % number, row, label)


def _say_added(groups: list[Group]) -> str:
    first, last = groups[0].ordinal, groups[-1].ordinal
    if first == last:
        return _("Group %d added.") % first
    return _("Groups %(first)d to %(last)d added.") % {"first": first, "last": last}


def _say_suggestion(suggested: dict[str, User] | None) -> str:
    """The offer, or what became of it."""
    if suggested is None:
        return format_html('<a href="?suggest=1">{}</a>', _("Suggest people for the free roles"))
    if not suggested:
        return _("Nobody can be suggested: no member of the group and no resource person is free.")
    return _("Suggested from the group’s members and the resource persons. Nothing is saved yet.")


def _load(request: PersonRequest, slug: str, ordinal: int, number: int) -> Group:
    return get_group_for(
        request.user, slug=slug, ordinal=ordinal, number=number, to="breakouts.edit_group"
    )


def _form(
    request: PersonRequest, form: Any, title: str, row: Round, label: str = ""
) -> HttpResponse:
    return form_page(
        request,
        form=form,
        title=title,
        label=label,
        workshop=row.workshop,
        trail=steps_to(row.workshop, row),
        tab="breakouts",
    )
