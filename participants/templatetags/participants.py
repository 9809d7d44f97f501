"""Template tags of registrations: `{% load participants %}`."""

from collections.abc import Mapping

from django import template
from django.utils.safestring import SafeString

from participants.models import Registration
from participants.tables import status_words
from workshop_portal.templatetags.portal import status

register = template.Library()

KINDS = {
    Registration.Status.NOMINATED: "half",
    Registration.Status.WAITING: "wait",
    Registration.Status.APPROVED: "done",
    Registration.Status.CONFIRMED: "done",
    Registration.Status.DECLINED: "off",
    Registration.Status.WITHDRAWN: "off",
    Registration.Status.REPLACED: "off",
}


@register.simple_tag
def registration_status(
    registration: Registration, places: Mapping[int, int] | None = None
) -> SafeString:
    """The state of a registration; on the waiting list with its place in the administration's line."""
    word = status_words(registration, places or {})
    return status(word, KINDS[Registration.Status(registration.status)])
