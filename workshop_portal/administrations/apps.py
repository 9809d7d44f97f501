"""Registers `administrations`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdministrationsConfig(AppConfig):
    name = "workshop_portal.administrations"
    label = "administrations"

    def ready(self) -> None:
        from workshop_portal.accounts.involvements import add_involvements
        from workshop_portal.administrations import (
            access,  # noqa: F401 rules are declared
            mails,
            naming,
        )
        from workshop_portal.administrations.queries import find_offices
        from workshop_portal.audit.presenters import describe, mark_personal, present
        from workshop_portal.mail.registry import MailTemplate, register_context, register_template

        mark_personal("administrations.focalpoint", ["person"])
        present(SENTENCES)
        add_involvements(find_offices)
        describe(naming.KINDS, naming.FIELDS)
        register_context("administrations.administration", _names)
        register_template(
            MailTemplate(
                name="administrations/access",
                title=_("Access for a focal point"),
                placeholders=mails.PLACEHOLDERS,
                build=mails.build_access,
                secret=True,
            )
        )


SENTENCES = {
    "administrations.administration_created": _("Added to the registry"),
    "administrations.administration_edited": _("Edited"),
    "administrations.administration_import_undone": _("Import taken back"),
    "administrations.focal_point_named": _("Focal point named"),
    "administrations.focal_point_ended": _("Term of a focal point ended"),
    "administrations.access_sent": _("Sign-in link sent to a focal point"),
    "administrations.import_shown": _("List uploaded"),
    "administrations.import_saved": _("List saved"),
    "administrations.import_undone": _("List taken back"),
}


def _names(ids: list[str]) -> dict[str, str]:
    """What the outbox calls an administration."""
    from workshop_portal.administrations.models import Administration

    rows = Administration.objects.filter(pk__in=ids).order_by("pk")
    return {str(row.pk): row.name for row in rows}
