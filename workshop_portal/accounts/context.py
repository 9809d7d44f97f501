"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 Django's signature
    """The mode of the installation."""
    return {"EMBEDDED": settings.EMBEDDED}
