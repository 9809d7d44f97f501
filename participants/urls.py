"""The URL table of `participants`, included at the root."""

from django.urls import URLPattern, URLResolver

app_name = "participants"

WORKSHOP = "workshops/<slug:slug>/"

delegations: list[URLPattern | URLResolver] = []

registrations: list[URLPattern | URLResolver] = []

urlpatterns: list[URLPattern | URLResolver] = [
    *delegations,
    *registrations,
]
