"""The pages of a series."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from events.models import WorkshopSeries
from workshop_portal.authorization import access
from workshop_portal.http import HtmxHttpRequest


@access(public=True)
def series_detail(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    series = get_object_or_404(WorkshopSeries, slug=slug)
    return render(request, "events/series_detail.html", {"series": series})
