"""Registers `audit`."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "workshop_portal.audit"
    label = "audit"
