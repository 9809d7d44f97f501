"""Registers `documents`."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "workshop_portal.documents"
    label = "documents"

    def ready(self) -> None:
        from workshop_portal.documents import access  # noqa: F401 declares the rules
