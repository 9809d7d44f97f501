"""Reports and their editions: the list, starting one, its title and dates, and the way in from a workshop."""

from itertools import groupby
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from events.forms.fields import LaidOutForm
from events.models import Workshop
from events.views.pages import form_page
from reports.access import get_edition_for, get_workshop_for_edition
from reports.actions.editions import (
    ContributionsOverError,
    EditionExistsError,
    EditionOfOtherSeriesError,
    SlugTakenError,
    create_report_series,
    edit_edition,
    start_edition,
)
from reports.forms.editions import EditionForm, SeriesForm, StartEditionForm
from reports.models import Edition, ReportSeries
from reports.queries.editions import get_edition_of, list_editions, list_run, list_series
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access, can, require, scope
from workshop_portal.http import page
from workshop_portal.pages import accept, done, posted

START = "reports.start_edition"
EDIT = "reports.edit_edition"
FORM_METHODS = ["GET", "HEAD", "POST"]


@access("reports.reach_edition")
@require_safe
def report_list(request: PersonRequest) -> HttpResponse:
    """The reports with the editions that the person runs or contributes to."""
    editions = list(list_editions(request.user))
    of_series = {key: list(rows) for key, rows in groupby(editions, lambda row: row.series)}
    is_secretariat = can("reports.create_series", request.user)
    if is_secretariat:
        of_series |= {series: [] for series in list_series() if series not in of_series}
    context = {
        "reports": sorted(of_series.items(), key=lambda item: (item[0].title, item[0].pk)),
        "run": list_run(request.user),
        "may_create": is_secretariat,
    }
    return page(request, "reports/report_list.html", context)


@access("reports.create_series")
@require_http_methods(FORM_METHODS)
def series_new(request: PersonRequest) -> HttpResponseBase:
    """A report, then its first edition. `?workshop=`: the one that feeds it."""
    require("reports.create_series", request.user)
    workshop = _fed_by(request)
    form = SeriesForm(posted(request), initial=_named_after(workshop))
    series = accept(
        form,
        lambda: create_report_series(**form.cleaned_data, by=request.user),
        {SlugTakenError: "slug"},
    )
    if series is not None:
        address = reverse("reports:edition-new", args=[series.slug])
        return redirect(f"{address}?workshop={workshop.slug}" if workshop else address)
    return _form(request, form, _("New report"), workshop)


@access(START)
@require_http_methods(FORM_METHODS)
def edition_new(request: PersonRequest, slug: str) -> HttpResponseBase:
    """Start the next edition. `?workshop=` chooses who feeds it."""
    workshops = scope(Workshop, START, request.user).order_by("-starts_on", "pk")
    is_secretariat = can("reports.create_series", request.user)
    if not is_secretariat and not workshops.exists():
        raise Http404
    series = get_object_or_404(ReportSeries, slug=slug)
    earlier = scope(Edition, "reports.view_edition", request.user).filter(series=series)
    earlier = earlier.order_by("-number", "pk")
    last = earlier.first()
    workshop = _fed_by(request)
    form = StartEditionForm(
        posted(request),
        workshops=workshops,
        earlier=earlier,
        must_name_workshop=not is_secretariat,
        initial={
            "title": last.title if last else series.title,
            "workshop": workshop.slug if workshop else "",
            "based_on": last.number if last else None,
        },
    )
    edition = accept(
        form,
        lambda: start_edition(
            series=series,
            workshop=form.cleaned_data["workshop"],
            title=form.cleaned_data["title"],
            based_on=form.cleaned_data["based_on"],
            contributions_close_at=form.contributions_close_at,
            by=request.user,
        ),
        {
            EditionOfOtherSeriesError: "based_on",
            EditionExistsError: "title",
            ContributionsOverError: "closes_on",
        },
    )
    if edition is not None:
        return done(request, _("Edition %d is started.") % edition.number, _address(edition))
    title = _("Start edition %d") % (last.number + 1 if last else 1)
    return _form(request, form, title, workshop, label=series.title)


@access(EDIT)
@require_http_methods(FORM_METHODS)
def edition_edit(request: PersonRequest, slug: str, number: int) -> HttpResponseBase:
    edition = get_edition_for(request.user, slug=slug, number=number, to=EDIT)
    form = EditionForm(posted(request), initial=_initial(edition))
    form.zone = edition.zone
    saved = accept(
        form,
        lambda: edit_edition(
            edition=edition,
            title=form.cleaned_data["title"],
            contributions_close_at=form.contributions_close_at,
            by=request.user,
        ),
        {ContributionsOverError: "closes_on"},
    )
    if saved is not None:
        return done(request, _("Saved."), _address(edition))
    context = {"edition": edition, "form": form, "form_title": _("Title and dates")}
    return page(request, "reports/edition_form.html", context, status=_status(form))


@access(START)
@require_safe
def workshop_report(request: PersonRequest, slug: str) -> HttpResponseBase:
    """The tab of a workshop: its edition, or the offer to start one."""
    workshop = get_workshop_for_edition(request.user, slug=slug)
    edition = get_edition_of(workshop)
    if edition is not None:
        return redirect("reports:edition-detail", edition.series.slug, edition.number)
    context = {
        "workshop": workshop,
        "series": list(list_series()),
        "may_create": can("reports.create_series", request.user),
    }
    return page(request, "reports/workshop_report.html", context)


def _fed_by(request: PersonRequest) -> Workshop | None:
    """The workshop from whose tab the person came; its tabs stay on the page."""
    slug = request.GET.get("workshop", "").replace("\0", "")
    found = scope(Workshop, START, request.user).filter(slug=slug).select_related("series")
    return found.order_by("pk").first() if slug else None


def _named_after(workshop: Workshop | None) -> dict[str, str]:
    """What a report begins with whose first edition a workshop feeds."""
    if workshop is None:
        return {}
    title = _("Good practice report: %s") % workshop.series.title
    return {"title": title[:200], "slug": slugify(title.replace("/", " "))[:80].strip("-")}


def _form(
    request: PersonRequest, form: LaidOutForm, title: str, workshop: Workshop | None, **more: Any
) -> HttpResponse:
    steps = [] if workshop else [(reverse("reports:report-list"), _("Reports"))]
    return form_page(
        request, form=form, title=title, workshop=workshop, tab="report", trail=steps, **more
    )


def _address(edition: Edition) -> str:
    return reverse("reports:edition-detail", args=[edition.series.slug, edition.number])


def _initial(edition: Edition) -> dict[str, Any]:
    closes_at = edition.contributions_close_at
    return {
        "title": edition.title,
        "closes_on": closes_at.astimezone(edition.zone).date() if closes_at else None,
    }


def _status(form: Any) -> int:
    return 422 if form.errors else 200
