"""How the record calls workshops and what belongs to them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import Mandate, Material, SessionSpeaker, Speaker, TeamMember, Workshop
from workshop_portal.audit.presenters import Field, Kind, language_name


def _named(row: Any) -> str:
    return str(row.title)


def _in_workshop(url_name: str) -> Any:
    """The address of a page that a workshop has once."""
    return lambda row: reverse(url_name, args=[row.workshop.slug])


def _one_of_workshop(url_name: str) -> Any:
    """The address of a thing of a workshop, by its public id."""
    return lambda row: reverse(url_name, args=[row.workshop.slug, row.public_id])


def _workshop(row: Workshop) -> str:
    return row.name


def _team_member(row: TeamMember) -> str:
    return _("%(person)s as %(role)s") % {"person": row.user, "role": row.get_role_display()}


def _mandate(row: Mandate) -> str:
    return row.meeting


def _material_url(row: Material) -> str:
    session = row.session
    return reverse("events:material-list", args=[session.workshop.slug, session.public_id])


def _speaker_url(row: Speaker) -> str:
    return reverse("events:speaker-edit", args=[row.workshop.slug, row.public_id])


KINDS = {
    "events.workshopseries": Kind(
        label=gettext_lazy("Series"),
        name=_named,
        url=lambda row: reverse("events:series-detail", args=[row.slug]),
    ),
    "events.workshop": Kind(
        label=gettext_lazy("Workshops"),
        name=_workshop,
        url=lambda row: reverse("events:workshop-overview", args=[row.slug]),
    ),
    "events.mandate": Kind(
        label=gettext_lazy("Mandates"),
        name=_mandate,
        url=_in_workshop("events:workshop-mandate"),
        related=("workshop",),
    ),
    "events.organiser": Kind(
        label=gettext_lazy("Organising bodies"),
        name=lambda row: row.administration.name,
        url=_in_workshop("events:organiser-list"),
        related=("workshop", "administration"),
    ),
    "events.teammember": Kind(
        label=gettext_lazy("Organising team"),
        name=_team_member,
        url=_in_workshop("events:team-list"),
        related=("workshop", "user"),
    ),
    "events.session": Kind(
        label=gettext_lazy("Sessions"),
        name=_named,
        url=_one_of_workshop("events:session-detail"),
        related=("workshop",),
    ),
    "events.speaker": Kind(label=gettext_lazy("Speakers"), url=_speaker_url, related=("workshop",)),
    "events.material": Kind(
        label=gettext_lazy("Materials"),
        name=_named,
        url=_material_url,
        related=("session__workshop",),
    ),
    "events.instrument": Kind(
        label=gettext_lazy("Instruments"),
        name=_named,
        url=lambda _row: reverse("events:instrument-list"),
        staff_only=True,
    ),
}

FIELDS = {
    "events.session.role": Field(
        label=gettext_lazy("role"), choices=dict(SessionSpeaker.Role.choices)
    ),
    "events.session.speaker": Field(label=gettext_lazy("speaker")),
    "events.session.instrument": Field(label=gettext_lazy("instrument")),
    "events.session.key_message": Field(label=gettext_lazy("key message")),
    "events.workshop.copied_from": Field(label=gettext_lazy("copied from")),
    "events.workshop.is_demo": Field(label=gettext_lazy("demonstration")),
    "events.teammember.user": Field(label=gettext_lazy("person")),
    "events.speaker.user": Field(label=gettext_lazy("account")),
    "published_at": Field(label=gettext_lazy("published on")),
    "published_by": Field(label=gettext_lazy("published by")),
    "languages": Field(label=gettext_lazy("languages"), show=language_name),
}
