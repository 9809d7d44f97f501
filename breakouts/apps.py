"""Registers `breakouts`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BreakoutsConfig(AppConfig):
    name = "breakouts"

    def ready(self) -> None:
        from workshop_portal.audit.presenters import present

        present({"breakouts.topic_added": _("Topic added")})
