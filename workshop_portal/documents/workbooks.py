"""Reading XLSX. A workbook is a zip of XML from a stranger: measured before it is unpacked, no entities."""

import datetime as dt
import io
import warnings
import zipfile
from collections.abc import Iterator

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from workshop_portal.documents.spreadsheets import MAX_COLUMNS, UNPACKED_LIMIT, UnreadableTableError

MAX_PARTS = 500


def workbook_rows(data: bytes, limit_rows: int) -> Iterator[list[str]]:
    """Yield the rows of the first sheet as text.

    Raises: UnreadableTableError.
    """
    _check_package(data)
    damaged = UnreadableTableError(
        _("The workbook is damaged. Open it, save it as XLSX and try again.")
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles that it does not know
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            sheet = next(
                (sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), None
            )
            if sheet is None:
                raise damaged
            sheet.reset_dimensions()  # what the file says of its size may be wrong
            # Blank rows count too, so that a million of them do not take for ever.
            for number, row in enumerate(
                sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1)
            ):
                if number > limit_rows * 2 + 1000:
                    break
                yield [_words(value) for value in row]
    except UnreadableTableError:
        raise
    except Exception as error:  # noqa: BLE001 whatever a broken file does to the reader, the person gets words
        raise damaged from error


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
