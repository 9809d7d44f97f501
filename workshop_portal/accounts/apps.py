"""Registers `accounts`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "workshop_portal.accounts"
    label = "accounts"
