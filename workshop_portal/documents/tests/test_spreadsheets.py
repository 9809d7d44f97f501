import csv
import datetime as dt
import io
import json
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.http import Http404
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from workshop_portal.documents import workbooks
from workshop_portal.documents.spreadsheets import (
    csv_lines,
    csv_response,
    json_response,
    neutral,
    sheet_name,
    table_response,
    write_xlsx,
    xlsx_bytes,
    xlsx_response,
)
from workshop_portal.documents.uploads import (
    Row,
    UnreadableTableError,
    parse_pasted_rows,
    read_table,
)
from workshop_portal.times import minute

MORNING = dt.datetime(2022, 5, 24, 9, 30)  # noqa: DTZ001 a spreadsheet knows no zones
NOON = dt.datetime(2022, 5, 24, 12, tzinfo=dt.UTC)
MIDNIGHT = dt.datetime(2022, 5, 24)  # noqa: DTZ001 a cell has no zone

FORMULAS = [
    "=1+1",
    "+66-2-123",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\n=1",
    "\uff1d1",
    "=cmd|' /C calc'!A0",
    "-2+3",
]


def read(data: bytes | str, name: str = "a.csv", **limits: int):
    return read_table(io.BytesIO(data.encode() if isinstance(data, str) else data), name, **limits)


def cells(table):
    return [(row.number, row.cells) for row in table.rows]


def refusal(data: bytes | str, name: str = "a.csv", **limits: int) -> str:
    with pytest.raises(UnreadableTableError) as caught:
        read(data, name, **limits)
    return str(caught.value)


# Out


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula(text):
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", [0, -5, 2.5, "-5", "12", "-3.75", "Fiji", "a=b", "x@y.org", "Lao PDR"]
)
def test_numbers_and_words_stay(value):
    assert neutral(value) == value


def test_other_values_are_their_words():
    assert neutral(None) == ""
    assert neutral(True) == "True"
    assert neutral(dt.date(2022, 5, 24)) == "2022-05-24"
    assert neutral(Decimal("-1.5")) == "-1.5"
    assert neutral(gettext_lazy("Page")) == "Page"
    assert neutral("a\x00\u202eb") == "ab"


def test_csv_streams_while_rows_are_read():
    asked = []

    def rows():
        for index in range(1200):
            asked.append(index)
            yield ["x", index]

    lines = csv_lines(["Name", "Number"], rows())
    assert next(lines) == '\ufeff"Name","Number"\r\n'
    assert asked == []
    next(lines)
    assert len(asked) == 500
    assert sum(1 for _ in csv.reader(io.StringIO("".join(lines)))) == 700


def test_csv_response_is_an_attachment_that_excel_opens():
    response = csv_response("délégués.csv", ["Name"], [["=1+1;=2"], [3], ["東京"]])
    assert (
        response["Content-Disposition"]
        == "attachment; filename*=utf-8''d%C3%A9l%C3%A9gu%C3%A9s.csv"
    )
    assert b"".join(response).decode() == '\ufeff"Name"\r\n"\'=1+1;=2"\r\n3\r\n"東京"\r\n'


def test_csv_is_in_the_language_and_zone_that_it_was_asked_in():
    word = gettext_lazy("Yes")
    with translation.override("fr"), timezone.override("Pacific/Fiji"):
        rows = ([str(word), minute(NOON)] for _ in range(1))
        response = csv_response("kr.csv", ["Name", "When"], rows)
    assert '"Oui","2022-05-25 00:00"' in response.getvalue().decode()


@pytest.mark.parametrize("format", ["csv", "xlsx", "json"])
def test_a_table_in_each_format(format):
    response = table_response(format, "kr", ["Name"], [["=1+1"]], title="Names")
    assert response["Content-Disposition"] == f'attachment; filename="kr.{format}"'
    assert response.getvalue()


def test_no_other_format():
    with pytest.raises(Http404):
        table_response("pdf", "kr", ["Name"], [], title="Names")


def test_what_we_write_as_csv_we_read_back():
    rows = [[text.strip(), "x"] for text in FORMULAS]
    found = read("".join(csv_lines(["A", "B"], rows)))
    assert [list(row.cells) for row in found.rows] == rows


