"""The project package: settings, platform and the composition of the four apps."""

from workshop_portal.celery import app as celery_app

__all__ = ["celery_app"]
