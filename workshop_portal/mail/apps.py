"""Registers `mail`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "workshop_portal.mail"
    label = "mail"

    def ready(self) -> None:
        from workshop_portal.audit.presenters import describe, mark_personal, present
        from workshop_portal.mail import (
            access,  # noqa: F401 app ready
            naming,
        )

        describe(naming.KINDS, naming.FIELDS)
        mark_personal("mail.outgoingmail", ["to"])
        present(
            {
                "mail.mail_released": _("Mail released"),
                "mail.mail_dropped": _("Mail dropped"),
                "mail.mail_superseded": _("Mail no longer needed"),
                "mail.mail_retried": _("Mail sent again after a failure"),
                "mail.mail_resent": _("Mail sent once more"),
            }
        )
