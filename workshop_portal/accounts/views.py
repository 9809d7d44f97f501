"""Sign-in by link, own data, finding people, staff roles. The mailed code is allauth's."""

from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from workshop_portal.accounts import actions, queries
from workshop_portal.accounts.forms import ProfileForm, StaffRoleForm
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.accounts.involvements import with_involvements
from workshop_portal.accounts.links import LinkNotValidError, find_link, use_link
from workshop_portal.accounts.models import StaffRole
from workshop_portal.audit.history import ON_A_PAGE, USER, list_lines
from workshop_portal.audit.queries import list_entries_about
from workshop_portal.authorization import access, can, require
from workshop_portal.http import HtmxHttpRequest, page
from workshop_portal.pages import posted

BACKEND = "workshop_portal.accounts.backends.PersonBackend"


@sensitive_variables("token")
@never_cache
@access(public=True)
@require_http_methods(["GET", "POST"])
def sign_in_link(request: HtmxHttpRequest, token: str) -> HttpResponseBase:
    """GET shows who would sign in, since mail scanners open links; POST uses the link up."""
    now = timezone.now()
    try:
        link = use_link(token, now=now) if request.method == "POST" else find_link(token, now=now)
    except LinkNotValidError:
        return page(request, "accounts/sign_in_link_ended.html", {}, status=410)
    if request.method == "GET":
        return page(request, "accounts/sign_in_link.html", {"person": link.user})
    login(request, link.user, backend=BACKEND)
    return redirect(link.path)


@access("accounts.edit_profile")
@require_http_methods(["GET", "POST"])
def profile(request: PersonRequest) -> HttpResponseBase:
    """Own data; saved, the page says so in the language just chosen."""
    can("accounts.edit_profile", request.user, request.user)
    form = ProfileForm(posted(request), user=request.user)
    if form.is_valid():
        actions.edit_profile(user=request.user, values=form.cleaned_data, by=request.user)
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("Your data are saved."))
        return redirect("accounts:profile")
    status = 422 if form.errors else 200
    return page(request, "accounts/profile.html", {"form": form}, status=status)


@access("accounts.find_person")
@require_GET
def person_search(request: PersonRequest) -> HttpResponse:
    """People by name or address, with what each takes part in."""
    require("accounts.find_person", request.user)
    words = request.GET.get("q", "").replace("\x00", "")[:200]
    people = list(queries.search_people(words)[: queries.FOUND_AT_MOST + 1])
    most = queries.FOUND_AT_MOST
    found = with_involvements(people[:most], by=request.user)
    context = {"words": words, "found": found, "has_more": len(people) > most, "most": most}
    return page(request, "accounts/person_search.html", context, partial="found")


@access("accounts.manage_staff")
@require_http_methods(["GET", "POST"])
def staff(request: PersonRequest) -> HttpResponseBase:
    """The secretariat and the technical admins, and what was changed in accounts and roles."""
    require("accounts.manage_staff", request.user)
    form = StaffRoleForm(posted(request))
    if form.is_valid():
        person, _made = actions.get_or_create_person(
            email=form.cleaned_data["email"], by=request.user
        )
        role = StaffRole.Role(form.cleaned_data["role"])
        actions.grant_staff_role(user=person, role=role, by=request.user)
        messages.success(request, _("The role is given."))
        return redirect("accounts:staff")
    entries = Paginator(list_entries_about(USER), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "roles": queries.list_staff(),
        "page": entries,
        "lines": list_lines(list(entries)),
    }
    return page(request, "accounts/staff.html", context, status=422 if form.errors else 200)


@access("accounts.manage_staff")
@require_POST
def staff_end(request: PersonRequest, role_id: int) -> HttpResponseBase:
    """End a role at once."""
    require("accounts.manage_staff", request.user)
    role = get_object_or_404(StaffRole.objects.current(timezone.now()), pk=role_id)
    try:
        actions.end_staff_role(staff_role=role, by=request.user)
    except actions.LastSecretariatError as error:
        messages.error(request, str(error))
    return redirect("accounts:staff")
