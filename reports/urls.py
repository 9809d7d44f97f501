"""URLs of reports."""

from django.urls import path

from reports.views import compilation, exports

app_name = "reports"

COMPILATION_AND_EXPORTS = [
    path(
        "reports/<slug:slug>/editions/<int:number>/compilation/",
        compilation.compilation_detail,
        name="compilation-detail",
    ),
    path(
        "reports/<slug:slug>/editions/<int:number>/compile/",
        compilation.edition_compile,
        name="edition-compile",
    ),
    path(
        "reports/<slug:slug>/editions/<int:number>/exports/",
        exports.edition_exports,
        name="edition-exports",
    ),
    path(
        "reports/<slug:slug>/editions/<int:number>.<str:format>",
        exports.edition_export,
        name="edition-export",
    ),
]

urlpatterns = [*COMPILATION_AND_EXPORTS]
