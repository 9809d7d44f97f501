"""The mails about registrations: which one, to whom, under which key, and what fills its placeholders.

A function named like the template makes the `Mail` to queue; its `build_` partner reads the rows again
when the mail is sent.
"""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from events.models import Workshop
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.leases import SupersededError
from workshop_portal.mail.actions import Mail
from workshop_portal.mail.registry import OneTimeLink, Params
from workshop_portal.mail.wording import day, own_words

FACTS = (
    "workshop_title",
    "first_day",
    "last_day",
    "place",
    "contact",
    "workshop_url",
    "administration",
)
"""The placeholders of each mail about a registration."""

LINK_VALID_FOR = timedelta(days=30)


def approved(registration: Registration) -> Mail:
    """To the delegate: you take part; the personal link to profile and consents."""
    return _to_person("registration_approved", "participants/approved", registration)


def build_approved(
    params: Params,
    person: User | None,
    _language: str,
    _zone: ZoneInfo,
) -> dict[str, Any]:
    registration = _get(params)
    if not registration.is_taking_part or registration.user != person:
        raise SupersededError("The registration has changed.")
    return {
        **_facts(registration),
        "role": registration.get_role_display(),
        "link": profile_link(registration),
    }


def profile_link(registration: Registration) -> OneTimeLink:
    """The personal link: signs in once and leads to profile and consents. A newer one ends it."""
    return OneTimeLink(
        path=reverse("participants:profile-edit", args=[registration.workshop.slug]),
        valid_for=LINK_VALID_FOR,
        subject=link_subject(registration),
    )


def link_subject(registration: Registration) -> str:
    """What the links of a registration are kept under, so that they can be ended."""
    return f"registration:{registration.pk}"


def _to_person(kind: str, template: str, registration: Registration, mark: str = "") -> Mail:
    return Mail(
        key=f"{kind}:{registration.pk}{mark}",
        template=template,
        to=registration.user,
        params={"registration": registration.pk},
        context=registration.workshop,
        reply_to=registration.workshop.contact_email,
    )


def _get(params: Params) -> Registration:
    rows = Registration.objects.select_related("user", "workshop", "delegation__administration")
    return rows.get(pk=params["registration"])


def _facts(registration: Registration) -> dict[str, Any]:
    """What each mail about a registration says: the workshop, its days, for whom, whom to ask."""
    return {
        **_workshop_facts(registration.workshop),
        "administration": own_words(registration.delegation.administration.name),
    }


def _workshop_facts(workshop: Workshop) -> dict[str, Any]:
    return {
        "workshop_title": own_words(str(workshop.title), 200),
        "first_day": day(workshop.starts_on),
        "last_day": day(workshop.ends_on),
        "place": own_words(workshop.venue) if workshop.has_venue else "",
        "contact": workshop.contact_email,
        "workshop_url": f"{settings.SITE_URL}{reverse('events:workshop-detail', args=[workshop.slug])}",
    }
