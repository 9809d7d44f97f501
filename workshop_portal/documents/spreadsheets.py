"""Tables out: CSV streamed, XLSX in constant memory, JSON. No cell can become a formula."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header

from workshop_portal.documents.characters import FORMULA, clean_text
from workshop_portal.documents.workbooks import (
    MAX_ROWS,
)

__all__ = [
    "csv_response",
    "json_response",
    "neutral",
    "table_response",
    "write_xlsx",
    "xlsx_bytes",
    "xlsx_response",
]

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHUNK = 500
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?\Z")


def table_response(
    format: str,
    name: str,
    header: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    title: str,
) -> HttpResponseBase:
    """Answer with the file `name`.`format`. Raises: Http404 for another format than CSV, XLSX and JSON."""
    filename = f"{name}.{format}"
    if format == "csv":
        return csv_response(filename, header, rows)
    if format == "xlsx":
        return xlsx_response(filename, header, rows, title=title)
    if format == "json":
        return json_response(filename, header, rows)
    raise Http404


def neutral(value: object) -> object:
    """Return `value` so that no spreadsheet reads it as a formula: text gets an apostrophe in front."""
    if type(value) is str and value[:1].isalnum() and value.isprintable():
        return value  # most cells, at a third of the cost
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = clean_text(str(value))
    return f"'{text}" if FORMULA.match(text) and not _NUMBER.match(text) else text


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
        _as_asked(csv_lines(header, rows)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = content_disposition_header(True, filename)
    return response


def _as_asked(lines: Iterator[str]) -> Iterator[str]:
    """The same, made in the language and zone of now: a request has ended when its answer is streamed."""
    language, zone = translation.get_language() or "en", timezone.get_current_timezone()

    def told() -> Iterator[str]:
        while True:
            with translation.override(language), timezone.override(zone):
                line = next(lines, None)
            if line is None:
                return
            yield line

    return told()


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


def json_response(
    filename: str, header: Sequence[object], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """Answer with `rows` as a list of objects, keyed by the words of the header.

    Text stays as it is: no spreadsheet reads it, so nothing needs an apostrophe in front.
    """
    names = [str(name) for name in header]
    found = [
        {name: _json_value(cell) for name, cell in zip(names, row, strict=True)} for row in rows
    ]
    content = json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = content_disposition_header(True, filename)
    return response


def _json_value(cell: object) -> object:
    if cell is None:
        return ""
    return clean_text(cell) if isinstance(cell, str) else cell


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
