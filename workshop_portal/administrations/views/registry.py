"""The list of administrations, one of them, adding and editing."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
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
from workshop_portal.pages import Places, accept, done, posted

PER_PAGE = 50
LIST = "administrations.list_administrations"
CREATE = "administrations.create_administration"
VIEW = "administrations.view_administration"
EDIT = "administrations.edit_administration"

REFUSALS: Places = {
    CodeTakenError: "code",
    NameTakenError: "name",
    ParentNotAllowedError: "parent",
}


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
    form = AdministrationForm(posted(request), initial={"kind": request.GET.get("kind")})
    made = accept(
        form,
        lambda: create_administration(values=form.cleaned_data, by=request.user),
        REFUSALS,
    )
    if made is not None:
        words = _("%(name)s is in the registry.") % {"name": made.name}
        return done(request, words, _url(made))
    return _form(request, {"form": form})


@access(EDIT)
@require_http_methods(["GET", "POST"])
def administration_edit(request: PersonRequest, code: str) -> HttpResponseBase:
    administration = get_administration_for(request.user, code=code, to=EDIT)
    form = AdministrationForm(posted(request), administration=administration)
    edited = accept(
        form,
        lambda: edit_administration(
            administration=administration, values=form.cleaned_data, by=request.user
        ),
        REFUSALS,
    )
    if edited is not None:
        return done(request, _("Saved."), _url(edited))
    return _form(request, {"form": form, "administration": administration})


def _form(request: PersonRequest, context: dict[str, Any]) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return page(request, "administrations/administration_form.html", context, status=status)


def _url(administration: Administration) -> str:
    return reverse("administrations:administration-detail", args=[administration.code])
