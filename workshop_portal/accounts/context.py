"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from workshop_portal.http import is_from_this_machine


def portal(request: HttpRequest) -> dict[str, Any]:
    """Whether the embedded mode's mailbox answers whoever asks."""
    return {"HAS_MAILBOX": settings.EMBEDDED and is_from_this_machine(request)}