def test_xlsx_holds_text_numbers_and_dates_and_no_formula():
    rows = [
        ["=1+1", 3, dt.date(2022, 5, 24), dt.datetime(2022, 5, 24, 9, 30, tzinfo=dt.UTC)],
        ["https://x.org", 2.5, None, gettext_lazy("Page")],
        ["x" * 40_000, "a\x00b", True, ""],
    ]
    book = openpyxl.load_workbook(
        io.BytesIO(xlsx_bytes(["Name", "N", "Day", "At"], rows, title="T", sheet="a/b"))
    )
    sheet = book["a b"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Name", "N", "Day", "At"],
        ["=1+1", 3, MIDNIGHT, MORNING],
        ["https://x.org", 2.5, None, "Page"],
        ["x" * 32_766 + "…", "ab", "True", None],
    ]
    assert sheet["A2"].data_type == "s"
    assert sheet["A3"].hyperlink is None
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:D4"
    assert book.properties.title == "T"


def test_xlsx_counts_and_refuses_what_a_sheet_cannot_hold(monkeypatch, tmp_path):
    with (tmp_path / "x.xlsx").open("wb") as file:
        assert write_xlsx(file, ["A"], ([index] for index in range(7))) == 7
    monkeypatch.setattr("workshop_portal.documents.spreadsheets.MAX_ROWS", 3)
    with pytest.raises(ValueError, match="more rows"):
        xlsx_bytes(["A"], [[1], [2], [3]])


def test_xlsx_response():
    response = xlsx_response("a.xlsx", ["A"], [["b"]])
    assert response["Content-Disposition"] == 'attachment; filename="a.xlsx"'
    assert response.content[:2] == b"PK"


def test_json_is_a_list_of_rows_by_the_words_of_the_header():
    header = [gettext_lazy("Name"), "Seats", "When"]
    response = json_response(
        "kr\N{HIRAGANA LETTER A}.json", header, [["=1+1\0", 3, MORNING], ["", None, ""]]
    )
    assert response["Content-Type"] == "application/json"
    assert "attachment" in response["Content-Disposition"]
    assert json.loads(response.content) == [
        {"Name": "=1+1", "Seats": 3, "When": "2022-05-24T09:30:00"},
        {"Name": "", "Seats": "", "When": ""},
    ]


def test_sheet_name():
    assert sheet_name("'a[b]:c*d?e/f\\g'" + "x" * 40) == "a b  c d e f g'" + "x" * 16
    assert sheet_name("'" * 5) == ""


# In


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_with_any_separator(mark):
    found = read(f'Name{mark}Quota\r\n"Hong Kong{mark} China"{mark}4\r\n\r\nFiji{mark}3\r\n')
    assert found.header == ("Name", "Quota")
    assert cells(found) == [(2, (f"Hong Kong{mark} China", "4")), (4, ("Fiji", "3"))]
    assert found.warnings == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_in_unicode(encoding):
    found = read("Name,City\nFidji,Suva é\n".encode(encoding))
    assert cells(found) == [(2, ("Fidji", "Suva é"))]
    assert found.warnings == ()


def test_csv_in_western_letters_is_read_with_a_warning():
    found = read("Name\nCôte\n".encode("cp1252"))
    assert cells(found) == [(2, ("Côte",))]
    assert len(found.warnings) == 1


def test_csv_that_names_its_separator():
    assert cells(read("sep=|\nA|B\n1|2,3\n")) == [(3, ("1", "2,3"))]


def test_rows_are_evened_and_say_what_is_wrong():
    found = read("A,B,,\n1\n1,2,3\n,,\n\x00x,\u202ey\n".encode())
    assert found.header == ("A", "B")
    assert found.rows == (
        Row(2, ("1", "")),
        Row(3, ("1", "2"), ("The row has more cells than the header has columns.",)),
        Row(
            5,
            ("x", "y"),
            (
                "Characters that cannot be shown were taken out of “A”.",
                "Characters that cannot be shown were taken out of “B”.",
            ),
        ),
    )
    assert next(record for _, record in found.records()) == {"A": "1", "B": ""}


def test_xlsx_values_as_words():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        [],
        ["Name", "Quota", "From", "Share"],
        ["Fiji", 4.0, MIDNIGHT, 0.5],
        [],
        ["=1+1", 0, MORNING, None],
    ):
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    found = read(buffer.getvalue(), "list.XLSX")
    assert found.header == ("Name", "Quota", "From", "Share")
    assert cells(found) == [
        (3, ("Fiji", "4", "2022-05-24", "0.5")),
        (5, ("", "0", "2022-05-24T09:30:00", "")),
    ]


