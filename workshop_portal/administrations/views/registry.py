"""The list of administrations, one of them, adding and editing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from workshop_portal.accounts.http import PersonRequest
from workshop_portal.administrations import queries
from workshop_portal.administrations.access import get_administration_for
from workshop_portal.administrations.actions.administrations import (
    CodeTakenError,
    NameTakenError,
    ParentNotAllowedError,
    create_administration,
    edit_administration,
)
from workshop_portal.administrations.filters import AdministrationFilter
from workshop_portal.administrations.forms import AdministrationForm, EndTermForm
from workshop_portal.administrations.models import Administration
from workshop_portal.audit.history import list_history
from workshop_portal.authorization import access, can, require
from workshop_portal.http import page

PER_PAGE = 50
LIST = "administrations.list_administrations"
CREATE = "administrations.create_administration"
VIEW = "administrations.view_administration"
EDIT = "administrations.edit_administration"

FIELD_OF = {
    CodeTakenError: "code",
    NameTakenError: "name",
    ParentNotAllowedError: "parent",
}
"""Where in the form a refusal is shown."""


@access(LIST)
@require_GET
def administration_list(request: PersonRequest) -> HttpResponse:
    require(LIST, request.user)
    found = AdministrationFilter(
        request.GET, queryset=queries.list_administrations(now=timezone.now())
    )
    rows = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": found,
        "page": rows,
        "any": bool(rows.paginator.count) or Administration.objects.exists(),
        "query": request.GET.urlencode(),
    }
    return page(request, "administrations/administration_list.html", context, partial="rows")


@access(VIEW)
@require_GET
def administration_detail(request: PersonRequest, code: str) -> HttpResponse:
    administration = get_administration_for(request.user, code=code)
    may_edit = can(EDIT, request.user, administration)
    now = timezone.now()
    terms = list(queries.list_focal_points(administration=administration))
    context: dict[str, Any] = {
        "administration": administration,
        "in_office": [term for term in terms if term.is_current(now)],
        "former": [term for term in terms if not term.is_current(now)],
        "centres": queries.list_training_centres(administration=administration),
        "may_edit": may_edit,
        "end_form": EndTermForm(auto_id=False),
        "history": list_history(context=administration) if may_edit else [],
    }
    return page(request, "administrations/administration_detail.html", context)


@access(CREATE)
@require_http_methods(["GET", "POST"])
def administration_new(request: PersonRequest) -> HttpResponseBase:
    require(CREATE, request.user)
    form = AdministrationForm(request.POST or None, initial={"kind": request.GET.get("kind")})
    if request.method == "POST" and form.is_valid():
        try:
            made = create_administration(values=form.cleaned_data, by=request.user)
        except (CodeTakenError, NameTakenError, ParentNotAllowedError) as refusal:
            _show_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s is in the registry.") % {"name": made.name})
            return redirect("administrations:administration-detail", made.code)
    return page(
        request, "administrations/administration_form.html", {"form": form}, status=_status(form)
    )


@access(EDIT)
@require_http_methods(["GET", "POST"])
def administration_edit(request: PersonRequest, code: str) -> HttpResponseBase:
    administration = get_administration_for(request.user, code=code, to=EDIT)
    form = AdministrationForm(request.POST or None, administration=administration)
    if request.method == "POST" and form.is_valid():
        try:
            edited = edit_administration(
                administration=administration, values=form.cleaned_data, by=request.user
            )
        except (CodeTakenError, NameTakenError, ParentNotAllowedError) as refusal:
            _show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("administrations:administration-detail", edited.code)
    context = {"form": form, "administration": administration}
    return page(request, "administrations/administration_form.html", context, status=_status(form))


Refusal = CodeTakenError | NameTakenError | ParentNotAllowedError


def _show_refusal(form: forms.Form, refusal: Refusal) -> None:
    form.add_error(FIELD_OF[type(refusal)], str(refusal.message))


def _status(form: forms.Form) -> int:
    return 422 if form.errors else 200
