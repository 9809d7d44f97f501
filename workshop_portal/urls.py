"""The URL table: a composition of the apps' own."""

from django.urls import URLPattern, URLResolver, include, path

from workshop_portal import dashboard, errors, styleguide

urlpatterns: list[URLPattern | URLResolver] = [
    path("", dashboard.dashboard, name="dashboard"),
    path("", include("workshop_portal.accounts.urls")),
    path("administrations/", include("workshop_portal.administrations.urls")),
    path("", include("participants.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("", include("events.urls")),
    path("", include("breakouts.urls")),
    path("", include("reports.urls")),
    path("", include("workshop_portal.mail.urls")),
    path("", include("workshop_portal.documents.urls")),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
