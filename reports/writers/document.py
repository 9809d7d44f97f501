"""The texts of an edition as one document tree. Pure: rows in hand, no queries.

The text is all there is: a chart is drawn from its table, a caption is the bold line above a table, a
source is the line in italics below a paragraph. So what somebody edits by hand is what is printed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from events.facts import dates_sentence
from reports.models import Edition, Section, SectionRevision
from workshop_portal.documents import tree
from workshop_portal.documents.markdown import parse
from workshop_portal.documents.tree import (
    Bar,
    Block,
    Chart,
    Document,
    Heading,
    Matter,
    Numbering,
    Paragraph,
    Table,
    Text,
    column_shares,
    plain,
)

FRONT = {Section.Kind.FOREWORD, Section.Kind.SUMMARY}
ANNEXES = {Section.Kind.AGENDA, Section.Kind.PARTICIPANTS, Section.Kind.ABBREVIATIONS}
MOST_BARS = 8
"""More bars than these are a table."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One section at one revision."""

    kind: str
    revision: SectionRevision


def build_document(
    edition: Edition, parts: Sequence[Part], *, organisers: Sequence[str], is_draft: bool
) -> Document:
    """The edition as a tree, dated in its zone by the newest of its texts. Reads the loaded series and workshop."""
    workshop = edition.workshop
    facts = [(_("Edition"), str(edition.number))]
    if workshop is not None:
        facts += [
            (_("Workshop"), str(workshop.title)),
            (_("Dates"), dates_sentence(workshop.starts_on, workshop.ends_on)),
            (_("Format"), str(workshop.get_format_display())),
        ]
    return Document(
        title=edition.title,
        series=_series_line(edition),
        date=max((part.revision.written_at for part in parts), default=edition.created_at)
        .astimezone(edition.zone)
        .date(),
        language="en",
        authors=tuple(organisers),
        facts=tuple(facts),
        is_draft=is_draft,
        sections=tuple(_sections(parts)),
    )


def _series_line(edition: Edition) -> str:
    """Above the title; nothing where the title names the series already."""
    series = edition.series.title
    if series.casefold() in edition.title.casefold():
        return ""
    return _("{series} No. {number}").format(series=series, number=edition.number)


def _sections(parts: Sequence[Part]) -> list[tree.Section]:
    first_annex = next((index for index, part in enumerate(parts) if part.kind in ANNEXES), None)
    first_body = next((index for index, part in enumerate(parts) if part.kind not in FRONT), None)
    return [
        tree.Section(
            title=part.revision.heading,
            matter=tuple(_matter(part)),
            numbering=_numbering(part.kind),
            anchor=part.revision.heading,
            starts_page=index in (first_annex, first_body) or part.kind in ANNEXES,
        )
        for index, part in enumerate(parts)
    ]


def _numbering(kind: str) -> Numbering:
    if kind in FRONT:
        return "none"
    return "annex" if kind in ANNEXES else "number"


def _matter(part: Part) -> list[Matter]:
    return [_chart(block) or block for block in section_blocks(part.revision.text)]


def section_blocks(text: str) -> list[Block]:
    """A section's text as blocks: tables with their captions, paragraphs with their printed sources."""
    return _with_sources(_with_equal_widths(_with_captions(_from_level_one(parse(text)))))


def _from_level_one(blocks: tree.Blocks) -> tree.Blocks:
    """Raise the headings of a section that begins its own at `##`."""
    shift = min((block.level for block in blocks if isinstance(block, Heading)), default=1) - 1
    return tuple(
        replace(block, level=block.level - shift) if isinstance(block, Heading) else block
        for block in blocks
    )


def _with_captions(blocks: Iterable[Block]) -> list[Block]:
    """Give each table the bold line above it as its caption; its first column names the rows."""
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Table):
            caption = _in_style(found[-1], "strong") if found else ""
            if caption:
                found.pop()
            found.append(replace(block, caption=caption, row_headers=_names_rows(block)))
        else:
            found.append(block)
    return found


def _with_equal_widths(blocks: Sequence[Block]) -> list[Block]:
    """Let the columns of tables with the same head, such as the days of an agenda, stand below each other."""
    alike: dict[tuple[str, ...], list[Table]] = {}
    for block in blocks:
        if isinstance(block, Table):
            alike.setdefault(_head(block), []).append(block)
    return [
        replace(block, widths=_widths(alike[_head(block)]))
        if isinstance(block, Table) and len(alike[_head(block)]) > 1
        else block
        for block in blocks
    ]


def _head(table: Table) -> tuple[str, ...]:
    return tuple(plain(cell) for cell in table.header)


def _widths(tables: Sequence[Table]) -> tuple[float, ...]:
    """Of each column the widest; what "keeps to its words" in each by itself would be as wide as they are."""
    rows = tuple(row for table in tables for row in table.rows)
    return column_shares(replace(tables[0], rows=rows))


def _names_rows(table: Table) -> bool:
    return all(row and plain(row[0]).strip() for row in table.rows)


def _with_sources(blocks: Iterable[Block]) -> list[Block]:
    """Hang each line of source under the paragraph before it; below a list it stands by itself."""
    found: list[Block] = []
    mark = f"{_('Source')}: "
    for block in blocks:
        words = _in_style(block, "emphasis")
        last = found[-1] if found else None
        if words.startswith(mark):
            source = words.removeprefix(mark)
            if isinstance(last, Paragraph) and not last.source:
                found[-1] = replace(last, source=source)
            else:
                found.append(Paragraph((), source=source))
        else:
            found.append(block)
    return found


def _in_style(block: Block, style: str) -> str:
    """The words of a paragraph that is in one style throughout, else nothing."""
    if not isinstance(block, Paragraph) or not block.runs or block.source:
        return ""
    whole = all(isinstance(run, Text) and getattr(run, style) for run in block.runs)
    return plain(block.runs).strip() if whole else ""


def _chart(block: Block) -> Chart | None:
    """A table of administrations by sub-region as bars: now, and the last time where it is there."""
    if not isinstance(block, Table) or block.caption != _("Administrations by sub-region"):
        return None
    rows = [[plain(cell).strip() for cell in row] for row in block.rows]
    width = len(block.header)
    is_numeric = all(len(row) == width and all(map(str.isdecimal, row[1:])) for row in rows)
    if width not in (2, 3) or not is_numeric or not 0 < len(rows) <= MOST_BARS:
        return None
    header = [plain(cell) for cell in block.header]
    return Chart(
        caption=block.caption,
        bars=tuple(
            Bar(row[0], int(row[1]), before=int(row[2]) if width == 3 else None) for row in rows
        ),
        label_header=header[0],
        value_header=header[1],
        before_header=header[2] if width == 3 else "",
    )
