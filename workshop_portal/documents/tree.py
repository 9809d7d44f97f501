"""The one tree that every writer reads: blocks, sections, a document, a letter.

Nothing here knows a format. Text is what people wrote, as it was written: each writer escapes and cleans
it for its own format. `reading.py` numbers and orders the tree for all of them.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

Numbering = Literal["number", "annex", "none"]
Align = Literal["start", "end", "center"]


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text in one style. `href` is empty or an http, https or mailto address."""

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """A line break inside a paragraph."""


Run = Text | Break
Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    runs: Runs
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`source` says where the words come from ("round 1, group 3, Japan"); empty: the authors' own."""

    runs: Runs
    source: str = ""


@dataclass(frozen=True, slots=True)
class BulletList:
    items: tuple["Blocks", ...]


@dataclass(frozen=True, slots=True)
class NumberedList:
    items: tuple["Blocks", ...]
    start: int = 1


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: "Blocks"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A thematic break."""


@dataclass(frozen=True, slots=True)
class Table:
    """A header row is always there: a table without one is not accessible.

    `row_headers`: the first cell of each row names the row. `align` has one entry a column, or is empty.
    """

    header: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    caption: str = ""
    align: tuple[Align, ...] = ()
    row_headers: bool = False
    widths: tuple[float, ...] = ()  # relative; empty: by content

    @property
    def columns(self) -> int:
        return max(len(self.header), *(len(row) for row in self.rows), 1)

    def even(self, row: tuple[Runs, ...]) -> tuple[Runs, ...]:
        """Return `row` with empty cells up to the width of the table."""
        return row + ((),) * (self.columns - len(row))

    def align_of(self, column: int) -> Align:
        return self.align[column] if column < len(self.align) else "start"


Block = Heading | Paragraph | BulletList | NumberedList | Quote | Rule | Table
Blocks = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: float
    before: float | None = None  # the same figure of the last time, drawn as a line


@dataclass(frozen=True, slots=True)
class Chart:
    """Horizontal bars with their numbers; `with_table=False` where a table beside it says the same."""

    caption: str
    bars: tuple[Bar, ...]
    label_header: str
    value_header: str
    before_header: str = ""
    with_table: bool = True

    @property
    def alt(self) -> str:
        shown = (f"{bar.label} {number(bar.value)}" for bar in self.bars)
        return f"{self.caption}: {'; '.join(shown)}."


@dataclass(frozen=True, slots=True)
class DefinitionList:
    """Terms with what they mean: abbreviations, facts, contact data."""

    items: tuple[tuple[str, Runs], ...]


Matter = Block | Chart | DefinitionList


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it. `language` only where it differs from the document's."""

    title: str
    matter: tuple[Matter, ...] = ()
    sections: tuple["Section", ...] = ()
    numbering: Numbering = "number"
    anchor: str = ""
    language: str = ""
    starts_page: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """`authors` are bodies, not persons. `series` is the running head ("Good Practice Report No. 22").

    Layout "report": title page, then contents. "compact": title on the first page, no contents.
    """

    title: str
    date: dt.date
    sections: tuple[Section, ...] = ()
    subtitle: str = ""
    series: str = ""
    language: str = "en"
    authors: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    is_draft: bool = False
    layout: Literal["report", "compact"] = "report"
    contents_depth: int = 2


@dataclass(frozen=True, slots=True)
class Letter:
    """An official letter of one page or more, from bodies to an administration."""

    senders: tuple[str, ...]
    date: dt.date
    addressee: tuple[str, ...]
    subject: str
    body: Blocks
    signatory: tuple[str, ...]
    reference: str = ""
    sender_lines: tuple[str, ...] = ()
    salutation: str = ""
    closing: str = ""
    enclosures: tuple[str, ...] = ()
    language: str = "en"
    is_draft: bool = False


def runs(text: str) -> Runs:
    """Plain text as runs; a line feed becomes a break."""
    found: list[Run] = []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    for index, line in enumerate(lines):
        if index:
            found.append(Break())
        if line:
            found.append(Text(line))
    return tuple(found)


def without_headings(blocks: Blocks) -> Blocks:
    """Return `blocks` for a place inside a list or quotation, where a heading would break the outline."""
    return tuple(
        Paragraph(
            tuple(replace(run, strong=True) if isinstance(run, Text) else run for run in block.runs)
        )
        if isinstance(block, Heading)
        else block
        for block in blocks
    )


def paragraph(text: str, *, source: str = "") -> Paragraph:
    return Paragraph(runs(text), source=source)


def table(
    header: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    caption: str = "",
    align: tuple[Align, ...] = (),
    row_headers: bool = True,
    widths: tuple[float, ...] = (),
) -> Table:
    """Return a table of plain values; every cell is shown as its words."""
    return Table(
        header=tuple(runs(str(cell)) for cell in header),
        rows=tuple(tuple(runs(_words(cell)) for cell in row) for row in rows),
        caption=caption,
        align=align,
        row_headers=row_headers,
        widths=widths,
    )


def _words(cell: object) -> str:
    return "" if cell is None else str(cell)


def plain(content: Runs) -> str:
    """Return the words of runs without their styles."""
    return "".join(" " if isinstance(run, Break) else run.text for run in content)


def linked(content: Runs) -> Iterator[tuple[str, Runs]]:
    """Group runs by link (or none), so that a link of several styles is written as one."""
    for href, group in groupby(content, key=lambda run: run.href if isinstance(run, Text) else ""):
        yield href, tuple(group)


def slug(text: str) -> str:
    """Return an anchor of ASCII letters: the same in HTML, Word bookmarks and PDF."""
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return f"s-{words[:30].strip('-') or 'part'}"


def number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"


def column_widths(table: Table) -> list[float]:
    """Return the shares of the width; 0 is "as wide as its words". Short columns keep to their words."""
    if table.widths:
        return [*table.widths, *[1.0] * (table.columns - len(table.widths))]
    return [
        0 if share <= 12 and column else share for column, share in enumerate(column_shares(table))
    ]


def column_shares(table: Table) -> tuple[float, ...]:
    """Return the shares by the longest words of each column: 10 to 60."""
    shares = []
    for column in range(table.columns):
        cells = [table.even(row)[column] for row in (table.header, *table.rows)]
        longest = max(len(plain(cell)) for cell in cells)
        shares.append(float(min(max(longest, 10), 60)))
    return tuple(shares)


def chart_table(chart: Chart) -> Table:
    """Return the numbers of a chart as a table: what the picture says, for those who cannot see it."""
    with_before = any(bar.before is not None for bar in chart.bars)
    header = [
        chart.label_header,
        chart.value_header,
        *([chart.before_header] if with_before else []),
    ]
    rows = [
        [
            bar.label,
            number(bar.value),
            *([number(bar.before) if bar.before is not None else ""] if with_before else []),
        ]
        for bar in chart.bars
    ]
    align: tuple[Align, ...] = ("start", "end", *(("end",) if with_before else ()))
    return table(header, rows, align=align)
