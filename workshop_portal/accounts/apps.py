"""Registers `accounts`: the sentences of its record, and where limits are counted."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "workshop_portal.accounts"
    label = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from allauth.core.internal import ratelimit
        from django.core.cache import caches
        from django.utils.connection import ConnectionProxy

        from workshop_portal.accounts import (
            access,  # noqa: F401 app ready
            naming,
        )
        from workshop_portal.audit.presenters import describe, mark_personal, present

        # allauth has no setting for it; in the default cache each process would count for itself.
        ratelimit.cache = ConnectionProxy(caches, "limits")
        describe(naming.KINDS, naming.FIELDS)
        mark_personal(
            "accounts.user",
            ["email", "title", "given_name", "family_name", "name_in_own_script", "position"],
        )
        present(
            {
                "accounts.person_created": _("Person added"),
                "accounts.profile_edited": _("Personal data changed"),
                "accounts.staff_role_granted": _("Role given"),
                "accounts.staff_role_ended": _("Role ended"),
            }
        )
