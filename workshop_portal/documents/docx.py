"""DOCX: the document with real styles, a contents field, numbered captions and described pictures.

Elements are made by lxml with fixed style names: looking styles up for each paragraph made the 600-practice
report thirteen times slower.
"""

import datetime as dt
import io
import zipfile
from typing import Any

from workshop_portal.documents.characters import clean_text
from workshop_portal.documents.docx_styles import prepare
from workshop_portal.documents.markdown import safe_href
from workshop_portal.documents.reading import Piece, pieces
from workshop_portal.documents.tree import (
    Block,
    Blocks,
    Break,
    BulletList,
    Chart,
    DefinitionList,
    Document,
    Heading,
    NumberedList,
    Paragraph,
    Quote,
    Rule,
    Run,
    Runs,
    Table,
    Text,
    chart_table,
    column_widths,
    linked,
    plain,
    runs,
)
from workshop_portal.documents.typst import chart_png
from workshop_portal.documents.words import Words, word_language, words

TEXT_WIDTH = 9070  # twentieths of a point between the margins of an A4 page
BULLETS, NUMBERS = 90, 91  # lists of our own; the template's lists run on from one to the next
RIGHT_TO_LEFT = {"ar", "dv", "fa", "he", "ps", "ur"}
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def docx_report(document: Document) -> bytes:
    """Return the document as a Word file; the same document gives the same bytes."""
    import docx  # noqa: PLC0415 heavy library

    said = words(document.language, document.date)
    file = docx.Document()
    prepare(file, document, said)
    writer = _Writer(file, said, document.language)
    found = list(pieces(document, annex=said.annex, table=said.table, figure=said.figure))
    writer.title(document)
    if document.layout == "report":
        writer.contents(found, document.contents_depth)
    for index, piece in enumerate(found):
        first = index == 0 and document.layout == "report"
        writer.piece(piece, new_page=first or piece.starts_page)
    _describe(file, document)
    buffer = io.BytesIO()
    file.save(buffer)
    return _fixed(buffer)


