"""Tables in: uploaded CSV and XLSX files, pasted rows.

Nothing is unpacked before its size is known, and every error says in words what is wrong and where.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from workshop_portal.documents.characters import FORMULA, clean_text, has_unprintable
from workshop_portal.documents.workbooks import (
    MAX_COLUMNS,
    UnreadableTableError,
    workbook_rows,
)

__all__ = ["Row", "Table", "UnreadableTableError", "parse_pasted_rows", "read_table"]

_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is the row as a spreadsheet shows it (the header is 1). `problems` are sentences."""

    number: int
    cells: tuple[str, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    warnings: tuple[str, ...] = ()

    def records(self) -> Iterator[tuple[Row, dict[str, str]]]:
        """Yield each row with its cells by column name."""
        for row in self.rows:
            yield row, dict(zip(self.header, row.cells, strict=False))


def read_table(
    file: BinaryIO,
    name: str,
    *,
    limit_rows: int = 5_000,
    limit_bytes: int = 5 * 1024 * 1024,
) -> Table:
    """Read an uploaded CSV or XLSX file; its first row with words is the header.

    Raises: UnreadableTableError.
    """
    data = file.read(limit_bytes + 1)
    if len(data) > limit_bytes:
        raise UnreadableTableError(
            _("The file is larger than %(megabytes)s MB.")
            % {"megabytes": f"{limit_bytes / 1048576:g}"}
        )
    if not data.strip():
        raise UnreadableTableError(_("The file is empty."))
    ending = name.rpartition(".")[2].lower()
    if data[:4] == b"PK\x03\x04":
        if ending != "xlsx":
            raise UnreadableTableError(
                _("The file is not what its name says. Save it as XLSX or CSV.")
            )
        return _table(workbook_rows(data), limit_rows, ())
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise UnreadableTableError(
            _(
                "This is an old or password-protected Excel file. Save it as XLSX or CSV without a password."
            )
        )
    if ending not in {"csv", "txt", "tsv"}:
        raise UnreadableTableError(_("Only XLSX and CSV files can be read."))
    text, warnings = _decoded(data)
    return _table(_csv_rows(text), limit_rows, warnings)


def parse_pasted_rows(text: str, *, limit_rows: int = 500) -> tuple[Row, ...]:
    """Read rows pasted from a spreadsheet or typed with commas; there is no header, blank lines are left out.

    Raises: UnreadableTableError for more than `limit_rows` rows.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        cells = list(_csv_rows(lines))
    except (
        UnreadableTableError
    ):  # a lone quotation mark, as in a nickname: take the lines as they are
        delimiter = _delimiter(lines)
        cells = [line.split(delimiter) for line in lines.split("\n")]
    found = tuple(
        row for row in _rows(enumerate(cells, start=1), ()) if any(row.cells) or row.problems
    )
    if len(found) > limit_rows:
        raise UnreadableTableError(_too_many(limit_rows))
    return found


def _table(cells: Iterable[Sequence[str]], limit_rows: int, warnings: tuple[str, ...]) -> Table:
    numbered = iter(enumerate(cells, start=1))
    header = _header(numbered)
    rows: list[Row] = []
    for row in _rows(numbered, header):
        if any(row.cells) or row.problems:
            if len(rows) == limit_rows:
                raise UnreadableTableError(_too_many(limit_rows))
            rows.append(row)
    return Table(header, tuple(rows), warnings)


def _header(numbered: Iterator[tuple[int, Sequence[str]]]) -> tuple[str, ...]:
    """Take rows up to the first with words and return it, without empty cells at its end."""
    header: list[str] = []
    for _number, row in numbered:
        header = [clean_text(cell).strip() for cell in row]
        if any(header):
            break
    while header and not header[-1]:
        header.pop()
    if not header:
        raise UnreadableTableError(_("The file has no header row."))
    if len(header) > MAX_COLUMNS:
        raise UnreadableTableError(
            _("The file has more than %(count)s columns.") % {"count": MAX_COLUMNS}
        )
    folded = [name.casefold() for name in header if name]
    twice = next((name for name in header if name and folded.count(name.casefold()) > 1), "")
    if twice:
        raise UnreadableTableError(
            _("The column “%(name)s” is there twice.") % {"name": twice[:80]}
        )
    return tuple(header)


def _too_many(limit_rows: int) -> str:
    return _("There are more than %(count)s rows. Split them into several parts.") % {
        "count": limit_rows
    }


def _rows(numbered: Iterable[tuple[int, Sequence[str]]], header: tuple[str, ...]) -> Iterator[Row]:
    for number, raw in numbered:
        problems = [
            _("Characters that cannot be shown were taken out of “%(column)s”.")
            % {"column": _column(header, index)}
            for index, cell in enumerate(raw)
            if has_unprintable(cell)
        ]
        cells = [_plain_cell(cell) for cell in raw]
        if header:
            if any(cells[len(header) :]):
                problems.append(_("The row has more cells than the header has columns."))
            cells = [*cells[: len(header)], *[""] * (len(header) - len(cells))]
        yield Row(number, tuple(cells), tuple(problems))


def _column(header: tuple[str, ...], index: int) -> str:
    if index < len(header) and header[index]:
        return header[index]
    return _("column %(number)s") % {"number": index + 1}


def _plain_cell(cell: str) -> str:
    """Return the words of a cell; the apostrophe that `neutral` put before a formula is taken off again."""
    text = clean_text(cell).strip()
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return _strict(data, encoding), ()
    zeros = data[:2000].count(0)
    if zeros * 3 > len(
        data[:2000]
    ):  # UTF-16 without its mark: every second byte of Latin text is zero
        return _strict(data, "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        warning = _(
            "The file is not in UTF-8; it was read as Western European text. Check letters with accents, "
            "or save it as “CSV UTF-8” or XLSX."
        )
        return _strict(data, "cp1252"), (warning,)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableTableError(
            _("The letters of the file cannot be read. Save it as “CSV UTF-8” or XLSX.")
        ) from error


def _delimiter(text: str) -> str:
    """Return what separates the cells of the first line with words: most columns win, then the comma."""
    first = next((line for line in text.split("\n") if line.strip()), "")

    def count(mark: str) -> int:
        return len(next(csv.reader([first], delimiter=mark), []))

    return max(_DELIMITERS, key=count)


def _csv_rows(text: str) -> Iterator[list[str]]:
    first, _newline, rest = text.partition("\n")
    declared = re.fullmatch(r"sep=(.)\r?", first)  # Excel's own line, not a row of people's data
    if declared:
        yield []
        text = rest
    delimiter = declared[1] if declared else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1 if declared else 0
    try:
        for row in reader:
            number += 1
            yield row
    except csv.Error as error:
        raise UnreadableTableError(
            _(
                "Row %(number)s cannot be read: a quotation mark is not closed, or a cell is too long."
            )
            % {"number": number + 1}
        ) from error
