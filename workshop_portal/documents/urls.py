"""URLs of exports."""

from django.urls import path

from workshop_portal.documents import views

app_name = "documents"

urlpatterns = [
    path("documents/", views.export_list, name="export-list"),
    path("documents/<uuid:public_id>/", views.export_detail, name="export-detail"),
    path("documents/<uuid:public_id>/download/", views.export_download, name="export-download"),
    path("documents/<uuid:public_id>/repeat/", views.export_repeat, name="export-repeat"),
]
