"""Naming focal points, ending their terms, sending them access."""

from datetime import datetime, time
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from workshop_portal.accounts.actions import get_or_create_person
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.accounts.models import User
from workshop_portal.administrations import queries
from workshop_portal.administrations.access import get_administration_for, get_focal_point_for
from workshop_portal.administrations.actions.focal_points import (
    AlreadyFocalPointError,
    EndBeforeStartError,
    FocalPointInPlaceError,
    TermEndedError,
    end_focal_point,
    name_focal_point,
    send_access,
)
from workshop_portal.administrations.forms import EndTermForm, FocalPointForm
from workshop_portal.administrations.models import Administration, FocalPoint
from workshop_portal.authorization import access
from workshop_portal.http import page

NAME = "administrations.name_focal_point"
END = "administrations.end_focal_point"


@access(NAME)
@require_http_methods(["GET", "POST"])
def focal_point_new(request: PersonRequest, code: str) -> HttpResponseBase:
    administration = get_administration_for(request.user, code=code, to=NAME)
    current = queries.list_current_focal_points(
        administrations=[administration], now=timezone.now()
    )
    in_place = next((term for term in current if term.kind == FocalPoint.Kind.FOCAL_POINT), None)
    form = FocalPointForm(request.POST or None, in_place=in_place)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            term = name_focal_point(
                administration=administration,
                person=_person(form, administration, request.user),
                kind=FocalPoint.Kind(said["kind"]),
                takes_over=said.get("takes_over", False),
                by=request.user,
            )
        except AlreadyFocalPointError as refusal:
            form.add_error("email", str(refusal.message))
        except FocalPointInPlaceError as refusal:
            form.add_error("takes_over" if in_place else None, str(refusal.message))
        else:
            if said["send_access"]:
                send_access(focal_point=term, by=request.user)
            messages.success(request, _("%(name)s is named.") % {"name": term.user})
            return redirect("administrations:administration-detail", code)
    context = {"form": form, "administration": administration, "in_place": in_place}
    status = 422 if form.errors else 200
    return page(request, "administrations/focal_point_form.html", context, status=status)


@access(END)
@require_POST
def focal_point_end(request: PersonRequest, code: str, public_id: UUID) -> HttpResponseBase:
    """End a term on a day (its last minute in one's own zone), or at once."""
    term = get_focal_point_for(request.user, code=code, public_id=public_id, to=END)
    form = EndTermForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That is not a day. Write it as in 2026-05-24."))
        return redirect("administrations:administration-detail", code)
    last_day = form.cleaned_data["ends_on"]
    zone = timezone.get_current_timezone()
    ends_at = datetime.combine(last_day, time(23, 59), zone) if last_day else None
    try:
        end_focal_point(focal_point=term, ends_at=ends_at, by=request.user)
    except (TermEndedError, EndBeforeStartError) as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The term of %(name)s is ended.") % {"name": term.user})
    return redirect("administrations:administration-detail", code)


@access(END)
@require_POST
def focal_point_access(request: PersonRequest, code: str, public_id: UUID) -> HttpResponseBase:
    """Mail the link to the own administration."""
    term = get_focal_point_for(request.user, code=code, public_id=public_id, to=END)
    try:
        send_access(focal_point=term, by=request.user)
    except TermEndedError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request, _("A sign-in link goes to %(email)s.") % {"email": term.user.email}
        )
    return redirect("administrations:administration-detail", code)


def _person(form: FocalPointForm, administration: Administration, by: User) -> User:
    """Whom the form names; somebody new gets the language and zone of the administration."""
    person, _made = get_or_create_person(
        email=form.cleaned_data["email"],
        by=by,
        language=administration.language,
        time_zone=administration.time_zone,
        **form.person_fields(),
    )
    return person
