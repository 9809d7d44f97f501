"""The styles, lists, page, header and footer of a Word file, written once before its text."""

from dataclasses import dataclass
from typing import Any

from workshop_portal.documents.characters import clean_text
from workshop_portal.documents.tree import Document
from workshop_portal.documents.words import Words, word_language

INK, INK_2, RULE, HAIR, BAD, LINK = "14213D", "545C70", "878581", "DCD9D2", "9F1239", "1D4796"
SERIF, SANS = "Georgia", "Arial"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_KEEP = "<w:keepNext/><w:keepLines/>"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    """A paragraph style: size in half points, space in points, `rules` and `tail` as they stand in the file."""

    id: str
    name: str
    custom: bool = False
    font: str = SERIF
    size: int = 21
    bold: bool = False
    colour: str = INK
    before: int = 0
    after: int = 0
    rules: str = ""
    tail: str = ""
    next: str = ""

    def xml(self) -> str:
        following = f'<w:next w:val="{self.next}"/>' if self.next else ""
        custom = ' w:customStyle="1"' if self.custom else ""
        line = ' w:line="252" w:lineRule="auto"' if self.size > 21 or self.font == SANS else ""
        return (
            f'<w:style {_W} w:type="paragraph"{custom} w:styleId="{self.id}"><w:name w:val="{self.name}"/>'
            f'<w:basedOn w:val="Normal"/>{following}<w:qFormat/><w:pPr>{self.rules}'
            f'<w:spacing w:before="{self.before * 20}" w:after="{self.after * 20}"{line}/>{self.tail}</w:pPr>'
            f'<w:rPr><w:rFonts w:ascii="{self.font}" w:hAnsi="{self.font}" w:cs="{self.font}"/>'
            f'{"<w:b/>" if self.bold else ""}<w:color w:val="{self.colour}"/>'
            f'<w:sz w:val="{self.size}"/><w:szCs w:val="{self.size}"/></w:rPr></w:style>'
        )


def _heading(level: int, **style: Any) -> _Style:
    return _Style(
        id=f"Heading{level}",
        name=f"heading {level}",
        rules=_KEEP,
        tail=f'<w:outlineLvl w:val="{level - 1}"/>',
        next="BodyText",
        **style,
    )


def _contents_line(level: int) -> _Style:
    return _Style(
        id=f"TOC{level}",
        name=f"toc {level}",
        font=SANS,
        size=19,
        bold=level == 1,
        before=6 if level == 1 else 0,
        after=2,
        rules='<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9070"/></w:tabs>',
        tail=f'<w:ind w:left="{300 * (level - 1)}"/>',
    )


_STYLES = (
    _Style(id="Title", name="Title", size=60, before=12, after=18),
    _Style(id="Subtitle", name="Subtitle", size=28, after=18),
    _Style(id="Series", name="Series", custom=True, font=SANS, colour=INK_2, before=120),
    _Style(
        id="Draft",
        name="Draft",
        custom=True,
        font=SANS,
        size=22,
        bold=True,
        colour=BAD,
        before=6,
        after=18,
    ),
    _Style(id="Author", name="Author", custom=True, size=23, before=10),
    _Style(id="BodyText", name="Body Text", after=7),
    _Style(id="ListParagraph", name="List Paragraph", after=4),
    _Style(
        id="Quote",
        name="Quote",
        before=4,
        after=7,
        rules=f'<w:pBdr><w:left w:val="single" w:sz="12" w:space="10" w:color="{RULE}"/></w:pBdr>',
        tail='<w:ind w:left="280"/>',
    ),
    _Style(id="Source", name="Source", custom=True, font=SANS, size=16, colour=INK_2, after=10),
    _Style(
        id="Definition",
        name="Definition",
        custom=True,
        font=SANS,
        size=18,
        after=5,
        rules='<w:tabs><w:tab w:val="left" w:pos="2400"/></w:tabs>',
        tail='<w:ind w:left="2400" w:hanging="2400"/>',
    ),
    _Style(
        id="Caption", name="caption", font=SANS, size=18, bold=True, before=12, after=4, rules=_KEEP
    ),
    _Style(id="Picture", name="Picture", custom=True, after=6, rules="<w:keepNext/>"),
    _Style(id="TableText", name="Table Text", custom=True, font=SANS, size=17, before=2, after=2),
    _Style(id="AfterTable", name="After Table", custom=True, font=SANS, size=12, after=6),
    _Style(
        id="Rule",
        name="Rule",
        custom=True,
        font=SANS,
        size=8,
        before=6,
        after=12,
        rules=f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="{RULE}"/></w:pBdr>',
        tail='<w:ind w:right="6300"/>',
    ),
    _Style(id="Header", name="header", font=SANS, size=16, colour=INK_2),
    _Style(id="Footer", name="footer", font=SANS, size=16, colour=INK_2),
    _Style(id="TOCHeading", name="TOC Heading", size=38, after=14),
    *(_contents_line(level) for level in range(1, 7)),
    _heading(1, size=38, before=28, after=10),
    _heading(2, size=27, before=20, after=7),
    _heading(3, font=SANS, bold=True, before=14, after=5),
    *(
        _heading(level, font=SANS, size=20, bold=True, colour=INK_2, before=12, after=5)
        for level in (4, 5, 6)
    ),
)


