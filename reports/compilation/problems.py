"""What a draft lacks, in the words of who reads it: a run keeps a code and what the sentence names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from reports.models import CompilationRun, Section

WORDS: dict[str, Any] = {
    "abbreviation": _("The abbreviation {word} is not explained."),
    "agenda": _("The agenda has no session."),
    "contribution": _("No contribution has been received."),
    "draft": _("{name} has a draft that is not submitted."),
    "instrument": _("No session introduces an instrument."),
    "kind": _("Nothing stands under “{heading}”."),
    "mandate": _("The workshop has no mandate."),
    "organiser": _("No organiser is named."),
    "participant": _("Nobody is on record as taking part."),
    "practice": _("No good practice has been received."),
    "proposal": _("There is no proposal."),
    "registered": _("Nobody is registered yet."),
}
"""What is missing, by code."""


@dataclass(frozen=True, kw_only=True)
class Lack:
    """What a section lacks, in words."""

    section: Section
    words: str


def list_lacks(run: CompilationRun | None, sections: Iterable[Section]) -> list[Lack]:
    """What the run found, of the sections that are given and in their order."""
    found: dict[int, list[str]] = {}
    for problem in run.problems if run else []:
        words = str(WORDS[problem["code"]]).format(**problem["names"])
        found.setdefault(problem["section"], []).append(words)
    return [
        Lack(section=section, words=words)
        for section in sections
        for words in found.get(section.pk, [])
    ]
