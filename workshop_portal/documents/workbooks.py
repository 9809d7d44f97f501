"""Reading XLSX. A workbook is a zip of XML from a stranger: measured before it is unpacked, no entities."""

import datetime as dt
import io
import warnings
import zipfile
from collections.abc import Iterator

from django.utils.translation import gettext as _

MAX_PARTS = 500
MAX_COLUMNS = 200
MAX_ROWS = 1_048_576  # what a sheet can hold
UNPACKED_LIMIT = 50 * 1024 * 1024


class UnreadableTableError(Exception):
    """The file or text cannot be read as a table; the message says why, for the person who sent it."""


def workbook_rows(data: bytes) -> Iterator[list[str]]:
    """Yield the rows of the first visible sheet as text; a row without words is empty.

    Raises: UnreadableTableError.
    """
    _check_package(data)
    try:
        yield from _rows(data)
    except Exception as error:  # whatever a broken file does to the reader, the person gets words
        raise UnreadableTableError(
            _("The workbook is damaged. Open it, save it as XLSX and try again.")
        ) from error


def _rows(data: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # noqa: PLC0415 heavy library

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles that it does not know
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
    sheet.reset_dimensions()  # what the file says of its own size may be wrong
    # The last row is given, or a row numbered 10**12 would be preceded by as many empty ones.
    for row in sheet.iter_rows(values_only=True, max_row=MAX_ROWS, max_col=MAX_COLUMNS + 1):
        yield [] if row.count(None) == len(row) else [_words(value) for value in row]


def _check_package(data: bytes) -> None:
    """Refuse what unpacks to too much, and XML that declares entities.

    Raises: UnreadableTableError.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
                raise UnreadableTableError(
                    _("The workbook unpacks to more than is read here. Save it as CSV.")
                )
            if "[Content_Types].xml" not in package.namelist():
                raise UnreadableTableError(_("The file is not an Excel workbook."))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and _declares_entities(
                    package.read(part)
                ):
                    raise UnreadableTableError(
                        _("The workbook holds parts that are not read here.")
                    )
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise UnreadableTableError(
            _(
                "The workbook is damaged or has a password. Save it as XLSX without one and try again."
            )
        ) from error


def _declares_entities(xml: bytes) -> bool:
    return (
        b"<!DOCTYPE" in xml
        or b"<!ENTITY" in xml
        or xml[:2] in {b"\xff\xfe", b"\xfe\xff"}
        or b"\x00" in xml[:64]
    )


def _words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)
