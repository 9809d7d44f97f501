"""Registers `mail`."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "workshop_portal.mail"
    label = "mail"
