"""How the record calls delegations, registrations and the mail plan, and a distance in words."""

from datetime import timedelta

from django.urls import reverse
from django.utils.dateparse import parse_duration
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from participants.audiences import AUDIENCES
from participants.models import Consent, Delegation, PlannedReminder, Registration
from workshop_portal.audit.presenters import Field, Kind, language_name
from workshop_portal.mail.registry import TEMPLATES

Timing = PlannedReminder.Timing


def _registration(row: Registration) -> str:
    """The person with the administration: two people may have one name."""
    return f"{row.user}, {row.delegation.administration}"


def _registration_url(row: Registration) -> str:
    return reverse("participants:registration-detail", args=[row.workshop.slug, row.public_id])


def _delegation_url(row: Delegation) -> str:
    code = row.administration.code
    return reverse("participants:delegation-detail", args=[row.workshop.slug, code])


def _mail(template: str) -> str:
    known = TEMPLATES.get(template)
    return str(known.title) if known else template


def _audience(name: str) -> str:
    known = AUDIENCES.get(name)
    return str(known.label) if known else name


def number_and_unit(offset: timedelta, timing: str = Timing.WALL_CLOCK) -> tuple[int, str]:
    """A distance in the largest unit that fits; elapsed time up to two days in hours."""
    size = abs(offset)
    minutes, hours = timedelta(minutes=1), timedelta(hours=1)
    if size % hours:
        return size // minutes, "minutes"
    is_short = timing == Timing.ELAPSED and size <= timedelta(days=2)
    if is_short or size % timedelta(days=1):
        return size // hours, "hours"
    return size.days, "days"


def size_words(offset: timedelta, timing: str = Timing.WALL_CLOCK) -> str:
    """Such as: 21 days."""
    number, unit = number_and_unit(offset, timing)
    words = {
        "days": ngettext("%(number)d day", "%(number)d days", number),
        "hours": ngettext("%(number)d hour", "%(number)d hours", number),
        "minutes": ngettext("%(number)d minute", "%(number)d minutes", number),
    }
    return words[unit] % {"number": number}


def _distance(value: str) -> str:
    """How long before or after."""
    length = parse_duration(value)
    if not length:
        return _("at that time")
    side = _("%(distance)s before") if length < timedelta(0) else _("%(distance)s after")
    return side % {"distance": size_words(length)}


def _reminder(row: PlannedReminder) -> str:
    return f"{_mail(row.template)}, {_audience(row.audience)}"


def _reminder_url(row: PlannedReminder) -> str:
    return reverse("participants:reminder-edit", args=[row.workshop.slug, row.pk])


KINDS = {
    "participants.delegation": Kind(
        label=gettext_lazy("Delegations"),
        name=lambda row: row.administration.name,
        url=_delegation_url,
        related=("workshop", "administration"),
    ),
    "participants.registration": Kind(
        label=gettext_lazy("Registrations"),
        name=_registration,
        url=_registration_url,
        related=("workshop", "user", "delegation__administration"),
    ),
    "participants.plannedreminder": Kind(
        label=gettext_lazy("Mail plan"),
        name=_reminder,
        url=_reminder_url,
        related=("workshop",),
    ),
    "participants.seatpolicy": Kind(
        label=gettext_lazy("Seats"),
        name=lambda _row: gettext_lazy("Seats per administration"),
        url=lambda row: reverse("participants:seat-policy", args=[row.workshop.slug]),
        related=("workshop",),
    ),
}

FIELDS = {
    **{str(value): Field(label=label) for value, label in Consent.Purpose.choices},
    "participants.registration.speaks": Field(show=language_name),
    "participants.registration.gender": Field(show=lambda _value: gettext_lazy("changed")),
    "participants.registration.user": Field(label=gettext_lazy("person")),
    "participants.registration.replaces": Field(label=gettext_lazy("instead of")),
    "participants.registration.end_reason": Field(label=gettext_lazy("reason")),
    "participants.plannedreminder.template": Field(show=_mail),
    "participants.plannedreminder.audience": Field(show=_audience),
    "participants.plannedreminder.offset": Field(show=_distance),
    "decline_reason": Field(label=gettext_lazy("reason")),
    "invited_at": Field(label=gettext_lazy("invited on")),
    "invited_by": Field(label=gettext_lazy("invited by")),
    "approved_at": Field(label=gettext_lazy("approved on")),
    "approved_by": Field(label=gettext_lazy("approved by")),
}
