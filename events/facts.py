"""Sentences about a workshop that page, mails and report say in the same words."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from events.models import Format, Mandate, Organiser, Workshop


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
    words = organised_by(organisers)
    return _("Organised by {bodies}").format(bodies=words) if words else ""


def organised_by(organisers: Iterable[Organiser]) -> str:
    """What comes after "organised by". `organisers` in their order, with their administrations."""
    by_role: dict[str, list[str]] = {}
    for organiser in organisers:
        by_role.setdefault(organiser.role, []).append(organiser.administration.name)
    role = Organiser.Role
    first = by_role.get(role.ORGANISER) or by_role.pop(role.CO_ORGANISER, [])
    words = listed(first)
    for kind, sentence in (
        (role.CO_ORGANISER, _("{words} in cooperation with {bodies}")),
        (role.HOST, _("{words}, hosted by {bodies}")),
        (role.SPONSOR, _("{words}, with the support of {bodies}")),
    ):
        if by_role.get(kind):
            words = sentence.format(words=words, bodies=listed(by_role[kind]))
    return words.strip(" ,")


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
