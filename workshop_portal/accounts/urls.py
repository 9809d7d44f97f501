"""URLs of people: signing in by link, own data, finding people, staff."""

from django.urls import path

from workshop_portal.accounts import views

app_name = "accounts"

urlpatterns = [
    path("sign-in/<str:token>/", views.sign_in_link, name="sign-in-link"),
    path("profile/", views.profile, name="profile"),
    path("people/", views.person_search, name="person-search"),
    path("staff/", views.staff, name="staff"),
    path("staff/<int:role_id>/end/", views.staff_end, name="staff-end"),
]
