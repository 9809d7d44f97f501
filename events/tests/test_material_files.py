"""What a file is: by its content, whatever its name says."""

from typing import Any

import pytest
from django.core.files.base import ContentFile

from events.tests.worlds import (
    PDF,
    make_office_file,
)
from events.uploads import (
    LARGEST,
    FileContentError,
    FileEmptyError,
    FileKindError,
    FileTooLargeError,
    FileUnpacksTooLargeError,
    identify,
)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
GOOD: list[tuple[str, bytes, str]] = [
    ("a.pdf", PDF, "application/pdf"),
    ("a.PDF", PDF, "application/pdf"),
    ("a.png", PNG, "image/png"),
    ("a.jpg", b"\xff\xd8\xff\xe0rest", "image/jpeg"),
    ("a.jpeg", b"\xff\xd8\xff\xe0rest", "image/jpeg"),
    ("a.txt", "Ciências, 培训".encode(), "text/plain"),
]
OFFICE = [
    ("docx", "word/document.xml"),
    ("pptx", "ppt/presentation.xml"),
    ("xlsx", "xl/workbook.xml"),
]


@pytest.mark.parametrize(("name", "content", "content_type"), GOOD)
def test_a_file_is_what_name_and_content_say(name: str, content: bytes, content_type: str) -> None:
    found = identify(ContentFile(content), name)
    assert (found.content_type, found.size) == (content_type, len(content))


@pytest.mark.parametrize(("extension", "part"), OFFICE)
def test_an_office_file_is_known_by_its_parts(extension: str, part: str) -> None:
    assert "officedocument" in identify(make_office_file(part), f"a.{extension}").content_type


@pytest.mark.parametrize(
    ("name", "file", "error"),
    [
        ("a.pdf", ContentFile(b""), FileEmptyError),
        ("a.exe", ContentFile(b"MZ"), FileKindError),
        ("a.html", ContentFile(b"<script>"), FileKindError),
        ("a.svg", ContentFile(b"<svg/>"), FileKindError),
        ("pdf", ContentFile(PDF), FileKindError),
        ("a.pdf.exe", ContentFile(PDF), FileKindError),
        ("a.pdf", ContentFile(b"<html>"), FileContentError),
        ("a.png", ContentFile(PDF), FileContentError),
        ("a.jpg", ContentFile(PNG), FileContentError),
        ("a.txt", ContentFile(b"a\0b"), FileContentError),
        ("a.txt", ContentFile(b"\xff\xfe"), FileContentError),
        ("a.docx", ContentFile(b"PK\x03\x04broken"), FileContentError),
        ("a.docx", ContentFile(PDF), FileContentError),
        ("a.docx", make_office_file("xl/workbook.xml"), FileContentError),
        (
            "a.docx",
            make_office_file("word/document.xml", **{"word/vbaProject.bin": b"x"}),
            FileContentError,
        ),
    ],
)
def test_other_files_are_refused(name: str, file: Any, error: type[Exception]) -> None:
    with pytest.raises(error) as refusal:
        identify(file, name)
    assert str(refusal.value)


def test_the_size_is_bounded_packed_and_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    file = ContentFile(PDF)
    file.size = LARGEST + 1
    with pytest.raises(FileTooLargeError):
        identify(file, "a.pdf")
    monkeypatch.setattr("events.uploads.LARGEST_UNPACKED", 1000)
    bomb = make_office_file("word/document.xml", **{"word/media/a.png": bytes(2000)})
    assert bomb.size < 1000
    with pytest.raises(FileUnpacksTooLargeError):
        identify(bomb, "a.docx")
    monkeypatch.setattr("events.uploads.MOST_ENTRIES", 2)
    many = make_office_file("word/document.xml", a=b"1")
    with pytest.raises(FileUnpacksTooLargeError):
        identify(many, "a.docx")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/a.pdf", "a.pdf"),
        ("C:\\files\\a.pdf", "a.pdf"),
        ("a\u202efdp.pdf", "afdp.pdf"),
        ("a\r\nX-Evil: 1.pdf", "a X-Evil: 1.pdf"),
        ("n" * 300 + ".pdf", "n" * 196 + ".pdf"),
    ],
)
def test_a_name_can_neither_choose_a_place_nor_hide_a_kind(name: str, kept: str) -> None:
    assert identify(ContentFile(PDF), name).name == kept
