"""Series, and the lists of workshops."""

from datetime import date
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from events.actions.copying import plan_next_workshop
from events.actions.workshops import (
    SeriesExistsError,
    WorkshopExistsError,
    create_series,
    edit_series,
    plan_workshop,
)
from events.forms.workshops import NextWorkshopForm, PlanForm, SeriesForm
from events.models import Workshop, WorkshopSeries
from events.queries import list_series, list_workshops_for, list_workshops_of_series
from events.views.pages import form_page
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.accounts.models import User
from workshop_portal.authorization import access, can, require
from workshop_portal.http import HtmxHttpRequest, page
from workshop_portal.pages import accept, done, posted


@access(public=True)
@require_safe
def workshop_list(request: HtmxHttpRequest) -> HttpResponseBase:
    context = {
        "workshops": list_workshops_for(request.user),
        "all_series": list_series() if _may_plan(request) else [],
        **_frame(request),
    }
    return page(request, "events/workshop_list.html", context)


@access(public=True)
@require_safe
def series_detail(request: HtmxHttpRequest, slug: str) -> HttpResponseBase:
    series = get_object_or_404(WorkshopSeries, slug=slug)
    workshops = list(list_workshops_of_series(series, request.user))
    today = date.today()  # noqa: DTZ011 only parts what was from what comes
    context = {
        "series": series,
        "workshops": workshops,
        "now": next((each for each in workshops if each.ends_on >= today), None),
        **_frame(request),
    }
    return page(request, "events/series_detail.html", context)


@access("events.create_series")
@require_http_methods(["GET", "POST"])
def series_new(request: PersonRequest) -> HttpResponseBase:
    require("events.create_series", request.user)
    form = SeriesForm(posted(request), watch=False)
    series = accept(
        form,
        lambda: create_series(by=request.user, **form.cleaned_data),
        {SeriesExistsError: "title"},
    )
    if series is not None:
        return done(request, _("The series is there."), _series_url(series))
    return form_page(request, form=form, title=_("New series"), trail=_list_step())


@access("events.create_series")
@require_http_methods(["GET", "POST"])
def series_edit(request: PersonRequest, slug: str) -> HttpResponseBase:
    require("events.create_series", request.user)
    series = get_object_or_404(WorkshopSeries, slug=slug)
    form = SeriesForm(posted(request), initial=SeriesForm.values_of(series))
    if accept(form, lambda: edit_series(series=series, by=request.user, **form.cleaned_data)):
        return done(request, _("Saved."), _series_url(series))
    return form_page(
        request, form=form, title=_("Edit the series"), trail=[(_series_url(series), series.title)]
    )


@access("events.create_workshop")
@require_http_methods(["GET", "POST"])
def workshop_new(request: PersonRequest) -> HttpResponseBase:
    """A workshop of its own shape, in a series that is there or in a new one."""
    require("events.create_workshop", request.user)
    zone = request.user.zone if request.user.zone.key != "UTC" else None  # nobody chose that one
    initial = {"series": request.GET.get("series"), "time_zone": zone}
    form = PlanForm(posted(request), initial=initial)
    workshop = accept(
        form,
        lambda: _plan(form.cleaned_data, request.user),
        {SeriesExistsError: "series_title", WorkshopExistsError: "title"},
    )
    if workshop is not None:
        words = _("The draft is there. Nobody sees it until you publish it.")
        return done(request, words, reverse("events:workshop-overview", args=[workshop.slug]))
    return form_page(request, form=form, title=_("New workshop"), trail=_list_step())


@access("events.create_workshop")
@require_http_methods(["GET", "POST"])
def workshop_next(request: PersonRequest, slug: str) -> HttpResponseBase:
    """The next workshop of a series, in the shape of an earlier one."""
    require("events.create_workshop", request.user)
    series = get_object_or_404(WorkshopSeries, slug=slug)
    last = series.workshops.order_by("-starts_on", "-pk").first()
    initial = {"source": request.GET.get("source") or (last.slug if last else None)}
    form = NextWorkshopForm(posted(request), series=series, initial=initial)
    workshop = accept(
        form,
        lambda: plan_next_workshop(by=request.user, **form.cleaned_data),
        {WorkshopExistsError: "starts_on"},
    )
    if workshop is not None:
        words = _("The draft is there. Nobody sees it until you publish it.")
        return done(request, words, reverse("events:workshop-copied", args=[workshop.slug]))
    return form_page(
        request, form=form, title=_("Next workshop"), trail=[(_series_url(series), series.title)]
    )


@transaction.atomic
def _plan(cleaned: dict[str, Any], by: User) -> Workshop:
    values = dict(cleaned)
    series, title = values.pop("series"), values.pop("series_title")
    if series is None:
        series = create_series(title=title, by=by)
    return plan_workshop(series=series, by=by, **values)


def _may_plan(request: HttpRequest) -> bool:
    return request.user.is_authenticated and can("events.create_workshop", request.user)


def _frame(request: HttpRequest) -> dict[str, Any]:
    """Public pages have no script and no session; people who are signed in keep their bar."""
    signed_in = request.user.is_authenticated
    return {
        "layout": "base.html" if signed_in else "base_public.html",
        "may_plan": _may_plan(request),
    }


def _series_url(series: WorkshopSeries) -> str:
    return reverse("events:series-detail", args=[series.slug])


def _list_step() -> list[tuple[str, Any]]:
    return [(reverse("events:workshop-list"), _("Workshops"))]
