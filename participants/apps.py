"""Registers `participants`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipantsConfig(AppConfig):
    name = "participants"

    def ready(self) -> None:
        _register_registrations()


def _register_registrations() -> None:
    """Nominations and registrations: the tab, the mails, the sentences of the record."""
    from events.tabs import Tab, add_tab
    from participants import mails
    from workshop_portal.audit.presenters import present
    from workshop_portal.mail.registry import MailTemplate, register_template

    add_tab(
        Tab(
            name="registrations",
            label=_("Registrations"),
            url_name="participants:registration-list",
            order=30,
        )
    )
    present({"participants.registration_approved": _("Registration approved")})
    register_template(
        MailTemplate(
            name="participants/approved",
            title=_("You take part, with the personal link"),
            placeholders=(*mails.FACTS, "role", "link"),
            build=mails.build_approved,
            secret=True,
        )
    )
