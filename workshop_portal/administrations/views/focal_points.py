"""Naming focal points, ending their terms, sending them access."""

from datetime import date, datetime, time
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from workshop_portal.accounts.http import PersonRequest
from workshop_portal.administrations import queries
from workshop_portal.administrations.access import get_administration_for, get_focal_point_for
from workshop_portal.administrations.actions.focal_points import (
    AlreadyFocalPointError,
    FocalPointInPlaceError,
    end_focal_point,
    name_by_address,
    send_access,
)
from workshop_portal.administrations.forms import EndTermForm, FocalPointForm
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.authorization import access
from workshop_portal.http import page
from workshop_portal.pages import Places, accept, carry_out, done, posted
from workshop_portal.times import day_formats

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
    form = FocalPointForm(posted(request), in_place=in_place)
    places: Places = {
        AlreadyFocalPointError: "email",
        FocalPointInPlaceError: "takes_over" if in_place else None,
    }
    term = accept(
        form,
        lambda: name_by_address(
            administration=administration, by=request.user, **form.cleaned_data
        ),
        places,
    )
    if term is not None:
        words = _("%(name)s is named.")
        if form.cleaned_data["with_access"]:
            words = _("%(name)s is named. A sign-in link goes to %(email)s.")
        return done(request, words % {"name": term.user, "email": term.user.email}, _url(code))
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
        return redirect(_url(code))
    last_day: date | None = form.cleaned_data["ends_on"]
    zone = timezone.get_current_timezone()
    return carry_out(
        request,
        lambda: end_focal_point(
            focal_point=term,
            ends_at=datetime.combine(last_day, time.max, zone) if last_day else None,
            by=request.user,
        ),
        to=_url(code),
        done=_said(term, last_day),
    )


@access(END)
@require_POST
def focal_point_access(request: PersonRequest, code: str, public_id: UUID) -> HttpResponseBase:
    """Mail the link to the own administration."""
    term = get_focal_point_for(request.user, code=code, public_id=public_id, to=END)
    return carry_out(
        request,
        lambda: send_access(focal_point=term, by=request.user),
        to=_url(code),
        done=_("A sign-in link goes to %(email)s.") % {"email": term.user.email},
    )


def _said(term: FocalPoint, last_day: date | None) -> str:
    if last_day is None:
        return _("The term of %(name)s is ended.") % {"name": term.user}
    day = date_format(last_day, day_formats(last_day, last_day)[1])
    return _("The term of %(name)s ends on %(day)s.") % {"name": term.user, "day": day}


def _url(code: str) -> str:
    return reverse("administrations:administration-detail", args=[code])
