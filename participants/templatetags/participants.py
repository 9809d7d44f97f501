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
    registration: Registration, places: Mapping[int, int] | None = None, *, guest: bool = False
) -> SafeString:
    """The state of a registration; on the waiting list with its place in the administration's line.

    `guest`: the reader does not review it, but waits for who does.
    """
    word = status_words(registration, places or {}, guest=guest)
    kind = STATUS_KINDS[Registration.Status(registration.status)]
    return status(word, "wait" if guest and kind == "half" else kind)
