"""The mails about registrations: which one, to whom, under which key, and what fills its placeholders.

A function named like the template makes the `Mail` to queue; its `build_` partner reads the rows again
when the mail is sent.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from events.facts import public_url
from events.models import Workshop
from participants import ical
from participants.models import Registration
from participants.queries.delegations import find_recipients
from participants.queries.reminders import UNSENT
from workshop_portal.accounts.models import User
from workshop_portal.leases import SupersededError
from workshop_portal.mail.actions import Mail
from workshop_portal.mail.registry import Attachment, OneTimeLink, Params
from workshop_portal.mail.wording import day, own_words

FACTS = (
    "workshop_title",
    "first_day",
    "last_day",
    "contact",
    "workshop_url",
    "administration",
)
"""The placeholders of each mail about a registration."""

LINK_VALID_FOR = timedelta(days=30)


def approved(registration: Registration, mark: str = "") -> Mail:
    """To the delegate: you take part; the personal link to profile and consents, the calendar file."""
    return _to_person("registration_approved", "participants/approved", registration, mark)


def new_link(registration: Registration, now: datetime, every: timedelta) -> Mail:
    """The same mail once more; one key for all that is asked within `every`."""
    mark = f":{int(now.timestamp() // every.total_seconds())}"
    return _to_person("registration_link", "participants/approved", registration, mark)


def build_approved(
    params: Params, person: User | None, _language: str, _zone: ZoneInfo
) -> dict[str, Any]:
    """Raises: SupersededError where the workshop rests, or the seat is no longer the person’s."""
    registration = _get(params)
    if registration.workshop.status in UNSENT:
        raise SupersededError(gettext_noop("The workshop does not take place then."))
    if not registration.is_taking_part or registration.user != person:
        raise SupersededError(gettext_noop("The registration has changed."))
    return {
        **_facts(registration),
        "role": registration.get_role_display(),
        "link": profile_link(registration),
    }


def attach_invitation(
    params: Params, _person: User | None, _language: str, _zone: ZoneInfo
) -> list[Attachment]:
    content = ical.invitation(_get(params), now=timezone.now())
    return [Attachment(name="workshop.ics", type="text/calendar; method=REQUEST", content=content)]


def cancelled(registration: Registration) -> Mail:
    """To a person who was approved and no longer comes."""
    return _to_person("registration_cancelled", "participants/cancelled", registration)


def build_cancelled(
    params: Params, _person: User | None, _language: str, _zone: ZoneInfo
) -> dict[str, Any]:
    registration = _get(params)
    if registration.is_active:
        raise SupersededError(gettext_noop("The registration has changed."))
    return {**_facts(registration), "replaced": registration.status == registration.Status.REPLACED}


def attach_cancellation(
    params: Params, _person: User | None, _language: str, _zone: ZoneInfo
) -> list[Attachment]:
    content = ical.cancellation(_get(params), now=timezone.now())
    return [Attachment(name="cancelled.ics", type="text/calendar; method=CANCEL", content=content)]


def declined(registrations: Sequence[Registration], now: datetime) -> list[Mail]:
    """To who is in office: who was declined, and why. Queries: 1."""
    return _to_office("registration_declined", "participants/declined", registrations, now)


def build_declined(
    params: Params, _person: User | None, _language: str, _zone: ZoneInfo
) -> dict[str, Any]:
    registration = _get(params)
    return {
        **_facts(registration),
        "person": own_words(str(registration.user)),
        "reason": own_words(registration.end_reason, 2000),
        "delegation_url": _delegation_url(registration),
    }


def moved_up(registrations: Sequence[Registration], now: datetime) -> list[Mail]:
    """To who is in office: somebody left the waiting list for a seat. Queries: 1, none without anybody."""
    return _to_office("registration_moved_up", "participants/moved_up", registrations, now)


def build_moved_up(
    params: Params, _person: User | None, _language: str, _zone: ZoneInfo
) -> dict[str, Any]:
    registration = _get(params)
    if not registration.is_active or registration.workshop.is_ended:
        raise SupersededError(gettext_noop("The registration has changed."))
    return {
        **_facts(registration),
        "person": own_words(str(registration.user)),
        "delegation_url": _delegation_url(registration),
    }


def nomination_receipt(registrations: Sequence[Registration], nominator: User) -> Mail:
    """To the focal point: what was received, under which reference, and what happens next."""
    first = registrations[0]
    return Mail(
        key=f"nomination_receipt:{first.pk}",
        template="participants/nomination_receipt",
        to=nominator,
        params={"registrations": [row.pk for row in registrations]},
        context=first.workshop,
        reply_to=first.workshop.contact_email,
    )


def build_nomination_receipt(
    params: Params, _person: User | None, _language: str, _zone: ZoneInfo
) -> dict[str, Any]:
    rows = list(_rows().filter(pk__in=params["registrations"]).order_by("pk"))
    if not rows:
        raise SupersededError(gettext_noop("The registrations are gone."))
    waiting = Registration.Status.WAITING
    return {
        **_facts(rows[0]),
        "reference": rows[0].reference,
        "letter": own_words(rows[0].letter_name),
        "nominated": [own_words(str(row.user)) for row in rows if row.status != waiting],
        "waiting": [own_words(str(row.user)) for row in rows if row.status == waiting],
        "delegation_url": _delegation_url(rows[0]),
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


def _to_office(
    kind: str, template: str, registrations: Sequence[Registration], now: datetime
) -> list[Mail]:
    """To the focal point of each now, else the deputies, else who nominated. Reads the delegation."""
    codes = {row.delegation.administration_id for row in registrations}
    in_office = find_recipients(codes, now=now) if codes else {}
    return [
        Mail(
            key=f"{kind}:{row.pk}:u{person.pk}",
            template=template,
            to=person,
            params={"registration": row.pk},
            context=row.workshop,
            reply_to=row.workshop.contact_email,
        )
        for row in registrations
        for person in in_office.get(row.delegation.administration_id) or [row.nominated_by]
    ]


def _rows() -> QuerySet[Registration]:
    return Registration.objects.select_related("user", "workshop", "delegation__administration")


def _get(params: Params) -> Registration:
    return _rows().get(pk=params["registration"])


def _delegation_url(registration: Registration) -> str:
    code = registration.delegation.administration.code
    path = reverse("participants:delegation-detail", args=[registration.workshop.slug, code])
    return f"{settings.SITE_URL}{path}"


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
        "contact": workshop.contact_email,
        "workshop_url": public_url(workshop),
    }
