"""Registers `documents`."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "workshop_portal.documents"
    label = "documents"