class _Writer:
    """Appends to the body of one file; holds the counters and the language of the piece being written."""

    def __init__(self, file: Any, said: Words, language: str) -> None:
        from docx.oxml.ns import qn  # noqa: PLC0415 heavy library
        from lxml import etree  # noqa: PLC0415 heavy library

        self.file, self.said, self.language = file, said, language
        self.qn, self.make = qn, etree.SubElement
        self.body = file.element.body
        self.end = self.body.sectPr
        self.spoken = ""
        self.bookmarks = 0
        self.lists = NUMBERS
        self.scratch = etree.Element("scratch")

    # Elements

    def element(self, parent: Any, tag: str, /, **attributes: object) -> Any:
        made = self.make(parent, self.qn(f"w:{tag}"))
        for key, value in attributes.items():
            made.set(self.qn(f"w:{key}"), str(value))
        return made

    def into_body(self, name: str) -> Any:
        made = self.element(self.scratch, name)
        self.end.addprevious(made)
        return made

    def paragraph(self, style: str, parent: Any = None, *, level: int = -1, number: int = 0) -> Any:
        """Start a paragraph at the end of `parent` or of the body; `level` and `number` make it a list item."""
        made = self.element(parent, "p") if parent is not None else self.into_body("p")
        properties = self.element(made, "pPr")
        self.element(properties, "pStyle", val=style)
        if number:
            numbering = self.element(properties, "numPr")
            self.element(numbering, "ilvl", val=level)
            self.element(numbering, "numId", val=number)
        if self.spoken in RIGHT_TO_LEFT:
            self.element(properties, "bidi")
        if level >= 0 and not number:
            self.element(properties, "ind", left=360 * (level + 1))
        return made

    def break_page(self, made: Any) -> None:
        properties = made.find(self.qn("w:pPr"))
        properties.insert(1, self.element(self.scratch, "pageBreakBefore"))

    def text(
        self, parent: Any, content: str, *, style: Text | None = None, link: bool = False
    ) -> None:
        run = self.element(parent, "r")
        properties = self.element(run, "rPr")
        if link:
            self.element(properties, "rStyle", val="Hyperlink")
        elif style and style.code:
            self.element(properties, "rStyle", val="Verbatim")
        if style and style.strong:
            self.element(properties, "b")
        if style and style.emphasis:
            self.element(properties, "i")
        if self.spoken in RIGHT_TO_LEFT:
            self.element(properties, "rtl")
        if self.spoken:
            tag = word_language(self.spoken)
            self.element(properties, "lang", val=tag, eastAsia=tag, bidi=tag)
        shown = self.element(run, "t")
        shown.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        shown.text = clean_text(content)

    def runs(self, parent: Any, content: Runs) -> None:
        for href, group in linked(content):
            target, address = parent, safe_href(href)
            if address:
                target = self.element(parent, "hyperlink")
                target.set(self.qn("r:id"), self.relate(clean_text(address)))
            for run in group:
                self.run(target, run, link=bool(address))

    def run(self, parent: Any, run: Run, *, link: bool = False) -> None:
        if isinstance(run, Break):
            self.element(self.element(parent, "r"), "br")
        else:
            self.text(parent, run.text, style=run, link=link)

    def relate(self, address: str) -> str:
        from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415 heavy library

        found: str = self.file.part.relate_to(
            address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        return found

    def field(self, parent: Any, kind: str, *, dirty: bool = False) -> None:
        mark = self.element(self.element(parent, "r"), "fldChar", fldCharType=kind)
        if dirty:
            mark.set(self.qn("w:dirty"), "true")

    def instruction(self, parent: Any, words: str) -> None:
        made = self.element(self.element(parent, "r"), "instrText")
        made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        made.text = words

    # Front

    def title(self, document: Document) -> None:
        if document.series:
            self.text(self.paragraph("Series"), document.series)
        self.text(self.paragraph("Title"), document.title)
        if document.subtitle:
            self.text(self.paragraph("Subtitle"), document.subtitle)
        if document.is_draft:
            self.text(self.paragraph("Draft"), self.said.draft)
        for name, value in document.facts:
            self.definition(name, runs(value))
        for author in document.authors:
            self.text(self.paragraph("Author"), author)
        self.text(self.paragraph("Source"), self.said.date)

    def contents(self, found: list[Piece], depth: int) -> None:
        """Write the contents as a field that is already filled: LibreOffice does not fill it on opening.

        The pages are left to Word, which adds them on opening, and to whoever updates the contents in LibreOffice:
        inside this field it takes PAGEREF for plain text, and updateFields makes Word ask before it opens the file.
        """
        holder = self.into_body("sdt")
        kind = self.element(self.element(holder, "sdtPr"), "docPartObj")
        self.element(kind, "docPartGallery", val="Table of Contents")
        self.element(kind, "docPartUnique")
        content = self.element(holder, "sdtContent")
        heading = self.paragraph("TOCHeading", content)
        self.break_page(heading)
        self.text(heading, self.said.contents)
        line = None
        for piece in found:
            if not (isinstance(piece.matter, Heading) and piece.in_contents):
                continue
            first = line is None
            line = self.paragraph(f"TOC{piece.matter.level}", content)
            if first:
                self.field(line, "begin", dirty=True)
                self.instruction(line, f' TOC \\o "1-{depth}" \\h \\z \\u ')
                self.field(line, "separate")
            link = self.element(line, "hyperlink", anchor=piece.matter.anchor, history="1")
            self.text(link, piece.label + plain(piece.matter.runs))
        if line is not None:
            self.field(self.paragraph("Normal", content), "end")

    # Pieces

    def piece(self, piece: Piece, *, new_page: bool) -> None:
        self.spoken = piece.language
        match piece.matter:
            case Heading() as heading:
                self.heading(heading, piece.label, new_page=new_page)
            case Chart() as chart:
                self.chart(chart, piece.number)
            case DefinitionList(items=items):
                for term, content in items:
                    self.definition(term, content)
            case Table() as table:
                if table.caption:
                    self.caption(piece.number, table.caption)
                self.table(table)
            case block:
                self.block(block)

    def heading(self, heading: Heading, label: str, *, new_page: bool) -> None:
        made = self.paragraph(f"Heading{heading.level}")
        if new_page:
            self.break_page(made)
        self.bookmarks += 1
        self.element(made, "bookmarkStart", id=self.bookmarks, name=heading.anchor)
        if label:
            self.text(made, label)
        self.runs(made, heading.runs)
        self.element(made, "bookmarkEnd", id=self.bookmarks)

    def definition(self, term: str, content: Runs) -> None:
        made = self.paragraph("Definition")
        self.text(made, term, style=Text("", strong=True))
        self.element(self.element(made, "r"), "tab")
        self.runs(made, content)

    def caption(self, number: str, caption: str) -> None:
        label, _, count = number.rpartition(" ")
        made = self.paragraph("Caption")
        self.text(made, f"{label} ")
        field = self.element(made, "fldSimple", instr=f" SEQ {label} \\* ARABIC ")
        self.text(field, count)
        self.text(made, f". {caption}")

    def chart(self, chart: Chart, number: str) -> None:
        from docx.shared import Mm  # noqa: PLC0415 heavy library

        self.caption(number, chart.caption)
        made = self.paragraph("Picture")
        picture = io.BytesIO(chart_png(chart, language=self.language))
        inline = self.file.part.new_pic_inline(picture, width=Mm(150))
        inline.docPr.set("descr", clean_text(chart.alt))
        inline.docPr.set("title", clean_text(chart.caption))
        self.element(self.element(made, "r"), "drawing").append(inline)
        if chart.with_table:
            self.table(chart_table(chart))

    def block(
        self, block: Block, *, level: int = -1, number: int = 0, parent_style: str = "BodyText"
    ) -> None:
        """Write a block of running text; the first paragraph of a list item carries its `number`."""
        match block:
            case Paragraph(runs=content, source=source):
                if content or not source:
                    self.runs(self.paragraph(parent_style, level=level, number=number), content)
                self.source(source)
            case Heading(
                runs=content
            ):  # inside a list or quotation: words, not a part of the outline
                self.runs(self.paragraph(parent_style, level=level, number=number), content)
            case BulletList(items=items):
                self.items(items, level + 1, BULLETS)
            case NumberedList(items=items, start=start):
                self.items(items, level + 1, self.new_list(start, level + 1))
            case Quote(blocks=blocks, source=source):
                for inside in blocks:
                    self.block(inside, level=level, parent_style="Quote")
                self.source(source)
            case Table():
                self.table(block)
            case Rule():
                self.paragraph("Rule")

    def items(self, items: tuple[Blocks, ...], level: int, number: int) -> None:
        for item in items:
            first, *rest = item or (Paragraph(()),)
            if not isinstance(first, Paragraph):
                first, rest = Paragraph(()), [first, *rest]
            self.block(first, level=min(level, 8), number=number, parent_style="ListParagraph")
            for block in rest:
                self.block(block, level=min(level, 8), parent_style="ListParagraph")

    def new_list(self, start: int, level: int) -> int:
        """Register a list that counts from `start`: each numbered list of the text is its own."""
        self.lists += 1
        numbering = self.file.part.numbering_part.element
        made = self.element(numbering, "num", numId=self.lists)
        self.element(made, "abstractNumId", val=NUMBERS)
        override = self.element(made, "lvlOverride", ilvl=min(level, 8))
        self.element(override, "startOverride", val=start)
        return self.lists

    def source(self, source: str) -> None:
        """The line of source, on the page of the paragraph that it is about."""
        if source:
            made = self.paragraph("Source")
            self.text(made, f"{self.said.source}: {source}")
            self.keep_with_next(made.getprevious())

    def keep_with_next(self, before: Any) -> None:
        """Of a paragraph; the schema wants the mark right behind the style."""
        if before is not None and before.tag == self.qn("w:p"):
            properties = before[0]
            properties.insert(1, self.element(properties, "keepNext"))

    def table(self, table: Table) -> None:
        made = self.into_body("tbl")
        properties = self.element(made, "tblPr")
        self.element(properties, "tblStyle", val="ReportTable")
        self.element(properties, "tblW", w=5000, type="pct")
        # The header row, and the first column where it names the rows.
        self.element(properties, "tblLook", val="04A0" if table.row_headers else "0420")
        if table.caption:
            self.element(properties, "tblCaption", val=clean_text(table.caption))
        shares = [share or 14 for share in column_widths(table)]
        widths = [round(TEXT_WIDTH * share / sum(shares)) for share in shares]
        grid = self.element(made, "tblGrid")
        for width in widths:
            self.element(grid, "gridCol", w=width)
        for index, cells in enumerate((table.header, *table.rows)):
            row = self.element(made, "tr")
            row_properties = self.element(row, "trPr")
            self.element(row_properties, "cantSplit")
            if index == 0:
                self.element(row_properties, "tblHeader")
            for column, content in enumerate(table.even(cells)):
                cell = self.element(row, "tc")
                self.element(self.element(cell, "tcPr"), "tcW", w=widths[column], type="dxa")
                self.cell(cell, table, column, content)
        self.paragraph("AfterTable")

    def cell(self, cell: Any, table: Table, column: int, content: Runs) -> None:
        made = self.paragraph("TableText", cell)
        align = table.align_of(column)
        if align != "start":
            self.element(
                made.find(self.qn("w:pPr")), "jc", val="right" if align == "end" else "center"
            )
        self.runs(made, content)


def _describe(file: Any, document: Document) -> None:
    known = file.core_properties
    moment = dt.datetime.combine(document.date, dt.time(), dt.UTC)
    known.title = clean_text(document.title)[:255]
    known.subject = clean_text(document.subtitle)[:255]
    known.author = clean_text("; ".join(document.authors))[:255]
    known.last_modified_by = ""
    known.comments = ""
    known.language = word_language(document.language)
    known.created = known.modified = moment
    known.revision = 1


def _fixed(buffer: io.BytesIO) -> bytes:
    """Return the package with one date on every part."""
    target = io.BytesIO()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _ZIP_DATE)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return target.getvalue()
