"""Registers `administrations`."""

from django.apps import AppConfig


class AdministrationsConfig(AppConfig):
    name = "workshop_portal.administrations"
    label = "administrations"
