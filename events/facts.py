"""Sentences about a workshop that page, mails and report say in the same words."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from events.models import Format, Mandate, Organiser, Workshop

ORGANISING = (Organiser.Role.ORGANISER, Organiser.Role.CO_ORGANISER)


def mandate_sentence(mandate: Mandate) -> str:
    """Such as: "In response to the decision of the decision 19th A/P RTC Heads Meeting, October 2021"."""
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
        when = date_format(mandate.decided_on, "j F Y")
    return f"{source}, {when}" if when else source


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
    last = date_format(ends_on, "j F Y")
    if starts_on == ends_on:
        return last
    shown = "j F Y"
    if starts_on.year == ends_on.year:
        shown = "j" if starts_on.month == ends_on.month else "j F"
    return _("{first} to {last}").format(first=date_format(starts_on, shown), last=last)


def place_words(workshop: Workshop) -> str:
    """Where it takes place, as everybody may know it. Join links are never said."""
    if workshop.format == Format.ONLINE:
        return _("Online; the link is on your own page")
    venue = workshop.venue or _("to be announced")
    if workshop.format == Format.HYBRID:
        return _("{venue}, and online; the link is on your own page").format(venue=venue)
    return venue
