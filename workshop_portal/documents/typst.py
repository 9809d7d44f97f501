"""PDF through Typst: a document or a letter as JSON, laid out by the files in `layouts/`.

The same input gives the same bytes: the date of the document is the only time in the file.
"""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import structlog

from workshop_portal.documents import glyphs
from workshop_portal.documents.characters import is_blank
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
    Letter,
    Matter,
    NumberedList,
    Paragraph,
    Quote,
    Rule,
    Runs,
    Table,
    Text,
    chart_table,
    column_widths,
    linked,
    number,
    plain,
)
from workshop_portal.documents.words import Words, words

LAYOUTS = Path(__file__).parent / "layouts"
STANDARDS = ["a-2a", "ua-1"]
log = structlog.get_logger(__name__)

_CJK = {"zh-hans": "SC", "zh-hant": "TC", "ja": "JP", "ko": "KR"}
_LONG_WORD = re.compile(r"\S{30,}")


def pdf_report(document: Document) -> bytes:
    """Return the document as a tagged PDF/A-2a and PDF/UA-1 file.

    Characters without a glyph are shown as the replacement character; `glyphs.noting_replaced` tells which.
    """
    said = words(document.language, document.date)
    data = {
        **_setting(document.language, document.date, said, said.draft if document.is_draft else ""),
        "title": _title(document.title),
        "subtitle": _safe(document.subtitle),
        "series": _safe(document.series),
        "running": _safe(document.series or document.title),
        "authors": [_safe(author) for author in document.authors],
        "facts": [[_safe(name), _breakable(_safe(value))] for name, value in document.facts],
        "layout": document.layout,
        "depth": document.contents_depth,
        "pieces": [
            _piece(piece, said)
            for piece in pieces(document, annex=said.annex, table=said.table, figure=said.figure)
        ],
    }
    return _compile("report.typ", data, document.date)


def pdf_letter(letter: Letter) -> bytes:
    said = words(letter.language, letter.date)
    data = {
        **_setting(letter.language, letter.date, said, said.unsent if letter.is_draft else ""),
        "title": _title(letter.subject),
        "senders": _lines(letter.senders),
        "sender-lines": _lines(letter.sender_lines),
        "addressee": _lines(letter.addressee),
        "reference": _safe(letter.reference),
        "salutation": _safe(letter.salutation),
        "body": _nested(letter.body, said),
        "closing": _safe(letter.closing),
        "signatory": _lines(letter.signatory),
        "enclosures": _lines(letter.enclosures),
    }
    return _compile("letter.typ", data, letter.date)


def chart_png(chart: Chart, *, language: str = "en") -> bytes:
    """Return the bars as a picture, 150 mm wide at 200 dots an inch."""
    import typst  # noqa: PLC0415 heavy library

    said = words(language, dt.date(2000, 1, 1))
    data = {**_setting(language, dt.date(2000, 1, 1), said, ""), "chart": _bars(chart)}
    picture: bytes = typst.compile(
        str(LAYOUTS / "chart.typ"),
        root=str(LAYOUTS),
        font_paths=glyphs.fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        format="png",
        ppi=200,
    )
    return picture


def _compile(layout: str, data: dict[str, Any], date: dt.date) -> bytes:
    import typst  # noqa: PLC0415 heavy library

    midnight = dt.datetime.combine(date, dt.time(), dt.UTC)

    def run(standards: list[Any]) -> bytes:
        file: bytes = typst.compile(
            str(LAYOUTS / layout),
            root=str(LAYOUTS),
            font_paths=glyphs.fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data)},
            pdf_standards=standards,
            timestamp=midnight,
        )
        return file

    try:
        return run(STANDARDS)
    except typst.TypstError as error:
        # A cluster that no single font can shape (a mark of one script on a letter of another) cannot be
        # seen before; the tagged file without the claim is better than none.
        if "could not be displayed" not in error.message:
            raise
        log.warning("pdf_without_standard", reason=error.message)
        return run([])


def _setting(language: str, date: dt.date, said: Words, draft: str) -> dict[str, Any]:
    """What every template is told. `draft`: the words on each page of what is not final."""
    lang, region = _typst_language(language)
    return {
        "lang": lang,
        "region": region,
        "serif": _stack("Serif", language),
        "sans": _stack("Sans", language),
        "on": {"year": date.year, "month": date.month, "day": date.day},
        "date": said.date,
        "draft": draft,
        "words": {
            "contents": said.contents,
            "page": said.page,
            "reference": said.reference,
            "enclosures": said.enclosures,
        },
    }


def _stack(style: str, language: str) -> list[str]:
    """Return the families to draw with, best first; Han characters in the form of the language."""
    region = _CJK.get(language, "SC")
    regions = [region, *(other for other in glyphs.REGIONS if other != region)]
    wished = [
        f"Noto {style}",
        "Noto Serif" if style == "Sans" else "Noto Sans",
        *(f"Noto {face} CJK {name}" for face in (style, "Sans") for name in regions),
        *glyphs.FAMILIES,
    ]
    return [name for name in dict.fromkeys(wished) if name in glyphs.families()]


