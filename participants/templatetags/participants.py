"""Template tags of registrations: `{% load participants %}`."""

from collections.abc import Mapping

from django import template
from django.utils.safestring import SafeString

from participants.models import Registration
from participants.queries.people import STATUS_KINDS
from participants.tables import status_words
from workshop_portal.templatetags.portal import status

register = template.Library()


@register.simple_tag
def registration_status(
    registration: Registration, places: Mapping[int, int] | None = None
) -> SafeString:
    """The state of a registration; on the waiting list with its place in the administration's line."""
    word = status_words(registration, places or {})
    return status(word, STATUS_KINDS[Registration.Status(registration.status)])
