"""The URL table of `participants`, included at the root."""

from django.urls import URLPattern, URLResolver, path

from participants.views import calendar as calendar_views
from participants.views import changes as change_views
from participants.views import delegations as delegation_views
from participants.views import home as home_views
from participants.views import invitations as invitation_views
from participants.views import mail_plan as mail_plan_views
from participants.views import nominations as nomination_views
from participants.views import registrations as registration_views

app_name = "participants"

WORKSHOP = "workshops/<slug:slug>/"

DELEGATIONS = f"{WORKSHOP}delegations/"
DELEGATION = f"{DELEGATIONS}<slug:code>/"

delegations: list[URLPattern | URLResolver] = [
    path(DELEGATIONS, delegation_views.delegation_list, name="delegation-list"),
    path(
        f"{WORKSHOP}delegations.<str:format>",
        delegation_views.delegation_table,
        name="delegation-table",
    ),
    path(f"{DELEGATIONS}add/", delegation_views.delegation_add, name="delegation-add"),
    path(f"{DELEGATIONS}seats/", delegation_views.seat_policy, name="seat-policy"),
    path(f"{DELEGATIONS}invite/", invitation_views.delegation_invite, name="delegation-invite"),
    path(f"{DELEGATION}settings/", delegation_views.delegation_edit, name="delegation-edit"),
    path(f"{DELEGATION}remove/", delegation_views.delegation_remove, name="delegation-remove"),
    path(f"{DELEGATION}resend/", invitation_views.delegation_resend, name="delegation-resend"),
    path(f"{DELEGATION}letter.pdf", invitation_views.delegation_letter, name="delegation-letter"),
    path(f"{DELEGATION}regrets/", invitation_views.delegation_regrets, name="delegation-regrets"),
]

REGISTRATIONS = f"{WORKSHOP}registrations/"
REGISTRATION = f"{REGISTRATIONS}<uuid:public_id>/"

registrations: list[URLPattern | URLResolver] = [
    path(DELEGATION, nomination_views.delegation_detail, name="delegation-detail"),
    path(f"{DELEGATION}paste/", nomination_views.nomination_paste, name="nomination-paste"),
    path(f"{DELEGATION}record/", nomination_views.nomination_record, name="nomination-record"),
    path(
        f"{DELEGATION}receipts/<uuid:public_id>/",
        nomination_views.nomination_receipt,
        name="nomination-receipt",
    ),
    path(REGISTRATIONS, registration_views.registration_list, name="registration-list"),
    path(f"{REGISTRATIONS}record/", nomination_views.nomination_choose, name="nomination-choose"),
    path(
        f"{REGISTRATIONS}approve/",
        registration_views.registration_approve_many,
        name="registration-approve-many",
    ),
    path(
        f"{REGISTRATIONS}decline/",
        registration_views.registration_decline_many,
        name="registration-decline-many",
    ),
    path(
        f"{WORKSHOP}registrations.<str:format>",
        registration_views.registration_table,
        name="registration-table",
    ),
    path(f"{WORKSHOP}participants/", registration_views.roster_export, name="roster-export"),
    path(REGISTRATION, registration_views.registration_detail, name="registration-detail"),
    path(
        f"{REGISTRATION}approve/",
        registration_views.registration_approve,
        name="registration-approve",
    ),
    path(
        f"{REGISTRATION}letter/", nomination_views.registration_letter, name="registration-letter"
    ),
    path(f"{REGISTRATION}change/", change_views.registration_change, name="registration-change"),
    path(f"{REGISTRATION}replace/", change_views.registration_replace, name="registration-replace"),
    path(f"{REGISTRATION}address/", change_views.registration_correct, name="registration-correct"),
    path(
        f"{REGISTRATION}link/", change_views.registration_send_link, name="registration-send-link"
    ),
    path(
        f"{REGISTRATION}withdraw/",
        change_views.registration_withdraw,
        name="registration-withdraw",
    ),
]

MY = f"{WORKSHOP}my/"

own: list[URLPattern | URLResolver] = [
    path(MY, home_views.home, name="home"),
    path(f"{MY}profile/", home_views.profile_edit, name="profile-edit"),
    path(f"{MY}confirmed/", home_views.registration_confirmed, name="registration-confirmed"),
    path(f"{WORKSHOP}new-link/", home_views.link_request, name="link-request"),
    path("calendar/<str:token>.ics", calendar_views.calendar_feed, name="calendar-feed"),
]

PLAN = f"{WORKSHOP}mail-plan/"
REMINDER = f"{PLAN}<int:reminder>/"

mail_plan: list[URLPattern | URLResolver] = [
    path(PLAN, mail_plan_views.mail_plan, name="mail-plan"),
    path(
        f"{WORKSHOP}mail-plan.<str:format>", mail_plan_views.mail_plan_table, name="mail-plan-table"
    ),
    path(f"{PLAN}add/", mail_plan_views.reminder_add, name="reminder-add"),
    path(f"{PLAN}usual/", mail_plan_views.mail_plan_usual, name="mail-plan-usual"),
    path(REMINDER, mail_plan_views.reminder_edit, name="reminder-edit"),
    path(f"{REMINDER}remove/", mail_plan_views.reminder_remove, name="reminder-remove"),
    path(f"{REMINDER}switch/", mail_plan_views.reminder_switch, name="reminder-switch"),
    path(f"{REMINDER}test/", mail_plan_views.reminder_test, name="reminder-test"),
    path(f"{REMINDER}preview/", mail_plan_views.reminder_preview, name="reminder-preview"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *delegations,
    *registrations,
    *own,
    *mail_plan,
]
