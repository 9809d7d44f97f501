"""Sentences about a workshop that page, mails and report say in the same words; who has a part in it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import cast

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from events.access import runs
from events.models import Format, Mandate, Organiser, Speaker, TeamMember, Workshop
from workshop_portal.accounts.involvements import Involvement
from workshop_portal.accounts.models import User
from workshop_portal.times import day_formats

ORGANISING = (Organiser.Role.ORGANISER, Organiser.Role.CO_ORGANISER)


def public_path(workshop: Workshop) -> str:
    """Its public page, within the site."""
    return reverse("events:workshop-detail", args=[workshop.slug])


def public_url(workshop: Workshop) -> str:
    """Its public page, for mails and calendars."""
    return f"{settings.SITE_URL}{public_path(workshop)}"


def mandate_sentence(mandate: Mandate) -> str:
    """Such as: "In response to the decision of the 19th A/P RTC Heads Meeting, October 2021"."""
    return _("In response to {mandate}").format(mandate=mandate_source(mandate))


def mandate_source(mandate: Mandate) -> str:
    """The decision with its meeting, body and date: what comes after "In response to"."""
    source = _("the decision of the {meeting}").format(meeting=mandate.meeting)
    if mandate.body and mandate.body not in mandate.meeting:
        source = _("the decision of {body} at the {meeting}").format(
            body=mandate.body, meeting=mandate.meeting
        )
    when = mandate.decided_in
    if not when and mandate.decided_on:
        when = date_format(mandate.decided_on, pgettext("date format", "j F Y"))
    return _("{decision}, {when}").format(decision=source, when=when) if when else source


def organised_sentence(organisers: Iterable[Organiser]) -> str:
    """Such as: "Organised by X in cooperation with Y, hosted by Z, with the support of S"."""
    organisers = list(organisers)
    words = organised_by(organisers)
    if any(each.role in ORGANISING for each in organisers):
        return _("Organised by {bodies}").format(bodies=words)
    return words[:1].upper() + words[1:]


def organised_by(organisers: Iterable[Organiser]) -> str:
    """What comes after "organised by". `organisers` in their order, with their administrations."""
    by_role: dict[str, list[str]] = {}
    for organiser in organisers:
        by_role.setdefault(organiser.role, []).append(organiser.administration.name)
    role = Organiser.Role
    words = listed(by_role.get(role.ORGANISER) or by_role.pop(role.CO_ORGANISER, []))
    if co_organisers := by_role.get(role.CO_ORGANISER):
        words = _("{words} in cooperation with {bodies}").format(
            words=words, bodies=listed(co_organisers)
        )
    clauses = [words] if words else []
    if hosts := by_role.get(role.HOST):
        clauses.append(_("hosted by {bodies}").format(bodies=listed(hosts)))
    if sponsors := by_role.get(role.SPONSOR):
        clauses.append(_("with the support of {bodies}").format(bodies=listed(sponsors)))
    return ", ".join(clauses)


def listed(names: Sequence[str]) -> str:
    """Such as: "A, B and C"."""
    return get_text_list(list(names), _("and"))


def dates_sentence(starts_on: date, ends_on: date) -> str:
    """Such as: "24 to 26 May 2022"; the same day once; two months or years in full."""
    formats = day_formats(starts_on, ends_on)
    last = date_format(ends_on, formats[1])
    if starts_on == ends_on:
        return last
    return _("{first} to {last}").format(first=date_format(starts_on, formats[0]), last=last)


def place_words(workshop: Workshop) -> str:
    """Where it takes place, as everybody may know it. Join links are never said."""
    if workshop.format == Format.ONLINE:
        return _("Online; the link is on your own page")
    venue = workshop.venue or _("to be announced")
    if workshop.format == Format.HYBRID:
        return _("{venue}, and online; the link is on your own page").format(venue=venue)
    return venue


def find_team_roles(people: Sequence[User], by: User) -> Iterator[tuple[int, Involvement]]:
    """The workshops that people are on the team of now, for who runs those workshops. Queries: 1."""
    team = TeamMember.objects.current(timezone.now()).filter(user__in=people)
    rows = team.filter(runs(by, "workshop")).select_related("workshop")
    for row in rows.order_by("-workshop__starts_on", "-pk"):
        url = reverse("events:team-list", args=[row.workshop.slug])
        yield row.user_id, _role(row.get_role_display(), row.workshop, url)


def find_speaking(people: Sequence[User], by: User) -> Iterator[tuple[int, Involvement]]:
    """The workshops that people speak at, for who runs those workshops. Queries: 1."""
    rows = Speaker.objects.filter(runs(by, "workshop"), user__in=people).select_related("workshop")
    for row in rows.order_by("-workshop__starts_on", "-pk"):
        url = reverse("events:speaker-edit", args=[row.workshop.slug, row.public_id])
        yield cast("int", row.user_id), _role(_("Speaker"), row.workshop, url)


def _role(role: str, workshop: Workshop, url: str) -> Involvement:
    words = _("%(role)s, %(workshop)s") % {"role": role, "workshop": workshop.name}
    return Involvement(place="role", text=words, url=url)
