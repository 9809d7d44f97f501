"""The URL table: a composition of the apps' own."""

from allauth.account import views as allauth
from django.urls import URLPattern, URLResolver, include, path

from workshop_portal import dashboard, errors, styleguide

SIGN_IN = [
    path("login/", allauth.login, name="account_login"),
    path("login/code/", allauth.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", allauth.confirm_login_code, name="account_confirm_login_code"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("signup/", allauth.signup, name="account_signup"),
]
"""Of allauth only what signing in by a code needs, and the page that says that nobody signs up. Its pages for
addresses and passwords would change an account past `accounts.actions`, unchecked and unrecorded."""

urlpatterns: list[URLPattern | URLResolver] = [
    path("", dashboard.dashboard, name="dashboard"),
    path("", include("workshop_portal.accounts.urls")),
    path("administrations/", include("workshop_portal.administrations.urls")),
    path("", include("participants.urls")),
    path("accounts/", include(SIGN_IN)),
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
