"""The URL table: a composition of the apps' own."""

from django.urls import URLPattern, URLResolver, include, path

from workshop_portal import dashboard

urlpatterns: list[URLPattern | URLResolver] = [
    path("", dashboard.dashboard, name="dashboard"),
    path("accounts/", include("allauth.account.urls")),
]
