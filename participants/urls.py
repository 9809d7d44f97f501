"""The URL table of `participants`, included at the root."""

from django.urls import URLPattern, URLResolver, path

from participants.views import registrations as registration_views

app_name = "participants"

WORKSHOP = "workshops/<slug:slug>/"

delegations: list[URLPattern | URLResolver] = []

REGISTRATIONS = f"{WORKSHOP}registrations/"
REGISTRATION = f"{REGISTRATIONS}<uuid:public_id>/"

registrations: list[URLPattern | URLResolver] = [
    path(REGISTRATIONS, registration_views.registration_list, name="registration-list"),
    path(
        f"{REGISTRATIONS}approve/",
        registration_views.registration_approve_many,
        name="registration-approve-many",
    ),
    path(REGISTRATION, registration_views.registration_detail, name="registration-detail"),
    path(
        f"{REGISTRATION}approve/",
        registration_views.registration_approve,
        name="registration-approve",
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *delegations,
    *registrations,
]