def test_what_we_write_as_xlsx_we_read_back():
    found = read(xlsx_bytes(["A", "B"], [["Côte =1", 4], ["東京", 2.5]]), "a.xlsx")
    assert cells(found) == [(2, ("Côte =1", "4")), (3, ("東京", "2.5"))]


def package(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return buffer.getvalue()


def rewritten(data: bytes, name: str, change) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content) if part == name else content)
    return buffer.getvalue()


GOOD = xlsx_bytes(["A"], [["x"]])
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.csv", "empty"),
        (b" \n ", "a.csv", "empty"),
        (b",,\n,,\n", "a.csv", "no header row"),
        (b"A,a\n1,2\n", "a.csv", "there twice"),
        (",".join(f"c{n}" for n in range(201)).encode(), "a.csv", "more than 200 columns"),
        (b'A,B\n1,"2\n3,4\n', "a.csv", "Row 2 cannot be read"),
        (b'A\n"' + b"x" * 200_000 + b'"\n', "a.csv", "Row 2 cannot be read"),
        (b"\xff\xfeA\x00\xd8", "a.csv", "letters of the file"),
        (b"A\n\x81\x8d\xff\n", "a.csv", "letters of the file"),
        (b"A\n1\n", "a.pdf", "Only XLSX and CSV"),
        (b"A\n1\n", "a.xlsx", "Only XLSX and CSV"),
        (b"\xd0\xcf\x11\xe0rest", "a.xls", "old or password-protected"),
        (GOOD, "a.csv", "not what its name says"),
        (GOOD[:200], "a.xlsx", "damaged"),
        (package(a=b"x"), "a.xlsx", "not an Excel workbook"),
        (package(**{"[Content_Types].xml": b"<x/>"}), "a.xlsx", "damaged"),
        (rewritten(GOOD, "xl/workbook.xml", lambda xml: LAUGHS), "a.xlsx", "not read here"),
        (rewritten(GOOD, "xl/worksheets/sheet1.xml", lambda xml: xml[:60]), "a.xlsx", "damaged"),
    ],
)
def test_unreadable_files_are_refused_in_words(data, name, words):
    assert words in refusal(data, name)


def test_a_bomb_is_measured_before_it_is_unpacked(monkeypatch):
    read_parts = []
    monkeypatch.setattr(
        zipfile.ZipFile, "read", lambda self, name, pwd=None: read_parts.append(name)
    )
    bomb = package(
        **{
            "[Content_Types].xml": b"<x/>",
            "xl/sharedStrings.xml": b" " * (workbooks.UNPACKED_LIMIT + 1),
        }
    )
    assert len(bomb) < 200_000
    assert "unpacks to more" in refusal(bomb, "a.xlsx")
    assert read_parts == []


def test_a_row_numbered_beyond_the_sheet_does_not_keep_us():
    far = rewritten(
        GOOD, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'r="2"', b'r="999999999999"')
    )
    assert cells(read(far, "a.xlsx")) == []


def test_limits():
    assert "larger than 1 MB" in refusal(b"A\n" + b"x" * 1_048_576, limit_bytes=1_048_576)
    assert "more than 2 rows" in refusal("A\n1\n\n2\n3\n", limit_rows=2)
    assert len(read("A\n1\n\n2\n\n", limit_rows=2).rows) == 2


# Pasted


def test_pasted_from_a_spreadsheet():
    assert parse_pasted_rows('Ana\tFiji\tx@y.org\r\n\r\n"Two\nlines"\t\'=1\t\r\n') == (
        Row(1, ("Ana", "Fiji", "x@y.org")),
        Row(3, ("Two\nlines", "=1", "")),
    )


def test_pasted_with_commas_and_a_lone_quotation_mark():
    assert parse_pasted_rows('Ana,Fiji\n"Joe,Tonga') == (
        Row(1, ("Ana", "Fiji")),
        Row(2, ('"Joe', "Tonga")),
    )


def test_pasted_limits_and_nothing():
    assert parse_pasted_rows("  \n\n") == ()
    with pytest.raises(UnreadableTableError, match="more than 2 rows"):
        parse_pasted_rows("a\nb\nc", limit_rows=2)


def test_pasted_control_characters_are_reported():
    assert parse_pasted_rows("a\x00b,c") == (
        Row(1, ("ab", "c"), ("Characters that cannot be shown were taken out of “column 1”.",)),
    )
