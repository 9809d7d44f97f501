"""The mail that gives a focal point access to the own administration."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.leases import SupersededError
from workshop_portal.mail.registry import OneTimeLink, Params
from workshop_portal.mail.wording import own_words

LINK_VALID_FOR = timedelta(days=14)
PLACEHOLDERS = ("administration", "office", "link")


def build_access(
    params: Params, person: User | None, _language: str, _zone: ZoneInfo
) -> Mapping[str, Any]:
    """Raises: SupersededError where the term has ended since."""
    term = FocalPoint.objects.select_related("administration").get(pk=params["focal_point"])
    if person is None or not term.is_current(timezone.now()):
        raise SupersededError(gettext_noop("The term has ended."))
    code = term.administration.code
    return {
        "administration": own_words(term.administration.name, 120),
        "office": term.get_kind_display(),
        "link": OneTimeLink(
            path=reverse("administrations:administration-detail", args=[code]),
            valid_for=LINK_VALID_FOR,
            subject=f"focal_point:{term.pk}",
        ),
    }