def _typst_language(language: str) -> tuple[str, str | None]:
    known = {"zh-hans": ("zh", "CN"), "zh-hant": ("zh", "TW")}
    if language in known:
        return known[language]
    lang, _, region = language.partition("-")
    return lang[:3] or "en", region.upper() if len(region) == 2 else None


def _safe(text: str) -> str:
    return " ".join(glyphs.draw_safe(text).split())


def _title(text: str) -> str:
    return "-" if is_blank(text) else _safe(text)


def _lines(texts: tuple[str, ...]) -> list[str]:
    return [_safe(text) for text in texts]


def _breakable(text: str) -> str:
    """Return `text` with places to break in words longer than a narrow column.

    Addresses of pages stay as they are: they are broken when they are set, and a copy of them works.
    """

    def loosen(match: re.Match[str]) -> str:
        if "://" in match[0]:
            return match[0]
        loose = re.sub(r"([/.,_?&=@-])(?=\w)", "\\1\u200b", match[0])
        return re.sub(r"([^\u200b]{30})(?=[^\u200b])", "\\1\u200b", loose)

    return _LONG_WORD.sub(loosen, text)


def _runs(content: Runs) -> list[Any]:
    found: list[Any] = []
    for href, group in linked(content):
        inner = [_run(run) for run in group]
        found += [{"to": href, "runs": inner}] if href else inner
    return found


def _run(run: Text | Break) -> Any:
    if isinstance(run, Break):
        return "br"
    text = re.sub(r"\s", " ", glyphs.draw_safe(run.text))
    shown: dict[str, Any] = {"x": _breakable(text)}
    for name, wanted in (("b", run.strong), ("em", run.emphasis), ("code", run.code)):
        if wanted:
            shown[name] = True
    return shown


def _piece(piece: Piece, said: Words) -> dict[str, Any]:
    shown = _matter(piece.matter, said, label=piece.label)
    if isinstance(piece.matter, Heading):
        shown |= {"contents": piece.in_contents, "new": piece.starts_page}
    if piece.language:
        shown["lang"], shown["region"] = _typst_language(piece.language)
    return shown


def _matter(matter: Matter, said: Words, *, label: str = "") -> dict[str, Any]:
    match matter:
        case Heading(level=level, runs=content, anchor=anchor):
            return {
                "t": "h",
                "level": level,
                "label": label,
                "runs": _runs(content),
                "anchor": anchor,
            }
        case Chart():
            return {
                "t": "chart",
                "label": label,
                "caption": _safe(matter.caption),
                "alt": _safe(matter.alt),
                "table": _table(chart_table(matter), "") if matter.with_table else None,
                **_bars(matter),
            }
        case DefinitionList(items=items):
            return {"t": "dl", "items": [[_safe(term), _runs(content)] for term, content in items]}
        case _:
            return _block(matter, said, label=label)


def _block(block: Block, said: Words, *, label: str = "") -> dict[str, Any]:
    shown: dict[str, Any]
    match block:
        case Paragraph(runs=content, source=source):
            shown = {"t": "p", "runs": _runs(content), "source": _source(source, said)}
        case BulletList(items=items):
            shown = {"t": "ul", "items": [_nested(item, said) for item in items]}
        case NumberedList(items=items, start=start):
            shown = {"t": "ol", "start": start, "items": [_nested(item, said) for item in items]}
        case Quote(blocks=blocks, source=source):
            inner = _nested(blocks, said)
            shown = {"t": "quote", "blocks": inner, "source": _source(source, said)}
        case Table():
            shown = _table(block, label)
        case Rule():
            shown = {"t": "hr"}
        case Heading(runs=content):  # in a list or letter: words, not a part of the outline
            words_only = [{"x": _safe(plain(content)), "b": True}]
            shown = {"t": "p", "runs": words_only, "source": ""}
    return shown


def _nested(blocks: Blocks, said: Words) -> list[dict[str, Any]]:
    return [_block(block, said) for block in blocks]


def _source(source: str, said: Words) -> str:
    return f"{said.source}: {_safe(source)}" if source else ""


def _table(table: Table, label: str) -> dict[str, Any]:
    return {
        "t": "table",
        "label": label,
        "caption": _safe(table.caption),
        "head": [_runs(cell) for cell in table.even(table.header)],
        "rows": [[_runs(cell) for cell in table.even(row)] for row in table.rows],
        "align": [table.align_of(column) for column in range(table.columns)],
        "columns": column_widths(table),
        "first": table.row_headers,
    }


def _bars(chart: Chart) -> dict[str, Any]:
    longest = max((len(bar.label) for bar in chart.bars), default=0)
    with_before = any(bar.before is not None for bar in chart.bars)
    return {
        "now": _safe(chart.value_header),
        "before": _safe(chart.before_header) if with_before else "",
        "share": min(45, max(14, longest * 1.3)),
        "bars": [
            {
                "label": _safe(bar.label),
                "value": max(0, bar.value),
                "shown": number(bar.value),
                "before": max(0, bar.before or 0),
            }
            for bar in chart.bars
        ],
    }
