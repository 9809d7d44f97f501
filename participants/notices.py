"""What the mails of the plan say, and those that tell of a cancelled, postponed or moved workshop.

Each `build_` reads the rows again when the mail is sent, in the recipient's language and time zone. A test
mail to oneself names no registration and no delegation: it says what it would say to anybody.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from events.facts import place_words, public_path, public_url
from events.models import Workshop
from participants import ical
from participants.invitations import link_subject as delegation_subject
from participants.mails import LINK_VALID_FOR, profile_link
from participants.mails import link_subject as registration_subject
from participants.models import Delegation, PlannedReminder, Registration
from participants.queries.reminders import UNSENT, get_moments
from workshop_portal.accounts.models import User
from workshop_portal.leases import SupersededError
from workshop_portal.mail.registry import Attachment, OneTimeLink, Params
from workshop_portal.mail.wording import day, moment, own_words

FACTS = (
    "workshop_title",
    "first_day",
    "last_day",
    "place",
    "contact",
    "workshop_url",
    "starts",
    "administration",
)
"""The placeholders of each mail here."""

Anchor = PlannedReminder.Anchor
Subject = tuple[Workshop, Registration | None, Delegation | None]


def build_nominations(
    params: Params, person: User | None, _language: str, _zone: ZoneInfo
) -> Mapping[str, Any]:
    """To the focal point of an administration that has not answered."""
    workshop, _registration, delegation = _subject(params)
    closes_at = workshop.nominations_close_at
    return {
        **_facts(workshop, _name_of(delegation)),
        "seats": delegation.quota if delegation else 0,
        "closes_at": moment(closes_at, workshop.zone) if closes_at else "",
        "link": _link(workshop, None, delegation, person),
    }


def build_profile(
    params: Params, person: User | None, _language: str, _zone: ZoneInfo
) -> Mapping[str, Any]:
    """To who was approved and has not completed the profile."""
    workshop, registration, delegation = _subject(params)
    link = profile_link(registration) if registration else _link(workshop, None, None, person)
    return {**_facts(workshop, _name_of(delegation)), "link": link}


def build_notice(
    params: Params, person: User | None, _language: str, _zone: ZoneInfo
) -> Mapping[str, Any]:
    """The agenda, the way into the call, thanks, what became of it: facts and the way to the own page."""
    workshop, registration, delegation = _subject(params)
    return {
        **_facts(workshop, _name_of(delegation)),
        "link": _link(workshop, registration, delegation, person),
    }


def attach_calendar(
    params: Params, person: User | None, _language: str, _zone: ZoneInfo
) -> list[Attachment]:
    """The days of the workshop; the same event as in earlier mails, so that a calendar replaces it."""
    workshop, registration, _delegation = _subject(params)
    if registration is None and person is not None:
        registration = Registration(workshop=workshop, user=person)
    return _calendar(registration, ical.invitation, "workshop.ics", "REQUEST")


def build_new_days(
    params: Params, person: User | None, _language: str, _zone: ZoneInfo
) -> Mapping[str, Any]:
    """Raises: SupersededError where the workshop rests again."""
    workshop, registration, delegation = _subject(params)
    if workshop.status in UNSENT:
        raise SupersededError(gettext_noop("The workshop does not take place then."))
    was = date.fromisoformat(params["was"])
    return {
        **_facts(workshop, _name_of(delegation)),
        "was": day(was) if was != workshop.starts_on else "",
        "has_calendar": registration is not None,
        "link": _link(workshop, registration, delegation, person),
    }


def attach_new_days(
    params: Params, _person: User | None, _language: str, _zone: ZoneInfo
) -> list[Attachment]:
    _workshop, registration, _delegation = _subject(params)
    return _calendar(registration, ical.invitation, "workshop.ics", "REQUEST")


def build_workshop_cancelled(
    params: Params, _person: User | None, _language: str, _zone: ZoneInfo
) -> Mapping[str, Any]:
    """With the days that the person knows. Raises: SupersededError where the workshop takes place after all."""
    workshop, _registration, delegation = _subject(params)
    if workshop.status not in (Workshop.Status.CANCELLED, Workshop.Status.POSTPONED):
        raise SupersededError(gettext_noop("The workshop takes place."))
    was = date.fromisoformat(params["was"]) if "was" in params else workshop.starts_on
    return {
        **_facts(workshop, _name_of(delegation)),
        "first_day": day(was),
        "last_day": day(was + (workshop.ends_on - workshop.starts_on)),
        "is_postponed": workshop.status == Workshop.Status.POSTPONED,
        "reason": own_words(workshop.ended_reason, 2000),
        "has_calendar": "registration" in params,
    }


def attach_workshop_cancelled(
    params: Params, _person: User | None, _language: str, _zone: ZoneInfo
) -> list[Attachment]:
    _workshop, registration, _delegation = _subject(params)
    return _calendar(registration, ical.cancellation, "cancelled.ics", "CANCEL")


def _subject(params: Params) -> Subject:
    """Whom it is about. Raises: ObjectDoesNotExist, which makes the mail superseded."""
    if "registration" in params:
        rows = Registration.objects.select_related("user", "workshop", "delegation__administration")
        registration = rows.get(pk=params["registration"])
        return registration.workshop, registration, registration.delegation
    if "delegation" in params:
        delegations = Delegation.objects.select_related("workshop", "administration")
        delegation = delegations.get(pk=params["delegation"])
        return delegation.workshop, None, delegation
    return Workshop.objects.get(pk=params["workshop"]), None, None


def _name_of(delegation: Delegation | None) -> str:
    if delegation is None:
        return _("your administration")
    return own_words(delegation.administration.name, 120)


def _facts(workshop: Workshop, administration: str) -> dict[str, Any]:
    """What each of them says. `starts`: in the reader's zone and the workshop's, both named."""
    starts_at = get_moments([workshop])[workshop.pk][Anchor.START]
    return {
        "workshop_title": own_words(str(workshop.title), 200),
        "first_day": day(workshop.starts_on),
        "last_day": day(workshop.ends_on),
        "place": own_words(place_words(workshop), 200),
        "contact": workshop.contact_email,
        "workshop_url": public_url(workshop),
        "starts": moment(starts_at, workshop.zone) if starts_at else "",
        "administration": administration,
    }


def _link(
    workshop: Workshop,
    registration: Registration | None,
    delegation: Delegation | None,
    person: User | None,
) -> OneTimeLink:
    """A link to the own page: of a delegate, of a focal point, and in a test mail the public one."""
    path, subject = public_path(workshop), ""
    if registration is not None:
        path = reverse("participants:home", args=[workshop.slug])
        subject = registration_subject(registration)
    elif delegation is not None and person is not None:
        code = delegation.administration.code
        path = reverse("participants:delegation-detail", args=[workshop.slug, code])
        subject = delegation_subject(delegation, person)
    return OneTimeLink(path=path, valid_for=LINK_VALID_FOR, subject=subject)


def _calendar(
    registration: Registration | None,
    make: Callable[..., bytes],
    name: str,
    method: str,
) -> list[Attachment]:
    if registration is None:
        return []
    content = make(registration, now=timezone.now())
    return [Attachment(name=name, type=f"text/calendar; method={method}", content=content)]
