"""Registers the project package: its management commands and template tags."""

from django.apps import AppConfig


class WorkshopPortalConfig(AppConfig):
    name = "workshop_portal"
    label = "workshop_portal"
