"""A section's text as plain words, as it reads when printed: for comparing two versions by eye."""

from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from reports.writers.document import section_blocks
from workshop_portal.documents.tree import (
    Block,
    BulletList,
    Heading,
    NumberedList,
    Paragraph,
    Quote,
    Table,
    plain,
)


def plain_words(text: str) -> str:
    """The blocks of `text` without their marks, a blank line between; list items and table rows have lines."""
    with translation.override(settings.LANGUAGE_CODE):  # the language of the text
        return "\n\n".join(_words(section_blocks(text)))


def _words(blocks: Iterable[Block]) -> list[str]:
    return [words for block in blocks if (words := _said(block))]


def _said(block: Block) -> str:
    lines: list[str] = []
    match block:
        case Paragraph(runs=runs, source=source):
            said = f"{_('Source')}: {source}" if source else ""
            lines = [line for line in (plain(runs), said) if line]
        case Heading(runs=runs):
            lines = [plain(runs)]
        case BulletList(items=items):
            lines = ["• " + "\n".join(_words(item)) for item in items]
        case NumberedList(items=items, start=start):
            lines = [f"{start + n}. " + "\n".join(_words(item)) for n, item in enumerate(items)]
        case Quote(blocks=inner):
            lines = ["\n\n".join(_words(inner))]
        case Table(header=header, rows=rows, caption=caption):
            cells = [" · ".join(plain(cell) for cell in row) for row in (header, *rows)]
            lines = [caption, *cells] if caption else cells
    return "\n".join(lines)
