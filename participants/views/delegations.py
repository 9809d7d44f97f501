"""The tracker of the invitation round, its exports, who is on the list and with how many seats."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from events.access import get_workshop_for
from events.models import Workshop
from participants.access import get_delegation_for
from participants.actions.delegations import (
    QuotaBelowSeatsTakenError,
    list_delegations,
    remove_delegation,
    set_quota,
    set_seat_policy,
)
from participants.filters import DelegationFilter
from participants.forms.delegations import AddDelegationsForm, QuotaForm, SeatPolicyForm
from participants.queries import delegations as queries
from participants.queries.delegations import State
from participants.tables import delegation_header, delegation_rows, delegation_state
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.audit.history import list_history
from workshop_portal.authorization import access
from workshop_portal.documents.spreadsheets import table_response
from workshop_portal.http import page
from workshop_portal.pages import accept, done, posted, refused
from workshop_portal.refusals import Refusal

PER_PAGE = 50
VIEW = "participants.view_delegations"
LIST = "participants.list_delegations"
EDIT = "participants.edit_delegation"


@access(VIEW)
@require_GET
def delegation_list(request: PersonRequest, slug: str) -> HttpResponse:
    """Each administration with how far it has come, and the bulk act to invite."""
    workshop = get_workshop_for(request.user, slug=slug, to=VIEW)
    now = timezone.now()
    counts = queries.count_states(workshop=workshop, now=now)
    unreachable = list(queries.list_without_focal_point(workshops=[workshop], now=now))
    found = _found(request, workshop)
    rows = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "workshop": workshop,
        "filter": found,
        "page": rows,
        "rows": [(row, *delegation_state(row)) for row in rows],
        "figures": [{"label": state.label, "value": counts[state]} for state in State],
        "total": sum(counts.values()),
        "buttons": _buttons(counts[State.NOT_INVITED] - len(unreachable)),
        "unreachable": unreachable,
        "takes_nominations": workshop.takes_nominations(now),
        "query": request.GET.urlencode(),
    }
    return page(request, "participants/delegation_list.html", context, partial="results")


@access(VIEW)
@require_GET
def delegation_table(request: PersonRequest, slug: str, format: str) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug, to=VIEW)
    rows = delegation_rows(_found(request, workshop).qs.iterator(chunk_size=2000))
    header = delegation_header()
    return table_response(format, f"delegations-{slug}", header, rows, title=_("Delegations"))


@access(LIST)
@require_http_methods(["GET", "POST"])
def delegation_add(request: PersonRequest, slug: str) -> HttpResponseBase:
    """Put administrations on the list."""
    workshop = get_workshop_for(request.user, slug=slug, to=LIST)
    addable = queries.list_addable_administrations(workshop=workshop)
    form = AddDelegationsForm(posted(request), addable=addable)
    made = accept(
        form,
        lambda: list_delegations(
            workshop=workshop,
            administrations=form.cleaned_data["administrations"],
            by=request.user,
        ),
    )
    if made is not None:
        words = ngettext(
            "%(count)d administration is on the list.",
            "%(count)d administrations are on the list.",
            len(made),
        )
        return done(request, words % {"count": len(made)}, _list_url(slug))
    context = {
        "workshop": workshop,
        "form": form,
        "groups": _by_sub_region(form),
        "policy": queries.get_seat_policy(workshop),
    }
    return _answer(request, "participants/delegation_add.html", context)


@access(LIST)
@require_http_methods(["GET", "POST"])
def seat_policy(request: PersonRequest, slug: str) -> HttpResponseBase:
    """How many seats an administration has by default."""
    workshop = get_workshop_for(request.user, slug=slug, to=LIST)
    policy = queries.get_seat_policy(workshop)
    form = SeatPolicyForm(posted(request), policy=policy)
    saved = accept(
        form, lambda: set_seat_policy(workshop=workshop, **form.cleaned_data, by=request.user)
    )
    if saved is not None:
        return done(request, _("Saved."), _list_url(slug))
    return _answer(
        request, "participants/delegation_seats.html", {"workshop": workshop, "form": form}
    )


@access(EDIT)
@require_http_methods(["GET", "POST"])
def delegation_edit(request: PersonRequest, slug: str, code: str) -> HttpResponseBase:
    """One delegation as the organisers see it; the form sets its seats."""
    delegation = get_delegation_for(request.user, slug=slug, code=code, to=EDIT)
    form = QuotaForm(posted(request), initial={"quota": delegation.quota})
    saved = accept(
        form,
        lambda: set_quota(delegation=delegation, quota=form.cleaned_data["quota"], by=request.user),
        {QuotaBelowSeatsTakenError: "quota"},
    )
    if saved is not None:
        return done(request, _("Saved."), request.path)
    rows = queries.list_delegations(request.user, workshop=delegation.workshop, now=timezone.now())
    row = rows.get(pk=delegation.pk)
    word, kind = delegation_state(row)
    context = {
        "workshop": delegation.workshop,
        "tab": "delegations",
        "delegation": row,
        "word": word,
        "kind": kind,
        "form": form,
        "mails": queries.list_invitation_mails(delegation=row),
        "history": list_history(target=row),
    }
    return _answer(request, "participants/delegation_edit.html", context)


@access(EDIT)
@require_POST
def delegation_remove(request: PersonRequest, slug: str, code: str) -> HttpResponseBase:
    """Take an administration off the list that was not invited."""
    delegation = get_delegation_for(request.user, slug=slug, code=code, to=EDIT)
    try:
        remove_delegation(delegation=delegation, by=request.user)
    except Refusal as refusal:
        return refused(request, refusal, reverse("participants:delegation-edit", args=[slug, code]))
    words = _("%(name)s is no longer on the list.")
    return done(request, words % {"name": delegation.administration.name}, _list_url(slug))


def _list_url(slug: str) -> str:
    return reverse("participants:delegation-list", args=[slug])


def _found(request: PersonRequest, workshop: Workshop) -> DelegationFilter:
    rows = queries.list_delegations(request.user, workshop=workshop, now=timezone.now())
    return DelegationFilter(request.GET, queryset=rows)


def _buttons(to_invite: int) -> list[dict[str, Any]]:
    buttons: list[dict[str, Any]] = [{"label": _("Invite %s"), "primary": True}]
    if to_invite > 0:
        words = _("Invite all %(count)d not invited") % {"count": to_invite}
        buttons.append({"label": words, "name": "all", "value": "1"})
    return buttons


def _by_sub_region(form: AddDelegationsForm) -> list[tuple[str, list[Any]]]:
    """Members by sub-region, then training centres and others by kind, each with their boxes."""
    groups: dict[tuple[bool, str], list[Any]] = {}
    for box in form["administrations"].subwidgets:
        administration = box.data["value"].instance
        is_other = administration.kind != administration.Kind.MEMBER
        name = administration.sub_region or _("No sub-region")
        if is_other:
            name = administration.get_kind_display()
        groups.setdefault((is_other, str(name)), []).append(box)
    return [(name, boxes) for (_other, name), boxes in sorted(groups.items())]


def _answer(request: PersonRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with a form: 422 where something in it is wrong."""
    return page(request, template, context, status=422 if context["form"].errors else 200)
