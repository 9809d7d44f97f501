"""The annexes: agenda, participants who agreed to be named, abbreviations."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.compilation.abbreviations import unknown_terms, used_terms
from reports.compilation.commonmark import escape, join, table
from reports.compilation.facts import CompiledSection, EditionFacts, WorkshopFacts
from reports.models import Section


def agenda_section(workshop: WorkshopFacts) -> CompiledSection:
    section = CompiledSection(kind=Section.Kind.AGENDA, heading=_("Agenda"), text="")
    if not workshop.days:
        section.text = _("The agenda has no session.")
        section.lacks("agenda")
        return section
    section.text = join(
        _("All times are those of {zone}.").format(zone=escape(workshop.zone)),
        *(
            table(
                [_("Time"), _("Session"), _("Speakers")],
                [[each.time, each.title, each.people] for each in day.sessions],
                caption=day.name,
            )
            for day in workshop.days
        ),
    )
    return section


def participants_section(workshop: WorkshopFacts) -> CompiledSection:
    section = CompiledSection(kind=Section.Kind.PARTICIPANTS, heading=_("Participants"), text="")
    if not workshop.administrations:
        section.text = (
            _("Nobody is on record as taking part.")
            if workshop.is_over
            else _("Nobody is registered yet.")
        )
        return section
    unlisted = workshop.participation.delegates - len(workshop.people)
    parts = [
        table(
            [_("Administration"), _("Authority"), _("Delegates")],
            [[each.name, each.official_name, each.delegates] for each in workshop.administrations],
            caption=_("Administrations that took part")
            if workshop.is_over
            else _("Administrations that are registered"),
        )
    ]
    if workshop.people:
        parts.append(
            table(
                [_("Name"), _("Position"), _("Administration")],
                [[each.name, each.position, each.administration] for each in workshop.people],
                caption=_("Participants who agreed to be named"),
            )
        )
    if unlisted:
        parts.append(_unlisted(workshop, unlisted))
    section.text = join(*parts)
    return section


def _unlisted(workshop: WorkshopFacts, count: int) -> str:
    """How many are not named beside those who are; that nobody is."""
    if not workshop.people:
        return _("No delegate has agreed to be named here.")
    if workshop.is_over:
        words = ngettext(
            "%d more delegate took part and is not named here.",
            "%d more delegates took part and are not named here.",
            count,
        )
    else:
        words = ngettext(
            "%d more delegate is registered and is not named here.",
            "%d more delegates are registered and are not named here.",
            count,
        )
    return words % count


def abbreviations_section(facts: EditionFacts, texts: list[str]) -> CompiledSection:
    section = CompiledSection(kind=Section.Kind.ABBREVIATIONS, heading=_("Abbreviations"), text="")
    plain = [text.replace("\\", "") for text in [facts.title, facts.series, *texts]]
    administrations = facts.workshop.administrations if facts.workshop else ()
    terms = used_terms(plain)
    section.text = join(
        table([_("Abbreviation"), _("Meaning")], terms, caption=_("Terms")) if terms else "",
        table(
            [_("Code"), _("Administration"), _("Authority")],
            [
                [each.code, each.name, each.official_name]
                for each in sorted(administrations, key=lambda each: each.code)
            ],
            caption=_("Administrations"),
        )
        if administrations
        else "",
    ) or _("No abbreviation is used.")
    for word in unknown_terms(plain, known=[each.code for each in administrations])[:20]:
        section.lacks("abbreviation", word=word)
    return section
