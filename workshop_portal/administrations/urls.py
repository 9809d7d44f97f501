"""The URL table of the registry, included under `administrations/`."""

from django.urls import path

from workshop_portal.administrations.views import exports, focal_points, imports, registry

app_name = "administrations"

ONE = "<slug:code>/"
TERM = f"{ONE}focal-points/<uuid:public_id>/"
LIST = "imports/<uuid:public_id>/"

urlpatterns = [
    path("", registry.administration_list, name="administration-list"),
    path("registry.<str:format>", exports.administration_table, name="administration-table"),
    path("new/", registry.administration_new, name="administration-new"),
    path("imports/", imports.import_list, name="import-list"),
    path(LIST, imports.import_detail, name="import-detail"),
    path(f"{LIST}save/", imports.import_save, name="import-save"),
    path(f"{LIST}undo/", imports.import_undo, name="import-undo"),
    path(ONE, registry.administration_detail, name="administration-detail"),
    path(f"{ONE}edit/", registry.administration_edit, name="administration-edit"),
    path(f"{ONE}focal-points/new/", focal_points.focal_point_new, name="focal-point-new"),
    path(f"{TERM}end/", focal_points.focal_point_end, name="focal-point-end"),
    path(f"{TERM}access/", focal_points.focal_point_access, name="focal-point-access"),
]