def prepare(file: Any, document: Document, said: Words) -> None:
    """Give a new file our styles, lists, page and language."""
    _replace_styles(file)
    _set_language(file, word_language(document.language))
    _add_lists(file)
    _set_page(file, document, said)


def _parse(xml: str) -> Any:
    from docx.oxml import parse_xml  # noqa: PLC0415 heavy library

    return parse_xml(xml)


def _replace_styles(file: Any) -> None:
    styles = file.styles.element
    for style in list(styles.style_lst):
        if style.styleId == "Normal" or not style.get(_w("default")):
            styles.remove(style)
    styles.append(
        _parse(
            f'<w:style {_W} w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
            f'<w:pPr><w:spacing w:before="0" w:after="0" w:line="288" w:lineRule="auto"/></w:pPr>'
            f'<w:rPr><w:rFonts w:ascii="{SERIF}" w:hAnsi="{SERIF}"/><w:color w:val="{INK}"/><w:sz w:val="21"/>'
            f'<w:szCs w:val="21"/></w:rPr></w:style>'
        )
    )
    for style in _STYLES:
        styles.append(_parse(style.xml()))
    styles.append(
        _parse(
            f'<w:style {_W} w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>'
            f'<w:rPr><w:color w:val="{LINK}"/><w:u w:val="single"/></w:rPr></w:style>'
        )
    )
    styles.append(
        _parse(
            f'<w:style {_W} w:type="character" w:customStyle="1" w:styleId="Verbatim"><w:name w:val="Verbatim"/>'
            f'<w:rPr><w:rFonts w:ascii="Consolas" w:hAnsi="Consolas"/><w:shd w:val="clear" w:fill="F2F0E9"/></w:rPr></w:style>'
        )
    )
    styles.append(_parse(_table_style()))


def _w(name: str) -> str:
    return "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}" + name


def _table_style() -> str:
    edge = f'w:val="single" w:sz="4" w:space="0" w:color="{HAIR}"'
    return (
        f'<w:style {_W} w:type="table" w:customStyle="1" w:styleId="ReportTable"><w:name w:val="Report Table"/>'
        f"<w:tblPr><w:tblBorders><w:bottom {edge}/><w:insideH {edge}/></w:tblBorders>"
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f'<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:color w:val="{INK_2}"/></w:rPr><w:tcPr><w:tcBorders>'
        f'<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{INK}"/></w:tcBorders></w:tcPr></w:tblStylePr>'
        '<w:tblStylePr w:type="firstCol"><w:rPr><w:b/></w:rPr></w:tblStylePr></w:style>'
    )


def _set_language(file: Any, tag: str) -> None:
    """Set the language of the defaults: the template says en-US there, whatever the properties say."""
    defaults = file.styles.element.find(_w("docDefaults"))
    for lang in defaults.iter(_w("lang")):
        for name in ("val", "eastAsia"):
            lang.set(_w(name), tag)
    for lang in file.settings.element.iter(_w("themeFontLang")):
        lang.set(_w("val"), tag)


def _add_lists(file: Any) -> None:
    """Define bullets and numbers with nine levels; definitions must stand before the first instance."""
    numbering = file.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    for identity, fmt, mark in ((90, "bullet", "\N{BULLET}"), (91, "decimal", "%{}.")):
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/>'
            f'<w:lvlText w:val="{mark.format(level + 1)}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{360 * (level + 1)}" w:hanging="300"/></w:pPr></w:lvl>'
            for level in range(9)
        )
        numbering.append(
            _parse(
                f'<w:abstractNum {_W} w:abstractNumId="{identity}"><w:multiLevelType w:val="hybridMultilevel"/>{levels}'
                "</w:abstractNum>"
            )
        )
    for identity in (90, 91):
        numbering.append(
            _parse(
                f'<w:num {_W} w:numId="{identity}"><w:abstractNumId w:val="{identity}"/></w:num>'
            )
        )


def _set_page(file: Any, document: Document, said: Words) -> None:
    from docx.shared import Mm  # noqa: PLC0415 heavy library

    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(28), Mm(25)
    section.different_first_page_header_footer = document.layout == "report"
    head = section.header.paragraphs[0]
    head.add_run(clean_text(document.series or document.title))
    if document.is_draft:
        mark = head.add_run(f"    {said.draft}")
        mark.bold = True
    foot = section.footer.paragraphs[0]
    foot.add_run(f"{said.page} ")
    foot._p.append(  # noqa: SLF001 python-docx has no fields
        _parse(f'<w:fldSimple {_W} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    )
