"""What a draft lacks, in the words of who reads it: a run keeps a code and what the sentence names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from reports.models import CompilationRun, Section
from workshop_portal.documents.markdown import parse
from workshop_portal.documents.tree import Blocks, Heading, plain

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
    """What the run found, of the sections that are given and in their order, but what was written by hand since.

    Queries: 1 where a section that lacks a heading was edited by hand, else 0.
    """
    rows = list(sections)
    problems = run.problems if run else []
    written = _written_by_hand(problems, rows)
    found: dict[int, list[str]] = {}
    for problem in problems:
        if not _stands_there(problem, written):
            words = str(WORDS[problem["code"]]).format(**problem["names"])
            found.setdefault(problem["section"], []).append(words)
    return [
        Lack(section=section, words=words)
        for section in rows
        for words in found.get(section.pk, [])
    ]


def _written_by_hand(problems: list[dict[str, Any]], rows: Iterable[Section]) -> dict[int, Blocks]:
    """The blocks of each section edited by hand in which a run missed a heading."""
    lacking = {problem["section"] for problem in problems if problem["code"] == "kind"}
    edited = [row.pk for row in rows if row.is_edited and row.pk in lacking]
    if not edited:
        return {}
    texts = Section.objects.filter(pk__in=edited).order_by("pk").values_list("pk", "text")
    return {pk: parse(text) for pk, text in texts}


def _stands_there(problem: dict[str, Any], written: dict[int, Blocks]) -> bool:
    """Whether something stands under a heading of these words, of whatever level, in what was written by hand."""
    if problem["code"] != "kind":
        return False
    wanted, level = _folded(problem["names"]["heading"]), 0
    for block in written.get(problem["section"], ()):
        if not isinstance(block, Heading):
            if level:
                return True
        elif _folded(plain(block.runs)) == wanted:
            level = block.level
        elif block.level <= level:
            level = 0
    return False


def _folded(words: str) -> str:
    return " ".join(words.split()).rstrip(":").casefold()
