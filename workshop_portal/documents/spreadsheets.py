"""Tables out (CSV streamed, XLSX in constant memory) and tables in (uploaded files, pasted rows).

Out: no cell can become a formula. In: nothing is unpacked before its size is known, and every error says in
words what is wrong and where.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any, BinaryIO

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from workshop_portal.documents.characters import clean_text, has_unprintable
from workshop_portal.documents.workbooks import (
    MAX_COLUMNS,
    MAX_ROWS,
    UnreadableTableError,
    workbook_rows,
)

__all__ = [
    "Row",
    "Table",
    "UnreadableTableError",
    "csv_response",
    "neutral",
    "parse_pasted_rows",
    "read_table",
    "write_xlsx",
    "xlsx_bytes",
    "xlsx_response",
]

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHUNK = 500
_DELIMITERS = (",", ";", "\t")
_FORMULA = re.compile(r"\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?\Z")


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


# Out


def neutral(value: object) -> object:
    """Return `value` so that no spreadsheet reads it as a formula: text gets an apostrophe in front."""
    if type(value) is str and value[:1].isalnum() and value.isprintable():
        return value  # most cells, at a third of the cost
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = clean_text(str(value))
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text


def csv_lines(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the file in pieces. Text is always quoted: a cell with ";" must not split where ";" separates."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
    buffer.write("\ufeff")  # Excel takes the file for UTF-8 only with this mark
    writer.writerow([neutral(str(cell)) for cell in header])
    source = iter(rows)
    while True:
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        part = list(islice(source, _CHUNK))
        if not part:
            return
        writer.writerows([neutral(cell) for cell in row] for row in part)


def csv_response(
    filename: str, header: Sequence[object], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """Stream `rows` as a CSV attachment; the rows are read while they are sent."""
    response = StreamingHttpResponse(
        csv_lines(header, rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = content_disposition_header(True, filename)
    return response


def write_xlsx(
    file: IO[bytes],
    header: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    title: str = "",
    sheet: str = "",
) -> int:
    """Write one sheet to `file` in constant memory and return the number of rows under the header.

    Raises: ValueError when there are more rows than a sheet can hold.
    """
    import xlsxwriter  # noqa: PLC0415 heavy library

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
        "default_date_format": "yyyy-mm-dd hh:mm",
    }
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"title": title})
    page = book.add_worksheet(sheet_name(sheet) or None)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    names = [clean_text(str(cell)) for cell in header]
    for column, name in enumerate(names):
        page.write_string(0, column, name, bold)
    widths = [len(name) for name in names]
    count = 0
    try:
        for row in rows:
            count += 1
            if count >= MAX_ROWS:
                raise ValueError("more rows than a sheet can hold")
            for column, value in enumerate(row):
                length = _write_cell(page, count, column, value, day)
                if count <= _CHUNK and column < len(widths):
                    widths[column] = max(widths[column], length)
        for column, width in enumerate(widths):
            page.set_column(column, column, min(max(width + 2, 8), 60))
        if names:
            page.autofilter(0, 0, count, len(names) - 1)
    finally:
        book.close()
    return count


def xlsx_bytes(
    header: Sequence[object], rows: Iterable[Sequence[object]], *, title: str = "", sheet: str = ""
) -> bytes:
    buffer = io.BytesIO()
    write_xlsx(buffer, header, rows, title=title, sheet=sheet)
    return buffer.getvalue()


def xlsx_response(
    filename: str, header: Sequence[object], rows: Iterable[Sequence[object]], *, title: str = ""
) -> HttpResponse:
    response = HttpResponse(xlsx_bytes(header, rows, title=title), content_type=XLSX_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, filename)
    return response


def sheet_name(wished: str) -> str:
    """Return a name that Excel accepts: 31 characters, no brackets, slashes or outer apostrophes."""
    return re.sub(r"[\[\]:*?/\\]", " ", clean_text(wished)).strip(" '")[:31].strip(" '")


def _write_cell(page: Any, row: int, column: int, value: object, day: Any) -> int:
    """Write one value and return how wide it is, in characters."""
    if value is None or value == "":
        return 0
    if isinstance(value, int | float) and not isinstance(value, bool):
        page.write_number(row, column, value)
        return len(str(value))
    if hasattr(value, "isoformat"):
        if hasattr(value, "hour"):
            page.write_datetime(row, column, value)
            return 16
        page.write_datetime(row, column, value, day)
        return 10
    text = clean_text(str(value))
    page.write_string(
        row, column, text if len(text) <= 32_767 else text[:32_766] + "\N{HORIZONTAL ELLIPSIS}"
    )
    return max(len(line) for line in text.split("\n"))


# In


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
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


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
