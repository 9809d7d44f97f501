"""The URL table of workshops and what belongs to them."""

from django.urls import path

from events.views import overview, series

app_name = "events"

urlpatterns = [
    path("series/<slug:slug>/", series.series_detail, name="series-detail"),
    path("workshops/<slug:slug>/overview/", overview.workshop_overview, name="workshop-overview"),
]
