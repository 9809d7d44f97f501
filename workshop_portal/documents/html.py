"""HTML of people's text for our pages, and a report as one file that stands alone.

`render_html` is the only place that calls HTML safe: everything is escaped while it is built, then nh3
takes out whatever is not on the short list below.
"""

from dataclasses import replace
from html import escape
from typing import NamedTuple

import nh3
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from workshop_portal.documents.characters import clean_text
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
    Runs,
    Table,
    Text,
    chart_table,
    linked,
    number,
    plain,
)
from workshop_portal.documents.words import Words, language_tag, words

_HEADINGS = {f"h{level}" for level in range(1, 7)}
_TABLE = {"table", "caption", "thead", "tbody", "tr", "th", "td"}
_INLINE = {"a", "br", "code", "em", "strong"}
TAGS = _HEADINGS | _TABLE | _INLINE | {"blockquote", "dd", "dl", "dt", "hr", "li", "ol", "p", "ul"}
_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={
        "a": {"href"},
        "ol": {"start"},
        "th": {"scope"},
        **{heading: {"id"} for heading in _HEADINGS},
    },
    allowed_classes={
        "p": {"source"},
        "td": {"end", "center"},
        "th": {"end", "center"},
        "table": {"table"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer",
)


class Part(NamedTuple):
    """A piece of a report as the template shows it."""

    html: SafeString
    language: str


class Line(NamedTuple):
    """A line of the contents."""

    level: int
    label: str
    title: str
    anchor: str


def render_html(
    blocks: Blocks, *, first_heading: int = 3, source_word: str = "Source"
) -> SafeString:
    """Return sanitised HTML of `blocks`. Headings start at `first_heading` and never skip a level."""
    shown, last = [], first_heading - 1
    for block in blocks:
        if isinstance(block, Heading):
            last = min(block.level + first_heading - 1, last + 1)
            shown.append(_block(replace(block, level=last), 0, source_word))
        else:
            shown.append(_block(block, 0, source_word))
    return _sanitised("".join(shown))


def report_html(document: Document) -> str:
    """Return the document as one HTML file without anything outside it."""
    said = words(document.language, document.date)
    parts: list[Part] = []
    contents: list[Line] = []
    for piece in pieces(document, annex=said.annex, table=said.table, figure=said.figure):
        if isinstance(piece.matter, Heading) and piece.in_contents:
            heading = piece.matter
            contents.append(
                Line(heading.level, piece.label, clean_text(plain(heading.runs)), heading.anchor)
            )
        tag = language_tag(piece.language) if piece.language else ""
        parts.append(Part(_piece(piece, said), tag))
    return render_to_string(
        "documents/report.html",
        {
            "document": _front(document),
            "language": language_tag(document.language),
            "words": said,
            "parts": parts,
            "contents": contents if document.layout == "report" else [],
        },
    )


def _front(document: Document) -> Document:
    """Return what stands before the text, cleaned; the template escapes it."""
    return replace(
        document,
        title=clean_text(document.title),
        subtitle=clean_text(document.subtitle),
        series=clean_text(document.series),
        authors=tuple(clean_text(author) for author in document.authors),
        facts=tuple((clean_text(name), clean_text(value)) for name, value in document.facts),
        sections=(),
    )


def chart_svg(chart: Chart) -> SafeString:
    """Return the bars as SVG: ink for now, a line for before, numbers at the ends."""
    most = max((max(bar.value, bar.before or 0) for bar in chart.bars), default=0) or 1
    rows = []
    for index, bar in enumerate(chart.bars):
        y, width = index * 30, max(1.0, 380 * max(0, bar.value) / most)
        rows.append(
            (
                y + 14,
                clean_text(bar.label),
                y + 3,
                f"{width:.1f}",
                f"{208 + width:.1f}",
                y + 14,
                number(bar.value),
            )
        )
    bars = format_html_join(
        "",
        '<text x="192" y="{}" text-anchor="end">{}</text>'
        '<rect x="200" y="{}" width="{}" height="14" fill="#14213d"/><text x="{}" y="{}" font-weight="bold">{}</text>',
        rows,
    )
    before = format_html_join(
        "",
        '<rect x="200" y="{}" width="{}" height="2" fill="#878581"/>',
        (
            (index * 30 + 20, f"{380 * max(0, bar.before) / most:.1f}")
            for index, bar in enumerate(chart.bars)
            if bar.before is not None
        ),
    )
    return format_html(
        '<svg role="img" aria-label="{}" viewBox="0 0 640 {}" font-size="13">{}{}</svg>',
        clean_text(chart.alt),
        30 * len(chart.bars),
        bars,
        before,
    )


def _sanitised(html: str) -> SafeString:
    return mark_safe(_CLEANER.clean(html))  # noqa: S308 nh3 has the last word


def _text(text: str) -> str:
    return escape(clean_text(text))


def _piece(piece: Piece, said: Words) -> SafeString:
    match piece.matter:
        case Heading(level=level, runs=content, anchor=anchor):
            tag = f"h{min(level + 1, 6)}"
            return _sanitised(
                f'<{tag} id="{escape(anchor)}">{_text(piece.label)}{_runs(content)}</{tag}>'
            )
        case Chart() as chart:
            return _chart(chart, piece.label)
        case DefinitionList(items=items):
            inner = "".join(
                f"<dt>{_text(term)}</dt><dd>{_runs(content)}</dd>" for term, content in items
            )
            return _sanitised(f"<dl>{inner}</dl>")
        case Table() as table:
            return _sanitised(_table(table, piece.label))
        case block:
            return _sanitised(_block(block, 1, said.source))


def _chart(chart: Chart, label: str) -> SafeString:
    numbers = _sanitised(_table(chart_table(chart), "")) if chart.with_table else ""
    legend = ""
    if any(bar.before is not None for bar in chart.bars):
        legend = format_html(
            '<p class="legend"><span class="now"></span>{} <span class="before"></span>{}</p>',
            clean_text(chart.value_header),
            clean_text(chart.before_header),
        )
    return format_html(
        "<figure><figcaption><span>{}</span>{}</figcaption>{}{}</figure>{}",
        label,
        clean_text(chart.caption),
        chart_svg(chart),
        legend,
        numbers,
    )


def _block(block: Block, shift: int, source_word: str) -> str:
    shown = ""
    match block:
        case Paragraph(runs=content, source=source):
            shown = f"<p>{_runs(content)}</p>{_source(source, source_word)}"
        case Heading(level=level, runs=content):
            tag = f"h{min(level + shift, 6)}"
            shown = f"<{tag}>{_runs(content)}</{tag}>"
        case BulletList(items=items):
            shown = f"<ul>{_items(items, shift, source_word)}</ul>"
        case NumberedList(items=items, start=start):
            opening = f'<ol start="{start}">' if start != 1 else "<ol>"
            shown = f"{opening}{_items(items, shift, source_word)}</ol>"
        case Quote(blocks=blocks, source=source):
            inner = "".join(_block(inside, shift, source_word) for inside in blocks)
            shown = f"<blockquote>{inner}</blockquote>{_source(source, source_word)}"
        case Table():
            shown = _table(block, "")
        case Rule():
            shown = "<hr>"
    return shown


def _items(items: tuple[Blocks, ...], shift: int, source_word: str) -> str:
    """Write list items; a single paragraph stands without its own element, as in a tight list."""
    found = []
    for item in items:
        match item:
            case (Paragraph(runs=content, source=""), *rest):
                inner = _runs(content) + "".join(
                    _block(block, shift, source_word) for block in rest
                )
            case _:
                inner = "".join(_block(block, shift, source_word) for block in item)
        found.append(f"<li>{inner}</li>")
    return "".join(found)


def _source(source: str, word: str) -> str:
    return f'<p class="source">{_text(word)}: {_text(source)}</p>' if source else ""


def _runs(content: Runs) -> str:
    found = []
    for href, group in linked(content):
        inner = "".join(_run(run) for run in group)
        address = safe_href(href)
        found.append(f'<a href="{escape(address)}">{inner}</a>' if address else inner)
    return "".join(found)


def _run(run: Text | Break) -> str:
    if isinstance(run, Break):
        return "<br>"
    shown = _text(run.text)
    for tag, wanted in (("code", run.code), ("em", run.emphasis), ("strong", run.strong)):
        if wanted:
            shown = f"<{tag}>{shown}</{tag}>"
    return shown


def _table(table: Table, label: str) -> str:
    def style(column: int) -> str:
        align = table.align_of(column)
        return f' class="{align}"' if align != "start" else ""

    caption = f"<caption>{_text(label)}{_text(table.caption)}</caption>" if table.caption else ""
    head = "".join(
        f'<th scope="col"{style(column)}>{_runs(cell)}</th>'
        if cell
        else f"<td{style(column)}></td>"
        for column, cell in enumerate(table.even(table.header))
    )
    rows = []
    for row in table.rows:
        cells = [
            f'<th scope="row"{style(column)}>{_runs(cell)}</th>'
            if table.row_headers and not column
            else f"<td{style(column)}>{_runs(cell)}</td>"
            for column, cell in enumerate(table.even(row))
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f'<table class="table">{caption}<thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
