"""Quoting what people wrote as CommonMark that says the same words and nothing more.

What they typed is read as CommonMark (paragraphs, lists, links), so that a list stays a list; headings,
tables, styles and rules of their own would break the outline of the report and become paragraphs.
"""

import re
from collections.abc import Iterable, Sequence

from workshop_portal.documents.characters import clean_text
from workshop_portal.documents.markdown import parse, safe_href
from workshop_portal.documents.tree import (
    Block,
    BulletList,
    Heading,
    NumberedList,
    Paragraph,
    Quote,
    Run,
    Runs,
    Table,
    Text,
    linked,
    plain,
)

_INLINE = re.compile(r"[\\`*_\[\]<|~]|&(?=#|\w+;)")
_AT_START = re.compile(r"^([#+\-=:>]|\d+(?=[.)]))")
LONGEST = 20_000
"""Characters that are read of one text: `documents.markdown.parse` asks callers for a cap."""


def escape(text: str) -> str:
    """Return the words of `text` on one line, so that a reader of CommonMark shows exactly them."""
    line = " ".join(clean_text(text).split())
    line = _INLINE.sub(lambda found: f"\\{found[0]}", line)
    return _AT_START.sub(_escape_start, line)


def _escape_start(found: re.Match[str]) -> str:
    """A number before a full stop is kept from being a list by escaping the stop, which comes next."""
    return f"{found[1]}\\" if found[1].isdigit() else f"\\{found[1]}"


def quote(text: str) -> str:
    """Return `text` as blocks of CommonMark: paragraphs and lists, nothing else."""
    return "\n\n".join(_blocks(parse(clean_text(text)[:LONGEST])))


def _blocks(blocks: Iterable[Block]) -> list[str]:
    return [shown for block in blocks if (shown := _block(block)) and shown.strip()]


def _block(block: Block) -> str:
    shown = ""
    match block:
        case Paragraph(runs=runs) | Heading(runs=runs):
            shown = _runs(runs)
        case BulletList(items=items):
            shown = "\n".join(_item(item, "- ") for item in items)
        case NumberedList(items=items, start=start):
            shown = "\n".join(
                _item(item, f"{min(start + index, 999_999_999)}. ")
                for index, item in enumerate(items)
            )
        case Quote(blocks=inner):
            shown = "\n\n".join(_blocks(inner))
        case Table(header=header, rows=rows):
            lines = [" · ".join(plain(cell) for cell in row) for row in (header, *rows)]
            shown = "\n\n".join(escape(line) for line in lines)
    return shown


def _item(blocks: Sequence[Block], mark: str) -> str:
    inner = "\n\n".join(_blocks(blocks)) or "\u2013"
    indent = "\n" + " " * len(mark)
    return mark + indent.join(inner.split("\n"))


def _runs(runs: Runs) -> str:
    """Return one line a break; styles are left out, links stay."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        if isinstance(run, Text):
            lines[-1].append(run)
        else:
            lines.append([])
    return "\\\n".join(shown for line in lines if (shown := _line(tuple(line))))


def _line(runs: Runs) -> str:
    found = []
    for href, group in linked(runs):
        words = plain(group)
        address = _address(href)
        if address and words.strip():
            words = f"[{_escape_inside(words)}](<{address}>)"
        else:
            words = _escape_inside(words)
        found.append(words)
    line = " ".join("".join(found).split())
    return _AT_START.sub(_escape_start, line)


def _escape_inside(text: str) -> str:
    return _INLINE.sub(lambda found: f"\\{found[0]}", re.sub(r"\s+", " ", text))


def _address(href: str) -> str:
    return re.sub(r"[\s<>\\]", "", safe_href(href))


def table(header: Sequence[str], rows: Iterable[Sequence[object]], *, caption: str) -> str:
    """Return a table below its caption. Columns of numbers stand at the end of their cells."""
    cells = [[escape(str(cell)) for cell in row] for row in rows]
    numbers = [
        bool(cells) and all(row[column].isdigit() for row in cells) for column in range(len(header))
    ]
    rule = ["---:" if is_number else "---" for is_number in numbers]
    lines = [[escape(name) for name in header], rule, *cells]
    body = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"**{escape(caption)}**\n\n{body}"


def bullets(items: Iterable[str]) -> str:
    """Return a list of items that are CommonMark already."""
    return "\n".join(f"- {item}" for item in items)


def join(*parts: str) -> str:
    """Return the parts that say something, a blank line between."""
    return "\n\n".join(part for part in parts if part.strip())
