"""Asking for an edition as a file. The snapshot of its texts is taken here, in the request."""

from django.utils.translation import gettext_lazy as _

from reports.models import Edition
from reports.writers import FORMATS, snapshot
from reports.writers.export import KIND
from workshop_portal.accounts.models import User
from workshop_portal.documents.actions import request_export
from workshop_portal.documents.models import ExportJob
from workshop_portal.refusals import Refusal


class NothingToExportError(Refusal):
    """An edition without a section has nothing to print."""

    message = _("This edition has no text yet. Compile the draft first.")


def request_edition_export(*, edition: Edition, format: str, by: User) -> ExportJob:
    """Ask for the edition as it stands now; a second click joins the job under way.

    Raises: NothingToExportError, ExportRefusedError; KeyError for a format that is not offered.
    """
    params = snapshot(edition)
    if not params["revisions"]:
        raise NothingToExportError
    return request_export(kind=KIND, format=FORMATS[format].name, params=params, by=by)
