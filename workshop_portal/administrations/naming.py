"""How the record calls administrations, their focal points and imported lists."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshop_portal.administrations.models import Administration, FocalPoint, RegistryImport
from workshop_portal.audit.presenters import Field, Kind


def _administration_url(row: Administration) -> str:
    return reverse("administrations:administration-detail", args=[row.code])


def _focal_point(row: FocalPoint) -> str:
    return _("%(person)s for %(administration)s") % {
        "person": row.user,
        "administration": row.administration,
    }


def _import_url(row: RegistryImport) -> str:
    return reverse("administrations:import-detail", args=[row.public_id])


def _file_name(row: Any) -> str:
    return str(row.file_name)


KINDS = {
    "administrations.administration": Kind(
        label=gettext_lazy("Administrations"), url=_administration_url, staff_only=True
    ),
    "administrations.focalpoint": Kind(
        label=gettext_lazy("Focal points"),
        name=_focal_point,
        url=lambda row: _administration_url(row.administration),
        related=("user", "administration"),
        staff_only=True,
    ),
    "administrations.registryimport": Kind(
        label=gettext_lazy("Imported lists"), name=_file_name, url=_import_url, staff_only=True
    ),
}

FIELDS = {
    "administrations.focalpoint.person": Field(label=gettext_lazy("person")),
    "administrations.focalpoint.kind": Field(label=gettext_lazy("kind")),
    "administration": Field(label=gettext_lazy("administration")),
}
