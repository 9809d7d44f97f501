"""What a file that somebody uploads is: its kind by name and by content, its size packed and unpacked.

Nothing is unpacked here. Upper apps use it for letters and annexes too.
"""

import codecs
import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshop_portal.documents.characters import clean_text
from workshop_portal.refusals import Refusal

LARGEST = 50 * 1024 * 1024
"""Bytes."""
LARGEST_UNPACKED = 500 * 1024 * 1024
"""Bytes, of all that an office file packs."""
MOST_ENTRIES = 10_000
LONGEST_NAME = 200

_OFFICE = "application/vnd.openxmlformats-officedocument."


class FileRefusedError(Refusal):
    """A file that is not taken. Each reason is a class of its own."""


class FileEmptyError(FileRefusedError):
    """No bytes."""

    message = gettext_lazy("The file is empty.")


class FileTooLargeError(FileRefusedError):
    """More bytes than LARGEST."""

    def __init__(self) -> None:
        self.message = _("The file is larger than {size} MB.").format(size=LARGEST // 1024 // 1024)


class FileKindError(FileRefusedError):
    """Not one of the kinds that are taken, by its name."""

    def __init__(self) -> None:
        self.message = _("Choose a file of one of these kinds: {kinds}.").format(
            kinds=", ".join(kind.upper() for kind in KINDS if kind != "jpeg")
        )


class FileContentError(FileRefusedError):
    """Inside it is something else than its name says, or it is broken."""

    def __init__(self, extension: str) -> None:
        super().__init__(extension)
        self.message = _("This is not a readable {kind} file, whatever its name says.").format(
            kind=extension.upper()
        )


class FileUnpacksTooLargeError(FileRefusedError):
    """It would unpack to more than LARGEST_UNPACKED."""

    message = gettext_lazy("Unpacked, this file is too large to be taken.")


@dataclass(frozen=True, kw_only=True)
class Identified:
    """What a file turned out to be. `name` has no folders and none of the characters that hide others."""

    name: str
    content_type: str
    size: int
    sha256: str


def identify(file: "File[Any]", name: str) -> Identified:
    """Raises: FileRefusedError in one of its forms. Leaves the file at its beginning."""
    name = _clean_name(name)
    extension = PurePath(name).suffix.lower().removeprefix(".")
    if extension not in KINDS:
        raise FileKindError
    if not file.size:
        raise FileEmptyError
    if file.size > LARGEST:
        raise FileTooLargeError
    content_type, is_right = KINDS[extension]
    file.seek(0)
    if not is_right(file):
        raise FileContentError(extension)
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return Identified(
        name=name, content_type=content_type, size=file.size, sha256=digest.hexdigest()
    )


def _clean_name(name: str) -> str:
    name = clean_text(name).replace("\\", "/").rsplit("/", 1)[-1]
    name = " ".join(name.split())
    path = PurePath(name or "file")
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix


def _begins(*signatures: bytes) -> Callable[["File[Any]"], bool]:
    def check(file: "File[Any]") -> bool:
        return bool(file.read(16).startswith(signatures))

    return check


def _is_text(file: "File[Any]") -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in file.chunks():
            if "\0" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _packs(part: str) -> Callable[["File[Any]"], bool]:
    """An office file: a package with this part, without macros. Raises: FileUnpacksTooLargeError."""

    def check(file: "File[Any]") -> bool:
        try:
            with zipfile.ZipFile(file) as package:
                entries = package.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
            return False
        if len(entries) > MOST_ENTRIES or sum(e.file_size for e in entries) > LARGEST_UNPACKED:
            raise FileUnpacksTooLargeError
        names = {entry.filename for entry in entries}
        has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        return {"[Content_Types].xml", part} <= names and not has_macros

    return check


KINDS: dict[str, tuple[str, Callable[["File[Any]"], bool]]] = {
    "pdf": ("application/pdf", _begins(b"%PDF-")),
    "docx": (_OFFICE + "wordprocessingml.document", _packs("word/document.xml")),
    "pptx": (_OFFICE + "presentationml.presentation", _packs("ppt/presentation.xml")),
    "xlsx": (_OFFICE + "spreadsheetml.sheet", _packs("xl/workbook.xml")),
    "png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    "jpeg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    "txt": ("text/plain", _is_text),
}
"""Extension to its type and to the check of its content."""
