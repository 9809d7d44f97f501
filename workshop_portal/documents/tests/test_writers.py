"""Three writers of one tree: whatever people wrote is in each of the files."""

import html
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import fields, is_dataclass

import pytest

from workshop_portal.documents.docx import docx_report
from workshop_portal.documents.html import report_html
from workshop_portal.documents.reading import pieces
from workshop_portal.documents.tests.samples import CHART, NATIVE, report
from workshop_portal.documents.tree import (
    Bar,
    BulletList,
    Chart,
    DefinitionList,
    Heading,
    NumberedList,
    Paragraph,
    Quote,
    Rule,
    Section,
    Table,
    paragraph,
    runs,
)
from workshop_portal.documents.typst import pdf_report


def strings(value):
    """Every text in a part of the tree."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from strings(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name))


def words_of(document):
    found = [document.title, document.subtitle, document.series, *document.authors]
    found += [word for fact in document.facts for word in fact]
    for piece in pieces(document):
        matter = piece.matter
        # What only steers the writers is not on paper.
        steering = {
            "start",
            "end",
            "center",
            getattr(matter, "anchor", ""),
            "https://example.org/guide",
        }
        found += [text for text in strings(matter) if text not in steering]
    return [word for text in found for word in text.split()]


def of_pdf(document, tmp_path):
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext (Debian: apt install poppler-utils)")
    (tmp_path / "x.pdf").write_bytes(pdf_report(document))
    run = subprocess.run(["pdftotext", tmp_path / "x.pdf", "-"], capture_output=True, check=True)
    return run.stdout.decode().replace("\u200b", "")


def of_docx(document, _tmp_path):
    with zipfile.ZipFile(io.BytesIO(docx_report(document))) as package:
        body = package.read("word/document.xml").decode()
        head = package.read("word/header1.xml").decode()
    return html.unescape(re.sub(r"<[^>]+>", " ", head + body))


def of_html(document, _tmp_path):
    return html.unescape(re.sub(r"<[^>]+>", " ", report_html(document)))


@pytest.mark.parametrize("shown", [of_pdf, of_docx, of_html])
def test_each_file_holds_every_word(shown, tmp_path):
    document = report()
    seen = "".join(shown(document, tmp_path).split())
    assert [word for word in words_of(document) if word not in seen] == []


@pytest.mark.parametrize("shown", [of_docx, of_html])
def test_every_script_survives(shown, tmp_path):
    section = Section("A", (paragraph(NATIVE), DefinitionList(((NATIVE, runs(NATIVE)),)), CHART))
    assert shown(report(sections=(section,)), tmp_path).count(NATIVE) == 3


EMPTY = (
    Chart("", (), label_header="", value_header=""),
    Chart("All zero", (Bar("a", 0, 0), Bar("b", -1)), label_header="x", value_header="y"),
    Table(header=(), rows=()),
    Table(header=(runs("A"),), rows=((), (runs("1"), runs("more than the header")))),
    DefinitionList(()),
    BulletList(()),
    NumberedList(((),)),
    BulletList(((Table(header=(runs("A"),), rows=()),),)),
    Quote(()),
    Quote((Heading(5, runs("x")), Rule())),
    Paragraph(()),
    Heading(9, ()),
    Heading(1, runs("\u200b\x00 ")),
)


@pytest.mark.parametrize("matter", EMPTY, ids=lambda matter: type(matter).__name__)
@pytest.mark.parametrize("write", [pdf_report, docx_report, report_html])
def test_nothing_to_say_is_no_error(write, matter):
    for numbering in ("none", "number"):
        unnamed = Section("\u200b", (matter,), numbering=numbering)
        assert write(report(title=" ", sections=(unnamed,)))
