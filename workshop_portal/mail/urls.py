"""URLs of the outbox, and of the embedded mode's mailbox."""

from django.urls import path

from workshop_portal.mail import folder_views, views

app_name = "mail"

urlpatterns = [
    path("mail/", views.outbox, name="outbox"),
    path("mail.<str:format>", views.outbox_table, name="outbox-table"),
    path("mail/held/", views.held_detail, name="held-detail"),
    path("mail/held/drop/", views.held_drop, name="held-drop"),
    path("mail/held/release/", views.mail_release, name="mail-release"),
    path("mail/<uuid:public_id>/", views.mail_detail, name="mail-detail"),
    path("mail/<uuid:public_id>/drop/", views.mail_drop, name="mail-drop"),
    path("mail/<uuid:public_id>/resend/", views.mail_resend, name="mail-resend"),
    path("mail/<uuid:public_id>/retry/", views.mail_retry, name="mail-retry"),
    path("mail/<uuid:public_id>/test/", views.mail_test, name="mail-test"),
    path("dev/mail/", folder_views.folder_list, name="folder-list"),
    path("dev/mail/<str:name>/", folder_views.folder_detail, name="folder-detail"),
    path("dev/mail/<str:name>/html/", folder_views.folder_html, name="folder-html"),
    path("dev/mail/<str:name>/files/<int:number>/", folder_views.folder_file, name="folder-file"),
]
