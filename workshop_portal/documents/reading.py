"""The reading order of a document, shared by every writer: numbers, anchors, heading levels, languages.

All files of one document say the same because none of this is decided by a writer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from workshop_portal.documents.characters import is_blank
from workshop_portal.documents.tree import (
    Chart,
    Document,
    Heading,
    Matter,
    Runs,
    Section,
    Table,
    Text,
    plain,
    runs,
    slug,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing in reading order. `number` is "2.1", "Annex 1" or "Table 3" without its full stop, or empty."""

    matter: Matter
    number: str = ""
    language: str = ""
    in_contents: bool = False
    starts_page: bool = False

    @property
    def label(self) -> str:
        """The number as it stands before words: "2.1 ", "Annex 1. "."""
        if not self.number:
            return ""
        return f"{self.number} " if self.number[0].isdigit() else f"{self.number}. "


@dataclass(slots=True)
class _Reading:
    annex: str
    table: str
    figure: str
    depth: int
    tables: int = 0
    figures: int = 0
    level: int = 0
    anchors: set[str] = field(default_factory=set)

    def unique(self, wished: str, title: str) -> str:
        base = slug(wished or title)
        anchor, count = base, 1
        while anchor in self.anchors:
            count += 1
            anchor = f"{base}-{count}"
        self.anchors.add(anchor)
        return anchor


def pieces(
    document: Document, *, annex: str = "Annex", table: str = "Table", figure: str = "Figure"
) -> Iterator[Piece]:
    """Everything below the title in reading order, numbered.

    The words are those of the document's language. Heading levels start at 1 and never skip one,
    whatever the authors typed: PDF/UA refuses a gap.
    """
    reading = _Reading(annex, table, figure, document.contents_depth)
    yield from _sections(document.sections, reading, level=1, prefix="", language="")


def _sections(
    sections: Sequence[Section], reading: _Reading, *, level: int, prefix: str, language: str
) -> Iterator[Piece]:
    numbered = annexes = 0
    for section in sections:
        label = below = ""
        if section.numbering == "annex":
            annexes += 1
            label, below = f"{reading.annex} {annexes}", ""
        elif section.numbering == "number" and (level == 1 or prefix):
            numbered += 1
            label = f"{prefix}{numbered}"
            below = f"{label}."
        spoken = section.language or language
        heading = Heading(
            level, _title(section.title), reading.unique(section.anchor, section.title)
        )
        reading.level = level
        yield Piece(
            heading,
            label,
            spoken,
            in_contents=level <= reading.depth,
            starts_page=section.starts_page,
        )
        for matter in section.matter:
            if isinstance(matter, Heading) and is_blank(plain(matter.runs)):
                continue
            yield _piece(matter, reading, level, spoken)
        yield from _sections(
            section.sections, reading, level=level + 1, prefix=below, language=spoken
        )


def _title(title: str) -> Runs:
    """Return the words of a section's title; PDF/UA refuses a heading without any."""
    return (Text("-"),) if is_blank(title) else runs(title)


def _piece(matter: Matter, reading: _Reading, level: int, language: str) -> Piece:
    if isinstance(matter, Heading):
        reading.level = min(reading.level + 1, level + max(1, matter.level), 6)
        anchor = reading.unique(matter.anchor, plain(matter.runs))
        return Piece(
            replace(matter, level=reading.level, anchor=anchor),
            language=language,
            in_contents=reading.level <= reading.depth,
        )
    if isinstance(matter, Table) and matter.caption:
        reading.tables += 1
        return Piece(matter, f"{reading.table} {reading.tables}", language)
    if isinstance(matter, Chart):
        reading.figures += 1
        return Piece(matter, f"{reading.figure} {reading.figures}", language)
    return Piece(matter, language=language)
